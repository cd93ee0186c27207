"""What all commands have, and their wire form."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from assignwork._codec import plain


@attrs.frozen
class Command:
    """Base of all commands; `verb` is the method's name and the wire's ``do``."""

    verb: ClassVar[str] = ""

    def to_dict(self, at: float) -> dict[str, Any]:
        """The wire form, with the instant it is given at.

        Examples
        --------
        >>> from assignwork.commands import Assign
        >>> Assign("t-1", "ana").to_dict(5.0)
        {'at': 5.0, 'do': 'assign', 'item': 't-1', 'agent': 'ana'}
        """
        found: dict[str, Any] = {"at": at, "do": self.verb}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if field.default is attrs.NOTHING or value != field.default:
                found[field.name] = plain(value)
        return found
