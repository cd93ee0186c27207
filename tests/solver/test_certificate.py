"""Prices that anyone can check: a bound by plain arithmetic, tight where weights are equal."""

from random import Random

import attrs
import naive
import pytest

from assignwork.solver import Certificate, Judge, Problem, certify, plan_rebalance
from assignwork.testing.generation._problems import generate_problem

UNIT = ("own", "limits", "exceeded", "receives", "fixed", "skills", "dues", "lexicographic")
ALL = (*UNIT, "weights")


def made_up(seed, features):
    return generate_problem(Random(seed), features=features)


@pytest.mark.parametrize("block", range(10))
def test_equal_weights_have_a_certificate_that_proves_the_optimum(block):
    proved = 0
    for seed in range(block * 40, block * 40 + 40):
        problem = made_up(seed, UNIT)
        plan = plan_rebalance(problem, deterministic_limit=60)
        assert plan.status == "optimal", seed
        bound = certify(problem).bound(problem)
        assert bound <= plan.after.total, seed
        if plan.engine == "flow":
            assert bound == plan.after.total, seed
            proved += 1
    assert proved > 15


@pytest.mark.parametrize("block", range(10))
def test_no_prices_whatever_prove_more_than_the_optimum(block):
    for seed in range(block * 20, block * 20 + 20):
        problem = made_up(seed, ALL)
        best = naive.best(problem)[0]
        found = certify(problem)
        dice = Random(seed)
        for _ in range(4):
            wrong = attrs.evolve(
                found,
                rooms={name: price + dice.randint(-60, 60) for name, price in found.rooms.items()},
            )
            assert wrong.bound(problem) <= best, seed
        assert found.bound(problem) <= best, seed


def test_without_prices_the_bound_is_what_each_item_costs_alone():
    problem = Problem(
        items=[{"id": "a", "team": "t", "urgency": 3}, {"id": "b", "team": "t", "urgency": 2}],
        agents=[{"id": "x", "capacity": 1, "primary": ["t"]}],
        weights={"fairness": 0},
    )
    assert Certificate(1, {}, {}, {}).bound(problem) == 0
    assert certify(problem).bound(problem) == 200
    assert certify(problem).rooms["x"] in range(200, 301)


def test_the_price_of_a_room_is_what_one_more_place_would_gain():
    def problem(capacity):
        return Problem(
            items=[{"id": f"i{n}", "team": "t", "urgency": n + 1} for n in range(4)],
            agents=[{"id": "x", "capacity": capacity, "primary": ["t"]}],
            weights={"fairness": 0},
        )

    def least(capacity):
        return plan_rebalance(problem(capacity)).after.total

    price = certify(problem(2)).rooms["x"]
    assert least(2) - least(3) <= price <= least(1) - least(2)


def test_a_certificate_of_another_problem_proves_little_but_nothing_wrong():
    one, other = made_up(3, UNIT), made_up(5, UNIT)
    best = plan_rebalance(other, deterministic_limit=60).after.total
    assert certify(one).bound(other) <= best
    assert Judge(other).evaluate(other.present).total >= best
