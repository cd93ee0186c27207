"""A plan leaves the process as it was: interrupts are handled as before."""

import os
import subprocess
import sys
import textwrap

import pytest

HANDLED = """
    import os, signal, sys, time

    from assignwork.solver import Problem, plan_rebalance

    signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
    plan = plan_rebalance(
        Problem(
            items=[
                {"id": f"i{i}", "team": "t", "owner": "x", "weight": 1 + i % 3} for i in range(9)
            ],
            agents=[{"id": name, "primary": ["t"], "capacity": 20} for name in "xyz"],
        ),
        engine="neighbourhoods",
        deterministic_limit=5,
    )
    assert "ortools.sat.python.cp_model" in sys.modules, plan
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_after_a_plan_interrupts_are_handled_as_before():
    program = [sys.executable, "-c", textwrap.dedent(HANDLED)]
    assert subprocess.run(program, timeout=100, check=False).returncode == 7
