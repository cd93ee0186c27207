"""The search for a roster ends when it is interrupted, and leaves the process as it was."""

import os
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from assignwork.staffing import Need, RosterProblem, plan_roster

HARD = """
    import os, random, signal, sys, threading, time

    from assignwork.staffing import Need, RosterProblem, plan_roster

    dice = random.Random(3)
    problem = RosterProblem(
        days=28,
        agents=[{"id": f"a{i}", "skills": ["es"] if i % 2 else []} for i in range(80)],
        templates=[{"id": f"s{h}", "hours": f"{h:02}:00-{h + 8:02}:00"} for h in range(6, 15)],
        demand=[
            Need.on(day, f"{h:02}:00-{h + 1:02}:00", dice.randrange(3, 30), skill)
            for day in range(28) for h in range(6, 22) for skill in ("es", None)
        ],
        coverage="soft",
    )
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever began us may ignore it
    threading.Timer(3, os.kill, [os.getpid(), signal.SIGINT]).start()
    try:
        plan_roster(problem, time_limit=500)
    except KeyboardInterrupt:
        sys.exit(7)
"""


def played(script):
    """The exit code of a script, and how long it ran, in seconds."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], timeout=400, check=False)
    return done.returncode, time.monotonic() - began


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_ends_the_search():
    code, seconds = played(HARD)
    assert code == 7
    assert seconds < 200  # of 500 that it may search


HEADS = """
    import os, random, signal, sys, threading

    from assignwork.staffing import schedule_shifts

    dice = random.Random(3)
    skills = [["a"], ["b"], ["a", "b"], ["c", "d"], ["b", "c"], []]
    templates = [
        {"id": f"s{hour}-{length}-{i}", "hours": f"{hour:02}:00-{(hour + length) % 24:02}:00",
         "skills": of, "cost": 100 * length + dice.randrange(60)}
        for hour in range(24) for length in (5, 7, 8, 9) for i, of in enumerate(skills)
    ]
    demand = [
        {"start": 900 * i, "end": 900 * (i + 1), "agents": dice.randrange(1, 30), "skill": skill}
        for i in range(7 * 96) for skill in ("a", "b", "c", "d", None)
    ]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(4, os.kill, [os.getpid(), signal.SIGINT]).start()
    try:
        schedule_shifts(templates, demand, circular=True, time_limit=500)
    except KeyboardInterrupt:
        sys.exit(7)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_ends_the_wait_for_head_counts():
    code, seconds = played(HEADS)
    assert code == 7
    assert seconds < 100  # of 500 that it may search


HANDLED = """
    import os, signal, sys, time

    from assignwork.staffing import Need, RosterProblem, plan_roster

    signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
    plan_roster(RosterProblem(
        days=1, agents=[{"id": "ana"}], templates=[{"id": "early", "hours": "06:00-14:00"}],
        demand=[Need.on(0, "08:00-12:00", 1)],
    ))
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_after_a_search_interrupts_are_handled_as_before():
    assert played(HANDLED)[0] == 7


def small():
    return RosterProblem(
        days=2,
        agents=[{"id": "ana"}, {"id": "ben"}],
        templates=[{"id": "early", "hours": "06:00-14:00"}],
        demand=[Need.on(0, "08:00-12:00", 1)],
    )


def test_progress_is_told_in_the_callers_thread():
    told = []
    plan_roster(small(), on_progress=lambda _: told.append(threading.current_thread()))
    assert set(told) == {threading.current_thread()}


def test_what_progress_raises_ends_the_search():
    class Enough(Exception):  # noqa: N818  # no error
        pass

    def stop(_):
        raise Enough

    with pytest.raises(Enough):
        plan_roster(small(), on_progress=stop)
    assert not [one for one in threading.enumerate() if one.name == "shift search"]
