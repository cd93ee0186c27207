"""What comes in: plain numbers or numpy's, and the wire form that names its class by a tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork.errors import ConfigurationError

Floats: TypeAlias = npt.NDArray[np.float64]
C = TypeVar("C")
T = TypeVar("T")

SHORTEST, LONGEST = 1e-6, 1e10  # seconds of a duration above zero: some three hundred years
LEAST_CV, GREATEST_CV = 1e-3, 100.0


def plain(value: Any) -> Any:
    """A number of numpy as Python's own; all else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def is_number(value: Any) -> bool:
    """Whether it is a number, Python's or numpy's; true and false are none."""
    return type(plain(value)) in (int, float)


def number(value: Any, field: str, requirement: str, low: float, high: float) -> float:
    """A number from `low` to `high`."""
    found = plain(value)
    if type(found) in (int, float) and low <= found <= high:
        return float(found)
    allowed = f"{low:g} to {high:g}"
    raise ConfigurationError(
        f"{f.shown(found)} is not {requirement}",
        field=field,
        value=value,
        limit=allowed,
        remedy="give a number in this range",
    )


def seconds(value: float, field: str = "") -> float:
    """A duration in seconds; 0: at once."""
    return number(value, field, "a number of seconds, finite and not negative", 0.0, LONGEST)


def positive_seconds(value: float, field: str = "") -> float:
    """A duration in seconds above zero."""
    return number(value, field, "a number of seconds above zero", SHORTEST, LONGEST)


def optional_seconds(value: float | None, field: str = "") -> float | None:
    """As `seconds`, or None."""
    return None if value is None else seconds(value, field)


def variation(value: float, field: str = "") -> float:
    """A coefficient of variation."""
    requirement = "a coefficient of variation (standard deviation ÷ mean)"
    return number(value, field, requirement, LEAST_CV, GREATEST_CV)


def factor(value: float, field: str = "") -> float:
    """What a duration or a rate is multiplied by; 0: nothing is left of it."""
    return number(value, field, "a factor, finite and not negative", 0.0, 1e6)


def numbers(value: Any, field: str, what: str, requirement: str, low: float, high: float) -> Floats:
    """An array of numbers from `low` to `high`, at least one; `what` names the list in an error."""
    given = value if isinstance(value, np.ndarray) else list(f.entries(value, field, what))
    if len(given) == 0:
        raise ConfigurationError(
            f"it is empty, and not {what}", field=field, value=value, remedy="give at least one"
        )
    try:
        found = np.asarray(given)
    except ValueError:  # lists of different lengths in the list
        found = np.empty(0, dtype=object)
    if found.ndim == 1 and found.dtype.kind in "iuf" and _no_flags(given):
        floats = found.astype(np.float64)
        wrong = ~((floats >= low) & (floats <= high))
        if not wrong.any():
            return floats
        at = int(wrong.argmax())
        number(given[at], f"{field}[{at}]", requirement, low, high)
    return np.array(
        [number(v, f"{field}[{i}]", requirement, low, high) for i, v in enumerate(given)]
    )


def durations(value: Any, field: str = "") -> Floats:
    """An array of durations in seconds, at least one."""
    requirement = "a number of seconds, finite and not negative"
    return numbers(value, field, "a list of durations in seconds", requirement, 0.0, LONGEST)


def _no_flags(given: Any) -> bool:
    """Numpy takes true for 1 in a list of numbers, without a word."""
    return isinstance(given, np.ndarray) or bool not in set(map(type, given))


class Wire(Generic[T]):
    """Classes by the name that their wire form says under `key`; a registry.

    Parameters
    ----------
    key : str
        Such as ``distribution``: wire data are ``{"distribution": name, **fields}``.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self._known: dict[str, Callable[..., T]] = {}

    def name(self, name: str) -> Callable[[type[C]], type[C]]:
        """For a class: this is its name."""

        def known(cls: type[C]) -> type[C]:
            self._known[name] = cls  # type: ignore[assignment]  # a class of T makes T's
            cls.wire_name = name  # type: ignore[attr-defined]  # said by the base class
            return cls

        return known

    def read(self, value: Mapping[str, Any], field: str) -> T:
        """The object that a mapping says."""
        path = f"{field}.{self.key}" if field else self.key
        fields = dict(value)
        if self.key not in fields:
            raise ConfigurationError(
                "this field is missing",
                field=path,
                value=value,
                remedy="give its name; " + f.nearest("", sorted(self._known)),
            )
        name = fields.pop(self.key)
        if not isinstance(name, str) or name not in self._known:
            raise ConfigurationError(
                f"{f.shown(name)} is no known name",
                field=path,
                value=name,
                remedy=f.nearest(name, sorted(self._known)),
            )
        return structure(self._known[name], fields, field)  # type: ignore[arg-type]  # a class
