"""Strict JSON: what other readers pass over is an error with a path."""

import json

import pytest

from assignwork._json import MAX_DEPTH, decode
from assignwork.errors import ConfigurationError


@pytest.mark.parametrize(
    "text", ["null", "5", '"\\ud83d\\ude00"', '{"a": [1, {"b": 2.5}]}', '"\\\\ud83d"', "{}"]
)
def test_json_is_read_as_json_is(text):
    assert decode(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": {"b": [1, {"c": NaN}]}}', "a.b[1].c: NaN is no JSON number; give a finite"),
        ("[Infinity]", "[0]: Infinity is no JSON number; "),
        ('{"a": 1, "b": {"a": 1, "a": 1}}', "b.a: this key stands twice; keep one of the two"),
        ('{"a": "\\udc00x"}', "a: '\\udc00x' is half a character; give whole characters"),
        ('{"a": {"\\ud800": 1}}', "a: the key '\\ud800' is half a character; give whole"),
        ("1" * 5000, "a number of thousands of digits; give a number of a usual size"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "nested too deeply; "),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested too deeply; "),
    ],
)
def test_what_is_refused_is_named_with_its_path(text, message):
    with pytest.raises(ConfigurationError) as caught:
        decode(text)
    assert str(caught.value).startswith(message)


def test_what_is_wrong_twice_is_refused_once():
    with pytest.raises(ConfigurationError, match=r"^nested too deeply|^\[0\]: NaN is no JSON"):
        decode("[NaN," + "[" * 5000 + "]" * 5001)


def test_many_brackets_side_by_side_are_not_deep():
    text = "[" + ",".join(["[]"] * 1000) + "]"
    assert decode(text) == json.loads(text)


def test_what_is_no_json_says_where():
    with pytest.raises(json.JSONDecodeError) as caught:
        decode('{"a" 1}')
    assert caught.value.colno == 6
