"""How an explanation shows itself: text for a terminal, a table for a notebook, JSON."""

from __future__ import annotations

from html import escape
from typing import Any

import attrs

from assignwork._codec import plain
from assignwork._words import aligned
from assignwork.policies.ordering import NEVER


class Shown:
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
    if hasattr(value, "to_dict") and not isinstance(value, Shown):
        return value.to_dict()
    return plain(value) if isinstance(value, (tuple, list)) and not value else value


def number(value: Any) -> str:
    """A number of an explanation in words; none for an instant that never comes."""
    if value is None or value == NEVER:
        return "none"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
