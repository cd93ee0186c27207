"""Rule T5: who is on call; and the offsets of time zones, on which that and calendars stand."""

import math
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from brute_force import ZONES
from hypothesis import assume, given
from hypothesis import strategies as st

from assignwork import ConfigurationError
from assignwork._fields import FIRST_INSTANT, LAST_INSTANT
from assignwork.model.hours import WEEKDAYS
from assignwork.model.rotations import Override, Rotation
from assignwork.service import on_call, turns
from assignwork.service.offsets import Offsets
from assignwork.service.timeline import REGULAR_BEFORE, REGULAR_FROM

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp()


def weekly(*members, **more):
    return Rotation("r", members, **{"starts_on": "2026-01-05", **more})


class TestTurns:
    def test_members_take_turns_in_their_order(self):
        rotation = weekly("ana", "ben", "cai")
        found = [on_call(rotation, MONDAY + n * WEEK) for n in range(-4, 5)]
        assert found == ["cai", "ana", "ben", "cai", "ana", "ben", "cai", "ana", "ben"]

    def test_a_turn_is_handed_off_at_its_instant(self):
        rotation = weekly("ana", "ben")
        assert on_call(rotation, MONDAY + WEEK - 1) == "ana"
        assert on_call(rotation, math.nextafter(MONDAY + WEEK, 0)) == "ana"
        assert on_call(rotation, MONDAY + WEEK) == "ben"

    def test_instants_may_be_datetimes_and_texts(self):
        rotation = weekly("ana", "ben")
        assert on_call(rotation, "2026-01-12T10:00:00+01:00") == "ben"
        assert on_call(rotation, datetime(2026, 1, 12, 8, 59, tzinfo=UTC)) == "ana"

    def test_without_a_start_turns_are_counted_from_the_first_such_weekday(self, local):
        for i, day in enumerate(WEEKDAYS):
            rotation = Rotation("r", ["ana", "ben"], weekday=day)
            first = local("1970-01-05 09:00") + i * DAY
            assert on_call(rotation, first) == "ana"
            assert on_call(rotation, first - 1) == "ben"

    def test_without_a_weekday_it_is_monday(self, local):
        rotation = Rotation("r", ["ana", "ben"])
        assert (
            turns(rotation, local("2026-01-05 09:00"), local("2026-01-19 09:00"))[0][1]
            == MONDAY + WEEK
        )

    def test_turns_may_last_days(self):
        rotation = weekly("ana", "ben", "cai", days=2, starts_on="2026-01-07", time="00:00")
        wednesday = MONDAY + 2 * DAY - 9 * HOUR
        assert turns(rotation, wednesday - DAY, wednesday + 5 * DAY) == [
            (wednesday - DAY, wednesday, "cai"),
            (wednesday, wednesday + 2 * DAY, "ana"),
            (wednesday + 2 * DAY, wednesday + 4 * DAY, "ben"),
            (wednesday + 4 * DAY, wednesday + 5 * DAY, "cai"),
        ]

    def test_a_vacant_turn_is_taken_by_the_next_member(self):
        rotation = weekly("ana", None, "cai", None, None)
        found = [on_call(rotation, MONDAY + n * WEEK) for n in range(6)]
        assert found == ["ana", "cai", "cai", "ana", "ana", "ana"]
        assert turns(rotation, MONDAY, MONDAY + 6 * WEEK) == [
            (MONDAY, MONDAY + WEEK, "ana"),
            (MONDAY + WEEK, MONDAY + 3 * WEEK, "cai"),
            (MONDAY + 3 * WEEK, MONDAY + 6 * WEEK, "ana"),
        ]

    def test_the_ends_of_time_have_somebody_on_call(self):
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
            rotation = weekly("ana", "ben", timezone=zone, days=1)
            for at in (FIRST_INSTANT, LAST_INSTANT):
                assert on_call(rotation, at) in {"ana", "ben"}
            assert turns(rotation, LAST_INSTANT - 3 * DAY, LAST_INSTANT)[-1][1] == LAST_INSTANT
            assert turns(rotation, FIRST_INSTANT, FIRST_INSTANT + DAY)[0][0] == FIRST_INSTANT

    def test_no_time_has_no_turns(self):
        assert turns(weekly("ana"), 5, 5) == []
        with pytest.raises(ConfigurationError, match=r"^until: "):
            turns(weekly("ana"), 5, 4)


class TestOverrides:
    def test_they_hold_from_their_start_up_to_their_end(self):
        start, end = MONDAY + DAY, MONDAY + 2 * DAY
        rotation = weekly("ana", "ben", overrides=[Override(start, end, "dov")])
        assert [on_call(rotation, at) for at in (start - 1, start, end - 1, end)] == [
            "ana", "dov", "dov", "ana",
        ]  # fmt: skip

    def test_they_cut_turns_into_pieces(self):
        rotation = weekly(
            "ana",
            "ben",
            overrides=[
                Override(MONDAY + 6 * DAY, MONDAY + 8 * DAY, "dov"),
                Override(MONDAY - DAY, MONDAY + DAY, "eva"),
                Override(MONDAY + 8 * DAY, MONDAY + 9 * DAY, "ben"),
            ],
        )
        assert turns(rotation, MONDAY, MONDAY + 2 * WEEK) == [
            (MONDAY, MONDAY + DAY, "eva"),
            (MONDAY + DAY, MONDAY + 6 * DAY, "ana"),
            (MONDAY + 6 * DAY, MONDAY + 8 * DAY, "dov"),
            (MONDAY + 8 * DAY, MONDAY + 14 * DAY, "ben"),
        ]
        assert turns(rotation, MONDAY, MONDAY + 5) == [(MONDAY, MONDAY + 5, "eva")]

    def test_they_are_kept_by_their_start(self):
        late, early = Override(20, 30, "ana"), Override(10, 20, "ben")
        assert weekly("ana", overrides=[late, early]).overrides == (early, late)


class TestClockChanges:
    def test_turns_are_handed_off_at_local_time(self, local):
        zone = "Europe/Lisbon"
        rotation = weekly("ana", "ben", timezone=zone)
        edges = [start for start, _, _ in turns(rotation, "2026-03-17T00:00Z", "2026-04-14T00:00Z")]
        days = ("2026-03-23", "2026-03-30", "2026-04-06", "2026-04-13")
        assert edges[1:] == [local(f"{day} 09:00", zone) for day in days]

    def test_a_time_that_does_not_exist_means_the_end_of_the_gap(self, local):
        zone = "Australia/Lord_Howe"  # on 2026-10-04 02:00 becomes 02:30
        rotation = weekly("ana", "ben", timezone=zone, days=1, time="02:10")
        change = local("2026-10-04 02:30", zone)
        assert on_call(rotation, change - 1) != on_call(rotation, change)
        assert on_call(rotation, change) == on_call(rotation, change + DAY - 1801)

    def test_of_a_time_that_occurs_twice_the_first_is_meant(self, local):
        zone = "America/New_York"  # on 2026-11-01 02:00 becomes 01:00
        rotation = weekly("ana", "ben", timezone=zone, days=1, time="01:30")
        first, second = (local("2026-11-01 01:30", zone, fold) for fold in (0, 1))
        assert second == first + HOUR
        after = on_call(rotation, first)
        assert on_call(rotation, first - 1) != after
        for at in (first + 1800, second - 1, second, second + HOUR):
            assert on_call(rotation, at) == after

    def test_a_date_that_was_skipped_hands_off_at_its_end(self, local):
        zone = "Pacific/Apia"  # had no 2011-12-30
        rotation = weekly("ana", "ben", "cai", timezone=zone, days=1, starts_on="2011-12-29")
        at = local("2011-12-29 09:00", zone)
        assert turns(rotation, at, at + 2 * DAY) == [
            (at, at + 15 * HOUR, "ana"),
            (at + 15 * HOUR, at + DAY, "ben"),
            (at + DAY, at + 2 * DAY, "cai"),
        ]


MEMBERS = st.lists(st.one_of(st.none(), st.sampled_from("abcdef")), min_size=1, max_size=8).filter(
    lambda found: any(found) and len({*filter(None, found)}) == len([*filter(None, found)])
)


@st.composite
def rotations(draw):
    edges = sorted(draw(st.sets(st.integers(0, 400), max_size=6)))
    overrides = [
        Override(MONDAY + start * HOUR, MONDAY + end * HOUR, draw(st.sampled_from("abcdefgh")))
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]
    return Rotation(
        "r",
        draw(MEMBERS),
        draw(st.sampled_from(ZONES)),
        time=draw(st.sampled_from(["00:00", "02:15", "09:00", "23:45"])),
        days=draw(st.sampled_from([1, 2, 7, 10, 14])),
        starts_on=draw(st.one_of(st.none(), st.dates(date(2025, 12, 1), date(2026, 2, 1)))),
        overrides=overrides,
    )


class TestProperties:
    @given(rotations(), st.integers(-40 * 24, 400 * 24), st.data())
    def test_removing_who_is_not_on_call_changes_nothing(self, rotation, hours, data):
        at = MONDAY + hours * HOUR
        present = [name for name in rotation.members if name is not None]
        assume(len(present) > 1)
        now = on_call(rotation, at)
        for gone in present:
            left = rotation.without(gone)
            assert gone not in {name for _, _, name in turns(left, at, at + 20 * DAY)}
            assert on_call(left, at) == now or now == gone
            for start, end, member in turns(rotation, at, at + 40 * DAY):
                if member != gone:
                    assert {on_call(left, start), on_call(left, end - 1)} == {member}

    @given(st.lists(st.sampled_from("abcdef"), min_size=2, unique=True), st.data())
    def test_who_comes_back_takes_his_turns_again(self, members, data):
        rotation = weekly(*members)
        gone = data.draw(st.sampled_from(members))
        assert rotation.without(gone).with_member(gone) == rotation

    @given(rotations(), st.integers(-40 * 24, 400 * 24))
    def test_turns_are_who_is_on_call(self, rotation, hours):
        since = MONDAY + hours * HOUR
        found = turns(rotation, since, since + 30 * DAY)
        assert found[0][0] == since
        assert found[-1][1] == since + 30 * DAY
        for start, end, member in found:
            for at in (start, (start + end) // 2, end - 1):
                assert on_call(rotation, at) == member
        for (_, end, before), (start, _, after) in pairwise(found):
            assert end == start
            assert before != after

    @given(rotations(), st.integers(-(2**31), 2**33))
    def test_who_it_is_follows_from_the_wall_clock(self, rotation, at):
        """Written anew: the last handoff whose date and time the wall clock has shown."""
        for override in rotation.overrides:
            if override.starts_at <= at < override.ends_at:
                assert on_call(rotation, at) == override.member
                return
        zone = ZoneInfo(rotation.timezone)
        wall = datetime.fromtimestamp(at, zone)
        earlier = datetime.fromtimestamp(at - 2 * HOUR, zone)
        assume(wall.utcoffset() == earlier.utcoffset())  # no clock was set in the meantime
        start = date.fromisoformat(rotation.starts_on or "1970-01-05")
        hour, minute = map(int, rotation.time.split(":"))
        day = wall.date()
        if (wall.hour, wall.minute) < (hour, minute):
            day -= timedelta(1)
        place = (day - start).days // rotation.days
        members = rotation.members
        while members[place % len(members)] is None:
            place += 1
        assert on_call(rotation, at) == members[place % len(members)]


class TestRecord:
    def test_the_wire_form_makes_the_same_rotation(self):
        wire = {
            "id": "r",
            "members": ["ana", None, "cai"],
            "timezone": "Europe/Lisbon",
            "weekday": "wed",
            "time": "08:30",
            "days": 14,
            "starts_on": "2026-01-07",
            "overrides": [{"starts_at": 0.0, "ends_at": 3600.0, "member": "dov"}],
        }
        assert Rotation.from_dict(wire).to_dict() == wire
        assert Rotation.from_dict(wire) == Rotation(
            "r",
            ["ana", None, "cai"],
            timezone="Europe/Lisbon",
            weekday="wed",
            time=" 8:30",
            days=14,
            starts_on=date(2026, 1, 7),
            overrides=[
                Override("1970-01-01T00:00:00Z", datetime(1970, 1, 1, 1, tzinfo=UTC), "dov")
            ],
        )

    def test_a_weekday_counts_only_for_whole_weeks(self):
        assert weekly("ana", weekday="tue", days=3).first_handoff()[0] == date(2026, 1, 5)

    def test_a_member_leaves_a_vacancy_and_his_overrides(self):
        mine, other = Override(0, 1, "ben"), Override(1, 2, "ana")
        rotation = weekly("ana", "ben", overrides=[mine, other])
        left = rotation.without("ben")
        assert left.members == ("ana", None)
        assert left.overrides == (other,)

    def test_a_new_member_fills_the_first_vacancy_or_comes_last(self):
        assert weekly("ana", None, None).with_member("ben").members == ("ana", "ben", None)
        assert weekly("ana").with_member("ben").members == ("ana", "ben")

    @pytest.mark.parametrize(
        ("change", "field", "says"),
        [
            (lambda: weekly("ana", "ben").without("bne"), "member", "did you mean 'ben'?"),
            (lambda: weekly("ana", None).without("ana"), "members", "name at least one"),
            (lambda: weekly("ana", None).with_member("ana"), "members", "twice"),
            (lambda: weekly("ana").with_member(""), "members[1]", "non-empty"),
            (weekly, "members", "name at least one"),
            (lambda: weekly(None, None), "members", "name at least one"),
            (lambda: weekly("ana", "ana"), "members", "twice"),
            (lambda: weekly("ana", 7), "members[1]", "non-empty"),
            (lambda: Rotation("r", "ana"), "members", "a list of members"),
            (lambda: weekly("ana", timezone="Lisbon"), "timezone", "time zone"),
            (lambda: weekly("ana", weekday="Mon"), "weekday", "did you mean 'mon'?"),
            (lambda: weekly("ana", weekday="tue"), "starts_on", "that day is a mon"),
            (lambda: weekly("ana", time="24:00"), "time", "a time of day"),
            (lambda: weekly("ana", time=9), "time", "a time of day"),
            (lambda: weekly("ana", days=0), "days", "positive"),
            (lambda: weekly("ana", starts_on="2026-1-5"), "starts_on", "a date"),
            (lambda: Override(1, 1, "ana"), "ends_at", "an instant after its start"),
            (
                lambda: weekly("ana", overrides=[{"starts_at": 2, "ends_at": 1, "member": "ana"}]),
                "overrides[0].ends_at",
                "an instant after its start",
            ),
            (
                lambda: weekly("ana", overrides=[Override(5, 9, "ana"), Override(0, 6, "ben")]),
                "overrides[0]",
                "overlaps that of 'ben'",
            ),
            (lambda: weekly("ana", overrides={}), "overrides", "a list of overrides"),
        ],
    )
    def test_what_cannot_be_used_is_named(self, change, field, says):
        with pytest.raises(ConfigurationError) as caught:
            change()
        assert caught.value.field == field
        assert says in str(caught.value)

    @pytest.mark.parametrize("at", [math.nan, 1e13, None, "2026-01-05 09:00"])
    def test_instants_are_instants(self, at):
        with pytest.raises(ConfigurationError, match=r"^at: "):
            on_call(weekly("ana"), at)


def listed_changes(name):
    """Instant and new offset of each change that the file of a zone lists, as Python reads it."""
    from zoneinfo._zoneinfo import ZoneInfo as Readable  # noqa: PLC0415

    zone = Readable.no_cache(name)
    if not zone._trans_utc:
        return []
    known = zone._tti_before.utcoff
    found = []
    for at, kind in zip(zone._trans_utc, zone._ttinfos, strict=True):
        if kind.utcoff != known:
            found.append((at, int(kind.utcoff.total_seconds())))
        known = kind.utcoff
    return found


class TestOffsets:
    @pytest.mark.parametrize(
        "name",
        [
            *ZONES,
            "Africa/Freetown",
            "America/Boa_Vista",
            "America/Juneau",
            "Asia/Gaza",
            "Asia/Manila",
            "Europe/Dublin",
            "Pacific/Apia",
            "UTC",
        ],
    )
    def test_they_change_as_the_file_of_the_zone_says(self, name):
        listed = listed_changes(name)
        first, last = -4_000_000_000, listed[-1][0] + 1 if listed else 4_000_000_000
        found = Offsets(name).between(first, last)
        assert [(start, offset) for start, _, offset in found[1:]] == listed
        assert (found[0][0], found[-1][1]) == (first, last)
        assert all(one[1] == other[0] for one, other in pairwise(found))

    def test_what_is_supposed_of_zones_holds_for_all_of_them(self):
        """No offset is left for less than three days, and outside the listed years rules rule."""
        for name in sorted(zoneinfo.available_timezones()):
            listed = listed_changes(name)
            for (_, one), (start, _), (end, other) in zip(
                listed, listed[1:], listed[2:], strict=False
            ):
                assert one != other or end - start > 3 * DAY, name
            years = [datetime.fromtimestamp(at, UTC).year for at, _ in listed]
            assert all(REGULAR_BEFORE <= year < REGULAR_FROM - 1 for year in years), name

    def test_the_first_instant_that_the_clock_shows(self, local):
        lisbon = Offsets("Europe/Lisbon")
        wall = datetime(2026, 3, 29, 1, 30, tzinfo=UTC).timestamp()  # 01:00 becomes 02:00
        assert lisbon.when(int(wall)) == local("2026-03-29 02:00", "Europe/Lisbon")
        wall = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp()  # 02:00 becomes 01:00
        assert lisbon.when(int(wall)) == local("2026-10-25 01:30", "Europe/Lisbon")
        assert lisbon.when(10**12) == math.inf
        assert lisbon.when(-(10**12)) == FIRST_INSTANT

    def test_one_second_is_a_span(self):
        assert Offsets("UTC").between(5, 6) == [(5, 6, 0)]
