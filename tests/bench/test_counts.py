"""Operation counts: CI holds them to those in benchmarks/counts.json."""

import json
from pathlib import Path

import pytest

from assignwork.bench.counts import (
    TEN_TIMES,
    S,
    count_all,
    count_backlog,
    count_everything,
    count_queueing,
    count_steady,
    gate,
    read_counts,
    write_counts,
)
from assignwork.errors import ConfigurationError

KEPT = Path(__file__).parents[2] / "benchmarks" / "counts.json"
GROWTH = 1.2
FEW = 0.2
"""Operations per assignment that are too few to judge their growth by a factor."""


@pytest.fixture(scope="module")
def counted():
    return count_all()


def test_no_operation_count_has_grown(counted):
    wrong = gate(read_counts(KEPT), counted)
    assert not wrong, "\n".join(["slower than benchmarks/counts.json:", *wrong])


def test_counts_are_the_same_in_every_run(counted):
    assert count_everything(S, 1000) == counted["everything, S"]


def grew(small, large):
    """The counts that are larger by more than the growth allowed."""
    return {
        name: (small[name], count)
        for name, count in large.items()
        if name != "assignments" and count > max(small[name] * GROWTH, small[name] + FEW)
    }


def test_an_assignment_costs_no_more_on_a_larger_desk():
    assert not grew(count_steady(S, 2000), count_steady(TEN_TIMES, 2000))


def test_an_assignment_with_all_features_costs_no_more_on_a_larger_desk():
    assert not grew(count_everything(S, 2000), count_everything(TEN_TIMES, 4000))


def test_a_close_costs_no_more_with_a_longer_queue():
    assert not grew(count_backlog(S, 2_000, 1000), count_backlog(S, 20_000, 1000))


def test_a_submit_costs_no_more_with_a_longer_queue():
    assert not grew(count_queueing(S, 1_000), count_queueing(S, 20_000))


KEPT_COUNTS = {"steady": {"assignments": 10, "agents_looked_at": 3.0, "keys_computed": 0.0}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"agents_looked_at": 2.0}, []),
        ({"agents_looked_at": 3.05}, []),
        (
            {"agents_looked_at": 3.1},
            ["steady: agents_looked_at grew from 3.0 to 3.1 (+3.3 %, tolerance 2.0 %)"],
        ),
        (
            {"keys_computed": 0.1},
            ["steady: keys_computed grew from 0.0 to 0.1 (from nothing, tolerance 2.0 %)"],
        ),
        ({"assignments": 11}, ["steady: 11 assignments, kept 10"]),
    ],
)
def test_the_gate_says_which_count_grew(changes, said):
    assert gate(KEPT_COUNTS, {"steady": KEPT_COUNTS["steady"] | changes}) == said


def test_the_gate_refuses_runs_and_counts_that_came_or_went():
    now = {"steady": {"assignments": 10, "agents_looked_at": 3.0}, "other": {"assignments": 1}}
    assert gate(KEPT_COUNTS, now) == [
        "other: not in both",
        "steady: counts assignments, agents_looked_at, "
        "kept assignments, agents_looked_at, keys_computed",
    ]


def test_counts_come_back_as_written(tmp_path):
    write_counts(tmp_path / "counts.json", KEPT_COUNTS)
    assert read_counts(tmp_path / "counts.json") == KEPT_COUNTS


def test_counts_of_another_schema_are_refused(tmp_path):
    path = tmp_path / "counts.json"
    path.write_text(json.dumps({"kind": "assignwork.counts", "schema": 2, "runs": {}}))
    with pytest.raises(ConfigurationError, match=r"holds no operation counts .*allowed: schema 1"):
        read_counts(path)
