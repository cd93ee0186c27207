"""Why an item went to an agent, from the event log alone (X2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from assignwork.errors import UnknownItemError
from assignwork.events import Assigned, Escalated, Event, Offered
from assignwork.explain._shown import Shown, number

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
class AssignmentExplanation(Shown):
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
        lines = [f"item {event.item} {what} {event.agent} at {number(event.at)}: {self._why()}"]
        decision = self.decision
        if decision is not event:
            lines.append(f"offered at {number(decision.at)}, accepted at {number(event.at)}")
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
        rows: list[tuple[str, ...]] = [(name, number(value)) for name, value in self.key]
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
