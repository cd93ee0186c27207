"""Coverage in the roster's model: each moment's needs against who is at work then.

Moments at which the same shifts are worked and the same is needed share their rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from assignwork.staffing.shifts._grid import Grid
from assignwork.staffing.shifts._roster_rules import Rule

if TYPE_CHECKING:
    from assignwork.staffing.shifts._roster_model import RosterModel

Sum = cp_model.LinearExpr.sum


class CoverageRows:
    """Adds the rows of all needs, and of the most agents at work at once."""

    def __init__(self, roster: RosterModel) -> None:
        self.roster = roster
        self.problem = problem = roster.problem
        self.columns = roster.columns()
        self.past = [(a, day, t) for a, of in enumerate(roster.history) for day, t in of.items()]
        self.skills = [frozenset(agent.skills) for agent in problem.agents]
        parts = [roster.worked(day, t) for day, t in self.columns]
        parts += [roster.worked(day, t) for _, day, t in self.past]
        grid = Grid(problem.demand, parts, problem.days, circular=False)
        alike: dict[tuple[tuple[int, ...], tuple[Any, ...]], tuple[int, int]] = {}
        for at, (covering, minutes) in enumerate(
            zip(grid.columns_of(), grid.minutes.tolist(), strict=True)
        ):
            asked = tuple(
                (skill, i if roster.book.assumed else problem.demand[i].agents)
                for skill, i in grid.at[at].items()
            )
            key = (tuple(covering), asked)
            _, before = alike.get(key, (at, 0))
            alike[key] = (at, before + minutes)
        for (covered, _), (at, minutes) in alike.items():
            self._moment(list(covered), grid.at[at], minutes)

    def _moment(self, covering: list[int], needed: dict[str | None, int], minutes: int) -> None:
        """Rows of moments that last so many minutes together."""
        planned = [self.columns[c] for c in covering if c < len(self.columns)]
        there = [self.past[c - len(self.columns)][0] for c in covering if c >= len(self.columns)]
        who = [pair for day, t in planned for pair in self.roster.of_shift(day, t).items()]
        price = self.problem.weights.overstaffing * minutes
        if price:
            self.roster.cost += [(variable, price) for _, variable in who]
            self.roster.constant += price * len(there)
        most = self.problem.most_at_once
        if most is not None:
            everybody = Sum([variable for _, variable in who])
            self.roster.book.add(everybody + len(there) <= most, Rule("most_at_once"))
        if needed:
            self._needs(needed, who, there, minutes)

    def _needs(
        self,
        needed: dict[str | None, int],
        who: list[tuple[int, Any]],
        there: list[int],
        minutes: int,
    ) -> None:
        problem, model = self.problem, self.roster.model
        groups: dict[frozenset[str | None], tuple[list[Any], int]] = {}
        for a, variable in [*who, *((a, None) for a in there)]:
            can = frozenset(s for s in needed if s is None or s in self.skills[a])
            variables, fixed = groups.get(can, ([], 0))
            groups[can] = (
                (variables, fixed + 1) if variable is None else ([*variables, variable], fixed)
            )
        serving: dict[str | None, tuple[list[Any], int]] = {skill: ([], 0) for skill in needed}
        for can, (variables, fixed) in groups.items():
            if len(can) == 1:
                (skill,) = can
                others, before = serving[skill]
                serving[skill] = [*others, *variables], before + fixed
            elif can:
                shares = []
                for skill in sorted(can, key=str):
                    upper = min(len(variables) + fixed, problem.demand[needed[skill]].agents)
                    share = model.new_int_var(0, upper, "")
                    shares.append(share)
                    others, before = serving[skill]
                    serving[skill] = [*others, share], before
                model.add(Sum(shares) <= Sum(variables) + fixed)
        weights = problem.weights
        for skill, i in needed.items():
            agents = problem.demand[i].agents
            variables, fixed = serving[skill]
            self.roster.constant -= weights.overstaffing * minutes * agents
            if problem.coverage == "hard":
                self.roster.book.add(Sum(variables) + fixed >= agents, Rule("need", of=i))
            else:
                short = model.new_int_var(0, agents, "")
                model.add(Sum(variables) + fixed + short >= agents)
                price = (weights.shortage + weights.overstaffing) * minutes
                self.roster.cost.append((short, price))
