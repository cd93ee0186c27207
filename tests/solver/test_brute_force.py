"""Judge and engines against the page's rules told by hand, on thousands of tiny problems."""

import json
from random import Random

import naive
import pytest

from assignwork.errors import InfeasiblePinError
from assignwork.solver import Judge, plan_rebalance
from assignwork.testing.generation._problems import PROBLEM_FEATURES, generate_problem

BLOCKS = 20
JUDGED = 150  # problems in a block of those that are only judged
PLANNED = 100
OUTCOMES = 8
ENOUGH = 60.0  # seconds; none comes near
LARGER = ((8, 5),)  # items and agents, where not all outcomes are tried
PLAIN_FEATURES = ("own", "skills", "dues", "fixed", "lexicographic")


def made_up(random, sizes=((5, 3), (4, 4))):
    """A tiny problem; one in four is plain enough for the flow engines alone."""
    items, agents = random.choice(sizes)
    features = PLAIN_FEATURES if random.random() < 0.25 else PROBLEM_FEATURES
    return generate_problem(random, items=items, agents=agents, features=features)


def shown(problem, **more):
    """For the message of a failed test: the problem as it can be read again."""
    return json.dumps({"problem": problem.to_dict(), **more})


def outcome_of(plan, problem):
    """Who holds each item once the plan's moves are carried out, as the desk would."""
    moves = {move.item: move for move in plan.moves}
    assert len(moves) == len(plan.moves)
    found = []
    for item, place in zip(problem.items, naive.now(problem), strict=True):
        move = moves.pop(item.id, None)
        if move is not None:
            assert move.owner == item.owner != move.agent
            place = -1 if move.agent is None else problem.agent_places[move.agent]  # noqa: PLW2901  # where it goes
        found.append(place)
    assert not moves
    return found


def check(plan, problem):
    """What holds of every plan, whatever the engine: who holds what is returned."""
    outcome = outcome_of(plan, problem)
    assert naive.is_feasible(problem, outcome), "the plan breaks a rule"
    told = naive.terms(problem, outcome)
    assert dict(plan.after.terms) == told
    assert plan.after.total == sum(told.values())
    before = naive.now(problem)
    assert dict(plan.before.terms) == naive.terms(problem, before)
    if naive.is_feasible(problem, before):
        assert plan.after.total < plan.before.total or not plan.moves, "moves without gain"
    assert plan.bound is None or plan.bound <= plan.after.total
    return outcome


def gainless(problem, outcome, cost):
    """Changed items that may as well stay where they are (97)."""
    found = []
    for place, owner in enumerate(naive.now(problem)):
        without = [*outcome[:place], owner, *outcome[place + 1 :]]
        if without != outcome and naive.is_feasible(problem, without):
            total = sum(naive.terms(problem, without).values())
            found += [place] if total <= cost else []
    return found


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_judge_says_what_the_page_says(block):
    random = Random(block)
    verdicts = set()
    for _ in range(JUDGED):
        problem = made_up(random, LARGER)
        judge = Judge(problem)
        before = naive.now(problem)
        assert list(problem.present) == before
        for outcome in [before, *(naive.any_outcome(random, problem) for _ in range(OUTCOMES))]:
            found = judge.evaluate(outcome)
            told = naive.terms(problem, outcome)
            assert dict(found.terms) == told, shown(problem, outcome=outcome)
            assert found.total == sum(told.values())
            assert found.moved == len(naive.moved(problem, outcome))
            held = naive.loads(problem, outcome)
            fullest = max(n / a.capacity for n, a in zip(held, problem.agents, strict=True))
            assert found.fullest == fullest
            feasible = naive.is_feasible(problem, outcome)
            broken = judge.violations(outcome)
            assert (not broken) == feasible, (broken, shown(problem, outcome=outcome))
            verdicts.add(feasible)
    assert verdicts == {True, False}


@pytest.mark.parametrize("block", range(BLOCKS))
def test_who_may_get_what_is_what_the_page_says(block):
    random = Random(1000 + block)
    for _ in range(JUDGED):
        problem = made_up(random, LARGER)
        judge = Judge(problem)
        for place, item in enumerate(problem.items):
            for holder, agent in enumerate(problem.agents):
                if holder != problem.present[place]:
                    said = judge.may_get(place, holder)
                    assert said == naive.may_stand(item, agent), (place, holder, shown(problem))
                told = naive.item_terms(problem, item, agent)
                assert judge.cost(place, holder) == sum(told.values()), shown(problem)
                assert judge.weight(place, holder) == naive.units(item, agent), shown(problem)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_plan_is_the_best_of_all_outcomes(block):
    random = Random(2000 + block)
    for _ in range(PLANNED):
        problem = made_up(random)
        best = naive.best(problem)
        if best is None:
            with pytest.raises(InfeasiblePinError):
                plan_rebalance(problem, time_limit=ENOUGH)
            continue
        plan = plan_rebalance(problem, time_limit=ENOUGH)
        try:
            outcome = check(plan, problem)
            assert plan.status == "optimal"
            assert plan.after.total == plan.bound == best[0]
            if plan.engine == "flow":  # its costs have ties broken; others prove the cost alone
                assert naive.changes(problem, outcome) == best[1], "another changes fewer items"
            assert not gainless(problem, outcome, best[0]), "a move gains nothing"
        except AssertionError as error:
            raise AssertionError(shown(problem, best=best, after=plan.after.total)) from error


@pytest.mark.parametrize("engine", ["flow", "neighbourhoods", "pairs", "keep"])
def test_each_engine_keeps_the_rules_and_its_bound(engine):
    random = Random(3000)
    for _ in range(2 * PLANNED):
        problem = made_up(random)
        best = naive.best(problem)
        if best is None:
            continue
        plan = plan_rebalance(problem, time_limit=ENOUGH, engine=engine)
        try:
            check(plan, problem)
            assert plan.bound is None or plan.bound <= best[0] <= plan.after.total
            assert plan.status != "optimal" or plan.after.total == best[0]
        except AssertionError as error:
            raise AssertionError(shown(problem, best=best, after=plan.after.total)) from error


def test_without_time_all_stays_but_for_pins():
    random = Random(4000)
    for _ in range(PLANNED):
        problem = made_up(random)
        if any(item.pinned_to not in (None, item.owner) for item in problem.items):
            continue
        plan = plan_rebalance(problem, time_limit=0)
        assert not plan.moves
        if problem.items:
            assert (plan.status, plan.bound) == ("stopped", None)
