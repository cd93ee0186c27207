"""The workloads of `assignwork bench` as pytest-benchmark cases.

Each round builds its desk anew outside the clock. pytest-benchmark times by the wall clock; the
ratios that targets are about come from `assignwork bench`, which runs bare loop and desk in turn.
"""

import subprocess
import sys

import pytest

from assignwork.bench import loops, replays
from assignwork.bench.draws import (
    Draws,
    M,
    bare_agents,
    draw_everything,
    draw_steady,
    generator,
    plain_items,
    plain_workspace,
)
from assignwork.bench.floor import BareLoop
from assignwork.dispatcher import Dispatcher
from assignwork.intake import import_log

ROUNDS = 5


@pytest.fixture(scope="module", params=[0, 1, 2], ids=["S", "M", "L"])
def scale(request, plan):
    return plan.scales[request.param]


@pytest.fixture(scope="module")
def steady(plan, scale):
    return draw_steady(scale, plan.lifecycles)


@pytest.fixture(scope="module")
def everything(plan, scale):
    return draw_everything(scale, plan.lifecycles)


@pytest.fixture(scope="module")
def backlog(plan):
    items, bare = plain_items(M, plan.backlog, generator(3))
    workspace = plain_workspace(M, presence="away")
    return Draws(M, workspace, [], [(item, "") for item in items], bare_agents(M), [], bare)


def rounds(benchmark, run, setup, rounds=ROUNDS):
    """Time `run(*setup())`."""
    return benchmark.pedantic(run, setup=lambda: (setup(), {}), rounds=rounds)


def test_steady_bare_loop(benchmark, steady):
    benchmark.group = f"steady {steady.scale}"

    def full():
        bare = BareLoop(steady.scale.teams, steady.bare_agents)
        for item, team, priority, _ in steady.bare_ramp:
            bare.submit(item, team, priority)
        return bare, steady.bare_arrivals

    rounds(benchmark, loops.drive_bare, full)


def test_steady(benchmark, steady):
    benchmark.group = f"steady {steady.scale}"
    seen = rounds(benchmark, loops.drive_steady, lambda: (*loops.ramped_up(steady), steady))
    assert seen


def test_everything(benchmark, everything):
    benchmark.group = f"everything {everything.scale}"
    host = rounds(
        benchmark, loops.drive_everything, lambda: (*loops.ramped_up(everything), everything)
    )
    assert host.assigned


def test_backlog_submit_bare_loop(benchmark, backlog):
    benchmark.group = "backlog"

    def submit_all(bare):
        for item, team, priority, _ in backlog.bare_arrivals:
            bare.submit(item, team, priority)

    rounds(benchmark, submit_all, lambda: (BareLoop(M.teams, backlog.bare_agents, online=False),))


def test_backlog_submit(benchmark, backlog):
    benchmark.group = "backlog"

    def submit_all(desk):
        for now, (item, _) in enumerate(backlog.arrivals):
            desk.submit(item, now=float(now))
        return desk

    desk = rounds(benchmark, submit_all, lambda: (Dispatcher(backlog.workspace),))
    assert len(desk.queue()) == len(backlog.arrivals)


def test_explain_with_a_long_queue(benchmark, plan):
    items, _ = plain_items(M, 4 * M.agents + plan.queued, generator(4))
    desk = Dispatcher(plain_workspace(M))
    for now, item in enumerate(items):
        desk.submit(item, now=float(now))
    last = desk.queue()[-1]
    explained = benchmark(desk.explain, last)
    assert last in str(explained)


def test_replay_of_the_servicenow_log(benchmark, plan, tmp_path):
    if not plan.log.exists():
        pytest.skip(f"no {plan.log}")
    window = {"start": "2016-03-01", "end": "2016-03-07"} if plan.small else {}
    found = import_log("servicenow", plan.log, **window)
    paths = (tmp_path / "workspace.json", tmp_path / "commands.jsonl")
    found.write(*paths)
    rounds(benchmark, replays.replay_files, lambda: (*paths, tmp_path / "events.jsonl"))
    benchmark.extra_info["commands"] = len(found.commands)


def test_import(benchmark):
    program = [sys.executable, "-c", "import assignwork"]  # the interpreter's own start included
    benchmark.pedantic(subprocess.run, (program,), {"check": True}, rounds=ROUNDS, warmup_rounds=1)
