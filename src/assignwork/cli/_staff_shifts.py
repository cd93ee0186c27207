"""The shifts file of `assignwork staff`, and the demand that arrivals make for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from assignwork import _fields
from assignwork._codec import check_keys, structure
from assignwork.errors import ConfigurationError, InputError
from assignwork.model import Workspace
from assignwork.model.files import read_data
from assignwork.model.hours import iso_date
from assignwork.reports._staffing_figures import Required
from assignwork.staffing import (
    Need,
    OnCallTurn,
    Progress,
    Roster,
    RosterProblem,
    ShiftPlanning,
    ShiftTemplate,
    needs_of,
    plan_roster,
    schedule_shifts,
)
from assignwork.staffing.forecast._local import by_local_day
from assignwork.staffing.shifts.heads import HeadProblem
from assignwork.staffing.shifts.templates import templates

WEEK = 7
"""Days that are planned where neither the file nor arrivals say how many."""
MINUTE = 60


@attrs.frozen
class Needed:
    """How many agents arrivals need, on the local clock.

    Attributes
    ----------
    first : date
        Of day 0.
    days : int
    needs : tuple of Need
        Where clocks are set back, an hour that comes twice needs what its busier one does; one
        that is skipped needs nobody.
    """

    first: date
    days: int
    needs: tuple[Need, ...]

    def between(self, first: date, days: int) -> tuple[Need, ...]:
        """The needs of some of the days, counted from the first of these.

        Raises
        ------
        ConfigurationError
            When not all of these days are there.
        """
        behind = (first - self.first).days
        if behind < 0 or behind + days > self.days:
            last = self.first + timedelta(self.days - 1)
            until = first + timedelta(days - 1)
            raise ConfigurationError(
                f"{first} to {until} are to be planned, and arrivals are known of {self.first} to "
                f"{last}",
                field="starts_on" if behind < 0 or behind >= self.days else "days",
                value=first.isoformat() if behind < 0 or behind >= self.days else days,
                limit=f"{self.first} to {last}",
                remedy="plan other days, or forecast more",
            )
        ahead = behind * 24 * 60 * MINUTE
        end = days * 24 * 60 * MINUTE
        return tuple(
            attrs.evolve(need, start=need.start - ahead, end=need.end - ahead)
            for need in self.needs
            if 0 <= need.start - ahead < end
        )


def needed(found: Required) -> Needed:
    """The agents on the schedule of each interval, on the local clock.

    Raises
    ------
    ConfigurationError
        For intervals that are no whole minutes.
    """
    length = found.table[0].interval
    if length % MINUTE:
        raise ConfigurationError(
            f"shifts are planned by minutes, and intervals are of {length:g} s",
            field="--interval",
            value=length,
            limit="whole minutes",
            remedy="give such as --interval 300",
        )
    step = int(length)
    moments = found.moments
    first = moments[0].date()
    starts = [
        MINUTE * (((moment.date() - first).days * 24 + moment.hour) * 60 + moment.minute)
        for moment in moments
    ]
    begin, end = min(starts) // step, -(-max(starts) // step) + 1  # what is known of these days
    scheduled = [entry.scheduled for entry in found.table]
    agents = by_local_day(scheduled, found.start_at, step, str(found.zone)).ravel()
    needs = needs_of(
        [int(count) for count in agents[begin:end]], interval=step, starts_after=begin * step
    )
    days = (moments[-1].date() - first).days + 1
    return Needed(first, days, needs)


# --- the file ------------------------------------------------------------------------------------


@attrs.frozen
class Planned:
    """What was found for a shifts file: head counts or a roster, and of which templates."""

    result: ShiftPlanning | Roster
    templates: tuple[ShiftTemplate, ...]

    @property
    def roster(self) -> Roster | None:
        """The roster, if the file names agents."""
        return self.result if isinstance(self.result, Roster) else None

    @property
    def heads(self) -> ShiftPlanning | None:
        """The head counts, if it names none."""
        return self.result if isinstance(self.result, ShiftPlanning) else None


@attrs.frozen
class ShiftsFile:
    """A shifts file: what is to be planned, its demand perhaps left open."""

    path: str
    data: Mapping[str, Any]

    @classmethod
    def read(cls, path: str) -> ShiftsFile:
        """Read it from JSON or TOML.

        Raises
        ------
        InputError
            When it is no such file.
        """
        try:
            data = read_data(path, holds="shift templates")
        except OSError as error:
            raise InputError(
                f"cannot be read: {(error.strerror or str(error)).lower()}",
                file=path,
                value=path,
                remedy="give the path of shift templates in JSON or TOML",
            ) from None
        if not isinstance(data, Mapping):
            raise InputError(
                "no object with shift templates",
                file=path,
                value=data,
                remedy='give an object such as {"templates": [...]}',
            )
        return cls(path, data)

    @property
    def named(self) -> bool:
        """Whether it names agents: then a roster is planned, else head counts."""
        return "agents" in self.data

    @property
    def own_demand(self) -> bool:
        """Whether it says itself how many are needed."""
        return "demand" in self.data

    def plan(
        self,
        found: Needed | None,
        *,
        time_limit: float,
        desk: Workspace | None,
        zone: str,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Planned:
        """Head counts, or a roster; the demand is the file's or else that of arrivals.

        Parameters
        ----------
        found : Needed or None
            What arrivals need.
        time_limit : float
            Seconds.
        desk : Workspace or None
            That the roster is for; whether it fits is asked before it is planned.
        zone : str
            The roster's hours are its local ones.
        on_progress : function of Progress, optional
            Called with each better roster.

        Raises
        ------
        InputError
            With file and field.
        """
        try:
            data = self._filled(found)
            if self.named:
                problem = structure(RosterProblem, data)
            else:
                data["templates"] = templates(data["templates"], "templates")
        except ConfigurationError as error:
            raise InputError.of(error, file=self.path) from error
        if self.named:
            if desk is not None:
                _check_desk(problem, desk, zone)
            roster = plan_roster(problem, time_limit=time_limit, on_progress=on_progress)
            return Planned(roster, problem.templates)
        if desk is not None:
            raise InputError(
                "there are no agents in it, so that there is no roster for --write",
                file=self.path,
                field="agents",
                remedy="name the agents, or leave --write out",
            )
        try:
            heads = schedule_shifts(**data, time_limit=time_limit)
        except ConfigurationError as error:
            raise InputError.of(error, file=self.path) from error
        return Planned(heads, data["templates"])

    def _filled(self, found: Needed | None) -> dict[str, Any]:
        """The file's own fields, and the demand."""
        data = dict(self.data)
        check_keys(RosterProblem if self.named else HeadProblem, data)
        if "templates" not in data:
            raise ConfigurationError(
                "this field is missing",
                field="templates",
                remedy='give shift templates, such as [{"id": "early", "hours": "06:00-14:00"}]',
            )
        if self.own_demand:
            data.setdefault("days", WEEK)
        elif found is None:
            raise ConfigurationError(
                "nothing says how many agents are needed",
                field="demand",
                remedy="give demand here, or --arrivals with --handle-time and a target",
            )
        else:
            data |= _of_arrivals(data, found)
        return data


def _check_desk(problem: RosterProblem, desk: Workspace, zone: str) -> None:
    """Refuse a desk that no roster of the problem can be put onto.

    By trying one of no shifts, the first agent always on call.
    """
    last, anybody = problem.days - 1, problem.agents[0].id
    turns = tuple(
        OnCallTurn(rotation.id, 0, last, (anybody,) * rotation.agents)
        for rotation in problem.on_call
    )
    blank = Roster(problem, "feasible", (), turns, {}, None, (), None, 0.0, 0.0)
    blank.workspace(desk, zone)


def _of_arrivals(data: Mapping[str, Any], found: Needed) -> dict[str, Any]:
    """Days and demand by arrivals: all that are known, or those that the file asks for."""
    first = date.fromisoformat(iso_date(data.get("starts_on", found.first), "starts_on"))
    left = (found.first - first).days + found.days
    days = data.get("days", max(left, 1))
    if type(days) is not int or days < 1:
        _fields.refuse("days", days, "a number of days", "leave it out, or give a whole number")
    needs = found.between(first, days)
    return {"starts_on": first.isoformat(), "days": days, "demand": needs}
