"""The first rule that stops an agent from getting an item, with numbers and the way out.

It asks the same questions in the same order as rule C4, F and D1, one agent and one item at a time,
from what he holds. The invariant of rule D3 is checked with it after every command of the property
tests, so it cannot say other than what dispatch does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from assignwork.dispatcher._state import ACTIVE, PRIMARY, QUEUED, AgentRecord, ItemRecord
from assignwork.model import After

if TYPE_CHECKING:
    from assignwork.dispatcher._items import ItemCommands


@attrs.frozen
class Obstacle:
    """Why an agent does not get an item.

    Attributes
    ----------
    rule : str
        The rule's number, such as ``C3``.
    text : str
        What stops him, with numbers.
    remedy : str
        What would have to change.
    """

    rule: str
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.rule} {self.text}"


def cannot_take(
    desk: ItemCommands,
    agent: AgentRecord,
    item: ItemRecord,
    *,
    free: bool = False,
    limits: bool = True,
) -> Obstacle | None:
    """Rule C4: None if he can take the item (the rules of affinity and tier not looked at).

    `free` asks what would be if he were active with room under every limit; without `limits` only
    those of rule C3 are left out.
    """
    if agent.presence != ACTIVE and not free:
        return Obstacle("P1", f"he is {agent.presence}", "he becomes active")
    if desk._clock >= agent.shift_ends:
        return Obstacle("T3", "his shift ends at this instant", "his next shift begins")
    team = item.team
    if team.id not in agent.membership:
        return Obstacle(
            "C4", f"he is no member of {team.id}", f"{team.id} becomes one of his teams"
        )
    missing = _missing_skill(agent, item)
    if missing is not None:
        return missing
    excluded = {} if item.extra is None else item.extra.excluded
    if agent.id in excluded:
        until = desk._timers.due_of(excluded[agent.id])
        return Obstacle(
            "O3",
            f"he declined or missed it and is not asked before {until:g}",
            f"{until - desk._clock:g} s pass, or somebody assigns it by hand",
        )
    if agent.stopped and not free:
        return _over_rate(desk, agent)
    left = team.min_left
    if left is not None and desk._clock > agent.shift_ends - left:
        return Obstacle(
            "T3",
            f"his shift has {agent.shift_ends - desk._clock:g} s to go, of min_shift_left {left:g}",
            "his next shift begins",
        )
    broken = desk._broken_limit(agent, item) if limits and not free else None
    if broken is not None:
        return Obstacle("C3", broken, "he finishes or gives back work, or the limit is raised")
    if desk._eligibility:
        shown = desk._item_view(item), desk._agent_view(agent)
        for policy in desk._eligibility:
            reason = desk._asked(policy, *shown)
            if reason is not None:
                return Obstacle(policy.name, reason, f"the policy {policy.name!r} allows it")
    return None


def _missing_skill(agent: AgentRecord, item: ItemRecord) -> Obstacle | None:
    relaxed = () if item.extra is None or item.state != QUEUED else item.extra.relaxed
    for name, need in item.spec.skills.items():
        has = agent.skills.get(name, 0)
        if has < need.level and name not in relaxed:
            remedy = f"he learns {name}"
            if need.relax_after is not None:
                remedy += f", or it has been queued for {need.relax_after:g} s"
            level = f"level {has}" if has else "none"
            return Obstacle("K1", f"skill {name}: {level} < {need.level}", remedy)
    return None


def _over_rate(desk: ItemCommands, agent: AgentRecord) -> Obstacle:
    rate = desk._rate
    due = desk._timers.due_of(agent.rate_timer)
    assert rate is not None  # he is stopped by it
    given = sum(at + rate.per > desk._clock for at in agent.given)
    return Obstacle(
        "C6",
        f"given {given} of {rate.items} items in {rate.per:g} s",
        f"{due - desk._clock:g} s pass",
    )


def obstacle(
    desk: ItemCommands, agent: AgentRecord, item: ItemRecord, *, free: bool = False
) -> Obstacle | None:
    """Rule D1 with F: None if he is eligible for the item; `free` as in `cannot_take`."""
    found = cannot_take(desk, agent, item, free=free)
    if found is None:
        found = _reserved(desk, agent, item)
    if found is None and agent.membership[item.team.id] != PRIMARY:
        found = _may_not_help(desk, agent, item, free=free)
    return found


def may_not_get(desk: ItemCommands, agent: AgentRecord, item: ItemRecord) -> Obstacle | None:
    """Rule B: None if a plan may give him the item, the limits of C3 and rule D1 not looked at.

    What belongs to a stay in the queue (a requirement dropped, a wait for somebody alone) holds for
    queued items only.
    """
    found = cannot_take(desk, agent, item, limits=False) or _reserved(desk, agent, item)
    if found is None and item.team.manual and item.state == QUEUED:
        team = item.team.id
        return Obstacle(
            "A4",
            f"team {team} is manual: somebody assigns it or pulls",
            f"somebody assigns it or pulls, or {team} is manual no more",
        )
    return found


def _reserved(desk: ItemCommands, agent: AgentRecord, item: ItemRecord) -> Obstacle | None:
    spec = item.spec
    if spec.only_agent is not None:
        if agent.id == spec.only_agent:
            return None
        return Obstacle("F2", f"only {spec.only_agent} may have it", "only_agent is cleared")
    wanted = spec.preferred_agent
    if wanted is None or wanted == agent.id or item.extra is None or not item.extra.restricted:
        return None
    other = desk._agents.get(wanted)
    wait = spec.affinity_wait or 0.0
    if other is None or not (
        other.presence == ACTIVE or other.shift_starts <= item.queued_at + wait
    ):
        return None
    return Obstacle(
        "F1",
        f"it waits for {wanted} alone until {item.queued_at + wait:g}",
        f"{item.queued_at + wait - desk._clock:g} s pass, or {wanted} leaves",
    )


def _may_not_help(
    desk: ItemCommands, agent: AgentRecord, item: ItemRecord, *, free: bool
) -> Obstacle | None:
    team = item.team
    rule = team.rule
    if rule == "primary_empty":
        own = first_primary_work(desk, agent, free=free)
        if own is None:
            return None
        return Obstacle(
            "D1",
            f"primary_empty: {own.id} in his own {own.team.id} waits for him",
            "his own inboxes hold nothing that he can take",
        )
    if rule == "primary_full":
        for _, other in sorted(team.primary.items()):
            if cannot_take(desk, other, item) is None:
                return Obstacle(
                    "D1",
                    f"primary_full: {other.id} of the team's own can take it",
                    "no primary agent of the team can take it",
                )
        return None
    if isinstance(rule, After):
        if item.queued_at + rule.after <= desk._clock or team.active_primary == 0:
            return None
        left = item.queued_at + rule.after - desk._clock
        return Obstacle(
            "D1",
            f"after: queued for {rule.after - left:g} of {rule.after:g} s",
            f"{left:g} s pass, or no primary agent of the team is active",
        )
    reason = rule.obstacle(
        desk._item_view(item),
        desk._agent_view(agent),
        desk._team_view(team),
    )
    if reason is None:
        return None
    return Obstacle(rule.name, reason, f"the rule {rule.name!r} allows it")


def first_primary_work(
    desk: ItemCommands, agent: AgentRecord, *, free: bool = False
) -> ItemRecord | None:
    """An item that he can take in one of his primary inboxes, manual ones not counted."""
    for team in agent.primary:
        if team.queued and not team.manual:
            for lane in team.lanes.values():
                if lane.count:
                    first = desk._first_item(lane)
                    if first.state == QUEUED and cannot_take(desk, agent, first, free=free) is None:
                        return first
    return None
