"""What agents can hold, and what nobody can take, is told as well as what they can do."""

import warnings

import pytest

from assignwork import Agent, Calendar, Team, Workspace
from assignwork.simulation import (
    Conversation,
    Kind,
    Scenario,
    Stream,
    UnstableWarning,
    balances,
    simulate,
)

HOUR = 3600


def chats(*, snoozes=False, agents=None, per_hour=60, after=600, answers="start", **desk):
    agents = agents or [Agent(name, capacity=2, primary=["chat"]) for name in "abc"]
    talk = Conversation(5, after, snoozes=snoozes)
    kind = Kind("chat", handle=300, conversation=talk, answers=answers)
    workspace = Workspace([Team("chat")], agents, **desk)
    return Scenario(workspace, [Stream("day", per_hour, kind)], length=4 * HOUR, drain=0)


def test_places_held_in_customers_turns_are_warned_of_with_their_number():
    whole = balances(chats())[0]
    assert (whole.held, whole.room) == (pytest.approx(45), 6)
    assert whole.utilisation == pytest.approx(5 / 6)
    assert not whole.keeps_up
    with pytest.warns(UnstableWarning, match=r"hold 45 places .* agents have 6, 7\.500 of them"):
        simulate(chats(), replications=1)


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"customer_wait_counts": False}, False),
        ({"customer_wait_counts": False, "answers": "never"}, True),
        ({"snoozes": True}, False),
        ({"snoozes": True, "snoozed_counts": True}, True),
        ({"snoozes": True, "snoozed_counts": True, "customer_wait_counts": False}, False),
    ],
)
def test_turns_hold_a_place_where_the_workspace_counts_them(fields, held):
    assert balances(chats(**fields))[0].keeps_up is not held


def test_places_are_held_after_the_shift_as_long_as_a_turn_lasts():
    office = Calendar("office", hours={"mon-sun": ["00:00-01:00"]})
    agents = [Agent("ana", capacity=4, primary=["chat"], shift="office")]
    found = [
        balances(chats(agents=agents, calendars=[office], after=after, per_hour=1))[0].room
        for after in (0, 1800, 10 * HOUR)
    ]
    assert found == [1.0, 1.5, 4.0]


@pytest.mark.parametrize(
    ("agent", "kind", "reason"),
    [
        ({}, {"skills": {"es": 2}}, "skill 'es' from level 2 is required, .* nobody has it"),
        ({"skills": {"es": 1}}, {"skills": {"es": 2}}, "the highest level is 1"),
        ({"capacity": 2}, {"weight": 3}, r"weighs 3, and 2 is the most .* \(capacity\)"),
        (
            {"channel_limits": {"chat": 1}},
            {"weight": 2, "channel": "chat"},
            r"weighs 2, and 1 is the most .* \(limit of channel 'chat'\)",
        ),
        ({"presence": "offline"}, {}, "no member of team 'q' is at work"),
    ],
)
def test_work_that_nobody_can_take_is_named_with_its_reason(agent, kind, reason):
    desk = Workspace([Team("q")], [Agent("ana", **{"primary": ["q"], **agent})])
    kinds = [Kind("q", handle=60, name="hard", patience=60, **kind)]
    what = Scenario(desk, [Stream("day", 5, kinds)], length=HOUR)
    with pytest.warns(UnstableWarning, match=f"stream 'day', kind 'hard': .*{reason}"):
        simulate(what, replications=1)


@pytest.mark.parametrize(
    ("per_hour", "skills"),
    [(5, {"es": {"level": 2, "relax_after": 60}}), (0, {"es": 2}), (5, {"de": 1})],
)
def test_what_somebody_can_take_or_nobody_brings_is_not(per_hour, skills):
    desk = Workspace([Team("q")], [Agent("ana", primary=["q"], skills={"de": 1})])
    kind = Kind("q", handle=60, skills=skills)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate(Scenario(desk, [Stream("day", per_hour, kind)], length=HOUR), replications=1)
