"""Whether what an agent works keeps his contract, and the sequences that are banned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

import attrs

from assignwork.model.hours import DAY
from assignwork.staffing.shifts._clock import WEEK, in_hours
from assignwork.staffing.shifts.contracts import Contract, RosterAgent
from assignwork.staffing.shifts.problem import RosterProblem


@attrs.frozen
class Violation:
    """A rule that a roster breaks.

    Attributes
    ----------
    kind : str
        Such as ``need``, ``leave``, ``min_rest``, ``max_paid_per_week``; those of `Clash`.
    text : str
        In words, with the numbers.
    agent : str or None
        Whose rule it is.
    day : int or None
        Where it shows first.
    place : int or None
        Of the need, template, post, pin, sequence or rotation in the problem's list of them.
    """

    kind: str
    text: str
    agent: str | None = None
    day: int | None = None
    place: int | None = None

    def __str__(self) -> str:
        return self.text


class Days:
    """What an agent works by day; those before day 0 are his history.

    Parameters
    ----------
    problem : RosterProblem
    agent : RosterAgent
    planned : mapping of int to str
        Day -> template.
    """

    def __init__(
        self, problem: RosterProblem, agent: RosterAgent, planned: Mapping[int, str]
    ) -> None:
        self.planned = planned
        self.first = -len(agent.history)
        past = {self.first + i: name for i, name in enumerate(agent.history) if name is not None}
        self.every: dict[int, str] = {**past, **dict(sorted(planned.items()))}
        self._templates = {template.id: template for template in problem.templates}
        self._horizon = problem.horizon

    def spans(self, day: int) -> list[tuple[int, int]]:
        """The parts of the shift of a day, in minutes after midnight of day 0."""
        parts = self._templates[self.every[day]].spans
        return [(day * DAY + start, day * DAY + end) for start, end in parts]

    def paid(self, days: Iterable[int]) -> int:
        """Paid minutes of planned days."""
        return sum(
            self._templates[self.planned[day]].paid_minutes for day in days if day in self.planned
        )

    @property
    def paid_minutes(self) -> int:
        """Paid minutes of all planned days."""
        return self.paid(self.planned)

    @property
    def points(self) -> int:
        """What his shifts cost."""
        return sum(self._templates[name].points for name in self.planned.values())

    @property
    def unpopular(self) -> int:
        """His unpopular shifts."""
        return sum(self._templates[name].unpopular for name in self.planned.values())

    @property
    def weekends_worked(self) -> list[int]:
        """Saturdays of the weekends on which he works."""
        spans = [span for day in self.every for span in self.spans(day)]
        return [
            day
            for day in self._horizon.weekends
            if any(start < (day + 2) * DAY and day * DAY < end for start, end in spans)
        ]

    def night(self, day: int) -> bool:
        """Whether a night starts on this day."""
        return day in self.every and self._templates[self.every[day]].night


def violations(problem: RosterProblem, agent: RosterAgent, days: Days) -> Iterator[Violation]:
    """What his contract and the banned sequences do not allow."""
    contract = problem.contract(agent)
    yield from _rest(problem, agent, contract, days)
    yield from _sequences(problem, agent, days)
    yield from _amounts(agent, contract, days)
    yield from _weeks(problem, agent, contract, days)
    yield from _runs(
        problem,
        agent,
        days,
        "max_days_in_a_row",
        contract.max_days_in_a_row,
        days.every.__contains__,
    )
    yield from _runs(
        problem, agent, days, "max_nights_in_a_row", contract.max_nights_in_a_row, days.night
    )
    if contract.free_weekends is not None:
        free = len(problem.horizon.weekends) - len(days.weekends_worked)
        if free < contract.free_weekends:
            text = f"{agent.id}: {free} free weekends, at least {contract.free_weekends} are due"
            yield Violation("free_weekends", text, agent.id)


def _rest(
    problem: RosterProblem, agent: RosterAgent, contract: Contract, days: Days
) -> Iterator[Violation]:
    label = problem.horizon.label
    order = sorted(days.every)
    for i, earlier in enumerate(order):
        for later in order[i + 1 :]:
            gap = 60 * (days.spans(later)[0][0] - days.spans(earlier)[-1][1])
            if later < 0 or gap >= contract.min_rest:
                continue
            first = f"{days.every[earlier]!r} on {label(earlier)}"
            second = f"{days.every[later]!r} on {label(later)}"
            if gap < 0:
                text = f"{agent.id}: {first} overlaps {second}"
                yield Violation("overlap", text, agent.id, later)
            else:
                asked = in_hours(contract.min_rest)
                text = (
                    f"{in_hours(gap)} between {first} and {second}, at least {asked} are asked for"
                )
                yield Violation("min_rest", f"{agent.id}: {text}", agent.id, later)


def _sequences(problem: RosterProblem, agent: RosterAgent, days: Days) -> Iterator[Violation]:
    for i, banned in enumerate(problem.banned_sequences):
        for first in range(days.first, problem.days - len(banned) + 1):
            last = first + len(banned) - 1
            if last >= 0 and all(
                days.every.get(day) == name for day, name in enumerate(banned, first)
            ):
                shown = " - ".join(name or "off" for name in banned)
                text = f"{agent.id}: {shown} from {problem.horizon.label(first)} on is banned"
                yield Violation("banned_sequence", text, agent.id, max(first, 0), i)


def _amounts(agent: RosterAgent, contract: Contract, days: Days) -> Iterator[Violation]:
    paid, count = days.paid_minutes * 60, len(days.planned)
    for kind, value, least, most in (
        ("paid", float(paid), contract.min_paid, contract.max_paid),
        ("shifts", float(count), contract.min_shifts, contract.max_shifts),
    ):
        shown = in_hours(paid) if kind == "paid" else f"{count} shifts"
        if least is not None and value < least:
            asked = in_hours(least) if kind == "paid" else str(least)
            text = f"{agent.id}: {shown}, at least {asked} are due"
            yield Violation(f"min_{kind}", text, agent.id)
        if most is not None and value > most:
            asked = in_hours(most) if kind == "paid" else str(most)
            yield Violation(f"max_{kind}", f"{agent.id}: {shown}, at most {asked} may be", agent.id)


def _weeks(
    problem: RosterProblem, agent: RosterAgent, contract: Contract, days: Days
) -> Iterator[Violation]:
    for week in problem.horizon.weeks:
        whole = len(week) == WEEK
        from_day = f"{agent.id}: in the week from {problem.horizon.label(week[0])}"
        worked = [day for day in week if day in days.planned]
        paid = 60 * days.paid(week)
        most, least = contract.max_paid_per_week, contract.min_paid_per_week

        def broken(kind: str, text: str, at: str = from_day, first: int = week[0]) -> Violation:
            return Violation(kind, f"{at} {text}", agent.id, first)

        if most is not None and paid > most:
            text = f"{in_hours(paid)}, at most {in_hours(most)} may be"
            yield broken("max_paid_per_week", text)
        if whole and least is not None and paid < least:
            text = f"{in_hours(paid)}, at least {in_hours(least)} are due"
            yield broken("min_paid_per_week", text)
        shifts = contract.max_shifts_per_week
        if shifts is not None and len(worked) > shifts:
            text = f"{len(worked)} shifts, at most {shifts} may be"
            yield broken("max_shifts_per_week", text)
        off = contract.days_off_per_week
        if whole and off is not None and WEEK - len(worked) < off:
            text = f"{WEEK - len(worked)} days off, at least {off} are due"
            yield broken("days_off_per_week", text)
        run = contract.days_off_in_a_row
        if whole and run is not None and _longest_off(week, worked) < run:
            text = f"{_longest_off(week, worked)} days off in a row, at least {run} are due"
            yield broken("days_off_in_a_row", text)


def _longest_off(week: range, worked: list[int]) -> int:
    edges = [week[0] - 1, *worked, week[-1] + 1]
    return max(later - earlier - 1 for earlier, later in pairwise(edges))


def _runs(
    problem: RosterProblem,
    agent: RosterAgent,
    days: Days,
    kind: str,
    most: int | None,
    counts: Callable[[int], bool],
) -> Iterator[Violation]:
    if most is None:
        return
    run = 0
    for day in range(days.first, problem.days):
        run = run + 1 if counts(day) else 0
        if run > most and day >= 0:
            what = "nights" if "nights" in kind else "days"
            text = f"{run} {what} in a row on {problem.horizon.label(day)}, at most {most} may be"
            yield Violation(kind, f"{agent.id}: {text}", agent.id, day)
