"""What a fit has found: the scenario, the figures that it was made of, and what to doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork._words import Rows
from assignwork.errors import ConfigurationError
from assignwork.model import Shift
from assignwork.simulation.arrivals import Counts, Logged
from assignwork.simulation.distributions import Distribution, FittedDistribution
from assignwork.simulation.fitting import _fit_text as text
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._people import AgentFit
from assignwork.simulation.fitting._rates import Spread
from assignwork.simulation.fitting._work import Presence
from assignwork.simulation.scenario import Scenario


@attrs.frozen
class StreamFit:
    """What a log says of a stream.

    Attributes
    ----------
    stream : str
    count : int
        Customers in the window.
    a_week : float
        Customers a week, on the average.
    spread : Spread
        Of its days.
    per_hour : tuple of float
        Customers per hour in each local hour of the week, from Monday 00:00 on: 168 numbers.
    """

    stream: str
    count: int
    a_week: float
    spread: Spread
    per_hour: tuple[float, ...] = attrs.field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return attrs.asdict(self)


@attrs.frozen
class KindFit:
    """What a log says of a kind of customer.

    Attributes
    ----------
    kind : str
        ``stream/kind``.
    count : int
        Customers in the window.
    share : float
        Of its stream.
    work_from, patience_from, returns_from, turns_from : str or None
        What was looked at together, such as ``billing p1``; the kind alone where there is enough.
    work : Distribution
        Seconds.
    work_fit : FittedDistribution or None
        With its goodness of fit; None: too few values, they are taken as they are.
    abandoned : int
        In the pool, who left before anybody was assigned.
    patience_mean : float or None
        Seconds; who was assigned before is censored.
    patience_distance : float or None
        From the Kaplan-Meier estimate, 0 to 1.
    returns : float or None
        Share of closes after which the customer came back.
    turns : float or None
        Of the agent, mean per visit.
    """

    kind: str
    count: int
    share: float
    work_from: str
    work: Distribution
    work_fit: FittedDistribution | None
    patience_from: str | None = None
    abandoned: int = 0
    patience_mean: float | None = None
    patience_distance: float | None = None
    returns_from: str | None = None
    returns: float | None = None
    turns_from: str | None = None
    turns: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found = {field.name: getattr(self, field.name) for field in attrs.fields(KindFit)}
        found["work"] = self.work.to_dict()
        found["work_fit"] = None if self.work_fit is None else self.work_fit.to_dict()
        return found


@attrs.frozen
class Fit:
    """A scenario made from a log.

    Attributes
    ----------
    scenario : Scenario
        For the window of the log; `over` gives it for another.
    time_zone : str
        Of the hours of the week and of guessed shifts.
    work : {'elapsed', 'shared'}
        How held time was taken for work.
    clock : {'wall', 'shift'}
        Whether all of it counts, or what lies within shifts.
    unassigned : {'abandoned', 'left out'}
        What who was closed without an assignment is taken for.
    streams : tuple of StreamFit
    kinds : tuple of KindFit
    agents : tuple of AgentFit
    caveats : tuple of str
        What the log does not tell, with numbers.
    """

    scenario: Scenario = attrs.field(repr=lambda scenario: scenario.name)
    time_zone: str
    work: str
    clock: str
    unassigned: str
    streams: tuple[StreamFit, ...] = attrs.field(repr=False)
    kinds: tuple[KindFit, ...] = attrs.field(repr=False)
    agents: tuple[AgentFit, ...] = attrs.field(repr=False)
    caveats: tuple[str, ...] = attrs.field(repr=False)

    def over(self, start: f.Instant, end: f.Instant, *, warm_up: float = 0.0) -> Scenario:
        """The scenario for another time: to come, or a part of the log that was kept back.

        Leave that the log shows is of its days. Elsewhere each agent stays away from the same share
        of his shifts, at random (`no_show`).

        Parameters
        ----------
        start, end : instant
            What is measured.
        warm_up : float, default 0
            Seconds that are simulated before `start`, so that the desk is not empty then.

        Raises
        ------
        ConfigurationError
            For arrivals that are those of the log's days: fit with ``arrivals="weekly"``.
        """
        first, last = f.instant(start, "start"), f.instant(end, "end")
        if last <= first:
            raise ConfigurationError(
                f"{last} is not after start, {first}",
                field="end",
                value=end,
                limit=f"above {first}",
                remedy="give an end after the start",
            )
        if any(isinstance(stream.arrivals, (Counts, Logged)) for stream in self.scenario.streams):
            raise ConfigurationError(
                "these are the arrivals of the log's own days",
                field="arrivals",
                value=self.scenario.streams[0].arrivals.wire_name,
                limit="weekly",
                remedy='fit with arrivals="weekly" for another time',
            )
        ahead = f.seconds(warm_up, "warm_up")
        guessed = {fit.agent: fit for fit in self.agents if fit.calendar is not None}
        workspace = attrs.evolve(
            self.scenario.workspace,
            agents=[
                attrs.evolve(agent, shift=Shift(guessed[agent.id].calendar or ""))
                if agent.id in guessed
                else agent
                for agent in self.scenario.workspace.agents
            ],
        )
        stays_away = {
            name: fit.absent / fit.scheduled for name, fit in guessed.items() if fit.absent
        }
        return self.scenario.changed(
            workspace=workspace, no_show=stays_away, start=first - ahead,
            length=last - first + ahead, warm_up=ahead,
        )  # fmt: skip

    @property
    def sentences(self) -> tuple[str, ...]:
        """What begins the text: who came when, what was taken for work, whose shifts are guessed.

        Times are in UTC.
        """
        return tuple(text.sentences(self))

    def tables(self, most: int = text.MOST_ROWS) -> list[tuple[str, Rows]]:
        """Streams, kinds and agents as text: a title each, and rows of which the first is a head.

        Parameters
        ----------
        most : int, default 15
            Rows of each; the largest come first.
        """
        return text.tables_of(self, most)

    def agents_by_hour(self) -> tuple[float, ...]:
        """Agents on shift in each local hour of the week, from Monday 00:00 on: 168 means.

        Over the window of the log, leave and days away counted as such; who has no shift is always
        there, unless he begins offline. An hour that the window does not have is 0.

        Examples
        --------
        >>> from assignwork.simulation import Exponential, fit_scenario, simulate_once, single_queue
        >>> known = single_queue(4, per_hour=30, handle=Exponential(300), length=7 * 86_400)
        >>> log = []
        >>> _ = simulate_once(known, 1, 0, on_events=log.extend)
        >>> set(fit_scenario(known.workspace, log, shifts="keep").agents_by_hour())
        {4.0}
        """
        scenario = self.scenario
        clock = Clock(self.time_zone, scenario.start, scenario.end)
        presence = Presence(scenario.workspace, scenario.start, scenario.end)
        return tuple(clock.mean_by_hour(presence.spans).round(6).tolist())

    def kind(self, name: str) -> KindFit:
        """What was found of a kind, ``stream/kind``.

        Raises
        ------
        ConfigurationError
            When there is none.
        """
        for found in self.kinds:
            if found.kind == name:
                return found
        known = [found.kind for found in self.kinds]
        return f.refuse("name", name, "a kind of this fit", f.nearest(name, known))

    def to_dict(self) -> Mapping[str, Any]:
        """JSON-ready."""
        return {
            "scenario": self.scenario.to_dict(),
            "time_zone": self.time_zone,
            "work": self.work,
            "clock": self.clock,
            "unassigned": self.unassigned,
            **{
                name: [found.to_dict() for found in getattr(self, name)]
                for name in ("streams", "kinds", "agents")
            },
            "caveats": list(self.caveats),
        }

    def __str__(self) -> str:
        return text.fit_text(self)

    def _repr_html_(self) -> str:
        return text.fit_html(self)
