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
from assignwork.solver._standing import Standing
from assignwork.solver._union import Union
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
    union = Union[int]()
    of_group = []
    for number, ((hub, owner), members) in enumerate(groups):
        agents = columns.hubs[hub].able.tolist() + ([owner] if owner != NOBODY else [])
        if first + number in cut and agents:
            for agent in agents[1:]:
                union.join(agent, agents[0])
            of_group.append((agents[0], members))
    items: defaultdict[int, list[int]] = defaultdict(list)
    for agent, members in of_group:
        items[union.root(agent)] += members
    agents_of: defaultdict[int, list[int]] = defaultdict(list)
    for agent in sorted(full):
        agents_of[union.root(agent)].append(agent)
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
    hub_of = dict(zip(columns.free.tolist(), columns.hub.tolist(), strict=True))
    short_of = {place: entry for entry in shortages(columns) for place in entry.items}
    standing = Standing(judge, outcome)
    found = []
    for place in left:
        item = judge.problem.items[place]
        if item.fixed:
            found.append(_leftover(item.id, "fixed", "it is fixed in the queue"))
            continue
        agents = columns.hubs[hub_of[place]].able.tolist()
        if not agents and judge.present[place] == NOBODY:
            found.append(_leftover(item.id, "no_agent", _nobody(judge, place)))
        elif place in short_of and not _roomy(standing, place, agents):
            found.append(_full(judge, item.id, short_of[place]))
        else:
            found.append(_leftover(item.id, *_other_reason(standing, place, agents)))
    return tuple(found)


def _roomy(standing: Standing, place: int, agents: list[int]) -> list[int]:
    """Of these agents, who has room for the item under the outcome."""
    weight = standing.judge.weight
    capacity = [agent.capacity for agent in standing.problem.agents]
    return [a for a in agents if capacity[a] - standing.loads[a] >= weight(place, a)]


def _other_reason(standing: Standing, place: int, agents: list[int]) -> tuple[str, str]:
    """Why an item is left over though no set of agents is over-full."""
    judge = standing.judge
    problem = judge.problem
    roomy = _roomy(standing, place, agents)
    for agent in roomy:
        if standing.fits(dict.fromkeys(standing.set_of(place), agent)):
            name = problem.agents[agent].id
            return "costs", f"held by {name} it would cost more than waiting does"
    if roomy:
        return "limits", "who has room for it is stopped by another limit or budget"
    largest = max((problem.agents[agent].capacity for agent in agents), default=0)
    if all(judge.weight(place, agent) > problem.agents[agent].capacity for agent in agents):
        weight = problem.items[place].weight
        return "limits", f"it weighs {weight}, and who may get it can hold {largest} at most"
    most = max((problem.agents[a].capacity - standing.loads[a] for a in agents), default=0)
    of = f"{len(agents)} agents" if len(agents) > 1 else "the one agent"
    return "costs", (
        f"it weighs {problem.items[place].weight}, and of {of} who may get it none has more than "
        f"{max(0, most)} free; making room would cost more than it does waiting"
    )


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
        reasons[reason or "he is over a limit, and gets nothing until he is below it"] += 1
    if not reasons:
        return "there is no agent"
    told = sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))
    return "nobody may get it: " + "; ".join(f"{text} ({n})" for text, n in told)
