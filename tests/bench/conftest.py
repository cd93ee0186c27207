import json

import pytest

WORKSPACE = {
    "schema": 1,
    "teams": [{"id": "billing"}, {"id": "spanish"}],
    "agents": [
        {"id": "ana", "capacity": 2, "primary": ["billing"], "secondary": ["spanish"]},
        {"id": "ben", "capacity": 2, "primary": ["spanish"]},
        {"id": "eva"},
    ],
}


def log(items=20):
    """A log of that many items, each answered and closed."""
    lines = []
    for number in range(items):
        team = ("billing", "spanish")[number % 2]
        item = {"id": f"t-{number}", "team": team, "priority": number % 4 + 1}
        at = 60 * number
        lines += [
            {"at": at, "do": "submit", "item": item},
            {"at": at + 5, "do": "reply", "item": item["id"], "by": "agent"},
            {"at": at + 30, "do": "close", "item": item["id"]},
        ]
    return lines


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder, the current one, with a desk and its log: w.json, c.jsonl."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.json").write_text(json.dumps(WORKSPACE))
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log()))
    return tmp_path
