"""The bare loop: the least that a dispatcher could do, as the floor of all ratios.

A heap of items per team, a heap of free agents per team, a dict of owners; submit, pop, close. It
chooses as the default selection does (least load first, entries out of date dropped when met), but
validates nothing, makes no events and has no features: no secondary inboxes, no skills, no time.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

WAITING = -1
"""The owner of an item that nobody has."""


class BareLoop:
    """Queues, free agents and owners.

    Parameters
    ----------
    teams : int
        How many; a team is its number from 0.
    agents : sequence of (int, int)
        The one team that each serves, and how many items he holds at most.
    online : bool, default True
        Whether they take work from the start.

    Examples
    --------
    >>> bare = BareLoop(teams=1, agents=[(0, 1)])
    >>> bare.submit("t-1", 0, 2), bare.submit("t-2", 0, 2), bare.submit("t-3", 0, 1)
    ('t-1', None, None)
    >>> bare.close("t-1")
    't-3'
    """

    __slots__ = ("_agents", "_free", "_loads", "_owners", "_queues", "_seq")

    def __init__(
        self, teams: int, agents: Sequence[tuple[int, int]], *, online: bool = True
    ) -> None:
        self._queues: list[list[tuple[int, int, str]]] = [[] for _ in range(teams)]
        self._free: list[list[tuple[int, int]]] = [[] for _ in range(teams)]
        self._owners: dict[str, int] = {}
        self._agents = list(agents)
        self._loads = [0] * len(self._agents)
        self._seq = 0
        if online:
            for number, (team, _) in enumerate(self._agents):
                heappush(self._free[team], (0, number))

    def submit(self, item: str, team: int, priority: int) -> str | None:
        """The item joins its team's queue; which item went to an agent, if any."""
        self._seq = seq = self._seq + 1
        self._owners[item] = WAITING
        heappush(self._queues[team], (priority, seq, item))
        return self.pop(team)

    def pop(self, team: int) -> str | None:
        """Give the team's first item to its least loaded agent; which, None if that cannot be."""
        queue = self._queues[team]
        free = self._free[team]
        owners = self._owners
        loads = self._loads
        while queue and free:
            if queue[0][2] not in owners:  # closed while it waited
                heappop(queue)
                continue
            load, agent = heappop(free)
            if load != loads[agent]:
                continue
            item = heappop(queue)[2]
            owners[item] = agent
            loads[agent] = load = load + 1
            if load < self._agents[agent][1]:
                heappush(free, (load, agent))
            return item
        return None

    def close(self, item: str) -> str | None:
        """The item is done; which item its agent got for it, if any."""
        agent = self._owners.pop(item, WAITING)
        if agent == WAITING:
            return None
        load = self._loads[agent] = self._loads[agent] - 1
        team = self._agents[agent][0]
        heappush(self._free[team], (load, agent))
        return self.pop(team)

    def come_online(self, agent: int) -> list[str]:
        """The agent takes work from now on; what he got at once."""
        team = self._agents[agent][0]
        heappush(self._free[team], (self._loads[agent], agent))
        taken = []
        while (item := self.pop(team)) is not None:
            taken.append(item)
        return taken
