"""Working hours around the epoch: calendars, shifts and rotations, as on the wire.

Instants of made-up logs are the first hours of Thursday 1970-01-01 in UTC, and hours have the
resolution of a minute. So days open and close many times an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assignwork.model.calendars import ALWAYS
from assignwork.testing.generation._dice import OUTSIDERS, Dice, chosen, some

Pattern = tuple[tuple[int, int], ...]
Dated = dict[str, list[str]]

# When it is open, in minutes after each full hour.
_SPARSE: Pattern = ((3, 4), (12, 13), (21, 40))
_MIXED: Pattern = ((1, 3), (5, 6), (10, 20), (33, 34), (40, 55))
_TOUCHING: Pattern = ((0, 2), (2, 4), (7, 8), (15, 30), (45, 60))  # runs on into the next hour
_BREAKS: Pattern = ((0, 9), (10, 25), (26, 60))
_HALF_PAST: Pattern = ((1, 5), (30, 32), (33, 34), (36, 37), (40, 58))
_LAST_HOUR = 8  # after it, closed till the next day: logs end earlier


def _hours(pattern: Pattern, first: int = 0, past: int = _LAST_HOUR) -> list[str]:
    found = []
    for hour in range(first, past):
        for start, end in pattern:
            until = f"{hour + end // 60:02}:{end % 60:02}"
            found.append(f"{hour:02}:{start:02}-{until}")
    return found


_UTC = tuple({"thu-fri": _hours(pattern)} for pattern in (_MIXED, _SPARSE, _TOUCHING, _BREAKS))
_INDIA = tuple(  # 00:00 UTC is 05:30 there
    {"thu": _hours(pattern, 5, 14)} for pattern in (_HALF_PAST, _TOUCHING, _MIXED)
)
_MONROVIA = tuple(  # 44 minutes and a half behind UTC: Thursday begins at second 2670
    {"wed": ["23:16-23:18", "23:20-23:21", *evening], "thu": _hours(pattern, 1)}
    for evening, pattern in (
        (["23:25-23:35", "23:50-00:10"], _MIXED),
        (["23:22-23:23", "23:40-24:00"], _SPARSE),
        (["23:30-00:05"], _BREAKS),
    )
)
# Days with other hours; none overlaps what starts on the evening before.
_UTC_DAYS: tuple[Dated, ...] = (
    {"1970-01-01": ["00:02-00:04", "00:09-00:11", "00:30-02:00"]},
    {"1970-01-01": []},
    {"1970-01-01": ["00:00-24:00"], "1970-01-02": []},
)
_INDIA_DAYS: tuple[Dated, ...] = (
    {"1970-01-01": ["05:32-05:34", "05:35-05:36", "05:50-08:00"]},
    {"1970-01-02": ["09:00-10:00"]},
    {"1970-01-01": ["05:00-05:33", "06:00-24:00"]},
)
_MONROVIA_DAYS: tuple[Dated, ...] = (
    {"1969-12-31": ["23:17-23:19", "23:30-24:00"]},
    {"1970-01-01": ["00:20-03:00"]},
    {"1969-12-31": []},
)

CALENDARS: dict[str, tuple[str, tuple[dict[str, list[str]], ...], tuple[Dated, ...]]] = {
    "day": ("UTC", _UTC, _UTC_DAYS),
    "late": ("UTC", _UTC[::-1], _UTC_DAYS),
    "india": ("Asia/Kolkata", _INDIA, _INDIA_DAYS),
    "monrovia": ("Africa/Monrovia", _MONROVIA, _MONROVIA_DAYS),
}
"""By id: time zone, hours and exceptions to choose from."""
CALENDAR_IDS = tuple(CALENDARS)
ROTATION_IDS = ("r0", "r1")

_LEAVES: tuple[Dated, ...] = (
    {"1970-01-01": []},
    {"1970-01-01": ["00:12-00:14", "00:40-03:00"]},
    {"1970-01-01": ["05:33-05:35", "05:36-05:37", "05:42-09:00"]},
    {"1969-12-31": ["23:17-23:18", "23:21-23:59"]},
    {"1970-01-01": ["00:10-24:00"]},
)


def generate_calendars(dice: Dice, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The calendars of these ids."""
    found = []
    for name in ids:
        timezone, weeks, days = CALENDARS[name]
        fields = {"id": name, "timezone": timezone, "hours": dice.pick(weeks)}
        if dice.chance(25):
            fields["exceptions"] = dice.pick(days)
        found.append(fields)
    return found


def pick_calendar(dice: Dice, ids: Sequence[str]) -> str:
    """One of the calendars, or the one that is built in."""
    return dice.pick(ids) if ids and not dice.chance(25) else ALWAYS


def generate_shift(dice: Dice, calendars: Sequence[str]) -> str | dict[str, Any]:
    """A shift: a calendar alone, or more."""
    calendar = pick_calendar(dice, calendars)
    if not dice.chance(45):
        return calendar
    fields: dict[str, Any] = {"calendar": calendar}
    if dice.chance(50):
        fields["overrides"] = dice.pick(_LEAVES)
    if dice.chance(70):
        handoff = chosen(
            dice,
            (
                (60, "reassign", lambda: dice.pick(("waiting", "all", "on_reply"))),
                (60, "priority_at_most", lambda: dice.integer(1, 4)),
            ),
        )
        fields["handoff"] = handoff
    return fields


def generate_rotations(
    dice: Dice, ids: Sequence[str], agents: Sequence[str]
) -> list[dict[str, Any]]:
    """Rotations of these ids; turns change within the first hour or never."""
    return [_rotation(dice, name, agents) for name in ids]


def _rotation(dice: Dice, name: str, agents: Sequence[str]) -> dict[str, Any]:
    people = [*agents[:4], *OUTSIDERS]
    members: list[str | None] = list(some(dice, people, 45)) or [dice.pick(people)]
    if dice.chance(30):
        members.insert(dice.integer(0, len(members)), None)  # a vacant turn
    days = dice.pick((1, 1, 2, 7))
    fields: dict[str, Any] = {"id": name, "members": members, "days": days}
    timezone, times = dice.pick(
        (
            ("UTC", ("00:01", "00:05", "00:30", "09:00")),
            ("Asia/Kolkata", ("05:31", "05:40", "06:00")),
        )
    )
    fields |= {"timezone": timezone, "time": dice.pick(times)}
    if dice.chance(60):
        fields["starts_on"] = dice.pick(("1970-01-01", "1969-12-31"))
    elif dice.chance(30):
        fields["weekday"] = "thu"
    if dice.chance(30):
        start = 30 * dice.integer(0, 20)
        change = start + 30 * dice.integer(1, 20)
        overrides = [{"starts_at": start, "ends_at": change, "member": dice.pick(people)}]
        if dice.chance(40):
            end = change + 60 * dice.integer(1, 10)
            overrides.append({"starts_at": change, "ends_at": end, "member": dice.pick(people)})
        fields["overrides"] = overrides
    return fields
