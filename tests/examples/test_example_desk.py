"""The example desk: seeded, busy, and never refused."""

import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from assignwork import Dispatcher
from assignwork.events import Assigned, Closed, PresenceChanged, Queued, Released, Reopened
from assignwork.intake import import_log, shipped_mapping
from assignwork.intake.instants import InstantReader
from assignwork.intake.xes import xes_rows
from assignwork.wire import Source, read_commands, read_workspace

SCRIPT = Path(__file__).parents[2] / "examples" / "example_desk.py"
DATA = Path(__file__).parents[2] / ".." / "shared" / "data"

spec = importlib.util.spec_from_file_location("example_desk", SCRIPT)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)


@cache
def week(seed=7):
    return example.example_desk(seed)


@cache
def replayed(seed=7):
    """Each command's events; a refusal raises."""
    workspace, commands = week(seed)
    desk = Dispatcher(workspace)
    return [event for at, command in commands for event in desk.handle(command, now=at)]


def run(folder, seed, **environment):
    subprocess.run(
        [sys.executable, str(SCRIPT), "--seed", str(seed), "--out", str(folder)],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    return [(folder / name).read_bytes() for name in ("workspace.json", "commands.jsonl")]


def test_the_same_seed_gives_the_same_bytes_in_any_process(tmp_path):
    first = run(tmp_path / "a", 7, PYTHONHASHSEED="1")
    assert run(tmp_path / "b", 7, PYTHONHASHSEED="2") == first
    assert run(tmp_path / "c", 8) != first


def test_its_files_say_what_the_function_returns(tmp_path):
    run(tmp_path, 7)
    workspace, commands = week()
    assert read_workspace(tmp_path / "workspace.json") == workspace
    read = [(at, command) for _, at, command in read_commands(tmp_path / "commands.jsonl")]
    assert read == commands


def test_the_desk_has_what_it_is_said_to_have():
    workspace, _ = week()
    assert (len(workspace.teams), len(workspace.agents)) == (6, 40)
    assert {agent.capacity for agent in workspace.agents} == {3, 4, 5}
    assert all(agent.primary and agent.secondary for agent in workspace.agents)
    assert {team.selection for team in workspace.teams} == {
        "balanced", "best_skilled", "least_occupied", "longest_idle", "round_robin",
    }  # fmt: skip
    assert len({str(team.secondary_rule) for team in workspace.teams}) == 4
    assert workspace.ageing
    assert workspace.assignment_rate
    assert workspace.ramp_in
    json.dumps(workspace.to_dict())


def test_the_week_is_monday_to_sunday():
    _, commands = week()
    assert datetime.fromtimestamp(example.MONDAY, UTC).strftime("%A %H:%M") == "Monday 00:00"
    assert example.MONDAY <= commands[0][0] <= commands[-1][0] < example.END


@pytest.mark.parametrize("seed", [7, 8, 2026])
def test_counts_are_in_range(seed):
    _, commands = week(seed)
    counts = Counter(command.verb for _, command in commands)
    items = counts["submit"]
    assert 6000 < items < 9000
    assert 0.30 < counts["transfer"] / items < 0.44
    assert 0.98 < counts["close"] / items < 1.06
    assert 0.8 < counts["reply"] / items < 1.6
    assert 700 < counts["set_presence"] < 1200
    submitted = [command.item for _, command in commands if command.verb == "submit"]
    assert {item.priority for item in submitted} >= {2, 3, 4}
    assert {item.channel for item in submitted} == {"chat", "mail", "voice"}
    assert {skill for item in submitted for skill in item.skills} == {"lang:en", "lang:es"}


@pytest.mark.parametrize("seed", [7, 8, 2026])
def test_the_desk_takes_every_command(seed):
    assert replayed(seed)


def test_presence_has_lunch_nights_and_leaves():
    reasons = Counter(
        (command.presence, command.reason)
        for _, command in week()[1]
        if command.verb == "set_presence"
    )
    assert set(reasons) == {
        ("active", "start of shift"),
        ("active", "back from lunch"),
        ("away", "lunch"),
        ("away_reassign", "handing over"),
        ("away_reassign", "leave"),
        ("away_reassign", "ill"),
        ("offline", "end of shift"),
    }


def hours_of_the_week(seed=7):
    """Per hour of the week: load of active agents over their capacity, and the longest queue."""
    workspace, _ = week(seed)
    capacity = {agent.id: agent.capacity for agent in workspace.agents}
    load, active, owner, queued = Counter(), set(), {}, set()
    busy, there, longest = Counter(), Counter(), Counter()
    last = example.MONDAY

    def gives_back(item):
        if item in owner:
            load[owner.pop(item)] -= 1

    for event in replayed(seed):
        while last < event.at:
            hour = int((last - example.MONDAY) // 3600)
            until = min(event.at, example.MONDAY + (hour + 1) * 3600)
            busy[hour] += (until - last) * sum(load[agent] for agent in active)
            there[hour] += (until - last) * sum(capacity[agent] for agent in active)
            longest[hour] = max(longest[hour], len(queued))
            last = until
        match event:
            case Queued(item=item):
                queued.add(item)
            case Assigned(item=item, agent=agent) | Reopened(item=item, agent=str(agent)):
                queued.discard(item)
                owner[item] = agent
                load[agent] += 1
            case Released(item=item) | Closed(item=item):
                queued.discard(item)
                gives_back(item)
            case PresenceChanged(agent=agent, presence=presence):
                (active.add if presence == "active" else active.discard)(agent)
    return busy, there, longest


def test_the_desk_is_nearly_full_at_its_peaks_and_has_a_queue_then():
    busy, there, longest = hours_of_the_week()
    peak = [24 * day + hour for day in range(5) for hour in (9, 10, 11)]
    utilisation = sum(busy[hour] for hour in peak) / sum(there[hour] for hour in peak)
    assert 0.80 < utilisation < 0.95
    monday = sum(busy[hour] for hour in (9, 10, 11)) / sum(there[hour] for hour in (9, 10, 11))
    assert 0.85 < monday <= 1.0
    assert max(longest[hour] for hour in peak) > 10
    assert min(longest[24 * day + 13] for day in range(5)) < 10  # and it is worked off


def test_few_items_are_closed_while_they_wait():
    queued, closed_waiting, closed = set(), 0, 0
    for event in replayed():
        match event:
            case Queued(item=item):
                queued.add(item)
            case Assigned(item=item):
                queued.discard(item)
            case Closed(item=item):
                closed += 1
                closed_waiting += item in queued
                queued.discard(item)
    assert closed_waiting / closed < 0.08


# --- the measured figures -------------------------------------------------------------------------


@cache
def log(name, file):
    if not DATA.is_dir():
        pytest.skip("the real logs are not at ../shared/data")
    return import_log(name, DATA / file)


def submitted(found):
    return [(at, command.item) for at, command in found.commands if command.verb == "submit"]


def share_with(found, verb, condition=lambda _: True):
    """The share of items that have such a command."""
    having = {c.item for _, c in found.commands if c.verb == verb and condition(c)}
    return len(having) / len(submitted(found))


def in_thousandths(counts, keys):
    return tuple(round(1000 * counts[key] / sum(counts.values())) for key in keys)


@pytest.mark.data
def test_figures_of_the_servicenow_log():
    found = log("servicenow", "servicenow_incidents.csv.gz")
    opened = [datetime.fromtimestamp(at, UTC) for at, _ in submitted(found)]
    days = Counter(at.weekday() for at in opened)
    assert in_thousandths(days, range(7)) == example.WEEKDAY_SHARES
    weekdays = Counter(at.hour for at in opened if at.weekday() < 5)
    weekends = Counter(at.hour for at in opened if at.weekday() >= 5)
    assert in_thousandths(weekdays, range(24)) == example.WEEKDAY_HOURS
    assert in_thousandths(weekends, range(24)) == example.WEEKEND_HOURS
    assert round(share_with(found, "transfer"), 3) == example.PASSED_ON_SHARE
    changed = share_with(found, "update_item", lambda command: "priority" in command.changes)
    assert round(changed, 3) == example.REPRIORITIZED_SHARE


@pytest.mark.data
def test_figures_of_the_volvo_log():
    found = log("volvo", "volvo_incidents_2013.xes.gz")
    items = submitted(found)
    shares = Counter(item.priority for _, item in items)
    assert {p: round(shares[p] / len(items), 4) for p in (1, 2, 3, 4)} == example.PRIORITY_SHARES
    returns = share_with(found, "reply", lambda command: command.by == "customer")
    assert round(returns, 2) == example.CUSTOMER_RETURNS_SHARE


@pytest.mark.data
def test_the_time_an_item_is_worked_on_in_the_volvo_log():
    """Per item, the time from each event In Progress to the next event."""
    if not DATA.is_dir():
        pytest.skip("the real logs are not at ../shared/data")
    columns = dict.fromkeys(("case:concept:name", "time:timestamp", "lifecycle:transition"), "")
    instants = InstantReader(shipped_mapping("volvo").time)
    worked = Counter()
    last = None
    for _, (case, at, state) in xes_rows(Source(DATA / "volvo_incidents_2013.xes.gz"), columns):
        now = instants(at)
        if last and last[0] == case and last[2] == "In Progress":
            worked[case] += now - last[1]
        last = case, now, state
    positive = [seconds for seconds in worked.values() if seconds > 0]
    shortest, longest = example.WORK_RANGE
    within = [seconds for seconds in positive if shortest <= seconds <= longest]
    assert 0.78 < len(within) / len(positive) < 0.81
    assert statistics.median(within) == example.WORK_MEDIAN
    spread = statistics.pstdev(math.log(seconds) for seconds in within)
    assert round(spread, 2) == example.WORK_SIGMA


@pytest.mark.data
def test_figures_of_the_italian_log():
    found = log("italy", "helpdesk_italy.xes.gz")
    assert round(share_with(found, "reopen"), 3) == example.REOPENED_SHARE


def test_arrivals_follow_the_measured_shares():
    _, commands = week()
    opened = [at for at, command in commands if command.verb == "submit"]
    days = Counter(int((at - example.MONDAY) // timedelta(days=1).total_seconds()) for at in opened)
    for day, share in enumerate(example.WEEKDAY_SHARES):
        assert abs(days[day] / len(opened) - share / 1000) < 0.02
