"""An example desk: one week of a support team, drawn from a seed.

    python examples/example_desk.py --seed 7 --out DIR

writes ``workspace.json`` and ``commands.jsonl``: six teams, forty agents, two languages, three
channels, Monday 2 March to Sunday 8 March 2026 (UTC). The same seed gives the same bytes.

Where the figures come from (`docs/imports.md` describes the logs and how they were read; the
tests compute these figures again wherever the logs are at hand):

- weekday shares, hours of the day on weekdays and at weekends, the share of items passed on to
  another team and that of items whose priority changes: ServiceNow incident log, 24,437 items
  opened in March to May 2016;
- priority shares, the time an item is worked on (log-normal, from the times between one minute
  and four hours, which are four fifths of them) and the share of items on which the customer
  comes back: Volvo incidents, 7,228 items opened in April and May 2012;
- the share of items opened again: Italian help desk, 4,580 items.

Teams, shifts, languages, channels and the number of items are made up, so that at its peaks the
desk is about as full as a busy desk is.

Who gets an item is the dispatcher's business, so no command here depends on it. When work ends
comes from a plain model instead: each unit of capacity on duty is a server of its agent's own
team, items are begun by priority and then in order of arrival, and what an agent leaves behind
goes on with a colleague. The model knows neither skills nor helpers, so some items (4 to 7 in a
hundred) are closed while they still wait, as if their customer had found the answer himself.
Whatever the dispatcher decides, every command is valid.
"""

from __future__ import annotations

import argparse
import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

from assignwork import Ageing, Agent, AssignmentRate, Team, WorkItem, Workspace
from assignwork.commands import Close, Command, Reply, SetPresence, Submit, Transfer, UpdateItem
from assignwork.model import After, Requirement
from assignwork.wire import write_commands, write_workspace

T = TypeVar("T")

HOUR = 3600.0
DAY = 24 * HOUR
SATURDAY = 5
MONDAY = 1772409600.0
"""2026-03-02T00:00Z, in POSIX seconds."""
END = MONDAY + 7 * DAY

ITEMS = 7000
"""New items expected in the week (made up)."""

# --- measured -------------------------------------------------------------------------------------

WEEKDAY_SHARES = (233, 200, 197, 166, 155, 26, 23)
"""Items opened per weekday, Monday first, in thousandths."""
WEEKDAY_HOURS = (
    9, 7, 5, 4, 4, 4, 11, 22, 104, 125, 117, 102,
    55, 67, 92, 87, 76, 43, 18, 11, 8, 14, 9, 5,
)  # fmt: skip
"""Items opened per hour, Monday to Friday, in thousandths of those days."""
WEEKEND_HOURS = (
    56, 39, 26, 24, 24, 25, 50, 39, 78, 55, 86, 52,
    37, 40, 48, 42, 53, 34, 37, 34, 23, 26, 37, 35,
)  # fmt: skip
"""Items opened per hour, Saturday and Sunday, in thousandths of those days."""
PASSED_ON_SHARE = 0.366
"""Items that change team at least once."""
REPRIORITIZED_SHARE = 0.015
"""Items whose priority changes."""
PRIORITY_SHARES = {1: 0.0004, 2: 0.0335, 3: 0.5304, 4: 0.4357}
WORK_MEDIAN = 810.0
"""Median seconds an item is worked on."""
WORK_SIGMA = 1.31
"""Standard deviation of its natural logarithm."""
WORK_RANGE = (60.0, 4 * HOUR)
CUSTOMER_RETURNS_SHARE = 0.18
"""Items on which the customer comes back while they are open."""
REOPENED_SHARE = 0.033

# --- made up --------------------------------------------------------------------------------------

SPANISH_SHARE = 0.08
"""Items in Spanish outside the team for it."""
CHANNELS = {"chat": 0.45, "mail": 0.40, "voice": 0.15}
FIRST_PART = 0.3
"""Share of its work that is done on an item before it is passed on."""
REOPENED_AFTER = 5 * HOUR
"""Mean time from closing to opening again."""
ABSENT_SHARE = 0.04
"""Share of shifts on leave, and as many that end in illness."""
HANDOVER = 600.0
"""Seconds before the end of a shift in which items go back."""
AGEING = Ageing(every=1800, to=2)
DUE_AFTER = {1: HOUR, 2: 4 * HOUR}


class Post(NamedTuple):
    """A team, its share of new items, of which it passes on a part, and its size."""

    team: Team
    share: float
    passed_on: float
    agents: int
    helps: tuple[str, ...]
    skills: tuple[str, ...] = ()


# 0.54 of half of all items and 0.192 of the others are passed on: PASSED_ON_SHARE of all.
POSTS = (
    Post(Team("frontdesk", selection="round_robin"), 0.50, 0.54, 12, ("spanish", "billing")),
    Post(
        Team("technical", rank=1, selection="best_skilled", secondary_rule=After(300)),
        0.17, 0.192, 9, ("escalations",), ("product:app", "product:network"),
    ),
    Post(Team("billing", rank=1), 0.12, 0.192, 6, ("accounts", "frontdesk")),
    Post(
        Team("accounts", rank=1, selection="least_occupied", secondary_rule="primary_full"),
        0.09, 0.192, 5, ("billing",),
    ),
    Post(
        Team("spanish", rank=1, selection="best_skilled", secondary_rule=After(120)),
        0.10, 0.192, 5, ("frontdesk", "billing"),
    ),
    Post(
        Team("escalations", rank=2, selection="longest_idle", agent_limit=3),
        0.02, 0.192, 3, ("technical",),
    ),
)  # fmt: skip
PASSED_TO = {"technical": 0.5, "billing": 0.2, "accounts": 0.2, "escalations": 0.1}


class Shift(NamedTuple):
    """Hours of the day: work from `start` to `end`, lunch for half an hour from `lunch` on."""

    start: float
    end: float
    lunch: float


EARLY, NORMAL = Shift(6, 14.5, 11), Shift(8, 16.5, 12)
MIDDLE, LATE = Shift(10, 18.5, 13.5), Shift(13.5, 22, 17)
WEEKEND = Shift(9, 17.5, 13)
SHIFTS = (NORMAL, LATE, EARLY, NORMAL, MIDDLE)
"""Those of a team's first agent, its second, and so on, again and again."""
WEEKEND_CREW = 3
"""The place in `SHIFTS` of those who work from Saturday to Wednesday instead."""
FREE_DAYS = {0: 4, 4: 3, 5: 2}
"""A team's agents who work four days: their number in the team -> their free day."""
LUNCH_FOR = 0.5 * HOUR
NAMES = (
    "ada", "alba", "amir", "anja", "bela", "carla", "chen", "dario", "dora", "elif",
    "emil", "eva", "farah", "finn", "gala", "hana", "hugo", "ines", "ivan", "jana",
    "joel", "kaya", "lars", "lena", "luis", "mara", "milo", "nadia", "nils", "noor",
    "olga", "otto", "paula", "pepe", "rita", "sami", "tara", "uma", "vera", "yuri",
)  # fmt: skip


def build_workspace(rng: Random) -> Workspace:
    """The desk; everybody is offline, as on Sunday night."""
    agents = []
    names = iter(NAMES)
    for post in POSTS:
        for number in range(post.agents):
            spanish = post.team.id == "spanish"
            skills = {"lang:en": 3, **dict.fromkeys(post.skills, 1)}
            if spanish or number % 3 == 0:
                skills["lang:es"] = 3 if spanish else 2
            if post.skills:
                skills[post.skills[number % len(post.skills)]] = 3
            agents.append(
                Agent(
                    next(names),
                    capacity=rng.choice((3, 4, 4, 5)),
                    primary=(post.team.id,),
                    secondary=post.helps,
                    skills=skills,
                    presence="offline",
                    channel_limits={"voice": 1},
                    secondary_limit=2,
                )
            )
    return Workspace(
        teams=tuple(post.team for post in POSTS),
        agents=tuple(agents),
        # An agent's reply clears `waiting_since`; by age, such an item keeps its place in a queue.
        item_order=("priority", "due", "age"),
        ageing=AGEING,
        assignment_rate=AssignmentRate(items=3, per=60),
        ramp_in=600,
    )


# --- who is there when ----------------------------------------------------------------------------


class Span(NamedTuple):
    """An agent takes work from `start` to `end`, and keeps it until he `leaves`: lunch is short."""

    start: float
    end: float
    leaves: float


class Roster:
    """When each agent takes work, and the presence commands that say so."""

    def __init__(self, agents: Sequence[Agent], rng: Random) -> None:
        self.commands: list[tuple[float, Command]] = []
        self.on_duty: dict[str, list[Span]] = {}
        in_team: Counter[str] = Counter()
        for agent in agents:
            self.on_duty[agent.id] = []
            number = in_team[agent.primary[0]]
            in_team[agent.primary[0]] += 1
            place = number % len(SHIFTS)
            days = (0, 1, 2, 5, 6) if place == WEEKEND_CREW else range(5)  # Monday has everybody
            for day in days:
                if FREE_DAYS.get(number) != day:
                    shift = WEEKEND if day >= SATURDAY else SHIFTS[place]
                    self._day(agent.id, MONDAY + day * DAY, shift, rng)

    def _day(self, agent: str, midnight: float, shift: Shift, rng: Random) -> None:
        start, end = midnight + shift.start * HOUR, midnight + shift.end * HOUR
        lunch = midnight + shift.lunch * HOUR + rng.randrange(4) * LUNCH_FOR
        absent = rng.random()
        if absent < ABSENT_SHARE:
            self._set(start, agent, "away_reassign", "leave", by="manager")
            self._set(end, agent, "offline", "end of shift")
            return
        self._set(start, agent, "active", "start of shift")
        self._set(lunch, agent, "away", "lunch")
        self._set(lunch + LUNCH_FOR, agent, "active", "back from lunch")
        leaves, why = end - HANDOVER, "handing over"
        if absent < 2 * ABSENT_SHARE:
            leaves, why = rng.uniform(lunch + 2 * LUNCH_FOR, leaves), "ill"
        self._set(leaves, agent, "away_reassign", why)
        self._set(end, agent, "offline", "end of shift")
        self.on_duty[agent] += [
            Span(start, lunch, leaves),
            Span(lunch + LUNCH_FOR, leaves, leaves),
        ]

    def _set(self, at: float, agent: str, presence: str, reason: str, by: str = "agent") -> None:
        self.commands.append((at, SetPresence(agent, presence, reason, by)))


class Line:
    """The plain model of a team: units of capacity begin items by aged priority, then arrival."""

    def __init__(self, agents: Sequence[Agent], roster: Roster) -> None:
        self._spans = [
            roster.on_duty[agent.id] for agent in agents for _ in range(agent.capacity or 0)
        ]
        self._free = [MONDAY] * len(self._spans)
        self._waiting: list[tuple[float, Stay]] = []
        self.openings = sorted({span.start for spans in self._spans for span in spans})

    def wait(self, at: float, stay: Stay) -> None:
        """The item waits for a unit."""
        self._waiting.append((at, stay))

    def begin(self, at: float) -> tuple[Stay, int, float] | None:
        """The next item that is begun now, by which unit, and when its agent leaves."""
        if not self._waiting:
            return None

        def rank(entry: tuple[float, Stay]) -> tuple[int, int]:
            since, stay = entry
            aged = stay.item.priority - int((at - since) / AGEING.every)
            return max(aged, min(AGEING.to, stay.item.priority)), stay.number

        for unit, free in enumerate(self._free):
            for span in self._spans[unit]:
                if free <= at and span.start <= at < span.end:
                    first = min(self._waiting, key=rank)
                    self._waiting.remove(first)
                    return first[1], unit, span.leaves
        return None

    def occupy(self, unit: int, until: float) -> None:
        """The unit takes nothing else before `until`."""
        self._free[unit] = until


# --- items ----------------------------------------------------------------------------------------


def arrivals(rng: Random) -> Iterator[float]:
    """Instants of new items: a Poisson process whose rate changes with the hour of the week."""
    for day, of_week in enumerate(WEEKDAY_SHARES):
        profile = WEEKDAY_HOURS if day < SATURDAY else WEEKEND_HOURS
        for hour, of_day in enumerate(profile):
            expected = ITEMS * of_week / sum(WEEKDAY_SHARES) * of_day / sum(profile)
            at = rng.expovariate(expected)
            while at < 1:
                yield MONDAY + day * DAY + (hour + at) * HOUR
                at += rng.expovariate(expected)


def draw_work(rng: Random) -> float:
    """Seconds of work on an item."""
    shortest, longest = WORK_RANGE
    while True:
        drawn = WORK_MEDIAN * rng.lognormvariate(0, WORK_SIGMA)
        if shortest <= drawn <= longest:
            return drawn


def draw(rng: Random, shares: Mapping[T, float]) -> T:
    """One of the keys, by its share."""
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def draw_item(rng: Random, number: int, at: float) -> WorkItem:
    """A new item."""
    team = draw(rng, {post.team.id: post.share for post in POSTS})
    priority = draw(rng, PRIORITY_SHARES)
    skills = {"lang:en": Requirement(1)}
    if team == "spanish":
        skills = {"lang:es": Requirement(2)}
    elif rng.random() < SPANISH_SHARE:
        skills = {"lang:es": Requirement(2, relax_after=900)}
    preferred = (rng.choice(("product:app", "product:network")),) if team == "technical" else ()
    return WorkItem(
        f"t-{number:05}",
        team=team,
        priority=priority,
        channel=draw(rng, CHANNELS),
        skills=skills,
        preferred_skills=preferred,
        created_at=at,
        due_at=at + DUE_AFTER[priority] if priority in DUE_AFTER else None,
        category=team,
        customer=f"customer-{rng.randrange(600):03}",
    )


class Stay(NamedTuple):
    """An item's stay in a team: it comes, is worked on, and is closed or passed on."""

    number: int
    item: WorkItem
    work: float
    comes: str
    """``new``, ``passed on``, ``handed over`` (nobody else is told of that) or ``reopened``."""


class Week:
    """Draws the commands of all items."""

    def __init__(self, workspace: Workspace, roster: Roster, rng: Random) -> None:
        self._rng = rng
        self._lines = {
            team.id: Line([a for a in workspace.agents if team.id in a.primary], roster)
            for team in workspace.teams
        }
        self._passed_on = {post.team.id: post.passed_on for post in POSTS}
        self._numbers = count()
        # an item comes to a team, or (None) one of its units is free or back
        self._due: list[tuple[float, int, str, Stay | None]] = []
        self._commands: list[tuple[float, Command]] = []

    def commands(self) -> list[tuple[float, Command]]:
        """What happens to items in the week; what is open at its end stays open."""
        for team, line in self._lines.items():
            for at in line.openings:
                self._push(at, team, None)
        for number, at in enumerate(arrivals(self._rng), start=1):
            item = draw_item(self._rng, number, at)
            self._come(at, item, item.team, draw_work(self._rng), "new")
        while self._due:
            at, _, team, stay = heapq.heappop(self._due)
            line = self._lines[team]
            if stay is not None:
                self._enter(at, team, stay)
                line.wait(at, stay)
            while begun := line.begin(at):
                self._serve(at, team, *begun)
        return self._commands

    def _push(self, at: float, team: str, stay: Stay | None) -> None:
        if at < END:
            heapq.heappush(self._due, (at, next(self._numbers), team, stay))

    def _come(self, at: float, item: WorkItem, team: str, work: float, comes: str) -> None:
        self._push(at, team, Stay(next(self._numbers), item, work, comes))

    def _do(self, at: float, command: Command) -> None:
        if at < END:
            self._commands.append((at, command))

    def _enter(self, at: float, team: str, stay: Stay) -> None:
        item = stay.item
        if stay.comes == "new":
            self._do(at, Submit(item))
        elif stay.comes == "passed on":
            self._do(at, Transfer(item.id, team))
            if item.priority > 1 and self._rng.random() < REPRIORITIZED_SHARE / PASSED_ON_SHARE:
                self._do(at, UpdateItem(item.id, {"priority": item.priority - 1}))
        elif stay.comes == "reopened":
            self._do(at, Reply(item.id, "customer"))

    def _serve(self, at: float, team: str, stay: Stay, unit: int, leaves: float) -> None:
        rng, item = self._rng, stay.item
        # only what is new is passed on: the shares count items, not moves
        passed_on = stay.comes == "new" and rng.random() < self._passed_on[team]
        part = stay.work * FIRST_PART if passed_on else stay.work
        ends = min(at + part, leaves)
        self._lines[team].occupy(unit, ends)
        if ends < at + part:  # the rest is for a colleague
            self._push(ends, team, stay._replace(work=stay.work - (ends - at), comes="handed over"))
            return
        self._push(ends, team, None)
        if passed_on:
            shares = {other: share for other, share in PASSED_TO.items() if other != team}
            self._come(ends, item, draw(rng, shares), stay.work - part, "passed on")
            return
        if item.channel != "voice":
            self._converse(item, at, part)
        self._do(ends, Close(item.id))
        if stay.comes != "reopened" and rng.random() < REOPENED_SHARE:
            again = ends + rng.expovariate(1 / REOPENED_AFTER)
            self._come(again, item, team, draw_work(rng), "reopened")

    def _converse(self, item: WorkItem, start: float, work: float) -> None:
        self._do(start + 0.25 * work, Reply(item.id, "agent"))
        if self._rng.random() < CUSTOMER_RETURNS_SHARE:
            self._do(start + 0.5 * work, Reply(item.id, "customer"))
            self._do(start + 0.75 * work, Reply(item.id, "agent"))


def example_desk(seed: int) -> tuple[Workspace, list[tuple[float, Command]]]:
    """The desk and its week.

    Parameters
    ----------
    seed : int
        The same seed gives the same desk and week.

    Returns
    -------
    Workspace
    list of (float, Command)
        With their instants in POSIX seconds, in time order.
    """
    rng = Random(seed)  # noqa: S311  # an example needs no secrets
    workspace = build_workspace(rng)
    roster = Roster(workspace.agents, rng)
    commands = roster.commands + Week(workspace, roster, rng).commands()
    commands.sort(key=lambda entry: entry[0])  # stable, so an item's commands keep their order
    return workspace, commands


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write an example desk and a week of its work.")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same files")
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder for the two files")
    options = parser.parse_args(arguments)
    workspace, commands = example_desk(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    print(write_workspace(options.out / "workspace.json", workspace))
    print(write_commands(options.out / "commands.jsonl", commands))


if __name__ == "__main__":
    main()
