"""Judge and engines against the page's rules told by hand, on thousands of tiny problems."""

import json
from random import Random

import naive
import pytest
from tiny import outcome_of, tiny_problem

from assignwork.solver import Judge

BLOCKS = 20
JUDGED = 150  # problems in a block of those that are only judged
OUTCOMES = 8


def shown(problem, outcome=None):
    """For the message of a failed test: the problem as it can be read again."""
    return json.dumps({"problem": problem.to_dict(), "outcome": outcome})


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_judge_says_what_the_page_says(block):
    random = Random(block)
    verdicts = set()
    for _ in range(JUDGED):
        problem = tiny_problem(random, items=8, agents=5, outcomes=10**7)
        judge = Judge(problem)
        assert list(problem.present) == naive.now(problem)
        for outcome in [
            list(problem.present),
            *(outcome_of(random, problem) for _ in range(OUTCOMES)),
        ]:
            found = judge.evaluate(outcome)
            told = naive.terms(problem, outcome)
            assert dict(found.terms) == told, shown(problem, outcome)
            assert found.total == sum(told.values()), shown(problem, outcome)
            assert found.moved == len(naive.moved(problem, outcome)), shown(problem, outcome)
            held = naive.loads(problem, outcome)
            fullest = max(n / a.capacity for n, a in zip(held, problem.agents, strict=True))
            assert found.fullest == fullest, shown(problem, outcome)
            feasible = naive.is_feasible(problem, outcome)
            assert (not judge.violations(outcome)) == feasible, (
                judge.violations(outcome),
                shown(problem, outcome),
            )
            verdicts.add(feasible)
    assert verdicts == {True, False}


@pytest.mark.parametrize("block", range(BLOCKS))
def test_who_may_get_what_is_what_the_page_says(block):
    random = Random(1000 + block)
    for _ in range(JUDGED):
        problem = tiny_problem(random, items=8, agents=5, outcomes=10**7)
        judge = Judge(problem)
        for place, item in enumerate(problem.items):
            for holder, agent in enumerate(problem.agents):
                if holder != problem.present[place]:
                    said = judge.may_get(place, holder)
                    assert said == naive.may_stand(item, agent), (place, holder, shown(problem))
                told = naive.item_terms(problem, item, agent)
                assert judge.cost(place, holder) == sum(told.values()), shown(problem)
                assert judge.weight(place, holder) == naive.units(item, agent), shown(problem)
