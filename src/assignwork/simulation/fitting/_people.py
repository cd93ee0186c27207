"""Agents of a log: their shifts, how much they held, how fast they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from assignwork.model import Calendar, Workspace
from assignwork.simulation.fitting import _shifts as shifts
from assignwork.simulation.fitting._classes import Class, Pools
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._history import History
from assignwork.simulation.trial import Instants

WAYS = ("guess", "keep")
CAPACITIES = ("guess", "always", "keep")
_STEP = 1800.0
"""Seconds between the traces that a logged presence counts as."""
_MOST_HELD = 95.0
"""The percentile of what he held at once that is taken for his capacity."""
_PACE_ITEMS, _PACE_ERRORS = 20, 2.0


@attrs.frozen
class AgentFit:
    """What a log says of an agent.

    Attributes
    ----------
    agent : str
    traces : int
        Instants at which he did something in the window.
    days : int
        Local days with a trace.
    rare : bool
        Whether that is too little to guess a week of his own from; he has the commonest one.
    calendar : str or None
        None: no shift; as the workspace has him.
    hours : float
        A week, as guessed; 0 without a guess.
    scheduled, absent : int
        Days of his pattern in the window, and those of them without a trace.
    capacity : int
    held : float
        The 95th percentile of how many items he held when he took up one; NaN: he never did.
    pace : float
        Factor of his handle times; 1: not different.
    """

    agent: str
    traces: int
    days: int
    rare: bool
    calendar: str | None
    hours: float
    scheduled: int
    absent: int
    capacity: int
    held: float
    pace: float = 1.0

    def to_dict(self) -> dict[str, object]:
        """JSON-ready."""
        found = attrs.asdict(self)
        found["held"] = None if math.isnan(self.held) else self.held
        return found


@attrs.frozen
class Staff:
    """The workspace with guessed shifts, and what was guessed of each agent."""

    workspace: Workspace
    agents: tuple[AgentFit, ...]
    guessed: int


def seen(history: History, agent: str, clock: Clock) -> Instants:
    """The instants at which he did something; where the log says when he was active, these."""
    actives = history.actives.get(agent)
    if actives:
        found = np.concatenate(
            [np.append(np.arange(begin, end, _STEP), end) for begin, end in actives]
        )
    else:
        found = np.array(history.acts.get(agent, ()), np.float64)
    return found[(found >= clock.begin) & (found < clock.end)]


def with_shifts(workspace: Workspace, history: History, clock: Clock, way: str) -> Staff:
    """Guess the shifts of agents who have none."""
    traces = {agent.id: seen(history, agent.id, clock) for agent in workspace.agents}
    days = {
        agent.id: shifts.trace(traces[agent.id], clock)
        for agent in workspace.agents
        if len(traces[agent.id])
    }
    wanted = [agent.id for agent in workspace.agents if way == "guess" and agent.shift is None]
    own = {
        name: shifts.pattern(days[name])
        for name in wanted
        if name in days and len(days[name].days) >= shifts.RARE_DAYS
    }
    patterns = shifts.merged(own)
    common = _commonest(patterns)
    rare = [name for name in wanted if name in days and name not in patterns]
    if common is not None:
        patterns |= dict.fromkeys(rare, common)
    names = _calendars(workspace, patterns, clock.zone)
    first, last = clock.days(np.array([clock.begin, math.nextafter(clock.end, 0.0)])).tolist()
    agents, fits = [], []
    for agent in workspace.agents:
        mine = patterns.get(agent.id)
        calendar, scheduled, absent, hours = None, 0, 0, 0.0
        if mine is not None:
            calendar = names[mine].id
            shift, scheduled, absent = shifts.shift(calendar, mine, days[agent.id], first, last)
            hours = sum(span[1] - span[0] for span in mine if span is not None) / 3600
            # An import has everybody offline; what is known of him now is his shift.
            agent = attrs.evolve(agent, presence="active", shift=shift)  # noqa: PLW2901
        elif agent.id in wanted:  # never seen, or nobody's week is known
            there = "active" if agent.id in days else "offline"
            agent = attrs.evolve(agent, presence=there)  # noqa: PLW2901
        agents.append(agent)
        fits.append(
            AgentFit(
                agent.id, len(traces[agent.id]),
                len(days[agent.id].days) if agent.id in days else 0, agent.id in rare,
                calendar, hours, scheduled, absent,
                agent.capacity or workspace.default_capacity, float("nan"),
            )
        )  # fmt: skip
    calendars = (*workspace.calendars, *names.values())
    made = attrs.evolve(workspace, agents=agents, calendars=calendars)
    return Staff(made, tuple(fits), len(names))


def _commonest(patterns: Mapping[str, shifts.Pattern]) -> shifts.Pattern | None:
    often: dict[shifts.Pattern, int] = {}
    for mine in patterns.values():
        often[mine] = often.get(mine, 0) + 1
    return max(often, key=lambda mine: often[mine], default=None)


def _calendars(
    workspace: Workspace, patterns: Mapping[str, shifts.Pattern], zone: str
) -> dict[shifts.Pattern, Calendar]:
    taken = {calendar.id for calendar in workspace.calendars}
    found: dict[shifts.Pattern, Calendar] = {}
    for mine in patterns.values():
        if mine not in found:
            k = len(found) + 1
            while f"guessed-{k}" in taken:
                k += 1
            taken.add(f"guessed-{k}")
            found[mine] = shifts.calendar(f"guessed-{k}", zone, mine)
    return found


def with_capacities(staff: Staff, held: Sequence[Instants], way: str, least: int) -> Staff:
    """Capacities from what agents held at once; at least the weight of the heaviest item."""
    agents, fits = [], []
    for agent, fit, many in zip(staff.workspace.agents, staff.agents, held, strict=True):
        most = float(np.percentile(many, _MOST_HELD, method="inverted_cdf")) if len(many) else 0.0
        guessed = way == "always" or (way == "guess" and agent.capacity is None)
        capacity = max(round(most), least) if guessed and most else fit.capacity
        agents.append(attrs.evolve(agent, capacity=capacity) if guessed and most else agent)
        fits.append(attrs.evolve(fit, capacity=capacity, held=most or float("nan")))
    return Staff(attrs.evolve(staff.workspace, agents=agents), tuple(fits), staff.guessed)


def with_paces(
    staff: Staff, agent: Instants, work: Instants, classes: Sequence[Class]
) -> tuple[Staff, dict[str, float]]:
    """Factors of handle times of agents who are clearly faster or slower than others.

    The mean of the logarithms of an agent's handle times, against that of the same team and
    priority, drawn towards 0 as much as it is uncertain (empirical Bayes, variances by moments);
    only where it lies two standard errors from 0, of 20 items at least.

    Parameters
    ----------
    staff : Staff
    agent : array of float
        Code of the only agent of each row; NaN where there were several.
    work : array of float
        Seconds; NaN where it was not finished.
    classes : sequence of Class
    """
    usable = ~np.isnan(agent) & ~np.isnan(work) & (work > 0)
    rows = np.flatnonzero(usable)
    logs = np.log(work[rows])
    pools = Pools([classes[row] for row in rows.tolist()])
    ones = np.ones(len(rows), np.int64)
    means: dict[int, float] = {}
    off = np.empty(len(rows))
    for at, row in enumerate(rows.tolist()):
        mine = pools.narrowest(classes[row], ones, _PACE_ITEMS).rows
        if id(mine) not in means:
            means[id(mine)] = float(logs[mine].mean())
        off[at] = logs[at] - means[id(mine)]
    codes = agent[rows].astype(np.int64)
    many = np.bincount(codes, minlength=len(staff.agents)).astype(np.float64)
    mean = np.bincount(codes, weights=off, minlength=len(many)) / np.maximum(many, 1)
    enough = many >= _PACE_ITEMS
    if not enough.any():
        return staff, {}
    within = float(((off - mean[codes]) ** 2).sum() / max(len(rows) - int((many > 0).sum()), 1))
    error = within / np.maximum(many, 1)
    between = max(float((mean[enough] ** 2 - error[enough]).mean()), 0.0)
    clear = enough & (np.abs(mean) > _PACE_ERRORS * np.sqrt(error))
    factors = np.exp(mean * between / np.maximum(between + error, 1e-12))
    fits, found = [], {}
    for fit, is_clear, factor in zip(staff.agents, clear, factors.tolist(), strict=True):
        pace = round(factor, 3) if is_clear else 1.0
        fits.append(attrs.evolve(fit, pace=pace))
        if pace != 1.0:
            found[fit.agent] = pace
    return Staff(staff.workspace, tuple(fits), staff.guessed), found
