"""What a desk shows can be read and kept, never changed."""

import attrs
import pytest

from assignwork import Agent, Calendar, Dispatcher, TargetView, Team, WorkItem, Workspace


@pytest.fixture
def promised():
    """At 300 of a Thursday: `1` is ana's and escalated, `2` is held, `3` is closed."""
    desk = Dispatcher(
        Workspace(
            [Team("t")],
            [Agent("ana", primary=["t"], shift="day"), Agent("ben", shift="24x7")],
            calendars=[Calendar("day", hours={"thu": ["00:00-00:30", "01:00-02:00"]})],
            sla=[{"id": "gold", "targets": {"first_response": 600, "resolution": 1200}}],
            paths=[{
                "id": "major",
                "steps": [
                    {"when": "unresolved", "after": 60, "do": {"watchers": ["eve"], "priority": 2}},
                    {"when": "unresolved", "after": 3600, "do": {"notify": ["eve"]}},
                ],
            }],
            protocols=[{"id": "told", "audiences": ["board"]}],
            catalog=[{"id": "vpn", "team": "t", "approvals": ["lead", "board"]}],
        )
    )  # fmt: skip
    desk.submit(WorkItem("1", team="t", tags=["x"]), now=0.0)
    desk.submit(WorkItem("2", catalog="vpn"), now=0.0)
    desk.submit(WorkItem("3", team="t"), now=0.0)
    desk.reply("1", by="agent", now=30.0)
    desk.acknowledge("1", now=40.0)
    desk.close("3", now=50.0)
    desk.advance(now=300.0)
    return desk


@pytest.fixture
def desk():
    desk = Dispatcher(
        Workspace(
            [Team("t"), Team("u", manual=True)],
            [Agent("ana", primary=["t"], secondary=["u"], skills={"vip": 2}), Agent("ben")],
        )
    )
    desk.submit(WorkItem("1", team="t", skills={"vip": 1}, tags=["x"]), now=0.0)
    desk.submit(WorkItem("2", team="u"), now=1.0)
    desk.submit(WorkItem("3", team="u"), now=2.0)
    desk.close("3", now=3.0)
    return desk


def views(desk):
    return [
        view
        for mapping in (desk.items, desk.open_items, desk.agents, desk.teams)
        for view in mapping.values()
    ]


@pytest.mark.parametrize("which", ["desk", "promised"])
def test_views_and_all_they_hold_are_immutable(which, request):
    desk = request.getfixturevalue(which)
    before = desk.snapshot()
    for view in views(desk):
        for record in [
            view,
            getattr(view, "item", None) or getattr(view, "agent", None) or view.team,
            *getattr(view, "targets", ()),
        ]:
            for field in attrs.fields(type(record)):
                with pytest.raises(attrs.exceptions.FrozenInstanceError):
                    setattr(record, field.name, None)
                value = getattr(record, field.name)
                assert not isinstance(value, (list, set))
                if hasattr(value, "keys"):
                    with pytest.raises(TypeError, match="read-only"):
                        value["new"] = 1
    assert desk.snapshot() == before


@pytest.mark.parametrize("name", ["items", "open_items", "agents", "teams"])
def test_the_mappings_cannot_be_written(desk, name):
    mapping = getattr(desk, name)
    with pytest.raises(TypeError):
        mapping["1"] = None
    with pytest.raises(TypeError):
        del mapping["1"]
    with pytest.raises(AttributeError):
        setattr(desk, name, {})


def test_the_mappings_are_whole(desk):
    assert (list(desk.items), list(desk.open_items)) == (["1", "2", "3"], ["1", "2"])
    assert (list(desk.agents), list(desk.teams)) == (["ana", "ben"], ["t", "u"])
    assert (len(desk.items), "3" in desk.items, "3" in desk.open_items) == (3, True, False)
    assert all(desk.items[name].id == name for name in desk.items)


def test_a_view_is_of_its_moment(desk):
    before = desk.items["1"], desk.agents["ana"]
    desk.close("1", now=5.0)
    assert (before[0].state, before[1].load) == ("assigned", 1)
    assert (desk.items["1"].state, desk.agents["ana"].load) == ("closed", 0)


def test_what_an_agents_view_says(desk):
    view = desk.agents["ana"]
    assert (view.load, view.headroom, view.capacity, view.items, view.offers) == (
        1, 4, 5, ("1",), (),
    )  # fmt: skip
    assert (view.primary, view.secondary, dict(view.skills)) == (("t",), ("u",), {"vip": 2})
    assert (view.idle_since, desk.agents["ben"].idle_since) == (None, 0.0)


def test_what_a_teams_view_says(desk):
    view = desk.teams["u"]
    assert (view.queued, view.primary, view.secondary) == (1, (), ("ana",))
    assert (desk.teams["t"].active_primary, view.active_primary) == (1, 0)


def test_what_an_items_view_says_of_its_promises(promised):
    view = promised.items["1"]
    assert view.targets == (
        TargetView("first_response", "gold", "met", None, 30.0),
        TargetView("resolution", "gold", "running", 1200.0, 0.0),
    )
    assert (view.priority, view.own_priority, view.due_at) == (2, 2, 1200.0)
    assert (view.path, view.level, view.acknowledged) == ("major", 2, True)
    assert (view.protocol, view.watchers, view.approvals) == ("told", ("eve",), ())


def test_what_a_held_items_view_says(promised):
    view = promised.items["2"]
    assert (view.state, view.owner, view.offered_to) == ("held", None, None)
    assert (view.approvals, view.targets) == (("lead", "board"), ())
    assert (view.path, view.level, view.protocol) == (None, None, None)
    assert "2" in promised.open_items
    assert ("2" in promised.queue(), promised.position("2")) == (False, None)


def test_what_a_closed_items_view_keeps(promised):
    view = promised.items["3"]
    assert [(target.target, target.state) for target in view.targets] == [
        ("first_response", "paused"), ("resolution", "met"),
    ]  # fmt: skip
    assert (view.path, view.level, view.protocol) == (None, None, None)


def test_a_view_of_targets_is_of_its_moment(promised):
    before = promised.items["1"].targets
    promised.close("1", now=400.0)
    assert [target.state for target in before] == ["met", "running"]
    assert [target.state for target in promised.items["1"].targets] == ["met", "met"]


def test_what_an_agents_view_says_of_his_shift(promised):
    view = promised.agents["ana"]
    assert (view.presence, view.shift_ends_at, view.shift_starts_at) == ("active", 1800.0, 3600.0)
    promised.advance(now=1800.0)
    view = promised.agents["ana"]
    assert (view.presence, view.by) == ("away_reassign", "shift")
    assert (view.shift_ends_at, view.shift_starts_at) == (None, 3600.0)
    always = promised.agents["ben"]  # on a shift that never ends
    assert (always.shift_ends_at, always.shift_starts_at) == (None, None)


def test_a_queue_and_events_cannot_be_changed_either(desk):
    assert isinstance(desk.queue(), tuple)
    (event,) = desk.close("1", now=9.0)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.item = "2"


def test_the_workspace_is_as_it_is_configured_now(desk):
    desk.update_agent("ana", capacity=9, now=9.0)
    desk.update_workspace(strict=True, now=9.0)
    assert (desk.workspace.agents[0].capacity, desk.workspace.strict) == (9, True)
    assert desk.workspace.teams == (Team("t"), Team("u", manual=True))


@pytest.mark.parametrize("which", ["desk", "promised"])
def test_reading_changes_nothing(which, request):
    desk = request.getfixturevalue(which)
    before = desk.snapshot()
    views(desk)
    desk.queue()
    desk.queue(list(desk.teams)[-1])
    for name in desk.items:
        desk.position(name)
        desk.explain(name)
    for name in desk.agents:
        desk.explain(name)
    desk.next_wakeup()
    repr(desk)
    assert desk.operations["events"] == before["counters"]["seq"]
    assert desk.snapshot() == before


def test_positions_count_from_one_and_only_what_is_queued(desk):
    desk.submit(WorkItem("4", team="u", priority=1), now=9.0)
    found = [desk.position(name) for name in ("4", "2", "1", "3")]
    assert found == [(1, 1), (2, 2), None, None]
