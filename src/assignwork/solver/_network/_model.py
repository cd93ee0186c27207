"""The flow of some items of a problem: its nodes, its arcs, what they cost, and its answer."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from assignwork.errors import AssignworkError, CostRangeError
from assignwork.solver._columns import Columns, Numbers
from assignwork.solver._load_steps import by_block, by_unit
from assignwork.solver._network._entries import Entries
from assignwork.solver._network._groups import Groups
from assignwork.solver._network._holders import Shares, holders_of

RANGE = 2**62
"""Beyond this no sum of costs may lie, the solver's own scaling included."""
FINEST = 360_360
"""The finest fraction of a unit's cost: all weights up to 15 divide it."""


class Answer(NamedTuple):
    """What a flow says.

    `holders` are by selected item, -1: nobody; `cost` is the flow's own, in the objective's units
    (a fraction only for the relaxation, rounded up).
    """

    holders: Numbers
    cost: int


class Network:
    """The flow of some items of a problem, the others standing where `outcome` has them.

    Parameters
    ----------
    columns : Columns
    chosen : (k,) indices into `columns.free`
    outcome : (f,) holders of all free items; only those not chosen are looked at
    price : int
        Added to what each move costs.
    relaxed : bool
        Whether items may be split: then items of any weights may be chosen; else all have one.
    """

    def __init__(
        self,
        columns: Columns,
        chosen: Numbers,
        outcome: Numbers,
        *,
        price: int = 0,
        relaxed: bool = False,
        ties: bool = True,
    ) -> None:
        self._columns = columns
        self._chosen = chosen
        self._relaxed = relaxed
        self._price = price
        weight = columns.weight[chosen]
        self._unit = 1 if relaxed or not len(chosen) else int(weight[0])
        self._others = self._load_of_others(outcome)
        self._tails: list[Numbers] = []
        self._heads: list[Numbers] = []
        self._capacities: list[Numbers] = []
        self._costs: list[Numbers] = []
        self.arcs = 0
        self._groups = Groups(columns, chosen, by_weight=relaxed)
        self._choose_scale(ties=ties)
        self._lay_out(outcome)

    def _load_of_others(self, outcome: Numbers) -> Numbers:
        columns = self._columns
        others = np.ones(len(columns.free), dtype=bool)
        others[self._chosen] = False
        self._other = others & (outcome >= 0)
        held = outcome[self._other]
        load = np.bincount(held, weights=columns.weight[self._other], minlength=columns.count)
        return load.astype(np.int64)

    def _choose_scale(self, *, ties: bool) -> None:
        """Multiples of costs that the solver can hold: for fractions of a unit, and against ties.

        Where units do not divide costs, or the multiple would be too large, costs per unit are
        rounded down: a bound stays a bound.
        """
        columns = self._columns
        groups = self._groups
        nodes = len(groups.starts) + len(groups.hubs) + 2 * columns.count + len(columns.sub) + 1
        most = RANGE // (nodes * (columns.dearest + self._price + 1))
        if most < 1:
            raise CostRangeError(
                f"an item may cost {columns.dearest + self._price}, too much for {nodes} nodes",
                value=columns.dearest + self._price,
                limit=RANGE // nodes,
                remedy="give smaller weights, urgencies or own costs",
            )
        self.scale = self._ties = 1
        if self._relaxed and len(self._chosen):
            weights = np.unique(columns.weight[self._chosen]).tolist()
            self.scale = min(math.lcm(*weights), FINEST, most)
        elif ties:
            self._ties = len(self._chosen) + 1 if len(self._chosen) < most else 1

    # --- nodes and arcs ------------------------------------------------------------------------

    def _lay_out(self, outcome: Numbers) -> None:
        columns = self._columns
        groups = self._groups
        self._hub_base = len(groups.starts)
        self._agent_base = self._hub_base + len(groups.hubs)
        self._entries = Entries(
            columns,
            outcome,
            self._other,
            {columns.hubs[hub].team for hub in groups.hubs.tolist()},
            base=self._agent_base,
            nodes=self._agent_base + columns.count,
            unit=self._unit,
            by_weight=self._relaxed,
        )
        free = np.zeros(len(self._entries.tails), dtype=np.int64)
        self._add(self._entries.tails, self._entries.heads, self._entries.capacities, free)
        self.sink = self._entries.nodes
        self._supply = groups.sizes * groups.weight if self._relaxed else groups.sizes
        self._own_arcs()
        self._preferred_arcs()
        self._hub_arcs()
        self._unassigned_arcs()
        self._agent_arcs()

    def _add(self, tails: Numbers, heads: Numbers, capacities: Numbers, costs: Numbers) -> slice:
        self._tails.append(tails)
        self._heads.append(heads)
        self._capacities.append(capacities)
        self._costs.append(costs)
        first = self.arcs
        self.arcs += len(tails)
        return slice(first, self.arcs)

    def _scaled(self, costs: Numbers, weight: Numbers | int, changes: Numbers | int) -> Numbers:
        """Costs of an item as costs of a unit of flow; changes break ties."""
        per_unit: Numbers = costs * self.scale
        if self._relaxed:
            per_unit = per_unit // weight
        return per_unit if self._ties == 1 else per_unit * self._ties + changes

    def _own_arcs(self) -> None:
        """Staying with its owner."""
        columns = self._columns
        groups = self._groups
        self._stays = np.flatnonzero(groups.owner >= 0)
        owner = groups.owner[self._stays]
        cost = np.empty(len(owner), dtype=np.int64)
        heads = np.empty(len(owner), dtype=np.int64)
        hub_of = groups.hub[self._stays]
        order = np.argsort(hub_of, kind="stable")
        cuts = np.flatnonzero(np.diff(hub_of[order])) + 1
        entries: dict[tuple[str, str | None], Numbers] = {}
        for part in np.split(order, cuts) if len(order) else []:
            hub = columns.hubs[int(hub_of[part[0]])]
            cost[part] = hub.cost[owner[part]]
            if self._entries.limits:
                key = (hub.team, hub.channel)
                if key not in entries:
                    entries[key] = self._entries.of(*key, arriving=False)
                heads[part] = entries[key][owner[part]]
        if not self._entries.limits:
            heads = self._agent_base + owner
        preferred = groups.preferred[self._stays]
        cost += np.where((preferred != -1) & (preferred != owner), columns.weights.affinity, 0)
        weight = groups.weight[self._stays]
        self._own = self._add(
            self._stays, heads, self._supply[self._stays], self._scaled(cost, weight, 0)
        )

    def _preferred_arcs(self) -> None:
        """Going to its preferred agent, who is not its owner."""
        columns = self._columns
        groups = self._groups
        wanting = np.flatnonzero((groups.preferred >= 0) & (groups.preferred != groups.owner))
        kept, heads, costs = [], [], []
        entries: dict[tuple[str, str | None], Numbers] = {}
        for group in wanting.tolist():
            hub = columns.hubs[int(groups.hub[group])]
            agent = int(groups.preferred[group])
            place = int(np.searchsorted(hub.able, agent))
            if place == len(hub.able) or hub.able[place] != agent:
                continue
            key = (hub.team, hub.channel)
            if key not in entries:
                entries[key] = self._entries.of(*key, arriving=True)
            kept.append(group)
            heads.append(int(entries[key][agent]))
            costs.append(int(hub.cost[agent]))
        self._wants = np.array(kept, dtype=np.int64)
        leave = self._leave(self._wants)
        self._want = self._add(
            self._wants,
            np.array(heads, dtype=np.int64),
            self._supply[self._wants],
            self._scaled(np.array(costs, dtype=np.int64) + leave, groups.weight[self._wants], 1),
        )

    def _leave(self, groups: Numbers) -> Numbers:
        """What leaving its owner costs an item of these groups, the price of a move included."""
        paid: Numbers = np.where(self._groups.owner[groups] >= 0, self._price, 0)
        leave: Numbers = self._groups.leave[groups] + paid
        return leave

    def _hub_arcs(self) -> None:
        """Going to anybody of the hub: group to hub, hub to agents."""
        columns = self._columns
        groups = self._groups
        every = np.arange(len(groups.starts), dtype=np.int64)
        pays = self._leave(every) + np.where(groups.preferred != -1, columns.weights.affinity, 0)
        self._to_hub = self._add(
            every,
            self._hub_base + groups.hub_node,
            self._supply,
            self._scaled(pays, groups.weight, 1),
        )
        entries: dict[tuple[str, str | None], Numbers] = {}
        plenty = np.bincount(groups.hub_node, weights=self._supply, minlength=len(groups.hubs))
        tails, heads, costs, agents = [], [], [], []
        for node, number in enumerate(groups.hubs.tolist()):
            hub = columns.hubs[number]
            if not len(hub.able):
                continue
            key = (hub.team, hub.channel)
            if key not in entries:
                entries[key] = self._entries.of(*key, arriving=True)
            weight = int(groups.hub_weight[node])
            tails.append(np.full(len(hub.able), node, dtype=np.int64))
            heads.append(entries[key][hub.able])
            costs.append(self._scaled(hub.cost[hub.able], weight, 0))
            agents.append(hub.able)
        nodes = _joined(tails)
        self._hub_tail = nodes
        self._hub_agent = _joined(agents)
        self._from_hub = self._add(
            self._hub_base + nodes, _joined(heads), plenty.astype(np.int64)[nodes], _joined(costs)
        )

    def _unassigned_arcs(self) -> None:
        """Having no holder: one arc for each urgency of a group."""
        columns = self._columns
        groups = self._groups
        left = columns.left[self._chosen][groups.order]
        fresh = np.ones(len(left), dtype=bool)
        fresh[1:] = (left[1:] != left[:-1]) | (groups.group[1:] != groups.group[:-1])
        starts = np.flatnonzero(fresh)
        sizes = np.diff(np.append(starts, len(left)))
        group = groups.group[starts]
        leaves = (groups.owner[group] >= 0).astype(np.int64)
        weight = groups.weight[group]
        self._add(
            group,
            np.full(len(group), self.sink, dtype=np.int64),
            sizes * (weight if self._relaxed else 1),
            self._scaled(left[starts] + self._leave(group), weight, leaves),
        )

    def _agent_arcs(self) -> None:
        """Load: an arc for each stretch of equal cost."""
        columns = self._columns
        blocks = np.maximum(columns.room - self._others, 0) // self._unit
        blocks = np.minimum(blocks, self._reaching())
        start = columns.base + self._others
        steps = by_unit(columns, start, blocks)
        if self._unit > 1:
            steps = by_block(columns, start, blocks, self._unit)
        self._add(
            self._agent_base + steps.agent,
            np.full(len(steps.agent), self.sink, dtype=np.int64),
            steps.size,
            steps.cost * self.scale * self._ties,
        )

    def _reaching(self) -> Numbers:
        """By agent, no fewer units of flow than could come to him: room beyond that is no use."""
        columns = self._columns
        groups = self._groups
        supply = np.bincount(groups.hub_node, weights=self._supply, minlength=len(groups.hubs))
        own = groups.owner[self._stays]
        units = np.concatenate([supply[self._hub_tail], self._supply[self._stays]])
        agents = np.concatenate([self._hub_agent, own])
        reaching = np.bincount(agents, weights=units, minlength=columns.count)
        return reaching.astype(np.int64)

    # --- solving -------------------------------------------------------------------------------

    def arrays(self) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
        """Tails, heads, capacities, costs of the arcs, and the nodes' supplies."""
        supply = np.zeros(self.sink + 1, dtype=np.int64)
        supply[: len(self._supply)] = self._supply
        supply[self.sink] = -int(self._supply.sum())
        return (
            _joined(self._tails),
            _joined(self._heads),
            _joined(self._capacities),
            _joined(self._costs),
            supply,
        )

    def solve(self) -> Answer:
        """The cheapest flow.

        Raises
        ------
        AssignworkError
            If the solver finds none, which would be an error of this module.
        """
        if not len(self._chosen):
            self.flows = np.zeros(self.arcs, dtype=np.int64)
            return Answer(np.zeros(0, dtype=np.int64), 0)
        from ortools.graph.python import min_cost_flow  # noqa: PLC0415  # who plans nothing needs no solver

        tails, heads, capacities, costs, supply = self.arrays()
        flow = min_cost_flow.SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        flow.set_nodes_supplies(np.arange(self.sink + 1), supply)
        status = flow.solve()
        if status != flow.OPTIMAL:
            raise AssignworkError(
                f"the flow solver answered {status}",
                value=str(status),
                remedy="report this problem: its flow always has a solution",
            )
        flows = np.asarray(flow.flows(np.arange(self.arcs)), dtype=np.int64)
        self.flows = flows
        return Answer(self._decode(flows), self._cost_of(flow.optimal_cost()))

    @property
    def fewest(self) -> bool:
        """Whether, of all cheapest flows, it is one that changes fewest items."""
        return self._ties > 1 or not len(self._chosen)

    def agent_node(self, agent: int) -> int:
        """The node of an agent."""
        return self._agent_base + agent

    def limit_nodes(self) -> dict[tuple[int, str, str | None], tuple[int, int]]:
        """The node of each limit inside capacity, and the one it leads into."""
        entries = self._entries
        return {key: (node, entries.outer[node]) for key, node in entries.limits.items()}

    def arrival_nodes(self) -> dict[int, int]:
        """By agent who may get only so many items, the node through which they come."""
        return dict(self._entries.arrivals)

    def _decode(self, flows: Numbers) -> Numbers:
        """Who holds each chosen item."""
        groups = self._groups
        each = groups.weight if self._relaxed else np.ones_like(groups.weight)
        stays = np.zeros(len(groups.starts), dtype=np.int64)
        stays[self._stays] = flows[self._own]
        wants = np.zeros(len(groups.starts), dtype=np.int64)
        wants[self._wants] = flows[self._want]
        passed = flows[self._from_hub]
        if self._relaxed:
            passed = passed // groups.hub_weight[self._hub_tail]
        goes = flows[self._to_hub] // each
        shares = Shares(stays // each, wants // each, goes, passed, self._hub_tail, self._hub_agent)
        return holders_of(groups, shares)

    def _cost_of(self, optimal: int) -> int:
        """The flow's cost in the objective's units; ties stripped, the relaxation rounded up."""
        return -(-(optimal // self._ties) // self.scale)


def _joined(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
