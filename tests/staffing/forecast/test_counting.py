"""From instants, tables and event logs to counts per interval."""

import pickle
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from forecast_offices import MONDAY, ZONE, at, office

from assignwork import events as ev
from assignwork.errors import ConfigurationError
from assignwork.model import Calendar
from assignwork.staffing.forecast import ArrivalHistory, arrivals_of, counts_of

OFFICE = Calendar("office", "UTC", {"mon-fri": ["09:00-11:00"]})
START = "2026-01-05T00:00:00Z"


def test_an_arrival_counts_in_the_interval_that_begins_with_it():
    assert counts_of([0, 899.9, 900, 1799], 900, 0, 1800).tolist() == [2, 2]


def test_arrivals_before_the_start_and_from_the_end_on_are_not_counted():
    assert counts_of([-1, 0, 1800, 5000], 900, 0, 1800).tolist() == [1, 0]


def test_arrivals_may_come_as_an_array_or_as_text_and_in_any_order():
    text = ["1970-01-01T00:20:00Z", "1970-01-01T00:00:10Z"]
    assert counts_of(text, 900, 0, 1800).tolist() == [1, 1]
    assert counts_of(np.array([1200, 10]), 900, 0, 1800).tolist() == [1, 1]


def test_a_broken_instant_in_an_array_is_named():
    with pytest.raises(ConfigurationError, match=r"^instants\[1\]: nan is not a finite instant"):
        counts_of(np.array([0.0, np.nan]), 900, 0, 1800)


@pytest.mark.parametrize("end", [0, -900, 1000, 900 * 6_000_000])
def test_the_end_is_a_whole_number_of_intervals_after_the_start(end):
    with pytest.raises(ConfigurationError, match="whole intervals of 900 s after the start"):
        counts_of([], 900, 0, end)


def queued(at, item, team="billing"):
    return ev.Queued(1, float(at), item, team, 3, 1, "given", None)


def test_an_item_arrives_when_it_is_first_queued():
    log = [queued(10, "a"), queued(20, "b"), ev.Closed(2, 30.0, "b", None), queued(40, "a")]
    assert arrivals_of(log) == (10.0, 20.0)


def test_arrivals_of_one_team_are_those_first_queued_for_it():
    log = [queued(10, "a", "billing"), queued(20, "b", "tech"), queued(40, "a", "tech")]
    assert arrivals_of(log, "tech") == (20.0,)


def test_what_was_counted_without_an_arrival_is_no_gap():
    came = [at(MONDAY, 9) + 60]
    history = ArrivalHistory.of_arrivals(
        came, 3600, at(MONDAY), at(MONDAY + timedelta(1)),
        calendar=Calendar("office", ZONE, {"mon-fri": ["09:00-11:00"]}),
    )  # fmt: skip
    assert history.known[9:11].tolist() == [1, 0]


def test_closed_intervals_may_be_left_out_of_a_table_and_are_not_zeros():
    rows = ["2026-01-06T09:00:00Z", "2026-01-05T10:00:00Z", "2026-01-05T09:00:00Z"]
    rows.append("2026-01-06T10:00:00Z")
    history = ArrivalHistory.of_intervals(rows, [1, 2, 3, 4], 3600, calendar=OFFICE)
    assert history.known[~np.isnan(history.known)].tolist() == [3, 2, 1, 4]
    assert history.intervals == 4
    assert len(history.counts) == 26


def test_pandas_index_and_series_do():
    starts = pd.date_range("2026-01-05 09:00", periods=2, freq="h", tz="UTC")
    series = pd.Series([3, 4], index=starts)
    history = ArrivalHistory.of_intervals(series.index, series, 3600, calendar=OFFICE)
    assert history.counts.tolist() == [3, 4]


@pytest.mark.parametrize(
    ("starts", "counts", "said"),
    [
        ([0, 3600], [1], r"^starts: there are 2 starts and 1 counts"),
        ([0, 3600, 5400], [1, 1, 1], r"^starts\[2\]: 5400 is no whole number of intervals"),
        ([0, 3600, 0], [1, 1, 1], r"^starts: 0 is there twice"),
        ([0, 3600 * 6e6], [1, 1], r"^starts: from the first start to the last are 6,000,001 "),
        (["2026-01-05T09:00:00"], [1], r"^starts\[0\]: .*has no time zone"),
    ],
)
def test_a_table_that_is_no_table_is_refused(starts, counts, said):
    with pytest.raises(ConfigurationError, match=said):
        ArrivalHistory.of_intervals(starts, counts, 3600)


@pytest.mark.parametrize("wrong", [-1, 0.5, np.inf, "3", True, 2e9])
def test_what_is_no_count_is_refused_with_its_place(wrong):
    with pytest.raises(ConfigurationError, match=r"^counts\[1\]: .* is not a number of arrivals"):
        ArrivalHistory([3, wrong], START, 3600)


@pytest.mark.parametrize("wrong", ["33", b"1", {1: 2}, np.array(3)])
def test_what_is_no_list_of_counts_is_refused(wrong):
    with pytest.raises(ConfigurationError, match=r"^counts: "):
        ArrivalHistory(wrong, START, 3600)


def test_no_counts_are_refused():
    with pytest.raises(ConfigurationError, match=r"^counts: there are 0 counts"):
        ArrivalHistory([], START, 3600)


@pytest.mark.parametrize("wrong", [0, 7, 7200, 1.5, "300", True, np.nan])
def test_an_interval_divides_an_hour(wrong):
    with pytest.raises(ConfigurationError, match=r"^interval: .* do not divide an hour"):
        ArrivalHistory([1], START, wrong)


@pytest.mark.parametrize("gap", [None, np.nan])
def test_an_open_interval_without_a_count_is_a_gap(gap):
    with pytest.raises(ConfigurationError, match=r"^counts\[10\]: the hours are open") as refused:
        ArrivalHistory([None] * 9 + [4, gap] + [None] * 13, START, 3600, OFFICE)
    assert "missing='skip'" in refused.value.remedy


def test_gaps_may_be_left_out():
    day = [None] * 9 + [4, None] + [None] * 13
    history = ArrivalHistory(day, START, 3600, OFFICE, missing="skip")
    assert (history.arrivals, history.intervals) == (4, 1)


def test_another_word_for_gaps_is_refused():
    with pytest.raises(ConfigurationError, match=r"^missing: 'drop' is not one of refuse, skip"):
        ArrivalHistory([1], START, 3600, missing="drop")


def test_excluded_days_are_not_learned_from_and_may_have_gaps():
    days = [None] * 9 + [4, 5] + [None] * 22 + [None, 7] + [None] * 13
    history = ArrivalHistory(days, START, 3600, OFFICE, excluded=[date(2026, 1, 6)])
    assert (history.arrivals, history.days) == (9, 1)


def test_closed_days_of_the_calendar_are_no_zeros():
    closed = office(2, closed=("2026-01-06",))
    assert closed.days == 9


def test_an_interval_that_is_open_in_part_counts():
    late = Calendar("late", hours={"mon-fri": ["09:30-10:15"]})
    history = ArrivalHistory([None] * 9 + [4, 5] + [None] * 13, START, 3600, late)
    assert history.arrivals == 9


def test_arrivals_outside_of_the_hours_are_told():
    history = ArrivalHistory([6] + [None] * 8 + [4, 5] + [None] * 13, START, 3600, OFFICE)
    assert history.outside_hours == 6
    assert str(history).endswith("; 6 came outside of the hours")


@pytest.mark.parametrize("start", ["2026-01-05T00:10:00Z", 1767571200.5])
def test_a_history_starts_at_a_whole_interval_of_the_local_clock(start):
    with pytest.raises(ConfigurationError, match=r"^start_at: .* is no whole interval of 1 h"):
        ArrivalHistory([1], start, 3600)


def test_half_hours_of_a_time_zone_are_whole_intervals():
    india = Calendar("india", "Asia/Kolkata", {"mon-sun": ["00:00-24:00"]})
    with pytest.raises(ConfigurationError, match="after midnight in Asia/Kolkata"):
        ArrivalHistory([1], START, 3600, india)
    assert ArrivalHistory([1], "2026-01-05T00:00:00+05:30", 3600, india).arrivals == 1


def test_a_calendar_is_one():
    with pytest.raises(ConfigurationError, match=r"^calendar: "):
        ArrivalHistory([1], START, 3600, "office")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("special", {"2026-13-01": "sale"}),
        ("special", {"2026-12-01": ""}),
        ("special", ["2026-12-01"]),
        ("excluded", "2026-12-01"),
        ("excluded", ["tomorrow"]),
    ],
)
def test_special_and_excluded_days_are_dates(field, wrong):
    with pytest.raises(ConfigurationError, match=f"^{field}"):
        ArrivalHistory([1], START, 3600, **{field: wrong})


def test_until_leaves_what_had_ended_by_then():
    history = office(2)
    past = history.until(at(MONDAY, 12) + 1800)
    assert past.end_at == at(MONDAY, 12)
    assert past.arrivals == sum(round(1.4 * count) for count in (12, 30, 41))


def test_until_before_the_first_interval_is_refused():
    with pytest.raises(ConfigurationError, match=r"^at: "):
        office(2).until(at(MONDAY))


def test_a_history_cannot_be_changed():
    history = office(2)
    with pytest.raises(ValueError, match="read-only"):
        history.counts[0] = 5
    with pytest.raises(ValueError, match="read-only"):
        history.known[0] = 5


def test_histories_are_compared_by_what_they_say():
    assert office(2) == office(2)
    assert office(2) != office(2, excluded=["2026-01-06"])
    assert hash(office(2)) == hash(office(2))
    assert pickle.loads(pickle.dumps(office(2))) == office(2)
