"""Independent parts of a problem: teams that share no agent and no held item."""

from __future__ import annotations

import attrs

from assignwork.solver._union import Union
from assignwork.solver.problem import Problem

_Node = tuple[str, str]  # `team` or `agent`, and its id


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
    union = _joined(problem)
    agents: dict[_Node, list[int]] = {}
    for place, agent in enumerate(problem.agents):
        agents.setdefault(union.root(("agent", agent.id)), []).append(place)
    items: dict[_Node, list[int]] = {}
    for place, item in enumerate(problem.items):
        items.setdefault(union.root(("team", item.team)), []).append(place)
    if len(items) <= 1:
        return [problem]
    return [_part(problem, places, agents.get(key, [])) for key, places in items.items()]


def _part(problem: Problem, items: list[int], agents: list[int]) -> Problem:
    members = {problem.items[place].id for place in items}
    return attrs.evolve(
        problem,
        items=[problem.items[place] for place in items],
        agents=[problem.agents[place] for place in agents],
        together=[names for names in problem.together if names and names[0] in members],
    )


def _joined(problem: Problem) -> Union[_Node]:
    """Teams and agents, joined where one could touch the other."""
    union = Union[_Node]()
    for agent in problem.agents:
        for team in (*agent.primary, *agent.secondary):
            union.join(("team", team), ("agent", agent.id))
    for item in problem.items:
        for name in (item.owner, item.pinned_to):
            if name is not None:
                union.join(("team", item.team), ("agent", name))
    team_of = problem.item_places
    for names in problem.together:
        teams = [problem.items[team_of[name]].team for name in names]
        for team in teams[1:]:
            union.join(("team", team), ("team", teams[0]))
    return union
