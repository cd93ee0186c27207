"""What `recurring_escalations` computes: against exact fractions, a library, and chance itself."""

from __future__ import annotations

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignwork import events as ev
from assignwork.errors import ConfigurationError
from assignwork.reports import EscalationShare, recurring_escalations
from assignwork.reports.recurring import holm, upper_tail


def exact(k, n, marked, total):
    """The tail by counting, in whole numbers."""
    most = min(n, marked)
    ways = sum(comb(marked, i) * comb(total - marked, n - i) for i in range(max(k, 0), most + 1))
    return float(Fraction(ways, comb(total, n)))


@given(st.integers(1, 60), st.data())
def test_small_counts_have_the_exact_chance(total, data):
    n, marked = (data.draw(st.integers(0, total)) for _ in range(2))
    k = data.draw(st.integers(0, total))
    assert upper_tail(k, n, marked, total) == pytest.approx(exact(k, n, marked, total), rel=1e-11)


@pytest.mark.parametrize(
    ("k", "n", "marked", "total"),
    [
        (0, 10, 5, 100), (11, 10, 50, 100), (10, 10, 10, 10), (120, 1000, 8000, 100_000),
        (700, 5000, 12_000, 100_000), (13_100, 100_000, 130_000, 1_000_000),
        (60, 200, 150_000, 1_000_000), (64_900, 500_000, 130_000, 1_000_000),
    ],
)  # fmt: skip
def test_large_counts_agree_with_scipy(k, n, marked, total):
    from scipy.stats import hypergeom  # noqa: PLC0415  # slow to import, and of the group `dev`

    assert upper_tail(k, n, marked, total) == pytest.approx(
        hypergeom.sf(k - 1, total, marked, n), rel=1e-7, abs=1e-300
    )


def test_whole_tables_agree_with_scipys_fisher_test():
    from scipy.stats import fisher_exact as fisher  # noqa: PLC0415  # as above

    rng = random.Random(5)
    for _ in range(200):
        a, b, c, d = (rng.randint(0, 80) for _ in range(4))
        expected = fisher([[a, b], [c, d]], alternative="greater").pvalue
        assert upper_tail(a, a + b, a + c, a + b + c + d) == pytest.approx(expected, rel=1e-9)


def test_holm_multiplies_the_smallest_most_and_never_goes_down():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_category_that_is_half_the_desk_is_compared_with_the_other_half():
    found = recurring_escalations({"a": EscalationShare(50, 25), "b": EscalationShare(50, 5)})
    first, second = found
    assert (first.category, first.recurring, first.rest.share) == ("a", True, 0.1)
    assert (second.category, second.recurring) == ("b", False)
    assert second.p_value == pytest.approx(1.0, abs=1e-5)
    assert first.p_value == pytest.approx(2 * exact(25, 50, 30, 100))


def test_items_without_a_category_count_for_the_rest_alone():
    (row,) = recurring_escalations({"a": EscalationShare(10, 9), None: EscalationShare(90, 0)})
    assert row.rest == EscalationShare(90, 0)
    assert row.p_value == pytest.approx(exact(9, 10, 9, 100))


def test_a_single_category_cannot_be_above_the_rest():
    (row,) = recurring_escalations({"a": EscalationShare(10, 9)})
    assert (row.p_value, row.recurring) == (1.0, False)


def test_the_level_is_the_chance_of_one_wrong_name_among_all():
    """2,000 desks on which escalation is a coin that knows no category."""
    rng = random.Random(11)
    wrong = 0
    for _ in range(2000):
        counts = {}
        for name in "abcdefgh":
            items = rng.randint(5, 60)
            counts[name] = EscalationShare(items, sum(rng.random() < 0.2 for _ in range(items)))
        wrong += any(row.recurring for row in recurring_escalations(counts, level=0.05))
    assert wrong / 2000 < 0.05 + 3 * (0.05 * 0.95 / 2000) ** 0.5


def test_a_real_difference_is_found():
    rng = random.Random(3)
    counts = {
        name: EscalationShare(300, sum(rng.random() < share for _ in range(300)))
        for name, share in (("vpn", 0.25), ("mail", 0.1), ("print", 0.1), ("sap", 0.1))
    }
    assert [row.category for row in recurring_escalations(counts) if row.recurring] == ["vpn"]


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, "0.05", True, float("nan")])
def test_a_level_that_is_no_chance_is_refused(level):
    with pytest.raises(ConfigurationError, match="level"):
        recurring_escalations({}, level=level)


def test_from_events_only_what_was_escalated_counts():
    def queued(seq, item, category):
        return ev.Queued(seq, 0.0, item, "t", 3, 1, "given", category)

    log = [
        queued(1, "1", "vpn"),
        queued(2, "2", "vpn"),
        queued(3, "3", None),
        ev.Escalated(4, 1.0, "1", "p", 1, 1, "unresolved", "path", None, "vpn", None, None, None,
                     (), ()),
        ev.Escalated(5, 2.0, "1", "p", 2, 1, "unresolved", "path", None, "vpn", None, None, None,
                     (), ()),
        queued(6, "1", "vpn"),
        ev.ItemUpdated(7, 3.0, "2", {"category": "mail"}, 3),
    ]  # fmt: skip
    found = {row.category: (row.items, row.escalated) for row in recurring_escalations(log)}
    assert found == {"vpn": (1, 1), "mail": (1, 0)}
    assert recurring_escalations([]) == ()
