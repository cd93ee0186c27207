"""A second reading of a run: what its events say, row by row, without the simulator's books."""

from itertools import pairwise
from math import inf, isnan, nan

import pytest


class Rereading:
    """The rows that a trial should have, from the workspace and the events alone.

    Only who does not come (no-shows) and what agents do with their hands is not in the events.
    """

    def __init__(self, events, trial, scenario):
        self.items, self.presences, self.stays, self.promises = {}, [], [], []
        self.owned = {}  # item -> (agent, since, called); closed spans go to `ownership`
        self.ownership = []
        self.visits = []  # (item, opened, closed)
        self.scenario, self.trial, self.events = scenario, trial, events
        self.active = {}
        self.area, self._count, self._last = 0.0, 0, scenario.start
        self._began(events, scenario)
        for event in events:
            self._pass(event.at)
            read = getattr(self, f"_{event.kind}", None)
            if read is not None:
                read(event)
        self._pass(trial.ended_at)
        self._end()

    def _began(self, events, scenario):
        # that somebody without a shift does not come shows in no event
        said = {}
        for event in events:
            if event.kind == "presence_changed" and event.agent not in said:
                said[event.agent] = event
        there = {
            self.trial.agents[code]
            for code, at in zip(
                self.trial.presences.agent, self.trial.presences.begun_at, strict=True
            )
            if at == scenario.start
        }
        for agent in scenario.workspace.agents:
            first = said.get(agent.id)
            at_once = first is not None and first.at == scenario.start
            comes = not scenario.no_show or agent.id in there
            if agent.presence == "active" and not at_once and comes:
                self.active[agent.id] = scenario.start

    def _pass(self, at):
        self.area += self._count * (at - self._last)
        self._last = at

    def _queued(self, event):
        if event.item not in self.items:
            self.items[event.item] = {
                "arrived_at": event.at, "team": event.team, "priority": event.priority,
                "assigned_at": nan, "agent": None, "answered_at": nan, "closed_at": nan,
                "visits": 1, "left": False, "queue": None, "opened": event.at,
            }  # fmt: skip
            self._count += 1
        item = self.items[event.item]
        if item["queue"] is None:
            item["queue"] = (event.team, event.at)

    def _leave_queue(self, event):
        item = self.items[event.item]
        if item["queue"] is not None:
            self.stays.append((event.item, *item["queue"], event.at))
            item["queue"] = None

    def _assigned(self, event):
        self._leave_queue(event)
        item = self.items[event.item]
        if item["agent"] is None:
            item.update(assigned_at=event.at, agent=event.agent)
        self._own(event, event.agent, called=event.not_active)

    def _own(self, event, agent, *, called=False):
        before = self.owned.pop(event.item, None)
        if before is not None:
            self.ownership.append((event.item, *before, event.at))
        if agent is not None:
            called = called or (before is not None and before[0] == agent and before[2])
            self.owned[event.item] = (agent, event.at, called)

    def _released(self, event):
        self._own(event, None)

    def _transferred(self, event):
        self._leave_queue(event)
        if event.agent is None:
            self._own(event, None)

    def _snoozed(self, event):
        self._leave_queue(event)

    def _woken(self, event):
        if event.agent is None:
            self._own(event, None)

    def _reopened(self, event):
        item = self.items[event.item]
        item["visits"] += 1
        item["closed_at"] = nan
        item["opened"] = event.at
        self._count += 1
        self._own(event, event.agent)

    def _replied(self, event):
        item = self.items[event.item]
        if event.by == "agent" and isnan(item["answered_at"]):
            item["answered_at"] = event.at

    def _closed(self, event):
        self._leave_queue(event)
        item = self.items[event.item]
        item["closed_at"] = event.at
        item["left"] = item["agent"] is None
        self.visits.append((event.item, item["opened"], event.at))
        self._count -= 1
        self._own(event, None)

    def _presence_changed(self, event):
        if event.presence == "active":
            self.active[event.agent] = event.at
        elif event.agent in self.active:
            self.presences.append((event.agent, self.active.pop(event.agent), event.at))

    def _sla_met(self, event):
        self.promises.append((event.item, event.target, True))

    def _sla_breached(self, event):
        self.promises.append((event.item, event.target, False))

    def _end(self):
        end = self.trial.ended_at
        for agent, since in self.active.items():
            self.presences.append((agent, since, end))
        for name, item in self.items.items():
            if item["queue"] is not None:
                self.stays.append((name, *item["queue"], nan))
            if isnan(item["closed_at"]):
                self.visits.append((name, item["opened"], nan))
        for name, (agent, since, called) in self.owned.items():
            self.ownership.append((name, agent, since, called, end))


def rows(trial):
    """The trial's rows with names for codes, as `Rereading` has them."""
    customers = trial.customers
    count = dict.fromkeys(range(len(trial.streams)), 0)
    names = []
    for stream in customers.stream.tolist():
        count[stream] += 1
        names.append(f"{trial.streams[stream]}-{count[stream]}")
    agents = [None if code < 0 else trial.agents[code] for code in customers.agent]
    items = {
        name: {
            "arrived_at": customers.arrived_at[row].item(),
            "team": trial.teams[customers.team[row]],
            "priority": customers.priority[row].item(),
            "assigned_at": customers.assigned_at[row].item(),
            "agent": agents[row],
            "answered_at": customers.answered_at[row].item(),
            "closed_at": customers.closed_at[row].item(),
            "visits": customers.visits[row].item(),
            "left": bool(customers.abandoned[row] or customers.blocked[row]),
        }
        for row, name in enumerate(names)
    }
    stays = [
        (names[row], trial.teams[team], begun, ended)
        for row, team, begun, ended in zip(
            trial.stays.customer.tolist(), trial.stays.team.tolist(),
            trial.stays.begun_at.tolist(), trial.stays.ended_at.tolist(), strict=True,
        )
    ]  # fmt: skip
    presences = [
        (trial.agents[agent], begun, ended)
        for agent, begun, ended in zip(
            trial.presences.agent.tolist(), trial.presences.begun_at.tolist(),
            trial.presences.ended_at.tolist(), strict=True,
        )
    ]  # fmt: skip
    promises = [
        (names[row], trial.targets[target], bool(met))
        for row, target, met in zip(
            trial.promises.customer, trial.promises.target, trial.promises.met, strict=True
        )
    ]
    stretches = [
        (names[row], trial.agents[agent], begun, ended)
        for agent, row, begun, ended in zip(
            trial.stretches.agent.tolist(), trial.stretches.customer.tolist(),
            trial.stretches.begun_at.tolist(), trial.stretches.ended_at.tolist(), strict=True,
        )
    ]  # fmt: skip
    return names, items, stays, presences, promises, stretches


def plain(value):
    """NaN as None, so that rows can be compared."""
    return None if isinstance(value, float) and isnan(value) else value


def compare(reread, trial):
    """The trial's rows are what the events say."""
    names, items, stays, presences, promises, _ = rows(trial)
    visits = [
        (names[row], begun, closed)
        for row, begun, closed in zip(
            trial.visits.customer.tolist(), trial.visits.begun_at.tolist(),
            trial.visits.closed_at.tolist(), strict=True,
        )
    ]  # fmt: skip
    assert sorted(map(_plainly, reread.visits), key=str) == sorted(map(_plainly, visits), key=str)
    ours = {
        name: {key: plain(value) for key, value in item.items() if key not in ("queue", "opened")}
        for name, item in reread.items.items()
    }
    assert ours == {
        name: {key: plain(value) for key, value in item.items()} for name, item in items.items()
    }
    assert sorted(map(_plainly, reread.stays), key=str) == sorted(map(_plainly, stays), key=str)
    assert sorted(reread.presences) == sorted(presences)
    assert reread.promises == promises


def _plainly(row):
    return tuple(map(plain, row))


def check_littles_law(reread, trial):
    """Numbers in the system, integrated over time, are the times in it, summed up."""
    visits = trial.visits
    closed = [trial.ended_at if isnan(at) else at for at in visits.closed_at]
    in_system = sum(closed) - visits.begun_at.sum()
    assert reread.area == pytest.approx(in_system, rel=1e-9, abs=1e-3)


def check_conservation(trial):
    """Each customer was assigned, gave up, found no place, or waits still: one of these."""
    customers = trial.customers
    waiting = set(trial.stays.customer[[isnan(at) for at in trial.stays.ended_at]].tolist())
    for row in range(len(customers.arrived_at)):
        fates = [
            not isnan(customers.assigned_at[row]),
            bool(customers.abandoned[row]),
            bool(customers.blocked[row]),
            row in waiting and isnan(customers.assigned_at[row]),
        ]
        assert sum(fates) == 1, (row, fates)


def check_work(reread, trial):
    """Who works on what, when, and how much is done."""
    scenario = reread.scenario
    names, _, _, presences, _, stretches = rows(trial)
    handling = {
        agent.id: scenario.handling_of.get(agent.id, scenario.handling)
        for agent in scenario.workspace.agents
    }
    _check_overlaps(stretches, handling)
    _check_places(reread, stretches, presences, handling)
    _check_amounts(reread, trial, names, stretches, handling)


def _levels(stretches):
    """Of each agent, (since, until, items at once) between changes."""
    found = {}
    for agent in {agent for _, agent, _, _ in stretches}:
        mine = [(begun, ended) for _, who, begun, ended in stretches if who == agent]
        edges = sorted({at for span in mine for at in span})
        found[agent] = [
            (since, until, sum(begun <= since and until <= ended for begun, ended in mine))
            for since, until in pairwise(edges)
        ]
    return found


def _check_overlaps(stretches, handling):
    by_item = {}
    for item, _, begun, ended in stretches:
        assert ended > begun
        by_item.setdefault(item, []).append((begun, ended))
    for spans in by_item.values():
        for (_, ended), (begun, _) in pairwise(sorted(spans)):
            assert begun >= ended  # nobody works on what somebody else is working on
    for agent, levels in _levels(stretches).items():
        most = handling[agent].at_once or inf
        assert all(level <= most for _, _, level in levels)


def _check_places(reread, stretches, presences, handling):
    """Work is on what one owns, and begins while one is there, or called in."""
    for item, agent, begun, ended in stretches:
        mine = [
            called
            for name, owner, since, called, until in reread.ownership
            if (name, owner) == (item, agent) and since <= begun and ended <= until
        ]
        assert mine, (item, agent, begun, ended)
        finishes = handling[agent].finishes
        there = any(
            who == agent and since <= begun <= until and (finishes or ended <= until)
            for who, since, until in presences
        )
        assert there or any(mine), (item, agent, begun)


def _check_amounts(reread, trial, names, stretches, handling):
    """Time worked, at the speeds that held and without the pace, is the work that was drawn."""
    scenario = reread.scenario
    levels = _levels(stretches)
    kinds = {
        f"{stream.name}/{kind.name}": kind for stream in scenario.streams for kind in stream.kinds
    }
    customers = trial.customers
    for row, name in enumerate(names):
        if isnan(customers.closed_at[row]) or isnan(customers.assigned_at[row]):
            continue
        full = trial.kinds[customers.kind[row]]
        kind = kinds[full]
        work = customers.work[row]
        done, last, changes = 0.0, None, 0
        for item, agent, begun, ended in sorted(stretches, key=lambda s: s[2]):
            if item != name:
                continue
            how = handling[agent]
            spent = sum(
                (until - since) * how.speed(level)
                for since, until, level in levels[agent]
                if begun <= since and until <= ended
            )
            own = own_of(scenario, agent, full)
            ratio = 1.0 if own is None or work == 0 else own / work
            done += spent / (pace_of(scenario, agent, full) * ratio)
            changes += last is not None and last != agent
            last = agent
        if kind.comes_back is not None:
            work += (customers.visits[row] - 1) * kind.comes_back.handle.mean  # constant, here
        handover = scenario.handling.handover
        # a handover that was taken away before any of it was done leaves no stretch, but counts
        extra = done - work - changes * handover
        assert extra == pytest.approx(0, abs=1e-5) or (
            handover > 0 and extra > 0 and extra % handover == pytest.approx(0, abs=1e-5)
        ), (name, done, work, changes)


def pace_of(scenario, agent, kind):
    """The factor of an agent's handle times for a kind."""
    entry = scenario.pace.get(agent, 1.0)
    if isinstance(entry, float):
        return entry
    return entry.get(kind, entry.get(kind.rpartition("/")[2], 1.0))


def own_of(scenario, agent, kind):
    """The constant handle time that an agent has for a kind, or None."""
    entry = scenario.handle_of.get(agent, {})
    own = entry.get(kind, entry.get(kind.rpartition("/")[2]))
    return None if own is None else own.mean
