"""A desk as a problem (rule 91), its urgencies (96), and the way from a desk to a plan and back."""

import pytest

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
from assignwork.errors import (
    ConfigurationError,
    InfeasiblePinError,
    UnknownAgentError,
    UnknownItemError,
)
from assignwork.solver import plan_rebalance, read_desk, urgency

HOUR = 3600.0


def desk(agents, teams=("t",), **more):
    workspace = Workspace(
        teams=[team if isinstance(team, Team) else Team(team) for team in teams],
        agents=[Agent(**{"primary": ["t"], "capacity": 4, **agent}) for agent in agents],
        **more,
    )
    return Dispatcher(workspace, validate=True)


def submit(on, *items, now=0.0):
    for item in items:
        fields = {"team": "t", **(item if isinstance(item, dict) else {"id": item})}
        on.submit(WorkItem(**fields), now=now)


def by_id(records):
    return {record.id: record for record in records}


# --- what is in it --------------------------------------------------------------------------------


def test_queued_and_assigned_items_are_in_it():
    on = desk([{"id": "x", "capacity": 1}])
    submit(on, "a", "b")
    items = by_id(read_desk(on).items)
    assert (items["a"].owner, items["a"].fixed) == ("x", False)
    assert (items["b"].owner, items["b"].fixed) == (None, False)


def test_held_closed_and_uncounted_items_are_not():
    on = desk([{"id": "x"}], customer_wait_counts=False)
    submit(on, "a", "b", "c", "d")
    on.close("a", now=1.0)
    on.snooze("b", now=1.0)
    on.reply("c", by="agent", now=1.0)
    assert [item.id for item in read_desk(on).items] == ["d"]


def test_snoozed_items_that_count_are_fixed():
    on = desk([{"id": "x"}], snoozed_counts=True)
    submit(on, "a")
    on.snooze("a", now=1.0)
    (item,) = read_desk(on).items
    assert (item.owner, item.fixed) == ("x", True)


def test_offers_are_fixed():
    on = desk([{"id": "x"}], [Team("t", offer_timeout=30)])
    submit(on, "a")
    (item,) = read_desk(on).items
    assert (item.owner, item.fixed) == ("x", True)


def test_manual_inboxes_are_left_alone():
    on = desk([{"id": "x"}], [Team("t", manual=True)])
    submit(on, "a", "b")
    on.assign("a", "x", now=1.0)
    (item,) = read_desk(on).items
    assert (item.id, item.owner, item.fixed) == ("a", "x", True)


def test_an_item_that_waits_for_its_preferred_agent_is_his_alone():
    on = desk([{"id": "x", "capacity": 1}, {"id": "y", "presence": "away"}])
    submit(on, {"id": "a"}, {"id": "b", "preferred_agent": "x", "affinity_wait": 60})
    assert by_id(read_desk(on).items)["b"].only_agent == "x"
    on.advance(now=61.0)
    assert by_id(read_desk(on).items)["b"].only_agent is None


def test_dropped_requirements_are_not_required_but_still_wanted():
    on = desk([{"id": "x", "presence": "away", "skills": {"law": 1}}])
    submit(on, {"id": "a", "skills": {"law": {"level": 2, "relax_after": 10}, "tax": 1}})
    on.advance(now=11.0)
    (item,) = read_desk(on).items
    assert (dict(item.skills), item.preferred_skills) == ({"tax": 1}, ("law",))


def test_who_declined_is_excluded():
    on = desk([{"id": "x"}], [Team("t", offer_timeout=30)])
    submit(on, "a")
    on.decline("a", "x", now=1.0)
    assert read_desk(on).items[0].excluded == ("x",)


def test_the_caller_s_eligibility_excludes():
    class NotX:
        name = "not-x"

        def obstacle(self, item, agent):
            return "no" if agent.id == "x" else None

    on = desk([{"id": "x"}, {"id": "y", "capacity": 1}], eligibility=[NotX()])
    submit(on, "a", "b")
    assert by_id(read_desk(on).items)["b"].excluded == ("x",)
    assert not plan_rebalance(on).moves


def test_a_conversation_is_one_that_waits_for_our_answer_after_the_first():
    on = desk([{"id": "x"}])
    submit(on, "a", "b", "c")
    on.reply("a", by="agent", now=1.0)
    on.reply("b", by="agent", now=1.0)
    on.reply("b", by="customer", now=2.0)
    told = {item.id: item.in_conversation for item in read_desk(on).items}
    assert told == {"a": False, "b": True, "c": False}


# --- agents ---------------------------------------------------------------------------------------


def test_agents_as_they_are_now():
    on = desk(
        [
            {"id": "x", "channel_limits": {"chat": 2}, "secondary_limit": 1, "secondary": ["u"]},
            {"id": "y", "presence": "away"},
            {"id": "z", "capacity": None},
        ],
        [Team("t", agent_limit=3), "u"],
        default_capacity=7,
    )
    agents = by_id(read_desk(on).agents)
    assert agents["x"].accepts
    assert dict(agents["x"].team_limits) == {"t": 3}
    assert dict(agents["x"].channel_limits) == {"chat": 2}
    assert agents["x"].secondary_limit == 1
    assert not agents["y"].accepts
    assert agents["z"].capacity == 7


def test_the_assignment_rate_bounds_what_one_may_get():
    on = desk([{"id": "x"}], assignment_rate={"items": 3, "per": 60})
    submit(on, "a")
    submit(on, "b", now=50.0)
    assert read_desk(on).agents[0].receives == 1
    on.advance(now=60.0)
    assert read_desk(on).agents[0].receives == 2


def test_after_the_ramp_the_rate_bounds_no_more():
    on = desk([{"id": "x"}], assignment_rate={"items": 1, "per": 60}, ramp_in=30)
    submit(on, "a")
    assert read_desk(on).agents[0].receives == 0
    on.advance(now=30.0)
    assert read_desk(on).agents[0].receives is None


def test_shifts_close_teams_and_end():
    on = desk(
        [{"id": "x", "shift": "day"}],
        [Team("t", min_shift_left=HOUR)],
        calendars={"day": {"timezone": "UTC", "hours": {"thu": ["08:00-16:00"]}}},
    )
    on.advance(now=8 * HOUR)
    (agent,) = read_desk(on).agents
    assert (agent.shift_ends_at, agent.closed_teams) == (16 * HOUR, ())
    on.advance(now=15 * HOUR + 1)
    assert read_desk(on).agents[0].closed_teams == ("t",)


# --- urgency --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("priority", "waited", "late", "expected"),
    [
        (1, 0, 0, 32**3), (2, 0, 0, 32**2), (3, 0, 0, 32), (4, 0, 0, 1), (9, 0, 0, 1),
        (3, 899, 0, 32), (3, 900, 0, 64), (3, 1e9, 0, 32 * 97), (3, 0, 900, 96),
        (3, 0, 1e9, 32 * 193), (3, 0, -1e9, 32), (3, -5, 0, 32),
    ],
)  # fmt: skip
def test_urgency(priority, waited, late, expected):
    assert urgency(priority, waited, late) == expected


def test_urgency_of_a_desk_s_items():
    on = desk([{"id": "x", "presence": "away"}])
    submit(on, {"id": "a", "priority": 1, "created_at": -1800.0}, {"id": "b", "due_at": 100.0})
    on.advance(now=1000.0)
    told = {item.id: item.urgency for item in read_desk(on).items}
    assert told == {"a": 32**3 * (1 + 3), "b": 32 * (1 + 1 + 2)}


# --- pins, sets, plans ----------------------------------------------------------------------------


def test_pins_by_name():
    on = desk([{"id": "x"}, {"id": "y"}])
    submit(on, "a", "b", "c")
    items = by_id(read_desk(on, pinned={"a": None, "b": "y", "c": "y"}).items)
    assert items["a"].fixed
    assert items["b"].fixed is (items["b"].owner == "y")
    assert items["c"].pinned_to == "y" or items["c"].fixed
    with pytest.raises(UnknownItemError):
        read_desk(on, pinned=["nothing"])
    with pytest.raises(UnknownAgentError):
        read_desk(on, pinned={"a": "nobody"})


def test_items_of_one_customer():
    on = desk([{"id": "x"}])
    submit(on, {"id": "a", "customer": "c"}, {"id": "b"}, {"id": "d", "customer": "c"})
    assert read_desk(on, together="customer").together == (("a", "d"),)


def test_reading_changes_nothing():
    on = desk([{"id": "x", "capacity": 1}])
    submit(on, "a", "b")
    before = on.snapshot()
    read_desk(on)
    plan_rebalance(on)
    on.plan_rebalance(time_limit=0)
    assert on.snapshot() == before


def test_a_morning_s_plan_evens_out_and_is_carried_out():
    on = desk([{"id": "x", "capacity": 8}, {"id": "y", "capacity": 8, "presence": "away"}])
    submit(on, *[f"i{n}" for n in range(8)])
    on.set_presence("y", "active", now=HOUR)
    plan = on.plan_rebalance(weights={"move": 1})
    assert {move.agent for move in plan.moves} == {"y"}
    events = on.apply(plan, now=HOUR + 5)
    assert events[0].to_dict() == {
        "seq": events[0].seq, "at": HOUR + 5, "event": "rebalanced", "moves": 4, "skipped": 0,
    }  # fmt: skip
    assert (on.load("x"), on.load("y")) == (4, 4)
    assert plan.after.total == plan_rebalance(on, weights={"move": 1}).before.total + 4
    again = on.apply(plan, now=HOUR + 6)
    assert [event.kind for event in again] == ["rebalanced", *["move_skipped"] * 4]


def test_what_the_plan_may_give_the_desk_takes():
    """Each move of a fresh plan is carried out: both sides read the rules alike."""
    on = desk(
        [
            {"id": "x", "capacity": 3, "channel_limits": {"chat": 1}},
            {"id": "y", "capacity": 3, "secondary": ["u"], "secondary_limit": 1},
            {"id": "z", "primary": ["u"], "capacity": 2, "skills": {"law": 2}},
        ],
        [Team("t", agent_limit=2), "u"],
    )
    submit(
        on,
        {"id": "a", "channel": "chat"}, {"id": "b", "channel": "chat"}, {"id": "c"},
        {"id": "d", "team": "u"}, {"id": "e", "team": "u", "skills": {"law": 1}},
        {"id": "f", "team": "u", "priority": 1}, {"id": "g"},
    )  # fmt: skip
    on.assign("c", "x", now=5.0)
    on.assign("d", "y", now=5.0)
    plan = on.plan_rebalance(deterministic_limit=5, weights={"move": 0, "fairness": 9})
    events = on.apply(plan, all_or_nothing=True, now=6.0)
    assert len(plan.moves) == (events[0].moves if events else 0)


# --- what a reviewer found ------------------------------------------------------------------------


def test_ageing_does_not_make_a_plan_undo_itself():
    on = desk([{"id": "x", "capacity": 1}], ageing={"every": 1800.0, "to": 1})
    submit(on, *[{"id": f"i{n}", "priority": 4} for n in range(3)])
    on.advance(now=HOUR)
    assert {item.priority for item in read_desk(on).items} == {4}
    assert not on.plan_rebalance().moves


def test_what_would_count_nowhere_waits_in_nobody_s_way():
    on = desk([{"id": "x", "capacity": 1}], customer_wait_counts=False)
    submit(on, "a", {"id": "b", "priority": 1})
    on.reply("b", by="agent", now=1.0)
    assert [item.id for item in read_desk(on).items] == ["a"]


def test_pins_of_what_no_plan_moves_are_refused():
    on = desk([{"id": "x"}, {"id": "y"}], snoozed_counts=True)
    submit(on, "a")
    on.snooze("a", now=1.0)
    with pytest.raises(InfeasiblePinError, match="no plan moves it: it is snoozed"):
        on.plan_rebalance(pinned={"a": "y"})
    assert not on.plan_rebalance(pinned=["a"]).moves


@pytest.mark.parametrize("pinned", [5, None, [["a"]], [{}], {"a": ["x"]}, {5: "x"}])
def test_pins_of_the_wrong_kind_are_refused(pinned):
    on = desk([{"id": "x"}])
    submit(on, "a")
    for subject in (on, read_desk(on)):
        with pytest.raises(ConfigurationError):
            plan_rebalance(subject, pinned=pinned)


@pytest.mark.parametrize("subject", [None, 5, {}])
def test_only_problems_and_desks_are_planned_for(subject):
    with pytest.raises(ConfigurationError, match="a Problem or a Dispatcher"):
        plan_rebalance(subject)


def test_a_policy_that_raises_is_named():
    class Moody:
        name = "moody"
        answer = None

        def obstacle(self, item, agent):
            if self.answer == "raise":
                raise RuntimeError("no")
            return self.answer

    policy = Moody()
    on = desk([{"id": "x", "capacity": 1}], eligibility=[policy])
    submit(on, "a", "b")
    policy.answer = "raise"
    with pytest.raises(RuntimeError) as caught:
        on.plan_rebalance()
    assert "moody" in caught.value.__notes__[0]
    policy.answer = 5
    with pytest.raises(ConfigurationError):
        on.plan_rebalance()
