"""Back-tests: nothing of the future is seen, errors are what they are called, verdicts are fair."""

import json
from datetime import date, timedelta

import attrs
import numpy as np
import pytest
from forecast_offices import MONDAY, at, office

from assignwork.errors import ConfigurationError
from assignwork.staffing.forecast import (
    ArrivalHistory,
    Expected,
    PoissonRegression,
    SeasonalNaive,
    WeekdayMean,
    backtest,
    forecast_arrivals,
)

SIMPLE = [WeekdayMean(4), SeasonalNaive()]


@attrs.frozen
class Fixed:
    """Expects the same of every interval, and keeps what it was shown."""

    mean: float
    name: str = "fixed"
    seen: list = attrs.field(factory=list)
    parameters = property(lambda self: {})

    def expected(self, history, ahead):
        self.seen.append((history, ahead))
        return Expected(np.full(len(ahead), self.mean), 0.0)


def test_a_method_sees_only_intervals_that_had_ended():
    method = Fixed(1.0)
    found = backtest(office(10, seed=1), [method], train=14)
    assert len(found.origins) == len(method.seen) == 8
    for origin, (history, ahead) in zip(found.origins, method.seen, strict=True):
        assert history.end_at == ahead.start_at == origin
        assert len(ahead) == 7 * 24 - (origin == at(date(2026, 3, 23)))  # clocks go forward


def test_forecasts_of_a_back_test_are_those_that_would_have_been_made():
    history = office(10, seed=1)
    found = backtest(history, [PoissonRegression()], train=56)
    errors = []
    for origin in found.origins:
        said = forecast_arrivals(history.until(origin), 7)
        first = round((origin - history.start_at) / 3600)
        errors.append(np.abs(history.known[first : first + len(said)] - said.mean))
    assert len(errors) == 2
    assert found["Poisson regression"].mae == pytest.approx(np.nanmean(np.concatenate(errors)))


@pytest.mark.parametrize("method", [PoissonRegression(), *SIMPLE], ids=lambda method: method.name)
def test_another_future_leaves_the_forecasts_before_it_as_they_were(method):
    change = MONDAY + timedelta(63)
    calm = office(10, seed=1)
    wild = office(10, seed=1, factor=lambda day: 5.0 if day >= change else 1.0)
    first = [backtest(history, [method]).scores[0].by_origin[0] for history in (calm, wild)]
    assert first[0] == first[1]
    assert backtest(calm, [method]).scores[0] != backtest(wild, [method]).scores[0]


def test_errors_are_what_they_are_called():
    counts = np.where(np.arange(24 * 21) % 24 < 12, 10, 20)
    history = ArrivalHistory(counts, "2026-01-05T00:00:00Z", 3600)
    score = backtest(history, [Fixed(16.0)], train=14)["fixed"]
    assert score.intervals == 168
    assert score.mae == (6 + 4) / 2
    assert score.rmse == pytest.approx(np.sqrt((36 + 16) / 2))
    assert score.wape == pytest.approx(5 / 15)
    assert score.bias == (6 - 4) / 2
    assert score.coverage == 1.0  # Poisson of 16: 10 to 23
    assert score.pinball == pytest.approx(
        ((0 + 10) * 0.05 + (13 + 3) * 0.05) / 2 / 2  # both counts, lower 10 and upper 23
    )
    assert np.isnan(score.mase)  # as a week before was never off


def test_mase_is_relative_to_as_a_week_before_within_the_history():
    steps = np.repeat([10, 14, 30], 24 * 7)  # 4 off in the history of the origin
    history = ArrivalHistory(steps, "2026-01-05T00:00:00Z", 3600)
    score = backtest(history, [Fixed(20.0)], train=14)["fixed"]
    assert score.mase == pytest.approx(10 / 4)


def test_counts_beyond_the_bounds_are_not_covered():
    counts = np.where(np.arange(24 * 21) % 24 < 6, 40, 16)
    history = ArrivalHistory(counts, "2026-01-05T00:00:00Z", 3600)
    assert backtest(history, [Fixed(16.0)], train=14)["fixed"].coverage == 0.75


def test_closed_and_unknown_intervals_are_not_compared():
    history = office(10, seed=1, excluded=["2026-03-03"])
    found = backtest(history, SIMPLE)
    assert {score.intervals for score in found.scores} == {2 * 40 - 8}


def test_a_week_of_which_nothing_is_known_is_no_origin():
    unknown = [(MONDAY + timedelta(56 + n)).isoformat() for n in range(7)]
    found = backtest(office(10, seed=1, excluded=unknown), SIMPLE)
    assert found.origins == (at(MONDAY + timedelta(63)),)


def test_the_last_week_counts_where_only_closed_hours_of_it_are_missing():
    history = office(10, seed=1)
    until_friday = history.until(at(MONDAY + timedelta(67), 17))
    until_noon = history.until(at(MONDAY + timedelta(67), 12))
    assert len(backtest(until_friday, SIMPLE).origins) == 2
    assert len(backtest(until_noon, SIMPLE).origins) == 1


def test_origins_are_as_far_apart_as_asked():
    found = backtest(office(12, seed=1), SIMPLE, horizon=14, step=7, train=28)
    assert np.diff(found.origins).tolist()[:3] == [7 * 86400] * 3
    assert found.origins[0] == at(MONDAY + timedelta(28))
    assert len(found.origins) == 7


def test_a_special_day_of_a_new_name_is_forecast_as_any_other():
    plain = office(10, seed=1)
    named = office(10, seed=1, special={"2026-03-04": "sale"})
    method = [PoissonRegression()]
    first = [backtest(history, method).scores[0].by_origin[0] for history in (plain, named)]
    assert first[0] == first[1]


def test_the_best_has_the_least_error():
    found = backtest(office(14, seed=1))
    assert [score.method for score in found.scores] == [
        "Poisson regression", "mean of 8 weeks", "seasonal naive",
    ]  # fmt: skip
    assert found.best == "Poisson regression"
    assert found["seasonal naive"].mae == max(score.mae for score in found.scores)


def test_where_a_simple_method_is_best_it_is_said():
    change = MONDAY + timedelta(70)
    rising = office(14, factor=lambda day: 4.0 if day >= change else 1.0)
    found = backtest(rising, train=77)
    assert found.verdict().startswith("Best is seasonal naive, over 3 origins: ")


def test_a_lead_is_told_with_its_interval():
    found = backtest(office(16, seed=1), SIMPLE)
    (lead,) = found.leads
    ours, theirs = (np.array(score.by_origin) for score in found.scores)
    assert lead.over == "seasonal naive"
    assert lead.share == pytest.approx(1 - ours.mean() / theirs.mean())
    assert 0 < lead.low < lead.share < lead.high
    half = (lead.high - lead.low) / 2 * theirs.mean()
    error = (theirs - ours).std(ddof=1) / np.sqrt(8)
    assert half == pytest.approx(2.3646 * error, rel=1e-4)  # Student's t, 7 degrees of freedom


def test_a_lead_that_may_be_chance_is_called_so():
    found = backtest(office(16, seed=1), [WeekdayMean(7), WeekdayMean(8)])
    assert "which may be chance" in found.verdict()
    assert "chance" not in backtest(office(16, seed=1), SIMPLE).verdict()


def test_overlapping_horizons_give_no_interval():
    found = backtest(office(16, seed=1), SIMPLE, horizon=14, step=7)
    assert found.leads[0].low is None
    assert "overlap" in found.verdict()
    assert "95 %" not in found.verdict()


def test_two_origins_give_no_interval():
    assert backtest(office(10, seed=1), SIMPLE).leads[0].high is None


def test_one_method_alone_has_no_verdict_over_others():
    found = backtest(office(9, seed=1), [SeasonalNaive()])
    assert found.verdict() == "Only seasonal naive was tried, from 1 origin."


def test_it_is_shown_as_text_html_and_frame():
    found = backtest(office(12, seed=1), SIMPLE)
    lines = str(found).splitlines()
    assert lines[0].startswith("Forecasts of 7 days from 4 origins, 7 days apart: 160 intervals")
    assert lines[1].split()[:5] == ["method", "MAE", "RMSE", "WAPE", "MASE"]
    assert lines[-1] == found.verdict()
    assert found._repr_html_().count("<tr>") == 3
    assert found._repr_html_().endswith(f"<p>{found.verdict()}</p>")
    frame = found.to_frame()
    assert frame.loc["seasonal naive", "mae"] == found["seasonal naive"].mae
    assert list(frame.columns)[1:] == ["mae", "rmse", "wape", "mase", "bias", "coverage", "pinball"]


def test_as_data_it_is_json_ready():
    found = backtest(office(12, seed=1), SIMPLE)
    data = json.loads(json.dumps(found.to_dict()))
    assert data["best"] == found.best
    assert data["leads"][0]["share"] == found.leads[0].share
    assert data["scores"][1]["method"] == "seasonal naive"


def test_a_history_too_short_for_an_origin_says_how_much_is_needed():
    with pytest.raises(
        ConfigurationError, match=r"^history: 56 days .*allowed: at least 63 whole days"
    ):
        backtest(office(8), SIMPLE)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"methods": []}, "methods"),
        ({"methods": [SeasonalNaive(), SeasonalNaive()]}, "methods"),
        ({"methods": ["naive"]}, "methods[0]"),
        ({"horizon": 0}, "horizon"),
        ({"step": 0}, "step"),
        ({"train": 1.5}, "train"),
        ({"level": 2}, "level"),
    ],
)
def test_what_cannot_be_tested_is_refused(options, field):
    with pytest.raises(ConfigurationError) as refused:
        backtest(office(10), **options)
    assert refused.value.field == field
