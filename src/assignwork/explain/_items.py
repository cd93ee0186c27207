"""Why nobody, or somebody, has an item (X1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from assignwork.dispatcher._obstacles import Obstacle
from assignwork.dispatcher._state import PRIMARY, QUEUED, SECONDARY
from assignwork.explain._obstacles import obstacle_now
from assignwork.explain._paths import NextStep
from assignwork.explain._promises import promises
from assignwork.explain._shown import Shown, number
from assignwork.explain._targets import Promised
from assignwork.explain._updates import Updates
from assignwork.views import ItemView

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


@attrs.frozen
class Standing:
    """How one agent of the item's team stands to it; no obstacle: he is eligible."""

    agent: str
    tier: str
    obstacle: Obstacle | None


@attrs.frozen
class ItemExplanation(Shown):
    """Where an item stands now, and why nobody, or somebody, has it (X1).

    Attributes
    ----------
    item : ItemView
    at : float or None
        The instant it speaks of, POSIX seconds.
    position, inbox_position : int or None
        Its place among all queued items and in its own inbox, from 1; None: not queued.
    queued, inbox_queued : int
        How many items wait, in all inboxes and in its own.
    key : tuple of (str, value)
        Its key in item order, criterion by criterion.
    manual : bool
        Whether its inbox is never dispatched (A4).
    agents : tuple of Standing
        Every agent of its team: primary ones first, in registration order.
    decided_by : str
        What decided its own priority (R1): `given`, `default`, `catalog`, or the factor.
    targets : tuple of Promised
        Its service-level targets, in the order of their names in rule L1.
    step : NextStep or None
        Where it stands on the path that it follows.
    acknowledged_until : float or None
        When its acknowledgement lapses; None: never, or there is none.
    updates : Updates or None
        What its protocol asks for next.
    report : tuple of str
        Sections of the report that is due on a closed item.
    approvers : tuple of str
        Who may give the approval that a held item waits for.
    """

    item: ItemView
    at: float | None
    position: int | None
    inbox_position: int | None
    queued: int
    inbox_queued: int
    key: tuple[tuple[str, Any], ...]
    manual: bool
    agents: tuple[Standing, ...]
    decided_by: str
    targets: tuple[Promised, ...]
    step: NextStep | None
    acknowledged_until: float | None
    updates: Updates | None
    report: tuple[str, ...]
    approvers: tuple[str, ...]

    def _lines(self) -> list[str]:
        item = self.item
        lines = [f"item {item.id} is {item.state} in team {item.team}{_holder(item)}"]
        if item.approvals:
            lines.append(self._approval())
        if self.position is not None:
            lines.append(
                f"position {self.position} of {self.queued} in all inboxes, "
                f"{self.inbox_position} of {self.inbox_queued} in {item.team}"
            )
        priority = self._priority()
        if priority:
            lines.append(priority)
        if self.key:
            key = ", ".join(f"{name} {number(value)}" for name, value in self.key)
            lines.append(f"its place in the item order: {key}")
        lines += self._promises()
        if item.state == QUEUED and self.manual:
            lines.append(f"A4 team {item.team} is manual: somebody assigns it or pulls")
        if item.state == QUEUED and not self.agents:
            lines.append(f"team {item.team} has no agents: make it a team of somebody's")
        return lines

    def _approval(self) -> str:
        first, *rest = self.item.approvals
        others = [name for name in self.approvers if name != first]
        text = f"G2 it waits for the approval of {first}"
        text += f" ({' or '.join(others)})" if others else ""
        return text + "".join(f", then of {name}" for name in rest)

    def _priority(self) -> str:
        """Its own priority, unless the item order says it and somebody gave it."""
        item = self.item
        aged = item.priority != item.own_priority
        if self.decided_by == "given" and not aged and ("priority", item.priority) in self.key:
            return ""
        by = {
            "given": "as given",
            "default": "by default",
            "catalog": f"as catalog entry {item.item.catalog} says",
            "none": "decided by no factor",
        }.get(self.decided_by, f"decided by {self.decided_by.replace('+', ' and ')}")
        text = f"R1 its own priority is {item.own_priority}, {by}"
        return text + (f"; ageing has made it {item.priority} (Q4)" if aged else "")

    def _promises(self) -> list[str]:
        item = self.item
        lines = [str(target) for target in self.targets]
        if self.step is not None:
            lines.append(str(self.step))
        if item.acknowledged:
            until = self.acknowledged_until
            lines.append("E3 acknowledged" + ("" if until is None else f" until {number(until)}"))
        if item.watchers:
            lines.append(f"watched by {', '.join(item.watchers)}")
        if self.updates is not None:
            lines.append(str(self.updates))
        if self.report:
            lines.append(f"U2 a report is due: {', '.join(self.report)}")
        return lines

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [
            (
                standing.agent,
                standing.tier,
                "eligible" if standing.obstacle is None else str(standing.obstacle),
                "" if standing.obstacle is None else standing.obstacle.remedy,
            )
            for standing in self.agents
        ]
        return ("agent", "tier", "what stops him", "what would have to change"), rows


def _holder(item: ItemView) -> str:
    if item.offered_to is not None:
        return f", offered to {item.offered_to} until {number(item.offer_expires_at)}"
    if item.state == "closed":
        return "" if item.owner is None else f", last owned by {item.owner}"
    owner = "" if item.owner is None else f", owned by {item.owner}"
    if item.state == "snoozed":
        until = item.snoozed_until
        return f"{owner}, until {'its customer replies' if until is None else number(until)}"
    return owner


def explain_item(desk: Dispatcher, name: str) -> ItemExplanation:
    """Why an item stands where it stands (X1).

    Raises
    ------
    UnknownItemError
    """
    record = desk._items.get(name)
    queued = sum(team.queued for team in desk._teams.values())
    if record is None:
        if name not in desk._closed:
            desk._unknown_item(name)
        *_, decided_by, _, care = desk._closed[name]
        return ItemExplanation(
            item=desk._closed_view(name),
            at=desk.now,
            position=None,
            inbox_position=None,
            queued=queued,
            inbox_queued=0,
            key=(),
            manual=False,
            agents=(),
            decided_by=decided_by,
            **attrs.asdict(promises(desk, care, None), recurse=False),
        )
    position = desk.position(name)
    own_key = record.key if record.key is not None else desk._key_of(record)
    order = desk._settings.item_order
    names = [entry if isinstance(entry, str) else entry.name for entry in order]
    team = record.team
    standings = [
        Standing(agent.id, tier, obstacle_now(desk, agent, record))
        for tier, members in ((PRIMARY, team.primary), (SECONDARY, team.secondary))
        for _, agent in sorted(members.items())
    ]
    return ItemExplanation(
        item=desk._item_view(record),
        at=desk.now,
        position=None if position is None else position[0],
        inbox_position=None if position is None else position[1],
        queued=queued,
        inbox_queued=team.queued,
        key=tuple(zip([*names, "sequence number"], own_key, strict=False)),
        manual=team.manual,
        agents=tuple(standings),
        decided_by=record.decided_by,
        **attrs.asdict(promises(desk, record.care, record), recurse=False),
    )
