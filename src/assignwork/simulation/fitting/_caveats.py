"""What a log does not tell, in sentences with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from assignwork._words import plural
from assignwork.simulation._text import amount
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._demand import Demand
from assignwork.simulation.fitting._history import CLOSED, OPEN, PASSED_ON, History
from assignwork.simulation.fitting._people import Staff
from assignwork.simulation.trial import Instants

if TYPE_CHECKING:
    from assignwork.simulation.fitting.fits import KindFit

_TREND = 0.1
_MANY = 0.05
_LONG_WEEK = 80
_HELD = (
    "Time held is not time worked: what an agent did besides, and how long an item just lay there, "
    "the log does not say."
)
_WHO = (
    "Who got what was people's choice in the log; in the scenario the dispatcher decides, at once. "
    "Breaks within a day are not guessed."
)


class Doubts:
    """Gathers sentences."""

    def __init__(self, history: History, kept: Demand, unassigned: str) -> None:
        self._said: list[str] = []
        self._demand(kept, unassigned)
        self._events(history, kept)

    def said(self) -> tuple[str, ...]:
        """All of them."""
        return (*self._said, _HELD, _WHO)

    def _say(self, sentence: str, count: float = 1) -> None:
        if count:
            self._said.append(sentence)

    def _demand(self, kept: Demand, unassigned: str) -> None:
        courses = kept.courses
        total = len(courses)
        still = sum(course.ended == OPEN for course in courses)
        self._say(
            f"{still:,} of {total:,} customers were not done when the log ended; their handle "
            "times, longer ones more often, are not counted.",
            still,
        )
        alone = sum(course.assigned_at is None and course.ended == CLOSED for course in courses)
        self._say(
            f"{alone:,} of {total:,} customers were closed before anybody was assigned and are "
            "taken for people who gave up; if somebody dealt with them without being named, say "
            'unassigned="left out".',
            alone,
        )
        self._say(
            f"{kept.closed_alone:,} items were closed without anybody assigned; they are left out, "
            "as work of nobody's.",
            kept.closed_alone if unassigned == "left out" else 0,
        )
        self._say(
            f"{kept.waved_on:,} stays with a team ended in another team's queue before anybody was "
            "assigned; they are left out.",
            kept.waved_on,
        )
        self._say(
            f"{kept.before:,} stays with a team began before the window and are left out, and so "
            "is the work that they still made in it.",
            kept.before,
        )
        self._say(
            f"{kept.after:,} stays with a team began after the window and are left out.",
            kept.after,
        )

    def _events(self, history: History, kept: Demand) -> None:
        counts, courses = history.counts, kept.courses
        passed = sum(course.ended == PASSED_ON for course in courses)
        self._say(
            f"{passed:,} customers were passed on to another team after somebody had worked on "
            "them; each stay with a team is a customer of its own, so that waits are those for "
            "each team, and in a what-if the next team's customers come as they came.",
            passed,
        )
        self._say(
            f"{counts['reassigned']:,} times an item changed hands within its stay; in the "
            "scenario one agent does all of it.",
            counts["reassigned"],
        )
        self._say(
            f"{counts['not a member']:,} assignments went to people outside the item's team, which "
            "the dispatcher does not do.",
            counts["not a member"],
        )
        self._say(
            f"{counts['changed priority']:,} times a priority changed; customers keep the one they "
            "arrived with.",
            counts["changed priority"],
        )
        self._say(
            f"{counts['configured']:,} times the desk was reconfigured; the scenario has it as it "
            "was at first.",
            counts["configured"],
        )
        self._say(
            f"{counts['assigned without an arrival']:,} assignments are of items whose arrival the "
            "log does not have; they are left out.",
            counts["assigned without an arrival"],
        )

    def no_zone(self) -> None:
        """No calendar says where the desk is."""
        self._say("The workspace names no time zone: hours are those of UTC.")

    def manual(self, teams: int) -> None:
        """Simulated agents do not pull."""
        self._say(f"{plural(teams, 'inbox')} that agents pull from assign by themselves.", teams)

    def outside(self, many: int, total: int) -> None:
        """Held time that lies in no shift."""
        self._say(
            f"{many:,} of {total:,} stretches of held time lie outside of all shifts of their "
            "agent and count by the clock of the wall.",
            many,
        )

    def merged(self, classes: int, items: int, least: int) -> None:
        """Classes without a stream of their own."""
        self._say(
            f"{classes:,} classes of team, priority and channel with fewer than {least} customers "
            f"each ({items:,} in all) share streams: their hours of the week are those of all of "
            "them.",
            classes,
        )

    def trend(self, at: Instants, clock: Clock) -> None:
        """Hours that the window does not have; more or fewer customers as time goes by."""
        without = int((clock.lasted() == 0).sum())
        self._say(
            f"The window has none of {without:,} hours of the week; they have the rate of the same "
            "hour on other days.",
            without,
        )
        middle = (clock.begin + clock.end) / 2
        first, second = int((at < middle).sum()), int((at >= middle).sum())
        if first and abs(second - first) > max(_TREND * first, 3 * np.sqrt(first + second)):
            change = second / first - 1
            self._say(
                f"{amount(abs(change), 'share')} {'more' if change > 0 else 'fewer'} customers "
                "came in the second half of the window than in the first; rates are those of the "
                'whole, and days vary by it, too; arrivals="counts" keeps it.'
            )

    def of_kinds(self, kinds: Sequence[KindFit]) -> None:
        """Handle times that no family fits."""
        total = sum(kind.count for kind in kinds)
        plain = sum(kind.count for kind in kinds if kind.work_fit is None or not kind.work_fit.best)
        self._say(
            f"No family fits the handle times of {amount(plain / total, 'share')} of the "
            "customers; they are drawn from those of the log, so that none is longer than its "
            "longest.",
            plain > _MANY * total,
        )

    def of_staff(self, staff: Staff, shifts: str) -> None:
        """What is doubtful about the agents."""
        rare = sum(agent.rare for agent in staff.agents)
        never = sum(not agent.traces for agent in staff.agents)
        scheduled = sum(agent.scheduled for agent in staff.agents)
        absent = sum(agent.absent for agent in staff.agents)
        self._say(
            f"Shifts are guessed from traces: an agent is taken to be there from his usual first "
            f"to his usual last one, and to be away on days without any "
            f"({amount(absent / max(scheduled, 1), 'share')} of the days of their weeks).",
            shifts == "guess" and scheduled,
        )
        long = sum(agent.hours > _LONG_WEEK for agent in staff.agents)
        self._say(
            f"{long:,} agents left traces over more than {_LONG_WEEK} hours of a usual week: "
            "several people under one name, or a machine.",
            long,
        )
        self._say(
            f"{rare:,} of {len(staff.agents):,} agents were seen on fewer than 5 days; they have "
            "the commonest week, on those days.",
            rare,
        )
        self._say(
            f"{never:,} of {len(staff.agents):,} agents were never seen in the window"
            + ("; they are offline." if shifts == "guess" else "."),
            never,
        )
