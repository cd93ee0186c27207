"""Who is on call (rule T5): a function of the rotation and the instant, and of nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

from assignwork import _fields as f
from assignwork._fields import Instant
from assignwork.model.rotations import Rotation
from assignwork.service.offsets import DAY_SECONDS, EPOCH_DAY, Offsets

Piece: TypeAlias = tuple[float, float, str]


class _Turns:
    """The turns of a rotation, numbered from that of its first member on; negative before."""

    __slots__ = ("_length", "_members", "_offsets", "_start")

    def __init__(self, rotation: Rotation) -> None:
        day, minutes = rotation.first_handoff()
        self._members = rotation.members
        self._offsets = Offsets(rotation.timezone)
        self._start = (day.toordinal() - EPOCH_DAY) * DAY_SECONDS + 60 * minutes
        self._length = rotation.days * DAY_SECONDS

    def starts_at(self, turn: int) -> float:
        """The instant at which the local clock shows the time of handoff, or first skips it."""
        return self._offsets.when(self._start + turn * self._length)

    def at(self, instant: float) -> int:
        """The number of the turn under way."""
        second = math.floor(instant)
        turn = (second + self._offsets.at(second) - self._start) // self._length
        # where the clock was set back across a handoff, it shows a time before it once more
        while self.starts_at(turn + 1) <= instant:
            turn += 1
        return turn

    def member(self, turn: int) -> str:
        """Whose turn it is: the one whose place it is, or the next one after vacant places."""
        for i in range(len(self._members)):
            found = self._members[(turn + i) % len(self._members)]
            if found is not None:
                return found
        raise AssertionError("a rotation has a member")

    def between(self, since: float, until: float) -> Iterator[Piece]:
        """Start, end and member of the turns within [since, until)."""
        turn = self.at(since)
        while since < until:
            end = min(self.starts_at(turn + 1), until)
            if since < end:
                yield since, end, self.member(turn)
            since, turn = end, turn + 1


def on_call(rotation: Rotation, at: Instant) -> str:
    """Who is on call.

    An override holds from its start on, up to but not at its end. Turns change hands when the local
    clock shows the time of handoff: where it skips that, at the first instant after the gap; where
    it shows it twice, at the first of the two.

    Parameters
    ----------
    rotation : Rotation
    at : instant
        POSIX seconds, an aware datetime, or ISO 8601 with an offset.

    Raises
    ------
    ConfigurationError
        For what is no instant.

    Examples
    --------
    >>> rotation = Rotation("night", ["ana", "ben"], starts_on="2026-01-05")
    >>> on_call(rotation, "2026-01-12T08:59:59+00:00"), on_call(rotation, "2026-01-12T09:00:00Z")
    ('ana', 'ben')
    """
    at = f.instant(at, "at")
    for override in rotation.overrides:
        if override.starts_at <= at < override.ends_at:
            return override.member
    turns = _Turns(rotation)
    return turns.member(turns.at(at))


def turns(rotation: Rotation, since: Instant, until: Instant) -> list[Piece]:
    """Who is on call during [since, until), for pictures.

    Returns
    -------
    list of tuple
        Start and end, in POSIX seconds, and member of the stretches that make it up. Members of
        neighbouring ones differ: two turns of the same member in a row are one.

    Raises
    ------
    ConfigurationError
        For what is no instant, and for an end before the start.

    Examples
    --------
    >>> rotation = Rotation("night", ["ana", "ben"], days=1, starts_on="1970-01-01", time="00:00")
    >>> turns(rotation, 3600, 90000)
    [(3600.0, 86400.0, 'ana'), (86400.0, 90000.0, 'ben')]
    """
    since, until = f.instant(since, "since"), f.instant(until, "until")
    if until < since:
        f.refuse("until", until, f"an instant at or after `since` ({since})", "swap the two")
    plan, at = _Turns(rotation), since
    pieces: list[Piece] = []
    for override in rotation.overrides:
        start, end = max(override.starts_at, at), min(override.ends_at, until)
        if start < end:
            pieces += [*plan.between(at, start), (start, end, override.member)]
            at = end
    pieces += plan.between(at, until)
    found: list[Piece] = []
    for start, end, member in pieces:
        if found and found[-1][2] == member:
            start = found.pop()[0]  # noqa: PLW2901  # one stretch with that before
        found.append((start, end, member))
    return found
