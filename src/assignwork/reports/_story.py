"""Events in words: who, what and why, as a timeline shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, tzinfo
from typing import Any

from assignwork.events import Event
from assignwork.reports._promise_text import SKIPS, TARGETS, WHENS
from assignwork.reports.text import MISFITS, REASONS, duration, instant

Told = tuple[str, str]
"""Who, and what and why."""


def told(event: Event, zone: tzinfo = UTC) -> Told:
    """Who an event names, and what happened and why; instants in this zone.

    Examples
    --------
    >>> from assignwork.events import Released
    >>> told(Released(3, 5.0, "t-1", "billing", "ana", "away"))
    ('ana', 'lost it: the agent went away')
    """
    tell = _TOLD.get(event.kind)
    return ("", "") if tell is None else tell(event, zone)


def _queued(e: Any, _: tzinfo) -> Told:
    weight = "" if e.weight == 1 else f", weight {e.weight}"
    category = "" if e.category is None else f", {e.category}"
    return "", f"in the queue of {e.team}, priority {e.priority} ({e.decided_by}){category}{weight}"


def _assigned(e: Any, _: tzinfo) -> Told:
    how = e.by if e.selection == e.by else f"{e.by}: {e.selection}"
    ahead = "" if e.runner_up is None else f"; next would have been {e.runner_up}"
    flags = "".join(f", {flag.replace('_', ' ')}" for flag in e.flags)
    tier = "by hand" if e.tier == "manual" and e.by == "hand" else f"as {e.tier}"
    chosen = "" if e.by == "hand" else f", by {how}"
    return e.agent, f"in {e.team}, {tier} after {duration(e.waited)}{chosen}{flags}{ahead}"


def _offered(e: Any, zone: tzinfo) -> Told:
    return e.agent, f"in {e.team}, until {instant(e.expires_at, zone)}, by {e.selection}"


def _transferred(e: Any, _: tzinfo) -> Told:
    return e.agent or "", f"from {e.from_team} to {e.team}"


def _snoozed(e: Any, zone: tzinfo) -> Told:
    return (
        "",
        "until its customer replies" if e.until is None else f"until {instant(e.until, zone)}",
    )


def _updated(e: Any, _: tzinfo) -> Told:
    return "", _listed(f"{name}: {value}" for name, value in e.changes.items())


def _escalated(e: Any, _: tzinfo) -> Told:
    asked = "" if e.by == "path" else f"asked for by {e.by}; "
    why = WHENS.get(e.when, e.when) + (f" ({e.reason})" if e.reason else "")
    done = [
        *([] if e.priority is None else [f"priority {e.priority}"]),
        *([] if e.team is None else [f"to {e.team}"]),
        *([] if e.agent is None else [f"to {e.agent}"]),
        *([f"told {_listed(e.notified)}"] if e.notified else []),
        *([f"watched by {_listed(e.watchers)}"] if e.watchers else []),
    ]
    step = f"path {e.path}, step {e.level}" + (f", lap {e.lap}" if e.lap > 1 else "")
    who = e.agent or (e.by if e.by != "path" else "") or _listed(e.notified)
    return who, f"{step}: {asked}{why}" + (f"; {_listed(done)}" if done else "")


def _skipped(e: Any, _: tzinfo) -> Told:
    return "", f"path {e.path}, step {e.level}: {SKIPS.get(e.why, e.why)}"


def _move_skipped(e: Any, _: tzinfo) -> Told:
    where = "to its queue" if e.agent is None else f"to {e.agent}"
    because = f" ({e.detail})" if e.detail is not None else ""
    return e.owner or "", f"not moved {where}: {MISFITS.get(e.why, e.why)}{because}"


def _acknowledged(e: Any, zone: tzinfo) -> Told:
    return e.by or "", "" if e.until is None else f"until {instant(e.until, zone)}"


def _announced(e: Any, _: tzinfo) -> Told:
    return _listed(e.audiences), f"{e.occasion}, by protocol {e.protocol}{_over(e)}"


def _update_due(e: Any, _: tzinfo) -> Told:
    needs = f", with {_listed(e.required)}" if e.required else ""
    return _listed(e.audiences), f"by protocol {e.protocol}{_over(e)}{needs}"


def _posted(e: Any, _: tzinfo) -> Told:
    return e.by or "", "; ".join(f"{name}: {text}" for name, text in e.content.items())


def _over(e: Any) -> str:
    return f" over {_listed(e.channels)}" if e.channels else ""


def _sla(words: str) -> Callable[[Any, tzinfo], Told]:
    def tell(e: Any, zone: tzinfo) -> Told:
        left = f"due {instant(e.due, zone)}" if hasattr(e, "due") else f"{duration(e.left)} left"
        return "", f"{TARGETS.get(e.target, e.target)} of {e.policy} {words}, {left}"

    return tell


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _reason(text: str | None) -> str:
    return "" if text is None else text


_TOLD: dict[str, Callable[[Any, tzinfo], Told]] = {
    "queued": _queued,
    "assigned": _assigned,
    "offered": _offered,
    "offer_ended": lambda e, _: (e.agent, e.how),
    "transferred": _transferred,
    "released": lambda e, _: (e.agent, f"lost it: {REASONS.get(e.why, e.why)}"),
    "snoozed": _snoozed,
    "woken": lambda e, _: (e.agent or "", "over capacity" if e.flags else ""),
    "replied": lambda e, _: ((e.agent or e.by) if e.by == "agent" else e.by, f"by the {e.by}"),
    "closed": lambda e, _: (e.agent or "", "" if e.agent else "nobody had it"),
    "reopened": lambda e, _: (e.agent or "", "over capacity" if e.flags else ""),
    "item_updated": _updated,
    "held": lambda e, _: ("", f"for {e.team}, to be approved by {_listed(e.approvals)}"),
    "approved": lambda e, _: (
        e.by,
        f"still to approve: {_listed(e.remaining)}" if e.remaining else "the last approval",
    ),
    "rejected": lambda e, _: (e.by, _reason(e.reason)),
    "sla_started": _sla("runs"),
    "sla_at_risk": _sla("at risk"),
    "sla_breached": _sla("breached"),
    "sla_met": _sla("met"),
    "sla_paused": _sla("stands still"),
    "sla_resumed": _sla("runs on"),
    "handoff": lambda e, _: (
        e.to_agent,
        f"in {e.team}, from {e.from_agent} whose shift ended; open for {duration(e.open_for)}",
    ),
    "path_entered": lambda e, _: ("", f"path {e.path}" + (f", lap {e.lap}" if e.lap > 1 else "")),
    "escalated": _escalated,
    "escalation_skipped": _skipped,
    "path_ended": lambda e, _: ("", f"path {e.path}: {e.why}"),
    "acknowledged": _acknowledged,
    "acknowledgement_lapsed": lambda _, __: ("", "nobody renewed it"),
    "announced": _announced,
    "update_due": _update_due,
    "update_overdue": lambda e, zone: (
        _listed(e.audiences),
        f"by protocol {e.protocol}, was due {instant(e.due, zone)}",
    ),
    "update_posted": _posted,
    "report_due": lambda e, _: (_listed(e.audiences), f"sections: {_listed(e.sections)}"),
    "report_posted": _posted,
    "rated": lambda e, _: (e.by or "", f"{e.score} of 5"),
    "move_skipped": _move_skipped,
}
