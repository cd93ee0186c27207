"""Edges of time: what is far away, refused, renamed or all due at once."""

import json

import pytest

from assignwork import ConfigurationError, Dispatcher, Team, WorkItem, Workspace
from assignwork._fields import LAST_INSTANT


def shop(**entry):
    catalog = [{"id": "vpn", "team": "t", **entry}]
    return Dispatcher(Workspace([Team("t")], catalog=catalog), validate=True)


def kinds(events):
    return [event.kind for event in events]


def test_a_delivery_beyond_the_calendar_is_due_at_its_end():
    desk = shop(expected_delivery=1e12)
    desk.submit(WorkItem("1", catalog="vpn"), now=1.7e9)
    assert desk.items["1"].due_at == LAST_INSTANT
    assert desk.queue() == ("1",)


@pytest.mark.parametrize("how", ["reply", "reopen"])
@pytest.mark.parametrize("ended", ["reject", "close"])
@pytest.mark.parametrize("clock_from", ["queued", "submit"])
def test_no_approval_is_got_around_by_reopening(how, ended, clock_from):
    desk = shop(approvals=["lead", "boss"], clock_from=clock_from)
    desk.submit(WorkItem("1", catalog="vpn"), now=0.0)
    desk.approve("1", "lead", now=1.0)
    if ended == "reject":
        desk.reject("1", "boss", "no", now=2.0)
    else:
        desk.close("1", now=2.0)
    desk = Dispatcher.restore(json.loads(json.dumps(desk.snapshot())), validate=True)
    if how == "reply":
        assert kinds(desk.reply("1", by="customer", now=3.0)) == ["replied", "reopened", "held"]
    else:
        assert kinds(desk.reopen("1", now=3.0)) == ["reopened", "held"]
    assert desk.items["1"].approvals == ("lead", "boss")
    assert desk.queue() == ()
    desk.approve("1", "lead", now=4.0)
    assert kinds(desk.approve("1", "boss", now=5.0)) == ["approved", "queued"]
    desk.close("1", now=6.0)
    assert kinds(desk.reopen("1", now=7.0)) == ["reopened", "queued"]


def test_an_update_of_something_else_leaves_a_renamed_level_alone():
    desk = Dispatcher(Workspace([Team("t")]), validate=True)
    desk.submit(WorkItem("1", team="t", priority="critical"), now=0.0)
    desk.update_workspace(priority_levels={"p1": 1}, now=1.0)
    desk.update_item("1", subject="x", now=2.0)
    assert desk.items["1"].own_priority == 1
    with pytest.raises(ConfigurationError, match=r"changes\.priority"):
        desk.update_item("1", impact=1, now=3.0)


def test_all_breaches_of_one_instant_come_at_it_in_order():
    desk = Dispatcher(Workspace([Team("t")], sla=[{"id": "s", "targets": {"resolution": 100}}]))
    for number in range(3000):
        desk.submit(WorkItem(str(number), team="t"), now=0.0)
    desk.advance(now=80.0)
    breached = desk.advance(now=100.0)  # quadratic work would take seconds here
    assert [(event.item, event.at) for event in breached] == [(str(n), 100.0) for n in range(3000)]


def test_a_long_chain_of_paths_is_no_cycle():
    steps = [[{"when": "manual", "do": {"path": f"p{n + 1}"}}] for n in range(2999)]
    steps.append([{"when": "manual", "do": {"notify": ["x"]}}])
    paths = [{"id": f"p{n}", "steps": entry} for n, entry in enumerate(steps)]
    assert len(Workspace(paths=paths).paths) == 3000
    paths[-1]["steps"] = [{"when": "manual", "do": {"path": "p2998"}}]
    with pytest.raises(ConfigurationError, match="a cycle of paths: p2998 -> p2999 -> p2998"):
        Workspace(paths=paths)


@pytest.mark.parametrize("level", ["0", "01", "urgent"])
def test_targets_for_a_priority_that_cannot_be_are_refused(level):
    with pytest.raises(ConfigurationError, match=rf"sla\[0\]\.targets\.{level}"):
        Workspace(sla=[{"id": "s", "targets": {level: {"resolution": 1}}}])


@pytest.mark.parametrize("name", ["2", "*"])
def test_a_level_is_named_by_a_word(name):
    with pytest.raises(ConfigurationError, match="the name of a level; use a word"):
        Workspace(priority_levels={name: 1})


def test_a_cadence_ends_with_the_calendar():
    protocol = {"id": "p", "update_every": 3600, "required": ["status"]}
    desk = Dispatcher(Workspace([Team("t")], protocols=[protocol]), validate=True)
    desk.submit(WorkItem("1", team="t"), now=LAST_INSTANT - 5000)
    assert desk.next_wakeup() == LAST_INSTANT - 1400
    assert kinds(desk.advance(now=LAST_INSTANT - 1400)) == ["update_due"]
    assert desk.next_wakeup() is None
