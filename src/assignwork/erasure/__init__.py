"""A person's names taken out of what a desk has written: snapshots, logs, workspaces (rule H3).

Wherever the wire names a person, the name becomes a pseudonym: the same everywhere, and one that
nothing else is called by, so that counts stay right and a replay of the erased commands gives the
erased events. JSON data goes in and comes out; which fields hold persons and which hold free text
stands in `_places`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.erasure._pen import Pen
from assignwork.erasure._places import NOBODY, rewritten
from assignwork.errors import ConfigurationError

__all__ = ["Eraser", "ErasureReport", "erase"]

STEM = "erased-"


@attrs.frozen
class ErasureReport:
    """What was taken out, and what was left.

    Attributes
    ----------
    pseudonym : str
        What stands in the person's place.
    identifiers : int
        Places that named the person, and name the pseudonym now.
    texts : int
        Free texts in which the name stood as a word of its own; there it was replaced, too.
    subjects : int
        Subjects of the person's own items (as customer or requester), which are empty now.
    left : mapping of str to int
        Places where the name still occurs, by their field: within a longer word, or in what is no
        person and no free text (ids of items and teams, tags, categories).
    """

    pseudonym: str
    identifiers: int
    texts: int
    subjects: int
    left: Mapping[str, int]


class Eraser:
    """Takes a person's names out of several documents that belong together.

    First all of them are looked at (`look`), then each is written anew (`erase`): only then is it
    known which items are the person's, and which pseudonym is free.

    Parameters
    ----------
    subject : str
        The person's id or name, as it stands in the documents.
    pseudonym : str, optional
        What to put in its place; default: ``erased-1``, or the first number that is free.

    Raises
    ------
    ConfigurationError
        For a name or pseudonym that cannot be used.

    Examples
    --------
    >>> log = [{"at": 0, "do": "pull", "agent": "ana"}, {"at": 9, "do": "pull", "agent": "bob"}]
    >>> eraser = Eraser("ana")
    >>> for line in log:
    ...     eraser.look(line)
    >>> [eraser.erase(line)["agent"] for line in log]
    ['erased-1', 'bob']
    >>> eraser.report.identifiers
    1
    """

    def __init__(self, subject: str, pseudonym: str | None = None) -> None:
        f.identifier(subject, "subject")
        f.optional_identifier(pseudonym, "pseudonym")
        if subject in NOBODY:
            f.refuse("subject", subject, "a person: logs say so where nobody is named")
        if pseudonym in (subject, *NOBODY):
            f.refuse("pseudonym", pseudonym, "another name", "give one that nobody has")
        self._seen = Pen(subject)
        self._given = pseudonym
        self._taken: set[str] = set()
        self._pen: Pen | None = None

    def look(self, document: Any) -> None:
        """Take notice of a document, or of a line of a log.

        Raises
        ------
        ConfigurationError
            For what is none.
        """
        rewritten(document, self._seen, "")
        for text in _strings(document):
            if text == self._given:
                self._taken.add(text)
            if STEM in text:
                self._taken.update(_NUMBERED.findall(text))

    def erase(self, document: Any) -> Any:
        """The document without the name, a copy.

        Raises
        ------
        ConfigurationError
            When the name stood nowhere, is that of a group, or the pseudonym is taken.
        """
        if self._pen is None:
            self._pen = self._checked()
        return rewritten(document, self._pen, "")

    def _checked(self) -> Pen:
        """The pen that writes, when all has been looked at."""
        seen = self._seen
        subject = seen.subject
        if subject in seen.groups:
            raise ConfigurationError(
                f"{subject!r} is also the name of a group, and what names it may mean that",
                field="subject", value=subject, remedy="give the group another name first",
            )  # fmt: skip
        if not seen.counts["identifiers"] and not seen.counts["texts"]:
            elsewhere = ", ".join(sorted(seen.left))
            raise ConfigurationError(
                f"nobody is called {subject!r} here"
                + (f", though the word occurs ({elsewhere})" if elsewhere else ""),
                field="subject", value=subject,
                remedy="give the id or name exactly as it stands in the documents",
            )  # fmt: skip
        if self._given is not None and self._given in self._taken:
            raise ConfigurationError(
                f"the pseudonym {self._given!r} is in use", field="pseudonym", value=self._given,
                remedy="give another, or none: the first free number is taken",
            )  # fmt: skip
        pen = Pen(subject)
        pen.own = seen.own
        pen.pseudonym = self._given or next(name for name in _numbered() if name not in self._taken)
        return pen

    @property
    def report(self) -> ErasureReport:
        """What was taken out of the documents erased so far, and what was left in them.

        Raises
        ------
        ConfigurationError
            As `erase`.
        """
        pen = self._pen = self._pen or self._checked()
        return ErasureReport(
            pen.pseudonym or "", pen.counts["identifiers"], pen.counts["texts"],
            pen.counts["subjects"], dict(sorted(pen.left.items())),
        )  # fmt: skip


def erase(document: Any, subject: str, *, pseudonym: str | None = None) -> Any:
    """A copy of a document in which a person's name is a pseudonym wherever a person is named.

    Counts stay right: nobody else has the pseudonym, so there are as many customers, agents and
    events as before, with the same numbers. Subjects of the person's own items are emptied; in
    other free texts (reasons, updates, reports) the name is replaced where it is a word of its
    own. Item and team ids, tags and categories are left as they are; `Eraser` counts where the
    name occurs in them.

    Parameters
    ----------
    document : mapping or list
        As JSON data: what `Dispatcher.snapshot` returned, a workspace, or the lines of command or
        event logs. What belongs together, such as a command log and its events, is best given
        to one `Eraser`: only the commands say whose items the events are about.
    subject : str
        The person's id or name: agent, customer, requester, approver, watcher, who is told.
    pseudonym : str, optional
        Default: ``erased-1``, or the first number that is free in the document.

    Raises
    ------
    ConfigurationError
        When the name occurs nowhere, is also that of a group, or the pseudonym is in use.

    Examples
    --------
    >>> erase([{"at": 0, "do": "rate", "item": "t-1", "score": 5, "by": "Jane Doe"}], "Jane Doe")
    [{'at': 0, 'do': 'rate', 'item': 't-1', 'score': 5, 'by': 'erased-1'}]
    """
    eraser = Eraser(subject, pseudonym)
    eraser.look(document)
    return eraser.erase(document)


_NUMBERED = re.compile(rf"{STEM}[0-9]+")


def _numbered() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{STEM}{number}"


def _strings(value: Any) -> Iterator[str]:
    """Every text in JSON data, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield key
            yield from _strings(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _strings(entry)
