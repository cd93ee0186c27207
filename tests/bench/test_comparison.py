"""Whether a measurement is slower than one that was kept."""

import json

import pytest

from assignwork.bench import Row, compare, document, read_document
from assignwork.errors import InputError

SUBJECT = {"desk": "0123456789abcdef"}


def measured(ratio=0.2, looked=3.0, subject=SUBJECT, workload="desk"):
    row = Row(
        workload, "2 x 3", ratio, ours=ratio * 1e6, bare=1e6, counts={"agents_looked_at": looked}
    )
    return document(subject, [row])


def judge(now, **options):
    return compare(measured(), now, file="old.json", **options).slower


@pytest.mark.parametrize("ratio", [0.15, 0.2, 0.9])
def test_a_ratio_within_the_tolerance_is_no_slowdown(ratio):
    assert judge(measured(ratio)) == ()


def test_a_ratio_that_fell_is_named_with_its_fall():
    assert judge(measured(0.14)) == (
        "desk (2 x 3): the ratio to the bare loop fell from 0.200 to 0.140 "
        "(-30.0 %, tolerance 25.0 %)",
    )


def test_the_tolerance_of_ratios_is_the_callers():
    assert judge(measured(0.14), tolerance=0.5) == ()
    assert judge(measured(0.19), tolerance=0.01)


def test_a_count_that_grew_is_named_with_its_growth():
    assert judge(measured(looked=3.3)) == (
        "desk (2 x 3): agents_looked_at grew from 3.0 to 3.3 (+10.0 %, tolerance 2.0 %)",
    )


def test_counts_have_a_tolerance_of_their_own():
    assert judge(measured(looked=3.05)) == ()
    assert judge(measured(looked=3.3), count_tolerance=0.2) == ()
    assert judge(measured(looked=3.3), tolerance=0.9)


def test_figures_without_a_bare_loop_are_not_compared():
    slow = document(SUBJECT, [Row("import", "all", 900.0, unit="ms")])
    fast = document(SUBJECT, [Row("import", "all", 90.0, unit="ms")])
    assert compare(fast, slow, file="old.json").slower == ()


def test_another_desk_is_refused():
    other = measured(subject={"desk": "fedcba9876543210"})
    with pytest.raises(InputError, match=r"old\.json, field subject: measures another desk: desk"):
        judge(other)


def test_nothing_in_common_is_refused():
    with pytest.raises(InputError, match="has no measurement in common"):
        judge(measured(workload="steady"))


def test_a_document_comes_back_as_written(tmp_path):
    path = tmp_path / "old.json"
    path.write_text(json.dumps(measured()))
    assert read_document(path) == json.loads(json.dumps(measured()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "holds no measurement of assignwork bench"),
        ('{"kind": "assignwork.snapshot"}', "holds no measurement of assignwork bench"),
        ('{"kind": "assignwork.bench", "schema": 9}', "schema 9 cannot be compared"),
        ('{"kind": "assignwork.bench", "schema": 1}', "the measurement is damaged"),
        (
            '{"kind": "assignwork.bench", "schema": 1, "subject": {}, "rows": [{"size": "S"}]}',
            "the measurement is damaged",
        ),
        (
            '{"kind": "assignwork.bench", "schema": 1, "subject": {}, "rows": '
            '[{"workload": "w", "size": "S", "figure": "fast", "counts": {}}]}',
            "the measurement is damaged",
        ),
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path, text, said):
    path = tmp_path / "old.json"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_document(path)


def test_a_baseline_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read: no such file"):
        read_document(tmp_path / "old.json")
