"""Fields of a public object changed by an update: which may be, and the other ways for the rest."""

from __future__ import annotations

from typing import Any

import attrs

from assignwork import _fields as f
from assignwork import errors


def changed(spec: Any, changes: dict[str, Any], fixed: tuple[str, ...], what: str) -> Any:
    """`spec` with the changes, checked.

    Raises
    ------
    ConfigurationError
        For an unknown field, one that cannot change, or a value that cannot be used.
    """
    names = [field.name for field in attrs.fields(type(spec))]
    for name, value in changes.items():
        if name not in names:
            raise errors.ConfigurationError(
                "unknown key", field=f"changes.{name}", value=name, remedy=f.nearest(name, names)
            )
        if name in fixed:
            raise errors.ConfigurationError(
                f"the {name} of {what} cannot be changed by an update",
                field=f"changes.{name}",
                value=value,
                remedy="leave it out" if name == "id" else _OTHER_WAYS.get(name, "leave it out"),
            )
    try:
        return attrs.evolve(spec, **changes)
    except errors.ConfigurationError as error:
        raise error.within("changes") from None


_OTHER_WAYS = {
    "team": "use transfer",
    "presence": "use set_presence",
    "teams": "use add_team, update_team or remove_team",
    "agents": "use add_agent, update_agent or remove_agent",
}
