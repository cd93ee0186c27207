"""How few agents are enough, where no formula holds: chats, mixes, skills, shifts.

The same customers are played with more or fewer agents until the fewest is found whose figures,
their intervals included, keep all limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._words import html_table, plural, text_table
from assignwork.errors import AssignworkError, ConfigurationError
from assignwork.schedules import Scheduler
from assignwork.simulation._text import amount, margin
from assignwork.simulation.estimates import Estimate, confidence_level
from assignwork.simulation.measures import HIGHER, LOWER, measure
from assignwork.simulation.results import Results
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.simulating import REPLICATIONS, played

OnCount = Callable[[int, Results], None]


class TargetError(AssignworkError):
    """No number of agents that was allowed keeps the limits; says which are missed, and by what."""


@attrs.frozen
class Limit:
    """What a measure may be at most, or has to be at least."""

    measure: str
    value: float

    def kept(self, found: Estimate) -> bool:
        """Whether the whole interval is on the right side."""
        if measure(self.measure).better == HIGHER:
            return found.low >= self.value
        return found.high <= self.value

    def __str__(self) -> str:
        told = measure(self.measure)
        word = "at least" if told.better == HIGHER else "at most"
        return f"{told.words} {word} {amount(self.value, told.unit)}"


@attrs.frozen
class Sizing:
    """The fewest agents that keep the limits.

    Attributes
    ----------
    like : str
        The agent who was multiplied.
    agents : int
        How many like him, himself included.
    limits : tuple of Limit
    tried : mapping of int to Results
        Results by number, ascending.
    confidence : float
        Of each interval.
    """

    like: str
    agents: int
    limits: tuple[Limit, ...]
    tried: Mapping[int, Results]
    confidence: float

    @property
    def results(self) -> Results:
        """With so many agents."""
        return self.tried[self.agents]

    def missed(self, agents: int) -> tuple[str, ...]:
        """The measures whose limits a number that was tried does not keep."""
        found = self.tried[agents]
        return tuple(
            limit.measure
            for limit in self.limits
            if not limit.kept(found.interval(limit.measure, self.confidence))
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "like": self.like,
            "agents": self.agents,
            "limits": {limit.measure: limit.value for limit in self.limits},
            "confidence": self.confidence,
            "tried": [
                {
                    "agents": agents,
                    "missed": list(self.missed(agents)),
                    "measures": {
                        limit.measure: found.interval(limit.measure, self.confidence).to_dict()
                        for limit in self.limits
                    },
                }
                for agents, found in self.tried.items()
            ],
        }

    def _rows(self) -> list[tuple[str, ...]]:
        head = ("agents", *(measure(limit.measure).words for limit in self.limits), "misses")
        rows: list[tuple[str, ...]] = [head]
        for agents, found in self.tried.items():
            cells = [_figure(limit, found, self.confidence) for limit in self.limits]
            missed = ", ".join(measure(name).words for name in self.missed(agents))
            rows.append((str(agents), *cells, missed))
        return rows

    def _title(self) -> str:
        asked = "; ".join(map(str, self.limits))
        return f"{plural(self.agents, 'agent')} like {self.like!r} for {asked}"

    def __str__(self) -> str:
        return text_table(self._title(), self._rows())

    def _repr_html_(self) -> str:
        return html_table(self._title(), self._rows())


def fewest_agents(  # noqa: PLR0913  # as simulate, and what is asked
    scenario: Scenario,
    limits: Mapping[str, float],
    *,
    like: str,
    at_most: int = 1000,
    replications: int = REPLICATIONS,
    seed: int = 0,
    confidence: float = 0.95,
    processes: int | None = None,
    executor: Executor | None = None,
    rebalancing: Scheduler | None = None,
    on_count: OnCount | None = None,
) -> Sizing:
    """The fewest agents like one that keep the limits, by simulation.

    Where it is one queue of calls, `assignwork.staffing.required_agents` answers at once and
    exactly; this is for what the formulas leave out: several items at a time, mixes, skills,
    helping elsewhere, replies back and forth.

    Parameters
    ----------
    scenario : Scenario
        With one agent of this sort; he is multiplied, all others stay.
    limits : mapping of str to float
        By measure, such as ``{"service_level": 0.8, "abandonment": 0.05, "occupancy": 0.85}``:
        at least, where more is better, at most, where less is. Occupancy is at most. A limit is
        kept when its whole interval is on the right side.
    like : str
        The agent's id.
    at_most : int, default 1000
        Agents like him.
    replications : int, default 20
        Of each number that is tried, all with the same customers; 2 or more.
    seed : int, default 0
    confidence : float, default 0.95
    processes, executor, rebalancing
        As of `simulate`.
    on_count : callable, optional
        Told each number that was tried, and its results.

    Raises
    ------
    TargetError
        When even `at_most` agents do not keep the limits; it names what is missed.
    ConfigurationError, UnknownAgentError

    Notes
    -----
    Numbers are doubled until one is enough, then halved between: that more agents are no worse is
    assumed, which holds but for luck near the limit.

    An interval is what the replications show. Where a share is 0 in each of them (nobody happened
    to give up), it is 0 to 0 and keeps any limit; in few or short replications that is no proof.
    Give more of them, or a longer scenario, when a limit is kept with nothing seen.

    Examples
    --------
    Chats, three at a time, each slower than alone:

    >>> from assignwork.simulation import Exponential, Handling, single_queue
    >>> chats = single_queue(
    ...     1, per_hour=60, handle=Exponential(360), length=12 * 3600, warm_up=3600, capacity=3,
    ...     handling=Handling(speeds=(1, 0.8, 0.6)), patience=Exponential(180),
    ... )
    >>> found = fewest_agents(chats, {"abandonment": 0.05}, like="agent-1", replications=5)
    >>> found.agents
    5
    """
    asked = _limits(limits)
    f.positive_int(at_most, "at_most")
    confidence_level(confidence)
    scenario.with_agents(1, like=like)  # refuses who is not there, though one may be enough
    if f.positive_int(replications, "replications") < 2:  # noqa: PLR2004  # an interval's least
        f.refuse("replications", replications, "enough for an interval", "give 2 or more")
    tried: dict[int, Results] = {}

    def enough(agents: int) -> bool:
        changed = scenario if agents == 1 else scenario.with_agents(agents - 1, like=like)
        found = tried[agents] = played(
            changed,
            replications=replications,
            seed=seed,
            processes=processes,
            executor=executor,
            rebalancing=rebalancing,
        )
        if on_count is not None:
            on_count(agents, found)
        return all(limit.kept(found.interval(limit.measure, confidence)) for limit in asked)

    low, high = 0, 1
    while not enough(high):
        if high == at_most:
            raise _never(asked, tried[high], high, like, confidence)
        low, high = high, min(2 * high, at_most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return Sizing(like, high, asked, dict(sorted(tried.items())), confidence)


def _figure(limit: Limit, found: Results, confidence: float) -> str:
    estimate = found.interval(limit.measure, confidence)
    return margin(estimate.mean, estimate.half_width, measure(limit.measure).unit)


def _limits(limits: Mapping[str, float]) -> tuple[Limit, ...]:
    asked = []
    for name, value in f.pairs(limits, "limits"):
        told = measure(name, f"limits.{name}")
        if told.better not in (LOWER, HIGHER) and name != "occupancy":
            f.refuse(f"limits.{name}", name, "a measure of which more or less is better")
        ceiling = 1.0 if told.unit == "share" else f.MAX_SECONDS
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not 0 <= value <= ceiling
        ):
            f.refuse(
                f"limits.{name}", value, "a limit",
                "give a share from 0 to 1" if ceiling == 1.0 else "give a number of 0 or more",
            )  # fmt: skip
        asked.append(Limit(name, float(value)))
    if not asked:
        raise ConfigurationError(
            "nothing is asked of the agents", field="limits", remedy='such as {"abandonment": 0.05}'
        )
    return tuple(asked)


def _never(
    limits: tuple[Limit, ...], found: Results, agents: int, like: str, confidence: float
) -> TargetError:
    missed = [
        f"{limit}, found {_figure(limit, found, confidence)}"
        for limit in limits
        if not limit.kept(found.interval(limit.measure, confidence))
    ]
    return TargetError(
        f"with {agents:,} agents like {like!r} these limits are missed: {'; '.join(missed)}",
        value=agents,
        limit=agents,
        remedy="loosen them, make more replications, raise at_most, or change what agents can do",
    )
