"""A desk for the rules: little to write to make one, and its events as short sentences."""

import json
from datetime import UTC, datetime
from functools import partial

import pytest

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
from assignwork.commands import VERBS

SENTENCES = {
    "queued": "queued {item} in {team}",
    "assigned": "assigned {item} to {agent}",
    "offered": "offered {item} to {agent} until {expires_at}",
    "offer_ended": "offer of {item} to {agent} {how}",
    "transferred": "transferred {item} from {from_team} to {team}",
    "released": "released {item} from {agent}: {why}",
    "snoozed": "snoozed {item}",
    "woken": "woken {item} for {agent}",
    "replied": "{by} replied to {item} of {agent}",
    "closed": "closed {item} of {agent}",
    "reopened": "reopened {item} for {agent}",
    "presence_changed": "{agent} {presence} by {by}",
    "item_updated": "updated {item}",
    "configured": "configured {what} {target}",
    "held": "held {item} for {approvals}",
    "approved": "{by} approved {item}",
    "rejected": "{by} rejected {item}",
    "sla_started": "{target} of {item} due {due}",
    "sla_at_risk": "{target} of {item} at risk",
    "sla_breached": "{target} of {item} breached, due {due}",
    "sla_met": "{target} of {item} met, {left:g} left",
    "sla_paused": "{target} of {item} paused, {left:g} left",
    "sla_resumed": "{target} of {item} on again, due {due}",
    "handoff": "{item} handed from {from_agent} to {to_agent}, open for {open_for:g}",
    "path_entered": "{item} entered {path}",
    "escalated": "{item} at level {level} of {path}: {when}",
    "escalation_skipped": "{item} past level {level} of {path}: {why}",
    "path_ended": "{item} left {path}: {why}",
    "acknowledged": "acknowledged {item}",
    "acknowledgement_lapsed": "acknowledgement of {item} lapsed",
    "announced": "told {audiences}: {item} {occasion}",
    "update_due": "update of {item} due",
    "update_overdue": "update of {item} overdue since {due}",
    "update_posted": "update of {item} posted",
    "report_due": "report of {item} due: {sections}",
    "report_posted": "report of {item} posted",
    "rated": "rated {item}: {score}",
    "rebalanced": "rebalanced {moves}, skipped {skipped}",
    "move_skipped": "skipped {item} to {agent}: {why}",
}

# --- instants as people say them ------------------------------------------------------------------

MONDAY = 1767571200.0
"""2026-01-05, 00:00 UTC. Instants long before are shown, and given, as seconds."""
DAY = 86400.0
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def instant(text):
    """POSIX seconds of "fri 17:30" of that week, UTC, or "next mon 11:00"; seconds as they are."""
    if not isinstance(text, str):
        return text
    day, clock = text.removeprefix("next ").split()
    parts = [int(part) for part in clock.split(":")]
    week = MONDAY + 7 * DAY * text.startswith("next ")
    seconds = sum(part * size for part, size in zip(parts, (3600, 60, 1), strict=False))
    return week + DAY * DAYS.index(day) + seconds


def clocked(seconds):
    """The inverse of `instant`."""
    if seconds < MONDAY / 2:
        return f"{seconds:g}"
    weeks, rest = divmod(seconds - MONDAY, 7 * DAY)
    moment = datetime.fromtimestamp(seconds, UTC)
    shape = "%H:%M:%S" if moment.second else "%H:%M"
    if weeks not in (0, 1):
        return moment.strftime(f"%Y-%m-%d {shape}")
    return "next " * int(weeks) + f"{DAYS[int(rest // DAY)]} {moment.strftime(shape)}"


# --- events as sentences --------------------------------------------------------------------------

INSTANTS = ("due", "until", "expires_at")
LISTS = ("approvals", "audiences", "sections")


def escalation(event):
    """What a step did, beside its place and condition."""
    found = [f"lap {event.lap}"] if event.lap > 1 else []
    found += [f"by {event.by}"] if event.by != "path" else []
    found += [f"because {event.reason}"] if event.reason is not None else []
    found += [f"priority {event.priority}"] if event.priority is not None else []
    found += [f"to {who}" for who in (event.team, event.agent) if who is not None]
    found += [f"watched by {' '.join(event.watchers)}"] if event.watchers else []
    return found + ([f"told {' '.join(event.notified)}"] if event.notified else [])


def sentence(event):
    """What happened; what is usual (dispatched to a primary agent, without flags) is not said.

    Usual are also the first lap of a path and a policy named `sla`.
    """
    data = event.to_dict()
    data |= {name: clocked(data[name]) for name in INSTANTS if data.get(name) is not None}
    data |= {name: ", ".join(data[name]) for name in LISTS if name in data}
    words = SENTENCES[event.kind].format_map(data)
    if event.kind == "assigned":
        words += {"secondary": " as secondary"}.get(event.tier, "")
        words += {"dispatch": "", "offer": " by offer"}.get(event.by, f" by {event.by}")
    if event.kind == "move_skipped" and event.detail is not None:
        words += f", {event.detail}"
    if event.kind == "snoozed" and event.until is not None:
        words += f" until {clocked(event.until)}"
    if event.kind == "transferred" and event.agent is not None:
        words += f" with {event.agent}"
    if event.kind.startswith("sla_") and event.policy != "sla":
        words += f" under {event.policy}"
    if event.kind == "escalated":
        words = ", ".join([words, *escalation(event)])
    if event.kind in ("path_entered", "escalation_skipped") and event.lap > 1:
        words += f", lap {event.lap}"
    if event.kind == "acknowledged":
        words += "" if event.by is None else f" by {event.by}"
        words += "" if event.until is None else f" until {data['until']}"
    return ", ".join([words, *getattr(event, "flags", ())])


def told(events, now):
    """One sentence an event; what happened before `now` has its instant in front."""
    return [("" if e.at == now else f"{clocked(e.at)}: ") + sentence(e) for e in events]


class Desk:
    """A desk that checks its invariants; the first team is everybody's who is only a name.

    Every command is a method that returns sentences; without `now` no time passes.
    """

    def __init__(self, *agents, teams=("t",), **settings):
        teams = [Team(team) if isinstance(team, str) else team for team in teams]
        agents = [Agent(a, primary=[teams[0].id]) if isinstance(a, str) else a for a in agents]
        self.real = Dispatcher(Workspace(teams, agents, **settings), validate=True)
        self.instant = 0.0
        self.home = teams[0].id
        self.log = []

    def submit(self, name, team=None, *, now=None, **fields):
        return self._do("submit", WorkItem(name, team=team or self.home, **fields), now=now)

    def _do(self, verb, *args, now=None, **options):
        instant = self.instant if now is None else now
        events = getattr(self.real, verb)(*args, now=instant, **options)
        self.instant = instant
        self.log.extend(events)
        return told(events, instant)

    def __getattr__(self, name):
        return partial(self._do, name) if name in VERBS else getattr(self.real, name)

    def held(self, agent):
        """What he owns and what is offered to him."""
        view = self.real.agents[agent]
        return [*view.items, *view.offers]

    def taken(self):
        """Who got what by an assignment of any kind, in order: `item>agent`."""
        return [f"{e.item}>{e.agent}" for e in self.log if e.kind == "assigned"]


@pytest.fixture
def make():
    """`make("ana", Agent(...), teams=[...], default_capacity=1)` makes a desk."""
    return Desk


class TimedDesk(Desk):
    """A desk whose instants may be given as "fri 17:30".

    If it is `restoring`, each command is followed by a journey through JSON.
    """

    restoring = False

    def submit(self, name, team=None, *, now=None, **fields):
        for field in ("created_at", "due_at"):
            if field in fields:
                fields[field] = instant(fields[field])
        if team is None and "catalog" in fields:
            return self._do("submit", WorkItem(name, **fields), now=now)
        return super().submit(name, team, now=now, **fields)

    def snooze(self, name, until=None, *, now=None):
        return self._do("snooze", name, instant(until), now=now)

    def _do(self, verb, *args, now=None, **options):
        told_now = super()._do(verb, *args, now=instant(now), **options)
        assert [event.seq for event in self.log] == list(range(1, len(self.log) + 1))
        if self.restoring:
            before = self.state()
            self.real = Dispatcher.restore(json.loads(before), validate=True)
            assert self.state() == before
        return told_now

    def state(self):
        """All of it, as JSON."""
        return json.dumps(self.real.snapshot())

    def refused(self, error, verb, *args, **options):
        """The error of a command that changes nothing."""
        before = self.state()
        with pytest.raises(error) as found:
            getattr(self, verb)(*args, **options)
        assert type(found.value) is error
        assert self.state() == before
        return found.value

    def told(self, *kinds):
        """The events of some kinds so far, in wire form without their numbers."""
        shown = [event.to_dict() for event in self.log if event.kind in kinds]
        return [{name: data[name] for name in data if name != "seq"} for data in shown]

    def waits(self):
        """When the desk wants to be woken next, as people say it."""
        at = self.real.next_wakeup()
        return None if at is None else clocked(at)


class RestoredDesk(TimedDesk):
    """One that is written down and read again after each command."""

    restoring = True


@pytest.fixture(params=[TimedDesk, RestoredDesk], ids=["straight", "restored"])
def timed(request):
    """As `make`, for desks with calendars and promises; each test runs in both ways."""
    return request.param


@pytest.fixture
def sentences():
    """Events of a desk that is no `Desk` as sentences."""
    return lambda events: [sentence(event) for event in events]
