"""A problem as columns: numpy arrays and classes of items, made once, read by the flow engines.

Items with the same needs share a *hub* (team, skills, what excludes agents); a hub knows which
agents may get its items and what each costs there. Items that are fixed or pinned elsewhere are
taken out and stand in the agents' base load. What flows cannot say is listed in `odd`.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from assignwork.solver.evaluation import NOBODY, Judge
from assignwork.solver.problem import OpenItem, Problem

Numbers = npt.NDArray[np.int64]


class Hub(NamedTuple):
    """Items with the same needs.

    `cost` holds, for each agent, what an item of it costs there (fit, secondary, zone, own);
    `able` are the places of the agents who may get one.
    """

    team: str
    channel: str | None
    cost: Numbers
    able: Numbers


class Columns:
    """The arrays of a problem.

    Attributes
    ----------
    free : (f,) places of the items that may go elsewhere
    hub, owner, preferred, weight, left, leave : (f,)
        By free item: its hub; the place of who holds it, or of its preferred agent, or -1; units;
        the cost of having no holder; the cost of leaving its owner.
    outcome : (n,) present holders, pinned items with whom they are pinned to
    base : (m,) units of load that does not move
    room : (m,) units that movable items may take
    gets : (m,) items that each may still get
    sub : limits that lie inside capacity, as `_Sub`; empty for most agents
    odd : what a flow cannot say, in words
    """

    def __init__(self, problem: Problem, judge: Judge) -> None:
        self.problem = problem
        self.judge = judge
        self.weights = problem.weights
        self.count = len(problem.agents)
        self.odd: list[str] = []
        self._read_items()
        self._read_agents()
        self._make_hubs()

    # --- items ---------------------------------------------------------------------------------

    def _read_items(self) -> None:
        problem = self.problem
        items = problem.items
        places = problem.agent_places
        weights = problem.weights
        self.outcome = np.array(problem.present, dtype=np.int64)
        self.forced: list[int] = []
        channels = {c for agent in problem.agents for c in agent.channel_limits}
        ends = sorted({a.shift_ends_at for a in problem.agents if a.shift_ends_at is not None})
        if not weights.zone:
            ends = []
        keys: dict[tuple[Any, ...], int] = {}
        free: list[int] = []
        hub: list[int] = []
        preferred: list[int] = []
        weight: list[int] = []
        talking: list[bool] = []
        samples: list[OpenItem] = []
        for place, item in enumerate(items):
            if item.fixed:
                continue
            if item.pinned_to is not None:
                if item.pinned_to != item.owner:
                    self.forced.append(place)
                continue
            due = item.due_at
            channel = item.channel
            key = (
                item.team,
                tuple(item.skills.items()) if item.skills else (),
                item.preferred_skills,
                channel if channel in channels else None,
                item.excluded,
                item.only_agent,
                bisect_left(ends, due) if ends and due is not None else 0,
                item.id if item.costs else None,
            )
            number = keys.get(key)
            if number is None:
                number = keys[key] = len(samples)
                samples.append(item)
            free.append(place)
            hub.append(number)
            weight.append(item.weight)
            talking.append(item.in_conversation)
            wanted = item.preferred_agent
            preferred.append(-1 if wanted is None else places.get(wanted, -2))
            if item.weights:
                self._strange("weights that depend on the agent")
        self.free = np.array(free, dtype=np.int64)
        self.hub = np.array(hub, dtype=np.int64)
        self.weight = np.array(weight, dtype=np.int64)
        self.preferred = np.array(preferred, dtype=np.int64)
        self.owner = self.outcome[self.free]
        self.left = np.array(problem.left_out, dtype=np.int64)[self.free]
        leave = weights.move + weights.conversation * np.array(talking, dtype=np.int64)
        self.leave = np.where(self.owner >= 0, leave, 0)
        self._samples = samples
        self._channels = channels
        self._ends = ends
        if any(len(names) > 1 for names in problem.together):
            self._strange("items that stay together")
        if problem.max_moves_per_agent is not None:
            self._strange("a budget of moves per agent")

    def _strange(self, what: str) -> None:
        if what not in self.odd:
            self.odd.append(what)

    # --- agents --------------------------------------------------------------------------------

    def _read_agents(self) -> None:
        problem = self.problem
        judge = self.judge
        agents = problem.agents
        count = self.count
        self.capacity = np.array([agent.capacity for agent in agents], dtype=np.int64)
        present = np.array(judge.loads(problem.present), dtype=np.int64).reshape(count)
        for place in self.forced:
            self.outcome[place] = problem.agent_places[problem.items[place].pinned_to or ""]
        moving = np.bincount(
            self.owner[self.owner >= 0],
            weights=self.weight[self.owner >= 0],
            minlength=count,
        ).astype(np.int64)
        self.base = present - moving
        if any(item.weights for item in problem.items):
            fixed = self.outcome.copy()
            fixed[self.free] = NOBODY
            self.base = np.array(judge.loads(fixed.tolist()), dtype=np.int64).reshape(count)
            moving = present - self.base
        gets = [
            agent.receives if agent.receives is not None else len(problem.items) for agent in agents
        ]
        self.gets = np.array(
            [0 if not agent.accepts else n for agent, n in zip(agents, gets, strict=True)],
            dtype=np.int64,
        ).reshape(count)
        for place in self.forced:
            target = int(self.outcome[place])
            self.base[target] += judge.weight(place, target)
            owner = problem.present[place]
            if owner != NOBODY:
                self.base[owner] -= judge.weight(place, owner)
            self.gets[target] -= 1
        over = present > self.capacity
        self.gets[over] = 0
        self.room = np.where(over, present - self.base, self.capacity - self.base)
        self.room = np.maximum(self.room, 0)
        # A number of items that no plan can reach is no bound.
        self.bounded = self.gets < np.minimum(self.capacity, len(problem.items))
        self._read_limits()

    def _read_limits(self) -> None:
        """Limits below capacity, as nodes inside the agent's own."""
        problem = self.problem
        self.sub: dict[tuple[int, str, str | None], int] = {}  # (agent, kind, of) -> units
        self.shut: set[tuple[int, str, str | None]] = set()  # exceeded now: nothing may come
        clash = 0
        for place, agent in enumerate(problem.agents):
            if not (agent.team_limits or agent.channel_limits or agent.secondary_limit):
                continue
            found: list[tuple[str, str | None, int]] = []
            found += [("team", t, n) for t, n in agent.team_limits.items() if n < agent.capacity]
            found += [
                ("channel", c, n) for c, n in agent.channel_limits.items() if n < agent.capacity
            ]
            if agent.secondary_limit is not None and agent.secondary_limit < agent.capacity:
                found.append(("secondary", None, agent.secondary_limit))
            kinds = {kind for kind, _, _ in found}
            if found and ("channel" in kinds and len(kinds) > 1 or self.bounded[place]):
                clash += 1
            for kind, of, limit in found:
                self.sub[place, kind, of] = limit
        if self.sub:
            self._measure_limits()
        if clash:
            self._strange(f"limits that cross for {clash} agents")

    def _measure_limits(self) -> None:
        """What stays inside each limit; who is over one keeps it, and gets nothing there."""
        problem = self.problem
        before = dict.fromkeys(self.sub, 0)
        staying = dict.fromkeys(self.sub, 0)
        movable = set(self.free.tolist())
        outcome = self.outcome.tolist()
        for place, item in enumerate(problem.items):
            for holder, counted in ((problem.present[place], before), (outcome[place], staying)):
                if holder == NOBODY or (counted is staying and place in movable):
                    continue
                for key in self.touched(holder, item.team, item.channel):
                    if key in self.sub:
                        counted[key] += self.judge.weight(place, holder)
        for key, limit in self.sub.items():
            if before[key] > limit:
                self.shut.add(key)
            self.sub[key] = max(limit, before[key]) - staying[key]

    def touched(
        self, agent: int, team: str, channel: str | None
    ) -> tuple[tuple[int, str, str | None], ...]:
        """The limits inside capacity that an item of this team and channel could touch."""
        found: list[tuple[int, str, str | None]] = [(agent, "team", team)]
        if channel is not None:
            found.append((agent, "channel", channel))
        if team in self.problem.agents[agent].secondary:
            found.append((agent, "secondary", None))
        return tuple(found)

    # --- hubs ----------------------------------------------------------------------------------

    def _make_hubs(self) -> None:
        agents = self.problem.agents
        count = self.count
        empty = np.zeros(count, dtype=np.int64)
        skills: dict[str, Numbers] = {}
        member: dict[str, npt.NDArray[np.bool_]] = {}
        primary: dict[str, npt.NDArray[np.bool_]] = {}
        closed: dict[str, npt.NDArray[np.bool_]] = {}
        for place, agent in enumerate(agents):
            for name, level in agent.skills.items():
                skills.setdefault(name, empty.copy())[place] = level
            for table, teams in (
                (member, agent.primary),
                (member, agent.secondary),
                (primary, agent.primary),
                (closed, agent.closed_teams),
            ):
                for team in teams:
                    table.setdefault(team, np.zeros(count, dtype=bool))[place] = True
        never = np.zeros(count, dtype=bool)
        far = np.inf
        ends = np.array(
            [far if a.shift_ends_at is None else a.shift_ends_at for a in agents], dtype=float
        )
        open_now = self.gets > 0
        self.hubs = []
        weights = self.weights
        for sample in self._samples:
            team = sample.team
            belongs = member.get(team, never)
            skilled = belongs
            for name, level in sample.skills.items():
                skilled = skilled & (skills.get(name, empty) >= level)
            able = skilled & open_now & ~closed.get(team, never)
            cost = np.where(primary.get(team, never), 0, weights.secondary).astype(np.int64)
            asked = dict.fromkeys((*sample.skills, *sample.preferred_skills))
            if asked and weights.fit:
                levels = empty.copy()
                for name in asked:
                    levels += skills.get(name, empty)
                best = int(levels[skilled].max(initial=0))
                cost += weights.fit * np.maximum(best - levels, 0)
            if self._ends and sample.due_at is not None:
                cost += np.where(ends < sample.due_at, weights.zone, 0)
            for name, own in sample.costs.items():
                place = self.problem.agent_places.get(name, NOBODY)
                if place != NOBODY:
                    cost[place] += own
            self._ban(sample, able)
            channel = sample.channel if sample.channel in self._channels else None
            self.hubs.append(Hub(team, channel, cost, np.flatnonzero(able)))

    def _ban(self, sample: OpenItem, able: npt.NDArray[np.bool_]) -> None:
        """Take out whom this item excludes, and who is over a limit that it touches."""
        places = self.problem.agent_places
        for name in sample.excluded:
            if name in places:
                able[places[name]] = False
        if sample.only_agent is not None:
            only = places.get(sample.only_agent, NOBODY)
            kept = only != NOBODY and bool(able[only])
            able[:] = False
            if kept:
                able[only] = True
        for agent in {key[0] for key in self.shut}:
            if any(key in self.shut for key in self.touched(agent, sample.team, sample.channel)):
                able[agent] = False
