"""Rebalancing told by hand: the rules and the costs of page 5, and every outcome tried.

Written from `docs/design/0005-readings-of-rebalancing.md` alone; the numbers below are its numbers.
It shares no code with the evaluator or the engines, is slow, and is meant for tiny problems. An
outcome has for each item the place of its holder in `Problem.agents`, or -1: nobody.
"""

from itertools import product
from math import ceil

NOBODY = -1


def agent_at(problem, place):
    return None if place == NOBODY else problem.agents[place]


def now(problem):
    """Who holds each item at present."""
    names = [agent.id for agent in problem.agents]
    return [NOBODY if item.owner is None else names.index(item.owner) for item in problem.items]


def units(item, agent):
    """What the item weighs with the agent."""
    return item.weights.get(agent.id, item.weight)


# --- 96: what it costs ----------------------------------------------------------------------------


def skill_sum(item, agent):
    """An agent's levels over what is required and preferred; a skill that is both counts once."""
    return sum(agent.skills.get(skill, 0) for skill in {*item.skills, *item.preferred_skills})


def is_skilled(item, agent):
    return all(agent.skills.get(skill, 0) >= level for skill, level in item.skills.items())


def is_member(item, agent):
    return item.team in agent.primary or item.team in agent.secondary


def levels_short(problem, item, agent):
    able = [one for one in problem.agents if is_member(item, one) and is_skilled(item, one)]
    best = max((skill_sum(item, one) for one in able), default=0)
    return max(0, best - skill_sum(item, agent))


def raised_urgency(problem, item):
    """With lexicographic priorities one item counts more than all behind its priority together."""
    if problem.weights.priorities != "lexicographic":
        return item.urgency
    behind = [one for one in problem.items if one.priority > item.priority]
    return item.urgency + sum(raised_urgency(problem, one) for one in behind)


def unit_cost(weights, capacity, k):
    """What the k-th unit costs, k from 1."""
    tenth = ceil(10 * k / capacity)
    if weights.spread == "lexicographic":
        return weights.fairness * 3 ** (min(tenth, 10) - 1)
    return weights.fairness * tenth


def fairness(problem, agent, load):
    return sum(unit_cost(problem.weights, agent.capacity, k) for k in range(1, load + 1))


def item_terms(problem, item, agent):
    """One item's cost with a holder (None: nobody), by term, as a dict; `fairness` is not here."""
    weights = problem.weights
    found = dict.fromkeys(
        ("unassigned", "fit", "secondary", "move", "affinity", "zone", "own"),
        0,
    )
    holder = None if agent is None else agent.id
    if item.owner is not None and holder != item.owner:
        found["move"] = weights.move + (weights.conversation if item.in_conversation else 0)
    if agent is None:
        steep = 3**9 if weights.spread == "lexicographic" else 1
        if item.owner is not None:
            found["move"] += weights.put_back
        found["unassigned"] = weights.unassigned * steep * raised_urgency(problem, item)
        return found
    found["fit"] = weights.fit * levels_short(problem, item, agent)
    if item.team not in agent.primary:
        found["secondary"] = weights.secondary
    if item.preferred_agent is not None and item.preferred_agent != holder:
        found["affinity"] = weights.affinity
    if item.due_at is not None and agent.shift_ends_at is not None:
        found["zone"] = weights.zone if agent.shift_ends_at < item.due_at else 0
    found["own"] = item.costs.get(holder, 0)
    return found


def loads(problem, outcome):
    found = [0] * len(problem.agents)
    for item, place in zip(problem.items, outcome, strict=True):
        if place != NOBODY:
            found[place] += units(item, problem.agents[place])
    return found


def terms(problem, outcome):
    """The whole outcome's cost, by term."""
    found = {}
    for item, place in zip(problem.items, outcome, strict=True):
        for term, cost in item_terms(problem, item, agent_at(problem, place)).items():
            found[term] = found.get(term, 0) + cost
    found["fairness"] = sum(
        fairness(problem, agent, load)
        for agent, load in zip(problem.agents, loads(problem, outcome), strict=True)
    )
    return found


# --- 92 to 95: what is allowed --------------------------------------------------------------------


def may_get(item, agent):
    """From the queue or from another, limits apart (87, 92)."""
    return (
        agent.accepts
        and agent.receives != 0  # C6 leaves him nothing
        and is_member(item, agent)
        and item.team not in agent.closed_teams
        and is_skilled(item, agent)
        and agent.id not in item.excluded
        and item.only_agent in (None, agent.id)
    )


def may_stand(item, agent):
    """Whether this one item may end there, whatever becomes of the others (91, 92, 94)."""
    holder = None if agent is None else agent.id
    if item.pinned_to is not None and holder != item.pinned_to:
        return False
    if item.fixed or holder == item.owner:
        return holder == item.owner
    return agent is None or may_get(item, agent)


def limits_touched(item, agent):
    """C3: name of each limit that the item touches at the agent, and how high it is."""
    found = {"capacity": agent.capacity}
    if item.team in agent.team_limits:
        found["team", item.team] = agent.team_limits[item.team]
    if item.channel is not None and item.channel in agent.channel_limits:
        found["channel", item.channel] = agent.channel_limits[item.channel]
    if item.team in agent.secondary and agent.secondary_limit is not None:
        found["secondary"] = agent.secondary_limit
    return found


def used(problem, outcome, place, limit):
    """Units at the agent that count for the limit."""
    agent = problem.agents[place]
    return sum(
        units(item, agent)
        for item, where in zip(problem.items, outcome, strict=True)
        if where == place
        and (
            limit in ("capacity", ("team", item.team), ("channel", item.channel))
            or (limit == "secondary" and item.team in agent.secondary)
        )
    )


def keeps_limits(problem, outcome):
    """Limits that something new touches hold on the outcome, and hold now (88, 92)."""
    before = now(problem)
    for item, place, owner in zip(problem.items, outcome, before, strict=True):
        if place in (NOBODY, owner):
            continue
        for limit, most in limits_touched(item, problem.agents[place]).items():
            if used(problem, outcome, place, limit) > most:
                return False
            if used(problem, before, place, limit) > most:
                return False
    return True


def keeps_rates(problem, outcome):
    """C6: how many items one agent gets."""
    before = now(problem)
    for place, agent in enumerate(problem.agents):
        gets = [p == place != q for p, q in zip(outcome, before, strict=True)]
        if agent.receives is not None and sum(gets) > agent.receives:
            return False
    return True


def keeps_together(problem, outcome):
    """93."""
    before = now(problem)
    names = [item.id for item in problem.items]
    for together in problem.together:
        places = [names.index(name) for name in together]
        holders = {outcome[place] for place in places}
        if len(holders) > 1 and any(outcome[place] != before[place] for place in places):
            return False
    return True


def moved(problem, outcome):
    """(owner, holder) of each item that had an owner and has another one, or none (95)."""
    before = now(problem)
    return [(p, q) for p, q in zip(before, outcome, strict=True) if p not in (NOBODY, q)]


def keeps_budgets(problem, outcome):
    moves = moved(problem, outcome)
    if problem.max_moves is not None and len(moves) > problem.max_moves:
        return False
    most = problem.max_moves_per_agent
    return most is None or all(
        sum(place in move for move in moves) <= most for place in range(len(problem.agents))
    )


def is_feasible(problem, outcome):
    return (
        all(
            may_stand(item, agent_at(problem, place))
            for item, place in zip(problem.items, outcome, strict=True)
        )
        and keeps_limits(problem, outcome)
        and keeps_rates(problem, outcome)
        and keeps_together(problem, outcome)
        and keeps_budgets(problem, outcome)
    )


# --- every outcome --------------------------------------------------------------------------------


def changes(problem, outcome):
    """How many items the outcome changes."""
    return sum(p != q for p, q in zip(outcome, now(problem), strict=True))


def combinations(problem):
    """How many outcomes `best` looks at."""
    count = 1
    for item in problem.items:
        count *= sum(may_stand(item, agent) for agent in (None, *problem.agents))
    return count


def best(problem):
    """(least cost, fewest items changed at that cost) of all feasible outcomes; None: none is.

    Costs of single items are looked up, so that whole outcomes need only be added up; what is
    cheaper than the best so far is then asked whether it is feasible.
    """
    places = range(NOBODY, len(problem.agents))
    costs = [
        {
            place: sum(item_terms(problem, item, agent_at(problem, place)).values())
            for place in places
            if may_stand(item, agent_at(problem, place))
        }
        for item in problem.items
    ]
    heaviest = sum(
        max((units(item, agent) for agent in problem.agents), default=0) for item in problem.items
    )
    held = [
        [fairness(problem, agent, load) for load in range(heaviest + 1)] for agent in problem.agents
    ]
    found = None
    for outcome in product(*costs):
        total = sum(cost[place] for cost, place in zip(costs, outcome, strict=True))
        total += sum(by_load[n] for by_load, n in zip(held, loads(problem, outcome), strict=True))
        candidate = total, changes(problem, outcome)
        if (found is None or candidate < found) and is_feasible(problem, outcome):
            found = candidate
    return found


def any_outcome(random, problem):
    """An outcome, feasible or not; mostly near the present one, so that some are feasible."""
    stay = random.choice((0.0, 0.5, 0.8))
    last = len(problem.agents) - 1
    return [p if random.random() < stay else random.randint(NOBODY, last) for p in now(problem)]
