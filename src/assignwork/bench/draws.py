"""What the workloads run on: desks, items and random numbers, all drawn before a clock starts.

Everything comes from a seed, and the bare loop and the desk get the same draws: which items arrive,
and which close. Instants are POSIX seconds; one item arrives a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

import attrs

from assignwork.model import (
    Ageing,
    Agent,
    Calendar,
    EscalationPath,
    SlaPolicy,
    Step,
    Team,
    WorkItem,
    Workspace,
)

CAPACITY = 4
FULL = 0.9
"""Share of the total capacity that is held once the ramp-up is over."""
MEAN_WEIGHT = 2
"""Of the items of `everything`, whose weights are 1 to 3."""
CHANNELS = ("chat", "email", "voice")
SKILLS = tuple(f"skill-{number}" for number in range(50))
SKILLS_PER_AGENT = 10
PRIORITIES = (1, 4)
SKILLED = 0.3
"""Share of items that need a skill."""
AFFINE = 0.1
"""Share of items with a preferred agent; half of them wait for him."""
LEAVING = 0.005
"""Presence changes to away per arrival; as many come back: 1 % in all."""
SNOOZED = 0.02
SNOOZE_FOR = 120.0
AWAY_FOR = 200
"""Arrivals, and so seconds, until who was sent away comes back."""


OFFICE = Calendar("office", timezone="Europe/Lisbon", hours={"mon-sun": ["00:30-23:30"]})
PROMISES = SlaPolicy(
    "all",
    targets={"first_response": 900, "next_response": 900, "resolution": 7200},
    calendar="office",
    pause_on_customer=True,
)
PATH = EscalationPath(
    "all",
    steps=[
        Step("unassigned", {"notify": ["lead"]}, after=1800),
        Step("unresolved", {"notify": ["manager"]}, after=14400, calendar="office"),
    ],
)
"""Promises for every item of `everything`: three targets and two steps."""


def generator(seed: int) -> Random:
    """A source of numbers that are the same for the same seed."""
    return Random(seed)  # noqa: S311  # workloads need repetition, not secrecy


@attrs.frozen
class Scale:
    """How large a desk is.

    Examples
    --------
    >>> str(Scale("M", teams=50, agents=1000))
    'M: 50 x 1,000'
    """

    name: str
    teams: int
    agents: int

    def __str__(self) -> str:
        return f"{self.name}: {self.teams:,} x {self.agents:,}"

    @property
    def held(self) -> int:
        """Units of weight that are held after the ramp-up."""
        return int(self.agents * CAPACITY * FULL)


S = Scale("S", 5, 100)
M = Scale("M", 50, 1000)
L = Scale("L", 500, 10_000)


class BareArrival(NamedTuple):
    """An item for the bare loop, and which item closes when it has come ('': none)."""

    item: str
    team: int
    priority: int
    closing: str


class Arrival(NamedTuple):
    """An item that arrives, and what else happens in that second."""

    item: WorkItem
    closing: str
    answered: str  # gets an agent's reply
    asked: str  # gets a customer's reply
    snoozed: str | None
    flips: tuple[tuple[str, str], ...]  # agent, presence


@attrs.frozen
class Draws:
    """A desk with its items, for us and for the bare loop.

    Attributes
    ----------
    workspace : Workspace
    ramp : list of WorkItem
        What arrives before the clock starts.
    arrivals : list
        What is measured: of `Arrival`, or of pairs (item, id of the item to close).
    bare_agents : list of (int, int)
        As `BareLoop` takes them; as full with the same number of items as our agents are.
    bare_ramp, bare_arrivals : list of BareArrival
    answers : list of str
        To offers, in their order, from the beginning again at the end.
    """

    scale: Scale
    workspace: Workspace
    ramp: list[WorkItem]
    arrivals: list[Any]
    bare_agents: list[tuple[int, int]]
    bare_ramp: list[BareArrival]
    bare_arrivals: list[BareArrival]
    answers: list[str] = attrs.field(factory=list)


def bare_agents(scale: Scale, capacity: int = CAPACITY) -> list[tuple[int, int]]:
    """The same agents for the bare loop, which knows no secondary inboxes."""
    return [(number % scale.teams, capacity) for number in range(scale.agents)]


def agent_teams(number: int, scale: Scale) -> tuple[list[str], list[str]]:
    """Primary and secondary inboxes of an agent: his own, and the next two."""
    own, *others = (f"team-{(number + step) % scale.teams}" for step in range(3))
    return [own], [team for team in others if team != own]


def plain_workspace(scale: Scale, *, presence: str = "active") -> Workspace:
    """Every setting as it is by default.

    Examples
    --------
    >>> plain_workspace(S).agents[7].secondary
    ('team-3', 'team-4')
    """
    agents = []
    for number in range(scale.agents):
        primary, secondary = agent_teams(number, scale)
        agents.append(
            Agent(
                f"agent-{number}",
                capacity=CAPACITY,
                primary=primary,
                secondary=secondary,
                presence=presence,
            )
        )
    return Workspace(teams=[Team(f"team-{t}") for t in range(scale.teams)], agents=agents)


def plain_items(
    scale: Scale, count: int, numbers: Random
) -> tuple[list[WorkItem], list[BareArrival]]:
    """Items of a random team and priority, for us and for the bare loop."""
    items = []
    bare = []
    for number in range(count):
        name = f"item-{number}"
        team = numbers.randrange(scale.teams)
        priority = numbers.randint(*PRIORITIES)
        items.append(WorkItem(name, team=f"team-{team}", priority=priority))
        bare.append(BareArrival(name, team, priority, ""))
    return items, bare


def draw_steady(scale: Scale, lifecycles: int, seed: int = 1) -> Draws:
    """A desk at 90 % of its capacity; a random open item closes per arrival."""
    numbers = generator(seed)
    ramp = scale.held
    items, bare = plain_items(scale, ramp + lifecycles, numbers)
    still_open = _Open(items[:ramp])
    closing = []
    for item in items[ramp:]:
        still_open.add(item.id)
        closing.append(still_open.take(numbers.random()))
    return Draws(
        scale,
        plain_workspace(scale),
        items[:ramp],
        list(zip(items[ramp:], closing, strict=True)),
        bare_agents(scale),
        bare[:ramp],
        _with_closing(bare[ramp:], closing),
    )


class _Open:
    """Ids of open items; one is drawn in the same time however many there are."""

    def __init__(self, items: Sequence[WorkItem]) -> None:
        self._items = [item.id for item in items]

    def add(self, item: str) -> None:
        self._items.append(item)

    def any(self, drawn: float) -> str:
        return self._items[int(drawn * len(self._items))]

    def take(self, drawn: float) -> str:
        place = int(drawn * len(self._items))
        found = self._items[place]
        self._items[place] = self._items[-1]
        self._items.pop()
        return found


def _with_closing(arrivals: list[BareArrival], closing: list[str]) -> list[BareArrival]:
    return [arrival._replace(closing=item) for arrival, item in zip(arrivals, closing, strict=True)]


def draw_everything(scale: Scale, lifecycles: int, seed: int = 2) -> Draws:
    """All features at once: skills, weights, channels, offers, affinity, ageing, replies, presence.

    Targets and an escalation path for every item. Two replies an item (one of its agent's, one of
    its customer's, to random open items), 1 % of presence changes, 2 % of snoozes, one random open
    item closed per arrival.
    """
    numbers = generator(seed)
    items, bare = _varied_items(scale, lifecycles, numbers)
    ramp = len(items) - lifecycles
    still_open = _Open(items[:ramp])
    back: dict[int, str] = {}
    arrivals = []
    for number, item in enumerate(items[ramp:]):
        still_open.add(item.id)
        flips = []
        if number in back:
            flips.append((back.pop(number), "active"))
        if numbers.random() < LEAVING:
            agent = f"agent-{numbers.randrange(scale.agents)}"
            flips.append((agent, numbers.choice(("away", "away_reassign"))))
            back[number + AWAY_FOR] = agent
        snoozed = still_open.any(numbers.random()) if numbers.random() < SNOOZED else None
        arrivals.append(
            Arrival(
                item,
                closing="",
                answered=still_open.any(numbers.random()),
                asked=still_open.any(numbers.random()),
                snoozed=snoozed,
                flips=tuple(flips),
            )._replace(closing=still_open.take(numbers.random()))
        )
    return Draws(
        scale,
        _varied_workspace(scale, numbers),
        items[:ramp],
        arrivals,
        bare_agents(scale, CAPACITY // MEAN_WEIGHT),
        bare[:ramp],
        _with_closing(bare[ramp:], [arrival.closing for arrival in arrivals]),
        numbers.choices(("accept", "decline", "ignore"), (85, 10, 5), k=1000),
    )


def _varied_items(
    scale: Scale, lifecycles: int, numbers: Random
) -> tuple[list[WorkItem], list[BareArrival]]:
    """As many as fill the desk by weight, and `lifecycles` more."""
    items: list[WorkItem] = []
    bare: list[BareArrival] = []
    weight = 0
    wanted: int | None = None
    while wanted is None or len(items) < wanted:
        name = f"item-{len(items)}"
        team = numbers.randrange(scale.teams)
        priority = numbers.randint(*PRIORITIES)
        features: dict[str, Any] = {}
        if numbers.random() < SKILLED:
            features["skills"] = {numbers.choice(SKILLS): numbers.randint(1, 2)}
        if numbers.random() < AFFINE:
            # somebody of the team: its agents are `teams` apart
            of_team = numbers.randrange(scale.agents // scale.teams)
            features["preferred_agent"] = f"agent-{team + of_team * scale.teams}"
            if numbers.choice((True, False)):
                features["affinity_wait"] = 60.0
        items.append(
            WorkItem(
                name,
                team=f"team-{team}",
                priority=priority,
                weight=numbers.randint(1, 3),
                channel=numbers.choice(CHANNELS),
                **features,
            )
        )
        bare.append(BareArrival(name, team, priority, ""))
        weight += items[-1].weight
        if wanted is None and weight >= scale.held:
            wanted = len(items) + lifecycles
    return items, bare


def _varied_workspace(scale: Scale, numbers: Random) -> Workspace:
    agents = []
    for number in range(scale.agents):
        primary, secondary = agent_teams(number, scale)
        agents.append(
            Agent(
                f"agent-{number}",
                capacity=CAPACITY,
                primary=primary,
                secondary=secondary,
                skills={
                    name: numbers.randint(1, 3) for name in numbers.sample(SKILLS, SKILLS_PER_AGENT)
                },
                channel_limits={"voice": 3},
            )
        )
    teams = [
        Team(f"team-{number}", offer_timeout=30.0 if number % 10 == 0 else None)
        for number in range(scale.teams)
    ]
    return Workspace(
        teams=teams,
        agents=agents,
        ageing=Ageing(every=600.0, to=1),
        calendars=[OFFICE],
        sla=[PROMISES],
        paths=[PATH],
    )
