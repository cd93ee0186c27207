"""What rebalancing does to real work: `python benchmarks/rebalance_logs.py`.

A part of each imported log is replayed several times from the same state, without rebalancing and
with it every 15 minutes; nothing else differs, and the commands of the log are the same. What leads
up to the part is replayed once, without rebalancing. Judged are the items that arrived within it:
how long until their first assignment, and how long they were queued in all (what still waits at the
end has waited until then). The spread is the mean, over all quarters of an hour, of the standard
deviation of load ÷ capacity over the active agents.

The logs are not part of the repository; one that is absent is skipped.
"""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean, median, pstdev

import attrs
import click

from assignwork import Dispatcher, Workspace
from assignwork.intake import import_log
from assignwork.replay import replay
from assignwork.solver import TERMS, Plan, schedule_rebalance

DATA = Path(__file__).parents[2] / "shared" / "data"
DAY = 86_400.0
EVERY = 900.0
URGENT = 2  # priorities up to it


@attrs.frozen
class Part:
    """Of which log which days are replayed, counted from its first command.

    `capacity` is what the agents' capacities are multiplied with, from the log's first day.
    """

    log: str
    first: float
    days: float
    capacity: float = 1.0

    @property
    def path(self) -> Path:
        return DATA / FILES[self.log]


FILES = {
    "servicenow": "servicenow_incidents.csv.gz",
    "volvo": "volvo_incidents_2013.xes.gz",
    "italy": "helpdesk_italy.xes.gz",
}
PARTS = (
    Part("servicenow", 49, 7),  # of all weeks the one with the most P1 and P2
    Part("servicenow", 14, 3, capacity=0.6),  # nine of ten items wait
    Part("volvo", 29, 3),  # three quarters of its items come in the fifth week
    Part("volvo", 29, 3, capacity=0.6),  # half of the items wait
    Part("italy", 400, 120),
)
WAITING_ONLY = {term: 100 if term == "unassigned" else 0 for term in TERMS if term != "own"}
VARIANTS: dict[str, dict | None] = {
    "none": None,
    "default weights": {},
    "at most 20 moves": {"max_moves": 20},
    "at most 5 moves": {"max_moves": 5},
    "waiting only": {"weights": WAITING_ONLY},
    "priorities first": {"weights": {"priorities": "lexicographic"}},
}


class Observed:
    """A schedule, or none, and the loads at each quarter of an hour."""

    def __init__(self, desk: Dispatcher, apply, options: dict | None) -> None:
        self.desk = desk
        self.spreads: list[float] = []
        self.plans: list[Plan] = []
        self.reading: list[float] = []
        self.next: float | None = None
        self.schedule = None
        if options is not None:
            self.schedule = schedule_rebalance(
                desk,
                every=EVERY,
                apply=apply,
                on_plan=lambda plan, _: self.plans.append(plan),
                deterministic_limit=1.0,
                **options,
            )

    def see(self, events, *, now) -> None:
        if self.next is None:
            self.next = now + EVERY
        if self.schedule is not None:
            self.schedule.see(events, now=now)

    def next_at(self):
        return self.next

    def tick(self, *, now):
        shares = [
            record.load / record.capacity  # a view of each would take longer than the plan
            for record in self.desk._agents.values()  # noqa: SLF001  # no snapshots: sampled often
            if record.presence == "active"
        ]
        self.spreads.append(pstdev(shares))
        self.next += EVERY
        if self.schedule is None:
            return ()
        began = time.perf_counter()
        events = self.schedule.tick(now=now)
        self.reading.append(time.perf_counter() - began - self.plans[-1].seconds)
        return events

    def close(self) -> None:
        if self.schedule is not None:
            self.schedule.close()


@attrs.define
class Stay:
    """An item's time in queues."""

    priority: int
    arrived: float
    first: float | None = None
    queued: float = 0.0
    since: float | None = None


def stays_of(events: Iterable, end: float) -> tuple[dict[str, Stay], int]:
    """The items that arrived in these events, and how many moves there were."""
    stays: dict[str, Stay] = {}
    known: set[str] = set()
    moved = 0
    for event in events:
        name = getattr(event, "item", None)
        moved += event.kind == "released" and event.why == "rebalance"
        if event.kind == "queued":
            if name not in known:
                known.add(name)
                stays[name] = Stay(event.priority, event.at)
            stays[name].since = event.at
        elif name in stays and event.kind in ("assigned", "closed", "snoozed"):
            stay = stays[name]
            if stay.since is not None:
                stay.queued += event.at - stay.since
                stay.since = None
            if event.kind == "assigned" and stay.first is None:
                stay.first = event.at - stay.arrived
    for stay in stays.values():
        if stay.since is not None:
            stay.queued += end - stay.since
            if stay.first is None:
                stay.first = end - stay.arrived
    return stays, moved


def p(values: list[float], share: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def figures(stays: list[Stay]) -> dict[str, float]:
    """Minutes."""
    first = [stay.first / 60 for stay in stays if stay.first is not None]
    queued = [stay.queued / 60 for stay in stays]
    return {
        "items": len(stays),
        **{
            f"{what} {name}": figure(values) if values else 0.0
            for what, values in (("first", first), ("queued", queued))
            for name, figure in (
                ("mean", fmean),
                ("median", median),
                ("p90", lambda v: p(v, 0.9)),
                ("share", lambda v: sum(x > 0 for x in v) / len(v)),
            )
        },
    }


def scaled(workspace: Workspace, capacity: float) -> Workspace:
    return attrs.evolve(
        workspace,
        agents=[
            attrs.evolve(agent, capacity=max(1, round(agent.capacity * capacity)))
            for agent in workspace.agents
        ],
    )


def measured(part: Part, chosen: tuple[str, ...]) -> dict[str, dict]:
    """The figures of each variant."""
    found = import_log(part.log, part.path)
    workspace = scaled(found.workspace, part.capacity)
    log = [(n, at, command) for n, (at, command) in enumerate(found.commands)]
    start = log[0][1] + part.first * DAY
    end = start + part.days * DAY
    desk = Dispatcher(workspace)
    for _, at, command in log:
        if at >= start:
            break
        desk.handle(command, now=at)
    desk.advance(now=start)
    document = desk.snapshot()
    held = set(desk.items)
    within = [entry for entry in log if start <= entry[1] <= end]
    rows = {}
    for variant in chosen:
        again = Dispatcher.restore(document)
        watched: list[Observed] = []

        def watch(desk, apply, options=VARIANTS[variant], watched=watched):
            watched.append(Observed(desk, apply, options))
            return watched[0]

        events = list(replay(workspace, within, desk=again, until=end, rebalancing=watch))
        (seen,) = watched
        every, moved = stays_of(events, end)
        stays = [stay for item, stay in every.items() if item not in held]
        seconds = [plan.seconds for plan in seen.plans]
        rows[variant] = {
            "urgent": figures([stay for stay in stays if stay.priority <= URGENT]),
            "all": figures(stays),
            "spread": fmean(seen.spreads),
            "plans": len(seconds),
            "with moves": sum(bool(plan.moves) for plan in seen.plans) / max(1, len(seconds)),
            "moves per 100 items": 100 * moved / max(1, len(stays)),
            "of them to queues": sum(m.agent is None for plan in seen.plans for m in plan.moves)
            / max(1, moved),
            "plan mean": fmean(seconds) if seconds else 0.0,
            "plan p99": p(seconds, 0.99),
            "read mean": fmean(seen.reading) if seen.reading else 0.0,
            "optimal": sum(plan.status == "optimal" for plan in seen.plans) / max(1, len(seconds)),
        }
    return rows


HEAD = (
    "                   first assignment, min     queued in all, min      waited  spread moves/   "
    "to  plans  with  plan ms\n"
    "                      mean  median     p90      mean  median     p90  at all        100 it. "
    "queue        moves  mean  p99"
)


def line(variant: str, row: dict, which: str) -> str:
    one = row[which]
    waits = "  ".join(
        f"{one[f'{what} mean']:8.1f}{one[f'{what} median']:8.1f}{one[f'{what} p90']:8.1f}"
        for what in ("first", "queued")
    )
    return (
        f"{variant:<17} {waits} {one['queued share']:>7.1%} {row['spread']:>7.3f} "
        f"{row['moves per 100 items']:>6.1f} {row['of them to queues']:>6.0%} "
        f"{row['plans']:>6,} {row['with moves']:>5.0%} "
        f"{row['plan mean'] * 1e3:>5.0f} {row['plan p99'] * 1e3:>5.0f}"
    )


@click.command(help=__doc__.partition("\n")[0])
@click.option("--log", "logs", multiple=True, type=click.Choice(list(FILES)), default=list(FILES))
@click.option("--variant", "variants", multiple=True, type=click.Choice(list(VARIANTS)))
@click.option("--days", type=float, help="How many days each part lasts.")
@click.option("--json", "as_json", is_flag=True, help="All figures, as JSON.")
def main(logs, variants, days, as_json) -> None:
    every = []
    for part in PARTS:
        if part.log not in logs:
            continue
        if not part.path.exists():
            click.echo(f"{part.log}: skipped, the log is not at ../shared/data", err=True)
            continue
        if days is not None:
            part = attrs.evolve(part, days=days)  # noqa: PLW2901  # the same, shorter
        rows = measured(part, variants or tuple(VARIANTS))
        every.append({**attrs.asdict(part), "variants": rows})
        if as_json:
            continue
        less = "" if part.capacity == 1 else f", capacities x {part.capacity:g}"
        click.echo(f"\n{part.log}, days {part.first:g} to {part.first + part.days:g}{less}")
        for which, title in (("urgent", "P1 and P2"), ("all", "all items")):
            count = next(iter(rows.values()))[which]["items"]
            if count:
                click.echo(f"{title} ({count:,})\n{HEAD}")
                for variant, row in rows.items():
                    click.echo(line(variant, row, which))
    if as_json:
        click.echo(json.dumps(every, indent=1))


if __name__ == "__main__":
    main()
