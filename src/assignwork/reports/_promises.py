"""What is kept of promises, escalations, approvals and scores while a log is read.

`Promises` takes the events of these kinds; `Metrics` passes them on, and knows the items. An item
that is held for approval is not counted as arrived before it is queued, nor is its end.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from assignwork.events import Event
from assignwork.reports._tracks import Item
from assignwork.reports.figures import Distribution
from assignwork.reports.promises import (
    Approvals,
    Attainment,
    Escalations,
    Handoffs,
    Satisfaction,
    ServiceLevels,
)
from assignwork.reports.recurring import CategoryCounts, EscalationShare, recurring_escalations

TARGETS = ("first_response", "next_response", "resolution")
OPEN, MET, BREACHED = "open", "met", "breached"

Outcome = tuple[str, str, int | None, str, bool]
"""Policy, target, priority, what became of it, whether it ever was at risk."""


class _Clock:
    """One promise on one item, as it stands now."""

    __slots__ = ("policy", "risked", "state")

    def __init__(self, policy: str) -> None:
        self.policy = policy
        self.state = OPEN
        self.risked = False


class Promises:
    """Takes the events about what was promised, one by one.

    Parameters
    ----------
    items : mapping of str to Item
        Those that have come to a queue, as the caller knows them.
    """

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items = items
        self._clocks: dict[str, dict[str, _Clock]] = {}
        self._ended: Counter[Outcome] = Counter()  # clocks that another of their target followed
        self.categories = CategoryCounts()
        self._escalated: dict[str, float] = {}  # item -> when first
        self._steps: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._acknowledged: set[str] = set()
        self._held: dict[str, float] = {}  # waiting for approval -> since when
        self._never_queued: set[str] = set()  # held once, and gone without coming to a queue
        self._approval_times = {"approved": array("d"), "rejected": array("d")}
        self._handoffs: Counter[str] = Counter()
        self._open_for = array("d")
        self._scores: dict[str, int] = {}
        self._handlers: dict[str, Callable[[Any], None]] = {
            name[4:]: getattr(self, name) for name in dir(self) if name.startswith("_on_")
        }

    def add(self, event: Event) -> None:
        """Take the next event; kinds that do not matter here are passed over."""
        handler = self._handlers.get(event.kind)
        if handler is not None:
            handler(event)

    def keeps(self, item: str) -> bool:
        """Whether the item was held for approval and has not come to a queue."""
        return item in self._held or item in self._never_queued

    # --- approvals ------------------------------------------------------------------------------

    def _on_held(self, event: Any) -> None:
        self._counts["approvals"]["held"] += 1
        self._held[event.item] = event.at

    def _on_queued(self, event: Any) -> None:
        since = self._held.pop(event.item, None)
        if since is not None:
            self._approval_times["approved"].append(event.at - since)
        self._never_queued.discard(event.item)
        self.categories.add(event)

    def _on_item_updated(self, event: Any) -> None:
        self.categories.add(event)

    def _on_rejected(self, event: Any) -> None:
        self._counts["approvals"]["rejected"] += 1
        since = self._held.get(event.item)
        if since is not None:
            self._approval_times["rejected"].append(event.at - since)

    def _on_closed(self, event: Any) -> None:
        if self._held.pop(event.item, None) is not None:
            self._counts["approvals"]["ended"] += 1
            self._never_queued.add(event.item)

    # --- clocks ---------------------------------------------------------------------------------

    def _clock(self, event: Any) -> _Clock:
        """The clock of the event, under the policy that it names."""
        clocks = self._clocks.setdefault(event.item, {})
        clock = clocks.get(event.target)
        if clock is None:
            clock = clocks[event.target] = _Clock(event.policy)
        clock.policy = event.policy
        return clock

    def _on_sla_started(self, event: Any) -> None:
        clocks = self._clocks.setdefault(event.item, {})
        before = clocks.get(event.target)
        if before is not None:
            self._ended[self._outcome(event.item, event.target, before)] += 1
        clocks[event.target] = _Clock(event.policy)

    def _on_sla_at_risk(self, event: Any) -> None:
        self._clock(event).risked = True

    def _on_sla_breached(self, event: Any) -> None:
        self._clock(event).state = BREACHED

    def _on_sla_met(self, event: Any) -> None:
        self._clock(event).state = MET

    def _on_sla_paused(self, event: Any) -> None:
        self._clock(event)

    def _on_sla_resumed(self, event: Any) -> None:
        self._clock(event).state = OPEN  # one that was met goes on when its item is reopened

    def _outcome(self, item: str, target: str, clock: _Clock) -> Outcome:
        known = self._items.get(item)
        priority = None if known is None else known.life.priority
        return clock.policy, target, priority, clock.state, clock.risked

    def service_levels(self) -> ServiceLevels:
        """Attainment so far."""
        found = Counter(self._ended)
        for item, clocks in self._clocks.items():
            found.update(self._outcome(item, target, clock) for target, clock in clocks.items())
        priorities = sorted({row[2] for row in found if row[2] is not None})
        return ServiceLevels(
            by_target=_by_target(found.items()),
            by_policy={
                policy: _by_target((row, n) for row, n in found.items() if row[0] == policy)
                for policy in sorted({row[0] for row in found})
            },
            by_priority={
                level: _by_target((row, n) for row, n in found.items() if row[2] == level)
                for level in priorities
            },
        )

    # --- paths ----------------------------------------------------------------------------------

    def _on_escalated(self, event: Any) -> None:
        self.categories.add(event)
        self._escalated.setdefault(event.item, event.at)
        self._steps[event.path][event.level] += 1
        self._counts["when"][event.when] += 1
        self._counts["by_hand"]["steps"] += event.by != "path"

    def _on_escalation_skipped(self, event: Any) -> None:
        self._counts["skipped"][event.why] += 1

    def _on_acknowledged(self, event: Any) -> None:
        self._acknowledged.add(event.item)

    def escalations(self) -> Escalations:
        """What paths did so far."""
        shares = self.categories.shares()
        lives = {name: item.life for name, item in self._items.items()}

        def by(key: Callable[[Any], Any]) -> dict[Any, EscalationShare]:
            came = Counter(key(life) for life in lives.values())
            went = Counter(key(lives[item]) for item in self._escalated if item in lives)
            return {name: EscalationShare(came[name], went[name]) for name in sorted(came)}

        return Escalations(
            overall=by(lambda _: 0).get(0, EscalationShare(0, 0)),
            by_priority=by(lambda life: life.priority),
            by_team=by(lambda life: life.team),
            by_category={name: row for name, row in shares.items() if name is not None},
            recurring=tuple(row for row in recurring_escalations(shares) if row.recurring),
            steps={path: dict(sorted(row.items())) for path, row in sorted(self._steps.items())},
            by_when=dict(sorted(self._counts["when"].items())),
            by_hand=self._counts["by_hand"]["steps"],
            skipped=dict(sorted(self._counts["skipped"].items())),
            until_first=Distribution.of(
                at - lives[item].arrived_at for item, at in self._escalated.items() if item in lives
            ),
            acknowledged=len(self._acknowledged),
        )

    # --- the others -----------------------------------------------------------------------------

    def _on_handoff(self, event: Any) -> None:
        self._handoffs[event.team] += 1
        self._open_for.append(event.open_for)

    def _on_rated(self, event: Any) -> None:
        self._scores[event.item] = event.score

    def approvals(self) -> Approvals:
        """Approvals so far."""
        counts = self._counts["approvals"]
        times = self._approval_times
        return Approvals(
            held=counts["held"],
            approved=len(times["approved"]),
            rejected=counts["rejected"],
            closed=counts["ended"] - counts["rejected"],
            waiting=len(self._held),
            approved_after=Distribution.of(times["approved"]),
            rejected_after=Distribution.of(times["rejected"]),
        )

    def handoffs(self) -> Handoffs:
        """Handoffs so far."""
        by_team = dict(sorted(self._handoffs.items()))
        return Handoffs(sum(by_team.values()), by_team, Distribution.of(self._open_for))

    def satisfaction(self) -> Satisfaction:
        """Scores so far."""
        return Satisfaction.of(list(self._scores.values()))


def _by_target(rows: Iterable[tuple[Outcome, int]]) -> dict[str, Attainment]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, target, _, state, risked), number in rows:
        counts[target]["clocks"] += number
        counts[target][state] += number
        counts[target]["risked"] += number * risked
    return {
        target: Attainment(
            counts[target]["clocks"], counts[target][MET], counts[target][BREACHED],
            counts[target]["risked"],
        )
        for target in TARGETS
        if target in counts
    }  # fmt: skip
