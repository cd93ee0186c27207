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
from assignwork.solver.weights import TENTHS

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


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
        ends = {a.shift_ends_at for a in problem.agents if a.shift_ends_at is not None}
        self._channels = {c for agent in problem.agents for c in agent.channel_limits}
        self._ends = sorted(ends) if weights.zone else []
        keys: dict[tuple[Any, ...], int] = {}
        free: list[int] = []
        hub: list[int] = []
        self._samples: list[OpenItem] = []
        for place, item in enumerate(items):
            if item.fixed:
                continue
            if item.pinned_to is not None:
                if item.pinned_to != item.owner:
                    self.forced.append(place)
                continue
            key = self._key(item)
            number = keys.get(key)
            if number is None:
                number = keys[key] = len(self._samples)
                self._samples.append(item)
            free.append(place)
            hub.append(number)
        if any(item.weights for item in items):
            self._strange("weights that depend on the agent")
        self.free = np.array(free, dtype=np.int64)
        self.hub = np.array(hub, dtype=np.int64)
        chosen = [items[place] for place in free]
        self.weight = np.array([item.weight for item in chosen], dtype=np.int64)
        self.preferred = np.array(
            [
                -1 if item.preferred_agent is None else places.get(item.preferred_agent, -2)
                for item in chosen
            ],
            dtype=np.int64,
        )
        talking = np.array([item.in_conversation for item in chosen], dtype=np.int64)
        self.owner = self.outcome[self.free]
        self.left = np.array(problem.left_out, dtype=np.int64)[self.free]
        self.left += np.where(self.owner >= 0, weights.put_back, 0)
        leave = weights.move + weights.conversation * talking
        self.leave = np.where(self.owner >= 0, leave, 0)
        if any(len(names) > 1 for names in problem.together):
            self._strange("items that stay together")
        if problem.max_moves_per_agent is not None:
            self._strange("a budget of moves per agent")

    def _key(self, item: OpenItem) -> tuple[Any, ...]:
        """What items of one hub have in common."""
        ends = self._ends
        due = item.due_at
        return (
            item.team,
            tuple(item.skills.items()) if item.skills else (),
            item.preferred_skills,
            item.channel if item.channel in self._channels else None,
            item.excluded,
            item.only_agent,
            bisect_left(ends, due) if ends and due is not None else 0,
            item.id if item.costs else None,
        )

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
        fixed = self.outcome.copy()
        fixed[self.free] = NOBODY
        self.base = np.array(judge.loads(fixed.tolist()), dtype=np.int64).reshape(count)
        gets = [
            agent.receives if agent.receives is not None else len(problem.items) for agent in agents
        ]
        self.gets = np.array(
            [0 if not agent.accepts else n for agent, n in zip(agents, gets, strict=True)],
            dtype=np.int64,
        ).reshape(count)
        for place in self.forced:
            self.gets[int(self.outcome[place])] -= 1
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
            if found and (("channel" in kinds and len(kinds) > 1) or self.bounded[place]):
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
        tables = _Tables(self.problem)
        open_now = self.gets > 0
        ends = np.array(
            [np.inf if a.shift_ends_at is None else a.shift_ends_at for a in self.problem.agents],
            dtype=float,
        )
        self.hubs = []
        self._dear = 0
        for sample in self._samples:
            skilled = tables.of(tables.member, sample.team)
            for name, level in sample.skills.items():
                skilled = skilled & (tables.levels(name) >= level)
            able = skilled & open_now & ~tables.of(tables.closed, sample.team)
            cost = self._cost_by_agent(sample, tables, skilled)
            if self._ends and sample.due_at is not None:
                cost += np.where(ends < sample.due_at, self.weights.zone, 0)
            self._ban(sample, able)
            channel = sample.channel if sample.channel in self._channels else None
            self.hubs.append(Hub(sample.team, channel, cost, np.flatnonzero(able)))

    @property
    def dearest(self) -> int:
        """No arc of a flow costs more: an item's change of holder, or its units of load."""
        weights = self.weights
        load = self.base + self.room
        tenths = -(-TENTHS * load // np.maximum(self.capacity, 1))
        steepest = weights.step(max(TENTHS, int(tenths.max(initial=0))))
        heaviest = int(self.weight.max(initial=1))
        return (
            int(self.left.max(initial=0))
            + int(self.leave.max(initial=0))
            + self._dear
            + weights.affinity
            + steepest * heaviest
        )

    def _cost_by_agent(self, sample: OpenItem, tables: _Tables, skilled: Flags) -> Numbers:
        """Fit, secondary and own cost of such an item with each agent."""
        weights = self.weights
        cost: Numbers = np.where(
            tables.of(tables.primary, sample.team), 0, np.int64(weights.secondary)
        )
        asked = dict.fromkeys((*sample.skills, *sample.preferred_skills))
        if asked and weights.fit:
            levels = sum((tables.levels(name) for name in asked), start=np.zeros_like(cost))
            best = int(levels[skilled].max(initial=0))
            cost += weights.fit * np.maximum(best - levels, 0)
        for name, own in sample.costs.items():
            place = self.problem.agent_places.get(name, NOBODY)
            if place != NOBODY:
                cost[place] += own
        return cost

    def _ban(self, sample: OpenItem, able: Flags) -> None:
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


class _Tables:
    """By name, which agents are in a team, or at what level they have a skill."""

    def __init__(self, problem: Problem) -> None:
        agents = problem.agents
        self._nobody: Flags = np.zeros(len(agents), dtype=bool)
        self._none: Numbers = np.zeros(len(agents), dtype=np.int64)
        self._skills: dict[str, Numbers] = {}
        self.member: dict[str, Flags] = {}
        self.primary: dict[str, Flags] = {}
        self.closed: dict[str, Flags] = {}
        for place, agent in enumerate(agents):
            for name, level in agent.skills.items():
                self._skills.setdefault(name, self._none.copy())[place] = level
            for table, teams in (
                (self.member, (*agent.primary, *agent.secondary)),
                (self.primary, agent.primary),
                (self.closed, agent.closed_teams),
            ):
                for team in teams:
                    table.setdefault(team, self._nobody.copy())[place] = True

    def of(self, table: dict[str, Flags], team: str) -> Flags:
        """By agent, whether the table names him for the team."""
        return table.get(team, self._nobody)

    def levels(self, skill: str) -> Numbers:
        """By agent, his level of the skill; 0: he lacks it."""
        return self._skills.get(skill, self._none)
