"""Rule U3: whatever the channels do, no assignment is delayed, changed or lost."""

import statistics
import time
from collections import Counter

import pytest

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
from assignwork.events import Announced, UpdatePosted
from assignwork.integrations.notify import Notifier

ITEMS = 150


def commands():
    """A day of a desk, with an incident every tenth item: (name, arguments, now)."""
    now = 0.0
    for number in range(ITEMS):
        now += 10.0
        priority = 1 if number % 10 == 0 else 3
        item = WorkItem(f"t-{number}", team="network", priority=priority)
        yield "submit", (item,), {}, now
        if number >= 4:
            yield "close", (f"t-{number - 4}",), {}, now + 5.0


def run(publish):
    """Every event of the day, with one for the board per incident, and what `publish` cost."""
    workspace = Workspace(
        teams=[Team("network")],
        agents=[Agent(name, primary=["network"], capacity=2) for name in ("ana", "ben", "zoe")],
    )
    desk = Dispatcher(workspace)
    events, seconds = [], []
    for verb, arguments, options, now in commands():
        found = getattr(desk, verb)(*arguments, **options, now=now)
        told = tuple(
            Announced(e.seq, e.at, e.item, "major", "opened", ("board", "lead"), ("chat",))
            for e in found
            if e.kind == "queued" and e.priority == 1
        )
        events.extend(found)
        before = time.perf_counter()
        publish(told + found)
        seconds.append(time.perf_counter() - before)
    return events, seconds


def spoiled(name, web, post_office):
    """Make a channel bad, and say for how long (seconds) it would hold whoever waited for it."""
    if name == "down":
        web.close()
        post_office.close()
    elif name == "slow":
        web.answers.extend([0.5] * 1000)
        post_office.delay = 0.5
    elif name == "hanging":
        web.gate.clear()
        post_office.delay = 5.0
    elif name == "refusing":
        web.answers.extend([500] * 1000)
        post_office.refusals.extend(["550 no"] * 1000)


@pytest.mark.parametrize("how", ["fine", "down", "slow", "hanging", "refusing"])
def test_the_desk_goes_on_whatever_its_channels_do(how, web, post_office, notifier_of):
    expected, _ = run(lambda events: None)
    spoiled(how, web, post_office)
    routes = {"board": web.url(), "lead": {"chat": post_office.url()}}
    queue = 1000 if how == "fine" else 10
    notifier = notifier_of(routes, attempts=2, timeout=0.3, max_queue=queue)
    events, seconds = run(notifier.publish)
    assert events == expected  # nothing lost, nothing changed
    assert sum(seconds) < 1.0  # 300 commands; one slow answer alone takes half a second
    assert statistics.median(seconds) < 0.002
    if how == "fine":
        assert notifier.flush(20)
    notifier.close(0.3)
    incidents = [e for e in expected if e.kind == "queued" and e.priority == 1]
    told = [payload["title"] for payload in web.got] + [m["subject"] for m in post_office.got]
    dead = [letter.message.title for letter in notifier.dead]
    accounted = Counter(told + dead)
    for event in incidents:  # each was delivered or is among the dead, at both addresses
        assert accounted[f"[#{event.seq}] {event.item}: opened"] >= 2
    assert notifier.settled_up_to == expected[-1].seq
    if how == "fine":
        assert len(told) == 2 * len(incidents)
    if how in {"down", "refusing"}:
        assert told == []


def test_a_protocol_is_followed_from_the_desk_to_the_reader(web, post_office, notifier_of):
    workspace = Workspace.from_dict(
        {
            "teams": [{"id": "network"}],
            "agents": [{"id": "ana", "primary": ["network"]}],
            "protocols": [
                {
                    "id": "major",
                    "priorities": [1],
                    "audiences": ["board"],
                    "channels": ["mail"],
                    "update_every": 1800,
                    "required": ["status", "actions", "eta"],
                    "report_on_close": ["root_cause", "prevention"],
                }
            ],
        }
    )
    desk = Dispatcher(workspace)
    routes = {"board": {"mail": post_office.url("board@example.org"), "chat": web.url()}}
    notifier = notifier_of(routes)
    notifier(desk.submit(WorkItem("INC-7", team="network", priority=1), now=0.0))
    notifier(desk.advance(now=3600.0))
    update = {"eta": "14:00", "status": "down", "actions": "swap", "affected": "all"}
    notifier(desk.post_update("INC-7", update, by="ana", now=3700.0))
    notifier(desk.close("INC-7", now=5000.0))
    report = {"root_cause": "a loop", "prevention": "spanning tree"}
    notifier(desk.post_report("INC-7", report, by="ana", now=9000.0))
    assert notifier.flush(10)
    assert notifier.dead == ()
    assert web.got == []  # the protocol names another channel
    subjects = [mail["subject"].partition(" ")[2] for mail in post_office.got]
    assert subjects == [
        "INC-7: opened",
        "INC-7: update due",
        "INC-7: update overdue",
        "INC-7: update due",
        "INC-7: update",
        "INC-7: resolved",
        "INC-7: report due",
        "INC-7: report",
    ]
    assert post_office.got[4].get_content().splitlines()[:4] == [
        "status: down",
        "actions: swap",
        "eta: 14:00",
        "affected: all",
    ]


def test_publishing_takes_no_time_to_speak_of(web):
    """Measured with a server that does not answer: only what the publisher itself pays."""
    web.gate.clear()
    notifier = Notifier({"board": web.url()}, attempts=1)
    content = {"status": "down", "actions": "swap", "eta": "14:00"}
    posted = [
        UpdatePosted(seq, 0.0, "t-1", "major", "ana", ("board",), ("chat",), content)
        for seq in range(1, 201)
    ]
    notifier.publish(posted[:1])
    seconds = []
    for event in posted[1:]:
        before = time.perf_counter()
        notifier.publish((event,))
        seconds.append(time.perf_counter() - before)
    assert statistics.median(seconds) < 0.002
    assert notifier.pending == 200
    notifier.close(0)
    assert len(notifier.dead) == 200
