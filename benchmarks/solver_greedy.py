"""Greedy assignment in pure Python, written to be fast: the optimizer's cheapest competitors.

Items are taken most urgent first (per unit of weight), and each gets whoever is cheapest for it by
the marginal cost now and has room, its owner or its preferred agent included, or nobody if that is
cheaper. With `owners_first` all items that have an owner stay with him, and only what waits is
given away. Nothing is looked at twice, nothing is proven, and there is no budget of moves.

`scan` looks at every agent who can take an item; `heaps` keeps the agents of each need in a heap by
their cost as last seen, which is right because loads only rise.
"""

from heapq import heapify, heappop, heapreplace

from solver_baselines import Answer, Watch, check_plain

from assignwork.solver import NOBODY, Problem


class _Tables:
    """What both look up: costs by need, what each load costs, the order of the items."""

    def __init__(self, problem: Problem) -> None:
        check_plain(problem)
        weights, agents = problem.weights, problem.agents
        ends = sorted({a.shift_ends_at for a in agents if a.shift_ends_at is not None})
        needs, of_item = {}, []
        for item in problem.items:
            after = 0 if item.due_at is None else sum(end < item.due_at for end in ends)
            need = item.team, item.skills, item.preferred_skills, after
            of_item.append(needs.setdefault(need, len(needs)))
        self.of_item = of_item
        self.costs = [_costs(problem, ends, *need) for need in needs]
        self.left = [
            cost + weights.put_back * (item.owner is not None)
            for cost, item in zip(problem.left_out, problem.items, strict=True)
        ]
        self.held = []
        for agent in agents:
            total, held = 0, [0]
            for units, each in weights.steps(agent.capacity, agent.capacity):
                for _ in range(units):
                    total += each
                    held.append(total)
            self.held.append(held)
        self.rooms = [agent.capacity for agent in agents]

    def order(self, problem):
        """Most urgent first."""
        left, items = self.left, problem.items
        return sorted(range(len(items)), key=lambda place: -left[place] / items[place].weight)


def _costs(problem, ends, team, skills, preferred, after):
    """Agent -> cost, for those who may get an item of this need, agents rising."""
    weights = problem.weights
    late = set(ends[:after])
    asked = {**skills, **dict.fromkeys(preferred, 0)}
    able = [
        (place, agent, sum(agent.skills.get(skill, 0) for skill in asked))
        for place, agent in enumerate(problem.agents)
        if (team in agent.primary or team in agent.secondary)
        and all(agent.skills.get(skill, 0) >= level for skill, level in skills.items())
    ]
    best = max((levels for _, _, levels in able), default=0)
    return {
        place: weights.fit * (best - levels)
        + (0 if team in agent.primary else weights.secondary)
        + (weights.zone if agent.shift_ends_at in late else 0)
        for place, agent, levels in able
    }


def scan(problem: Problem, *, owners_first: bool = False) -> Answer:
    """Every agent who can take the item is looked at."""
    watch = Watch()
    tables = _Tables(problem)
    watch.built()
    outcome, loads, order = _begin(problem, tables, owners_first=owners_first)
    items, places, weights = problem.items, problem.agent_places, problem.weights
    held, rooms, left = tables.held, tables.rooms, tables.left
    for place in order:
        item = items[place]
        weight = item.weight
        costs = tables.costs[tables.of_item[place]]
        owner = NOBODY if item.owner is None else places[item.owner]
        leaving = weights.move + weights.conversation * item.in_conversation if owner >= 0 else 0
        wanted = NOBODY if item.preferred_agent is None else places[item.preferred_agent]
        elsewhere = leaving + (weights.affinity if wanted >= 0 else 0)
        best, holder = left[place] + leaving, NOBODY
        for agent, cost in costs.items():
            load = loads[agent]
            if load + weight > rooms[agent]:
                continue
            by_load = held[agent]
            found = cost + by_load[load + weight] - by_load[load] + elsewhere
            if agent == owner:
                found -= leaving
            if agent == wanted:
                found -= weights.affinity
            if found < best:
                best, holder = found, agent
        if holder >= 0:
            loads[holder] += weight
            outcome[place] = holder
    watch.solved()
    return watch.answer(outcome)


def heaps(problem: Problem, *, owners_first: bool = False) -> Answer:  # noqa: C901  # calls cost
    """The cheapest agent of each need and weight stands on top of a heap."""
    watch = Watch()
    tables = _Tables(problem)
    by_need = {}
    watch.built()
    outcome, loads, order = _begin(problem, tables, owners_first=owners_first)
    items, places, weights = problem.items, problem.agent_places, problem.weights
    held, rooms, left, of_item = tables.held, tables.rooms, tables.left, tables.of_item
    for place in order:
        item = items[place]
        weight = item.weight
        need = of_item[place]
        costs = tables.costs[need]
        heap = by_need.get((need, weight))
        if heap is None:
            heap = [(cost, agent) for agent, cost in costs.items()]
            heapify(heap)
            by_need[need, weight] = heap
        owner = NOBODY if item.owner is None else places[item.owner]
        leaving = weights.move + weights.conversation * item.in_conversation if owner >= 0 else 0
        wanted = NOBODY if item.preferred_agent is None else places[item.preferred_agent]
        affinity = weights.affinity if wanted >= 0 else 0
        best, holder = left[place] + leaving, NOBODY
        while heap:
            seen, agent = heap[0]
            load = loads[agent]
            if load + weight > rooms[agent]:
                heappop(heap)
                continue
            by_load = held[agent]
            cost = costs[agent] + by_load[load + weight] - by_load[load]
            if cost > seen:
                heapreplace(heap, (cost, agent))
                continue
            if cost + leaving + affinity < best:
                best, holder = cost + leaving + affinity, agent
            break
        for agent in (owner, wanted):
            if agent < 0 or agent not in costs or loads[agent] + weight > rooms[agent]:
                continue
            by_load, load = held[agent], loads[agent]
            cost = costs[agent] + by_load[load + weight] - by_load[load]
            cost += (agent != owner) * leaving + (agent != wanted) * affinity
            if cost < best:
                best, holder = cost, agent
        if holder >= 0:
            loads[holder] += weight
            outcome[place] = holder
    watch.solved()
    return watch.answer(outcome)


def _begin(problem, tables, *, owners_first):
    """Outcome and loads to begin with, and the items that are to be looked at, in order."""
    order = tables.order(problem)
    outcome = [NOBODY] * len(problem.items)
    loads = [0] * len(problem.agents)
    if not owners_first:
        return outcome, loads, order
    outcome = list(problem.present)
    for place, holder in enumerate(outcome):
        if holder >= 0:
            loads[holder] += problem.items[place].weight
    return outcome, loads, [place for place in order if outcome[place] < 0]
