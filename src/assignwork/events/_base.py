"""What all events have, and their wire form."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

OWN_FIELDS: dict[type[Event], tuple[str, ...]] = {}
"""Names of the fields of each kind beside `seq` and `at`; a kind enters itself when it is made."""


@attrs.frozen
class Event:
    """Base of all events.

    Attributes
    ----------
    seq : int
        Its place in the desk's history, from 1, without gaps.
    at : float
        Its instant, POSIX seconds.
    """

    kind: ClassVar[str] = ""

    seq: int
    at: float

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Called by attrs for each kind when its fields are known."""
        OWN_FIELDS[cls] = tuple(field.name for field in attrs.fields(cls))[2:]

    def to_dict(self) -> dict[str, Any]:
        """The wire form.

        Examples
        --------
        >>> from assignwork.events import Closed
        >>> Closed(7, 5.0, "t-1", None).to_dict()
        {'seq': 7, 'at': 5.0, 'event': 'closed', 'item': 't-1', 'agent': None}
        """
        found: dict[str, Any] = {"seq": self.seq, "at": self.at, "event": self.kind}
        for name in OWN_FIELDS[type(self)]:
            value = getattr(self, name)
            if name == "flags":
                for flag in value:
                    found[flag] = True
            else:
                found[name] = list(value) if type(value) is tuple else value
        return found
