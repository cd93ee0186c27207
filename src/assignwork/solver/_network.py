"""A problem, or a part of it, as a minimum-cost flow: groups, hubs, limits, agents, sink.

A *group* is the items of one hub with the same owner, preferred agent and cost of leaving: one
supply node. Its arcs: to its owner, to its preferred agent, to its hub, and to the sink (without
holder, one arc per urgency). Hubs lead to agents, agents to the sink by what each further unit of
load costs. Flow on an arc is a count of items; inside a group items are told apart by urgency.

For items of several weights `Network` states the linear relaxation: flow in units of load.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assignwork.errors import AssignworkError, CostRangeError
from assignwork.solver._columns import Columns, Numbers
from assignwork.solver._load_steps import by_block, by_unit

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
        self._make_groups()
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

    # --- groups --------------------------------------------------------------------------------

    def _make_groups(self) -> None:
        """Sort the chosen items into groups; inside a group the most urgent come first."""
        columns = self._columns
        chosen = self._chosen
        hub = columns.hub[chosen]
        if self._relaxed:  # one hub per weight, so that what it hands on can be told apart
            kinds, weight_of = np.unique(columns.weight[chosen], return_inverse=True)
            hub = hub * len(kinds) + weight_of
            self._hub_kinds = len(kinds)
        else:
            self._hub_kinds = 1
        owner = columns.owner[chosen]
        preferred = columns.preferred[chosen]
        leave = columns.leave[chosen]
        left = columns.left[chosen]
        order = np.lexsort((chosen, -left, leave, preferred, owner, hub))
        self._order = order
        table = np.stack([hub, owner, preferred, leave])[:, order]
        fresh = np.ones(len(order), dtype=bool)
        if len(order):
            fresh[1:] = (table[:, 1:] != table[:, :-1]).any(axis=0)
        self._group = np.cumsum(fresh) - 1
        starts = np.flatnonzero(fresh)
        self._starts = starts
        self._sizes = np.diff(np.append(starts, len(order)))
        self._g_hub, self._g_owner, self._g_preferred, self._g_leave = table[:, starts]
        self._g_weight = columns.weight[chosen][order][starts]
        used, self._g_hub_node = np.unique(self._g_hub, return_inverse=True)
        self._hubs = used  # numbers of hubs (times kinds) in use

    def _choose_scale(self, *, ties: bool) -> None:
        """Multiples of costs that the solver can hold: for fractions of a unit, and against ties.

        Where units do not divide costs, or the multiple would be too large, costs per unit are
        rounded down: a bound stays a bound.
        """
        columns = self._columns
        nodes = len(self._starts) + len(self._hubs) + 2 * columns.count + len(columns.sub) + 1
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
        groups = len(self._starts)
        hubs = len(self._hubs)
        self._hub_base = groups
        self._agent_base = groups + hubs
        self._nodes = self._agent_base + columns.count
        self._in_node: dict[int, int] = {}
        self._outer: dict[int, int] = {}  # a limit's node -> the node that it leads into
        self._sub_node: dict[tuple[int, str, str | None], int] = {}
        self._limits(outcome)
        self.sink = self._nodes
        self._nodes += 1
        self._supply = self._sizes * self._g_weight if self._relaxed else self._sizes
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

    def _limits(self, outcome: Numbers) -> None:
        """Nodes for limits inside capacity, and for how many items an agent may get."""
        columns = self._columns
        unit = self._unit
        in_use = {columns.hubs[h // self._hub_kinds].team for h in self._hubs.tolist()}
        used = self._sub_used(outcome)
        pending: list[tuple[int, int, int, int]] = []  # node, parent (-1: see below), agent, units
        for key, units in columns.sub.items():
            agent, kind, of = key
            if kind == "team" and of not in in_use:
                continue
            node = self._nodes
            self._nodes += 1
            self._sub_node[key] = node
            parent = self._agent_base + agent
            if kind == "team":
                outer = (agent, "secondary", None)
                if outer in columns.sub and of in columns.problem.agents[agent].secondary:
                    if outer not in self._sub_node:
                        self._sub_node[outer] = -1
                    parent = -1
            free = max(0, units - used.get(key, 0)) // unit
            pending.append((node, parent, agent, free))
        arrived = self._arrived(outcome)
        for agent in np.flatnonzero(columns.bounded & (columns.gets > 0)).tolist():
            node = self._nodes
            self._nodes += 1
            self._in_node[agent] = node
            most = max(0, int(columns.gets[agent]) - int(arrived[agent]))
            if self._relaxed:
                most *= int(columns.weight.max(initial=1))
            pending.append((node, self._agent_base + agent, agent, most))
        self._settle_parents(pending)

    def _settle_parents(self, pending: list[tuple[int, int, int, int]]) -> None:
        """A team's limit leads into the agent's limit for secondary teams where there is one."""
        if not pending:
            return
        rows = []
        for node, parent, agent, free in pending:
            head = self._sub_node[agent, "secondary", None] if parent == -1 else parent
            rows.append((node, head, free))
            self._outer[node] = head
        tails, heads, capacities = (
            np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)
        )
        self._add(tails, heads, capacities, np.zeros(len(rows), dtype=np.int64))

    def _sub_used(self, outcome: Numbers) -> dict[tuple[int, str, str | None], int]:
        """Units of each limit that the items not chosen use."""
        columns = self._columns
        used: dict[tuple[int, str, str | None], int] = {}
        if not columns.sub:
            return used
        limited = np.zeros(columns.count, dtype=bool)
        limited[list({key[0] for key in columns.sub})] = True
        for index in np.flatnonzero(self._other).tolist():
            holder = int(outcome[index])
            if limited[holder]:
                item = columns.problem.items[int(columns.free[index])]
                for key in columns.touched(holder, item.team, item.channel):
                    used[key] = used.get(key, 0) + int(columns.weight[index])
        return used

    def _arrived(self, outcome: Numbers) -> Numbers:
        """Items not chosen that each agent gets."""
        columns = self._columns
        come = self._other & (outcome != columns.owner)
        return np.bincount(outcome[come], minlength=columns.count).astype(np.int64)

    def _entry(self, team: str, channel: str | None, *, arriving: bool) -> Numbers:
        """By agent, the node through which an item of this team and channel reaches him."""
        columns = self._columns
        nodes = np.arange(self._agent_base, self._agent_base + columns.count, dtype=np.int64)
        if arriving:
            for agent, node in self._in_node.items():
                nodes[agent] = node
        for key, node in self._sub_node.items():
            agent, kind, of = key
            if (
                (kind == "team" and of == team)
                or (kind == "channel" and of == channel)
                or (
                    kind == "secondary"
                    and team in columns.problem.agents[agent].secondary
                    and (agent, "team", team) not in self._sub_node
                )
            ):
                nodes[agent] = node
        return nodes

    def _own_arcs(self) -> None:
        """Staying with its owner."""
        columns = self._columns
        self._stays = np.flatnonzero(self._g_owner >= 0)
        owner = self._g_owner[self._stays]
        cost = np.empty(len(owner), dtype=np.int64)
        heads = np.empty(len(owner), dtype=np.int64)
        hub_of = self._g_hub[self._stays] // self._hub_kinds
        order = np.argsort(hub_of, kind="stable")
        cuts = np.flatnonzero(np.diff(hub_of[order])) + 1
        entries: dict[tuple[str, str | None], Numbers] = {}
        for part in np.split(order, cuts) if len(order) else []:
            hub = columns.hubs[int(hub_of[part[0]])]
            cost[part] = hub.cost[owner[part]]
            if self._sub_node:
                key = (hub.team, hub.channel)
                if key not in entries:
                    entries[key] = self._entry(*key, arriving=False)
                heads[part] = entries[key][owner[part]]
        if not self._sub_node:
            heads = self._agent_base + owner
        preferred = self._g_preferred[self._stays]
        cost += np.where((preferred != -1) & (preferred != owner), columns.weights.affinity, 0)
        weight = self._g_weight[self._stays]
        self._own = self._add(
            self._stays, heads, self._supply[self._stays], self._scaled(cost, weight, 0)
        )

    def _preferred_arcs(self) -> None:
        """Going to its preferred agent, who is not its owner."""
        columns = self._columns
        wanting = np.flatnonzero((self._g_preferred >= 0) & (self._g_preferred != self._g_owner))
        kept, heads, costs = [], [], []
        entries: dict[tuple[str, str | None], Numbers] = {}
        for group in wanting.tolist():
            hub = columns.hubs[int(self._g_hub[group]) // self._hub_kinds]
            agent = int(self._g_preferred[group])
            place = int(np.searchsorted(hub.able, agent))
            if place == len(hub.able) or hub.able[place] != agent:
                continue
            key = (hub.team, hub.channel)
            if key not in entries:
                entries[key] = self._entry(*key, arriving=True)
            kept.append(group)
            heads.append(int(entries[key][agent]))
            costs.append(int(hub.cost[agent]))
        self._wants = np.array(kept, dtype=np.int64)
        leave = self._leave(self._wants)
        self._want = self._add(
            self._wants,
            np.array(heads, dtype=np.int64),
            self._supply[self._wants],
            self._scaled(np.array(costs, dtype=np.int64) + leave, self._g_weight[self._wants], 1),
        )

    def _leave(self, groups: Numbers) -> Numbers:
        """What leaving its owner costs, the price of a move included."""
        paid: Numbers = np.where(self._g_owner[groups] >= 0, self._price, 0)
        leave: Numbers = self._g_leave[groups] + paid
        return leave

    def _hub_arcs(self) -> None:
        """Going to anybody of the hub: group to hub, hub to agents."""
        columns = self._columns
        every = np.arange(len(self._starts), dtype=np.int64)
        pays = self._leave(every) + np.where(self._g_preferred != -1, columns.weights.affinity, 0)
        self._to_hub = self._add(
            every,
            self._hub_base + self._g_hub_node,
            self._supply,
            self._scaled(pays, self._g_weight, 1),
        )
        entries: dict[tuple[str, str | None], Numbers] = {}
        plenty = np.bincount(self._g_hub_node, weights=self._supply, minlength=len(self._hubs))
        kinds = np.unique(columns.weight[self._chosen]) if self._relaxed else None
        tails, heads, costs, agents = [], [], [], []
        for node, number in enumerate(self._hubs.tolist()):
            hub = columns.hubs[number // self._hub_kinds]
            if not len(hub.able):
                continue
            key = (hub.team, hub.channel)
            if key not in entries:
                entries[key] = self._entry(*key, arriving=True)
            weight = 1 if kinds is None else int(kinds[number % self._hub_kinds])
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
        left = columns.left[self._chosen][self._order]
        fresh = np.ones(len(left), dtype=bool)
        fresh[1:] = (left[1:] != left[:-1]) | (self._group[1:] != self._group[:-1])
        starts = np.flatnonzero(fresh)
        sizes = np.diff(np.append(starts, len(left)))
        group = self._group[starts]
        leaves = (self._g_owner[group] >= 0).astype(np.int64)
        weight = self._g_weight[group]
        self._drop_group = group
        self._drop = self._add(
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
        self._loads = self._add(
            self._agent_base + steps.agent,
            np.full(len(steps.agent), self.sink, dtype=np.int64),
            steps.size,
            steps.cost * self.scale * self._ties,
        )

    def _reaching(self) -> Numbers:
        """By agent, no fewer units of flow than could come to him: room beyond that is no use."""
        columns = self._columns
        supply = np.bincount(self._g_hub_node, weights=self._supply, minlength=len(self._hubs))
        own = self._g_owner[self._stays]
        units = np.concatenate([supply[self._hub_tail], self._supply[self._stays]])
        agents = np.concatenate([self._hub_agent, own])
        reaching = np.bincount(agents, weights=units, minlength=columns.count)
        return reaching.astype(np.int64)

    # --- solving -------------------------------------------------------------------------------

    def arrays(self) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
        """Tails, heads, capacities, costs of the arcs, and the nodes' supplies."""
        supply = np.zeros(self._nodes, dtype=np.int64)
        supply[: len(self._starts)] = self._supply
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
        flow.set_nodes_supplies(np.arange(self._nodes), supply)
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
        return {key: (node, self._outer[node]) for key, node in self._sub_node.items()}

    def arrival_nodes(self) -> dict[int, int]:
        """By agent who may get only so many items, the node through which they come."""
        return dict(self._in_node)

    def _cost_of(self, optimal: int) -> int:
        """The flow's cost in the objective's units; ties stripped, the relaxation rounded up."""
        return -(-(optimal // self._ties) // self.scale)

    def _decode(self, flows: Numbers) -> Numbers:
        """Who holds each chosen item: inside a group the most urgent stay, the least are left."""
        divisor = self._g_weight if self._relaxed else np.ones_like(self._g_weight)
        groups = len(self._starts)
        stays = np.zeros(groups, dtype=np.int64)
        stays[self._stays] = flows[self._own]
        stays //= divisor
        wants = np.zeros(groups, dtype=np.int64)
        wants[self._wants] = flows[self._want]
        wants //= divisor
        goes = flows[self._to_hub] // divisor
        position = np.arange(len(self._order), dtype=np.int64) - self._starts[self._group]
        first = stays[self._group]
        second = first + wants[self._group]
        third = second + goes[self._group]
        sorted_holders = np.full(len(self._order), -1, dtype=np.int64)
        stay = position < first
        sorted_holders[stay] = self._g_owner[self._group[stay]]
        want = (position >= first) & (position < second)
        sorted_holders[want] = self._g_preferred[self._group[want]]
        go = np.flatnonzero((position >= second) & (position < third))
        self._hand_out(go, flows, sorted_holders)
        holders = np.empty_like(sorted_holders)
        holders[self._order] = sorted_holders
        return holders

    def _hand_out(self, go: Numbers, flows: Numbers, holders: Numbers) -> None:
        """Give the items that reach a hub to the agents whom it leads to."""
        passed = flows[self._from_hub]
        if self._relaxed:
            weight = np.zeros(len(self._hubs), dtype=np.int64)
            weight[self._g_hub_node] = self._g_weight
            passed = passed // weight[self._hub_tail] if len(passed) else passed
        agents = np.repeat(self._hub_agent, passed)
        hubs = np.repeat(self._hub_tail, passed)  # rising
        of = self._g_hub_node[self._group[go]]
        order = np.argsort(of, kind="stable")
        counts = np.bincount(hubs, minlength=len(self._hubs))
        asked = np.bincount(of, minlength=len(self._hubs))
        rank = np.arange(len(of), dtype=np.int64) - np.repeat(np.cumsum(asked) - asked, asked)
        served = rank < counts[of[order]]
        source = (np.cumsum(counts) - counts)[of[order]] + rank
        holders[go[order][served]] = agents[source[served]]


def _joined(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def everything(columns: Columns) -> npt.NDArray[np.int64]:
    """All free items, for `Network`."""
    return np.arange(len(columns.free), dtype=np.int64)
