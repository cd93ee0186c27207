"""What was promised and asked for beside the work itself, in figures; `summarize` fills them.

Service-level targets, escalations, approvals, handoffs at the end of shifts, satisfaction. Units
and percentiles are those of `summary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs

from assignwork.reports.figures import Distribution, Figures, share
from assignwork.reports.recurring import CategoryEscalations, EscalationShare

BEST_SCORES = (4, 5)
"""Scores that count as satisfied, of 1 (worst) to 5 (best)."""


@attrs.frozen
class Attainment(Figures):
    """What became of the clocks of a target (rule L4).

    A clock is one promise on one item. It counts by what it is at the end of the log: the
    resolution of an item closed in time, reopened and closed too late is breached.

    Attributes
    ----------
    clocks : int
        How many there were.
    met, breached : int
        How many were met at or before their due instant, and how many were not.
    at_risk : int
        How many came to their policy's share of the working time (rule L4), whatever became of
        them.

    Examples
    --------
    >>> found = Attainment(clocks=10, met=6, breached=2, at_risk=3)
    >>> found.undecided, found.share
    (2, 0.75)
    """

    derived: ClassVar[tuple[str, ...]] = ("undecided", "share")

    clocks: int
    met: int
    breached: int
    at_risk: int

    @property
    def undecided(self) -> int:
        """Neither met nor breached: still to be met, or the item was closed before."""
        return self.clocks - self.met - self.breached

    @property
    def share(self) -> float:
        """Met ÷ (met + breached), 0 to 1."""
        return share(self.met, self.met + self.breached)


@attrs.frozen
class ServiceLevels(Figures):
    """Attainment by target, and by policy and priority and target.

    The policy is the one that the clock had last; the priority that with which the item arrived.
    Clocks of items that never came to a queue (refused approvals) have none and are left out there.
    """

    by_target: Mapping[str, Attainment]
    by_policy: Mapping[str, Mapping[str, Attainment]]
    by_priority: Mapping[int, Mapping[str, Attainment]]

    @property
    def clocks(self) -> int:
        """Of all targets."""
        return sum(found.clocks for found in self.by_target.values())


@attrs.frozen
class Escalations(Figures):
    """What escalation paths did (rules E1 to E4).

    Attributes
    ----------
    overall : EscalationShare
        Items that arrived, and those of them escalated at least once.
    by_priority, by_team : mapping
        The same by the priority and the team with which they arrived.
    by_category : mapping of str to EscalationShare
        The same by the category last known of them; items without one are left out.
    recurring : tuple of CategoryEscalations
        Categories whose share is above the rest by more than chance (`recurring_escalations` at
        its default level).
    steps : mapping of str to mapping of int to int
        Steps that fired, by path and level (from 1).
    by_when : mapping of str to int
        The same by their condition.
    by_hand : int
        How many of them somebody asked for.
    skipped : mapping of str to int
        Steps whose condition did not hold, by why.
    until_first : Distribution
        Arrival to the first step that fired, of items escalated.
    acknowledged : int
        Items of which somebody took notice at least once.
    """

    derived: ClassVar[tuple[str, ...]] = ("fired",)

    overall: EscalationShare
    by_priority: Mapping[int, EscalationShare]
    by_team: Mapping[str, EscalationShare]
    by_category: Mapping[str, EscalationShare]
    recurring: tuple[CategoryEscalations, ...]
    steps: Mapping[str, Mapping[int, int]]
    by_when: Mapping[str, int]
    by_hand: int
    skipped: Mapping[str, int]
    until_first: Distribution
    acknowledged: int

    @property
    def fired(self) -> int:
        """All steps that fired."""
        return sum(self.by_when.values())


@attrs.frozen
class Approvals(Figures):
    """Items that were held for approval (rule G2).

    Attributes
    ----------
    held, approved, rejected, closed, waiting : int
        How many were held; how many of them were approved by all, refused, closed without either,
        and still wait.
    approved_after, rejected_after : Distribution
        Submission to the last approval, and to the refusal.
    """

    held: int
    approved: int
    rejected: int
    closed: int
    waiting: int
    approved_after: Distribution
    rejected_after: Distribution


@attrs.frozen
class Handoffs(Figures):
    """What was left at a shift's end and found its next owner (rule T4).

    Attributes
    ----------
    count : int
    by_team : mapping of str to int
    open_for : Distribution
        How long the items had been open by then.
    """

    count: int
    by_team: Mapping[str, int]
    open_for: Distribution


@attrs.frozen
class Satisfaction(Figures):
    """Customers' scores, 1 (worst) to 5 (best); of an item rated twice the last one counts.

    Attributes
    ----------
    items : int
        How many were rated.
    by_score : mapping of int to int
    mean : float or None
        None when nothing was rated.

    Examples
    --------
    >>> Satisfaction.of([5, 4, 1]).share
    0.666...
    """

    derived: ClassVar[tuple[str, ...]] = ("share",)

    items: int
    by_score: Mapping[int, int]
    mean: float | None

    @classmethod
    def of(cls, scores: list[int]) -> Satisfaction:
        """Of these scores."""
        counts = {score: scores.count(score) for score in sorted(set(scores))}
        return cls(len(scores), counts, sum(scores) / len(scores) if scores else None)

    @property
    def share(self) -> float:
        """Share of the scores that are 4 or 5."""
        return share(sum(self.by_score.get(best, 0) for best in BEST_SCORES), self.items)
