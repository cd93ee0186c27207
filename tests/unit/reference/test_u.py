"""The reference model on communication: cases computed by hand from rules U."""

import pytest
from reference_desks import desk_of, following, kinds, submit, told

from assignwork.commands import Advance, Close, PostReport, PostUpdate, Reopen, UpdateItem
from assignwork.errors import ConfigurationError, InvalidTransitionError

MAJOR = {
    "id": "major",
    "priorities": [1],
    "audiences": {"opened": ["board"], "escalated": ["ceo"], "resolved": ["all"]},
    "update_every": 100,
    "channels": ["mail"],
    "required": ["status", "eta"],
    "report_on_close": ["root_cause"],
}


def test_audiences_are_told_and_updates_fall_due() -> None:
    desk = desk_of(agents=[], protocols=[MAJOR])
    events = submit(desk, priority=1)
    assert told(events, "occasion", "audiences", "channels") == [
        ("queued",),
        ("announced", "opened", ("board",), ("mail",)),
    ]
    events = desk.handle(Advance(), 200.0)
    assert told(events, "at", "due", "audiences", "required") == [
        ("update_due", 100.0, ("board",), ("status", "eta")),
        ("update_overdue", 200.0, 100.0, ("board",)),
        ("update_due", 200.0, ("board",), ("status", "eta")),
    ]
    with pytest.raises(ConfigurationError) as caught:
        desk.handle(PostUpdate("1", {"status": "broken"}), 250.0)
    assert caught.value.field == "content.eta"
    content = {"status": "broken", "eta": "noon"}
    (posted,) = desk.handle(PostUpdate("1", content, by="a"), 250.0)
    assert (posted.protocol, posted.audiences, posted.content) == ("major", ("board",), content)
    assert told(desk.handle(Advance(), 350.0), "at") == [("update_due", 350.0)]


def test_a_report_is_due_at_close() -> None:
    desk = desk_of(agents=[], protocols=[MAJOR])
    submit(desk, priority=1)
    events = desk.handle(Close("1"), 10.0)
    assert told(events, "occasion", "sections", "audiences") == [
        ("closed",),
        ("announced", "resolved", ("all",)),
        ("report_due", ("root_cause",), ("all",)),
    ]
    assert desk.next_wakeup() is None
    with pytest.raises(ConfigurationError):
        desk.handle(PostReport("1", {"prevention": "more"}), 20.0)
    assert kinds(desk.handle(PostReport("1", {"root_cause": "fuse"}), 20.0)) == ["report_posted"]
    with pytest.raises(InvalidTransitionError):
        desk.handle(PostReport("1", {"root_cause": "fuse"}), 20.0)
    assert kinds(desk.handle(Reopen("1"), 30.0)) == ["reopened", "queued", "announced"]
    assert desk.next_wakeup() == 130.0


def test_a_protocol_comes_and_goes_with_the_priority() -> None:
    step = {"when": "unresolved", "after": 10, "do": {"priority": 1}}
    desk = following(step, protocols=[MAJOR])
    assert told(desk.handle(Advance(), 10.0), "occasion") == [
        ("escalated",),
        ("item_updated",),
        ("announced", "opened"),
        ("announced", "escalated"),
        ("path_ended",),
    ]
    assert kinds(desk.handle(UpdateItem("1", {"weight": 2}), 20.0)) == ["item_updated"]
    assert desk.next_wakeup() == 110.0
    assert kinds(desk.handle(UpdateItem("1", {"priority": 2}), 20.0)) == ["item_updated"]
    assert (desk.next_wakeup(), desk.state()["items"]["1"]["protocol"]) == (None, None)
    (posted,) = desk.handle(PostUpdate("1", {"note": "hi"}), 30.0)
    assert (posted.protocol, posted.audiences) == (None, ())
