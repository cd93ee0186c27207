"""How good and how fast the optimizer is, beside other solvers: `python benchmarks/solver.py`.

Each run draws its problems anew (`solver_instances`, its own seed) and gives them to ours and to
the baselines (`solver_baselines`, `solver_greedy`) in turn; the Judge evaluates every outcome. The
first table shows each engine: medians over the runs, in seconds of processor time, of all threads,
and by the clock (`wall`). `gap` is to the best bound that any of them proved. The second table says
which targets are met; its ratios are medians of the runs' own ratios.

Ours stands there twice: `flow` from ready columns (`build` is the conversion from the `Problem`,
`solve` builds the network, solves it and reads the answer), and `plan`, which is
`plan_rebalance` from the `Problem` to the `Plan` with all its reasons.
"""

import gc
from collections.abc import Callable
from math import ceil
from statistics import median
from time import process_time

import attrs
import click
import solver_baselines as baselines
import solver_greedy as greedy
from solver_instances import make

from assignwork.bench.rows import Target
from assignwork.solver import Judge, Problem, plan_rebalance
from assignwork.solver._columns import Columns
from assignwork.solver._flow import solve_flow
from assignwork.solver._limits import Limits

SIZES = ((1_000, 50), (5_000, 200), (20_000, 500), (100_000, 1_000))
MEDIUM, LARGE, LARGEST = SIZES[1:]
BUDGET_SIZE, BUDGET_SHARE = SIZES[0], 20  # one move for so many items
PLAN_SECONDS = {MEDIUM: 1.0, LARGE: 2.0}  # time limits of the weighted targets; else NO_HURRY
NO_HURRY = 10.0
PARTS = ("unit", "weighted", "budget")
# Which baseline is run up to how many items; `--slow` takes the second figure.
UP_TO = {
    "unit": {
        "dense": (5_000, 5_000),
        "pair_flow": (20_000, 100_000),
        "lsap": (1_000, 5_000),
        "highs": (5_000, 20_000),
        "cp_sat": (5_000, 20_000),
        "scan": (100_000, 100_000),
        "heaps": (100_000, 100_000),
    },
    "weighted": {
        "highs": (5_000, 20_000),
        "cp_sat": (5_000, 20_000),
        "scan": (100_000, 100_000),
        "heaps": (100_000, 100_000),
    },
    "budget": {"highs": (1_000, 1_000), "cp_sat": (1_000, 1_000)},
}
ENGINES = ("flow", "plan", *UP_TO["unit"])


@attrs.frozen
class Result:
    """What one engine did with one problem; `cost` None: it found nothing."""

    cost: int | None
    build: float
    solve: float
    wall: float
    bound: int | None = None

    @property
    def whole(self) -> float:
        return self.build + self.solve


@attrs.frozen
class Case:
    """One problem and what each engine did with it."""

    part: str
    size: tuple[int, int]
    results: dict[str, Result]

    @property
    def bound(self) -> int | None:
        return max((r.bound for r in self.results.values() if r.bound is not None), default=None)

    def gap(self, engine: str) -> float | None:
        """(cost - bound) / cost."""
        cost = self.results[engine].cost
        if cost is None or self.bound is None:
            return None
        return (cost - self.bound) / abs(cost) if cost != self.bound else 0.0


# --- measuring ------------------------------------------------------------------------------------


def run(case: Case, problem: Problem, names: list[str], cap: float) -> None:
    """Fill the case's results."""
    judge = Judge(problem)
    pairs = None
    for name in names:
        gc.collect()
        if name == "flow":
            case.results[name] = flow(problem)
        elif name == "plan":
            case.results[name] = plan(problem, PLAN_SECONDS.get(case.size, NO_HURRY))
        elif name in ("scan", "heaps"):
            case.results[name] = judged(judge, getattr(greedy, name)(problem))
        else:
            pairs = pairs or baselines.Pairs(problem)
            options = {"seconds": cap} if name in ("highs", "cp_sat") else {}
            answer = getattr(baselines, name)(pairs, **options)
            case.results[name] = judged(judge, answer)


def judged(judge: Judge, answer: baselines.Answer) -> Result:
    """The Judge's word on a baseline's outcome."""
    cost = None
    if answer.outcome is not None:
        broken = judge.violations(answer.outcome)
        assert not broken, broken
        cost = judge.evaluate(answer.outcome).total
    # Solvers of real numbers are off by a little; costs are whole.
    bound = None if answer.bound is None else ceil(answer.bound - 1e-3)
    return Result(cost, answer.build, answer.solve, answer.wall, bound)


def flow(problem: Problem) -> Result:
    """Our flow engine alone: conversion, then network and solution."""
    watch = baselines.Watch()
    judge = Judge(problem)
    columns = Columns(problem, judge)
    watch.built()
    found = solve_flow(columns, Limits(None, None))
    watch.solved()
    return judged(judge, watch.answer(found.outcome, found.bound))


def plan(problem: Problem, seconds: float) -> Result:
    """All that a caller waits for."""
    start = process_time()
    found = plan_rebalance(problem, time_limit=seconds)
    spent = process_time() - start
    places = problem.agent_places
    outcome = list(problem.present)
    for move in found.moves:
        to = baselines.NOBODY if move.agent is None else places[move.agent]
        outcome[problem.item_places[move.item]] = to
    judge = Judge(problem)
    assert not judge.violations(outcome)
    assert judge.evaluate(outcome).total == found.after.total
    return Result(found.after.total, 0.0, spent, found.seconds, found.bound)


# --- tables ---------------------------------------------------------------------------------------


def table(head: tuple[str, ...], lines: list[tuple[str, ...]], left: int) -> str:
    """Columns, the first `left` of them to the left."""
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in [head, *lines]
    )


def engines_table(cases: list[Case]) -> str:
    """One line for each engine at each size."""
    head = ("part", "size", "engine", "cost", "gap", "build", "solve", "wall", "whole / flow's")
    lines = []
    for (part, size), of_size in grouped(cases).items():
        for name in of_size[0].results:
            results = [case.results[name] for case in of_size]
            costs = [result.cost for result in results if result.cost is not None]
            gaps = [gap for gap in (case.gap(name) for case in of_size) if gap is not None]
            lines.append(
                (
                    part,
                    shown_size(size),
                    name,
                    f"{median(costs):,.0f}" if costs else "none",
                    f"{median(gaps):.4%}" if gaps else "-",
                    *(
                        f"{median(getattr(result, field) for result in results):.3f}"
                        for field in ("build", "solve", "wall")
                    ),
                    shown_ratio(of_size, name),
                )
            )
    return table(head, lines, 3)


def shown_ratio(cases: list[Case], name: str) -> str:
    if "flow" not in cases[0].results:
        return "-"
    return f"{ratio(cases, lambda r: r[name].whole, lambda r: r['flow'].whole):.2f}"


def shown_size(size: tuple[int, int]) -> str:
    return f"{size[0]:,} x {size[1]:,}"


def grouped(cases: list[Case]) -> dict[tuple[str, tuple[int, int]], list[Case]]:
    found = {}
    for case in cases:
        found.setdefault((case.part, case.size), []).append(case)
    return found


Seconds = Callable[[dict[str, Result]], float]


def ratio(cases: list[Case], theirs: Seconds, ours: Seconds) -> float:
    """Theirs ÷ ours, median of the runs."""
    return median(theirs(case.results) / ours(case.results) for case in cases)


@attrs.frozen
class Goal:
    """A target: where it is measured, which engines that needs, and the figure."""

    what: str
    part: str
    size: tuple[int, int]
    needs: tuple[str, ...]
    figure: Callable[[list[Case]], float]
    target: Target
    form: str = "{:.2f}x"


def goals() -> list[Goal]:
    """All targets, in the order in which they are shown."""
    at_most = {"at_most": True}
    found = [
        Goal(
            "optimum of the flow by pairs reached: items' costs apart",
            "unit",
            size,
            ("flow", "pair_flow"),
            lambda cases: max(c.results["flow"].cost - c.results["pair_flow"].cost for c in cases),
            Target(0, **at_most),
            "{:.0f}",
        )
        for size in SIZES
    ]
    found += [
        Goal(
            "dense assignment's solving / flow's",
            "unit",
            MEDIUM,
            ("flow", "dense"),
            lambda cases: ratio(cases, lambda r: r["dense"].solve, lambda r: r["flow"].solve),
            Target(50),
        ),
        Goal(
            "flow by pairs, model and solving / flow's",
            "unit",
            LARGE,
            ("flow", "pair_flow"),
            lambda cases: ratio(cases, lambda r: r["pair_flow"].whole, lambda r: r["flow"].solve),
            Target(10),
        ),
    ]
    found += [
        Goal(
            f"greedy ({name}) / {ours}, both from the problem",
            "unit",
            LARGEST,
            (ours, name),
            lambda cases, name=name, ours=ours: ratio(
                cases, lambda r: r[name].whole, lambda r: r[ours].whole
            ),
            Target(1),
        )
        for name in ("scan", "heaps")
        for ours in ("flow", "plan")
    ]
    found += [
        Goal(
            "flow: conversion / solving",
            part,
            size,
            ("flow",),
            lambda cases: ratio(cases, lambda r: r["flow"].build, lambda r: r["flow"].solve),
            Target(1, **at_most),
        )
        for part in ("unit", "weighted")
        for size in (MEDIUM, LARGE, LARGEST)
    ]
    for size, gap in ((MEDIUM, 0.001), (LARGE, 0.0002)):
        found += [
            Goal(
                "plan: gap to its own bound",
                "weighted",
                size,
                ("plan",),
                lambda cases: median(own_gap(case.results["plan"]) for case in cases),
                Target(gap, **at_most),
                "{:.4%}",
            ),
            Goal(
                "plan: seconds by the clock",
                "weighted",
                size,
                ("plan",),
                lambda cases: median(case.results["plan"].wall for case in cases),
                Target(PLAN_SECONDS[size], **at_most),
                "{:.2f} s",
            ),
        ]
    found.append(
        Goal(
            "plan: gap to the integer programme's bound",
            "budget",
            BUDGET_SIZE,
            ("plan", "highs"),
            lambda cases: median(case.gap("plan") for case in cases),
            Target(0.001, **at_most),
            "{:.4%}",
        )
    )
    return found


def own_gap(result: Result) -> float:
    if result.bound is None:
        return 1.0
    return (result.cost - result.bound) / abs(result.cost or 1)


def goals_table(cases: list[Case]) -> str:
    """One line for each target whose engines were run."""
    by_place = grouped(cases)
    lines = []
    for goal in goals():
        of_size = by_place.get((goal.part, goal.size), [])
        if not of_size or not all(name in of_size[0].results for name in goal.needs):
            continue
        figure = goal.figure(of_size)
        sign = "<=" if goal.target.at_most else ">="
        lines.append(
            (
                goal.part,
                shown_size(goal.size),
                goal.what,
                goal.form.format(figure),
                f"{sign} {goal.form.format(goal.target.limit)}",
                "met" if goal.target.met(figure) else "NOT met",
            )
        )
    return table(("part", "size", "what", "figure", "target", "met"), lines, 3)


def warm_up(engines: list[str]) -> None:
    """Load what the engines load at their first call."""
    names = [name for name in ENGINES if name in engines]
    problem = make(20, 8, seed=0)
    run(Case("unit", (20, 8), {}), problem, names, 1.0)
    baselines.cp_sat(baselines.Pairs(problem), seconds=1.0)  # ours loads it only for some problems


# --- the command ----------------------------------------------------------------------------------


def listed(_context: click.Context, option: click.Parameter, value: str) -> list[str]:
    """A comma-separated list of known names."""
    known = {"parts": PARTS, "engines": ENGINES, "sizes": [f"{n}x{m}" for n, m in SIZES]}
    names = value.split(",")
    for name in names:
        if name not in known[option.name]:
            raise click.BadParameter(f"{name!r} is none of {', '.join(known[option.name])}")
    return names


@click.command(help=__doc__.split("\n\n", maxsplit=1)[0])
@click.option("--parts", default=",".join(PARTS), callback=listed, show_default=True)
@click.option("--sizes", default="1000x50,5000x200,20000x500,100000x1000", callback=listed)
@click.option("--engines", default=",".join(ENGINES), callback=listed, show_default=True)
@click.option("--runs", default=3, show_default=True, help="Problems of each size.")
@click.option("--seed", default=1, show_default=True, help="The first run's; then one more each.")
@click.option("--cap", default=20.0, show_default=True, help="Seconds for highs and cp_sat each.")
@click.option("--slow", is_flag=True, help="Baselines also where they take minutes.")
def main(parts, sizes, engines, runs, seed, cap, slow) -> None:
    warm_up(engines)
    cases = []
    for part in parts:
        for size in SIZES:
            if f"{size[0]}x{size[1]}" not in sizes or (part == "budget" and size != BUDGET_SIZE):
                continue
            names = [
                name
                for name in engines
                if (name == "plan" or (name == "flow" and part != "budget"))
                or size[0] <= UP_TO[part].get(name, (0, 0))[slow]
            ]
            for at in range(seed, seed + runs):
                click.echo(f"{part} {shown_size(size)}, seed {at}", err=True)
                most = size[0] // BUDGET_SHARE if part == "budget" else None
                problem = make(*size, seed=at, weighted=part == "weighted", max_moves=most)
                case = Case(part, size, {})
                run(case, problem, names, cap)
                cases.append(case)
    click.echo(engines_table(cases))
    click.echo()
    click.echo(goals_table(cases))


if __name__ == "__main__":
    main()
