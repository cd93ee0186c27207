"""What all public data classes share: equality, immutability and the wire form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import attrs

from assignwork._codec import structure, unstructure


@attrs.frozen
class Record:
    """Base of the public data classes: equality, immutability and the wire form."""

    is_record: ClassVar[bool] = True  # and no policy of a caller's, whatever its fields

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, without the fields that stand at their default."""
        return unstructure(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from its wire form; an unknown key is an error that names the nearest known one.

        Raises
        ------
        ConfigurationError
            With the path of the field that cannot be used.
        """
        return structure(cls, data)
