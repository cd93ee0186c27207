"""Independent parts of a problem: teams that share no agent and no held item."""

from __future__ import annotations

import attrs

from assignwork.solver.problem import Problem


def components(problem: Problem) -> list[Problem]:
    """The problem cut into parts that cannot touch each other, or itself where it hangs together.

    A budget of moves over all, or priorities that are compared across all items, hang it together.

    Examples
    --------
    >>> from assignwork.solver import Problem
    >>> two = Problem(
    ...     items=[{"id": "a", "team": "s"}, {"id": "b", "team": "t"}],
    ...     agents=[{"id": "x", "capacity": 1, "primary": ["s"]},
    ...             {"id": "y", "capacity": 1, "primary": ["t"]}],
    ... )
    >>> [[item.id for item in part.items] for part in components(two)]
    [['a'], ['b']]
    """
    if problem.max_moves is not None or problem.weights.priorities != "weighted":
        return [problem]
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for agent in problem.agents:
        for team in (*agent.primary, *agent.secondary):
            parent[root(("team", team))] = root(("agent", agent.id))
    pairs = set()
    for item in problem.items:
        pairs.add((item.team, item.owner))
        pairs.add((item.team, item.pinned_to))
    for team, name in sorted(pairs, key=str):
        if name is not None:
            parent[root(("team", team))] = root(("agent", name))
    for names in problem.together:
        first = problem.items[problem.item_places[names[0]]].team if names else ""
        for name in names[1:]:
            team = problem.items[problem.item_places[name]].team
            parent[root(("team", team))] = root(("team", first))
    agents: dict[tuple[str, str], list[int]] = {}
    for place, agent in enumerate(problem.agents):
        agents.setdefault(root(("agent", agent.id)), []).append(place)
    items: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(problem.items):
        items.setdefault(root(("team", item.team)), []).append(place)
    if len(items) <= 1:
        return [problem]
    parts = []
    for key, places in items.items():
        names = {problem.items[place].id for place in places}
        parts.append(
            attrs.evolve(
                problem,
                items=[problem.items[place] for place in places],
                agents=[problem.agents[place] for place in agents.get(key, ())],
                together=[s for s in problem.together if s and s[0] in names],
            )
        )
    return parts
