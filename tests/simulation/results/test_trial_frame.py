"""Customers of a trial as a frame: names for codes, instants, waits."""

import sys

import numpy as np
import pytest
from trials import START, by_chance, trial

from assignwork.errors import ConfigurationError
from assignwork.simulation.summary import summarize

AT = START
SERVED = {
    "arrived_at": AT + 100, "assigned_at": AT + 130, "begun_at": AT + 140, "answered_at": AT + 150,
    "closed_at": AT + 400, "agent": 1, "stream": 1, "kind": 2, "team": 1, "priority": 2,
    "patience": 90.0,
}  # fmt: skip
GAVE_UP = {"arrived_at": AT + 200, "closed_at": AT + 260, "abandoned": True}
NAMES = {
    "streams": ("mail", "phone"), "kinds": ("mail/a", "mail/b", "phone/c"),
    "teams": ("billing", "technical"), "agents": ("ana", "ben"),
    "channels": (None, "mail", "voice"), "thresholds": (20.0, 14_400.0, 30.0),
}  # fmt: skip


def frame(*rows, **others):
    return trial(rows, **{**NAMES, **others}).to_frame()


def test_codes_are_names():
    row = frame(SERVED).iloc[0]
    names = ["stream", "kind", "team", "channel", "priority", "agent"]
    assert row[names].tolist() == ["phone", "phone/c", "technical", "voice", 2, "ben"]


def test_nobody_and_no_channel_are_none():
    row = frame(GAVE_UP).iloc[0]
    assert (row["agent"], row["channel"]) == (None, None)


def test_instants_are_those_of_the_trial():
    row = frame(SERVED).iloc[0]
    names = ["arrived_at", "assigned_at", "begun_at", "answered_at", "closed_at"]
    assert row[names].tolist() == [SERVED[name] for name in names]


def test_waits_are_seconds_from_arrival():
    row = frame(SERVED).iloc[0]
    assert row[["wait", "begun_after", "answered_after", "closed_after"]].tolist() == [
        30.0, 40.0, 50.0, 300.0,
    ]  # fmt: skip


def test_what_never_happened_is_missing():
    row = frame(GAVE_UP).iloc[0]
    never = ["assigned_at", "begun_at", "answered_at", "wait", "begun_after", "answered_after"]
    assert row[never].isna().all()
    assert row["closed_after"] == 60.0


def test_who_would_wait_for_ever_has_no_patience():
    found = frame(SERVED, GAVE_UP)["patience"]
    assert found[0] == 90.0
    assert np.isnan(found[1])


def test_who_came_outside_of_the_window_is_not_measured():
    found = frame(
        {"arrived_at": AT - 1.0}, {"arrived_at": AT}, {"arrived_at": AT + 3600}, begin=AT,
        end=AT + 3600,
    )  # fmt: skip
    assert found["measured"].tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("timezone", "hours"), [("UTC", [23, 0, 0, 1]), ("Asia/Kolkata", [5, 5, 6, 6])]
)
def test_hours_are_those_of_arrival_by_the_clocks_of_the_zone(timezone, hours):
    came = [{"arrived_at": AT + at} for at in (-1.0, 0.0, 1800.5, 3600.0)]
    assert frame(*came, timezone=timezone)["hour"].tolist() == hours


def test_in_time_is_within_the_threshold_of_ones_kind():
    waits = [(2, 30.0), (2, 30.5), (1, 30.5), (0, 20.5)]
    served = [{"kind": kind, "assigned_at": AT + wait, "agent": 0} for kind, wait in waits]
    found = frame(*served, GAVE_UP)["in_time"]
    assert found.tolist() == [True, False, True, False, False]


def test_service_levels_by_hour_and_stream_are_means_of_a_frame():
    made = by_chance(5)
    found = made.to_frame().query("measured")
    by_hour = found.groupby("hour")["in_time"].mean().to_dict()
    summary = summarize(made)
    assert len(by_hour) == 2
    assert by_hour == {
        hour: pytest.approx(summary.value("service_level", hour=hour)) for hour in by_hour
    }


def test_it_has_a_row_per_customer_in_the_order_of_arrival():
    made = by_chance(3)
    found = made.to_frame()
    assert found["arrived_at"].tolist() == made.customers.arrived_at.tolist()
    for name in ("work", "abandoned", "blocked", "visits"):
        assert found[name].tolist() == getattr(made.customers, name).tolist()
    assert found["replication"].tolist() == [made.number] * len(found)


def test_a_trial_without_customers_has_a_frame_without_rows():
    assert frame().empty


def test_a_frame_of_a_trial_without_pandas_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ConfigurationError, match=r"assignwork\[frames\]"):
        by_chance(3).to_frame()
