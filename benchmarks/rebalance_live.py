"""What a desk's callers feel of rebalancing: `python benchmarks/rebalance_live.py`.

First table: what reading a desk costs, which is what stops its caller. Second: a desk goes on at a
fixed pace (a submit and a close every few milliseconds, in the main thread) while plans are made
nowhere, in a thread, or in another process. A submit's delay is counted from the instant at which
it should have begun until it has returned, so waiting for the interpreter's lock counts. `read` and
`apply` are calls of `tick`, which stop the desk by themselves; they are left out of the delays.
"""

import gc
import multiprocessing
import sys
import time
from collections import deque
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from statistics import median

import attrs
import click
from solver_instances import make

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
from assignwork.solver import plan_rebalance, read_desk, schedule_rebalance

PACE = 0.004  # seconds between two submits
ALONE = 3.0  # seconds that the desk is measured without planning
WAYS = (
    "alone",
    "thread",
    "thread, switch 0.5 ms",
    "thread, gc frozen",
    "process",
    "process, gc frozen",
)
MILLI = 1e3


def desk_of(items: int, agents: int, seed: int = 1) -> tuple[Dispatcher, list[WorkItem]]:
    """A desk with so many open items, a third of whose agents came late; and items to submit.

    Agents, teams, skills and kinds of work are those of `solver_instances`.
    """
    problem = make(items, agents, seed=seed)
    late = {agent.id for agent in problem.agents[::3]}
    desk = Dispatcher(
        Workspace(
            teams=[Team(name) for name in dict.fromkeys(a.primary[0] for a in problem.agents)],
            agents=[
                Agent(
                    agent.id,
                    capacity=agent.capacity,
                    primary=agent.primary,
                    secondary=agent.secondary,
                    skills=agent.skills,
                    presence="offline" if agent.id in late else "active",
                )
                for agent in problem.agents
            ],
        )
    )
    work = [
        WorkItem(
            item.id,
            team=item.team,
            priority=item.priority,
            skills=item.skills,
            preferred_skills=item.preferred_skills,
            preferred_agent=item.preferred_agent,
        )
        for item in problem.items
    ]
    for n, item in enumerate(work):
        desk.submit(item, now=float(n))
    for agent in late:
        desk.set_presence(agent, "active", now=float(items))
    more = [attrs.evolve(item, id=f"more-{item.id}") for item in work]
    return desk, more


# --- reading --------------------------------------------------------------------------------------


def reading(items: int, agents: int, runs: int) -> tuple[float, float]:
    """Seconds to read a desk, of processor time and by the clock, medians of the runs."""
    desk, _ = desk_of(items, agents)
    busy, took = [], []
    gc.collect()
    for _ in range(runs):
        began, cpu = time.perf_counter(), time.process_time()
        problem = read_desk(desk)
        busy.append(time.process_time() - cpu)
        took.append(time.perf_counter() - began)
        assert len(problem.items) == items
    return median(busy), median(took)


# --- a desk at work -------------------------------------------------------------------------------


@attrs.frozen
class Felt:
    """Seconds: delays of the submits while a plan was made, and what blocked besides."""

    delays: list[float]
    read: float
    apply: float
    plan: float
    moves: int


def at_work(
    items: int, agents: int, executor: Executor | None, options: dict, *, freeze: bool
) -> Felt:
    """Go on with the desk until a plan was made and carried out."""
    desk, more = desk_of(items, agents)
    gc.collect()
    if freeze:
        gc.freeze()
    plans = []
    schedule = schedule_rebalance(
        desk,
        every=1.0,
        executor=executor,
        on_plan=lambda plan, _: plans.append(plan),
        **options,
    )
    clock = time.perf_counter
    zero = items + 1.0 - clock()  # the desk's time goes on with the clock's
    coming, open_ones = iter(more), deque()
    delays, read, applied = [], 0.0, 0.0
    schedule.see((), now=zero + clock())
    began = due = clock()
    while True:
        due = max(due + PACE, clock() - 10 * PACE)  # what is lost for good is counted once
        wait = due - clock()
        if wait > 0:
            time.sleep(wait)
        item = next(coming)
        events = desk.submit(item, now=zero + clock())
        delay = clock() - due
        schedule.see(events, now=zero + clock())
        open_ones.append(item.id)
        if len(open_ones) > 50:
            desk.close(open_ones.popleft(), now=zero + clock())
        if executor is None:
            delays.append(delay)
            if clock() - began > ALONE:
                return Felt(delays, 0.0, 0.0, 0.0, 0)
            continue
        if schedule.under_way:
            delays.append(delay)
        now = zero + clock()
        if schedule.due(now=now):
            was = schedule.under_way
            start = clock()
            schedule.tick(now=now)
            took = clock() - start
            due = clock()
            if was:
                applied = took
                schedule.close()
                (plan,) = plans
                return Felt(delays, read, applied, plan.seconds, len(plan.moves))
            read = took


def way(name: str, items: int, agents: int, options: dict) -> Felt:
    """One run with a pool of its own, which has made a plan before."""
    small = make(50, 5, seed=1)
    interval = sys.getswitchinterval()
    pool: Executor | None = None
    try:
        if "process" in name:
            pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        elif "thread" in name:
            pool = ThreadPoolExecutor(1)
        if "switch" in name:
            sys.setswitchinterval(0.0005)
        if pool is not None:
            pool.submit(plan_rebalance, small).result()
        return at_work(items, agents, pool, options, freeze="gc" in name)
    finally:
        gc.unfreeze()
        sys.setswitchinterval(interval)
        if pool is not None:
            pool.shutdown()


def rank(values: list[float], share: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@click.command(help=__doc__.partition("\n")[0])
@click.option("--items", default=20_000, show_default=True)
@click.option("--agents", default=500, show_default=True)
@click.option("--runs", default=3, show_default=True)
@click.option("--time-limit", default=2.0, show_default=True, help="Of each plan, in seconds.")
@click.option("--read", "sizes", multiple=True, type=int, default=(10_000, 100_000))
@click.option("--part", type=click.Choice(["read", "work"]), help="Only one of the tables.")
def main(items, agents, runs, time_limit, sizes, part) -> None:
    if part != "work":
        click.echo("reading a desk     processor  µs an item  by the clock")
        for size in sizes:
            busy, took = reading(size, max(1, size // 100), runs)
            click.echo(
                f"{size:>10,} items {busy:>9.3f} s {busy / size * 1e6:>11.1f} {took:>11.3f} s"
            )
    if part == "read":
        return
    click.echo(
        f"\n{items:,} x {agents:,}, medians of {runs} runs; milliseconds\n"
        "planning in           submits   median      p99  longest     read    apply     plan  moves"
    )
    for name in WAYS:
        felt = [way(name, items, agents, {"time_limit": time_limit}) for _ in range(runs)]

        def shown(figure, width=8, felt=felt):
            return f"{median(figure(one) for one in felt):>{width},.1f}"

        click.echo(
            f"{name:<21} {shown(lambda x: len(x.delays))} "
            f"{shown(lambda x: median(x.delays) * MILLI)} "
            f"{shown(lambda x: rank(x.delays, 0.99) * MILLI)} "
            f"{shown(lambda x: max(x.delays) * MILLI)} {shown(lambda x: x.read * MILLI)} "
            f"{shown(lambda x: x.apply * MILLI)} {shown(lambda x: x.plan * MILLI)} "
            f"{shown(lambda x: x.moves, 6)}"
        )


if __name__ == "__main__":
    main()
