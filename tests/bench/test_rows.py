"""The table that `assignwork bench` prints."""

from assignwork.bench import Row, Target, table
from assignwork.bench.rows import figure_row, ratio_row
from assignwork.bench.timing import Pair, alternate


def test_the_table_says_what_is_met_and_what_is_not():
    rows = [
        Row("steady", "M: 50 x 1,000", 0.1234, target=Target(0.2), ours=1e5, bare=8e5),
        Row("steady", "L's time / S's", 1.5, target=Target(2.0, at_most=True)),
        Row("replay", "a log", 21_500, unit="/s", target=Target(20_000), ours=21_500),
        Row("explain", "M", 1.26, unit="ms", target=Target(5.0, at_most=True), ours=800),
        Row("backlog: closing", "M", 0.5, ours=10, bare=20),
        Row("replay", "none", target=Target(20_000), unit="/s", skipped="no log"),
    ]
    assert table(rows).splitlines() == [
        "workload          size             ours/s  bare loop/s     ratio  target      met",
        "steady            M: 50 x 1,000   100,000      800,000     0.123  ≥ 0.20      NO",
        "steady            L's time / S's        -            -      1.50  ≤ 2.00      yes",
        "replay            a log            21,500            -  21,500/s  ≥ 20,000/s  yes",
        "explain           M                   800            -    1.3 ms  ≤ 5 ms      yes",
        "backlog: closing  M                    10           20     0.500  -           -",
        "replay            none                  -            -         -  ≥ 20,000/s"
        "  skipped: no log",
    ]


def test_the_ratio_is_the_median_of_the_pairs_not_the_ratio_of_medians():
    pairs = [Pair(1.0, 10.0), Pair(2.0, 4.0), Pair(3.0, 5.0)]
    row = ratio_row("steady", "S", pairs, 100)
    assert (row.figure, row.bare, row.ours) == (0.5, 50.0, 20.0)
    assert row.spread == (0.1, 0.6)


def test_a_figure_is_the_median_of_its_runs():
    row = figure_row("explain", "M", [3.0, 1.0, 2.0], Target(2.5, at_most=True), unit="ms")
    assert (row.figure, row.spread, row.met) == (2.0, (1.0, 3.0), True)


def test_bare_loop_and_desk_run_in_turn():
    ran = []
    alternate(lambda: ran.append("bare") or 1.0, lambda: ran.append("ours") or 1.0, runs=2)
    assert ran == ["bare", "ours", "bare", "ours"]


def test_a_row_in_json_has_all_that_the_table_shows():
    row = Row("steady", "M", 0.25, target=Target(0.2), ours=2.0, bare=8.0, counts={"choices": 1.0})
    assert row.to_dict() == {
        "workload": "steady", "size": "M", "figure": 0.25, "unit": "x",
        "target": {"limit": 0.2, "at_most": False}, "ours": 2.0, "bare": 8.0,
        "what": "lifecycles", "spread": None, "counts": {"choices": 1.0}, "skipped": "",
        "met": True,
    }  # fmt: skip
