"""Errors: one tree, each with its parts as attributes, whole after a trip to another process."""

import inspect
import pickle

import pytest

from assignwork import errors
from assignwork.errors import AssignworkError, ConfigurationError, InputError

ALL = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, AssignworkError)
]


@pytest.mark.parametrize("cls", ALL)
def test_every_error_says_what_the_limit_and_the_way_out(cls):
    error = cls("load is 6", value=6, limit=5, remedy="release an item")
    assert str(error) == "load is 6 (allowed: 5); release an item"
    assert (error.what, error.value, error.limit, error.remedy) == (
        "load is 6", 6, 5, "release an item",
    )  # fmt: skip


@pytest.mark.parametrize("cls", ALL)
def test_every_error_survives_pickling(cls):
    error = cls("what", value=[1], limit="less", remedy="do this", item="t-1")
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is cls
    assert str(twin) == str(error)
    assert twin.fields == error.fields
    assert twin.value == [1]


@pytest.mark.parametrize("cls", ALL)
def test_every_error_ends_in_error_and_is_one_of_the_tree(cls):
    assert cls.__name__.endswith("Error")
    assert issubclass(cls, AssignworkError)


def test_lookups_and_values_are_also_what_python_calls_them():
    assert issubclass(errors.UnknownItemError, LookupError)
    assert issubclass(errors.ClockRegressionError, ValueError)
    assert issubclass(ConfigurationError, ValueError)
    assert issubclass(InputError, ConfigurationError)


@pytest.mark.parametrize(
    ("inner", "path", "field"),
    [
        ("capacity", "agents[2]", "agents[2].capacity"),
        ("[3]", "primary", "primary[3]"),
        ("", "item", "item"),
    ],
)
def test_a_field_gets_the_path_it_lies_in(inner, path, field):
    assert ConfigurationError("no", field=inner).within(path).field == field


def test_a_path_leaves_all_else_as_it_was():
    error = ConfigurationError("no", field="x", value=1, limit=2, remedy="r", other=3)
    moved = error.within("y")
    assert (moved.what, moved.value, moved.limit, moved.remedy) == ("no", 1, 2, "r")
    assert moved.fields["other"] == 3


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({}, "no"),
        ({"file": "log.jsonl"}, "log.jsonl: no"),
        ({"file": "log.jsonl", "line": 3}, "log.jsonl, line 3: no"),
        ({"file": "log.jsonl", "field": "at"}, "log.jsonl, field at: no"),
        ({"file": "log.jsonl", "line": 3, "field": "at"}, "log.jsonl, line 3, field at: no"),
    ],
)
def test_an_input_error_says_as_much_of_its_place_as_is_known(place, text):
    error = InputError("no", **place)
    assert str(error) == text
    assert error.file == place.get("file", "")
    assert error.line == place.get("line")
    assert str(pickle.loads(pickle.dumps(error))) == text


def test_an_input_error_takes_over_the_parts_of_another():
    found = InputError.of(
        errors.UnknownTeamError("there is no team 'x'", value="x", remedy="add it"),
        file="log.jsonl", line=2, field="item.team",
    )  # fmt: skip
    assert str(found) == "log.jsonl, line 2, field item.team: there is no team 'x'; add it"
    assert found.value == "x"
