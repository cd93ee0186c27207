"""Converters: what they take, what they refuse, and in which words."""

import copy
import math
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from assignwork import _fields as f
from assignwork.errors import ConfigurationError

Converter = Callable[[Any, str], Any]
NAN, INF = math.nan, math.inf
HUGE = 10**400


@pytest.mark.parametrize(
    ("convert", "value", "found"),
    [
        (f.identifier, "t-1", "t-1"),
        (f.identifier, "x" * 512, "x" * 512),
        (f.optional_identifier, None, None),
        (f.optional_identifier, "a", "a"),
        (f.text, "", ""),
        (f.text, None, None),
        (f.written, " down ", " down "),
        (f.flag, True, True),
        (f.positive_int, 2**31 - 1, 2**31 - 1),
        (f.optional_positive_int, None, None),
        (f.whole, -3, -3),
        (f.seconds, 0, 0.0),
        (f.optional_seconds, None, None),
        (f.positive_seconds, 1, 1.0),
        (f.optional_positive_seconds, None, None),
        (f.instant, -5, -5.0),
        (f.optional_instant, None, None),
        (f.names, ["a", "b"], ("a", "b")),
        (f.names, (name for name in "ab"), ("a", "b")),
        (f.levels, {"b": 1, "a": 2}, {"a": 2, "b": 1}),
    ],
)
def test_a_usable_value_is_made_canonical(convert: Converter, value, found):
    made = convert(value, "field")
    assert made == found
    assert type(made) is type(found) or isinstance(made, f.FrozenDict)


@pytest.mark.parametrize(
    ("convert", "value", "requirement"),
    [
        (f.identifier, "", "a non-empty string of at most 512 characters"),
        (f.identifier, "x" * 513, "a non-empty string of at most 512 characters"),
        (f.identifier, 7, "a non-empty string of at most 512 characters"),
        (f.identifier, None, "a non-empty string of at most 512 characters"),
        (f.text, 7, "a string"),
        (f.written, "", "a text that says something"),
        (f.written, " \n", "a text that says something"),
        (f.written, None, "a text that says something"),
        (f.written, ["down"], "a text that says something"),
        (f.flag, 1, "true or false"),
        (f.flag, "yes", "true or false"),
        (f.positive_int, 0, "a positive integer (1 to 2147483647)"),
        (f.positive_int, -1, "a positive integer (1 to 2147483647)"),
        (f.positive_int, 2**31, "a positive integer (1 to 2147483647)"),
        (f.positive_int, 1.0, "a positive integer (1 to 2147483647)"),
        (f.positive_int, True, "a positive integer (1 to 2147483647)"),
        (f.positive_int, "1", "a positive integer (1 to 2147483647)"),
        (f.whole, 1.5, "an integer"),
        (f.whole, 2**31, "an integer"),
        (f.seconds, -0.1, "a number of seconds, finite and not negative"),
        (f.seconds, NAN, "a number of seconds, finite and not negative"),
        (f.seconds, INF, "a number of seconds, finite and not negative"),
        (f.seconds, HUGE, "a number of seconds, finite and not negative"),
        (f.seconds, True, "a number of seconds, finite and not negative"),
        (f.positive_seconds, 0, "a number of seconds above zero"),
        (f.positive_seconds, NAN, "a number of seconds above zero"),
        (f.positive_seconds, HUGE, "a number of seconds above zero"),
        (f.instant, NAN, "a finite instant (POSIX seconds)"),
        (f.instant, -INF, "a finite instant (POSIX seconds)"),
        (f.instant, HUGE, "a finite instant (POSIX seconds)"),
        (f.instant, "noon", "an instant"),
        (f.instant, None, "an instant"),
        (f.instant, True, "an instant"),
        (f.names, "ab", "a list of names"),
        (f.names, {"a": 1}, "a list of names"),
        (f.names, {"a", "b"}, "a list of names"),  # a set has no order: rule N1
        (f.names, 7, "a list of names"),
        (f.levels, ["a"], "a mapping of names"),
    ],
)
def test_an_unusable_value_is_refused_with_field_value_and_remedy(
    convert: Converter, value, requirement
):
    with pytest.raises(ConfigurationError) as caught:
        convert(value, "agents[2].x")
    error = caught.value
    assert error.field == "agents[2].x"
    assert error.value is value
    assert error.what == f"{f.shown(value)} is not {requirement}"
    assert error.remedy.startswith("give ")
    assert str(error) == f"agents[2].x: {error.what}; {error.remedy}"


@pytest.mark.parametrize(
    ("value", "zero", "usable"),
    [
        (1, False, True), (0.5, False, True), (0, False, False), (0, True, True),
        (-1, True, False), (INF, True, False), (NAN, True, False), (HUGE, True, False),
        (True, True, False), ("1", True, False), (None, True, False),
    ],
)  # fmt: skip
def test_an_amount_is_finite_and_above_zero_or_not_below_it(value, zero, usable):
    if usable:
        found = f.amount(value, "cost", "an amount", zero=zero)
        assert (found, type(found)) == (value, float)
        return
    with pytest.raises(ConfigurationError, match=r"^cost: .* is not an amount; give an amount$"):
        f.amount(value, "cost", "an amount", zero=zero)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("2026-01-01T00:00:00Z", 1767225600.0),
        ("2026-01-01T01:30:00+01:30", 1767225600.0),
        (datetime(2026, 1, 1, tzinfo=UTC), 1767225600.0),
        (datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), 1767225600.0),
    ],
)
def test_an_instant_may_be_an_aware_datetime_or_its_iso_form(given, found):
    assert f.instant(given, "now") == found


@pytest.mark.parametrize(
    "given",
    ["2026-01-01T00:00:00", "2026-01-01", datetime(2026, 1, 1)],  # noqa: DTZ001  # the point
)
def test_a_naive_instant_is_refused_and_the_remedy_is_a_time_zone(given):
    with pytest.raises(ConfigurationError, match="it has no time zone") as caught:
        f.instant(given, "at")
    assert caught.value.field == "at"
    assert caught.value.value == given
    assert "an offset, such as +00:00" in caught.value.remedy


def test_the_bad_entry_of_a_list_is_named_by_its_index():
    with pytest.raises(ConfigurationError, match=r"^primary\[1\]: 7 is not a non-empty string"):
        f.names(["a", 7], "primary")


def test_the_bad_entry_of_a_mapping_is_named_by_its_key():
    with pytest.raises(ConfigurationError, match=r"^skills\.es: 0 is not a positive integer"):
        f.levels({"es": 0}, "skills")


def test_a_name_that_stands_twice_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        f.names(["a", "b", "a"], "tags")
    assert str(caught.value) == "tags: 'a' stands in the list twice; name it once"


def test_a_choice_names_the_nearest_word():
    with pytest.raises(ConfigurationError) as caught:
        f.choice("activ", "presence", ("active", "away"))
    assert str(caught.value) == (
        "presence: 'activ' is not one of active, away; did you mean 'active'?"
    )


@pytest.mark.parametrize(
    ("name", "known", "remedy"),
    [
        ("prioritty", ["priority", "weight"], "did you mean 'priority'?"),
        ("zzz", ["priority", "weight"], "known are: priority, weight"),
        ("zzz", [], "none is known"),
        (
            "zzz",
            [str(i) for i in range(13)],
            "known are: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...",
        ),
        (7, ["priority"], "known are: priority"),
    ],
)
def test_a_remedy_names_the_nearest_known_name_or_lists_them(name, known, remedy):
    assert f.nearest(name, known) == remedy


def test_a_long_value_is_shown_cut_but_carried_whole():
    value = ["x" * 5000]
    with pytest.raises(ConfigurationError) as caught:
        f.refuse("field", value, "short")
    assert len(caught.value.what) < 120
    assert caught.value.value is value


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.__setitem__("a", 2),
        lambda d: d.__delitem__("a"),
        lambda d: d.update(a=2),
        lambda d: d.setdefault("b", 2),
        lambda d: d.pop("a"),
        lambda d: d.popitem(),
        lambda d: d.clear(),
        lambda d: d.__ior__({"b": 2}),
    ],
)
def test_a_frozen_dict_cannot_be_changed(change):
    found = f.FrozenDict({"a": 1})
    with pytest.raises(TypeError, match="this mapping is read-only"):
        change(found)
    assert found == {"a": 1}


def test_a_frozen_dict_is_hashable_picklable_and_copyable():
    found = f.FrozenDict({"a": 1, "b": 2})
    assert hash(found) == hash(f.FrozenDict({"b": 2, "a": 1}))
    for twin in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert twin == found
        assert type(twin) is f.FrozenDict


def test_frozen_data_shares_nothing_that_can_change_with_what_it_was_made_from():
    given = {"primary": ["a"], "skills": {"es": 1}}
    made = f.frozen(given)
    given["primary"].append("b")
    given["skills"]["es"] = 2
    assert made == {"primary": ("a",), "skills": {"es": 1}}
    assert hash(made)
