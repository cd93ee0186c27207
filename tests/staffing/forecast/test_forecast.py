"""The record of a forecast, its bounds, and what is refused."""

import json
import sys
from datetime import UTC, date, datetime

import attrs
import numpy as np
import pytest
from forecast_offices import ZONE, at, office
from scipy import stats

from assignwork.errors import ConfigurationError
from assignwork.model import Calendar
from assignwork.staffing.forecast import (
    ArrivalHistory,
    Expected,
    Forecast,
    SeasonalNaive,
    WeekdayMean,
    forecast_arrivals,
)

NAIVE = SeasonalNaive()


@attrs.frozen
class Always:
    """Expects the same of every interval."""

    mean: float
    extra: float
    name: str = "always"

    @property
    def parameters(self):
        return {"mean": self.mean}

    def expected(self, history, ahead):
        return Expected(np.full(len(ahead), self.mean), self.extra)


@pytest.fixture(scope="module")
def week():
    return forecast_arrivals(office(4, seed=1), 7, method=NAIVE)


def plain(**fields):
    whole = {
        "start_at": 0, "interval": 900, "time_zone": "UTC", "mean": [1, 2], "lower": [0, 1],
        "upper": [3, 4], "level": 0.9, "cv": 0.1, "method": "by hand",
    }  # fmt: skip
    return Forecast(**{**whole, **fields})


def test_bounds_are_quantiles_of_a_poisson_count_where_the_mean_is_certain():
    found = forecast_arrivals(office(3), 7, method=Always(20.0, 0.0), level=0.8)
    assert (found.lower[9], found.upper[9]) == (
        stats.poisson.ppf(0.1, 20), stats.poisson.ppf(0.9, 20),
    )  # fmt: skip
    assert found.cv == 0


def test_bounds_hold_as_many_counts_as_they_say_where_the_mean_is_not():
    found = forecast_arrivals(office(3), 7, method=Always(50.0, 0.04), level=0.8)
    rng = np.random.default_rng(1)
    counts = rng.poisson(50 * rng.gamma(25, 1 / 25, 100_000))  # squared cv 0.04
    inside = np.mean((found.lower[9] <= counts) & (counts <= found.upper[9]))
    assert inside == pytest.approx(0.8, abs=0.02)
    assert found.cv == pytest.approx(0.2)


def test_a_wider_level_has_wider_bounds(week):
    wide = forecast_arrivals(office(4, seed=1), 7, method=NAIVE, level=0.99)
    assert wide.mean == week.mean
    assert np.subtract(wide.upper, wide.lower).sum() > np.subtract(week.upper, week.lower).sum()


def test_a_forecast_is_never_negative_nor_beyond_its_bounds():
    below = forecast_arrivals(office(3), 7, method=Always(-3.0, 0.1))
    assert not below.arrivals
    skewed = forecast_arrivals(office(3), 7, method=Always(0.3, 50.0), level=0.5)
    assert all(np.less_equal(skewed.lower, skewed.mean))
    assert all(np.less_equal(skewed.mean, skewed.upper))


def test_it_begins_where_the_history_ends(week):
    history = office(4, seed=1)
    assert week.start_at == history.end_at == week.starts[0]
    assert week.end_at == at(date(2026, 2, 9))
    assert week.local_starts[1].isoformat() == "2026-02-02T01:00:00+01:00"


def test_it_says_by_what_it_was_made():
    found = forecast_arrivals(office(4), 7, method=WeekdayMean(3))
    assert (found.method, found.parameters) == ("mean of 3 weeks", {"weeks": 3})


def test_rates_are_per_hour():
    assert plain().per_hour == (4.0, 8.0)


def test_a_day_of_it_is_a_forecast(week):
    friday = week.on("2026-02-06")
    assert (len(friday), friday.start_at) == (24, at(date(2026, 2, 6)))
    assert friday.mean == week.mean[96:120]
    assert friday.upper == week.upper[96:120]
    with pytest.raises(ConfigurationError, match="allowed: 2026-02-02 to 2026-02-08"):
        week.on("2026-02-09")


def test_it_survives_json(week):
    assert Forecast.from_dict(json.loads(json.dumps(week.to_dict()))) == week
    assert hash(week) == hash(Forecast.from_dict(week.to_dict()))


def test_it_cannot_be_changed(week):
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        week.level = 0.5
    with pytest.raises(TypeError, match="read-only"):
        forecast_arrivals(office(4), 7, method=WeekdayMean()).parameters["weeks"] = 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lower": [0]}, "^lower: there are 1 bounds for 2 means"),
        ({"upper": [3, 1]}, r"^mean\[1\]: the mean 2 is not from 1 to 1"),
        ({"lower": [2, 1]}, r"^mean\[0\]: "),
        ({"mean": [1, -2]}, r"^mean\[1\]: "),
        ({"mean": []}, "^mean: "),
        ({"level": 1.0}, "^level: "),
        ({"cv": -1.0}, "^cv: "),
        ({"time_zone": "Mars"}, "^time_zone: "),
        ({"parameters": 3}, "^parameters: "),
    ],
)
def test_a_forecast_that_contradicts_itself_is_refused(fields, said):
    with pytest.raises(ConfigurationError, match=said):
        plain(**fields)


def test_a_frame_has_a_row_per_interval_by_local_start(week):
    frame = week.to_frame()
    assert list(frame.columns) == ["mean", "lower", "upper"]
    assert frame.loc["2026-02-06 10:00", "mean"] == week.mean[106]
    assert str(frame.index.tz) == ZONE


def test_without_pandas_a_frame_names_the_extra(week, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ConfigurationError, match="needs pandas") as refused:
        week.to_frame()
    assert "assignwork[frames]" in refused.value.remedy


def test_as_text_it_has_a_line_per_day():
    found = plain(start_at=at(date(2026, 2, 2)), interval=3600, time_zone=ZONE)
    assert str(found).splitlines() == [
        "3 arrivals expected from 2026-02-02 to 2026-02-02 (Europe/Madrid), by by hand; "
        "intervals of 1 h, bounds for 90.0 %",
        "  day              arrivals  busiest  mean  lower  upper",
        "  2026-02-02  Mon         3    01:00   2.0      1      4",
    ]
    assert plain(mean=[0, 0], lower=[0, 0]).__str__().endswith("1970-01-01  Thu         0")


def test_in_a_notebook_it_is_a_table(week):
    shown = week._repr_html_()
    assert shown.count("<tr>") == 8
    assert "by seasonal naive" in shown


def test_a_long_forecast_shows_a_month_of_days():
    found = forecast_arrivals(office(4), 60, method=NAIVE)
    assert found._repr_html_().count("<tr>") == 32


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"horizon": 0}, "horizon"),
        ({"horizon": 7.0}, "horizon"),
        ({"horizon": 733}, "horizon"),
        ({"level": 0}, "level"),
        ({"level": 1}, "level"),
        ({"factors": {"2026-02-06": -1.0}}, "factors.2026-02-06"),
        ({"factors": [1]}, "factors"),
        ({"factors": {"2026-03-06": 2.0}}, "factors"),
        ({"factors": {"sale": 2.0}}, "factors"),
    ],
)
def test_what_cannot_be_asked_is_refused(fields, field):
    asked = {"horizon": 7, "method": NAIVE, **fields}
    with pytest.raises(ConfigurationError) as refused:
        forecast_arrivals(office(4), **asked)
    assert refused.value.field == field


def test_a_special_day_that_nothing_is_known_of_needs_a_factor():
    history = office(4, special={"2026-02-06": "sale"})
    with pytest.raises(ConfigurationError, match=r'^special.2026-02-06: .*factors=\{"sale": 1.5\}'):
        forecast_arrivals(history, 7, method=NAIVE)
    doubled = forecast_arrivals(history, 7, method=NAIVE, factors={"sale": 2})
    usual = forecast_arrivals(office(4), 7, method=NAIVE)
    assert doubled.on("2026-02-06").mean == tuple(2 * np.array(usual.on("2026-02-06").mean))
    assert doubled.on("2026-02-05").mean == usual.on("2026-02-05").mean


def test_a_special_day_that_is_closed_needs_no_factor():
    history = office(4, special={"2026-02-07": "sale"})
    assert not forecast_arrivals(history, 7, method=NAIVE).on("2026-02-07").arrivals


def test_the_factor_of_a_date_goes_before_that_of_its_name():
    history = office(4, special={"2026-02-06": "sale", "2026-02-05": "sale"})
    factors = {"sale": 2, "2026-02-06": 0.5}
    found = forecast_arrivals(history, 7, method=NAIVE, factors=factors)
    usual = forecast_arrivals(office(4), 7, method=NAIVE)
    assert found.on("2026-02-06").arrivals == 0.5 * usual.on("2026-02-06").arrivals
    assert found.on("2026-02-05").arrivals == 2 * usual.on("2026-02-05").arrivals


def test_without_a_calendar_all_hours_are_open_in_utc():
    history = ArrivalHistory([5] * 24 * 21, "2026-01-05T00:00:00Z", 3600)
    found = forecast_arrivals(history, 7, method=NAIVE)
    assert (set(found.mean), found.time_zone) == ({5.0}, "UTC")


def test_a_night_that_runs_over_midnight_is_open_on_both_days():
    calendar = Calendar("night", ZONE, {"mon": ["22:00-02:00"]})
    days = [None] * 24 * 21
    for monday in (0, 7 * 24, 14 * 24):
        days[monday + 22 : monday + 26] = [1, 2, 3, 4]
    history = ArrivalHistory(days, at(date(2026, 1, 5)), 3600, calendar, missing="skip")
    found = forecast_arrivals(history, 7, method=NAIVE)
    assert found.mean[22:26] == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("history", "options", "field"),
    [
        ([3, 4], {}, "history"),
        (office(3), {"method": "naive"}, "method"),
        (
            office(3),
            {"factors": {datetime(2026, 1, 27, tzinfo=UTC): 2.0}},
            "factors: .* not a date",
        ),
    ],
)
def test_what_is_no_history_method_or_date_is_refused(history, options, field):
    with pytest.raises(ConfigurationError, match=f"^{field}"):
        forecast_arrivals(history, 7, **{"method": NAIVE, **options})
