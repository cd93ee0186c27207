"""Contracts and banned sequences in the roster's model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from assignwork.model.hours import DAY
from assignwork.staffing.shifts._clock import WEEK
from assignwork.staffing.shifts._roster_rules import Rule

if TYPE_CHECKING:
    from assignwork.staffing.shifts._roster_model import RosterModel

Sum = cp_model.LinearExpr.sum
Weighted = cp_model.LinearExpr.weighted_sum


class ContractRows:
    """Adds the rows of every agent's contract.

    Parameters
    ----------
    roster : RosterModel
    """

    def __init__(self, roster: RosterModel) -> None:
        self.roster = roster
        self.problem = roster.problem
        self._weekends: dict[tuple[int, int], Any] = {}
        for a in range(len(self.problem.agents)):
            self._rest(a)
            self._sequences(a)
            self._amounts(a)
            self._weeks(a)
            self._runs(a)
            least = self.problem.contract(self.problem.agents[a]).free_weekends
            if least is not None:
                worked = self.weekends(a)
                rule = Rule("free_weekends", a)
                roster.book.add(Sum(worked) <= len(self.problem.horizon.weekends) - least, rule)

    def _contract(self, a: int) -> Any:
        return self.problem.contract(self.problem.agents[a])

    def _day(self, a: int, day: int) -> list[Any]:
        return list(self.roster.of_day(a, day).values())

    def _shifts(self, a: int, days: Any) -> list[tuple[int, Any]]:
        return [pair for day in days for pair in self.roster.of_day(a, day).items()]

    # --- rest and sequences -----------------------------------------------------------------------

    def _rest(self, a: int) -> None:
        """After a shift, all that would start too early, day by day: at most one of them."""
        roster = self.roster
        rest = int(self._contract(a).min_rest) // 60
        past = self.roster.history[a]
        for day in range(min(past, default=0), self.problem.days):
            known = {past[day]: None} if day in past else roster.of_day(a, day)
            if not known or (day < 0 and day not in past):
                continue
            for t, variable in known.items():
                end = roster.worked(day, t)[-1][1]
                # what starts before the end, and what within the rest, on each of the next days
                for later in range(
                    max(day + 1, 0), min((end + rest) // DAY + 1, self.problem.days)
                ):
                    starts = [
                        (roster.worked(later, other)[0][0], v)
                        for other, v in roster.of_day(a, later).items()
                    ]
                    over = [v for start, v in starts if start < end]
                    soon = [v for start, v in starts if end <= start < end + rest]
                    self._not_both(variable, over, None)
                    self._not_both(variable, soon, Rule("min_rest", a))

    def _not_both(self, first: Any, others: list[Any], rule: Rule | None) -> None:
        if not others:
            return
        sum_of = Sum(others if first is None else [first, *others])
        condition = sum_of <= (0 if first is None else 1)
        if rule is None:
            self.roster.model.add(condition)
        else:
            self.roster.book.add(condition, rule)

    def _sequences(self, a: int) -> None:
        roster = self.roster
        past = roster.history[a]
        since = -len(self.problem.agents[a].history)
        for i, banned in enumerate(self.problem.banned_sequences):
            for first in range(max(since, 1 - len(banned)), self.problem.days - len(banned) + 1):
                broken_by: list[Any] = []
                possible = True
                for day, name in enumerate(banned, first):
                    if day < 0:
                        wanted = None if name is None else roster.places[name]
                        possible = possible and past.get(day) == wanted
                    elif name is None:
                        broken_by += self._day(a, day)
                    else:
                        variable = roster.of_day(a, day).get(roster.places[name])
                        possible = possible and variable is not None
                        broken_by += [] if variable is None else [~variable]
                if possible:
                    roster.book.add_or(broken_by, Rule("banned_sequence", a, i))

    # --- amounts ----------------------------------------------------------------------------------

    def _paid(self, a: int, days: Any) -> Any:
        shifts = self._shifts(a, days)
        minutes = [self.problem.templates[t].paid_minutes for t, _ in shifts]
        return Weighted([v for _, v in shifts], minutes)

    def _between(self, sum_of: Any, least: Any, most: Any, rules: tuple[Rule, Rule]) -> None:
        if least is not None:
            self.roster.book.add(sum_of >= int(least), rules[0])
        if most is not None:
            self.roster.book.add(sum_of <= int(most), rules[1])

    def _amounts(self, a: int) -> None:
        contract = self._contract(a)
        days = range(self.problem.days)
        least, most = (
            None if value is None else value // 60
            for value in (contract.min_paid, contract.max_paid)
        )
        rules = Rule("min_paid", a), Rule("max_paid", a)
        self._between(self._paid(a, days), least, most, rules)
        count = Sum([v for _, v in self._shifts(a, days)])
        rules = Rule("min_shifts", a), Rule("max_shifts", a)
        self._between(count, contract.min_shifts, contract.max_shifts, rules)

    def _weeks(self, a: int) -> None:
        contract = self._contract(a)
        for week in self.problem.horizon.weeks:
            whole = len(week) == WEEK
            first = week[0]
            least = contract.min_paid_per_week if whole else None
            most = contract.max_paid_per_week
            least, most = (None if value is None else value // 60 for value in (least, most))
            rules = Rule("min_paid_per_week", a, day=first), Rule("max_paid_per_week", a, day=first)
            self._between(self._paid(a, week), least, most, rules)
            count = Sum([v for _, v in self._shifts(a, week)])
            rule = Rule("max_shifts_per_week", a, day=first)
            self._between(count, None, contract.max_shifts_per_week, (rule, rule))
            if whole and contract.days_off_per_week is not None:
                rule = Rule("days_off_per_week", a, day=first)
                self.roster.book.add(count <= WEEK - contract.days_off_per_week, rule)
            if whole and contract.days_off_in_a_row:
                self._days_off(a, week, contract.days_off_in_a_row)

    def _days_off(self, a: int, week: range, length: int) -> None:
        """Some run of days of the week is free of shifts."""
        begins = []
        for first in week[: WEEK - length + 1]:
            begin = self.roster.model.new_bool_var("")
            for day in range(first, first + length):
                for variable in self._day(a, day):
                    self.roster.model.add_implication(begin, ~variable)
            begins.append(begin)
        self.roster.book.add_or(begins, Rule("days_off_in_a_row", a, day=week[0]))

    def _runs(self, a: int) -> None:
        contract = self._contract(a)
        templates = self.problem.templates
        past = self.roster.history[a]
        since = -len(self.problem.agents[a].history)
        nights = {t for t, template in enumerate(templates) if template.night}
        every = set(range(len(templates)))
        for kind, most, counted in (
            ("max_days_in_a_row", contract.max_days_in_a_row, every),
            ("max_nights_in_a_row", contract.max_nights_in_a_row, nights),
        ):
            if most is None:
                continue
            for first in range(max(since, -most), self.problem.days - most):
                days = range(first, first + most + 1)
                before = sum(past.get(day, -1) in counted for day in days if day < 0)
                shifts = [
                    v for t, v in self._shifts(a, [d for d in days if d >= 0]) if t in counted
                ]
                if shifts:
                    self.roster.book.add(Sum(shifts) + before <= most, Rule(kind, a))

    # --- weekends ---------------------------------------------------------------------------------

    def weekends(self, a: int) -> list[Any]:
        """Whether he works, by weekend of the horizon."""
        return [self._weekend(a, day) for day in self.problem.horizon.weekends]

    def _weekend(self, a: int, saturday: int) -> Any:
        found = self._weekends.get((a, saturday))
        if found is not None:
            return found
        roster = self.roster
        start, end = saturday * DAY, (saturday + 2) * DAY
        inside: list[Any] = []
        certain = False
        for day in range(saturday - 2, saturday + 2):
            past = roster.history[a]
            known = {past[day]: None} if day in past else roster.of_day(a, day)
            for t, variable in known.items():
                if any(first < end and start < last for first, last in roster.worked(day, t)):
                    certain = certain or variable is None
                    inside += [] if variable is None else [variable]
        worked = roster.model.new_bool_var("")
        if certain:
            roster.model.add(worked == 1)
        else:
            for variable in inside:
                roster.model.add_implication(variable, worked)
            roster.model.add_bool_or([*inside, ~worked])
        self._weekends[a, saturday] = worked
        return worked
