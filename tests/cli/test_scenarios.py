"""The scenarios of the rules, through the command line: files in, events out."""

import json
import re
from pathlib import Path

import pytest

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.json"))


def test_the_scenarios_are_there():
    assert len(SCENARIOS) >= 40


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path, folder):
    scenario = json.loads(path.read_text())
    folder.write("w.json", scenario["workspace"])
    folder.write("c.jsonl", scenario["commands"])

    ran = folder.replay("--skip-errors", "--events", "e.jsonl")

    assert ran.code == 0, ran.stderr
    happened = [event for event in folder.lines("e.jsonl") if event["event"] in scenario["kinds"]]
    expected = scenario["expect"]
    compared = [
        {key: event.get(key) for key in least}
        for event, least in zip(happened, expected, strict=False)
    ]
    assert (compared, happened[len(expected) :]) == (expected, [])
    lines = re.findall(r"^error: c\.jsonl, line (\d+)", ran.stderr, re.MULTILINE)
    refused = [int(line) - 1 for line in lines]
    assert refused == scenario["refused"]
