"""On-call rotations in the roster's model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from assignwork.model.hours import DAY
from assignwork.staffing.shifts._clock import overlap
from assignwork.staffing.shifts._roster_rules import Rule
from assignwork.staffing.shifts.rules import OnCall

if TYPE_CHECKING:
    from assignwork.staffing.shifts._roster_model import RosterModel

Sum = cp_model.LinearExpr.sum


class OnCallRows:
    """Adds the variables and rows of all rotations."""

    def __init__(self, roster: RosterModel) -> None:
        self.roster = roster
        self.places = {agent.id: a for a, agent in enumerate(roster.problem.agents)}
        for i, rotation in enumerate(roster.problem.on_call):
            self._rotation(i, rotation)

    def _rotation(self, i: int, rotation: OnCall) -> None:
        roster, problem = self.roster, self.roster.problem
        periods = rotation.periods(problem.days)
        members = [self.places[name] for name in problem.members(rotation)]
        for a in members:
            leave = set(problem.agents[a].leave)
            for p, period in enumerate(periods):
                off = sorted(leave & set(period))
                if off and not roster.book.assumed:
                    continue
                variable = roster.turns[i, p, a] = roster.model.new_bool_var("")
                for day in off:
                    roster.book.add_or([~variable], Rule("leave", a, day=day))
        for p in range(len(periods)):
            turns = [roster.turns[i, p, a] for a in members if (i, p, a) in roster.turns]
            roster.book.add(Sum(turns) == rotation.agents, Rule("on_call", of=i, day=p))
        for a in members:
            self._every(i, rotation, a, len(periods))
        for a in range(len(problem.agents)):  # who was on call before may be no member any more
            self._rest(i, rotation, a, periods)
        sums = [
            Sum([roster.turns[i, p, a] for p in range(len(periods)) if (i, p, a) in roster.turns])
            for a in members
        ]
        roster.spread(sums, problem.weights.on_call, len(periods))

    def _turn(self, i: int, rotation: OnCall, a: int, period: int) -> Any:
        """Whether he is on call: a variable, or what is known."""
        if period >= 0:
            return self.roster.turns.get((i, period, a), 0)
        before = rotation.history[period:][:1] if -period <= len(rotation.history) else ()
        return int(any(self.roster.problem.agents[a].id in names for names in before))

    def _every(self, i: int, rotation: OnCall, a: int, count: int) -> None:
        length = rotation.every
        if length == 1:
            return
        for last in range(count):
            window = range(last - length + 1, last + 1)
            turns = [self._turn(i, rotation, a, period) for period in window]
            before = sum(turn for turn in turns if isinstance(turn, int))
            variables = [turn for turn in turns if not isinstance(turn, int)]
            if variables:
                most = max(1 - before, 0)
                self.roster.book.add(Sum(variables) <= most, Rule("on_call_every", a, i))

    def _rest(self, i: int, rotation: OnCall, a: int, periods: list[range]) -> None:
        roster = self.roster
        minutes = int(rotation.rest) // 60
        if not minutes:
            return
        for p in range(-len(rotation.history), len(periods)):
            turn = self._turn(i, rotation, a, p)
            if isinstance(turn, int) and not turn:
                continue
            end = (p + 1) * rotation.days * DAY if p < 0 else (periods[p][-1] + 1) * DAY
            first = max(end // DAY - 2, 0)
            for day in range(first, min((end + minutes) // DAY + 1, roster.problem.days)):
                for t, variable in roster.of_day(a, day).items():
                    if overlap(roster.worked(day, t), end, end + minutes):
                        rule = Rule("on_call_rest", a, i)
                        known = [] if isinstance(turn, int) else [~turn]
                        roster.book.add_or([~variable, *known], rule)
