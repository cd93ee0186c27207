"""Replications here, in threads, in processes and in dask: the same results, and clean ends."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import distributed
import pytest
from trials import dies, fails_at_three, one_server, only_two_end, unsendable, within_a_daemon

from assignwork.errors import ConfigurationError
from assignwork.simulation.precision import Precision
from assignwork.simulation.replications import ReplicationError, run_replications

HERE = Path(__file__).parent
QUEUE = partial(one_server, customers=200)


class Shuffled(Executor):
    """Ends what it is given in an order of its own: always the last first."""

    def __init__(self):
        self.waiting, self.begun = [], []
        self.lock = threading.Lock()

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        with self.lock:
            self.waiting.append((future, partial(fn, *args, **kwargs)))
            self.begun.append(args[1])
        threading.Timer(0.02, self.run).start()
        return future

    def run(self):
        with self.lock:
            future, task = self.waiting.pop()
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(task())
            except Exception as error:  # noqa: BLE001  # as executors do
                future.set_exception(error)


@pytest.fixture(scope="module")
def expected():
    return run_replications(QUEUE, 6, seed=3)


def test_replications_are_numbered_from_0_and_of_one_seed(expected):
    assert [(found.number, found.seed) for found in expected.summaries] == [
        (number, 3) for number in range(6)
    ]
    assert expected.summaries[0] != expected.summaries[1]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_do_not_depend_on_the_number_of_processes(expected, processes):
    assert run_replications(QUEUE, 6, seed=3, processes=processes) == expected
    assert multiprocessing.active_children() == []


def test_results_are_the_same_from_threads(expected):
    with ThreadPoolExecutor(3) as pool:
        assert run_replications(QUEUE, 6, seed=3, executor=pool) == expected
        assert pool.submit(int).result() == 0  # it is left open


def test_results_are_the_same_from_a_process_pool_of_the_caller(expected):
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert run_replications(QUEUE, 6, seed=3, executor=pool) == expected


def test_results_do_not_depend_on_the_order_in_which_replications_end(expected):
    assert run_replications(QUEUE, 6, seed=3, executor=Shuffled()) == expected


def test_results_are_the_same_from_dask(expected):
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):  # fmt: skip
        client.run(sys.path.append, str(HERE))
        assert run_replications(QUEUE, 6, seed=3, executor=client.get_executor()) == expected
        with pytest.raises(ReplicationError, match="replication 3") as caught:
            run_replications(fails_at_three, 6, seed=3, executor=client.get_executor())
        assert isinstance(caught.value.__cause__, ValueError)


def test_trials_are_kept_only_when_asked_for(expected):
    kept = run_replications(QUEUE, 2, seed=3, processes=2, keep_trials=True)
    assert kept.trials == (QUEUE(3, 0), QUEUE(3, 1))
    assert kept.summaries == expected.summaries[:2]
    assert expected.trials == ()


def test_progress_is_told_in_the_callers_thread():
    told = []
    with ThreadPoolExecutor(2) as pool:
        run_replications(
            QUEUE, 4, seed=3, executor=pool,
            on_progress=lambda *done: told.append((*done, threading.get_ident())),
        )  # fmt: skip
    assert [done for done, *_ in told] == [1, 2, 3, 4]
    assert {(most, thread) for _, most, thread in told} == {(4, threading.get_ident())}


# --- stopping -------------------------------------------------------------------------------------


def narrow(**others):
    return Precision("wait_mean", relative=0.25, **others)


def test_it_stops_at_the_first_replication_after_which_the_rule_holds():
    rule = narrow(at_least=4)
    found = run_replications(QUEUE, seed=3, until=rule)
    assert 4 < len(found) < 200
    values = found.values("wait_mean").tolist()
    assert rule.holds(values)
    assert not any(rule.holds(values[:count]) for count in range(len(values)))
    assert found.reached


@pytest.mark.parametrize("make", [lambda: ThreadPoolExecutor(5), Shuffled])
def test_where_it_stops_does_not_depend_on_how_many_run_at_once(make):
    expected = run_replications(QUEUE, seed=3, until=narrow())
    assert run_replications(QUEUE, seed=3, until=narrow(), executor=make()) == expected


def test_where_it_stops_does_not_depend_on_the_number_of_processes():
    expected = run_replications(QUEUE, seed=3, until=narrow())
    assert run_replications(QUEUE, seed=3, until=narrow(), processes=3) == expected


def test_a_rule_keeps_few_replications_under_way_that_may_come_to_nothing():
    place = Shuffled()
    found = run_replications(QUEUE, seed=3, until=narrow(), executor=place)
    assert len(place.begun) <= 2 * len(found)


def test_it_ends_at_the_most_replications_and_says_that_the_rule_does_not_hold():
    rule = Precision("wait_mean", absolute=1e-9, at_least=2, at_most=4)
    found = run_replications(QUEUE, seed=3, until=rule)
    assert len(found) == 4
    assert found.reached is False
    assert "Precision not reached: wait_mean of all" in str(found)


def test_a_number_of_replications_ends_a_rule_earlier():
    rule = Precision("wait_mean", absolute=1e-9, at_least=2)
    assert len(run_replications(QUEUE, 3, seed=3, until=rule)) == 3


def test_without_a_rule_nothing_is_said_of_precision(expected):
    assert expected.reached is None
    assert "Precision" not in str(expected)


def test_a_rule_of_a_group_looks_at_that_group():
    rule = Precision("wait_mean", relative=0.25, priority=3)
    found = run_replications(QUEUE, seed=3, until=rule)
    assert found.summaries == run_replications(QUEUE, seed=3, until=narrow()).summaries


@pytest.mark.parametrize(("group", "made"), [({"agent": "anna"}, 1), ({"priority": 1}, 5)])
def test_a_rule_of_a_group_that_nobody_is_in_ends_soon(group, made):
    done = []
    rule = Precision("wait_mean", relative=0.25, **group)
    with pytest.raises(ConfigurationError, match="there is no"):
        run_replications(QUEUE, seed=3, until=rule, on_progress=lambda *_: done.append(1))
    assert len(done) == made


def test_a_mean_of_zero_has_no_relative_precision():
    assert not Precision("wait_mean", relative=0.5).holds([0.0] * 10)
    assert Precision("wait_mean", absolute=0.5).holds([0.0] * 10)


def test_fewer_than_at_least_are_not_enough():
    rule = Precision("wait_mean", absolute=1.0, at_least=5)
    assert not rule.holds([7.0] * 4)
    assert rule.holds([7.0] * 5)


def test_a_single_value_is_not_precise():
    assert not Precision("wait_mean", absolute=5.0, at_least=2).holds([1.0, float("nan")])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "not at all"),
        ({"relative": 0.1, "absolute": 1.0}, "twice"),
        ({"relative": 0.0}, "a half-width above 0"),
        ({"relative": 0.1, "at_least": 1}, "2 to 1,000,000"),
        ({"relative": 0.1, "at_least": 9, "at_most": 8}, "fewer than at least 9"),
        ({"relative": 0.1, "confidence": 95}, "give 95 % as 0.95"),
        ({"relative": 0.1, "teem": "a"}, "did you mean 'team'"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(given, words):
    with pytest.raises(ConfigurationError, match=words):
        Precision("wait_mean", **given)


# --- failing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [{}, {"processes": 2}])
def test_an_error_names_the_replication_and_keeps_its_cause(where):
    with pytest.raises(ReplicationError, match=r"replication 3 \(seed 5\) failed: the desk") as got:
        run_replications(fails_at_three, 12, seed=5, **where)
    assert (got.value.number, got.value.seed) == (3, 5)
    assert isinstance(got.value.__cause__, ValueError)
    assert pickle.loads(pickle.dumps(got.value)).number == 3
    assert multiprocessing.active_children() == []


def test_of_several_errors_the_first_number_is_told_and_the_rest_not_begun():
    def run(seed, number):
        if number in (2, 5):
            raise ValueError(number)
        return one_server(seed, number, 20)

    place = Shuffled()
    with pytest.raises(ReplicationError, match="replication 2"):
        run_replications(run, 12, seed=1, executor=place)
    begun = []
    with pytest.raises(ReplicationError, match="replication 2"):
        run_replications(lambda s, n: begun.append(n) or run(s, n), 12, seed=1)
    assert begun == [0, 1, 2]


def test_an_error_that_cannot_be_sent_is_told_in_words():
    with pytest.raises(ReplicationError, match=r"replication 0.*UnsendableError: 7 and 8"):
        run_replications(unsendable, 2, seed=1, processes=2)


def test_a_process_that_dies_is_an_error_of_a_replication():
    with pytest.raises(ReplicationError, match=r"replication 0 .*a process died: .*__main__"):
        run_replications(dies, 40, seed=1, processes=2, until=narrow(at_least=30))
    assert multiprocessing.active_children() == []


def test_after_one_that_failed_no_later_one_is_begun():
    begun = []

    def run(seed, number):
        begun.append(number)
        if number == 1:
            raise ValueError(number)
        time.sleep(0.02 if number else 1.0)
        return one_server(seed, number, 20)

    with ThreadPoolExecutor(2) as pool, pytest.raises(ReplicationError, match="replication 1"):
        run_replications(run, 50, seed=1, executor=pool)
    assert len(begun) < 15


def test_a_run_that_cannot_be_sent_is_refused_before_a_process_starts():
    with pytest.raises(ConfigurationError, match="run: it cannot be sent to another process"):
        run_replications(lambda seed, number: QUEUE(seed, number=number), 2, seed=1, processes=2)


def test_a_daemonic_process_is_told_that_it_may_have_no_processes(tmp_path):
    said = tmp_path / "said"
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=within_a_daemon, args=(said,), daemon=True)
    child.start()
    child.join(60)
    assert said.read_text("utf-8").startswith(
        "processes: a daemonic process may not have processes of its own"
    )


def test_a_run_that_gives_another_replication_is_refused():
    with pytest.raises(ReplicationError, match=r"seed 1 and number 0 was given for .* number 1"):
        run_replications(lambda seed, number: one_server(seed, 0, 20), 2, seed=1)


def test_what_progress_raises_ends_the_run_and_cancels_the_rest():
    begun = []

    def run(seed, number):
        begun.append(number)
        time.sleep(0.02)
        return QUEUE(seed, number=number)

    def stop(done, most):
        raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as pool, pytest.raises(KeyboardInterrupt):
        run_replications(run, 50, seed=1, executor=pool, on_progress=stop)
    assert len(begun) < 15


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"replications": 0}, "1 to 1,000,000"),
        ({"replications": True}, "1 to 1,000,000"),
        ({}, "give replications=20"),
        ({"replications": 2, "seed": -1}, "an integer from 0 on"),
        ({"replications": 2, "processes": 0}, "a positive integer"),
        ({"replications": 2, "keep_trials": 1}, "true or false"),
        ({"replications": 2, "processes": 2, "executor": Shuffled()}, "leave one of them out"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(given, words):
    with pytest.raises(ConfigurationError, match=words):
        run_replications(QUEUE, **{"seed": 1, **given})


SLOW = """
    import signal, sys, time
    sys.path.append({here!r})
    from trials import one_server
    from assignwork.simulation.replications import run_replications

    def slow(seed, number):
        time.sleep(0.2)
        return one_server(seed, number, 20)

    if __name__ == "__main__":
        signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever began us may ignore it
        try:
            run_replications(
                slow, 1000, seed=1, processes=2, on_progress=lambda *_: print("on", flush=True)
            )
        except KeyboardInterrupt:
            import multiprocessing
            print("children", len(multiprocessing.active_children()), flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize(
    ("group", "late"), [(True, 0.0), (False, 0.0), (False, 0.0005), (False, 0.01)]
)
def test_an_interrupt_leaves_no_process_behind(tmp_path, group, late):
    """Sent to all processes as by a terminal, and to the first alone, wherever it is."""
    script = tmp_path / "slow.py"
    script.write_text(textwrap.dedent(SLOW.format(here=str(HERE))), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    ) as child:  # fmt: skip
        try:
            assert child.stdout.readline() == "on\n"
            time.sleep(late)
            (os.killpg if group else os.kill)(child.pid, signal.SIGINT)
            out, _ = child.communicate(timeout=90)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    assert out.splitlines()[-1] == "children 0"


ENDLESS = """
    import os, pathlib, signal, sys, time

    sys.path.append({here!r})
    from trials import one_server
    from assignwork.simulation.replications import run_replications

    def endless(seed, number):
        if not number:
            return one_server(seed, number, 20)
        pathlib.Path({folder!r}, str(os.getpid())).touch()
        time.sleep(600)

    if __name__ == "__main__":
        signal.signal(signal.SIGINT, signal.default_int_handler)
        run_replications(endless, 9, seed=1, processes=2)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_replications_under_way_end_at_once_with_the_process_that_began_them(tmp_path, sent):
    """Sent to that one alone, as by `kill`, `timeout` or a service manager."""
    folder = tmp_path / "under_way"
    folder.mkdir()
    script = tmp_path / "endless.py"
    text = textwrap.dedent(ENDLESS.format(here=str(HERE), folder=str(folder)))
    script.write_text(text, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)], stderr=subprocess.DEVNULL, start_new_session=True
    ) as child:
        try:
            assert eventually(lambda: len(list(folder.iterdir())) == 2)
            child.send_signal(sent)
            assert child.wait(timeout=60) == -sent
            assert eventually(lambda: not any(map(alive, folder.iterdir())))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def alive(process):
    try:
        os.kill(int(process.name), 0)
    except ProcessLookupError:
        return False
    return True


def eventually(holds):
    until = time.monotonic() + 60
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_a_precision_that_is_reached_waits_for_no_replication_under_way():
    began = time.monotonic()
    found = run_replications(
        only_two_end,
        30,
        seed=1,
        processes=2,
        until=Precision("wait_mean", absolute=1e6, at_least=2),
    )
    assert len(found) == 2
    assert time.monotonic() - began < 60
    assert multiprocessing.active_children() == []
