"""What all figures of a report share: plain data, shares, distributions of durations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs


@attrs.frozen
class Figures:
    """Base of the result classes: `to_dict` gives their fields and the shares derived from them."""

    derived: ClassVar[tuple[str, ...]] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; keys of mappings are strings, as JSON has no others."""
        names = [field.name for field in attrs.fields(type(self))]
        return {name: _plain(getattr(self, name)) for name in (*names, *self.derived)}


def _plain(value: Any) -> Any:
    if isinstance(value, Figures):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value


def share(part: float, whole: float) -> float:
    """`part` ÷ `whole`, and 0 where there is no whole.

    Examples
    --------
    >>> share(1, 4), share(0, 0)
    (0.25, 0.0)
    """
    return part / whole if whole else 0.0


@attrs.frozen
class Distribution(Figures):
    """Durations at a glance, in seconds; all but `count` are None when there is none.

    Examples
    --------
    >>> Distribution.of([30.0, 10.0, 20.0])
    Distribution(count=3, mean=20.0, p50=20.0, p90=30.0, p99=30.0, max=30.0)
    """

    count: int
    mean: float | None
    p50: float | None
    p90: float | None
    p99: float | None
    max: float | None

    @classmethod
    def of(cls, values: Iterable[float]) -> Distribution:
        """Of these values, by nearest rank."""
        ordered = sorted(values)
        count = len(ordered)
        if not count:
            return cls(0, None, None, None, None, None)
        # -(-a // b) rounds up in whole numbers; 0.9 * count would not be exact
        p50, p90, p99 = (ordered[-(-percent * count // 100) - 1] for percent in (50, 90, 99))
        return cls(count, math.fsum(ordered) / count, p50, p90, p99, ordered[-1])
