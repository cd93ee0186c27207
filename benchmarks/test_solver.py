"""The optimizer beside its baselines as pytest-benchmark cases, and what they must agree on.

Only quality is asserted: optima that are the same, outcomes that keep the rules. Times are shown by
pytest-benchmark; the targets about them come from `python benchmarks/solver.py`.
"""

import pytest
import solver_baselines as baselines
import solver_greedy as greedy
from solver_instances import make

import solver
from assignwork.solver import NOBODY, Judge, plan_rebalance

SEEDS = (1, 2, 3)
EXACT = ("dense", "pair_flow", "lsap", "highs")
GREEDY = ("scan", "heaps")
CAP = 10.0  # seconds


@pytest.fixture(scope="module")
def size(plan):
    return (400, 25) if plan.small else (5_000, 200)


@pytest.fixture(scope="module")
def problem(size):
    return make(*size, seed=1)


@pytest.fixture(scope="module")
def optimum(problem):
    return baselines.pair_flow(baselines.Pairs(problem)).bound


def cost_of(problem, outcome):
    judge = Judge(problem)
    assert judge.violations(outcome) == []
    return judge.evaluate(outcome).total


@pytest.mark.parametrize("weighted", [False, True], ids=["unit", "weighted"])
def test_a_seed_draws_the_same_problem_again_and_its_present_state_is_feasible(weighted):
    problem = make(300, 20, seed=7, weighted=weighted)
    assert problem == make(300, 20, seed=7, weighted=weighted)
    assert problem != make(300, 20, seed=8, weighted=weighted)
    assert Judge(problem).violations(problem.present) == []
    weights = [item.weight for item in problem.items]
    assert set(weights) == ({1, 2, 3} if weighted else {1})
    assert sum(agent.capacity for agent in problem.agents) == pytest.approx(
        1.1 * sum(weights), 0.01
    )


def test_the_arrays_of_the_baselines_cost_what_the_judge_says(problem):
    judge, pairs = Judge(problem), baselines.Pairs(problem)
    told = list(zip(pairs.item.tolist(), pairs.agent.tolist(), pairs.cost.tolist(), strict=True))
    assert all(judge.cost(item, agent) == cost for item, agent, cost in told)
    assert pairs.left.tolist() == [judge.cost(n, NOBODY) for n in range(len(problem.items))]
    able = {
        (item, agent)
        for item, owner in enumerate(problem.present)
        for agent in range(len(problem.agents))
        if agent == owner or judge.may_get(item, agent)
    }
    assert {(item, agent) for item, agent, _ in told} == able


@pytest.mark.parametrize("seed", SEEDS)
def test_with_unit_weights_all_exact_engines_find_the_same_optimum(seed):
    problem = make(150, 12, seed=seed)
    pairs = baselines.Pairs(problem)
    found = {name: cost_of(problem, getattr(baselines, name)(pairs).outcome) for name in EXACT}
    found["cp_sat"] = cost_of(problem, baselines.cp_sat(pairs, seconds=CAP).outcome)
    found["flow"] = solver.flow(problem).cost
    plan = plan_rebalance(problem, time_limit=CAP)
    found["plan"] = plan.after.total
    best = found["pair_flow"]
    # CP-SAT may run out of its time
    assert found.pop("cp_sat") >= best
    assert set(found.values()) == {best}, found
    assert (plan.status, plan.bound) == ("optimal", best)


@pytest.mark.parametrize("weighted", [False, True], ids=["unit", "weighted"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_budget_of_moves_costs_what_the_integer_programme_says(seed, weighted):
    problem = make(120, 10, seed=seed, weighted=weighted, max_moves=6)
    answer = baselines.highs(baselines.Pairs(problem), seconds=CAP)
    plan = plan_rebalance(problem, time_limit=CAP)
    assert plan.after.moved <= 6
    assert plan.bound is None or plan.bound <= cost_of(problem, answer.outcome)
    assert plan.after.total <= 1.001 * cost_of(problem, answer.outcome)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_weights_greed_is_beaten_and_no_bound_is_too_high(seed):
    problem = make(200, 15, seed=seed, weighted=True)
    best = cost_of(problem, baselines.highs(baselines.Pairs(problem), seconds=CAP).outcome)
    greediest = min(cost_of(problem, getattr(greedy, name)(problem).outcome) for name in GREEDY)
    plan = plan_rebalance(problem, time_limit=1.0)
    assert plan.bound <= best <= greediest
    assert plan.bound <= plan.after.total < greediest


def test_flow_from_the_problem(benchmark, problem, optimum):
    benchmark.group = "unit weights"
    found = benchmark(solver.flow, problem)
    assert found.cost == found.bound == optimum


def test_plan_from_the_problem(benchmark, problem, optimum):
    benchmark.group = "unit weights"
    plan = benchmark(plan_rebalance, problem)
    assert (plan.after.total, plan.status) == (optimum, "optimal")


@pytest.mark.parametrize("name", ["dense", "pair_flow"])
def test_baseline_from_arrays(benchmark, name, problem, optimum):
    benchmark.group = "unit weights"
    pairs = baselines.Pairs(problem)
    answer = benchmark.pedantic(getattr(baselines, name), (pairs,), rounds=1)
    assert cost_of(problem, answer.outcome) == optimum


@pytest.mark.parametrize("name", GREEDY)
def test_greed_from_the_problem(benchmark, name, problem, optimum):
    benchmark.group = "unit weights"
    answer = benchmark(getattr(greedy, name), problem)
    assert cost_of(problem, answer.outcome) >= optimum
