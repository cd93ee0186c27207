"""Why: the dispatcher's reasons as objects that print as text and show as tables (X1 to X3).

`Dispatcher.explain` makes them for an item or an agent; `explain_event` needs nothing but the event
log. Nothing here is computed unless somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import inf
from typing import TYPE_CHECKING, Any

import attrs

from assignwork._codec import plain
from assignwork._words import aligned
from assignwork.dispatcher._care import BREACHED, MET, PAUSED, RUNNING, Care, Clock
from assignwork.dispatcher._obstacles import Obstacle, obstacle
from assignwork.dispatcher._state import (
    ACTIVE,
    PRIMARY,
    QUEUED,
    SECONDARY,
    SNOOZED,
    AgentRecord,
    ItemRecord,
)
from assignwork.errors import UnknownItemError
from assignwork.events import Assigned, Escalated, Event, Offered
from assignwork.model import Actions, OnCall
from assignwork.model.calendars import ALWAYS
from assignwork.model.paths import TIMED, Step
from assignwork.model.promises import TARGETS
from assignwork.policies.ordering import NEVER
from assignwork.views import AgentView, ItemView

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher


class _Shown:
    """Text for a terminal, a table for a notebook; both from `_lines` and `_table`."""

    __slots__ = ()

    def _lines(self) -> list[str]:
        raise NotImplementedError

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        raise NotImplementedError

    def __str__(self) -> str:
        head, rows = self._table()
        if not rows:
            return "\n".join(self._lines())
        table = aligned([head, *rows], [False] * len(head))
        return "\n".join([*self._lines(), *(f"  {line}" for line in table)])

    def _repr_html_(self) -> str:
        head, rows = self._table()
        lines = "".join(f"<p>{escape(line)}</p>" for line in self._lines())
        if not rows:
            return lines
        cells = "".join(f"<th>{escape(name)}</th>" for name in head)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        return f"{lines}<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return attrs.asdict(self, value_serializer=_serialize)  # type: ignore[arg-type]  # every subclass is attrs


def _serialize(_: Any, __: Any, value: Any) -> Any:
    if isinstance(value, float) and value == NEVER:
        return None
    if hasattr(value, "to_dict") and not isinstance(value, _Shown):
        return value.to_dict()
    return plain(value) if isinstance(value, (tuple, list)) and not value else value


# --- what was promised for an item --------------------------------------------------------------


@attrs.frozen
class Promised:
    """How far a target of an item has come (rules L1 to L4).

    Attributes
    ----------
    target : {'first_response', 'next_response', 'resolution'}
    policy, calendar : str or None
        None: no policy has such a target for it now.
    state : {'running', 'paused', 'met', 'breached'}
    at_risk : bool
        Whether it runs and that was said of it.
    due_at : float or None
        Of a running or breached one.
    left : float or None
        Seconds of the calendar's working time to go, or that were left when it was met.
    why : str
        Why it stands still, or that a breached one is still to be met; or empty.
    """

    target: str
    policy: str | None
    calendar: str | None
    state: str
    at_risk: bool
    due_at: float | None
    left: float | None
    why: str

    def __str__(self) -> str:
        text = f"L1 {self.target}" + (f" by {self.policy}: " if self.policy else ": ")
        text += "running, at risk" if self.at_risk else self.state
        if self.due_at is not None:
            text += f" at {_number(self.due_at)}" if self.state == BREACHED else ""
            text += f", due at {_number(self.due_at)}" if self.state == RUNNING else ""
        if self.left is not None and self.state != BREACHED:
            text += f", {_number(self.left)} s {'were left' if self.state == MET else 'left'}"
            text += f" on calendar {self.calendar}" if self.calendar != ALWAYS else ""
        return text + (f"; {self.why}" if self.why else "")


@attrs.frozen
class NextStep:
    """Where an item stands on its escalation path (rules E1, E2).

    Attributes
    ----------
    path : str
    level : int or None
        The next step, from 1; None: all have had their turn, and an acknowledgement may lapse.
    steps, lap, laps : int
        How many steps the path has, and which of its rounds this is.
    at : float or None
        When the step fires or is skipped, as far as that is known.
    when : str
        What it waits for, in words.
    do : Actions or None
    what : str
        What it does, in words; who is on call is named as of that instant.
    skipped : str or None
        Why it would be skipped if nothing changes until then.
    """

    path: str
    level: int | None
    steps: int
    lap: int
    laps: int
    at: float | None
    when: str
    do: Actions | None
    what: str
    skipped: str | None

    def __str__(self) -> str:
        lap = f", lap {self.lap} of {self.laps}" if self.laps > 1 else ""
        if self.level is None:
            return f"E3 path {self.path}, all {self.steps} steps had their turn{lap}: {self.when}"
        text = f"E1 path {self.path}, step {self.level} of {self.steps}{lap}: "
        text += f"at {_number(self.at)}, " if self.at is not None else ""
        text += f"{self.when}: {self.what}"
        return text + (f"; as things stand it is skipped ({self.skipped})" if self.skipped else "")


@attrs.frozen
class Updates:
    """What an item's protocol asks for next (rule U2).

    Attributes
    ----------
    protocol : str
    required : tuple of str
        What each update must contain.
    due_since : float or None
        Since when an update is due that was not posted.
    next_at : float or None
        When the next one is due; None: the protocol asks for none.
    """

    protocol: str
    required: tuple[str, ...]
    due_since: float | None
    next_at: float | None

    def __str__(self) -> str:
        content = f" ({', '.join(self.required)})" if self.required else ""
        text = f"U1 protocol {self.protocol}: "
        if self.next_at is None:
            return f"{text}no updates are due"
        if self.due_since is None:
            return f"{text}the next update{content} is due at {_number(self.next_at)}"
        since = _number(self.due_since)
        return f"{text}an update{content} is due since {since}, one more at {_number(self.next_at)}"


@attrs.frozen
class _Promises:
    """The part of an item's explanation that its care tells."""

    targets: tuple[Promised, ...] = ()
    step: NextStep | None = None
    acknowledged_until: float | None = None
    updates: Updates | None = None
    report: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()


def _promises(desk: Dispatcher, care: Care | None, record: ItemRecord | None) -> _Promises:
    """`record` None: the item is closed."""
    if care is None:
        return _Promises()
    targets = [
        _promised(desk, name, care.clocks[name], record) for name in TARGETS if name in care.clocks
    ]
    wanted = care.approvals[:1]
    groups = desk._settings.groups
    return _Promises(
        targets=tuple(targets),
        step=None if record is None else _next_step(desk, care, record),
        acknowledged_until=care.ack_until,
        updates=_updates(desk, care),
        report=() if care.report is None else care.report.report_on_close,
        approvers=tuple(dict.fromkeys(who for n in wanted for who in (n, *groups.get(n, ())))),
    )


def _promised(desk: Dispatcher, name: str, clock: Clock, item: ItemRecord | None) -> Promised:
    promise = clock.promise
    left = None
    if promise is not None:
        ran = clock.ran
        if clock.state == RUNNING:
            working = desk._working(promise.calendar)
            ran += working.working_between(clock.since, desk._clock)
        left = 0.0 if clock.state == BREACHED else max(0.0, promise.seconds - ran)
    why = ""
    if clock.state == PAUSED:
        why = _why_paused(clock, item)
    elif clock.state == BREACHED and clock.unanswered:
        why = "it is still to be met"
    return Promised(
        target=name,
        policy=None if promise is None else promise.policy,
        calendar=None if promise is None else promise.calendar,
        state=clock.state,
        at_risk=clock.state == RUNNING and clock.warned,
        due_at=clock.due,
        left=left,
        why=why,
    )


def _why_paused(clock: Clock, item: ItemRecord | None) -> str:
    if item is None:
        return "the item is closed"
    if clock.promise is None:
        return "no policy has such a target for it now"
    return "the item is snoozed" if item.state == SNOOZED else "we wait for the customer"


_IF = {
    "unassigned": "if nobody owns it then",
    "unacknowledged": "if nobody has acknowledged it then",
    "no_response": "if no agent has replied by then",
    "unresolved": "if it is still open then",
    "manual": "when somebody escalates it by hand",
}


def _next_step(desk: Dispatcher, care: Care, item: ItemRecord) -> NextStep | None:
    path = care.path
    if path is None:
        return None
    if care.step >= len(path.steps):
        again = 0 if care.ack_skipped is None else care.ack_skipped + 1
        when = f"when the acknowledgement lapses at {_number(care.ack_until)}, step {again} is next"
        return NextStep(
            path=path.id, level=None, steps=len(path.steps), lap=care.lap, laps=path.repeat + 1,
            at=care.ack_until, when=when, do=None, what="", skipped=None,
        )  # fmt: skip
    step = path.steps[care.step]
    at = _instant_of(desk, care, step)
    what = "is at risk" if step.when == "at_risk" else "is breached"
    return NextStep(
        path=path.id,
        level=care.step + 1,
        steps=len(path.steps),
        lap=care.lap,
        laps=path.repeat + 1,
        at=at,
        when=_IF.get(step.when, f"when {step.target} {what}"),
        do=step.do,
        what=_deeds(desk, step.do, desk._clock if at is None else at),
        skipped=desk._kept_from(item, care, step.when) if step.when in TIMED else None,
    )


def _instant_of(desk: Dispatcher, care: Care, step: Step) -> float | None:
    """When a step comes: of one that waits for a target, if its clock runs on."""
    if care.step_timer:
        return desk._timers.due_of(care.step_timer)
    clock = None if step.target is None else care.clocks.get(step.target)
    if clock is None or clock.state != RUNNING:
        return None
    return clock.due if step.when == "breached" else desk._timers.due_of(clock.timer)


def _deeds(desk: Dispatcher, do: Actions, at: float) -> str:
    def person(who: str | OnCall) -> str:
        if isinstance(who, str):
            return who
        return f"{desk._book.person(who, at) or 'nobody'} (on call in {who.on_call})"

    deeds = []
    if do.priority is not None:
        deeds.append(f"raise its priority to {do.priority}")
    if do.transfer is not None:
        deeds.append(f"transfer it to {do.transfer}")
    if do.assign is not None:
        deeds.append(f"assign it to {person(do.assign)}")
    if do.watchers:
        deeds.append(f"add as watchers {', '.join(map(person, do.watchers))}")
    if do.notify:
        deeds.append(f"notify {', '.join(map(person, do.notify))}")
    if do.path is not None:
        deeds.append(f"go on with path {do.path}")
    return "; ".join(deeds)


def _updates(desk: Dispatcher, care: Care) -> Updates | None:
    protocol = care.protocol
    if protocol is None:
        return None
    due_since = None
    if protocol.update_every is not None and care.tick:
        due_since = care.ticked_at + protocol.update_every
    return Updates(
        protocol=protocol.id,
        required=protocol.required,
        due_since=due_since,
        next_at=desk._timers.due_of(care.tick_timer) if care.tick_timer else None,
    )


# --- items --------------------------------------------------------------------------------------


@attrs.frozen
class Standing:
    """How one agent of the item's team stands to it; no obstacle: he is eligible."""

    agent: str
    tier: str
    obstacle: Obstacle | None


@attrs.frozen
class ItemExplanation(_Shown):
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
            key = ", ".join(f"{name} {_number(value)}" for name, value in self.key)
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
            lines.append("E3 acknowledged" + ("" if until is None else f" until {_number(until)}"))
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
        return f", offered to {item.offered_to} until {_number(item.offer_expires_at)}"
    if item.state == "closed":
        return "" if item.owner is None else f", last owned by {item.owner}"
    owner = "" if item.owner is None else f", owned by {item.owner}"
    if item.state == "snoozed":
        until = item.snoozed_until
        return f"{owner}, until {'its customer replies' if until is None else _number(until)}"
    return owner


def _number(value: Any) -> str:
    if value is None or value == NEVER:
        return "none"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


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
            **attrs.asdict(_promises(desk, care, None), recurse=False),
        )
    position = desk.position(name)
    own_key = record.key if record.key is not None else desk._key_of(record)
    order = desk._settings.item_order
    names = [entry if isinstance(entry, str) else entry.name for entry in order]
    team = record.team
    standings = [
        Standing(agent.id, tier, _by_shift(desk, agent, obstacle(desk, agent, record)))
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
        **attrs.asdict(_promises(desk, record.care, record), recurse=False),
    )


def _by_shift(desk: Dispatcher, agent: AgentRecord, found: Obstacle | None) -> Obstacle | None:
    """The obstacle, with the instant at which his next shift does away with it."""
    starts = agent.shift_starts
    if found is None or starts == inf or found.rule not in ("P1", "T3"):
        return found
    if found.rule == "T3":
        return attrs.evolve(found, remedy=f"{found.remedy}, at {_number(starts)}")
    if agent.by == "shift":
        return attrs.evolve(
            found,
            text=f"{found.text}: his shift begins at {_number(starts)}",
            remedy=f"{_number(starts - desk._clock)} s pass, or he becomes active",
        )
    remedy = f"{found.remedy}, at the latest when his shift begins at {_number(starts)}"
    return attrs.evolve(found, remedy=remedy)


# --- agents -------------------------------------------------------------------------------------


@attrs.frozen
class Headroom:
    """What an agent may still take under one limit."""

    limit: str
    used: float
    allowed: float

    @property
    def left(self) -> float:
        """The difference; negative when over the limit."""
        return self.allowed - self.used


@attrs.frozen
class AgentExplanation(_Shown):
    """What an agent holds, what he may still take, and what he would get next (X3).

    Attributes
    ----------
    agent : AgentView
    at : float or None
    limits : tuple of Headroom
        One per limit that applies to him.
    next_item : str or None
        The first queued item that he would get if only his presence, rate and limits let him.
    obstacle : Obstacle or None
        What keeps him from it now; None with a `next_item`: it waits in a manual inbox for a pull.
    why : str
        One sentence.
    on_shift : bool or None
        Whether a shift of his is under way; None: he has none, or the desk has not begun.
    """

    agent: AgentView
    at: float | None
    limits: tuple[Headroom, ...]
    next_item: str | None
    obstacle: Obstacle | None
    why: str
    on_shift: bool | None

    def _lines(self) -> list[str]:
        agent = self.agent
        held = ", ".join(agent.items) or "nothing"
        return [
            f"agent {agent.id} is {agent.presence} (by {agent.by}"
            + (f", {agent.reason})" if agent.reason else ")"),
            *self._shift(),
            f"holds {held}" + (f"; offered {', '.join(agent.offers)}" if agent.offers else ""),
            f"next: {self.why}",
        ]

    def _shift(self) -> list[str]:
        agent = self.agent
        shift = agent.agent.shift
        if shift is None or self.on_shift is None:
            return []
        text = f"T3 {'on' if self.on_shift else 'off'} shift (calendar {shift.calendar})"
        if self.on_shift:
            ends = agent.shift_ends_at
            text += ", which never ends" if ends is None else f" until {_number(ends)}"
        starts = agent.shift_starts_at
        if starts is not None:
            return [f"{text}; the next begins at {_number(starts)}"]
        return [text if agent.shift_ends_at is None and self.on_shift else f"{text}; none follows"]

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [
            (h.limit, _number(h.used), _number(h.allowed), _number(h.left)) for h in self.limits
        ]
        return ("limit", "used", "allowed", "left"), rows


def explain_agent(desk: Dispatcher, name: str) -> AgentExplanation:
    """What an agent holds and what he would get next (X3).

    Raises
    ------
    UnknownAgentError
    """
    agent = desk._agent(name)
    found: tuple[ItemRecord, Obstacle | None] | None = None
    heads = sorted(
        key
        for team in (*agent.primary, *agent.secondary)
        for lane in team.lanes.values()
        if lane.count and (key := lane.head(desk._items)) is not None
    )
    for key in heads:
        item = desk._items[key[-1]]
        if obstacle(desk, agent, item, free=True) is None:
            found = (item, _by_shift(desk, agent, obstacle(desk, agent, item)))
            break
    if found is None:
        why = "nothing that waits in his inboxes would come to him"
    elif found[1] is None:
        why = f"{found[0].id}, by a pull: team {found[0].team.id} is manual"
    else:
        tier = agent.membership[found[0].team.id]
        why = (
            f"{found[0].id}, the first in item order that his skills and inboxes allow "
            f"({tier} in {found[0].team.id}), once {found[1].remedy}: {found[1]}"
        )
    return AgentExplanation(
        agent=desk._agent_view(agent),
        at=desk.now,
        limits=tuple(_limits(desk, agent)),
        next_item=None if found is None else found[0].id,
        obstacle=None if found is None else found[1],
        why=why,
        on_shift=_on_shift(desk, agent),
    )


def _on_shift(desk: Dispatcher, agent: AgentRecord) -> bool | None:
    if agent.plan is None:
        return None
    return agent.shift_ends != inf or (
        agent.shift_starts == inf and agent.plan.on_shift(desk._clock)
    )


def _limits(desk: Dispatcher, agent: AgentRecord) -> Iterable[Headroom]:
    yield Headroom("capacity", agent.load, agent.capacity)
    held = [item for item in agent.items.values() if item.counted]
    for team in (*agent.primary, *agent.secondary):
        limit = team.spec.agent_limit
        if limit is not None:
            used = sum(item.counted for item in held if item.team is team)
            yield Headroom(f"agent_limit of {team.id}", used, limit)
    for channel, limit in agent.spec.channel_limits.items():
        used = sum(item.counted for item in held if item.spec.channel == channel)
        yield Headroom(f"channel {channel}", used, limit)
    if agent.spec.secondary_limit is not None:
        used = sum(item.counted for item in held if agent.membership.get(item.team.id) == SECONDARY)
        yield Headroom("secondary_limit", used, agent.spec.secondary_limit)
    rate = desk._rate
    if rate is not None and agent.presence == ACTIVE:
        since = desk._clock - rate.per
        used = sum(1 for at in agent.given if at > since)
        yield Headroom(f"assignment rate per {rate.per:g} s", used, rate.items)


# --- events -------------------------------------------------------------------------------------

_CRITERIA = {
    "balanced": ("load",),
    "least_occupied": ("load / capacity",),
    "most_headroom": ("-headroom",),
    "longest_idle": ("busy", "idle since"),
    "best_skilled": ("-skill levels",),
    "least_recently_assigned": ("last assignment",),
    "round_robin": ("wrapped", "registration"),
}
_TAILS = {"longest_idle": ("load",), "best_skilled": ("load",)}


@attrs.frozen
class AssignmentExplanation(_Shown):
    """Why an item went to an agent, from the event log alone (X2).

    Attributes
    ----------
    event : Assigned or Offered
        The event that was asked about.
    decision : Assigned or Offered
        The event of the decision: for an accepted offer, the offer.
    key : tuple of (str, value)
        The chosen agent's values for the selection's criteria, in turn; smaller wins.
    step : Escalated or None
        The step of its path that assigned it.
    """

    event: Assigned | Offered
    decision: Assigned | Offered
    key: tuple[tuple[str, Any], ...]
    step: Escalated | None = None

    def _lines(self) -> list[str]:
        event = self.event
        what = "was offered to" if isinstance(event, Offered) else "went to"
        lines = [f"item {event.item} {what} {event.agent} at {_number(event.at)}: {self._why()}"]
        decision = self.decision
        if decision is not event:
            lines.append(f"offered at {_number(decision.at)}, accepted at {_number(event.at)}")
        flags = event.flags if isinstance(event, Assigned) else ()
        if flags:
            lines.append("in spite of: " + ", ".join(flags))
        return lines

    def _why(self) -> str:
        decision = self.decision
        if isinstance(decision, Assigned) and decision.by == "hand":
            return "somebody assigned it by hand (M1)"
        if isinstance(decision, Assigned) and decision.by == "pull":
            return f"he pulled it, as a {decision.tier} agent (M3)"
        if isinstance(decision, Assigned) and decision.by == "rebalance":
            return f"a rebalancing plan gave it to him, as a {decision.tier} agent (B)"
        if isinstance(decision, Assigned) and decision.by == "escalation":
            return _escalated(self.step)
        if decision.selection == "affinity":
            return f"it prefers him, and he was eligible as a {decision.tier} agent (F1)"
        rival = (
            "the only one eligible"
            if decision.runner_up is None
            else f"before {decision.runner_up}, the runner-up"
        )
        return f"first by {decision.selection} among the {decision.tier} agents, {rival}"

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [(name, _number(value)) for name, value in self.key]
        return ("criterion", "his value"), rows


def explain_event(events: Iterable[Event], seq: int) -> AssignmentExplanation:
    """Explain an `assigned` or `offered` event from the log alone (X2).

    Parameters
    ----------
    events : iterable of Event
        The log, in order, at least up to that event.
    seq : int

    Raises
    ------
    UnknownItemError
        When the log has no such event, or it is of another kind.

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace([Team("t")], [Agent("ana", primary=["t"])]))
    >>> print(explain_event(desk.submit(WorkItem("1", team="t"), now=0.0), 2))
    item 1 went to ana at 0: first by balanced among the primary agents, the only one eligible
      criterion        his value
      load             0
      last assignment  0
      registration     0
    """
    offers: dict[str, Offered] = {}
    steps: dict[str, Escalated] = {}
    for event in events:
        if isinstance(event, Offered):
            offers[event.item] = event
        elif isinstance(event, Escalated):
            steps[event.item] = event
        if event.seq == seq:
            if not isinstance(event, (Assigned, Offered)):
                break
            decision = event
            if isinstance(event, Assigned) and event.by == "offer":
                decision = offers.get(event.item, event)
            by_path = isinstance(event, Assigned) and event.by == "escalation"
            step = steps.get(event.item) if by_path else None
            return AssignmentExplanation(event, decision, _named(decision), step)
    raise UnknownItemError(
        f"event {seq} is no assignment or offer of this log",
        value=seq,
        remedy="give the seq of an assigned or offered event",
    )


def _escalated(step: Escalated | None) -> str:
    if step is None:  # the log begins later
        return "a step of its path assigned it (E1)"
    text = f"step {step.level} of path {step.path}, {step.when}, assigned it (E1)"
    if step.by != "path":
        text += f", when {step.by} escalated it (E4)"
    return text + (f": {step.reason}" if step.reason else "")


def _named(event: Assigned | Offered) -> tuple[tuple[str, Any], ...]:
    if not event.key:
        return ()
    names: list[str] = []
    parts = event.selection.split("+")
    for part in parts:
        names.extend(_CRITERIA.get(part, (part,)))
    names.extend(_TAILS.get(parts[-1], ()))
    if parts[-1] != "round_robin":
        names.extend(("last assignment", "registration"))
    return tuple(zip(names, event.key, strict=False))
