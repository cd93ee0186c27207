"""Poisson arrivals at constant rates, by tables, by the hour of the week."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats

from assignwork.errors import ConfigurationError
from assignwork.simulation.arrivals import Poisson, RateTable, Weekly

HOUR, DAY, WEEK = 3600.0, 86_400.0, 604_800.0
BEGIN = 1_772_323_200.0  # 2026-03-01 00:00 UTC, a Sunday
MADRID = ZoneInfo("Europe/Madrid")


def rng(seed=1):
    return np.random.default_rng(seed)


def posix(text):
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).timestamp()


def per_step(came, begin, length, count):
    return np.histogram(came, begin + length * np.arange(count + 1.0))[0]


class TestPoisson:
    def test_gaps_are_exponential(self):
        came = Poisson(120).instants(BEGIN, BEGIN + 30 * DAY, rng())
        assert stats.kstest(np.diff(came), stats.expon(scale=30).cdf).pvalue > 0.01

    def test_counts_vary_as_much_as_their_mean(self):
        came = Poisson(120).instants(BEGIN, BEGIN + 4000 * HOUR, rng())
        counts = per_step(came, BEGIN, HOUR, 4000)
        assert counts.mean() == pytest.approx(120, rel=0.01)
        assert counts.var() / counts.mean() == pytest.approx(1, abs=0.1)

    def test_instants_are_sorted_and_within_the_time(self):
        came = Poisson(7200).instants(BEGIN, BEGIN + DAY, rng())
        assert (np.diff(came) >= 0).all()
        assert BEGIN <= came[0] <= came[-1] < BEGIN + DAY

    def test_nobody_comes_at_rate_0(self):
        assert Poisson(0).instants(BEGIN, BEGIN + DAY, rng()).tolist() == []

    def test_nobody_comes_in_no_time(self):
        assert Poisson(60).instants(BEGIN, BEGIN, rng()).tolist() == []
        assert Poisson(60).expected(BEGIN, BEGIN) == 0

    def test_expected_is_rate_times_time(self):
        assert Poisson(120).expected(BEGIN, BEGIN + DAY) == 2880


class TestRateTable:
    TABLE = RateTable([60, 0, 240], interval=1800)

    def test_each_interval_has_its_rate(self):
        runs = [self.TABLE.instants(BEGIN, BEGIN + 5400, rng(seed)) for seed in range(400)]
        counts = sum(per_step(came, BEGIN, 1800, 3) for came in runs) / 400
        assert counts[0] == pytest.approx(30, abs=4 * (30 / 400) ** 0.5)
        assert counts[1] == 0
        assert counts[2] == pytest.approx(120, abs=4 * (120 / 400) ** 0.5)

    def test_instants_within_an_interval_are_uniform(self):
        table = RateTable([0, 50_000, 0, 90_000])
        came = table.instants(BEGIN, BEGIN + 4 * HOUR, rng())
        inside = came[came >= BEGIN + 3 * HOUR] - BEGIN - 3 * HOUR
        assert stats.kstest(inside, stats.uniform(0, HOUR).cdf).pvalue > 0.01

    def test_expected_adds_up_the_intervals(self):
        assert self.TABLE.expected(BEGIN, BEGIN + 5400) == pytest.approx(150)

    def test_time_may_end_within_an_interval(self):
        assert self.TABLE.expected(BEGIN, BEGIN + 3600 + 900) == pytest.approx(90)
        came = self.TABLE.instants(BEGIN, BEGIN + 4500, rng())
        assert came[-1] < BEGIN + 4500

    def test_an_interval_that_is_longer_than_the_time_is_cut(self):
        assert RateTable([60], interval=DAY).expected(BEGIN, BEGIN + HOUR) == 60

    def test_repeated_it_begins_again_at_its_end(self):
        table = RateTable([60, 0, 240], interval=1800, repeat=True)
        came = table.instants(BEGIN, BEGIN + 4 * 5400, rng())
        counts = per_step(came, BEGIN, 1800, 12).reshape(4, 3)
        assert (counts[:, 1] == 0).all()
        assert (counts[:, 0] > 0).all()
        assert table.expected(BEGIN, BEGIN + 4 * 5400) == pytest.approx(600)

    def test_it_must_cover_the_time(self):
        with pytest.raises(ConfigurationError) as caught:
            RateTable([60] * 24).instants(BEGIN, BEGIN + 2 * DAY + 60, rng())
        assert str(caught.value) == (
            "per_hour: the table covers 86,400 s (24 of 60 min), and 172,860 s are needed "
            "(allowed: at least 49 intervals); give 25 more, or repeat=True to begin again at "
            "its end"
        )

    def test_the_last_bit_of_a_difference_of_instants_is_forgiven(self):
        begin = 1_772_323_200.3
        end = begin + DAY + 2e-7
        assert RateTable([60] * 24).expected(begin, end) == pytest.approx(1440)


class TestWeekly:
    SHOWN = tuple(float(hour) for hour in range(168))

    @pytest.mark.parametrize(
        ("local", "hour_of_week"),
        [
            ("2026-01-05 00:00", 0),
            ("2026-01-05 13:00", 13),
            ("2026-01-11 23:00", 167),
            ("2026-07-06 00:00", 0),
            ("1969-12-29 05:00", 5),
        ],
    )
    def test_the_hour_is_that_of_local_clocks(self, local, hour_of_week):
        begin = posix(local)
        week = Weekly(self.SHOWN, "Europe/Madrid")
        assert week.expected(begin, begin + HOUR) == pytest.approx(hour_of_week)

    @pytest.mark.parametrize(
        ("local", "length"), [("2026-01-05 00:00", 168), ("2026-03-23 00:00", 167),
                              ("2026-10-19 00:00", 169)],
    )  # fmt: skip
    def test_a_week_has_as_many_hours_as_the_clocks_make_it(self, local, length):
        begin = posix(local)
        week = Weekly([60] * 168, "Europe/Madrid")
        next_monday = begin + length * HOUR
        assert datetime.fromtimestamp(next_monday, MADRID).hour == 0
        assert week.expected(begin, next_monday) == pytest.approx(60 * length)

    def test_the_hour_that_comes_twice_has_its_rate_twice(self):
        only_two = [0.0] * 168
        only_two[6 * 24 + 2] = 50_000  # Sundays from 2 to 3
        week = Weekly(only_two, "Europe/Madrid")
        begin = posix("2026-10-25 00:00")
        assert week.expected(begin, begin + 25 * HOUR) == pytest.approx(100_000)
        came = week.instants(begin, begin + 25 * HOUR, rng())
        assert (per_step(came, begin, HOUR, 25) > 0).nonzero()[0].tolist() == [2, 3]

    def test_the_hour_that_is_left_out_has_none(self):
        only_two = [0.0] * 168
        only_two[6 * 24 + 2] = 50_000
        week = Weekly(only_two, "Europe/Madrid")
        begin = posix("2026-03-29 00:00")
        assert week.expected(begin, begin + 23 * HOUR) == 0
        assert len(week.instants(begin, begin + 23 * HOUR, rng())) == 0

    def test_every_instant_of_a_year_falls_into_an_hour_with_a_rate(self):
        office = ([0] * 9 + [30] * 8 + [0] * 7) * 5 + [0] * 48
        begin = posix("2026-01-01 00:00")
        came = Weekly(office, "Europe/Madrid").instants(begin, begin + 365 * DAY, rng())
        local = [datetime.fromtimestamp(at, MADRID) for at in came.tolist()]
        assert len(came) > 50_000
        assert all(at.weekday() < 5 and 9 <= at.hour < 17 for at in local)

    def test_zones_off_by_half_an_hour_have_their_own_hours(self):
        office = [0.0] * 168
        office[9] = 60
        week = Weekly(office, "Asia/Kolkata")
        begin = datetime.fromisoformat("2026-01-05T09:00+05:30").timestamp()
        assert week.expected(begin - 60, begin) == 0
        assert week.expected(begin, begin + HOUR) == pytest.approx(60)

    def test_a_begin_between_two_seconds(self):
        begin = posix("2026-01-05 08:59") + 59.5
        week = Weekly(self.SHOWN, "Europe/Madrid")
        found = week.expected(begin, begin + 1.25)
        assert found == pytest.approx((8 * 0.5 + 9 * 0.75) / 3600)

    def test_utc_is_the_default(self):
        monday = BEGIN + DAY
        assert Weekly(self.SHOWN).expected(monday + HOUR, monday + 2 * HOUR) == 1

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (
                lambda: Weekly([10] * 24),
                "per_hour: it has 24 numbers, and a week has 168 hours (allowed: 168 numbers); "
                "give one for each hour, from Monday 00:00 on; for 24, give them times 7",
            ),
            (
                lambda: Weekly([10] * 168, "Europe/Madird"),
                "time_zone: 'Europe/Madird' is not a time zone of the IANA database; "
                "did you mean 'Europe/Madrid'?",
            ),
        ],
    )
    def test_refusals(self, make, message):
        with pytest.raises(ConfigurationError) as caught:
            make()
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Poisson(-1),
            "per_hour: -1 is not a number of customers per hour (allowed: 0 to 1e+09); "
            "give a number in this range",
        ),
        (
            lambda: RateTable([]),
            "per_hour: it is empty, and not a list of customers per hour; give at least one",
        ),
        (
            lambda: RateTable([1, float("nan")]),
            "per_hour[1]: nan is not a number of customers per hour (allowed: 0 to 1e+09); "
            "give a number in this range",
        ),
        (
            lambda: RateTable([1], interval=0),
            "interval: 0 is not a length in seconds (allowed: 1 to 1e+10); "
            "give a number in this range",
        ),
        (
            lambda: Poisson(1).instants(100, 40, rng()),
            "end: it lies 60 s before begin (allowed: from 100 on); give an end at or after begin",
        ),
        (
            lambda: Poisson(1e9).instants(0, DAY, rng()),
            "some 24,000,000,000 customers would come (1e+09 an hour) "
            "(allowed: at most 100,000,000); give rates per hour, or a shorter time",
        ),
    ],
)
def test_refusals_say_field_value_limit_and_way_out(make, message):
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (Poisson(1200), "1,200 an hour"),
        (RateTable([60, 20], 1800), "20 to 60 an hour, by 2 intervals of 30 min"),
        (
            RateTable([60, 20], repeat=True),
            "20 to 60 an hour, by 2 intervals of 60 min, over and over",
        ),
        (
            Weekly([10] * 168, "Europe/Madrid"),
            "10 an hour, by hour of the week in Europe/Madrid (1,680 a week)",
        ),
    ],
)
def test_description_in_words(ours, words):
    assert ours.describe() == words
