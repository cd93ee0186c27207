"""The events tell everything: who follows them alone knows the state, and sees the rules kept."""

import json
from itertools import pairwise

import pytest

from assignwork import Agent, AssignworkError, Dispatcher
from assignwork.events import KINDS, event_from_dict
from assignwork.model import Protocol

FIRST, NEXT, RESOLUTION = "first_response", "next_response", "resolution"


class Follower:
    """Knows the workspace at the beginning and the events since, nothing else."""

    def __init__(self, workspace):
        self.settings = {
            name: getattr(workspace, name)
            for name in ("default_capacity", "snoozed_counts", "customer_wait_counts")
        }
        self.levels = workspace.priority_levels
        self.protocols = workspace.protocols
        self.agents = {agent.id: agent for agent in workspace.agents}
        self.presence = {agent.id: agent.presence for agent in workspace.agents}
        self.items = {}
        self.handoff = None  # the one that must be told next
        self.moves = self.skips = 0  # of a rebalancing, still to be told
        self.moved_to = set()  # who gets something by it
        self.seq = 0

    def follow(self, event):
        self.seq += 1
        assert event.seq == self.seq
        handoff, self.handoff = self.handoff, None
        if handoff is not None:
            assert (event.kind, event.item, event.from_agent, event.to_agent) == handoff
        getattr(self, f"_{event.kind}")(event)

    def load(self, agent):
        counted = 0
        for item in self.items.values():
            held = item["state"] in ("assigned", "offered") or (
                item["state"] == "snoozed" and self.settings["snoozed_counts"]
            )
            waits = item["waits"] or self.settings["customer_wait_counts"]
            if item["agent"] == agent and held and waits:
                counted += item["weight"]
        return counted

    def capacity(self, agent):
        return self.agents[agent].capacity or self.settings["default_capacity"]

    def _to(self, event, state, agent):
        self.items[event.item] |= {"state": state, "agent": agent}

    # --- where it is, and whose ---------------------------------------------------------------

    def _new(self, event):
        self.items[event.item] = {
            "waits": True, "left_by": None, "own": None, "protocol": None, "clocks": {},
            "path": None, "level": None, "skipped": None, "acknowledged": False, "watchers": (),
            "approvals": (),
        }  # fmt: skip

    def _queued(self, event):
        first = event.item not in self.items or self.items[event.item]["state"] == "held"
        if event.item not in self.items:
            self._new(event)
        item = self.items[event.item]
        if not first and item["state"] == "released":
            self.moves -= 1
        item |= {"team": event.team, "weight": event.weight, "decided_by": event.decided_by}
        self._to(event, "queued", None)
        assert item["own"] in (event.priority, None)
        item["own"] = event.priority
        if first:
            self._match_protocol(item)

    def _gift(self, event, state):
        before = self.items[event.item]
        assert before["state"] == "queued"
        assert self.presence[event.agent] == "active"
        assert self.load(event.agent) + before["weight"] <= self.capacity(event.agent)
        self._to(event, state, event.agent)

    def _rebalanced(self, event):
        assert (self.moves, self.skips) == (0, 0)
        assert event.moves + event.skipped > 0
        self.moves, self.skips = event.moves, event.skipped

    def _move_skipped(self, event):
        self.skips -= 1
        assert event.agent != event.owner
        item = self.items.get(event.item)
        assert (item is None) == (event.why == "unknown_item")
        if event.why == "unknown_agent":
            assert event.agent not in self.agents
        elif event.why == "closed":
            assert item["state"] == "closed"
        elif event.why in ("done", "not_eligible", "full", "pointless"):
            where = event.agent if event.why == "done" else event.owner
            state = "queued" if where is None else "assigned"
            assert (item["state"], item["agent"]) == (state, where)
        assert (event.detail is not None) == (event.why in ("not_eligible", "full"))

    def _move_to(self, event):
        item = self.items[event.item]
        assert self.skips == 0
        assert item["state"] in ("queued", "released")
        assert self.presence[event.agent] == "active"
        assert (event.selection, event.key, event.runner_up) == ("rebalance", (), None)
        self._to(event, "assigned", event.agent)
        self.moves -= 1
        self.moved_to.add(event.agent)
        if self.moves == 0:
            assert all(self.load(agent) <= self.capacity(agent) for agent in self.moved_to)
            self.moved_to.clear()

    def _assigned(self, event):
        if event.by == "rebalance":
            self._move_to(event)
        elif event.by in ("dispatch", "pull"):
            self._gift(event, "assigned")
        else:
            self._to(event, "assigned", event.agent)
        item = self.items[event.item]
        left_by, item["left_by"] = item["left_by"], None
        if left_by not in (None, event.agent):
            self.handoff = ("handoff", event.item, left_by, event.agent)

    def _handoff(self, event):
        assert event.open_for >= 0.0

    def _offered(self, event):
        self._gift(event, "offered")

    def _offer_ended(self, event):
        assert self.items[event.item]["agent"] == event.agent

    def _transferred(self, event):
        item = self.items[event.item]
        assert item["team"] == event.from_team
        item["team"] = event.team
        if item["state"] == "snoozed":
            item["agent"] = event.agent

    def _released(self, event):
        assert self.items[event.item]["agent"] == event.agent
        if event.why == "rebalance":  # who gets it is told when all have been taken
            assert self.items[event.item]["state"] == "assigned"
            assert self.skips == 0
            self._to(event, "released", None)
        if event.why == "shift":
            assert self.presence[event.agent] == "away_reassign"
            self.items[event.item]["left_by"] = event.agent

    def _snoozed(self, event):
        self._to(event, "snoozed", self.items[event.item]["agent"])

    def _woken(self, event):
        assert self.items[event.item]["agent"] == event.agent
        self._to(event, "assigned", event.agent)  # or `queued` follows

    def _replied(self, event):
        item = self.items[event.item]
        item["waits"] = event.by == "customer"
        if event.by == "agent":  # what no policy has a target for is answered without a word
            for target in (FIRST, NEXT):
                if item["clocks"].get(target) == ("paused", None):
                    item["clocks"][target] = ("met", None)

    def _closed(self, event):
        self._to(event, "closed", event.agent)
        self.items[event.item] |= {
            "acknowledged": False, "skipped": None, "approvals": (), "left_by": None,
            "protocol": None,
        }  # fmt: skip

    def _reopened(self, event):
        item = self.items[event.item]
        item["waits"] = True
        self._to(event, "assigned", event.agent)  # or `queued` follows
        if item["clocks"].get(RESOLUTION, ("",))[0] == "met":
            item["clocks"][RESOLUTION] = ("paused", None)
        self._match_protocol(item)

    def _rated(self, event):
        assert self.items[event.item]["state"] != "held"
        assert 1 <= event.score <= 5

    # --- approvals ------------------------------------------------------------------------------

    def _held(self, event):
        if event.item not in self.items:
            self._new(event)
        self.items[event.item] |= {
            "team": event.team,
            "weight": event.weight,
            "own": event.priority,
            "approvals": event.approvals,
            "protocol": None,
        }
        self._to(event, "held", None)

    def _approved(self, event):
        item = self.items[event.item]
        assert event.remaining == item["approvals"][1:]
        item["approvals"] = event.remaining

    def _rejected(self, event):
        assert self.items[event.item]["state"] == "held"

    # --- targets --------------------------------------------------------------------------------

    def _clock(self, event, state, due=None):
        self.items[event.item]["clocks"][event.target] = (state, due)

    def _state_of(self, event):
        return self.items[event.item]["clocks"].get(event.target, (None, None))

    def _sla_started(self, event):
        # what was answered late stays `breached` until the customer asks anew; and what was met
        # before it ever ran, starts when the item is reopened
        assert self._state_of(event)[0] != "running"
        self._clock(event, "running", event.due)

    def _sla_resumed(self, event):
        assert self._state_of(event)[0] in ("running", "paused")
        self._clock(event, "running", event.due)

    def _sla_at_risk(self, event):
        assert self._state_of(event) == ("running", event.due)

    def _sla_breached(self, event):
        assert self._state_of(event)[0] in (None, "running", "paused")
        assert event.due == event.at
        self._clock(event, "breached", event.due)

    def _sla_paused(self, event):
        assert self._state_of(event)[0] == "running"
        self._clock(event, "paused")

    def _sla_met(self, event):
        state, due = self._state_of(event)
        assert state in (None, "running", "paused")
        assert due is None or event.at <= due
        self._clock(event, "met")

    # --- paths ----------------------------------------------------------------------------------

    def _path_entered(self, event):
        self.items[event.item] |= {"path": event.path, "level": 1, "skipped": None}

    def _on_step(self, event):
        item = self.items[event.item]
        assert (event.path, event.level) == (item["path"], item["level"])
        item["level"] += 1
        return item

    def _escalated(self, event):
        item = self._on_step(event)
        item["watchers"] = tuple(dict.fromkeys((*item["watchers"], *event.watchers)))

    def _escalation_skipped(self, event):
        item = self._on_step(event)
        if event.why == "acknowledged" and item["skipped"] is None:
            item["skipped"] = event.level

    def _path_ended(self, event):
        item = self.items[event.item]
        assert item["path"] == event.path
        item |= {"path": None, "level": None, "skipped": None}

    def _acknowledged(self, event):
        self.items[event.item]["acknowledged"] = True

    def _acknowledgement_lapsed(self, event):
        item = self.items[event.item]
        item["acknowledged"] = False
        if item["skipped"] is not None:
            item |= {"level": item["skipped"], "skipped": None}

    # --- protocols ------------------------------------------------------------------------------

    def _match_protocol(self, item):
        """Which protocol, the priority says: one that tells nobody begins without a word."""
        item["protocol"] = self._protocol_of(item["own"])

    def _protocol_of(self, priority):
        for protocol in self.protocols:
            named = [self.levels.get(entry, entry) for entry in protocol.priorities]
            if not named or priority in named:
                return protocol.id
        return None

    def _said(self, event):
        item = self.items[event.item]
        assert item["protocol"] == event.protocol
        item["protocol"] = event.protocol

    _update_due = _update_overdue = _update_posted = _said

    def _announced(self, event):
        if event.occasion == "resolved":
            assert self.items[event.item]["state"] == "closed"
        else:
            self._said(event)

    def _report_due(self, event):
        assert self.items[event.item]["state"] == "closed"

    _report_posted = _report_due

    # --- changes --------------------------------------------------------------------------------

    def _presence_changed(self, event):
        assert self.presence[event.agent] != event.presence
        self.presence[event.agent] = event.presence

    def _item_updated(self, event):
        item = self.items[event.item]
        item["weight"] = event.changes.get("weight", item.get("weight"))
        if event.priority != item["own"]:
            item["own"] = event.priority
            if item["state"] != "held":
                self._match_protocol(item)

    def _configured(self, event):
        getattr(self, f"_{event.what}", lambda _: None)(event)

    def _update_workspace(self, event):
        changes = event.changes
        self.settings |= {k: v for k, v in changes.items() if k in self.settings}
        self.levels = changes.get("priority_levels", self.levels)
        if "protocols" in changes:
            self.protocols = [Protocol.from_dict(entry) for entry in changes["protocols"]]

    def _add_agent(self, event):
        agent = self.agents[event.target] = Agent.from_dict(event.changes)
        self.presence[agent.id] = agent.presence

    def _remove_agent(self, event):
        del self.agents[event.target], self.presence[event.target]
        for item in self.items.values():
            if item["state"] == "snoozed" and item["agent"] == event.target:
                item["agent"] = None

    def _update_agent(self, event):
        if "capacity" in event.changes:
            targets = [event.target] if isinstance(event.target, str) else event.target
            for target in targets:
                self.agents[target] = Agent(target, capacity=event.changes["capacity"])

    _update_agents = _update_agent

    def _remove_team(self, event):
        for item in self.items.values():  # closed ones move along; open ones were transferred
            if item["team"] == event.target and event.changes["move_to"] is not None:
                item["team"] = event.changes["move_to"]


def told(view):
    """What the events must have told of an item, by the names of the `Follower`."""
    return {
        "state": view.state,
        "team": view.team,
        "path": view.path,
        "level": view.level,
        "acknowledged": view.acknowledged,
        "watchers": view.watchers,
        "approvals": view.approvals,
    }


def compare(known, view):
    assert {name: known[name] for name in told(view)} == told(view)
    assert known["own"] == view.own_priority
    assert known["protocol"] == view.protocol
    clocks = {target.target: (target.state, target.due_at) for target in view.targets}
    begun = {name: clock for name, clock in clocks.items() if name in known["clocks"]}
    assert begun == known["clocks"]
    assert all(clock == ("paused", None) for name, clock in clocks.items() if name not in begun)
    if view.state != "closed":
        assert known["agent"] == (view.owner or view.offered_to)
        assert known["waits"] == (view.waiting_since is not None)


def test_a_follower_knows_every_kind():
    assert [kind for kind in KINDS if not hasattr(Follower, f"_{kind}")] == []


SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_follows_the_events_knows_the_state(seed, make_up):
    workspace, log = make_up(seed, 200)
    desk, follower = Dispatcher(workspace), Follower(workspace)
    for now, command in log:
        try:
            events = desk.handle(command, now=now)
        except AssignworkError:
            continue  # what fired before it is told next time
        for event in events:
            follower.follow(event_from_dict(json.loads(json.dumps(event.to_dict()))))
        assert follower.handoff is None
        assert (follower.moves, follower.skips) == (0, 0)
        for name, view in desk.items.items():
            compare(follower.items[name], view)
        for name, view in desk.agents.items():
            assert follower.presence[name] == view.presence
            assert (follower.load(name), follower.capacity(name)) == (view.load, view.capacity)


@pytest.mark.parametrize("seed", range(10))
def test_instants_of_events_never_go_back_and_numbers_have_no_gaps(seed, make_up):
    workspace, log = make_up(seed, 200)
    desk, events = Dispatcher(workspace), []
    for now, command in log:
        try:
            events += desk.handle(command, now=now)
        except AssignworkError:
            continue
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(a.at <= b.at for a, b in pairwise(events))
