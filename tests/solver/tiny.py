"""Tiny random problems in which every rule of page 5 has something to say now and then.

An option that a problem may have is in it for all of its records or for none, so that plain
problems, which the faster engines take, are as frequent as crowded ones.
"""

from assignwork.solver import Problem

TEAMS = ("t0", "t1", "t2")
SKILLS = ("s0", "s1", "s2")
CHANNELS = ("chat", "voice")
DUE = (100.0, 200.0, 300.0)
SHIFT_ENDS = (None, 150.0, 200.0, 400.0)
ITEM_OPTIONS = (
    "weights_above_one",
    "conversations",
    "preferred_skills",
    "channels",
    "affinity",
    "only",
    "excluded",
    "due",
    "fixed",
    "own_weights",
    "own_costs",
)
AGENT_OPTIONS = ("absent", "rates", "closed", "team_limits", "channels", "secondary_limits", "due")
OTHER_OPTIONS = ("skills", "strangers", "together", "max_moves", "per_agent", "weights", "pins")


def few(random, names, chance):
    return [name for name in names if random.random() < chance]


def some_levels(random, names, chance, top):
    return {name: random.randint(1, top) for name in few(random, names, chance)}


def an_agent(random, name, options):
    secondary = few(random, TEAMS, 0.3)
    agent = {
        "id": name,
        "capacity": random.choice((1, 1, 2, 2, 3, 4, 7)),
        "primary": [team for team in few(random, TEAMS, 0.6) if team not in secondary],
        "secondary": secondary,
        "skills": some_levels(random, SKILLS, 0.7, 3),
    }
    draws = {
        "absent": lambda: {"accepts": random.random() < 0.7},
        "rates": lambda: {"receives": random.choice((None, 0, 1, 1, 2))},
        "closed": lambda: {"closed_teams": few(random, TEAMS, 0.2)},
        "team_limits": lambda: {"team_limits": some_levels(random, TEAMS, 0.4, 3)},
        "channels": lambda: {"channel_limits": some_levels(random, CHANNELS, 0.5, 2)},
        "secondary_limits": lambda: {"secondary_limit": random.choice((None, 1, 1, 2))},
        "due": lambda: {"shift_ends_at": random.choice(SHIFT_ENDS)},
    }
    for option, draw in draws.items():
        if option in options:
            agent |= draw()
    return agent


def an_item(random, name, agents, options):
    agent_ids = [agent["id"] for agent in agents]
    team = random.choice(TEAMS)
    item = {
        "id": name,
        "team": team,
        "priority": random.randint(1, 4),
        "urgency": random.choice((1, 1, 2, 3, 8)),
    }
    owners = [
        agent["id"]
        for agent in agents
        if "strangers" in options or team in (*agent["primary"], *agent["secondary"])
    ]
    if owners and random.random() < 0.6:
        item["owner"] = random.choice(owners)
    draws = {
        "weights_above_one": lambda: {"weight": random.randint(1, 3)},
        "conversations": lambda: {"in_conversation": random.random() < 0.4},
        "skills": lambda: {"skills": some_levels(random, SKILLS, 0.25, 2)},
        "preferred_skills": lambda: {"preferred_skills": few(random, SKILLS, 0.3)},
        "channels": lambda: {"channel": random.choice((None, *CHANNELS))},
        "affinity": lambda: {"preferred_agent": random.choice((None, *agent_ids))},
        "only": lambda: {"only_agent": random.choice((None, None, None, *agent_ids))},
        "excluded": lambda: {"excluded": few(random, agent_ids, 0.2)},
        "due": lambda: {"due_at": random.choice((None, *DUE))},
        "fixed": lambda: {"fixed": random.random() < 0.2},
        "own_weights": lambda: {"weights": some_levels(random, agent_ids, 0.3, 3)},
        "own_costs": lambda: {
            "costs": {agent: random.randint(-50, 80) for agent in few(random, agent_ids, 0.4)}
        },
    }
    for option, draw in draws.items():
        if option in options:
            item |= draw()
    if "pins" in options and random.random() < 0.2:
        item["pinned_to"] = item.get("owner") if item.get("fixed") else random.choice(agent_ids)
    return item


def some_weights(random):
    names = ("unassigned", "fit", "secondary", "move", "conversation", "fairness")
    names = (*names, "affinity", "zone")
    found = {name: random.choice((0, 1, 5, 20, 100)) for name in few(random, names, 0.5)}
    found["spread"] = random.choice(("convex", "convex", "lexicographic"))
    found["priorities"] = random.choice(("weighted", "weighted", "lexicographic"))
    return found


def tiny_problem(random, *, items=6, agents=4, plain=False, outcomes=5000):
    """A problem of at most that many items and agents, and about that many outcomes.

    Parameters
    ----------
    random : random.Random
    items, agents : int
        Most of each.
    plain : bool
        Without what only few engines take: limits, sets, budgets, pins, weights of an agent's own.
    outcomes : int
        Fewer items, so that no more combinations than that have to be tried.
    """
    common = ["conversations", "skills", "preferred_skills", "affinity", "due", "weights"]
    if plain:
        options = set(few(random, common, 0.5))
    else:
        rare = [*ITEM_OPTIONS, *AGENT_OPTIONS, *OTHER_OPTIONS]
        chance = random.choice((0.1, 0.25, 0.5))
        options = {name for name in dict.fromkeys(rare) if random.random() < chance}
    agent_count = random.randint(1, agents)
    item_count = random.randint(1, items)
    while (agent_count + 1) ** item_count > outcomes:
        item_count -= 1
    holders = [an_agent(random, f"a{n}", options) for n in range(agent_count)]
    open_items = [an_item(random, f"i{n}", holders, options) for n in range(item_count)]
    problem = {"items": open_items, "agents": holders}
    if "weights" in options:
        problem["weights"] = some_weights(random)
    if "together" in options:
        names = [item["id"] for item in open_items]
        random.shuffle(names)
        cut = random.randint(2, 3)
        problem["together"] = [names[:cut], names[cut : cut + 2]][: random.randint(1, 2)]
    if "max_moves" in options:
        problem["max_moves"] = random.choice((0, 1, 1, 2, 3))
    if "per_agent" in options:
        problem["max_moves_per_agent"] = random.choice((0, 1, 1, 2))
    return Problem.from_dict(problem)


def outcome_of(random, problem):
    """Any outcome, feasible or not, mostly near the present one so that some are feasible."""
    stay = random.choice((0.0, 0.5, 0.8))
    return [
        place if random.random() < stay else random.randint(-1, len(problem.agents) - 1)
        for place in problem.present
    ]
