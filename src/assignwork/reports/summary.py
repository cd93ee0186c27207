"""What happened on a desk, in figures: the classes that `summarize` fills.

All are immutable. Durations are seconds, instants POSIX seconds, loads and capacities units of
weight, shares lie between 0 and 1. Percentiles are by nearest rank: p90 is the smallest value
that at least 90 % of the values do not exceed, so it is always one that occurred.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs

from assignwork.reports._summary_text import summary_html, summary_text
from assignwork.reports.figures import Distribution, Figures, share
from assignwork.reports.promises import (
    Approvals,
    Escalations,
    Handoffs,
    Satisfaction,
    ServiceLevels,
)


@attrs.frozen
class Waits(Figures):
    """How long items waited, arrival to first assignment.

    Attributes
    ----------
    items : int
        How many arrived.
    never : int
        How many of them were not assigned to anybody by the end of the log.
    waiting : int
        How many of those never assigned are still open; the others were closed before.
    within : int
        How many were assigned within the threshold.
    seconds : Distribution
        Of those that were assigned.
    """

    derived: ClassVar[tuple[str, ...]] = ("service_level",)

    items: int
    never: int
    waiting: int
    within: int
    seconds: Distribution

    @property
    def service_level(self) -> float:
        """Share of the items assigned within the threshold; those never assigned are not."""
        return share(self.within, self.items)


@attrs.frozen
class WaitTables(Figures):
    """Waits of all items, and by the priority and the team with which they arrived.

    `threshold` is the one of the service level, in seconds.
    """

    threshold: float
    overall: Waits
    by_priority: Mapping[int, Waits]
    by_team: Mapping[str, Waits]

    @property
    def large_teams(self) -> tuple[str, ...]:
        """Teams with at least a hundredth of the items, the longest p90 first, then p99.

        In smaller ones a single item would be taken for a trend.
        """
        least = self.overall.items / 100
        found = [team for team, waits in self.by_team.items() if waits.items >= least]

        def rank(team: str) -> tuple[float, float, int, str]:
            row = self.by_team[team]
            return -(row.seconds.p90 or 0.0), -(row.seconds.p99 or 0.0), -row.items, team

        return tuple(sorted(found, key=rank))


@attrs.frozen
class Volume(Figures):
    """Of `arrived` items, `closed` are closed at the end of the log and `open` are not."""

    arrived: int
    closed: int
    open: int


@attrs.frozen
class Volumes(Figures):
    """How much work there was, by the priority and the team with which it arrived.

    `closings` and `reopenings` count events: an item closed twice counts twice.
    """

    total: Volume
    by_priority: Mapping[int, Volume]
    by_team: Mapping[str, Volume]
    by_team_and_priority: Mapping[str, Mapping[int, Volume]]
    closings: int
    reopenings: int


@attrs.frozen
class Times(Figures):
    """Durations of items other than their wait.

    Attributes
    ----------
    queue_stay : Distribution
        Each stay in a queue that ended in an assignment, offers included; an item that was passed
        on counts once per stay.
    first_response : Distribution
        Arrival to the first reply by an agent.
    handle : Distribution
        Time in somebody's hands, snoozes left out, of items closed at the end of the log.
    resolution : Distribution
        Arrival to the last closing, of items closed at the end of the log.
    """

    queue_stay: Distribution
    first_response: Distribution
    handle: Distribution
    resolution: Distribution

    @property
    def named(self) -> tuple[tuple[str, Distribution], ...]:
        """Each with its name for people."""
        return (
            ("each stay in a queue", self.queue_stay),
            ("arrival to first response", self.first_response),
            ("in hand until closed", self.handle),
            ("arrival to closed", self.resolution),
        )


@attrs.frozen
class Offers(Figures):
    """Offers and how they ended; `made` less the others are still open."""

    made: int = 0
    accepted: int = 0
    declined: int = 0
    missed: int = 0
    withdrawn: int = 0


@attrs.frozen
class Flow(Figures):
    """How work moved.

    Attributes
    ----------
    assignments, secondary, manual, escalated : int
        All assignments; those to agents who helped (tier secondary); those by hand (tier manual,
        without escalations); those by an escalation path.
    items_assigned : int
        Items assigned at least once.
    reassigned : mapping of str to int
        Assignments after an item's first, by what took it from its owner before: why he released
        it, ``reopened`` (it was closed since) or ``hand``.
    released : mapping of str to int
        Releases by their `why`.
    transferred, helped : mapping of str to mapping of str to int
        Transfers from team to team; secondary assignments, home team of the helper (the first of
        his primary ones) to team of the item.
    offers : Offers
    """

    derived: ClassVar[tuple[str, ...]] = (
        "reassignments", "reassignments_per_item", "secondary_share", "manual_share", "transfers",
    )  # fmt: skip

    assignments: int
    secondary: int
    manual: int
    escalated: int
    items_assigned: int
    reassigned: Mapping[str, int]
    released: Mapping[str, int]
    transferred: Mapping[str, Mapping[str, int]]
    helped: Mapping[str, Mapping[str, int]]
    offers: Offers

    @property
    def reassignments(self) -> int:
        """Assignments after an item's first."""
        return self.assignments - self.items_assigned

    @property
    def reassignments_per_item(self) -> float:
        """Per item assigned at least once."""
        return share(self.reassignments, self.items_assigned)

    @property
    def secondary_share(self) -> float:
        """Of the assignments not made by hand or path, the share that went to who helped."""
        return share(self.secondary, self.assignments - self.manual - self.escalated)

    @property
    def manual_share(self) -> float:
        """Of all assignments, the share made by hand."""
        return share(self.manual, self.assignments)

    @property
    def transfers(self) -> int:
        """From any team to any other."""
        return sum(sum(row.values()) for row in self.transferred.values())


@attrs.frozen
class QueueFigures(Figures):
    """The length of a team's queue: its longest, since when, its mean over time, and at the end."""

    peak: int
    peak_at: float | None
    mean: float
    at_end: int


@attrs.frozen
class Load(Figures):
    """An agent's load in his active time; `max` alone is of all his time.

    Attributes
    ----------
    mean, max : float, int
        Units; the mean weighted by time.
    share : float
        Load ÷ capacity, weighted by time; above 1 where he held more.
    handling_for, available_for : float
        Seconds active with load, and active without.
    """

    derived: ClassVar[tuple[str, ...]] = ("occupancy", "concurrency")

    mean: float
    max: int
    share: float
    handling_for: float
    available_for: float

    @property
    def occupancy(self) -> float:
        """Handling ÷ (handling + available) time."""
        return share(self.handling_for, self.handling_for + self.available_for)

    @property
    def concurrency(self) -> float:
        """Mean load while handling: units at once, 1 or more where he handled anything."""
        return share(self.mean * (self.handling_for + self.available_for), self.handling_for)


@attrs.frozen
class Over(Figures):
    """When an agent held more than his capacity, whatever his presence.

    Attributes
    ----------
    times : int
        How often it came to that.
    lasted, active_for : float
        Seconds in all, and those of them in which he was active.
    most, mean : int, float
        Units above his capacity: most at once, and the mean while he was above it.
    """

    times: int = 0
    lasted: float = 0.0
    active_for: float = 0.0
    most: int = 0
    mean: float = 0.0


@attrs.frozen
class AgentFigures(Figures):
    """One agent.

    Attributes
    ----------
    agent, team : str
        His id; the first of his primary teams.
    capacity : int
        As it was last.
    assigned, closed : int
        Assignments to him, closings of items that he owned.
    presence_for : mapping of str to float
        Seconds per presence.
    load : Load
    offers : Offers
    over : Over
    """

    agent: str
    team: str
    capacity: int
    assigned: int
    closed: int
    presence_for: Mapping[str, float]
    load: Load
    offers: Offers
    over: Over

    @property
    def active_for(self) -> float:
        """Seconds of presence `active`."""
        return self.presence_for.get("active", 0.0)


@attrs.frozen
class Summary(Figures):
    """What a log of events says about a desk; made by `summarize`.

    It prints as a text for people (``str``), shows as tables in a notebook and becomes plain data
    with `to_dict`.

    Attributes
    ----------
    start, end : float or None
        Instants of the first and the last event; None for an empty log.
    volumes : Volumes
    waits : WaitTables
    times : Times
    flow : Flow
    queues : mapping of str to QueueFigures
        By team.
    agents : tuple of AgentFigures
        In the order in which they joined the desk.
    service_levels : ServiceLevels
    escalations : Escalations
    approvals : Approvals
    handoffs : Handoffs
    satisfaction : Satisfaction
    """

    start: float | None
    end: float | None
    volumes: Volumes
    waits: WaitTables
    times: Times
    flow: Flow
    queues: Mapping[str, QueueFigures]
    agents: tuple[AgentFigures, ...]
    service_levels: ServiceLevels
    escalations: Escalations
    approvals: Approvals
    handoffs: Handoffs
    satisfaction: Satisfaction

    @property
    def lasted(self) -> float:
        """Seconds from the first to the last event."""
        return 0.0 if self.start is None or self.end is None else self.end - self.start

    @property
    def busiest(self) -> tuple[AgentFigures, ...]:
        """Agents who were active at all, highest occupancy first, then highest load ÷ capacity."""
        seen = [agent for agent in self.agents if agent.active_for]
        return tuple(sorted(seen, key=lambda a: (-a.load.occupancy, -a.load.share, a.agent)))

    @property
    def over_capacity(self) -> tuple[AgentFigures, ...]:
        """Agents who ever held more than their capacity, the longest first."""
        seen = [agent for agent in self.agents if agent.over.times]
        return tuple(sorted(seen, key=lambda a: (-a.over.lasted, a.agent)))

    def __str__(self) -> str:
        return summary_text(self)

    def _repr_html_(self) -> str:
        return summary_html(self)
