"""The command line called in this process, in an empty folder."""

import json
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from assignwork.cli import main


@attrs.frozen
class Ran:
    """How a call ended, and what it said."""

    code: int
    stdout: str
    stderr: str


class Folder:
    """The folder in which the command line is called."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *args, stdin=None):
        """`assignwork ARGS`; an error that the command line does not handle is the test's."""
        found = CliRunner(catch_exceptions=False).invoke(main, [str(a) for a in args], input=stdin)
        return Ran(found.exit_code, found.stdout, found.stderr)

    def replay(self, *args, stdin=None):
        """`assignwork replay` of the files w.json and c.jsonl."""
        return self.run(
            "replay", "--workspace", "w.json", "--commands", "c.jsonl", *args, stdin=stdin
        )

    def write(self, name, content):
        """A file of bytes, text, lines (a list of JSON values) or one JSON object."""
        path = self.path / name
        if isinstance(content, list):
            content = "".join(json.dumps(line) + "\n" for line in content)
        elif isinstance(content, dict):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def lines(self, name):
        """The JSON values of a file's lines."""
        return [json.loads(line) for line in (self.path / name).read_text().splitlines()]

    def names(self):
        """All files, hidden ones too."""
        return sorted(path.name for path in self.path.iterdir())


WORKSPACE = {
    "schema": 1,
    "teams": [{"id": "billing"}, {"id": "spanish"}],
    "agents": [{"id": "ana", "capacity": 2, "primary": ["billing"]}],
}
COMMANDS = [
    {"at": 0, "do": "submit", "item": {"id": "t-1", "team": "billing", "priority": 2}},
    {"at": 60, "do": "reply", "item": "t-1", "by": "agent"},
    {"at": 120, "do": "close", "item": "t-1"},
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, the current one."""
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


@pytest.fixture
def desk(folder):
    """A folder with a small desk and a log that it takes: w.json, c.jsonl."""
    folder.write("w.json", WORKSPACE)
    folder.write("c.jsonl", COMMANDS)
    return folder
