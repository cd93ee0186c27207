"""What `print` and a notebook show of a plan: all that matters, and never too much."""

from __future__ import annotations

import re

import attrs
import pytest

from assignwork.solver import (
    Evaluation,
    Judge,
    Leftover,
    Load,
    Plan,
    PlannedMove,
    Problem,
    plan_rebalance,
)

EVIL = "<script>alert('1')</script>\n"


def evaluation(fullest=0.0, **terms):
    return Evaluation(terms, sum(terms.values()), 0, fullest)


def move(item="t-1", agent="ben", owner="ana", successor=None, **gains):
    return PlannedMove(item, agent, owner, gains, successor)


def left(item, reason="nobody is a member of returns", why="no_agent", **full):
    return Leftover(
        item, why, full.get("agents", ()), full.get("places"), full.get("demand"), reason
    )


@pytest.fixture
def plan():
    return Plan(
        moves=(
            move("t-1", fairness=52, move=-40),
            move("t-2", "ana", None, unassigned=300, fairness=-20),
            move("t-3", None, "ana", "t-2", move=-40, unassigned=-100),
        ),
        unassigned=(left("t-3"), left("t-4")),
        before=evaluation(1.5, unassigned=400, fairness=1_100),
        after=evaluation(1.0, unassigned=200, move=80, fairness=900),
        bound=1_062,
        status="feasible",
        engine="sweeps",
        engine_reason="items have different weights",
        seconds=0.25,
        deterministic_seconds=0.1,
        price_per_move=12.5,
        loads=(Load("ana", 4, 6, 4), Load("ben", 4, 1, 2), Load("cem", 2, 1, 1)),
        seen=7,
    )


def section(text, heading):
    """The lines below a heading, up to the next empty one."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(heading))
    rest = lines[first + 1 :]
    return rest[: rest.index("")] if "" in rest else rest


def test_the_first_line_says_how_good_it_is(plan):
    first, counts, why = str(plan).splitlines()[:3]
    assert first == (
        "plan: feasible, cost 1,500 -> 1,180 (gain 320), gap 10 %, by sweeps in 0.250 s"
    )
    assert counts == "2 moves, 1 item newly assigned, 2 items left without agent"
    assert why == "sweeps: items have different weights"


def test_terms_that_cost_nothing_are_left_out(plan):
    assert section(str(plan), "cost by term") == [
        "  term        before  after  change",
        "  unassigned     400    200    -200",
        "  move             0     80     +80",
        "  fairness     1,100    900    -200",
        "  total        1,500  1,180    -320",
    ]


def test_only_agents_who_change_are_shown_the_fullest_first(plan):
    assert section(str(plan), "load of those who change (2 of 3 agents)") == [
        "  agent     before      after  capacity",
        "  ana    6 (150 %)  4 (100 %)         4",
        "  ben     1 (25 %)   2 (50 %)         4",
    ]


def test_each_move_says_from_where_to_where_and_why(plan):
    assert section(str(plan), "who gets what (3 items)") == [
        "  item  from   to     gain  why",
        "  t-1   ana    ben      12  evens out load (52); "
        "at the cost of: taken from its owner (40)",
        "  t-2   queue  ana     280  somebody holds it (300); at the cost of: fills him up (20)",
        "  t-3   ana    queue  -140  makes room with ana for t-2; "
        "at the cost of: put back into its queue (40), nobody holds it (100)",
    ]


def test_what_is_left_stands_together_where_the_reason_is_the_same(plan):
    assert section(str(plan), "left without agent (2 items)") == [
        "  items  which     why",
        "      2  t-3, t-4  nobody is a member of returns",
    ]
    full = {"agents": ("ana",), "places": 4, "demand": 6}
    some = [left(f"f-{i}", f"f-{i}: 6 units for 4 places", "full", **full) for i in range(3)]
    lines = section(
        str(attrs.evolve(plan, unassigned=(left("t-9"), *some))), "left without agent (4 items)"
    )
    assert [line.split()[0] for line in lines[1:]] == ["1", "3"]
    assert "f-0, f-1, f-2" in lines[2]


def test_the_price_of_a_move_is_the_last_line(plan):
    last = str(plan).splitlines()[-1]
    assert last == "the budget of moves binds: one more would gain about 12.5"
    assert "budget" not in str(attrs.evolve(plan, price_per_move=None))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bound": None}, "no bound known"),
        ({"status": "optimal", "bound": 1_180}, "plan: optimal, cost 1,500 -> 1,180 (gain 320), "
         "gap 0 %"),
        ({"status": "stopped", "bound": None, "engine": "none"}, "no bound known in 0.250 s"),
        ({"seconds": 73.25}, "by sweeps in 73.2 s"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said(plan, changes, said):
    assert said in str(attrs.evolve(plan, **changes)).splitlines()[0]


def test_a_plan_of_thousands_of_moves_fits_a_screen(plan):
    many = attrs.evolve(
        plan,
        moves=tuple(move(f"t-{i}", f"agent-{i}", None) for i in range(5_000)),
        unassigned=tuple(left(f"x-{i}", f"reason {i // 100}") for i in range(5_000)),
        loads=tuple(Load(f"agent-{i}", 4, 0, 1 + i % 4) for i in range(5_000)),
    )
    text = str(many)
    assert len(text.splitlines()) < 90
    assert "... and 4,970 items more" in text
    assert "... and 4,980 agents more" in text
    assert "x-0, x-1, x-2, x-3, x-4, x-5 and 94 more" in text
    assert "... and 3,800 items for other reasons" in text
    assert all(f"agent-{i} " in text for i in (3, 7))  # who changes most


def test_ids_keep_their_line_whatever_they_are(plan):
    odd = attrs.evolve(plan, moves=(move("a\nb\x1b[31m" + "c" * 500, "12", EVIL),))
    row = section(str(odd), "who gets what")[1]
    assert row.startswith("  a\\nb\\x1b[31mccc")
    assert "c…  " in row
    assert len(row) < 200
    assert "\x1b" not in str(odd)


def test_a_notebook_shows_the_same_and_runs_nothing(plan):
    odd = attrs.evolve(
        plan,
        moves=(move(EVIL, EVIL, None, unassigned=1),),
        unassigned=(left(EVIL, EVIL),),
        loads=(Load(EVIL, 1, 0, 1),),
        engine=EVIL,
        engine_reason=EVIL,
    )
    html = odd._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    shown = plan._repr_html_()
    assert shown.count("<table>") == shown.count("</table>") == 4
    for text in (
        "gap 10 %",
        "150 %",
        "makes room with ana for t-2",
        "one more would gain",
        "t-3, t-4",
    ):
        assert text in shown
    assert re.findall(r"<caption>(.*?)</caption>", shown) == [
        "cost by term", "load of those who change (2 of 3 agents)", "who gets what (3 items)",
        "left without agent (2 items)",
    ]  # fmt: skip


def test_a_plan_as_it_is_made_agrees_with_the_judge():
    problem = Problem(
        items=[{"id": f"t-{i}", "team": "billing", "urgency": 3} for i in range(4)],
        agents=[{"id": "ana", "capacity": 2, "primary": ["billing"]}],
    )
    plan = plan_rebalance(problem)
    before = Judge(problem).evaluate(problem.present).total
    text = str(plan)
    assert f"cost {before:,} -> {plan.after.total:,}" in text
    assert "0 moves, 2 items newly assigned, 2 items left without agent" in text
    assert text.count("queue  ana") == 2


def test_nothing_at_all_has_words_too():
    plan = plan_rebalance(Problem(items=[], agents=[]))
    assert str(plan).splitlines()[1] == (
        "0 moves, 0 items newly assigned, nothing left without agent"
    )
    assert section(str(plan), "cost by term")[-1].split() == ["total", "0", "0", "0"]
