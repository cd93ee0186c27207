"""The exporter is scraped over HTTP while a real desk runs, and says what events and desk say."""

import math
import random
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_open_metrics,
)
from prometheus_client.parser import text_string_to_metric_families

from assignwork import Agent, AssignworkError, ConfigurationError, Dispatcher, Team, WorkItem
from assignwork import Workspace as Desk
from assignwork import events as e
from assignwork.integrations.prometheus import BUCKETS, Exporter
from assignwork.model import PRESENCES
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
    state_of,
)

ROOT = Path(__file__).parents[2]
STATES = ("held", "queued", "offered", "assigned", "snoozed")


class Page:
    """A scraped page: its samples by name and labels."""

    def __init__(self, text, parse=text_string_to_metric_families):
        self.text = text
        self.families = {family.name: family for family in parse(text)}
        self.samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def __call__(self, name, **labels):
        return self.samples[f"assignwork_{name}", frozenset(labels.items())]

    def of(self, name):
        """All values of a metric with one label, by that label."""
        return {
            next(iter(labels))[1]: value
            for (found, labels), value in self.samples.items()
            if found == f"assignwork_{name}"
        }


class Server:
    """prometheus-client's own, on a free port."""

    def __init__(self, registry):
        self.registry = registry
        self.server, self.thread = start_http_server(0, addr="127.0.0.1", registry=registry)
        self.url = f"http://127.0.0.1:{self.server.server_port}/metrics"

    def get(self, query="", **headers):
        request = urllib.request.Request(self.url + query, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
            return answer.headers["Content-Type"], answer.read().decode()

    def page(self):
        return Page(self.get()[1])

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def server():
    server = Server(CollectorRegistry())
    yield server
    server.close()


@pytest.fixture
def registry(server):
    yield server.registry
    for collector in list(server.registry._collector_to_names):
        server.registry.unregister(collector)


WORKSPACE = Desk(
    teams=[Team("billing"), Team("calls", offer_timeout=20.0), Team("spanish")],
    agents=[
        Agent("ana", capacity=3, primary=["spanish"], secondary=["billing"]),
        Agent("ben", capacity=2, primary=["billing", "calls"]),
        Agent("cem", capacity=2, primary=["calls"]),
    ],
)


def day(desk):
    """Some of everything; the events of each command as it is carried out."""
    for number in range(5):
        yield desk.submit(WorkItem(f"b-{number}", team="billing"), now=10.0 * number)
    yield desk.submit(WorkItem("c-1", team="calls"), now=50.0)
    yield desk.decline("c-1", desk.items["c-1"].offered_to, now=55.0)
    yield desk.advance(now=100.0)
    yield desk.submit(WorkItem("c-2", team="calls"), now=101.0)
    yield desk.assign("c-2", "cem", now=105.0)
    yield desk.reply("b-0", by="customer", now=110.0)
    yield desk.reply("b-0", by="agent", now=115.0)
    yield desk.reply("b-0", by="agent", now=118.0)
    yield desk.close("b-0", now=120.0)
    yield desk.reopen("b-0", now=130.0)
    yield desk.transfer("b-0", "spanish", now=140.0)
    yield desk.snooze("b-1", until=400.0, now=150.0)
    yield desk.release("b-2", now=160.0)
    yield desk.set_presence("ana", "away_reassign", now=170.0)
    yield desk.assign("b-3", "ana", now=180.0)
    yield desk.add_team(Team("new"), now=190.0)
    yield desk.add_agent(Agent("dan", primary=["new"], capacity=7), now=190.0)
    yield desk.submit(WorkItem("n-1", team="new", weight=3), now=200.0)
    yield desk.close("n-1", now=290.0)


def run(desk, exporter):
    events = []
    for found in day(desk):
        exporter(found)
        events += found
    return events


# --- what happened ------------------------------------------------------------------------------


def test_a_scrape_counts_what_the_events_say(registry, server):
    desk = Dispatcher(WORKSPACE)
    events = run(desk, Exporter(desk, registry=registry))
    page = server.page()

    def of(cls):
        return [event for event in events if isinstance(event, cls)]

    assert {kind: n for kind, n in page.of("events_total").items() if n} == Counter(
        event.kind for event in events
    )
    assert set(page.of("events_total")) == set(e.KINDS)
    queued = Counter(event.team for event in of(e.Queued))
    assert page.of("items_queued_total") == {team: queued[team] for team in desk.teams}
    for team in desk.teams:
        for tier in ("primary", "secondary", "manual"):
            count = sum((event.team, event.tier) == (team, tier) for event in of(e.Assigned))
            assert page("items_assigned_total", team=team, tier=tier) == count
    assert page("items_assigned_total", team="calls", tier="manual") == 1
    left = page.of("items_transferred_total")
    assert left == {"billing": 1, "calls": 0, "spanish": 0, "new": 0}
    ended = Counter(event.how for event in of(e.OfferEnded))
    assert ended["declined"] == ended["withdrawn"] == 1
    assert page.of("offers_ended_total") == dict.fromkeys(
        ("accepted", "declined", "missed", "withdrawn"), 0
    ) | dict(ended)
    assert page("offers_made_total", team="calls") == len(of(e.Offered)) > 1
    why = Counter(event.why for event in of(e.Released))
    assert {name: n for name, n in page.of("items_released_total").items() if n} == why
    assert set(why) >= {"hand", "transfer", "away"}
    assert page("items_closed_total", team="billing") == 1
    assert page("items_reopened_total", team="billing") == 1
    assert page("items_closed_total", team="new") == 1


def test_waits_are_those_of_the_assignments_out_of_a_queue(registry, server):
    desk = Dispatcher(Desk([Team("t")], [Agent("ana", capacity=1, primary=["t"]), Agent("ben")]))
    exporter = Exporter(desk, registry=registry, buckets=(5, 60))
    for events in (
        desk.submit(WorkItem("1", team="t"), now=0.0),
        desk.submit(WorkItem("2", team="t"), now=10.0),
        desk.close("1", now=70.0),  # 2 has waited for 60 seconds
        desk.assign("2", "ben", now=80.0),  # from hand to hand: it was in no queue
        desk.submit(WorkItem("3", team="t"), now=80.0),
        desk.submit(WorkItem("4", team="t"), now=90.0),
        desk.assign("4", "ben", now=95.0),
        desk.close("3", now=200.0),
        desk.submit(WorkItem("5", team="t"), now=200.0),
        desk.submit(WorkItem("6", team="t"), now=200.0),
        desk.close("5", now=261.0),
    ):
        exporter(events)
    page = server.page()
    assert page("items_assigned_total", team="t", tier="primary") == 5
    assert page("items_assigned_total", team="t", tier="manual") == 2
    assert page("waited_seconds_count", team="t") == 6
    assert page("waited_seconds_sum", team="t") == 60.0 + 5.0 + 61.0
    found = [page("waited_seconds_bucket", team="t", le=le) for le in ("5.0", "60.0", "+Inf")]
    assert found == [4, 5, 6]
    assert page.families["assignwork_waited_seconds"].type == "histogram"


def test_first_response_is_the_first_reply_and_resolution_every_close(registry, server):
    desk = Dispatcher(Desk([Team("t")], [Agent("ana", primary=["t"])]))
    exporter = Exporter(desk, registry=registry)
    for events in (
        desk.submit(WorkItem("1", team="t"), now=100.0),
        desk.reply("1", by="customer", now=110.0),
        desk.reply("1", by="agent", now=130.0),
        desk.reply("1", by="agent", now=500.0),
        desk.close("1", now=600.0),
        desk.reopen("1", now=700.0),
        desk.reply("1", by="agent", now=710.0),
        desk.close("1", now=1100.0),
        desk.submit(WorkItem("2", team="t"), now=1100.0),
        desk.close("2", now=1101.0),
    ):
        exporter(events)
    page = server.page()
    assert page("first_response_seconds_count", team="t") == 1
    assert page("first_response_seconds_sum", team="t") == 30.0
    assert page("resolution_seconds_count", team="t") == 3
    assert page("resolution_seconds_sum", team="t") == 500.0 + 1000.0 + 1.0
    assert page("resolution_seconds_bucket", team="t", le="1.0") == 1
    assert page("resolution_seconds_bucket", team="t", le="600.0") == 2


def test_an_item_that_is_held_has_arrived(registry, server):
    exporter = Exporter(Dispatcher(WORKSPACE), registry=registry)
    exporter([e.Held(1, 0.0, "h-1", "billing", 3, 1, "default", None, ("boss",))])
    assert server.page().of("open_items") == dict.fromkeys(STATES, 0) | {"held": 1}
    exporter([e.Approved(2, 50.0, "h-1", "boss", ())])
    exporter([e.Queued(3, 50.0, "h-1", "billing", 3, 1, "given", None)])
    assert server.page().of("open_items") == dict.fromkeys(STATES, 0) | {"queued": 1}
    exporter([e.Replied(4, 60.0, "h-1", "agent", None), e.Closed(5, 100.0, "h-1", None)])
    page = server.page()
    assert page.of("open_items") == dict.fromkeys(STATES, 0)
    assert page("first_response_seconds_sum", team="billing") == 60.0
    assert page("resolution_seconds_sum", team="billing") == 100.0


def test_promises_escalations_approvals_and_ratings_are_counted(registry, server):
    exporter = Exporter(Dispatcher(WORKSPACE), registry=registry)
    step = ("net", 2, 1, "unassigned", "path", None, None, None, None, None, (), ())
    exporter(
        [
            e.SlaStarted(1, 0.0, "t-1", "gold", "resolution", 60.0),
            e.SlaAtRisk(2, 48.0, "t-1", "gold", "resolution", 60.0),
            e.SlaBreached(3, 60.0, "t-1", "gold", "resolution", 60.0),
            e.SlaMet(4, 60.0, "t-2", "gold", "first_response", 5.0),
            e.SlaMet(5, 60.0, "t-3", "gold", "first_response", 9.0),
            e.Escalated(6, 60.0, "t-1", *step),
            e.Escalated(7, 61.0, "t-2", *step),
            e.Handoff(8, 62.0, "t-1", "billing", "ana", "ben", 62.0),
            e.Approved(9, 63.0, "t-4", "boss", ()),
            e.Rejected(10, 64.0, "t-5", "boss", "too dear"),
            e.Rated(11, 65.0, "t-1", 5, None),
        ]
    )
    page = server.page()
    sla = {"policy": "gold", "target": "resolution"}
    assert page("sla_outcomes_total", **sla, outcome="at_risk") == 1
    assert page("sla_outcomes_total", **sla, outcome="breached") == 1
    assert page("sla_outcomes_total", policy="gold", target="first_response", outcome="met") == 2
    assert page("escalations_total", path="net", level="2") == 2
    assert page("handoffs_total", team="billing") == 1
    assert page.of("approvals_total") == {"approved": 1, "rejected": 1}
    assert page.of("ratings_total") == {"5": 1}
    assert page("events_total", kind="sla_started") == 1


# --- what stands --------------------------------------------------------------------------------


def standing(desk):
    """The gauges, computed from the desk's views alone."""
    items = list(desk.open_items.values())
    agents = list(desk.agents.values())
    found = {}
    for state in STATES:
        found["open_items", state] = sum(item.state == state for item in items)
    for team in desk.teams:
        since = [item.queued_at for item in items if (item.team, item.state) == (team, "queued")]
        active = [a for a in agents if team in a.primary and a.presence == "active"]
        found["queued_items", team] = desk.teams[team].queued
        found["oldest_wait_seconds", team] = desk.now - min(since) if since else 0.0
        found["team_load_units", team] = sum(agent.load for agent in active)
        found["team_capacity_units", team] = sum(agent.capacity for agent in active)
    for presence in PRESENCES:
        those = [agent for agent in agents if agent.presence == presence]
        found["agents", presence] = len(those)
        found["load_units", presence] = sum(agent.load for agent in those)
        found["capacity_units", presence] = sum(agent.capacity for agent in those)
    for agent in agents:
        found["agent_load_units", agent.id] = agent.load
        found["agent_capacity_units", agent.id] = agent.capacity
    return found


def shown(page, names):
    return {(name, label): value for name in names for label, value in page.of(name).items()}


GAUGES = (
    "open_items", "queued_items", "oldest_wait_seconds", "team_load_units", "team_capacity_units",
    "agents", "load_units", "capacity_units", "agent_load_units", "agent_capacity_units",
)  # fmt: skip


def test_a_scrape_shows_the_desk_after_each_command(registry, server):
    desk = Dispatcher(WORKSPACE)
    exporter = Exporter(desk, registry=registry, per_agent=True)
    for events in day(desk):
        exporter(events)
        page = server.page()
        assert shown(page, GAUGES) == standing(desk)
        assert page.samples["assignwork_now_timestamp_seconds", frozenset()] == desk.now


@pytest.mark.parametrize("seed", range(60))
def test_the_gauges_are_the_desk_whatever_happens(seed):
    """Also of an exporter that comes when much is open already."""
    dice = RandomDice(random.Random(seed))
    desk = Dispatcher(generate_workspace(dice))
    exporters = [Exporter(desk, registry=CollectorRegistry(), per_agent=True)]
    clock = 0.0
    for step in range(150):
        state = state_of(desk)
        clock = generate_instant(dice, clock, desk.next_wakeup())
        try:
            events = desk.handle(generate_command(dice, state, clock), now=clock)
        except AssignworkError:
            continue  # what its timers did comes with the next command
        if step == 75:
            exporters.append(Exporter(desk, registry=CollectorRegistry(), per_agent=True))
        for exporter in exporters:
            exporter(events)
            found = {
                (family.name.removeprefix("assignwork_"), *sample.labels.values()): sample.value
                for family in exporter.collect()
                if family.type == "gauge"
                for sample in family.samples
            }
            assert found.pop(("now_timestamp_seconds",)) == desk.now
            assert found == standing(desk)


LOADS = {
    "snoozed": lambda desk: desk.snooze("1", now=1.0),
    "snoozed, then given to somebody else": lambda desk: desk.assign("s", "ben", now=1.0),
    "snoozed, then given to another team": lambda desk: desk.transfer("s", "u", now=1.0),
    "snoozed, and its owner removed": lambda desk: desk.remove_agent("ana", now=1.0),
    "woken": lambda desk: desk.wake("s", now=1.0),
    "closed while snoozed": lambda desk: desk.close("s", now=1.0),
    "given to somebody else": lambda desk: desk.assign("1", "ben", now=1.0),
    "heavier": lambda desk: desk.update_item("1", weight=4, now=1.0),
    "answered": lambda desk: desk.reply("1", by="agent", now=1.0),
    "other rules": lambda desk: desk.update_workspace(snoozed_counts=False, now=1.0),
    "another default": lambda desk: desk.update_workspace(default_capacity=9, now=1.0),
    "agents of another size": lambda desk: desk.update_agents(["ana", "ben"], capacity=2, now=1.0),
    "a member elsewhere": lambda desk: desk.update_agent("ana", primary=["u"], now=1.0),
    "a team less": lambda desk: desk.remove_team("t", move_to="u", now=1.0),
}


@pytest.mark.parametrize("what", LOADS)
def test_whatever_changes_a_load_or_a_capacity_is_seen(registry, server, what):
    desk = Dispatcher(
        Desk(
            [Team("t"), Team("u")],
            [Agent("ana", primary=["t"]), Agent("ben")],
            snoozed_counts=True,
            customer_wait_counts=False,
        )
    )
    exporter = Exporter(desk, registry=registry, per_agent=True)
    for name, weight in (("1", 1), ("s", 2)):
        exporter(desk.submit(WorkItem(name, team="t", weight=weight), now=0.0))
    exporter(desk.snooze("s", now=0.0))
    before = standing(desk)
    assert shown(server.page(), GAUGES) == before
    exporter(LOADS[what](desk))
    assert shown(server.page(), GAUGES) == standing(desk)
    assert standing(desk) != before


def test_a_wait_ends_at_the_latest_instant_of_the_desk_or_at_that_of_a_clock(server, registry):
    desk = Dispatcher(Desk([Team("t")]))
    instant = 0.0
    plain = Exporter(desk, registry=registry)
    ticking = Exporter(desk, registry=registry, namespace="ticking", clock=lambda: instant)

    def waits():
        samples = server.page().samples
        return [
            samples[f"{name}_oldest_wait_seconds", frozenset({("team", "t")})]
            for name in ("assignwork", "ticking")
        ]

    assert waits() == [0.0, 0.0]
    events = desk.submit(WorkItem("1", team="t"), now=100.0)
    for exporter in (plain, ticking):
        exporter(events)
    assert waits() == [0.0, 0.0]  # a clock that is behind makes no negative wait
    instant = 160.0
    assert waits() == [0.0, 60.0]
    for exporter in (plain, ticking):
        exporter(desk.advance(now=150.0))  # no event, but time has passed
    assert waits() == [50.0, 60.0]
    for events in (
        desk.submit(WorkItem("2", team="t"), now=155.0),
        desk.close("1", now=157.0),
    ):
        plain(events)
        ticking(events)
    assert waits() == [2.0, 5.0]


def test_an_exporter_that_comes_later_counts_from_then_on(registry, server):
    desk = Dispatcher(Desk([Team("t")], [Agent("ana", capacity=1, primary=["t"])]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    desk.submit(WorkItem("2", team="t"), now=5.0)
    desk.submit(WorkItem("3", team="t"), now=6.0)
    desk.close("3", now=7.0)
    exporter = Exporter(desk, registry=registry)
    assert server.page()("items_queued_total", team="t") == 0
    assert shown(server.page(), GAUGES[:-2]).items() <= standing(desk).items()
    exporter(desk.reply("1", by="agent", now=20.0))  # perhaps not the first: it cannot know
    exporter(desk.close("1", now=30.0))
    exporter(desk.reopen("3", now=40.0))
    page = server.page()
    assert page("first_response_seconds_count", team="t") == 0
    assert page("resolution_seconds_sum", team="t") == 30.0
    assert page("waited_seconds_sum", team="t") == 25.0
    assert page("items_reopened_total", team="t") == 1


def test_lost_events_are_made_good_by_a_refresh(registry, server):
    desk = Dispatcher(Desk([Team("t")], [Agent("ana", capacity=2, primary=["t"])]))
    exporter = Exporter(desk, registry=registry, per_agent=True)
    exporter(desk.submit(WorkItem("1", team="t"), now=0.0))
    for number in range(2, 5):
        desk.submit(WorkItem(str(number), team="t"), now=1.0 * number)
    desk.set_presence("ana", "away", now=10.0)
    exporter.refresh()
    assert shown(server.page(), GAUGES) == standing(desk)
    assert server.page()("items_queued_total", team="t") == 1
    exporter(desk.reply("1", by="agent", now=30.0))
    assert server.page()("first_response_seconds_sum", team="t") == 30.0  # seen before


def test_who_is_removed_leaves_the_gauges_and_stays_in_the_counts(registry, server):
    desk = Dispatcher(Desk([Team("t"), Team("u")], [Agent("ana", primary=["t"])]))
    exporter = Exporter(desk, registry=registry, per_agent=True)
    exporter(desk.submit(WorkItem("1", team="t"), now=0.0))
    exporter(desk.remove_agent("ana", now=1.0))
    exporter(desk.remove_team("t", move_to="u", now=2.0))
    page = server.page()
    assert page.of("queued_items") == {"u": 1}
    assert page.of("agent_load_units") == {}
    assert page("items_queued_total", team="t") == 2
    assert page("items_transferred_total", from_team="t") == 1


# --- the page -----------------------------------------------------------------------------------


def test_no_item_and_nobody_is_a_label_unless_agents_are_asked_for(registry, server):
    desk = Dispatcher(WORKSPACE)
    run(desk, Exporter(desk, registry=registry))
    text = server.page().text
    for name in (*desk.items, *desk.agents):
        assert f'"{name}"' not in text
    other = CollectorRegistry()
    Exporter(desk, registry=other, per_agent=True)
    asked = Page(prometheus_client.generate_latest(other).decode())
    assert set(asked.of("agent_load_units")) == set(desk.agents)


def test_the_number_of_series_does_not_grow_with_the_items(registry, server):
    desk = Dispatcher(WORKSPACE)
    exporter = Exporter(desk, registry=registry)
    sizes = []
    for number in range(200):
        exporter(desk.submit(WorkItem(f"i-{number}", team="billing"), now=1.0 * number))
        if number >= 100:
            exporter(desk.close(f"i-{number - 100}", now=1.0 * number))
        sizes.append(len(server.page().samples))
    assert len(set(sizes[101:])) == 1


HOSTILE = 'a"b\\c\nassignwork_items_queued_total{team="x"} 9\n# EOF\r \u2028é'


@pytest.mark.parametrize("accept", ["text/plain", "application/openmetrics-text; version=1.0.0"])
def test_ids_cannot_forge_lines_of_the_page(registry, server, accept):
    desk = Dispatcher(Desk([Team(HOSTILE)], [Agent(HOSTILE, primary=[HOSTILE])]))
    exporter = Exporter(desk, registry=registry, per_agent=True)
    exporter(desk.submit(WorkItem("1", team=HOSTILE), now=0.0))
    kind, text = server.get(Accept=accept)
    opened = "openmetrics" in accept
    assert ("openmetrics" in kind) == opened
    page = Page(text, parse_open_metrics if opened else text_string_to_metric_families)
    assert page.of("items_queued_total") == {HOSTILE: 1}
    assert page.of("agent_load_units") == {HOSTILE: 1}


def test_names_and_types_are_those_that_prometheus_expects(registry, server):
    desk = Dispatcher(WORKSPACE)
    run(desk, Exporter(desk, registry=registry, per_agent=True))
    text = server.page().text
    kinds = dict(line.split()[2:] for line in text.splitlines() if line.startswith("# TYPE"))
    helps = [line.split(" ", 3)[2:] for line in text.splitlines() if line.startswith("# HELP")]
    assert set(kinds) == {name for name, _ in helps}
    assert all(name.startswith("assignwork_") for name in kinds)
    for name, kind in kinds.items():
        assert name.endswith("_total") == (kind == "counter")
        if kind == "histogram":
            assert name.endswith("_seconds")
    for name, words in helps:
        if name.endswith("_seconds"):
            assert "econds" in words
        if name.endswith("_units"):
            assert "nits" in words


def test_the_page_of_the_documentation_names_every_metric():
    exporter = Exporter(Dispatcher(WORKSPACE), registry=CollectorRegistry(), per_agent=True)
    lines = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1:4] for line in lines if line.startswith("| `assignwork_")]
    told = {
        (name.strip().strip("`").removesuffix("_total"), kind.strip()) for name, kind, _ in rows
    }
    assert told == {(family.name, family.type) for family in exporter.describe()}
    labels = {
        family.name: ", ".join(f"`{name}`" for name in family._labelnames)
        for family in exporter.describe()
    }
    assert labels == {
        name.strip().strip("`").removesuffix("_total"): label.strip() for name, _, label in rows
    }


def test_a_scrape_may_ask_for_some_names(registry, server):
    exporter = Exporter(Dispatcher(WORKSPACE), registry=registry)
    exporter(())
    query = urllib.parse.urlencode({"name[]": "assignwork_agents"})
    assert {name for name, _ in Page(server.get(f"?{query}")[1]).samples} == {"assignwork_agents"}


# --- threads ------------------------------------------------------------------------------------


class OneThread(Dispatcher):
    """A desk that is read in the thread that made it, or fails."""

    __slots__ = ("home",)

    def __init__(self, workspace):
        self.home = threading.get_ident()
        super().__init__(workspace)

    def __getattribute__(self, name):
        if name != "home":
            assert threading.get_ident() == self.home, name
        return super().__getattribute__(name)


def test_scrapes_from_other_threads_see_whole_commands_and_never_the_desk(registry, server):
    desk = OneThread(
        Desk(
            [Team(f"t{n}") for n in range(3)],
            [Agent(f"a{n}", capacity=2, primary=[f"t{n % 3}"]) for n in range(9)],
        )
    )
    exporter = Exporter(desk, registry=registry, per_agent=True)
    pages, failures, over = [], [], threading.Event()

    def scrape():
        try:
            while not over.is_set():
                pages.append(server.page())
        except Exception as error:  # noqa: BLE001  # whatever it is, the test fails by it
            failures.append(error)

    threads = [threading.Thread(target=scrape) for _ in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        number = 0
        while number < 2000 or (len(pages) < 20 and not failures):
            now = 1.0 * number
            exporter(desk.submit(WorkItem(f"i{number}", team=f"t{number % 3}"), now=now))
            if number >= 30:
                exporter(desk.close(f"i{number - 30}", now=now))
            number += 1
    finally:
        over.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert failures == []
    for page in pages:
        waiting = sum(page.of("queued_items").values())
        submitted = page("events_total", kind="queued")
        given = page("events_total", kind="assigned")
        closed = page("events_total", kind="closed")
        assert submitted - closed <= 31
        assert page("open_items", state="queued") == waiting
        assert page("open_items", state="assigned") + waiting == submitted - closed
        assert sum(page.of("items_queued_total").values()) == submitted
        assert sum(page.of("waited_seconds_count").values()) == given
        assert sum(page.of("agent_load_units").values()) == page("open_items", state="assigned")
    assert len({page("events_total", kind="queued") for page in pages}) > 1


# --- making one ---------------------------------------------------------------------------------


def test_without_a_registry_it_is_the_clients_own(monkeypatch):
    own = CollectorRegistry()
    monkeypatch.setattr(prometheus_client, "REGISTRY", own)
    exporter = Exporter(Dispatcher(WORKSPACE))
    assert own.get_sample_value("assignwork_agents", {"presence": "active"}) == 3
    own.unregister(exporter)
    assert own.get_sample_value("assignwork_agents", {"presence": "active"}) is None
    Exporter(Dispatcher(WORKSPACE))


def test_two_desks_in_one_registry_need_two_namespaces(registry):
    Exporter(Dispatcher(WORKSPACE), registry=registry)
    with pytest.raises(ConfigurationError, match="a namespace or a registry of its own") as caught:
        Exporter(Dispatcher(WORKSPACE), registry=registry)
    assert caught.value.field == "namespace"
    Exporter(Dispatcher(WORKSPACE), registry=registry, namespace="second")
    assert registry.get_sample_value("second_agents", {"presence": "active"}) == 3


@pytest.mark.parametrize("namespace", ["", "1st", "a-b", "a b", "a\n", None, 7])
def test_a_namespace_must_begin_names(registry, namespace):
    with pytest.raises(ConfigurationError, match="namespace"):
        Exporter(Dispatcher(WORKSPACE), registry=registry, namespace=namespace)


@pytest.mark.parametrize(
    "buckets", [(), (0,), (-1, 5), (5, 1), (1, 1), (math.inf,), (math.nan,), ("1",), "15", 5]
)
def test_buckets_must_be_rising_seconds(registry, buckets):
    with pytest.raises(ConfigurationError, match="buckets"):
        Exporter(Dispatcher(WORKSPACE), registry=registry, buckets=buckets)


def test_the_default_buckets_rise_from_a_second_to_a_week():
    assert list(BUCKETS) == sorted(BUCKETS)
    assert (BUCKETS[0], BUCKETS[-1]) == (1.0, 7 * 86400.0)


def test_without_the_extra_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigurationError, match=r'pip install "assignwork\[prometheus\]"'):
        Exporter(Dispatcher(WORKSPACE))


def test_importing_the_module_does_not_load_the_extra():
    code = (
        "import sys, assignwork.integrations.prometheus, assignwork.integrations.logs;"
        "print({'prometheus_client', 'structlog'}.intersection(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
