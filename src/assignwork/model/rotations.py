"""On-call rotations as configured: members and their turns, and who stands in (rule T5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Self

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import refuse
from assignwork.errors import ConfigurationError
from assignwork.model.hours import WEEKDAYS, iso_date, time_of_day, zone_name
from assignwork.model.records import Record


@attrs.frozen(field_transformer=f.named)
class Override(Record):
    """Who is on call from `starts_at` on, up to but not at `ends_at`, whoever's turn it is.

    Both are instants: POSIX seconds, ISO 8601 with an offset, or an aware datetime.
    """

    starts_at: float = attrs.field(converter=f.instant)
    ends_at: float = attrs.field(converter=f.instant)
    member: str = attrs.field(converter=f.identifier)

    def __attrs_post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            what = f"an instant after its start ({self.starts_at})"
            refuse("ends_at", self.ends_at, what)


def _overrides(
    value: Iterable[Override | Mapping[str, Any]], field: str = ""
) -> tuple[Override, ...]:
    found = []
    for i, entry in enumerate(f.entries(value, field, "a list of overrides")):
        path = f"{field}[{i}]"
        one = entry if isinstance(entry, Override) else structure(Override, entry, path)
        found.append((one.starts_at, i, one))
    found.sort()
    for (_, _, earlier), (start, i, later) in pairwise(found):
        if start < earlier.ends_at:
            raise ConfigurationError(
                f"this override, of {later.member!r}, overlaps that of {earlier.member!r}",
                field=f"{field}[{i}]",
                value=later,
                remedy=f"start it at {earlier.ends_at}, or end the other one in time",
            )
    return tuple(one for _, _, one in found)


def _members(value: Iterable[str | None], field: str = "") -> tuple[str | None, ...]:
    found = tuple(
        f.optional_identifier(entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of members"))
    )
    f.names([name for name in found if name is not None], field)
    if not any(found):
        refuse(field, value, "a list with a member", "name at least one who is on call")
    return found


def _weekday(value: str | None, field: str = "") -> str | None:
    return None if value is None else f.choice(value, field, WEEKDAYS)


def _optional_date(value: str | date | None, field: str = "") -> str | None:
    return None if value is None else iso_date(value, field)


@attrs.frozen(field_transformer=f.named)
class Rotation(Record):
    """Who is on call in turn (rule T5).

    Parameters
    ----------
    id : str
    members : list of str or None
        In the order of their turns; None is a vacant turn, which the next member takes.
    timezone : str, default 'UTC'
        Name in the IANA database.
    weekday : {'mon', ..., 'sun'}, optional
        On which turns are handed off, if they last whole weeks; None: Monday, or that of
        `starts_on`.
    time : str, default '09:00'
        Local time of day at which turns are handed off.
    days : int, default 7
        Local calendar days that a turn lasts.
    starts_on : date, optional
        Of the first member's turn, before which the turns go round likewise; None: the first such
        weekday from 1970-01-05 (a Monday) on.
    overrides : list of Override
        Kept by their start; who stands in need not be a member.

    Raises
    ------
    ConfigurationError
        Without a member, for one named twice, an unknown time zone, a start on another weekday
        than the one given, overrides that overlap.

    Notes
    -----
    To remove a member, use `without`: the turns of all others stay as they are. Deleting a name
    from the list deals all turns anew, those of the past included; so does appending one.

    Examples
    --------
    >>> rotation = Rotation("night", ["ana", "ben", "cai"], starts_on="2026-01-05")
    >>> rotation.without("ben").members
    ('ana', None, 'cai')
    >>> rotation.without("ben").with_member("dov").members
    ('ana', 'dov', 'cai')
    """

    id: str = attrs.field(converter=f.identifier)
    members: tuple[str | None, ...] = attrs.field(converter=_members)
    timezone: str = attrs.field(default="UTC", converter=zone_name)
    weekday: str | None = attrs.field(default=None, converter=_weekday)
    time: str = attrs.field(default="09:00", converter=time_of_day)
    days: int = attrs.field(default=7, converter=f.positive_int)
    starts_on: str | None = attrs.field(default=None, converter=_optional_date)
    overrides: tuple[Override, ...] = attrs.field(default=(), converter=_overrides)

    def __attrs_post_init__(self) -> None:
        if self.starts_on is None or self.weekday is None or self.days % 7:
            return
        found = WEEKDAYS[date.fromisoformat(self.starts_on).weekday()]
        if found != self.weekday:
            remedy = f"that day is a {found}: move it, or leave the weekday out"
            refuse("starts_on", self.starts_on, f"a day of handoff ({self.weekday})", remedy)

    def first_handoff(self) -> tuple[date, int]:
        """Local date and minutes after midnight at which the first member's turn starts."""
        hour, minute = map(int, self.time.split(":"))
        if self.starts_on is not None:
            return date.fromisoformat(self.starts_on), hour * 60 + minute
        monday = date(1970, 1, 5)
        return monday + timedelta(WEEKDAYS.index(self.weekday or "mon")), hour * 60 + minute

    def without(self, member: str) -> Self:
        """The rotation with that member's turn vacant and his overrides dropped.

        Who is on call stays the same at each instant at which it was not he.

        Raises
        ------
        ConfigurationError
            When he is no member, or the only one.
        """
        if member not in self.members:
            known = [name for name in self.members if name is not None]
            refuse("member", member, f"a member of rotation {self.id!r}", f.nearest(member, known))
        return attrs.evolve(
            self,
            members=[None if name == member else name for name in self.members],
            overrides=[entry for entry in self.overrides if entry.member != member],
        )

    def with_member(self, member: str) -> Self:
        """The rotation with that member in its first vacant turn, or, if none is, after the last.

        Raises
        ------
        ConfigurationError
            When he is a member already.
        """
        members = list(self.members)
        vacant = members.index(None) if None in members else len(members)
        return attrs.evolve(self, members=[*members[:vacant], member, *members[vacant + 1 :]])
