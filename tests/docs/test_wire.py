"""The page of the wire names everything that goes over it."""

from pathlib import Path

import attrs
import pytest

from assignwork.commands import VERBS
from assignwork.events import KINDS
from assignwork.model import Agent, Team, WorkItem, Workspace

PAGE = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8").splitlines()
RECORDS = {cls.__name__: cls for cls in (Workspace, Team, Agent, WorkItem)}


def row(start):
    return next((line for line in PAGE if line.startswith(f"| {start} |")), "")


@pytest.mark.parametrize("name", [*RECORDS, *VERBS, *KINDS])
def test_a_row_names_every_field(name):
    cls = RECORDS.get(name) or VERBS.get(name) or KINDS[name]
    found = row(name if name in RECORDS else f"`{name}`")
    for field in attrs.fields(cls):
        if field.name not in ("seq", "at", "flags"):
            assert f"`{field.name}`" in found
