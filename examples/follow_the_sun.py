"""Follow the sun: an incident of thirty hours, handed on from Lisbon to São Paulo to Manila.

    pip install "assignwork[report]"
    python examples/follow_the_sun.py --out DIR

writes ``workspace.json``, ``commands.jsonl``, ``events.jsonl`` and ``page.html``, and prints who
held the incident when, in local times. ``--day 2026-03-28`` plays it over the night in which
Lisbon's clocks go forward. The same day gives the same bytes.

One team works in three regions, whose local hours cover all hours of all days:

    Lisbon     08:00-17:30    08:00-17:30 UTC in winter, 07:00-16:30 in summer
    São Paulo  13:00-21:00    16:00-24:00 UTC, all year
    Manila     07:30-16:30    23:30-08:30 UTC, all year

When a region's shift ends, the next one has been at work for 30 minutes; for 90 after Lisbon's in
winter, and before Lisbon is alone in summer. In each region two crews of two share the week:
Monday to Thursday, Thursday to Sunday.

At a shift's end items of priority 1 and 2 are handed on; all else stays with its owner until his
next shift. Nobody starts anything in the last 15 minutes of a shift (`min_shift_left`), which also
keeps an incident from going to a colleague whose shift ends at the same instant.

What people do is written down here, or follows from what the desk says (an update that is due is
posted, who gets the incident acknowledges it). The desk's own timers fire in between: each time
it is advanced to `next_wakeup`, and that is a command of the log as well.
"""

from __future__ import annotations

import argparse
import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeGuard
from zoneinfo import ZoneInfo

import assignwork as aw
from assignwork import commands as do
from assignwork import events as ev
from assignwork.reports import timeline, write_html
from assignwork.service import ShiftPlan
from assignwork.wire import write_commands, write_events, write_workspace

MINUTE, HOUR = 60.0, 3600.0
TUESDAY = date(2026, 3, 24)
"""The day of the incident, in Lisbon."""
THURSDAY = 3

# --- the desk -------------------------------------------------------------------------------------


class Region(NamedTuple):
    """Where it is, its hours on every day of the week, and who works when."""

    name: str
    timezone: str
    hours: str
    early: tuple[str, str]
    """Monday to Thursday."""
    late: tuple[str, str]
    """Thursday to Sunday."""


REGIONS = {
    "lisbon": Region(
        "Lisbon", "Europe/Lisbon", "08:00-17:30", ("ines", "duarte"), ("marta", "rui")
    ),
    "sao-paulo": Region(
        "São Paulo", "America/Sao_Paulo", "13:00-21:00", ("caio", "bruna"), ("thiago", "livia")
    ),
    "manila": Region("Manila", "Asia/Manila", "07:30-16:30", ("luz", "paolo"), ("amihan", "jose")),
}
HOME = {agent: region for region in REGIONS.values() for agent in (*region.early, *region.late)}
MIN_SHIFT_LEFT = 15 * MINUTE
HANDS_ON = aw.Handoff("all", priority_at_most=2)


def absences(day: date) -> dict[str, dict[date, list[str]]]:
    """Leave in Manila on the day after, and who stands in for it and is off later instead."""
    region, night = REGIONS["manila"], day + timedelta(1)
    early = night.weekday() < THURSDAY
    (absent, _), (stands_in, _) = (
        (region.early, region.late) if early else (region.late, region.early)
    )
    later = (night + timedelta(n) for n in count(1))
    off = next(d for d in later if d.weekday() == (THURSDAY if early else 0))
    return {absent: {night: []}, stands_in: {night: [region.hours], off: []}}


def calendars() -> list[aw.Calendar]:
    """A calendar per region, for what is promised in its hours, and one for each of its crews."""
    return [
        aw.Calendar(key + suffix, region.timezone, {days: [region.hours]})
        for key, region in REGIONS.items()
        for suffix, days in (("", "mon-sun"), ("-mon-thu", "mon-thu"), ("-thu-sun", "thu-sun"))
    ]


def build_workspace(day: date) -> aw.Workspace:
    """The desk; its leave, swapped day and turns on call lie around the day of the incident."""
    overrides = absences(day)
    agents = [
        aw.Agent(
            name,
            capacity=4,
            primary=["network"],
            skills={f"site:{key}": 1},
            shift=aw.Shift(f"{key}-{crew}", overrides.get(name, {}), HANDS_ON),
        )
        for key, region in REGIONS.items()
        for crew, names in (("mon-thu", region.early), ("thu-sun", region.late))
        for name in names
    ]
    return aw.Workspace(
        teams=[aw.Team("network", selection="best_skilled", min_shift_left=MIN_SHIFT_LEFT)],
        agents=agents,
        calendars=calendars(),
        sla=[
            aw.SlaPolicy(
                "around-the-clock",
                targets={
                    1: {"first_response": 900, "next_response": HOUR, "resolution": 24 * HOUR},
                    2: {"first_response": HOUR, "resolution": 8 * HOUR},
                },
            ),
            *(
                aw.SlaPolicy(
                    f"in-{key}",
                    targets={3: {"first_response": 2 * HOUR, "resolution": 16 * HOUR}},
                    calendar=key,
                    tags=[f"site:{key}"],
                )
                for key in REGIONS
            ),
        ],
        rotations=[
            aw.Rotation(
                "duty",
                ["helena", "ramon", "iara"],
                timezone="Europe/Lisbon",
                time="09:00",
                starts_on=day - timedelta(6),  # the second one's turn begins the morning after
            )
        ],
        groups={"management": ["sofia", "andres"]},
        paths=[
            aw.EscalationPath(
                "major",
                priorities=[1],
                ack_timeout=10 * HOUR,
                steps=[
                    aw.Step("unacknowledged", {"notify": [aw.OnCall("duty")]}, after=15 * MINUTE),
                    aw.Step("unresolved", {"watchers": [aw.OnCall("duty")]}, after=8 * HOUR),
                    aw.Step("at_risk", {"notify": [aw.OnCall("duty")]}, target="resolution"),
                    aw.Step("breached", {"notify": ["management"]}, target="resolution"),
                ],
            )
        ],
        protocols=[
            aw.Protocol(
                "major-incident",
                priorities=[1],
                audiences={
                    "opened": ["management", "branches"],
                    "escalated": ["management"],
                    "resolved": ["management", "branches"],
                },
                channels=["mail", "chat"],
                update_every=4 * HOUR,
                required=["status", "actions", "eta"],
                report_on_close=True,
            )
        ],
    )


# --- two days of work -----------------------------------------------------------------------------

MAJOR = "N-1"
LASTS = 30 * HOUR
UPDATES = (
    ("core switch down, branch offices offline", "vendor called", "tonight"),
    ("supervisor card is dead", "spare ordered from Porto", "tomorrow noon"),
    ("branches back on mobile lines", "preparing the spare's configuration", "tomorrow noon"),
    ("spare has arrived", "swapping the card", "15:00"),
    ("card swapped, half of the branches are back", "firmware must match", "evening"),
    ("all branches back on one line of two", "second line is being patched", "tonight"),
    ("both lines up", "watching", "within the hour"),
)
FORGOTTEN = 3
"""The update, by its number among those that come due, that nobody posts."""


class Ordinary(NamedTuple):
    """An item that needs hands on a site, from its opening for so many working hours of one."""

    id: str
    site: str
    days: int
    """After the day of the incident, on that site."""
    opened: str
    """Local time there."""
    work: float
    """Hours of its owner's shifts until it is closed."""


ORDINARY = (
    Ordinary("M-1", "manila", 0, "15:10", 1.0),
    Ordinary("L-1", "lisbon", 0, "08:40", 3.0),
    Ordinary("L-2", "lisbon", 0, "10:15", 5.5),
    Ordinary("L-3", "lisbon", 0, "14:20", 5.0),  # over the night
    Ordinary("S-1", "sao-paulo", 0, "13:20", 2.0),
    Ordinary("L-4", "lisbon", 0, "16:40", 4.0),  # over the night
    Ordinary("S-2", "sao-paulo", 0, "18:30", 5.0),  # over the night
    Ordinary("M-2", "manila", 0, "16:05", 6.0),  # over the night
    Ordinary("M-3", "manila", 1, "08:20", 3.0),
    Ordinary("L-5", "lisbon", 1, "03:10", 1.5),  # waits for its site to open
    Ordinary("M-4", "manila", 1, "13:20", 5.0),  # over the night
    Ordinary("L-6", "lisbon", 1, "11:00", 2.5),
    Ordinary("S-3", "sao-paulo", 1, "14:10", 4.0),
    Ordinary("L-7", "lisbon", 1, "15:40", 3.0),  # over the night
)
URGENT = "N-2"
"""Of priority 2: opened in Manila in the afternoon, handed on once, closed in Lisbon."""

Act = Callable[[], do.Command | None]


def at(region: str, day: date, local: str) -> float:
    """The instant of a local time of day, POSIX seconds."""
    zone = ZoneInfo(REGIONS[region].timezone)
    return datetime.combine(day, time.fromisoformat(local), zone).timestamp()


class TwoDays:
    """Plays what people do, and advances the desk at each of its wakeups in between.

    Attributes
    ----------
    commands : list of (float, Command)
        What was asked of the desk, with its instant in POSIX seconds.
    events : list of Event
    end : float
        When the log ends, POSIX seconds.
    """

    def __init__(self, workspace: aw.Workspace, day: date) -> None:
        self.commands: list[tuple[float, do.Command]] = []
        self.events: list[aw.Event] = []
        self.end = at("lisbon", day + timedelta(2), "14:00")
        self._desk = aw.Dispatcher(workspace)
        hours = {calendar.id: calendar for calendar in workspace.calendars}
        self._shifts = {
            agent.id: ShiftPlan(agent.shift, hours[agent.shift.calendar])
            for agent in workspace.agents
            if agent.shift is not None
        }
        self._work = {item.id: item.work * HOUR for item in ORDINARY}
        self._posted = self._due = 0
        self._planned: list[tuple[float, int, Act]] = []
        self._numbers = count()
        self._plan(at("lisbon", day, "06:00"), do.Advance)
        self._plan(self.end, do.Advance)
        self._plan_major(at("lisbon", day, "17:10"), day)
        self._plan_others(day)

    def play(self) -> None:
        """Until the log ends."""
        while self._planned and self._planned[0][0] <= self.end:
            instant, _, act = self._planned[0]
            wakeup = self._desk.next_wakeup()
            if wakeup is not None and wakeup < instant:
                self._do(wakeup, do.Advance())
                continue
            heapq.heappop(self._planned)
            command = act()
            if command is not None:
                self._do(instant, command)

    # --- what is known beforehand ---------------------------------------------------------------

    def _plan(self, instant: float, act: Act) -> None:
        heapq.heappush(self._planned, (instant, next(self._numbers), act))

    def _plan_major(self, opened: float, day: date) -> None:
        item = aw.WorkItem(
            MAJOR,
            team="network",
            priority=1,
            preferred_skills=["site:lisbon"],
            category="switching",
            customer="Harbour Bank",
            subject="core switch down",
        )
        self._plan(opened, partial(do.Submit, item))
        self._plan(opened + 15 * MINUTE, self._post_update)
        for hours in (2, 11, 21):
            self._plan(opened + hours * HOUR, lambda: do.Reply(MAJOR, "customer"))
            self._plan(opened + hours * HOUR + 20 * MINUTE, lambda: do.Reply(MAJOR, "agent"))
        self._plan(opened + LASTS, lambda: do.Close(MAJOR))
        report = {
            "root_cause": "the supervisor card's memory failed",
            "resolution": "card replaced, firmware matched, second line patched",
            "prevention": "a spare in each region",
        }
        posted = at("lisbon", day + timedelta(2), "10:30")
        self._plan(posted, lambda: do.PostReport(MAJOR, report))

    def _plan_others(self, day: date) -> None:
        for entry in ORDINARY:
            item = aw.WorkItem(
                entry.id,
                team="network",
                skills={f"site:{entry.site}": 1},
                tags=[f"site:{entry.site}"],
                category="hands on site",
            )
            opened = at(entry.site, day + timedelta(entry.days), entry.opened)
            self._plan(opened, partial(do.Submit, item))
        # its customer writes at night; it stays with who has it
        self._plan(at("lisbon", day, "22:30"), lambda: do.Reply("L-3", "customer"))
        urgent = aw.WorkItem(
            URGENT, team="network", priority=2, preferred_skills=["site:manila"], category="routing"
        )
        opened = at("manila", day + timedelta(1), "15:05")
        self._plan(opened, partial(do.Submit, urgent))
        self._plan(opened + 20 * MINUTE, lambda: do.Reply(URGENT, "agent"))
        self._plan(opened + 4 * HOUR, lambda: do.Close(URGENT))

    # --- what follows from what the desk says ---------------------------------------------------

    def _do(self, now: float, command: do.Command) -> None:
        self.commands.append((now, command))
        for event in self._desk.handle(command, now=now):
            self.events.append(event)
            self._follow(event)

    def _follow(self, event: aw.Event) -> None:
        match event:
            case ev.Assigned(item=item, agent=agent, at=now) if item in self._work:
                working = self._shifts[agent].working_time
                reply = do.Reply(item, "agent")
                self._plan(working.add_working(now, 10 * MINUTE), lambda: reply)
                done = working.add_working(now, self._work[item])
                self._plan(done, lambda: do.Close(item))
            case ev.Assigned(item=item, agent=agent, at=now) if item == MAJOR:
                self._plan(now + 5 * MINUTE, lambda: do.Acknowledge(MAJOR, agent))
                self._plan(now + 8 * MINUTE, lambda: do.Reply(MAJOR, "agent"))
            case ev.UpdateDue(at=now):
                self._due += 1
                if self._due != FORGOTTEN:
                    self._plan(now + 12 * MINUTE, self._post_update)

    def _post_update(self) -> do.Command | None:
        major = self._desk.items[MAJOR]
        if major.state == "closed":
            return None
        status, actions, eta = UPDATES[self._posted % len(UPDATES)]
        self._posted += 1
        return do.PostUpdate(MAJOR, {"status": status, "actions": actions, "eta": eta}, major.owner)


def follow_the_sun(day: date = TUESDAY) -> tuple[aw.Workspace, TwoDays]:
    """The desk, and two days of its work from that day on.

    Parameters
    ----------
    day : date
        Of the incident, in Lisbon.

    Returns
    -------
    Workspace
    TwoDays
        Played to its end: commands and events.
    """
    workspace = build_workspace(day)
    story = TwoDays(workspace, day)
    story.play()
    return workspace, story


# --- telling it -----------------------------------------------------------------------------------


def local(instant: float, region: Region, shape: str = "%a %H:%M") -> str:
    """An instant on the clock of a region."""
    return datetime.fromtimestamp(instant, ZoneInfo(region.timezone)).strftime(shape)


def lasting(seconds: float) -> str:
    """Hours and minutes.

    Examples
    --------
    >>> lasting(1200.0), lasting(23_400.0)
    ('0:20', '6:30')
    """
    minutes = round(seconds / MINUTE)
    return f"{minutes // 60}:{minutes % 60:02}"


def held(events: Sequence[aw.Event], item: str) -> list[tuple[str, float, float]]:
    """Who held an item: owner, and the instants from and to which, POSIX seconds."""
    spans = timeline(events, item).spans
    return [(s.who, s.begin, s.end) for s in spans if s.state == "assigned" and s.who is not None]


def tell(events: Sequence[aw.Event]) -> Iterator[str]:
    """The story in lines, each instant in the local time of where it happened."""
    hands = held(events, MAJOR)
    major = timeline(events, MAJOR)
    handoffs = {e.at: e for e in events if isinstance(e, ev.Handoff) and e.item == MAJOR}
    yield f"Who held {MAJOR} (priority 1, core switch down), in hours and minutes"
    yield f"  {'UTC':9}  {'who':7}  {'where':9}  {'local time':15}  {'held':>5}  handed on"
    for who, begin, end in hands:
        place = HOME[who]
        span = f"{local(begin, place)}-{local(end, place, '%H:%M')}"
        utc = datetime.fromtimestamp(begin, UTC).strftime("%a %H:%M")
        on = handoffs.get(end)
        then = f"to {on.to_agent}, open for {lasting(on.open_for)}" if on else "closed"
        row = f"  {utc:9}  {who:7}  {place.name:9}  {span:15}  {lasting(end - begin):>5}  {then}"
        yield row
    lasted, waited = hands[-1][2] - major.begin, major.time_in("queued")
    yield f"  open for {lasting(lasted)}, {waited:.0f} s of it without an owner"
    yield ""
    yield "What was said of it (Lisbon time)"
    yield from _said(events)
    yield ""
    yield "Other items that were open at the end of their owner's shift (local times)"
    yield from _kept(events)


def _said(events: Iterable[aw.Event]) -> Iterator[str]:
    for event in events:
        match event:
            case ev.SlaAtRisk(item=item, target=target) if item == MAJOR:
                what = f"{target} at risk"
            case ev.SlaBreached(item=item, target=target) if item == MAJOR:
                what = f"{target} breached"
            case ev.Escalated(level=level, notified=notified, watchers=watchers):
                what = f"escalated, step {level}: {', '.join((*notified, *watchers))}"
            case ev.UpdateOverdue():
                what = "an update is overdue"
            case _:
                continue
        yield f"  {local(event.at, REGIONS['lisbon']):9}  {what}"


def _kept(events: Sequence[aw.Event]) -> Iterator[str]:
    gone = [(e.at, e.agent) for e in events if _ends_shift(e)]
    closed = {e.item for e in events if isinstance(e, ev.Closed)}
    for item in (*(entry.id for entry in ORDINARY), URGENT):
        hands = held(events, item)
        if any(
            who == agent and begin < at <= end for who, begin, end in hands for at, agent in gone
        ):
            told = [
                f"{who} {local(begin, HOME[who])} to {local(end, HOME[who])}"
                for who, begin, end in hands
            ]
            if item not in closed:
                told[-1] = told[-1].partition(" to ")[0] + ", who has it still"
            yield f"  {item:4}  {', then '.join(told)}"


def _ends_shift(event: aw.Event) -> TypeGuard[ev.PresenceChanged]:
    return (
        isinstance(event, ev.PresenceChanged)
        and event.by == "shift"
        and event.presence == "away_reassign"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Play it, tell it, and write the files that the command line asks for."""
    parser = argparse.ArgumentParser(description="An incident handed on around the world.")
    parser.add_argument("--day", type=date.fromisoformat, default=TUESDAY, help="of the incident")
    parser.add_argument("--out", type=Path, help="folder for the log and the page")
    options = parser.parse_args(arguments)
    workspace, story = follow_the_sun(options.day)
    print(*tell(story.events), sep="\n")
    if options.out is None:
        return
    options.out.mkdir(parents=True, exist_ok=True)
    print()
    print(write_workspace(options.out / "workspace.json", workspace))
    print(write_commands(options.out / "commands.jsonl", story.commands))
    print(write_events(options.out / "events.jsonl", story.events))
    page = options.out / "page.html"
    write_html(page, workspace, story.events, title="Follow the sun", until=story.end)
    print(page)


if __name__ == "__main__":
    main()
