"""A proof of how good a plan can be, which anyone can check without a solver.

Put a price on each unit of an agent's room. Whatever the prices, the sum of what each item costs at
its cheapest, price included, and of what each agent pays for the load he likes best, price earned,
is at most what any outcome costs (Lagrangian duality). The prices of a flow's optimum make this
bound as high as it can be; with equal weights it is the optimum itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from assignwork.solver.evaluation import NOBODY, Judge
from assignwork.solver.problem import Problem

if TYPE_CHECKING:
    from assignwork.solver._columns import Columns
    from assignwork.solver._network import Network

Limit = tuple[str, str, str | None]
"""An agent, `team`, `channel` or `secondary`, and of which team or channel."""


@attrs.frozen
class Certificate:
    """Prices, in cost per unit of load times `scale`.

    Attributes
    ----------
    scale : int
        The prices' common denominator.
    rooms : mapping of str to int
        By agent: of a unit of his room.
    limits : mapping of (agent, kind, of) to int
        Besides: of a unit under a limit inside his capacity.
    arrivals : mapping of str to int
        Besides: of each unit that comes to him, where he may get only so many items.
    """

    scale: int
    rooms: Mapping[str, int]
    limits: Mapping[Limit, int]
    arrivals: Mapping[str, int]

    def bound(self, problem: Problem) -> int:
        """The bound that these prices prove: no outcome costs less.

        Checked by plain arithmetic over the problem; wrong prices make it low, never wrong.

        Parameters
        ----------
        problem : Problem
            Its budgets of moves and its sets of items that stay together are not looked at: they
            only make outcomes dearer.

        Examples
        --------
        >>> from assignwork.solver import Problem, certify, plan_rebalance
        >>> problem = Problem(
        ...     items=[{"id": "a", "team": "t", "urgency": 3}, {"id": "b", "team": "t"}],
        ...     agents=[{"id": "x", "capacity": 1, "primary": ["t"]}],
        ... )
        >>> certify(problem).bound(problem), plan_rebalance(problem).after.total
        (120, 120)
        """
        judge = Judge(problem)
        return -(-_Account(self, judge).total() // self.scale)


class _Account:
    """The sums of a bound, in cost times scale."""

    def __init__(self, prices: Certificate, judge: Judge) -> None:
        self._prices = prices
        self._judge = judge
        problem = judge.problem
        self._fixed = [0] * len(problem.agents)  # units that stay
        self._moving = [0] * len(problem.agents)
        self._reaching = [0] * len(problem.agents)  # units that could come to him, or stay
        self._used: dict[Limit, int] = {}  # by what stays
        present = judge.loads(judge.present)
        self._full = [load > a.capacity for load, a in zip(present, problem.agents, strict=True)]
        self._over: dict[Limit, int] = {}  # units held now
        for place, owner in enumerate(judge.present):
            if owner != NOBODY:
                for key in self._limits(place, owner):
                    self._over[key] = self._over.get(key, 0) + judge.weight(place, owner)

    def total(self) -> int:
        """The bound times scale."""
        return self._of_items() + self._of_agents() - self._of_limits()

    def _of_items(self) -> int:
        judge = self._judge
        total = 0
        for place, item in enumerate(judge.problem.items):
            owner = judge.present[place]
            if not item.fixed:
                total += self._cheapest(place)
                if owner != NOBODY:
                    self._moving[owner] += judge.weight(place, owner)
                continue
            total += self._prices.scale * judge.cost(place, owner)
            if owner != NOBODY:
                self._fixed[owner] += judge.weight(place, owner)
                for key in self._limits(place, owner):
                    self._used[key] = self._used.get(key, 0) + judge.weight(place, owner)
        return total

    def _of_agents(self) -> int:
        problem = self._judge.problem
        heaviest = max((item.weight for item in problem.items), default=1)
        total = 0
        for holder, agent in enumerate(problem.agents):
            room = agent.capacity - self._fixed[holder]
            if self._full[holder]:
                room = self._moving[holder]
            room = max(0, min(room, self._reaching[holder]))
            total += self._cheapest_load(holder, room)
            if agent.receives is not None:
                total -= self._prices.arrivals.get(agent.id, 0) * agent.receives * heaviest
        return total

    def _of_limits(self) -> int:
        total = 0
        for key, price in self._prices.limits.items():
            limit = self._height(key)
            if limit is not None:
                total += price * (max(limit, self._over.get(key, 0)) - self._used.get(key, 0))
        return total

    def _cheapest(self, place: int) -> int:
        """What the item costs at its cheapest holder, prices included."""
        judge = self._judge
        problem = judge.problem
        item = problem.items[place]
        owner = judge.present[place]
        costs = []
        if item.pinned_to is None:
            costs.append(judge.cost(place, NOBODY) * self._prices.scale)
        for holder in range(len(problem.agents)):
            if holder != owner and not self._may_come(place, holder):
                continue
            if item.pinned_to is not None and item.pinned_to != problem.agents[holder].id:
                continue
            costs.append(self._priced(place, holder))
            self._reaching[holder] += judge.weight(place, holder)
        return min(costs)

    def _may_come(self, place: int, holder: int) -> bool:
        """Whether the item may come to the agent; what is over a limit now lets nothing in."""
        if self._full[holder] or not self._judge.may_get(place, holder):
            return False
        return all(
            self._over.get(key, 0) <= (self._height(key) or 0)
            for key in self._limits(place, holder)
        )

    def _priced(self, place: int, holder: int) -> int:
        judge = self._judge
        prices = self._prices
        name = judge.problem.agents[holder].id
        price = prices.rooms.get(name, 0)
        price += sum(prices.limits.get(key, 0) for key in self._limits(place, holder))
        if holder != judge.present[place]:
            price += prices.arrivals.get(name, 0)
        return judge.cost(place, holder) * prices.scale + price * judge.weight(place, holder)

    def _cheapest_load(self, holder: int, room: int) -> int:
        """What the agent pays for the load that suits him best, the price of its units earned."""
        judge = self._judge
        price = self._prices.rooms.get(judge.problem.agents[holder].id, 0)
        fixed = self._fixed[holder]
        return min(
            judge.held(holder, fixed + units) * self._prices.scale - price * units
            for units in range(room + 1)
        )

    def _limits(self, place: int, holder: int) -> tuple[Limit, ...]:
        problem = self._judge.problem
        item = problem.items[place]
        agent = problem.agents[holder]
        found: list[Limit] = [(agent.id, "team", item.team), (agent.id, "channel", item.channel)]
        if item.team in agent.secondary:
            found.append((agent.id, "secondary", None))
        return tuple(key for key in found if self._height(key) is not None)

    def _height(self, key: Limit) -> int | None:
        problem = self._judge.problem
        name, kind, of = key
        agent = problem.agents[problem.agent_places[name]]
        if kind == "secondary":
            return agent.secondary_limit
        limits = agent.team_limits if kind == "team" else agent.channel_limits
        return limits.get(of or "")


def certify(problem: Problem) -> Certificate:
    """The prices at the optimum of the problem's flow (of its relaxation, where weights differ).

    They are the shortest ways to the sink in what the optimal flow leaves open.

    Parameters
    ----------
    problem : Problem
        Weights that depend on the agent are not for flows; the prices are then no good guess.
    """
    import numpy as np  # noqa: PLC0415  # loaded with the engines only

    from assignwork.solver._columns import Columns  # noqa: PLC0415  # as above
    from assignwork.solver._network import Network, everything  # noqa: PLC0415  # as above

    columns = Columns(problem, Judge(problem))
    nobody = np.full(len(columns.free), NOBODY, dtype=np.int64)
    network = Network(columns, everything(columns), nobody, relaxed=True, ties=False)
    network.solve()
    return _prices(columns, network)


def _prices(columns: Columns, network: Network) -> Certificate:
    agents = columns.problem.agents
    from assignwork.solver._prices import distances  # noqa: PLC0415  # needs numpy

    to_sink = distances(network).tolist()
    rooms = {a.id: to_sink[network.agent_node(p)] for p, a in enumerate(agents)}
    limits = {
        (agents[key[0]].id, key[1], key[2]): to_sink[node] - to_sink[outer]
        for key, (node, outer) in network.limit_nodes().items()
    }
    arrivals = {
        agents[agent].id: to_sink[node] - to_sink[network.agent_node(agent)]
        for agent, node in network.arrival_nodes().items()
    }
    return Certificate(network.scale, rooms, limits, arrivals)
