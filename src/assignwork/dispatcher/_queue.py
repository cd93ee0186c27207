"""Where items wait (lanes) and where agents stand (indices).

Items with the same needs share a `Lane`: if its first item fits an agent, so does any other; if
not, none does. Agents stand in an `AgentIndex` per team, tier and required skills, sorted by the
selection's key. Both are lazy: entries that are out of date are mended when somebody meets them.

An index entry may only be too small, never too large: who gains (load falls, comes online) is
entered anew before anybody looks, who loses (load rises, leaves) is found out when met.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assignwork.dispatcher._state import AgentRecord, ItemRecord, TeamRecord

Key = tuple[Any, ...]

LONG = 256  # gains, above which a log is begun anew
_FEW = 8  # agents, up to which entering each is cheaper than sorting all


class Lane:
    """Queued items of one team with the same needs, in a heap by item order.

    A heap entry is the item's key, which ends in its id; it is alive while the item's record holds
    this very tuple.
    """

    __slots__ = (
        "affine",
        "answers",
        "channel",
        "count",
        "deadline",
        "dirty",
        "entry",
        "excluded",
        "heap",
        "item",
        "number",
        "only",
        "overflow",
        "plain",
        "preferred",
        "primary_index",
        "required",
        "restricted",
        "scored",
        "secondary_index",
        "seen",
        "sorted",
        "team",
        "weight",
    )

    def __init__(self, team: TeamRecord, number: int, weight: int, channel: str | None) -> None:
        self.team = team
        self.number = number
        self.weight = weight
        self.channel = channel
        self.required: tuple[tuple[str, int], ...] = ()  # skills in force, with levels
        self.scored: tuple[str, ...] = ()  # skills that count for best_skilled
        self.excluded: frozenset[str] = frozenset()
        self.preferred: str | None = None
        self.only: str | None = None
        self.restricted = False  # waits for `preferred` alone while he is active
        self.deadline = -inf  # until when it waits for `preferred` if he is due on shift
        self.overflow = False  # the team's `after` has passed
        self.item: str | None = None  # where policies of the caller's need a lane per item
        self.answers: dict[int, tuple[int, Key | None, bool]] = {}  # of callers' eligibility
        self.seen: Key | None = None  # the item's key when policies were last asked about it
        self.affine = False  # has `preferred` or `only`
        self.plain = team.min_left is None  # nothing but weight and channel
        self.heap: list[Key] = []
        self.sorted = True
        self.count = 0
        self.dirty = False
        self.entry: tuple[Key, int, Lane] | None = None
        self.primary_index: AgentIndex | None = None
        self.secondary_index: AgentIndex | None = None

    def push(self, key: Key) -> None:
        """Add a live entry."""
        heap = self.heap
        if self.sorted and (not heap or key > heap[-1]):
            heap.append(key)
        else:
            self.sorted = False
            heappush(heap, key)
        self.count += 1

    def head(self, items: Mapping[str, ItemRecord]) -> Key | None:
        """The first live entry, or None."""
        heap = self.heap
        while heap:
            key = heap[0]
            record = items.get(key[-1])
            if record is not None and record.key is key:
                return key
            self.sorted = False
            heappop(heap)
        self.sorted = True
        return None

    def shrink(self, items: Mapping[str, ItemRecord]) -> None:
        """Drop dead entries once they outnumber the live ones."""
        if len(self.heap) > 2 * self.count + 8:
            self.compact(items)

    def compact(self, items: Mapping[str, ItemRecord]) -> None:
        """Drop all dead entries."""
        live = []
        for key in self.heap:
            record = items.get(key[-1])
            if record is not None and record.key is key:
                live.append(key)
        self.heap = live
        if not self.sorted:
            heapify(live)

    def in_order(self, items: Mapping[str, ItemRecord]) -> list[Key]:
        """All live entries in item order; a sorted list is a heap too, so it may stay sorted."""
        if len(self.heap) > self.count:
            self.compact(items)
        if not self.sorted:
            self.heap.sort()
            self.sorted = True
        return self.heap

    def before(self, key: Key, items: Mapping[str, ItemRecord]) -> int:
        """How many live entries come before this key."""
        return bisect_left(self.in_order(items), key)


def touch_waiting(team: TeamRecord, lane: Lane, head: Key) -> None:
    """Enter the lane among the team's waiting lanes under its first key."""
    entry = lane.entry = (head, lane.number, lane)
    insort(team.waiting, entry)


class Gains:
    """Who gained among the agents of one team and tier, in order; indices read it when asked.

    Noting a gain is one append, however many indices the agent stands in. A log that grew too long
    is begun anew, under another `epoch`: then indices fill themselves afresh.
    """

    __slots__ = ("agents", "epoch", "team")

    def __init__(self, team: TeamRecord) -> None:
        self.team = team
        self.agents: list[AgentRecord] = []
        self.epoch = 0

    def begin_anew(self) -> None:
        """The log grew too long."""
        self.agents.clear()
        self.epoch += 1


class AgentIndex:
    """The agents of one team and tier who have the required skills, by the selection's key.

    Entries are (key..., stamp, agent). Only agents who are open and below capacity need stand in
    it. `dead` tells holders of a reference that the team's members or rules have changed.
    """

    __slots__ = (
        "agent_at", "cursor", "cyclic", "dead", "entries", "epoch", "gains", "key", "live",
        "members", "regs",
    )  # fmt: skip

    def __init__(
        self,
        members: list[AgentRecord],
        key: Callable[[Any], Key],
        gains: Gains,
        *,
        cyclic: bool,
    ) -> None:
        self.members = members
        self.regs = frozenset(agent.reg for agent in members)
        self.key = key
        self.gains = gains
        self.cyclic = cyclic
        self.dead = False
        self.agent_at = len(key(members[0])) - 1 if members else 0  # in an entry, after the stamp
        self.refill()

    def refill(self) -> None:
        """Make all entries anew."""
        key = self.key
        live: dict[int, Key] = {}
        for agent in self.members:
            if agent.open and agent.load < agent.capacity:
                live[agent.reg] = key(agent)
        self.live = live
        self.entries = sorted(live.values())
        self.epoch = self.gains.epoch
        self.cursor = len(self.gains.agents)

    def settle(self) -> None:
        """Enter who gained since somebody last looked; an entry that is smaller may stay."""
        log = self.gains.agents
        live = self.live
        entries = self.entries
        size = len(self.members)
        if (
            self.epoch != self.gains.epoch
            or (len(log) - self.cursor) * 2 > size > _FEW
            or len(entries) > 2 * size + 16
        ):
            self.refill()
            return
        key = self.key
        regs = self.regs
        for position in range(self.cursor, len(log)):
            agent = log[position]
            if agent.open and agent.load < agent.capacity and agent.reg in regs:
                old = live.get(agent.reg)
                entry = key(agent)
                if old is None or entry < old:
                    live[agent.reg] = entry
                    insort(entries, entry)
        self.cursor = len(log)

    def start(self, pointer: int) -> int:
        """Round robin: the position of the first entry behind the pointer."""
        return bisect_right(self.entries, (pointer, float("inf")))

    def mend(self, position: int) -> None:
        """An entry was found out of date: enter its agent anew, or not at all."""
        entries = self.entries
        entry = entries.pop(position)
        agent: AgentRecord = entry[-1]
        live = self.live
        if live.get(agent.reg) is entry:
            if agent.open and agent.load < agent.capacity:
                entry = live[agent.reg] = self.key(agent)
                insort(entries, entry)
            else:
                del live[agent.reg]
