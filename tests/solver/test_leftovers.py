"""Why an item has no holder, and that what is said of an over-full set is true."""

from random import Random

import pytest

from assignwork.solver import Judge, Problem, plan_rebalance
from assignwork.testing.generation._problems import generate_problem

FEATURES = ("weights", "fixed", "receives", "skills", "own", "dues", "exceeded")


def desk(items, agents, **more):
    return Problem(
        items=[{"team": "t", **item} for item in items],
        agents=[{"primary": ["t"], "capacity": 1, **agent} for agent in agents],
        **more,
    )


def told(problem, **options):
    plan = plan_rebalance(problem, **options)
    return {left.item: left for left in plan.unassigned}


def test_nobody_may_get_it_says_what_stops_how_many():
    problem = desk(
        [{"id": "a", "skills": {"law": 2}}],
        [{"id": "x", "skills": {"law": 1}}, {"id": "y", "accepts": False}, {"id": "z"}],
    )
    left = told(problem)["a"]
    assert left.why == "no_agent"
    assert left.reason == ("nobody may get it: he lacks a skill (2); he accepts nothing (1)")


def test_without_any_agent():
    assert told(desk([{"id": "a"}], []))["a"].reason == "there is no agent"


def test_a_full_set_is_named_with_its_places_and_demand():
    problem = desk(
        [{"id": f"i{n}", "skills": {"law": 1}, "urgency": n + 1} for n in range(5)] + [{"id": "o"}],
        [
            {"id": "x", "skills": {"law": 1}, "capacity": 2},
            {"id": "y", "skills": {"law": 1}, "capacity": 1},
            {"id": "z", "capacity": 9},
        ],
    )
    left = told(problem)
    assert set(left) == {"i0", "i1"}
    assert left["i0"].why == "full"
    assert (left["i0"].agents, left["i0"].places, left["i0"].demand) == (("x", "y"), 3, 5)
    assert left["i0"].reason == (
        "5 items of 5 units can only go to these 2 agents (x, y), who have room for 3: 2 short"
    )


def test_too_heavy_for_what_is_free():
    problem = desk(
        [{"id": "a", "weight": 3}],
        [{"id": "x", "capacity": 2}, {"id": "y", "capacity": 2}],
    )
    left = told(problem)["a"]
    assert left.why == "limits"
    assert left.reason == "it weighs 3, and who may get it can hold 2 at most"


def test_too_heavy_for_what_the_others_leave():
    problem = desk(
        [
            {"id": "a", "weight": 2},
            {"id": "b", "owner": "x", "weight": 2, "urgency": 9},
            {"id": "c", "owner": "y", "weight": 2, "urgency": 9},
        ],
        [{"id": "x", "capacity": 3}, {"id": "y", "capacity": 3}],
    )
    left = told(problem)["a"]
    assert left.why == "costs"
    assert "it weighs 2, and of 2 agents who may get it none has more than 1 free" in left.reason


def test_an_agent_over_his_capacity_gets_nothing():
    problem = desk([{"id": "a", "owner": "x", "weight": 2}, {"id": "b"}], [{"id": "x"}])
    left = told(problem)["b"]
    assert left.reason == (
        "nobody may get it: he is over a limit, and gets nothing until he is below it (1)"
    )


def test_room_that_costs_too_much_is_no_shortage():
    problem = desk(
        [{"id": f"i{n}"} for n in range(4)],
        [{"id": "x", "capacity": 2}],
        weights={"fairness": 90},
    )
    assert {left.why for left in told(problem).values()} == {"costs"}


def test_waiting_that_costs_less_than_being_held():
    problem = desk([{"id": "a"}], [{"id": "x"}], weights={"unassigned": 0})
    left = told(problem)["a"]
    assert (left.why, left.reason) == ("costs", "held by x it would cost more than waiting does")


def test_fixed_in_the_queue():
    assert told(desk([{"id": "a", "fixed": True}], [{"id": "x"}]))["a"].why == "fixed"


def test_a_limit_inside_capacity():
    problem = desk(
        [{"id": "a"}, {"id": "b"}], [{"id": "x", "capacity": 5, "team_limits": {"t": 1}}]
    )
    (left,) = told(problem).values()
    assert left.why == "limits"
    assert left.reason == "who has room for it is stopped by another limit or budget"


@pytest.mark.parametrize("block", range(8))
def test_each_set_that_is_named_is_over_full(block):
    """Told by hand: who may hold what, and the room of the agents named."""
    named = 0
    for seed in range(block * 60, block * 60 + 60):
        problem = generate_problem(Random(seed), items=6, features=FEATURES)
        judge = Judge(problem)
        loads = judge.loads(judge.present)
        for left in plan_rebalance(problem, deterministic_limit=30).unassigned:
            if left.why != "full":
                continue
            named += 1
            agents = {problem.agent_places[name] for name in left.agents}
            over = {h for h, a in enumerate(problem.agents) if loads[h] > a.capacity}
            fixed = sum(
                judge.weight(place, judge.present[place])
                for place, item in enumerate(problem.items)
                if item.fixed and judge.present[place] in agents - over
            )
            places = sum(problem.agents[h].capacity for h in agents - over) - fixed
            demand = 0
            for place, item in enumerate(problem.items):
                if item.fixed:
                    continue
                may = {
                    h
                    for h in range(len(problem.agents))
                    if (h not in over and judge.may_get(place, h)) or h == judge.present[place]
                }
                if may and may <= agents:
                    demand += item.weight
            places += sum(
                item.weight
                for place, item in enumerate(problem.items)
                if judge.present[place] in agents & over and not item.fixed
            )
            assert left.demand > left.places == places, seed
            assert left.demand <= demand, seed
    assert named
