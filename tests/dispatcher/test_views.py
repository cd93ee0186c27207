"""What a desk shows can be read and kept, never changed."""

import attrs
import pytest

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace


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


def test_views_and_all_they_hold_are_immutable(desk):
    before = desk.snapshot()
    for view in views(desk):
        for record in [
            view,
            getattr(view, "item", None) or getattr(view, "agent", None) or view.team,
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


def test_reading_changes_nothing(desk):
    before = desk.snapshot()
    views(desk)
    desk.queue()
    desk.queue("u")
    desk.position("2")
    desk.next_wakeup()
    repr(desk)
    assert desk.operations["events"] == before["counters"]["seq"]
    assert desk.snapshot() == before


def test_positions_count_from_one_and_only_what_is_queued(desk):
    desk.submit(WorkItem("4", team="u", priority=1), now=9.0)
    found = [desk.position(name) for name in ("4", "2", "1", "3")]
    assert found == [(1, 1), (2, 2), None, None]
