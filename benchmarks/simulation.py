"""The simulator beside SimPy, Ciw and a bare heap on one queue: `python benchmarks/simulation.py`.

An M/M/20 at utilisation 0.9, once with patience: customers per second of processor time, all in one
run and in turn, medians of the runs' own ratios; and each one's answers beside the exact ones.
Ours is the whole dispatcher with its commands and events; the heap is what is left when there is
none. Then what two processes gain by the clock, and what common random numbers gain when 20 agents
are compared with 21.
"""

import time
from collections.abc import Callable
from functools import partial
from statistics import median

import click
import numpy as np

from assignwork.simulation import Exponential, compare, simulate, simulate_once, single_queue
from assignwork.staffing import Performance, erlang_a, mmc

SERVERS, RATE, PATIENCE = 20, 18.0, 2.0  # in service times
TARGETS = {"SimPy": 2.0, "Ciw": 3.0}
Answers = tuple[float, float]  # P(wait), mean wait


def ours(customers: int, seed: int, *, patience: float | None = None) -> Answers:
    scenario = single_queue(
        SERVERS,
        per_hour=RATE * 3600,
        handle=Exponential(1.0),
        patience=None if patience is None else Exponential(patience),
        length=customers / RATE,
        answers="never",
    )
    seen = simulate_once(scenario, seed, 0).customers
    left = np.where(seen.abandoned, seen.patience, seen.assigned_at - seen.arrived_at)
    return float((left > 0).mean()), float(left.mean())


def measured(
    run: Callable[[int, int], Answers], customers: int, seed: int
) -> tuple[float, Answers]:
    """Customers per second of processor time, and what came out."""
    began = time.process_time()
    answers = run(customers, seed)
    return customers / (time.process_time() - began), answers


def beside_others(customers: int, runs: int) -> None:
    # Not at the top: the processes started below import this file and have no use for them.
    from simulation_others import on_a_heap, on_ciw, on_simpy  # noqa: PLC0415  # as just said

    contestants: dict[str, Callable[[int, int], Answers]] = {
        "assignwork": ours,
        "SimPy": partial(on_simpy, servers=SERVERS, rate=RATE),
        "Ciw": partial(on_ciw, servers=SERVERS, rate=RATE),
        "bare heap": partial(on_a_heap, servers=SERVERS, rate=RATE),
        "assignwork, with patience": partial(ours, patience=PATIENCE),
    }
    found: dict[str, list[tuple[float, Answers]]] = {name: [] for name in contestants}
    for seed in range(runs):
        for name, run in contestants.items():
            found[name].append(measured(run, customers, seed))
    exact, exact_a = exactly(SERVERS, None), exactly(SERVERS, PATIENCE)
    size = f"utilisation {RATE / SERVERS:g}, {customers:,} customers, medians of {runs} runs"
    click.echo(f"M/M/{SERVERS}, {size}")
    click.echo(f"{'':28}{'customers/s':>12}{'ours by it':>12}{'P(wait)':>10}{'mean wait':>11}")
    for name, entries in found.items():
        ratios = [a[0] / b[0] for a, b in zip(found["assignwork"], entries, strict=True)]
        wait, mean = (float(np.mean([entry[1][i] for entry in entries])) for i in (0, 1))
        speed = median(entry[0] for entry in entries)
        click.echo(f"{name:28}{speed:12,.0f}{median(ratios):12.2f}{wait:10.4f}{mean:11.4f}")
    click.echo(f"{'exact (Erlang C)':52}{exact.waiting:10.4f}{exact.mean_wait:11.4f}")
    click.echo(f"{'exact (Erlang A)':52}{exact_a.waiting:10.4f}{exact_a.mean_wait:11.4f}")
    for name, target in TARGETS.items():
        ratio = median(a[0] / b[0] for a, b in zip(found["assignwork"], found[name], strict=True))
        click.echo(
            f"at least {target:g} x {name}: {'yes' if ratio >= target else 'NO'} ({ratio:.2f})"
        )


def two_processes(customers: int, runs: int) -> None:
    scenario = single_queue(
        SERVERS, per_hour=RATE * 3600, handle=Exponential(1.0), length=customers / RATE
    )
    ratios = []
    for seed in range(runs):
        taken = []
        for processes in (1, 2):
            began = time.perf_counter()
            simulate(scenario, replications=8, seed=seed, processes=processes)
            taken.append(time.perf_counter() - began)
        ratios.append(taken[0] / taken[1])
    ratio = median(ratios)
    click.echo(
        f"\ntwo processes, 8 replications of {customers:,} customers: {ratio:.2f} times as fast by "
        f"the clock (from {min(ratios):.2f} to {max(ratios):.2f}); at least 1.8: "
        f"{'yes' if ratio >= 1.8 else 'NO'}"
    )


def common_numbers(replications: int) -> None:
    click.echo(f"\n20 against 21 agents, {replications} replications of 2,000 service times")
    click.echo(f"{'':34}{'difference':>22}{'exact':>10}{'variance / paired':>19}")
    for words, patience in (("", None), (", patience 2", PATIENCE)):
        scenario = single_queue(
            SERVERS,
            per_hour=RATE * 3600,
            handle=Exponential(1.0),
            patience=None if patience is None else Exponential(patience),
            length=2_000,
            warm_up=100,
            answers="never",
            threshold=0.1,
        )
        more = scenario.with_agents(1, like="agent-1")
        made = [
            simulate(entry, replications=replications, seed=1, processes=2)
            for entry in (scenario, more)
        ]
        few, many = (exactly(agents, patience) for agents in (SERVERS, SERVERS + 1))
        for measure, exact in {
            "queue_time_mean": many.mean_wait - few.mean_wait,
            "waiting": many.waiting - few.waiting,
            "abandonment": many.abandonment - few.abandonment,
        }.items():
            if measure != "abandonment" or patience is not None:
                found = compare(*made).difference(measure)
                change = f"{found.change.mean:.4f} ± {found.change.half_width:.4f}"
                gained = f"{found.variance_ratio:.1f}"
                click.echo(f"{measure + words:34}{change:>22}{exact:10.4f}{gained:>19}")


def exactly(agents: int, patience: float | None) -> Performance:
    if patience is None:
        return mmc(RATE, 1.0, agents, interval=1.0)
    return erlang_a(RATE, 1.0, agents, patience, interval=1.0)


@click.command(help=__doc__)
@click.option("--customers", default=50_000, show_default=True)
@click.option("--runs", default=7, show_default=True)
@click.option("--replications", default=50, show_default=True)
def main(customers: int, runs: int, replications: int) -> None:
    beside_others(customers, runs)
    two_processes(customers, runs)
    common_numbers(replications)


if __name__ == "__main__":
    main()
