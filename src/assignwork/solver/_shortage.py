"""Why items have no holder: nobody may get them, or all who may are full (a Hall set).

Of all free items as demand and all agents' room as places, a minimum cut of the flow that asks only
for feasibility names a set of agents and the items that can go nowhere else, whose demand is above
the places. Found over groups of items with the same possible agents.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from assignwork.solver._columns import Columns
from assignwork.solver.evaluation import NOBODY, Judge
from assignwork.solver.plan import Leftover

LISTED = 8


class Shortage(NamedTuple):
    """An over-full set: these items can only go to these agents."""

    items: frozenset[int]
    agents: tuple[int, ...]
    places: int
    demand: int


def shortages(columns: Columns) -> list[Shortage]:
    """The over-full sets of agents; empty: all items would find a place, split if need be."""
    from ortools.graph.python import max_flow  # noqa: PLC0415  # only where something is left over

    kinds: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (hub, owner) in enumerate(
        zip(columns.hub.tolist(), columns.owner.tolist(), strict=True)
    ):
        kinds[hub, owner].append(index)
    groups = list(kinds.items())
    count = columns.count
    source, sink, first = count + len(groups), count + len(groups) + 1, count
    plenty = int(columns.weight.sum()) + 1
    tails, heads, capacities = [], [], []
    for number, ((hub, owner), members) in enumerate(groups):
        agents = columns.hubs[hub].able.tolist()
        if owner != NOBODY and owner not in agents:
            agents.append(owner)
        tails += [source, *[first + number] * len(agents)]
        heads += [first + number, *agents]
        capacities += [int(columns.weight[members].sum()), *[plenty] * len(agents)]
    tails += list(range(count))
    heads += [sink] * count
    capacities += columns.room.tolist()
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(
        np.array(tails), np.array(heads), np.array(capacities, dtype=np.int64)
    )
    if flow.solve(source, sink) != flow.OPTIMAL:
        return []
    cut = set(flow.get_source_side_min_cut())
    return _split(columns, groups, {a for a in range(count) if a in cut}, first, cut)


def _split(
    columns: Columns,
    groups: list[tuple[tuple[int, int], list[int]]],
    full: set[int],
    first: int,
    cut: set[int],
) -> list[Shortage]:
    """The source side of the cut as its independent parts."""
    parent = {agent: agent for agent in full}

    def root(agent: int) -> int:
        while parent[agent] != agent:
            agent = parent[agent] = parent[parent[agent]]
        return agent

    of_group = []
    for number, ((hub, owner), members) in enumerate(groups):
        if first + number not in cut:
            continue
        agents = columns.hubs[hub].able.tolist() + ([owner] if owner != NOBODY else [])
        if not agents:
            continue
        for agent in agents[1:]:
            parent[root(agent)] = root(agents[0])
        of_group.append((agents[0], members))
    items: defaultdict[int, list[int]] = defaultdict(list)
    for agent, members in of_group:
        items[root(agent)] += members
    agents_of: defaultdict[int, list[int]] = defaultdict(list)
    for agent in sorted(full):
        agents_of[root(agent)].append(agent)
    found = []
    for key in sorted(items):
        demand = int(columns.weight[items[key]].sum())
        places = int(columns.room[agents_of[key]].sum())
        if demand > places:
            found.append(
                Shortage(
                    frozenset(columns.free[items[key]].tolist()),
                    tuple(agents_of[key]),
                    places,
                    demand,
                )
            )
    return found


def leftovers(columns: Columns, judge: Judge, outcome: list[int]) -> tuple[Leftover, ...]:
    """Each item without holder, with the reason."""
    left = [place for place, holder in enumerate(outcome) if holder == NOBODY]
    if not left:
        return ()
    problem = judge.problem
    able = dict(zip(columns.free.tolist(), columns.hub.tolist(), strict=True))
    sets = None
    loads = judge.loads(outcome)
    found = []
    for place in left:
        item = problem.items[place]
        if item.fixed:
            found.append(_leftover(item.id, "fixed", "it is fixed in the queue"))
            continue
        agents = columns.hubs[able[place]].able.tolist()
        if not agents and columns.outcome[place] == NOBODY:
            found.append(_leftover(item.id, "no_agent", _nobody(judge, place)))
            continue
        if sets is None:
            sets = shortages(columns)
        short = next((entry for entry in sets if place in entry.items), None)
        if short is not None:
            found.append(_full(judge, item.id, short))
            continue
        free = [
            a for a in agents if loads[a] + judge.weight(place, a) <= problem.agents[a].capacity
        ]
        if free:
            text = f"with {problem.agents[free[0]].id} it would cost more than it does waiting"
            why = "costs"
            if not _fits(judge, outcome, place, free):
                why, text = "limits", "another limit or budget leaves no way"
            found.append(_leftover(item.id, why, text))
        else:
            text = "all who may get it are full with what costs more to leave"
            found.append(_leftover(item.id, "costs", text))
    return tuple(found)


def _fits(judge: Judge, outcome: list[int], place: int, agents: list[int]) -> bool:
    """Whether any of these agents could take the item besides what he has."""
    from assignwork.solver._standing import Standing  # noqa: PLC0415  # seldom asked

    standing = Standing(judge, outcome)
    return any(standing.fits(dict.fromkeys(standing.set_of(place), agent)) for agent in agents)


def _leftover(item: str, why: str, reason: str) -> Leftover:
    return Leftover(item, why, (), None, None, reason)


def _full(judge: Judge, item: str, short: Shortage) -> Leftover:
    problem = judge.problem
    names = tuple(problem.agents[agent].id for agent in short.agents)
    listed = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
    count = len(short.items)
    reason = (
        f"{count} {'items' if count > 1 else 'item'} of {short.demand} units can only go to "
        f"{'these' if len(names) > 1 else 'this'} {len(names)} "
        f"{'agents' if len(names) > 1 else 'agent'} ({listed}), who "
        f"{'have' if len(names) > 1 else 'has'} room for {short.places}: "
        f"{short.demand - short.places} short"
    )
    return Leftover(item, "full", names, short.places, short.demand, reason)


def _nobody(judge: Judge, place: int) -> str:
    """Nobody may get the item: what stops most agents."""
    reasons: defaultdict[str, int] = defaultdict(int)
    for holder in range(len(judge.problem.agents)):
        reason = judge.why_not(place, holder)
        if reason is not None:
            reasons[reason] += 1
    if not reasons:
        return "there is no agent"
    told = sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))
    return "nobody may get it: " + "; ".join(f"{text} ({n})" for text, n in told)
