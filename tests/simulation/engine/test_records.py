"""What a trial records of what the desk decides, and of what it promises."""

from playing import agent, comes, desk, play

from assignwork import SlaPolicy
from assignwork.model.priorities import PriorityCriteria


def test_the_priority_is_the_one_that_the_desk_computes():
    criteria = PriorityCriteria(matrix=[[1, 2], [3, 4]])
    found = play(
        desk(agent("ana", capacity=3), priority_criteria=criteria),
        comes("a", 0, 60, impact=1, urgency=2),
        comes("b", 0, 60, impact=2, urgency=1),
        comes("c", 0, 60, priority="critical"),
    )
    assert [found.customer(name).priority for name in "abc"] == [2, 3, 1]


def test_what_is_computed_decides_what_is_taken_up_first():
    criteria = PriorityCriteria(matrix=[[1, 2], [3, 4]])
    found = play(
        desk(agent("ana", capacity=3), priority_criteria=criteria),
        comes("a", 0, 60),
        comes("b", 1, 60, impact=2, urgency=1),
        comes("c", 2, 60, impact=1, urgency=1),
        handling={"at_once": 1},
    )
    assert [name for name, _, _ in found.work(agent="ana")] == ["a", "c", "b"]


def test_what_an_item_needs_reaches_the_desk():
    found = play(
        desk(
            agent("ana", skills={"spanish": 1}, channel_limits={"chat": 1}, capacity=4),
            agent("ben", skills={"spanish": 3}, capacity=4),
        ),
        comes("a", 0, 60, skills={"spanish": 2}, tags=["vip"], category="billing", weight=3),
        comes("b", 1, 60, channel="chat", preferred_agent="ana"),
        comes("c", 2, 60, channel="chat", preferred_agent="ana"),
    )
    assert [found.customer(name).agent for name in "abc"] == ["ben", "ana", "ben"]
    queued = next(event for event in found.events if event.kind == "queued")
    assert (queued.weight, queued.category) == (3, "billing")


def promised(found):
    rows, trial = found.trial.promises, found.trial
    return sorted(
        (trial.streams[trial.customers.stream[row]], trial.targets[target], bool(met))
        for row, target, met in zip(rows.customer, rows.target, rows.met, strict=True)
    )


def test_promises_that_were_met_and_breached():
    policy = SlaPolicy("sla", {"*": {"first_response": 50, "resolution": 120}})
    found = play(desk("ana", sla=[policy]), comes("a", 0, 100), comes("b", 10, 100))
    assert promised(found) == [
        ("a", "first_response", True), ("a", "resolution", True),
        ("b", "first_response", False), ("b", "resolution", False),
    ]  # fmt: skip


def test_promises_to_who_gives_up_or_is_never_answered():
    policy = SlaPolicy("sla", {"*": {"first_response": 50}})
    found = play(
        desk("ana", sla=[policy]),
        comes("a", 0, 1000, answers="never"),
        comes("b", 10, 100, patience=20),
        comes("c", 10, 100, patience=70),
        comes("d", 20, 100, places=0),
    )
    events = [
        (event.item[0], event.target, event.kind == "sla_met")
        for event in found.events
        if event.kind in ("sla_met", "sla_breached")
    ]
    assert promised(found) == sorted(events)
    assert ("a", "first_response", False) in promised(found)
