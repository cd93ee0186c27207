"""The events tell everything: who follows them alone knows the state, and sees the rules kept."""

import json
from itertools import pairwise

import pytest

from assignwork import Agent, AssignworkError, Dispatcher
from assignwork.events import event_from_dict


class Follower:
    """Knows the workspace at the beginning and the events since, nothing else."""

    def __init__(self, workspace):
        self.settings = {
            name: getattr(workspace, name)
            for name in ("default_capacity", "snoozed_counts", "customer_wait_counts")
        }
        self.agents = {agent.id: agent for agent in workspace.agents}
        self.presence = {agent.id: agent.presence for agent in workspace.agents}
        self.items = {}
        self.seq = 0

    def follow(self, event):
        self.seq += 1
        assert event.seq == self.seq
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

    def _queued(self, event):
        item = self.items.setdefault(event.item, {"waits": True})
        item |= {"team": event.team, "weight": event.weight}
        self._to(event, "queued", None)

    def _gift(self, event, state):
        before = self.items[event.item]
        assert before["state"] == "queued"
        assert self.presence[event.agent] == "active"
        assert self.load(event.agent) + before["weight"] <= self.capacity(event.agent)
        self._to(event, state, event.agent)

    def _assigned(self, event):
        if event.by in ("dispatch", "pull"):
            self._gift(event, "assigned")
        else:
            self._to(event, "assigned", event.agent)

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

    def _snoozed(self, event):
        self._to(event, "snoozed", self.items[event.item]["agent"])

    def _woken(self, event):
        assert self.items[event.item]["agent"] == event.agent
        self._to(event, "assigned", event.agent)  # or `queued` follows

    def _replied(self, event):
        self.items[event.item]["waits"] = event.by == "customer"

    def _closed(self, event):
        self._to(event, "closed", event.agent)

    def _reopened(self, event):
        self.items[event.item]["waits"] = True
        self._to(event, "assigned", event.agent)  # or `queued` follows

    def _presence_changed(self, event):
        assert self.presence[event.agent] != event.presence
        self.presence[event.agent] = event.presence

    def _item_updated(self, event):
        self.items[event.item]["weight"] = event.changes.get(
            "weight", self.items[event.item]["weight"]
        )

    def _configured(self, event):
        getattr(self, f"_{event.what}", lambda _: None)(event)

    def _update_workspace(self, event):
        self.settings |= {k: v for k, v in event.changes.items() if k in self.settings}

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


@pytest.mark.parametrize("seed", range(40))
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
        for name, view in desk.open_items.items():
            known = follower.items[name]
            assert (known["state"], known["team"]) == (view.state, view.team)
            assert known["agent"] == (view.owner or view.offered_to)
            assert known["waits"] == (view.waiting_since is not None)
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
