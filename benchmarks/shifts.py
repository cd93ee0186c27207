"""Head counts and rosters: how long they take, beside pyworkforce on its own examples.

    python benchmarks/shifts.py [runs]

prints medians of so many runs (default 7), ours and theirs in turn, model building included; and
how near to the bound rosters of 20 to 60 agents over four weeks come in ten and thirty seconds.
"""

import math
import random
import statistics
import sys
from pathlib import Path
from time import perf_counter, process_time

from pyworkforce.rostering.binary_programming import MinHoursRoster
from pyworkforce.scheduling import MinAbsDifference, MinRequiredResources

from assignwork.staffing import Need, RosterProblem, needs_of, plan_roster, schedule_shifts

sys.path.append(str(Path(__file__).parents[1] / "tests" / "staffing" / "shifts"))

import examples_of_pyworkforce as examples

HOUR = 3600


def say(text=""):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def timed(*calls, runs, clock=perf_counter):
    """Median seconds of each call, taken in turn; one round to warm up."""
    seconds = [[] for _ in calls]
    for i in range(runs + 1):
        for call, found in zip(calls, seconds, strict=True):
            before = clock()
            call()
            if i:
                found.append(clock() - before)
    return [statistics.median(found) for found in seconds]


def week_of_72(seed):
    """168 hours that repeat, 24 starts of three lengths, on each of seven days."""
    dice = random.Random(seed)
    templates = [
        {"id": f"{start:02}+{length}", "hours": f"{start:02}:00-{(start + length) % 24:02}:00"}
        for start in range(24)
        for length in (6, 8, 10)
    ]
    required = [
        max(0, round(20 + 14 * math.sin((hour - 8) / 24 * 2 * math.pi) + dice.gauss(0, 3)))
        for hour in range(168)
    ]
    return lambda: schedule_shifts(templates, needs_of(required, interval=HOUR), circular=True)


def heads():
    """Theirs and ours of each example of head counts."""
    needs = needs_of([count for day in examples.REQUIRED for count in day], interval=HOUR)

    def ours(costs, **options):
        templates = [
            {"id": name, "hours": examples.hours(day), "most": examples.MOST, "cost": costs[name]}
            for name, day in examples.COVERAGE.items()
        ]
        return schedule_shifts(templates, needs, days=2, most_at_once=examples.MOST, **options)

    arguments = examples.head_arguments()
    ones = dict.fromkeys(examples.COVERAGE, 1)
    even = {"coverage": "soft", "weights": {"paid": 0, "shortage": 1, "overstaffing": 1}}
    return {
        "fewest agents": (
            lambda: MinRequiredResources(**arguments).solve(),
            lambda: ours(ones),
        ),
        "least cost": (
            lambda: MinRequiredResources(**arguments, cost_dict=examples.COSTS).solve(),
            lambda: ours(examples.COSTS),
        ),
        "least difference": (
            lambda: MinAbsDifference(**arguments).solve(),
            lambda: ours(ones, **even),
        ),
    }


def posts():
    """Theirs and ours of the example of a roster: 55 agents, a week."""
    from test_against_pyworkforce import BANNED, PEOPLE, roster_of  # noqa: PLC0415  # loads pytest

    bans = [{"agent": PEOPLE[i], "template": shift, "days": [day]} for i, shift, day in BANNED]
    return (
        lambda: MinHoursRoster(**examples.roster_arguments()).solve(),
        lambda: plan_roster(roster_of(bans=bans)),
    )


def roster(agents, days, seed=3):
    """Hourly needs with a skill, rest, days off, nights, wishes, a rotation on call."""
    dice = random.Random(seed)
    needs = []
    for day in range(days):
        for hour in range(24):
            base = agents * 0.28 * (0.35 if hour < 6 or hour >= 22 else 1)
            base *= 0.75 if day % 7 >= 5 else 1
            hours = f"{hour:02}:00-{hour + 1:02}:00"
            needs += [
                Need.on(day, hours, round(base * 0.6)),
                Need.on(day, hours, round(base * 0.3), "es"),
            ]
    fields = {"min_rest": 11 * HOUR, "max_days_in_a_row": 6, "max_nights_in_a_row": 3}
    return RosterProblem(
        days=days,
        starts_on="2026-01-05",
        agents=[
            {
                "id": f"a{i}",
                "skills": [["es"], ["fr"], []][i % 3],
                "contract": "full" if i % 5 else "part",
                "leave": [dice.randrange(days)] if i % 4 == 0 else [],
            }
            for i in range(agents)
        ],
        templates=[
            {"id": "early", "hours": "06:00-14:00"},
            {"id": "mid", "hours": "09:00-17:00"},
            {"id": "late", "hours": "14:00-22:00", "unpopular": True},
            {"id": "night", "hours": "22:00-06:00", "night": True, "unpopular": True},
            {"id": "short", "hours": "10:00-14:00"},
        ],
        contracts=[
            {"id": "full", "max_paid_per_week": 40 * HOUR, "days_off_in_a_row": 2, **fields},
            {"id": "part", "max_paid_per_week": 24 * HOUR, **fields},
        ],
        banned_sequences=[("night", None, "early")],
        wishes=[
            {"agent": f"a{dice.randrange(agents)}", "points": -60, "days": [dice.randrange(days)]}
            for _ in range(agents)
        ],
        demand=needs,
        coverage="soft",
        on_call=[{"id": "duty", "every": 3}],
    )


def main(runs=7):
    say("head counts                       wall time  processor time")
    for seed in (1, 2, 3):
        call = week_of_72(seed)
        (ours,) = timed(call, runs=runs)
        (busy,) = timed(call, runs=runs, clock=process_time)
        figures = f"{1e3 * ours:6.1f} ms {1e3 * busy:12.1f} ms"
        say(f"  168 h circular, 72 shift types  {figures}  {call().status}")
    say()
    say("examples of pyworkforce     theirs       ours")
    for name, (theirs, ours) in {**heads(), "roster": posts()}.items():
        a, b = timed(theirs, ours, runs=runs)
        say(f"  {name:20} {1e3 * a:9.1f} ms {1e3 * b:7.1f} ms")
    say()
    say("rosters, soft coverage    limit       cost      bound     gap")
    for agents, days in ((20, 7), (20, 28), (60, 28)):
        for seconds in (10, 30):
            found = plan_roster(roster(agents, days), time_limit=seconds)
            gap = "-" if found.gap is None else f"{100 * found.gap:.2f} %"
            figures = f"{found.cost:10,} {found.bound or 0:10,} {gap:>8}"
            say(f"  {agents} agents, {days:2} days   {seconds:5} s {figures}  {found.status}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
