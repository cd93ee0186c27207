"""Where items enter an agent's load: nodes for his limits, and for how many items he may get."""

from __future__ import annotations

import numpy as np

from assignwork.solver._columns import Columns, Flags, Numbers


class Entries:
    """Nodes for limits inside capacity and for counts of arrivals, and their arcs, which are free.

    Parameters
    ----------
    columns : Columns
    outcome : (f,) holders of all free items; only those not chosen are looked at
    other : (f,) whether an item is not chosen and has a holder
    teams : of the chosen items
    base, nodes : int
        The node of the first agent, and the first node that is free.
    unit : int
        Units of load of one unit of flow.
    by_weight : bool
        Whether the flow is in units of load rather than in items.

    Attributes
    ----------
    nodes : the first node that is free after these
    tails, heads, capacities : of the arcs
    limits : the node of each limit inside capacity
    arrivals : by agent who may get only so many items, the node through which they come
    outer : by node of these, the one that it leads into
    """

    def __init__(
        self,
        columns: Columns,
        outcome: Numbers,
        other: Flags,
        teams: set[str],
        *,
        base: int,
        nodes: int,
        unit: int,
        by_weight: bool,
    ) -> None:
        self._columns = columns
        self._other = other
        self._base = base
        self._unit = unit
        self._by_weight = by_weight
        self.nodes = nodes
        self.arrivals: dict[int, int] = {}
        self.outer: dict[int, int] = {}
        self.limits: dict[tuple[int, str, str | None], int] = {}
        self.tails = self.heads = self.capacities = np.zeros(0, dtype=np.int64)
        self._make_nodes(outcome, teams)

    def _make_nodes(self, outcome: Numbers, teams: set[str]) -> None:
        columns = self._columns
        used = self._sub_used(outcome)
        pending: list[tuple[int, int, int, int]] = []  # node, parent (-1: see below), agent, units
        for key, units in columns.sub.items():
            agent, kind, of = key
            if kind == "team" and of not in teams:
                continue
            node = self.nodes
            self.nodes += 1
            self.limits[key] = node
            parent = self._base + agent
            if kind == "team":
                outer = (agent, "secondary", None)
                if outer in columns.sub and of in columns.problem.agents[agent].secondary:
                    if outer not in self.limits:
                        self.limits[outer] = -1
                    parent = -1
            free = max(0, units - used.get(key, 0)) // self._unit
            pending.append((node, parent, agent, free))
        arrived = self._arrived(outcome)
        for agent in np.flatnonzero(columns.bounded & (columns.gets > 0)).tolist():
            node = self.nodes
            self.nodes += 1
            self.arrivals[agent] = node
            most = max(0, int(columns.gets[agent]) - int(arrived[agent]))
            if self._by_weight:
                most *= int(columns.weight.max(initial=1))
            pending.append((node, self._base + agent, agent, most))
        self._settle_parents(pending)

    def _settle_parents(self, pending: list[tuple[int, int, int, int]]) -> None:
        """A team's limit leads into the agent's limit for secondary teams where there is one."""
        if not pending:
            return
        rows = []
        for node, parent, agent, free in pending:
            head = self.limits[agent, "secondary", None] if parent == -1 else parent
            rows.append((node, head, free))
            self.outer[node] = head
        self.tails, self.heads, self.capacities = (
            np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)
        )

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

    def of(self, team: str, channel: str | None, *, arriving: bool) -> Numbers:
        """By agent, the node through which an item of this team and channel reaches him."""
        columns = self._columns
        nodes = np.arange(self._base, self._base + columns.count, dtype=np.int64)
        if arriving:
            for agent, node in self.arrivals.items():
                nodes[agent] = node
        for key, node in self.limits.items():
            agent, kind, of = key
            if (
                (kind == "team" and of == team)
                or (kind == "channel" and of == channel)
                or (
                    kind == "secondary"
                    and team in columns.problem.agents[agent].secondary
                    and (agent, "team", team) not in self.limits
                )
            ):
                nodes[agent] = node
        return nodes
