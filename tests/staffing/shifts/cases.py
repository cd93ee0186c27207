"""Random tiny rosters with all kinds of rules, and the best of each by trying all there are."""

import itertools
import random

from assignwork.staffing.shifts import Need, RosterProblem, check_roster

TEMPLATES = (
    {"id": "early", "hours": "06:00-14:00"},
    {"id": "late", "hours": "14:00-22:00", "unpopular": True},
    {"id": "night", "hours": ["22:00-02:00", "03:00-06:00"], "night": True, "unpopular": True},
    {"id": "short", "hours": "09:00-13:00", "cost": 100},
)
HOUR = 3600
MOST = 300
"""Assignments that are all tried."""


def maybe(dice, share, value):
    return value() if dice.random() < share else None


def contract(dice, name):
    fields = {
        "max_paid": lambda: HOUR * dice.choice([8, 12, 16, 24]),
        "min_paid": lambda: HOUR * dice.choice([4, 8]),
        "max_paid_per_week": lambda: HOUR * dice.choice([8, 16, 24]),
        "min_shifts": lambda: 1,
        "max_shifts": lambda: dice.choice([1, 2, 3]),
        "max_shifts_per_week": lambda: dice.choice([1, 2]),
        "max_days_in_a_row": lambda: dice.choice([1, 2]),
        "max_nights_in_a_row": lambda: dice.choice([0, 1, 2]),
        "min_rest": lambda: HOUR * dice.choice([9, 11, 24, 40]),
        "free_weekends": lambda: 1,
        "min_paid_per_week": lambda: HOUR * dice.choice([8, 16]),
        "days_off_per_week": lambda: dice.choice([1, 3, 5]),
        "days_off_in_a_row": lambda: dice.choice([2, 3, 4]),
    }
    made = {"id": name}
    for field, value in fields.items():
        if dice.random() < 0.2:
            made[field] = value()
    if made.get("min_paid", 0) > made.get("max_paid", 1e9):
        del made["min_paid"]
    if made.get("min_paid_per_week", 0) > made.get("max_paid_per_week", 1e9):
        del made["min_paid_per_week"]
    if made.get("min_shifts", 0) > made.get("max_shifts", 9):
        del made["min_shifts"]
    return made


def needs(dice, days, skills):
    found = []
    for day in range(days):
        for skill in dice.sample([None, *skills], dice.choice([0, 1, 1, 2] if skills else [0, 1])):
            hours = dice.choice(["08:00-12:00", "12:00-16:00", "20:00-24:00", "01:00-05:00"])
            found.append(
                Need.on(day, hours, dice.choice([0, 1, 1, 1, 2] if skills else [1]), skill)
            )
    return found


def shifts(dice, kinds):
    templates = [dict(template) for template in dice.sample(TEMPLATES, dice.choice(kinds))]
    for template in templates:
        if dice.random() < 0.15:
            template["most"] = 1
        if dice.random() < 0.1:
            template["skills"] = ["es"]
        if dice.random() < 0.1:
            template["weekdays"] = dice.sample(["mon", "tue", "thu", "fri", "sat"], 3)
    return templates


def person(dice, name, names, days):
    made = {
        "id": name,
        "skills": dice.sample(["es", "fr"], dice.choice([0, 1, 2])),
        "contract": dice.choice(["k", "k", "l", None]),
        "history": [dice.choice([None, *names]) for _ in range(dice.choice([0, 0, 1, 2]))],
    }
    if dice.random() < 0.15:
        made["leave"] = [dice.randrange(days)]
    if dice.random() < 0.1:
        made["unavailable"] = [(dice.randrange(days), "04:00-10:00")]
    if dice.random() < 0.1:
        made["templates"] = dice.sample(names, 1)
    return made


def wish(dice, ids, names, days):
    return {
        "agent": dice.choice(ids),
        "points": dice.choice([-300, -60, 60, 700]),
        "days": maybe(dice, 0.5, lambda: [dice.randrange(days)]),
        "templates": maybe(dice, 0.5, lambda: [dice.choice(names)]),
    }


def duty(dice, ids):
    return {
        "id": "duty",
        "days": dice.choice([1, 2]),
        "agents": 1,
        "every": dice.choice([1, 2]),
        "rest": HOUR * dice.choice([0, 8, 16]),
        "members": maybe(dice, 0.3, lambda: ids[:2]),
        "history": [[dice.choice(ids)]] if dice.random() < 0.5 else [],
    }


def rules(dice, ids, names, days):
    """Of the whole roster, each in some cases."""
    banned = [names[0], *dice.choices([*names, None], k=dice.choice([1, 1, 2]))]
    pin = {"agent": ids[0], "day": dice.randrange(days), "template": dice.choice([*names, None])}
    made = {
        "banned_sequences": (0.3, [banned]),
        "pins": (0.15, [pin]),
        "posts": (0.15, [{"template": names[0], "agents": 1, "days": [dice.randrange(days)]}]),
        "bans": (0.15, [{"agent": ids[-1], "template": names[0]}]),
        "most_at_once": (0.15, dice.choice([1, 2])),
        "wishes": (0.5, [wish(dice, ids, names, days) for _ in range(2)]),
        "on_call": (0.25 if len(ids) > 1 else 0, [duty(dice, ids)]),
    }
    return {name: value for name, (share, value) in made.items() if dice.random() < share}


def weights(dice):
    made = {"shortage": dice.choice([0, 1, 5, 20])}
    for name in ("overstaffing", "paid", "wishes", "hours"):
        if dice.random() < 0.5:
            made[name] = dice.choice([0, 1, 3])
    for name in ("unpopular", "weekends", "on_call"):
        if dice.random() < 0.5:
            made[name] = dice.choice([0, 100, 600])
    return made


def problem(dice, *, coverage=None, light=False):
    """A roster problem small enough to try everything; `light`: few and easy needs."""
    agents, days = dice.choice([(1, 5), (2, 3), (2, 3), (3, 2), (1, 7), (1, 8)])
    kinds = [1] if days > 6 else [1, 2, 2, 3] if days * agents < 6 else [1, 2]
    templates = shifts(dice, kinds)
    names = [template["id"] for template in templates]
    people = [person(dice, "abc"[i], names, days) for i in range(agents)]
    return RosterProblem(
        days=days,
        starts_on=dice.choice(["mon", "fri", "sat", "2026-01-09"]),
        agents=people,
        templates=templates,
        contracts=[contract(dice, "k"), contract(dice, "l")],
        demand=needs(dice, days, [] if light else ["es", "fr"]),
        coverage=coverage or dice.choice(["hard", "soft"]),
        weights=weights(dice),
        **rules(dice, [one["id"] for one in people], names, days),
    )


def cases(count, **options):
    """The first so many problems that are small enough."""
    found = []
    seed = 0
    while len(found) < count:
        seed += 1
        made = problem(random.Random(f"roster {seed}"), **options)
        size = (len(made.templates) + 1) ** (len(made.agents) * made.days)
        if size <= MOST:
            found.append(made)
    return found


def rosters(found, *, nobody=False):
    """All assignments, and all turns on call, that there could be; or also nobody on call."""
    names = [None, *(template.id for template in found.templates)]
    cells = [(agent.id, day) for agent in found.agents for day in range(found.days)]
    turns = [{}]
    for rotation in found.on_call:
        periods = len(rotation.periods(found.days))
        turns = [
            {rotation.id: [[name] if name else [] for name in who]}
            for who in itertools.product(
                [*found.members(rotation), *([None] if nobody else [])], repeat=periods
            )
        ]
    for chosen in itertools.product(names, repeat=len(cells)):
        work = [(*cell, name) for cell, name in zip(cells, chosen, strict=True) if name]
        for on_call in turns:
            yield work, on_call


def best(found):
    """The least cost of all rosters that keep the rules; None: there is none."""
    costs = (
        judged.cost
        for work, on_call in rosters(found)
        if not (judged := check_roster(found, work, on_call)).violations
    )
    return min(costs, default=None)
