"""How JSON data is gone over: a pen that looks or writes, and shapes that say where names stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias


class Pen:
    """Goes over a document once: looking at it only, or writing.

    Attributes
    ----------
    own : set of str
        Items whose customer or requester the person is, or was once.
    groups : set of str
        Names of groups.
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.pseudonym: str | None = None
        self.own: set[str] = set()
        self.groups: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self._word = re.compile(rf"(?<!\w){re.escape(subject)}(?!\w)")

    def person(self, value: str) -> str:
        """The name of a person, or of what stands beside persons."""
        if value != self.subject:
            return value
        self.counts["identifiers"] += 1
        return value if self.pseudonym is None else self.pseudonym

    def text(self, value: str, field: str) -> str:
        """A free text."""
        if self.subject not in value:
            return value
        found, number = self._word.subn(lambda _: self.pseudonym or self.subject, value)
        self.counts["texts"] += number > 0
        if self.subject in self._word.sub("\0", value):
            self.left[field] += 1
        return found

    def other(self, value: str, field: str) -> None:
        """What is neither; it stays."""
        if self._word.search(value):
            self.left[field] += 1


Shape: TypeAlias = Callable[[Any, Pen, str], Any]
"""Copies a value, what is a person or a text in it rewritten; told the name of its field."""


def rest(value: Any, pen: Pen, field: str) -> Any:
    """What names nobody: copied as it is, but looked at."""
    if isinstance(value, str):
        pen.other(value, field)
    elif isinstance(value, Mapping):
        for key in value:
            pen.other(str(key), field)
        return {key: rest(entry, pen, key) for key, entry in value.items()}
    elif isinstance(value, (list, tuple)):
        return [rest(entry, pen, field) for entry in value]
    return value


def person(value: Any, pen: Pen, field: str) -> Any:
    """A person, several, or by occasion (audiences); objects name something else (rotations)."""
    if isinstance(value, str):
        return pen.person(value)
    if isinstance(value, (list, tuple)):
        return [person(entry, pen, field) for entry in value]
    return rest(value, pen, field)


def people_by(value: Any, pen: Pen, field: str) -> Any:
    """Persons by what they are there for, or just persons."""
    if isinstance(value, Mapping):
        return {key: person(entry, pen, field) for key, entry in value.items()}
    return person(value, pen, field)


def groups(value: Any, pen: Pen, field: str) -> Any:
    if isinstance(value, Mapping):
        pen.groups.update(value)
    return people_by(value, pen, field)


def keyed(value: Any, pen: Pen, field: str) -> Any:
    """An object whose keys are persons."""
    if not isinstance(value, Mapping):
        return rest(value, pen, field)
    return {pen.person(key): entry for key, entry in value.items()}


def text(value: Any, pen: Pen, field: str) -> Any:
    if isinstance(value, str):
        return pen.text(value, field)
    if isinstance(value, Mapping):
        return {key: text(entry, pen, key) for key, entry in value.items()}
    return rest(value, pen, field)


def fields(others: Shape = rest, **shapes: Shape) -> Shape:
    """An object with these fields; `others` is for the others."""

    def rewrite(value: Any, pen: Pen, field: str) -> Any:
        if not isinstance(value, Mapping):
            return rest(value, pen, field)
        return {key: shapes.get(key, others)(entry, pen, key) for key, entry in value.items()}

    return rewrite


def each(shape: Shape, key: Callable[[Pen, str], str] = lambda _, name: name) -> Shape:
    """A list of objects, or an object id -> fields; `key` rewrites the ids."""

    def rewrite(value: Any, pen: Pen, field: str) -> Any:
        if isinstance(value, Mapping):
            return {key(pen, name): shape(entry, pen, name) for name, entry in value.items()}
        if isinstance(value, (list, tuple)):
            return [shape(entry, pen, field) for entry in value]
        return rest(value, pen, field)

    return rewrite
