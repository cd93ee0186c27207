"""The examples of `assignwork staff`, and its commands in the documentation."""

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "staffing"


def commands():
    """Every command of the documentation and of the examples' first lines, as its words."""
    said = [(ROOT / "docs" / "planning.md").read_text(encoding="utf-8")]
    said += [
        re.sub(r"^# ?", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for path in sorted(EXAMPLES.glob("*.toml"))
    ]
    for text in said:
        joined = text.replace("\\\n", " ")
        yield from (
            line.split()[1:]
            for line in joined.splitlines()
            if line.strip().startswith("assignwork staff")
        )


@pytest.mark.parametrize("args", list(commands()), ids=lambda args: str(len(args)))
def test_the_commands_of_the_documentation_run(folder, args):
    shutil.copytree(EXAMPLES, folder.path / "examples" / "staffing")
    done = folder.run(*args, "--json")
    assert done.code == 0, done.stderr
    named = [word for option, word in pairwise(args) if option in {"--report", "--write"}]
    assert set(named) <= set(folder.names())


def test_the_arrivals_of_the_example_are_what_its_script_makes():
    made = subprocess.run(
        [sys.executable, EXAMPLES / "make_arrivals.py"], capture_output=True, check=True, text=True
    )
    assert made.stdout == (EXAMPLES / "arrivals.csv").read_text(encoding="utf-8")


def test_all_commands_are_found():
    assert len(list(commands())) >= 8
