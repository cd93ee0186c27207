"""Pairs of replications: differences, what common random numbers gain, and what is said of them."""

import json
import math
from functools import partial

import numpy as np
import pytest
from attrs import evolve
from scipy import stats
from trials import START, by_chance, one_server, trial

from assignwork.errors import ConfigurationError
from assignwork.simulation._text import amount, change, span
from assignwork.simulation.comparison import compare
from assignwork.simulation.replications import run_replications
from assignwork.simulation.results import Results
from assignwork.simulation.summary import summarize


def queue(service, count=10, seed=1, name=None, **others):
    run = partial(one_server, customers=400, service=service, **others)
    name = name or f"{service:g} s"
    return run_replications(run, count, seed=seed, scenario=name)


@pytest.fixture(scope="module")
def faster():
    """Work that takes a tenth less, for the same customers."""
    return compare(queue(1.0, name="as it is"), queue(0.9, name="a better tool"))


def test_differences_are_paired_by_number(faster):
    a, b = faster.a.values("wait_mean"), faster.b.values("wait_mean")
    found = faster.difference("wait_mean")
    test = stats.ttest_rel(b, a).confidence_interval(0.95)
    assert found.change.mean == pytest.approx((b - a).mean())
    assert (found.change.low, found.change.high) == pytest.approx((test.low, test.high))
    assert (found.a, found.b) == pytest.approx((a.mean(), b.mean()))


def test_the_variance_that_common_customers_save_is_told(faster):
    a, b = faster.a.values("wait_mean"), faster.b.values("wait_mean")
    expected = (a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1)
    assert faster.difference("wait_mean").variance_ratio == pytest.approx(expected)
    assert expected > 2


def test_what_is_better_is_said_where_the_interval_leaves_out_zero(faster):
    assert faster.difference("wait_mean").verdict == "better"
    assert faster.difference("service_level").verdict == "better"
    assert faster.difference("occupancy").verdict == "less"
    assert faster.difference("arrivals").verdict == "same"
    assert faster.difference("arrivals").variance_ratio == math.inf
    assert math.isnan(faster.difference("unfinished").variance_ratio)
    back = compare(faster.b, faster.a)
    assert back.difference("wait_mean").verdict == "worse"
    assert back.difference("service_level").verdict == "worse"
    assert back.difference("occupancy").verdict == "more"


def test_what_chance_can_explain_is_no_difference():
    found = compare(queue(1.0, 10), replaced(queue(1.0, 10, seed=2), seed=1))
    assert found.difference("wait_mean").verdict == "unclear"
    assert "no difference in waits that 10 replications can show" in found.sentence
    assert "customers wait" not in found.sentence


def replaced(results, seed):
    """The same figures under another seed: customers who have nothing in common."""
    summaries = tuple(evolve(found, seed=seed) for found in results.summaries)
    return Results(results.scenario, seed, summaries)


def test_the_sentence_says_how_much_and_how_sure(faster):
    text = faster.sentence
    assert text.startswith("With a better tool instead of as it is, customers wait ")
    assert " s less (" in text
    assert "nobody gives up in either" in text
    assert "points less busy" in text
    assert text.endswith("(95 % intervals; 10 replications).")


def test_abandonment_is_told_in_a_hundred():
    def of(lost, name):
        trials = []
        for number, gone in enumerate(lost):
            served = {"assigned_at": START, "agent": 0, "closed_at": START + 9}
            left = {"abandoned": True, "closed_at": START + 5}
            trials.append(trial([left] * gone + [served] * (100 - gone), number=number))
        return Results(name, 1, tuple(map(summarize, trials)))

    text = compare(of([9, 10, 11], "now"), of([6, 8, 7], "then")).sentence
    assert "3 in 100 fewer give up (1 to 5 in 100)" in text


def waited(seconds, name):
    trials = [
        trial([{"assigned_at": START + wait, "agent": 0, "closed_at": START + 99}], number=number)
        for number, wait in enumerate(seconds)
    ]
    return Results(name, 1, tuple(map(summarize, trials)))


def test_a_sentence_has_one_digit_of_the_half_width():
    text = compare(waited([40, 40, 40], "now"), waited([35, 36.2, 37], "then")).sentence
    assert "customers wait 4 s less (1 to 6 s)" in text


def test_an_end_that_is_not_zero_does_not_read_so():
    text = compare(waited([10, 10, 10], "now"), waited([9.6, 9.7, 9.81], "then")).sentence
    assert "customers wait 0.30 s less (0.04 to 0.56 s)" in text


def test_one_replication_tells_nothing():
    found = compare(queue(1.0, 1), queue(0.9, 1))
    assert found.difference("wait_mean").verdict == "unknown"
    assert "cannot tell" in found.sentence
    assert "One replication gives no intervals" in str(found)


def test_the_text_shows_the_main_measures_and_warns_of_many_intervals(faster):
    text = str(faster)
    for words in ("mean wait", "service level", "better", "would leave out zero by chance",
                  "The same customers in both", "95 % interval"):  # fmt: skip
        assert words in text, words
    assert "nan" not in text


def test_several_priorities_have_a_table_of_their_own():
    desk = Results("desk", 9, tuple(
        summarize(evolve(by_chance(s), number=s, seed=9)) for s in range(4)
    ))  # fmt: skip
    text = str(compare(desk, desk))
    assert "By priority" in text
    assert "desk (a)" in text
    assert "desk (b)" in text


def test_a_service_level_that_differs_is_in_the_sentence(faster):
    assert "; 12 in 100 more are assigned within 1 s (" in faster.sentence
    back = compare(faster.b, faster.a).sentence
    assert "; 12 in 100 fewer are assigned within 1 s (" in back


def test_a_service_level_that_may_be_chance_is_not_in_the_sentence(faster):
    assert "are assigned" not in compare(faster.a, faster.a).sentence
    other = compare(queue(1.0, 10), replaced(queue(1.0, 10, seed=2), seed=1))
    assert "are assigned" not in other.sentence


def test_service_levels_of_several_thresholds_are_not_told_with_one():
    def of(waits, name):
        people = [
            {"kind": kind, "assigned_at": START + wait, "agent": 0, "closed_at": START + 99}
            for kind, wait in enumerate(waits)
        ]
        two = {"kinds": ("a/x", "a/y"), "channels": (None, None), "thresholds": (20.0, 60.0)}
        found = (summarize(trial(people, number=n, **two)) for n in range(2))
        return Results(name, 1, tuple(found))

    text = compare(of([30, 50], "now"), of([10, 50], "then")).sentence
    assert "50 in 100 more are assigned within the threshold of their kind (" in text


# --- tables by group ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_group():
    def of(first, name):
        return Results(name, 9, tuple(
            summarize(evolve(by_chance(s), number=s - first, seed=9))
            for s in range(first, first + 4)
        ))  # fmt: skip

    return compare(of(0, "now"), of(4, "then"))


def test_a_table_has_a_row_for_each_group_and_all_together_at_the_end(by_group):
    head, *rows = by_group.table("hour", ["wait_mean", "service_level"]).rows()
    assert head == ["measure", "hour", "now", "then", "difference", "95 % interval", "verdict"]
    hours = [f"{hour:02}:00" for hour in by_group.a.labels("hour")]
    assert [row[:2] for row in rows] == [
        *(["mean wait", label] for label in (*hours, "all")),
        *(["service level", label] for label in (*hours, "all")),
    ]


def test_a_row_of_a_table_says_what_the_difference_says(by_group):
    table = by_group.table("priority", ["wait_mean"])
    found = by_group.difference("wait_mean", priority=3)
    (row,) = (row for row in table.rows() if row[1] == "3")
    assert row[2:5] == [
        amount(found.a, "seconds"), amount(found.b, "seconds"), change(found.change.mean, "seconds")
    ]  # fmt: skip
    assert row[5] == span(found.change.low, found.change.high, "seconds")
    assert found.to_dict() in table.to_dict()["differences"]


def test_a_table_by_hour_says_of_what_clocks_and_all_how_sure(by_group):
    assert str(by_group.table("hour")).startswith(
        "then compared with now, by hour of the day (Asia/Kathmandu) "
        "(95 % intervals; 4 replications)\n"
    )
    assert "<table" in by_group.table("hour")._repr_html_()


def test_tables_without_measures_show_the_main_ones(by_group):
    def shown(by):
        return {found.measure for found in by_group.table(by).differences}

    assert shown("team") == {"wait_mean", "service_level", "abandonment"}
    assert shown("agent") == {"assigned", "occupancy", "overtime_hours"}
    assert {"wait_p90", "attainment:reply"} < shown(None)


def test_a_table_of_what_there_is_not_is_refused(by_group):
    with pytest.raises(ConfigurationError, match="'hours' is not one of stream"):
        by_group.table("hours")
    with pytest.raises(ConfigurationError, match="there is no measure 'waits'"):
        by_group.table("hour", ["waits"])


def test_groups_of_one_side_only_have_no_value():
    a = Results("two", 1, tuple(
        summarize(trial([], agents=("ana", "ben"), number=n)) for n in range(3)
    ))  # fmt: skip
    b = Results("three", 1, tuple(
        summarize(trial([], agents=("ana", "ben", "cleo"), number=n)) for n in range(3)
    ))  # fmt: skip
    found = compare(a, b)
    assert found.difference("occupancy", agent="cleo").verdict == "no value"
    assert [label for kind, label in found.groups if kind == "agent"] == ["ana", "ben", "cleo"]


def test_replications_without_a_value_on_one_side_leave_the_pair_out():
    served = {"assigned_at": START + 7, "agent": 0, "closed_at": START + 90}
    late = {**served, "assigned_at": START + 70}
    a = Results("a", 1, tuple(
        summarize(trial([late if n == 1 else served], number=n)) for n in range(3)
    ))  # fmt: skip
    b = Results("b", 1, tuple(
        summarize(trial([] if n == 1 else [served], number=n)) for n in range(3)
    ))  # fmt: skip
    found = compare(a, b).difference("wait_mean")
    assert found.change.replications == 2
    assert (found.a, found.b) == (7, 7)
    assert found.verdict == "same"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"seed": 2}, "the seed differs: 1 of a, 2 of b .*run both with the same seed"),
        ({"count": 7}, r"a has 10 \(number 0 to 9\), b has 7 \(number 0 to 6\).*a.first\(7\)"),
        ({"warm_up": 5.0}, "the begin differs"),
    ],
)
def test_results_that_do_not_fit_together_are_refused(other, words):
    with pytest.raises(ConfigurationError, match=words):
        compare(queue(1.0), queue(1.0, **other))


def test_thresholds_that_differ_are_refused():
    a, b = (Results("desk", 1, (summarize(trial([], thresholds=(t,))),)) for t in (20.0, 30.0))
    with pytest.raises(ConfigurationError, match=r"the threshold differs: 20\.0 of a, 30\.0 of b"):
        compare(a, b)


def test_the_way_out_that_the_error_names_works():
    assert compare(queue(1.0).first(7), queue(0.9, 7)).replications == 7


def test_a_frame_and_a_dict_have_every_difference(faster):
    frame = faster.to_frame("priority")
    row = frame[frame.measure == "wait_mean"].iloc[0]
    found = faster.difference("wait_mean", priority=3)
    assert (row.difference, row.low, row.verdict) == (
        found.change.mean, found.change.low, found.verdict,
    )  # fmt: skip
    as_dict = json.loads(json.dumps(faster.to_dict(), allow_nan=False))
    assert len(as_dict["differences"]) == len(faster.groups) * len(faster.measures)


def test_the_html_escapes_names():
    assert "<i>" not in compare(queue(1.0, 2), queue(1.0, 2, name="<i>x"))._repr_html_()


def test_confidence_makes_the_intervals_wider(faster):
    wide = compare(faster.a, faster.b, confidence=0.999).difference("wait_mean").change
    narrow = faster.difference("wait_mean").change
    assert wide.half_width > 1.5 * narrow.half_width
    assert np.isclose(wide.mean, narrow.mean)
