"""The answer: who works which shift on which day, and how good that is. It knows no solver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from assignwork import _fields as f
from assignwork.staffing.shifts import _text
from assignwork.staffing.shifts.check import Assignment
from assignwork.staffing.shifts.conflicts import Conflict
from assignwork.staffing.shifts.contracts import RosterAgent
from assignwork.staffing.shifts.coverage import CoverageRow
from assignwork.staffing.shifts.heads import relative_gap
from assignwork.staffing.shifts.horizon import Horizon
from assignwork.staffing.shifts.problem import RosterProblem

if TYPE_CHECKING:
    from assignwork.model import Rotation, Shift, Workspace


@attrs.frozen
class OnCallTurn:
    """Who is on call in a period of a rotation, from the first of its days to the last."""

    rotation: str
    first_day: int
    last_day: int
    agents: tuple[str, ...]

    @property
    def days(self) -> range:
        """Its days."""
        return range(self.first_day, self.last_day + 1)


@attrs.frozen
class Progress:
    """A better roster was found.

    Attributes
    ----------
    cost : int
        Points.
    bound : int
        No roster costs less, as far as is known by now.
    seconds : float
        Wall time since the beginning.
    found : int
        How many were found by now.
    """

    cost: int
    bound: int
    seconds: float
    found: int


@attrs.frozen
class Roster:
    """Who works which shift on which day.

    Attributes
    ----------
    problem : RosterProblem
    status : {'optimal', 'feasible', 'infeasible', 'stopped'}
        Proven best; keeps all rules but not proven; no such roster exists; none was found in time.
    assignments : tuple of Assignment
        By agent, in the order of the problem, and by day.
    on_call : tuple of OnCallTurn
    terms : mapping of str to int
        Points by term, those of `TERMS`; empty where there is no roster.
    bound : int or None
        No roster costs less; None: not known.
    coverage : tuple of CoverageRow
        By need, in their order.
    conflict : Conflict or None
        Why there is none, where none exists.
    seconds : float
        Wall time.
    deterministic_seconds : float
        The solver's own measure of its work, the same on every machine.
    """

    problem: RosterProblem = attrs.field(repr=False)
    status: str
    assignments: tuple[Assignment, ...]
    on_call: tuple[OnCallTurn, ...]
    terms: Mapping[str, int]
    bound: int | None
    coverage: tuple[CoverageRow, ...] = attrs.field(repr=False)
    conflict: Conflict | None
    seconds: float
    deterministic_seconds: float

    @property
    def found(self) -> bool:
        """Whether there is a roster."""
        return self.status in ("optimal", "feasible")

    @property
    def horizon(self) -> Horizon:
        """The days."""
        return self.problem.horizon

    @property
    def cost(self) -> int:
        """The sum of the terms, in points."""
        return sum(self.terms.values())

    @property
    def gap(self) -> float | None:
        """(cost - bound) ÷ cost, 0 to 1; None where there is no roster or no bound."""
        return relative_gap(self.cost, self.bound) if self.found else None

    def of(self, agent: str) -> dict[int, str]:
        """Day -> template of an agent.

        Raises
        ------
        ConfigurationError
            For a name that is none of the agents'.
        """
        self._agent(agent)
        return {entry.day: entry.template for entry in self.assignments if entry.agent == agent}

    def history(self, agent: str) -> tuple[str | None, ...]:
        """What `RosterAgent.history` is when the next days are planned: all that is known.

        Raises
        ------
        ConfigurationError
            For a name that is none of the agents'.
        """
        before = self._agent(agent).history
        worked = self.of(agent)
        return before + tuple(worked.get(day) for day in range(self.problem.days))

    def _agent(self, name: str) -> RosterAgent:
        for agent in self.problem.agents:
            if agent.id == name:
                return agent
        known = [agent.id for agent in self.problem.agents]
        return f.refuse("agent", name, "an agent of the roster", f.nearest(name, known))

    def shifts(self, timezone: str, calendar: str = "roster") -> dict[str, Shift]:
        """Each agent's shift for a desk: the roster's dates on a calendar of no other hours.

        Parameters
        ----------
        timezone : str
            Name in the IANA database; the roster's hours are its local ones.
        calendar : str, default 'roster'
            Id of the calendar that `workspace` adds.

        Raises
        ------
        ConfigurationError
            When there is no roster, or its days have no dates.
        """
        from assignwork.staffing.shifts.desk import shifts  # noqa: PLC0415  # knows the roster

        return shifts(self, timezone, calendar)

    def workspace(self, space: Workspace, timezone: str, calendar: str = "roster") -> Workspace:
        """The workspace with its agents on the shifts of the roster; others stay as they are.

        Their presence then follows the roster (rule T3). A handoff that an agent's shift had stays.
        The turns on call become those of the workspace's rotations of the same ids, which say the
        same as before outside of the days planned; those it lacks are added, as of `rotations`.

        Raises
        ------
        ConfigurationError
            When there is no roster, its days have no dates, an agent is none of the workspace's,
            the calendar's id is taken, or as `rotations`.
        """
        from assignwork.staffing.shifts.desk import workspace  # noqa: PLC0415  # as above

        return workspace(self, space, timezone, calendar)

    def rotations(self, timezone: str) -> tuple[Rotation, ...]:
        """The on-call rotations for a desk, of the dates planned (rule T5).

        The turns planned are dated ones. Before and after them a rotation goes round among the same
        members: nothing can say that it ends. A desk's rotation knows one at a time: where several
        are on call ``duty`` together, there is one for each, ``duty``, ``duty 2`` and so on.

        Raises
        ------
        ConfigurationError
            As `shifts`; and where such a name is that of another rotation of the roster.
        """
        from assignwork.staffing.shifts.desk import rotations  # noqa: PLC0415  # as above

        return rotations(self, timezone)

    def coverage_table(self) -> str:
        """Needed and planned by interval, as text."""
        return _text.coverage_table(self.coverage)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "status": self.status,
            "cost": self.cost if self.found else None,
            "bound": self.bound,
            "gap": self.gap,
            "terms": dict(self.terms),
            "assignments": [
                {**attrs.asdict(entry), "date": self._date(entry.day)} for entry in self.assignments
            ],
            "on_call": [
                attrs.asdict(turn) | {"agents": list(turn.agents)} for turn in self.on_call
            ],
            "coverage": [row.to_dict() for row in self.coverage],
            "conflict": None if self.conflict is None else self.conflict.to_dict(),
            "seconds": self.seconds,
            "deterministic_seconds": self.deterministic_seconds,
        }

    def _date(self, day: int) -> str | None:
        found = self.horizon.date_of(day)
        return None if found is None else found.isoformat()

    def __str__(self) -> str:
        return _text.roster_text(self)

    def _repr_html_(self) -> str:
        return _text.roster_html(self)
