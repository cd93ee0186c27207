"""What the optimizer is compared with: the same problems given to other solvers, and to greed.

Each baseline answers with an outcome, which the one Judge evaluates, and with the seconds for
building its model and for solving it. `Pairs`, the arrays that most of them start from, are made
before and timed apart: a cost for each item with each agent who may hold it. They know the rules
that `solver_instances` draws (teams, skills, capacity, all costs but an item's own) and refuse
others.

Where they differ:

- `dense`, `pair_flow`, `lsap` solve the whole problem, but only with unit weights and without a
  budget of moves.
- `highs` solves the whole problem: as a linear programme where that has whole solutions (unit
  weights, no budget), else as an integer programme within its time.
- `cp_sat` solves the whole problem, within its time.
- Those of `solver_greedy` prove nothing and look at each item once: an easier task.
"""

from functools import cached_property
from time import perf_counter, process_time

import attrs
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, linprog, milp

from assignwork.solver import NOBODY, Problem

PLAIN = {
    "items": ("channel", "only_agent", "excluded", "fixed", "pinned_to", "weights", "costs"),
    "agents": ("receives", "closed_teams", "team_limits", "channel_limits", "secondary_limit"),
}


@attrs.frozen
class Answer:
    """An outcome (None: none was found in time) and what it took.

    `build` and `solve` are seconds of processor time, of all threads; `wall` is the solving by the
    clock. `bound`: no outcome costs less, where the solver says so.
    """

    outcome: list | None
    build: float
    solve: float
    wall: float
    bound: float | None = None


class Watch:
    """Begins with the building; `built()` when that is done, then `answer()`."""

    def __init__(self) -> None:
        self._begin = process_time()

    def built(self) -> None:
        self._built, self._wall = process_time(), perf_counter()

    def solved(self) -> None:
        self._solved, self._done = process_time(), perf_counter()

    def answer(self, outcome, bound=None) -> Answer:
        """What was found; what the outcome was read from after `solved` is not counted."""
        build, solve = self._built - self._begin, self._solved - self._built
        return Answer(outcome, build, solve, self._done - self._wall, bound)


class Pairs:
    """Arrays with one entry for each item and each agent who may hold it, items rising.

    `item`, `agent`, `cost` by pair; `left` (cost of no holder), `weight`, `present` by item;
    `capacity` by agent. Costs are the Judge's without fairness.
    """

    def __init__(self, problem: Problem) -> None:
        check_plain(problem)
        start = process_time()
        self.problem = problem
        weights, items, agents = problem.weights, problem.items, problem.agents
        self.present = np.array(problem.present)
        self.weight = np.array([item.weight for item in items])
        self.capacity = np.array([agent.capacity for agent in agents])
        leaves = weights.move + weights.conversation * np.array([i.in_conversation for i in items])
        leaves = np.where(self.present >= 0, leaves, 0)
        put_back = np.where(self.present >= 0, weights.put_back, 0)
        self.left = np.array(problem.left_out) + leaves + put_back

        needs, of_item = {}, []
        for item in items:
            need = item.team, tuple(item.skills.items()), item.preferred_skills
            of_item.append(needs.setdefault(need, len(needs)))
        of_item = np.array(of_item)
        able, cost = _by_need(problem, list(needs))
        counts = able.sum(axis=1)
        size = counts[of_item]
        self.item = np.repeat(np.arange(len(items)), size)
        within = np.arange(len(self.item)) - np.repeat(np.cumsum(size) - size, size)
        starts = np.cumsum(counts) - counts
        self.agent = np.nonzero(able)[1][np.repeat(starts[of_item], size) + within]
        self.cost = cost[of_item[self.item], self.agent]

        due = np.array([-np.inf if item.due_at is None else item.due_at for item in items])
        ends = np.array([np.inf if a.shift_ends_at is None else a.shift_ends_at for a in agents])
        self.cost += weights.zone * (ends[self.agent] < due[self.item])
        places = problem.agent_places
        preferred = np.array([places.get(item.preferred_agent, NOBODY) for item in items])
        wanted = preferred[self.item]
        self.cost += weights.affinity * ((wanted >= 0) & (wanted != self.agent))
        self.moves = (self.present[self.item] >= 0) & (self.present[self.item] != self.agent)
        self.cost += self.moves * leaves[self.item]
        self.seconds = process_time() - start

    @cached_property
    def segments(self):
        """(agent, units, cost of each unit) of each stretch of equal cost of an agent's load."""
        found = [
            (place, units, each)
            for place, agent in enumerate(self.problem.agents)
            for units, each in self.problem.weights.steps(agent.capacity, agent.capacity)
        ]
        return tuple(np.array(column) for column in zip(*found, strict=True))

    def outcome(self, chosen):
        """The outcome in which these pairs hold."""
        found = np.full(len(self.left), NOBODY)
        found[self.item[chosen]] = self.agent[chosen]
        return found.tolist()

    def refuse_weights(self) -> None:
        if (self.weight != 1).any() or self.problem.max_moves is not None:
            raise ValueError("unit weights and no budget only")


def check_plain(problem: Problem) -> None:
    """Refuse what the baselines do not know."""
    for field, names in PLAIN.items():
        for record in getattr(problem, field):
            for name in names:
                if getattr(record, name):
                    raise ValueError(f"{field}: the baselines do not know {name}")
    if problem.together or problem.max_moves_per_agent is not None:
        raise ValueError("the baselines do not know sets, nor budgets per agent")


def _by_need(problem, needs):
    """Needs by agents: who may hold it, and what its skills and its team cost there."""
    weights, agents = problem.weights, problem.agents
    able = np.zeros((len(needs), len(agents)), dtype=bool)
    cost = np.zeros((len(needs), len(agents)), dtype=np.int64)
    for row, (team, required, preferred) in enumerate(needs):
        asked = dict.fromkeys([name for name, _ in required] + list(preferred))
        short = np.zeros(len(agents), dtype=np.int64)
        for place, agent in enumerate(agents):
            if team not in agent.primary:
                cost[row, place] = weights.secondary
                if team not in agent.secondary:
                    continue
            own = agent.skills
            able[row, place] = all(own.get(name, 0) >= level for name, level in required)
            short[place] = sum(own.get(name, 0) for name in asked)
        best = short[able[row]].max(initial=0)
        cost[row] += weights.fit * np.maximum(best - short, 0)
    return able, cost


def dense(pairs: Pairs) -> Answer:
    """scipy's `linear_sum_assignment`: a column for each place, and as many for none as items."""
    pairs.refuse_weights()
    watch = Watch()
    agent, units, each = pairs.segments
    slot_agent, slot_cost = np.repeat(agent, units), np.repeat(each, units)
    count, slots = len(pairs.left), len(slot_agent)
    by_agent = np.full((count, len(pairs.capacity)), np.inf)
    by_agent[pairs.item, pairs.agent] = pairs.cost
    matrix = np.empty((count, slots + count))
    np.take(by_agent, slot_agent, axis=1, out=matrix[:, :slots])
    matrix[:, :slots] += slot_cost
    matrix[:, slots:] = pairs.left[:, None]  # any of them: dearer for none, so the optimum is same
    watch.built()
    _, columns = linear_sum_assignment(matrix)
    watch.solved()
    outcome = [int(slot_agent[c]) if c < slots else NOBODY for c in columns.tolist()]
    return watch.answer(outcome)


def pair_flow(pairs: Pairs) -> Answer:
    """A minimum-cost flow with one arc per pair."""
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415  # as in the library

    pairs.refuse_weights()
    watch = Watch()
    count, agents = len(pairs.left), len(pairs.capacity)
    sink = count + agents
    agent, units, each = pairs.segments
    flow = min_cost_flow.SimpleMinCostFlow()
    ones = np.ones(len(pairs.item), dtype=np.int64)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        pairs.item, count + pairs.agent, ones, pairs.cost
    )
    every = np.arange(count)
    none = np.full(count, sink)
    flow.add_arcs_with_capacity_and_unit_cost(every, none, ones[:1].repeat(count), pairs.left)
    flow.add_arcs_with_capacity_and_unit_cost(count + agent, np.full(len(agent), sink), units, each)
    flow.set_nodes_supplies(every, ones[:1].repeat(count))
    flow.set_node_supply(sink, -count)
    watch.built()
    status = flow.solve()
    watch.solved()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the flow answered {status}")
    outcome = pairs.outcome(np.flatnonzero(flow.flows(arcs)))
    return watch.answer(outcome, flow.optimal_cost())


def lsap(pairs: Pairs) -> Answer:
    """OR-Tools' assignment of equal sides: each place and each item once more on the other side.

    An item goes to a place of its pairs or to its own twin; a place's twin takes what is left over.
    """
    from ortools.graph.python import linear_sum_assignment as lsa  # noqa: PLC0415  # as above

    pairs.refuse_weights()
    watch = Watch()
    agent, units, each = pairs.segments
    slot_agent, slot_cost = np.repeat(agent, units), np.repeat(each, units)
    count, slots = len(pairs.left), len(slot_agent)
    size = pairs.capacity[pairs.agent]
    firsts = np.cumsum(pairs.capacity) - pairs.capacity
    item = np.repeat(pairs.item, size)
    slot = np.arange(len(item)) - np.repeat(np.cumsum(size) - size, size)
    slot += np.repeat(firsts[pairs.agent], size)
    every, places = np.arange(count), np.arange(slots)
    solver = lsa.SimpleLinearSumAssignment()
    # left: items, then twins of places; right: places, then twins of items
    cost = np.repeat(pairs.cost, size) + slot_cost[slot]
    solver.add_arcs_with_cost(item, slot, cost)
    solver.add_arcs_with_cost(every, slots + every, pairs.left)
    solver.add_arcs_with_cost(count + places, places, np.zeros(slots, dtype=np.int64))
    solver.add_arcs_with_cost(count + slot, slots + item, np.zeros(len(item), dtype=np.int64))
    watch.built()
    status = solver.solve()
    watch.solved()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the assignment answered {status}")
    mates = [solver.right_mate(place) for place in range(count)]
    outcome = [int(slot_agent[mate]) if mate < slots else NOBODY for mate in mates]
    return watch.answer(outcome, solver.optimal_cost())


def highs(pairs: Pairs, *, seconds: float = 60.0) -> Answer:
    """scipy's HiGHS: pairs, items without holder and stretches of load as variables."""
    watch = Watch()
    agent, units, each = pairs.segments
    count, agents, size = len(pairs.left), len(pairs.capacity), len(pairs.item)
    cost = np.concatenate([pairs.cost, pairs.left, each])
    upper = np.concatenate([np.ones(size + count), units])
    held_once = sparse.hstack(
        [
            sparse.csr_array((np.ones(size), (pairs.item, np.arange(size))), (count, size)),
            sparse.eye_array(count),
            sparse.csr_array((count, len(agent))),
        ]
    )
    loads = sparse.hstack(
        [
            sparse.csr_array(
                (pairs.weight[pairs.item], (pairs.agent, np.arange(size))), (agents, size)
            ),
            sparse.csr_array((agents, count)),
            sparse.csr_array((-np.ones(len(agent)), (agent, np.arange(len(agent))))),
        ]
    )
    equal = sparse.vstack([held_once, loads]).tocsr()
    right = np.concatenate([np.ones(count), np.zeros(agents)])
    if (pairs.weight == 1).all() and pairs.problem.max_moves is None:
        watch.built()
        found = linprog(
            cost,
            A_eq=equal,
            b_eq=right,
            bounds=np.column_stack([np.zeros(len(cost)), upper]),
            method="highs-ds",
            options={"time_limit": seconds},
        )
        bound = found.fun
    else:
        rows = [LinearConstraint(equal, right, right)]
        if pairs.problem.max_moves is not None:
            moves = np.concatenate([pairs.moves, pairs.present >= 0, np.zeros(len(agent))])
            rows.append(LinearConstraint(moves[None, :].astype(float), ub=pairs.problem.max_moves))
        kinds = np.concatenate([np.ones(size + count), np.zeros(len(agent))])
        watch.built()
        found = milp(
            cost,
            integrality=kinds,
            bounds=Bounds(0, upper),
            constraints=rows,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        bound = found.mip_dual_bound
    watch.solved()
    if found.x is None:
        return watch.answer(None, bound)
    outcome = pairs.outcome(np.flatnonzero(found.x[:size] > 0.5))
    return watch.answer(outcome, bound)


def cp_sat(pairs: Pairs, *, seconds: float = 60.0, workers: int = 2) -> Answer:
    """The whole problem as one CP-SAT model, as one writes it down; wall time is limited."""
    from ortools.sat.python import cp_model  # noqa: PLC0415  # as in the library

    watch = Watch()
    model = cp_model.CpModel()
    count, size = len(pairs.left), len(pairs.item)
    held = [model.new_bool_var("") for _ in range(size)]
    none = [model.new_bool_var("") for _ in range(count)]
    by_item = [[none[place]] for place in range(count)]
    by_agent = [([], []) for _ in pairs.capacity]
    weight = pairs.weight.tolist()
    where = zip(held, pairs.item.tolist(), pairs.agent.tolist(), strict=True)
    for literal, place, holder in where:
        by_item[place].append(literal)
        by_agent[holder][0].append(literal)
        by_agent[holder][1].append(weight[place])
    for literals in by_item:
        model.add_exactly_one(literals)
    stretches = [[] for _ in pairs.capacity]
    steps = []
    agent, units, each = pairs.segments
    for holder, most in zip(agent.tolist(), units.tolist(), strict=True):
        steps.append(model.new_int_var(0, most, ""))
        stretches[holder].append(steps[-1])
    for (literals, sizes), parts in zip(by_agent, stretches, strict=True):
        model.add(cp_model.LinearExpr.weighted_sum(literals, sizes) == sum(parts))
    if pairs.problem.max_moves is not None:
        moving = [held[pair] for pair in np.flatnonzero(pairs.moves).tolist()]
        moving += [none[place] for place in np.flatnonzero(pairs.present >= 0).tolist()]
        model.add(sum(moving) <= pairs.problem.max_moves)
    costs = [*pairs.cost.tolist(), *pairs.left.tolist(), *each.tolist()]
    model.minimize(cp_model.LinearExpr.weighted_sum([*held, *none, *steps], costs))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    watch.built()
    status = solver.solve(model)
    watch.solved()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return watch.answer(None)
    chosen = [pair for pair, literal in enumerate(held) if solver.boolean_value(literal)]
    return watch.answer(pairs.outcome(chosen), solver.best_objective_bound)
