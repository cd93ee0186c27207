"""A log in two parts: where it is cut, and what cannot be cut."""

import pytest
from known_desks import DAY, MONDAY, calls, log_of, office

from assignwork.errors import ConfigurationError
from assignwork.simulation.fitting import fit_scenario, split_log

TRUE = calls(per_hour=30, weeks=1)
LOG = log_of(TRUE)


def test_a_share_is_cut_at_the_nearest_midnight():
    parts = split_log(TRUE.workspace, LOG, 0.3)  # 4.9 of 7 days
    assert (parts.start, parts.cut, parts.end) == (MONDAY, MONDAY + 5 * DAY, MONDAY + 7 * DAY)


def test_midnight_is_that_of_the_time_zone():
    parts = split_log(TRUE.workspace, LOG, 0.3, time_zone="Asia/Tokyo")
    assert (parts.cut - MONDAY + 9 * 3600) % DAY == 0


def test_a_window_without_a_midnight_is_cut_by_its_share():
    parts = split_log(TRUE.workspace, LOG, 0.25, start=MONDAY + 3600, end=MONDAY + 5 * 3600)
    assert parts.cut == MONDAY + 4 * 3600


def test_an_instant_is_taken_as_it_is():
    cut = MONDAY + 2.6 * DAY
    assert split_log(TRUE.workspace, LOG, cut).cut == cut


def test_the_warm_up_is_as_long_as_somebody_may_stay_and_at_most_what_is_fitted():
    true = office(4)
    for share, days in ((0.25, 7), (0.9, 3)):
        parts = split_log(true.workspace, log_of(true), share)
        fit = fit_scenario(true.workspace, log_of(true), end=parts.cut)
        assert parts.warm_up(fit) == days * DAY


@pytest.mark.parametrize(
    "keep_back", [0, -0.5, float("nan"), MONDAY - DAY, MONDAY + 8 * DAY, "2026-02-01T00:00:00Z"]
)
def test_a_part_without_arrivals_is_refused(keep_back):
    with pytest.raises(ConfigurationError) as found:
        split_log(TRUE.workspace, LOG, keep_back)
    assert found.value.field == "keep_back"
