"""Generalized assignment problems from a seed, by the published recipes.

Types C and D are those of Chu and Beasley (1997), type E is that of Laguna, Kelly, González-Velarde
and Glover (1995): weights and costs depend on the agent, capacities are 0.8 of what an even spread
would take, and in types D and E what is light for an agent is dear.

>>> gap("d", 5, 100, seed=1) == gap("d", 5, 100, seed=1)
True
"""

import numpy as np

from assignwork.solver import Holder, OpenItem, Problem

TYPES = ("c", "d", "e")
SIZES = ((5, 100), (10, 100), (20, 100), (10, 200), (20, 200), (20, 400))  # agents by items
TIGHT = 0.8
MISSING = 100_000  # what it costs to leave an item: far above any cost with an agent


def gap(kind, agents, items, *, seed):
    """A problem of that type: "c", "d" or "e".

    With a(i, j) the weight of item j with agent i, and c(i, j) its cost, all drawn independently:

    - C: a from 5 to 25, c from 10 to 50.
    - D: a from 1 to 100, c = 111 - a + e, e from -10 to 10.
    - E: a = 1 - 10 ln(u), u in (0, 1]; c = 1000 / a - 10 v, v in [0, 1].

    The capacity of agent i is 0.8 times the sum of a(i, j) over j ÷ agents; in type E at least the
    largest a(i, j).
    """
    rng = np.random.default_rng([seed, agents, items, TYPES.index(kind)])
    shape = (agents, items)
    if kind == "c":
        weights = rng.integers(5, 25, shape, endpoint=True)
        costs = rng.integers(10, 50, shape, endpoint=True)
    elif kind == "d":
        weights = rng.integers(1, 100, shape, endpoint=True)
        costs = 111 - weights + rng.integers(-10, 10, shape, endpoint=True)
    else:
        weights = (1 - 10 * np.log(1 - rng.random(shape))).astype(int)
        costs = (1000 / weights - 10 * rng.random(shape)).astype(int)
    capacities = (TIGHT * weights.sum(axis=1) / agents).astype(int)
    if kind == "e":
        capacities = np.maximum(capacities, weights.max(axis=1))
    names = [f"a{n}" for n in range(agents)]
    return Problem(
        items=[
            OpenItem(
                f"i{j}",
                "all",
                urgency=MISSING,
                weights=dict(zip(names, weights[:, j].tolist(), strict=True)),
                costs=dict(zip(names, costs[:, j].tolist(), strict=True)),
            )
            for j in range(items)
        ],
        agents=[
            Holder(name, capacity=capacity, primary=["all"])
            for name, capacity in zip(names, capacities.tolist(), strict=True)
        ],
        weights={
            "unassigned": 1,
            "fit": 0,
            "secondary": 0,
            "move": 0,
            "conversation": 0,
            "fairness": 0,
            "affinity": 0,
            "zone": 0,
        },
    )
