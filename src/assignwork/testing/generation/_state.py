"""What the generators ask of a desk, told by the desk itself rather than by the reference."""

from __future__ import annotations

from typing import Any

from assignwork.dispatcher import Dispatcher

_OF_ITEMS = ("state", "team", "owner", "offered_to", "path", "own_priority", "approvals")
_OF_AGENTS = ("presence", "load", "capacity", "primary", "secondary")


def state_of(desk: Dispatcher) -> dict[str, Any]:
    """The part of `ReferenceDesk.state()` that `generate_command` needs, of a real desk.

    Parameters
    ----------
    desk : Dispatcher

    Examples
    --------
    >>> from assignwork import Agent, Workspace
    >>> state_of(Dispatcher(Workspace(agents=[Agent("ana")])))["agents"]["ana"]["presence"]
    'active'
    """
    return {
        "items": {
            name: {field: getattr(view, field) for field in _OF_ITEMS}
            for name, view in desk.items.items()
        },
        "agents": {
            name: {field: getattr(view, field) for field in _OF_AGENTS}
            for name, view in desk.agents.items()
        },
        "teams": list(desk.teams),
        "clock": desk.now or 0.0,
    }
