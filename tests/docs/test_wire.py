"""The page of the wire names everything that goes over it."""

from pathlib import Path

import attrs
import pytest

from assignwork import model
from assignwork.commands import VERBS
from assignwork.events import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8").splitlines()
IN_WORDS = {"Record", "After", "Ageing", "AssignmentRate"}  # the base; what stands within others
RECORDS = {
    name: found
    for name in model.__all__
    if isinstance(found := getattr(model, name), type)
    and issubclass(found, model.Record)
    and name not in IN_WORDS
}


def row(start):
    found = [line for line in PAGE if line.startswith(f"| {start} |")]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("name", [*RECORDS, *VERBS, *KINDS])
def test_a_row_names_every_field(name):
    cls = RECORDS.get(name) or VERBS.get(name) or KINDS[name]
    found = row(name if name in RECORDS else f"`{name}`")
    for field in attrs.fields(cls):
        if field.name not in ("seq", "at", "flags"):
            assert f"`{field.name}`" in found


@pytest.mark.parametrize("name", [*RECORDS, *VERBS])
def test_what_may_be_left_out_has_a_question_mark(name):
    cls = RECORDS.get(name) or VERBS[name]
    fields = row(name if name in RECORDS else f"`{name}`").split(" | ")[1]
    for field in attrs.fields(cls):
        assert (f"`{field.name}`?" in fields) is (field.default is not attrs.NOTHING)


def test_the_page_names_nothing_that_there_is_not():
    tables = [line.split(" | ")[0].strip("| `") for line in PAGE if line.startswith("| ")]
    known = {*RECORDS, *VERBS, *KINDS, "object", "do", "event"}
    assert [name for name in tables if name not in known] == []
