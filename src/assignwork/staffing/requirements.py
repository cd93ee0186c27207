"""The fewest agents for targets: of one interval, and of a table of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from assignwork.errors import ConfigurationError
from assignwork.staffing import _inputs as i
from assignwork.staffing.erlang import Blocking, fewest_stable, of_erlang_a, of_mmc
from assignwork.staffing.performance import Performance
from assignwork.staffing.results import Requirement, RequirementTable
from assignwork.staffing.targets import Targets, read_targets

STABILITY = "stability"


def required_agents(
    arrivals: float,
    handle_time: float,
    *,
    interval: float,
    targets: Targets | Mapping[str, Any],
    patience: float | None = None,
    shrinkage: float = 0.0,
) -> Requirement:
    """The fewest agents with whom an interval reaches all its targets.

    Without patience by Erlang C, with it by Erlang A.

    Parameters
    ----------
    arrivals : float
        Per interval; 0: no agents are needed.
    handle_time : float
        Mean, in seconds.
    interval : float
        Seconds that the arrivals are of.
    targets : Targets or mapping
        Such as ``{"service_level": 0.8, "threshold": 20}``.
    patience : float, optional
        Mean seconds that somebody would wait before he gives up; None: nobody gives up.
    shrinkage : float, default 0
        Share of paid time for which agents are not available (breaks, training, illness).

    Raises
    ------
    ConfigurationError
        For numbers out of range, and for targets that cannot be met: which, and why.

    Examples
    --------
    >>> need = required_agents(
    ...     100, 180.0, interval=1800, targets={"service_level": 0.8}, shrinkage=0.3
    ... )
    >>> need.agents, need.scheduled, need.binding
    (14, 20, ('service_level',))
    """
    asked = read_targets(targets)
    lasting = i.optional_duration(patience, "patience")
    _needs_patience(asked, lasting)
    lost = _shrinkage(shrinkage)
    work = i.demand(arrivals, handle_time, interval, zero=True)
    return _required(work, asked, lasting, lost)


def required_agents_table(
    arrivals: Iterable[float],
    handle_time: float | Iterable[float],
    *,
    interval: float,
    targets: Targets | Mapping[str, Any],
    patience: float | None = None,
    shrinkage: float = 0.0,
) -> RequirementTable:
    """As `required_agents`, for each of several intervals on its own.

    Each is taken as if it lasted for ever: who waits at its end is not passed on to the next.

    Parameters
    ----------
    arrivals : list or array of float
        Of each interval.
    handle_time : float or list or array of float
        Mean seconds, the same for all or one for each.
    interval : float
        Seconds, of each of them.
    targets, patience, shrinkage
        As for `required_agents`.

    Raises
    ------
    ConfigurationError
        Its field says which interval, such as ``arrivals[2]``, counted from 0.

    Examples
    --------
    >>> table = required_agents_table(
    ...     [40, 100, 0], 180.0, interval=1800, targets={"service_level": 0.8}, shrinkage=0.3
    ... )
    >>> table.agents, table.scheduled, table.agent_hours
    ((7, 14, 0), (10, 20, 0), 15.0)
    """
    asked = read_targets(targets)
    lasting = i.optional_duration(patience, "patience")
    _needs_patience(asked, lasting)
    lost = _shrinkage(shrinkage)
    came = i.listed(arrivals, "arrivals")
    handling, each = _handle_times(handle_time, len(came))
    found: list[Requirement] = []
    for at, (count, seconds) in enumerate(zip(came, handling, strict=True)):
        try:
            work = i.demand(count, seconds, interval, zero=True)
        except ConfigurationError as error:
            if error.field == "arrivals" or (each and error.field == "handle_time"):
                raise _at(error, at) from None
            raise
        found.append(_required(work, asked, lasting, lost))
    return RequirementTable(tuple(found))


def _at(error: ConfigurationError, at: int) -> ConfigurationError:
    return ConfigurationError(
        error.what,
        field=f"{error.field}[{at}]",
        value=error.value,
        limit=error.limit,
        remedy=error.remedy,
    )


def _handle_times(value: Any, length: int) -> tuple[list[Any], bool]:
    """One handle time per interval, and whether they were given so."""
    value = i.plain(value)
    if not isinstance(value, Iterable) or isinstance(value, str):
        return [value] * length, False
    found = i.listed(value, "handle_time")
    if len(found) != length:
        raise ConfigurationError(
            f"{len(found)} handle times for {length} intervals",
            field="handle_time",
            value=value,
            limit=f"{length}, or one number",
            remedy="give one for each interval, or one for all",
        )
    return found, True


def _needs_patience(targets: Targets, patience: float | None) -> None:
    if targets.abandonment is not None and patience is None:
        raise ConfigurationError(
            "without patience nobody gives up, so that a limit on abandonment says nothing",
            field="targets.abandonment",
            value=targets.abandonment,
            limit="only with patience",
            remedy="give the mean patience in seconds",
        )


def _shrinkage(value: Any) -> Fraction:
    share = i.plain(value)
    if type(share) in (int, float) and 0 <= share < 1:
        # as it was written, in decimals: 21 agents at 0.3 are 30, where 21 / (1 - 0.3) > 30
        return Fraction(repr(share))
    raise ConfigurationError(
        f"{share!r} is not a share of paid time",
        field="shrinkage",
        value=value,
        limit="0 to below 1",
        remedy="give 30 % as 0.3",
    )


@attrs.define
class _Search:
    """Performances by number of agents, each calculated once."""

    work: i.Demand
    targets: Targets
    patience: float | None
    blocking: Blocking
    seen: dict[int, Performance] = attrs.field(factory=dict)

    def performance(self, agents: int) -> Performance:
        if agents not in self.seen:
            threshold = self.targets.threshold
            if self.patience is None:
                found = of_mmc(self.work, agents, threshold, self.blocking)
            else:
                found = of_erlang_a(self.work, agents, self.patience, threshold, self.blocking)
            self.seen[agents] = found
        return self.seen[agents]

    def enough(self, agents: int) -> bool:
        return not self.targets.missed(self.performance(agents))

    def fewest(self) -> tuple[int, tuple[str, ...]]:
        """The fewest agents, and what one fewer would miss.

        With each agent more every figure gets better, so that halving finds the place.
        """
        least = 1 if self.patience is not None else fewest_stable(self.work.load)
        most, step = least, max(1, math.isqrt(least))
        lacking = least - 1
        while not self.enough(most):
            if most == i.MOST_AGENTS:
                self._refuse()
            lacking = most
            most = min(most + step, i.MOST_AGENTS)
            step *= 2
        while most - lacking > 1:
            middle = (most + lacking) // 2
            if self.enough(middle):
                most = middle
            else:
                lacking = middle
        if most > least:
            return most, self.targets.missed(self.performance(most - 1))
        return most, (STABILITY,) if most > 1 else ()

    def _refuse(self) -> None:
        missed = self.targets.missed(self.performance(i.MOST_AGENTS))
        name, best = missed[0], self.performance(i.MOST_AGENTS)
        raise ConfigurationError(
            f"not even {i.MOST_AGENTS:,} agents reach this: with them it is "
            f"{getattr(best, name):.4g}",
            field=f"targets.{name}",
            value=getattr(self.targets, name),
            limit=f"what {i.MOST_AGENTS:,} agents reach",
            remedy="give a target that is easier to meet",
        )


def _required(
    work: i.Demand, targets: Targets, patience: float | None, shrinkage: Fraction
) -> Requirement:
    agents = 0
    binding: tuple[str, ...] = ()
    performance: Performance | None = None
    if work.load:
        if patience is None and work.load >= i.MOST_AGENTS:
            raise ConfigurationError(
                f"{work.load:,.0f} erlangs need more than {i.MOST_AGENTS:,} agents",
                field="arrivals",
                value=work.arrivals,
                limit=f"below {i.MOST_AGENTS:,} erlangs",
                remedy="give the interval that the arrivals are of, in seconds",
            )
        search = _Search(work, targets, patience, Blocking(work.load))
        agents, binding = search.fewest()
        performance = search.performance(agents)
    return Requirement(
        arrivals=work.arrivals,
        interval=work.interval,
        handle_time=work.handle_time,
        load=work.load,
        targets=targets,
        shrinkage=float(shrinkage),
        agents=agents,
        scheduled=math.ceil(agents / (1 - shrinkage)),
        binding=binding,
        performance=performance,
    )
