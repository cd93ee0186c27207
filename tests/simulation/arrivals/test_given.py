"""Arrivals that are spaced, counted or logged."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assignwork.errors import ConfigurationError
from assignwork.simulation.arrivals import Counts, Logged, Regular

HOUR, DAY = 3600.0, 86_400.0
BEGIN = 1_772_323_200.0  # 2026-03-01 00:00 UTC


def rng(seed=1):
    return np.random.default_rng(seed)


class TestRegular:
    def test_the_first_is_there_when_it_begins(self):
        assert Regular(60).instants(BEGIN, BEGIN + 180, rng()).tolist() == [
            BEGIN, BEGIN + 60, BEGIN + 120,
        ]  # fmt: skip

    def test_the_first_may_come_later(self):
        assert (Regular(60, first=45).instants(0, 180, rng())).tolist() == [45, 105, 165]

    def test_none_before_the_first(self):
        assert Regular(60, first=200).instants(0, 180, rng()).tolist() == []
        assert Regular(60, first=200).expected(0, 180) == 0

    def test_no_error_adds_up(self):
        found = Regular(0.1).instants(0, 100_000, rng())
        assert found[-1] == 0.1 * (len(found) - 1)

    @given(st.floats(0.5, 500), st.floats(0, 500), st.floats(0, 5000))
    def test_expected_is_how_many_come(self, every, first, length):
        ours = Regular(every, first)
        assert ours.expected(0, length) == len(ours.instants(0, length, rng()))

    def test_descriptions(self):
        assert Regular(60).describe() == "one every 60 s"
        assert Regular(60, 90).describe() == "one every 60 s, the first after 90 s"


class TestCounts:
    @given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(0, 5))
    def test_each_interval_has_exactly_so_many(self, counts, seed):
        end = BEGIN + 900 * len(counts)
        came = Counts(counts, interval=900).instants(BEGIN, end, rng(seed))
        found = np.searchsorted(came, BEGIN + 900 * np.arange(len(counts) + 1))
        assert np.diff(found).tolist() == counts
        assert (np.diff(came) >= 0).all()

    def test_an_instant_is_never_rounded_into_the_next_interval(self):
        class Late:
            def random(self, count):
                return np.full(count, np.nextafter(1.0, 0.0))

        came = Counts([2, 1])._instants(BEGIN, BEGIN + 2 * HOUR, Late())
        assert np.searchsorted(came, BEGIN + HOUR) == 2
        assert len(came) == 3
        assert came[-1] < BEGIN + 2 * HOUR

    def test_instants_are_uniform_within_an_interval(self):
        came = Counts([0, 20_000]).instants(0, 2 * HOUR, rng())
        assert stats.kstest(came, stats.uniform(HOUR, HOUR).cdf).pvalue > 0.01

    def test_of_an_interval_that_is_cut_those_come_who_come_before_the_end(self):
        counts = Counts([100, 100_000])
        came = counts.instants(0, 1.25 * HOUR, rng())
        assert np.searchsorted(came, HOUR) == 100
        assert len(came) == pytest.approx(25_100, rel=0.03)
        assert counts.expected(0, 1.25 * HOUR) == pytest.approx(25_100)

    @pytest.mark.parametrize("ours", [Counts([10**9]), Regular(1e-6)])
    def test_customers_by_the_hundred_million_are_refused(self, ours):
        with pytest.raises(ConfigurationError, match=r"customers would come .*100,000,000"):
            ours.instants(BEGIN, BEGIN + HOUR, rng())

    def test_expected_is_the_sum(self):
        assert Counts([3, 0, 5]).expected(BEGIN, BEGIN + 3 * HOUR) == 8
        assert Counts([3, 0, 5]).expected(BEGIN, BEGIN) == 0

    def test_whole_numbers_of_a_table_of_floats_are_taken(self):
        assert Counts(np.array([3.0, 4.0])) == Counts([3, 4])

    def test_they_must_cover_the_time(self):
        with pytest.raises(ConfigurationError) as caught:
            Counts([5] * 3).instants(BEGIN, BEGIN + DAY, rng())
        assert str(caught.value) == (
            "counts: the table covers 10,800 s (3 of 60 min), and 86,400 s are needed "
            "(allowed: at least 24 intervals); give 21 more, or end the scenario earlier"
        )

    @pytest.mark.parametrize(
        ("counts", "message"),
        [
            ([], "counts: it is empty, and not a list of numbers of customers; give at least one"),
            (
                [3, -1],
                "counts[1]: -1 is not a whole number of customers (allowed: 0 to 1e+09); "
                "give a number in this range",
            ),
            (
                [3, 1.5],
                "counts[1]: 1.5 is not a whole number of customers; "
                "give a whole number of customers",
            ),
        ],
    )
    def test_refusals(self, counts, message):
        with pytest.raises(ConfigurationError) as caught:
            Counts(counts)
        assert str(caught.value) == message

    def test_description(self):
        assert Counts([3, 4], 900).describe() == "exactly 7, by 2 intervals of 15 min"


class TestLogged:
    def test_exactly_those_within_the_time_in_their_order(self):
        log = Logged([50, 10, 30, 30, 70, 5])
        assert log.instants(10, 70, rng()).tolist() == [10, 30, 30, 50]
        assert log.expected(10, 70) == 4

    def test_instants_may_be_written_in_every_way(self):
        log = Logged([datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T01:00:00+01:00", BEGIN])
        assert log.at == (BEGIN, BEGIN, BEGIN)

    def test_arrays_are_taken(self):
        assert Logged(np.array([30, 10])) == Logged([10.0, 30.0])

    def test_what_is_given_out_may_be_changed(self):
        log = Logged([10, 20])
        log.instants(0, 30, rng())[:] = 0
        assert log.instants(0, 30, rng()).tolist() == [10, 20]

    def test_a_time_without_any_between_two_is_quiet(self):
        assert Logged([10, 90]).instants(20, 80, rng()).tolist() == []

    @pytest.mark.parametrize(("begin", "end"), [(0, 10), (91, 200)])
    def test_a_log_of_another_time_is_refused(self, begin, end):
        with pytest.raises(ConfigurationError) as caught:
            Logged([10, 90]).instants(begin, end, rng())
        assert str(caught.value).startswith(
            "at: all 2 instants, 1970-01-01 00:00:10 to 1970-01-01 00:01:30 UTC, lie outside of "
            "the scenario's time, 1970-01-01 00:"
        )
        assert caught.value.remedy == (
            "let the scenario start within the log, or leave the stream out"
        )

    def test_none_are_expected_of_a_log_of_another_time(self):
        assert Logged([10, 90]).expected(100, 200) == 0

    @pytest.mark.parametrize(
        ("at", "message"),
        [
            ([], "at: no instant is logged; leave the stream out"),
            (
                [10, "2026-03-01T00:00:00"],
                "at[1]: '2026-03-01T00:00:00' is not an instant: it has no time zone; "
                "give it an offset, such as +00:00",
            ),
            (
                [float("nan")],
                "at[0]: nan is not a finite instant (POSIX seconds); "
                "give a finite instant (POSIX seconds)",
            ),
            ("now", "at: 'now' is not a list; give a list"),
        ],
    )
    def test_refusals(self, at, message):
        with pytest.raises(ConfigurationError) as caught:
            Logged(at)
        assert str(caught.value) == message

    def test_a_large_log_is_shown_in_short(self):
        assert len(repr(Logged(range(10_000)))) < 150
