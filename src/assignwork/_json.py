"""Strict JSON: what other readers pass over in silence is an error that names its field.

Refused are keys that stand twice in one object (the first would be lost), NaN and Infinity (no
JSON, and no instant or weight), unpaired surrogates (no text can be written from them), numbers
and nestings beyond any use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from assignwork.errors import ConfigurationError

MAX_DEPTH = 32
"""Objects and lists in one another; the wire format needs six."""


class _SuspectError(Exception):
    """Found on the fast path; the slow path says what and where."""


class _Pairs(list[tuple[str, Any]]):
    """An object with its keys as they stand, twice where they stand twice."""


class _Constant(str):
    """NaN, Infinity or -Infinity."""

    __slots__ = ()


def decode(text: str) -> Any:
    """The value of a JSON text.

    Raises
    ------
    ConfigurationError
        For what is refused, with the path of its field.
    json.JSONDecodeError
        For what is no JSON at all, with its place in the text.

    Examples
    --------
    >>> decode('{"at": 5}')
    {'at': 5}
    >>> decode('{"item": {"weight": 1, "weight": 2}}')
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: item.weight: this key stands twice; keep one of the two
    """
    try:
        return _decode(text)
    except (ConfigurationError, json.JSONDecodeError):
        raise
    except ValueError:  # an integer of more digits than Python converts
        raise ConfigurationError(
            "a number of thousands of digits", remedy="give a number of a usual size"
        ) from None
    except RecursionError:
        raise ConfigurationError(
            "nested too deeply", remedy="give an object with the fields of the wire format"
        ) from None


def _decode(text: str) -> Any:
    try:
        value = _STRICT.decode(text)
        if text.count("[") + text.count("{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
            raise RecursionError  # what reads the value goes down into it
        if "\\ud" in text or "\\uD" in text:
            _find_surrogates(value)
    except _SuspectError:
        path, what, found, remedy = next(_suspects("", _LENIENT.decode(text)))
        raise ConfigurationError(what, field=path, value=found, remedy=remedy) from None
    return value


def _depth(value: Any) -> int:
    """How many objects and lists lie in one another."""
    depth = 0
    level = [value]
    while level := [entry for entry in level if isinstance(entry, (dict, list))]:
        depth += 1
        level = [
            entry
            for outer in level
            for entry in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _SuspectError
    return found


def _constant(_: str) -> Any:
    raise _SuspectError


def _find_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _SuspectError from None


def _suspects(path: str, value: Any) -> Iterator[tuple[str, str, Any, str]]:
    """Each thing refused in a leniently read value: its path, what it is, its value, a remedy."""
    if isinstance(value, _Constant):
        yield path, f"{value} is no JSON number", str(value), "give a finite number, or null"
    elif isinstance(value, str):
        if _is_broken(value):
            yield path, f"{value!a} is half a character", value, "give whole characters"
    elif isinstance(value, _Pairs):
        seen = set()
        for key, entry in value:
            inner = f"{path}.{key}" if path else key
            if key in seen:
                yield inner, "this key stands twice", key, "keep one of the two"
            elif _is_broken(key):
                yield path, f"the key {key!a} is half a character", key, "give whole characters"
            seen.add(key)
            yield from _suspects(inner, entry)
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from _suspects(f"{path}[{i}]", entry)


def _is_broken(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
_LENIENT = json.JSONDecoder(object_pairs_hook=_Pairs, parse_constant=_Constant)
