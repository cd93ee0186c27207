"""The page of a plan: its words, its tables, its pictures, and that it needs nothing else."""

from __future__ import annotations

import re

import attrs
import pytest
from parsed_pages import Page

from assignwork.errors import ConfigurationError
from assignwork.reports import rebalance_html, write_rebalance_html
from assignwork.reports._plan_text import MOST_MOVES, findings, headlines, sentence
from assignwork.reports.pictures.shares import MOST_AGENTS, chosen
from assignwork.solver import Evaluation, Leftover, Load, Plan, PlannedMove

EVIL = '<script>alert("1")</script><a href="http://example.org">%{x}</a>'


def evaluation(fullest=0.0, **terms):
    return Evaluation(terms, sum(terms.values()), 0, fullest)


def move(item="t-1", agent="ben", owner="ana", **gains):
    return PlannedMove(item, agent, owner, gains, None)


@pytest.fixture
def plan():
    return Plan(
        moves=(
            move("t-1", fairness=52, move=-40),
            move("t-2", "ana", None, unassigned=300, fairness=-20),
        ),
        unassigned=(
            Leftover("t-3", "full", ("ana", "ben"), 8, 10, "10 units for 8 places"),
            Leftover("t-4", "full", ("ana", "ben"), 8, 10, "10 units for 8 places"),
            Leftover("t-5", "no_agent", (), None, None, "nobody is a member of returns"),
        ),
        before=evaluation(1.5, unassigned=1_400, fairness=100),
        after=evaluation(1.0, unassigned=900, move=80, fairness=200),
        bound=1_062,
        status="feasible",
        engine="sweeps",
        engine_reason="items have different weights",
        seconds=0.25,
        deterministic_seconds=0.1,
        price_per_move=None,
        loads=(Load("ana", 4, 6, 4), Load("ben", 4, 1, 2), Load("cem", 2, 1, 1)),
        seen=7,
    )


@pytest.fixture
def empty():
    nothing = evaluation()
    return Plan(
        (), (), nothing, nothing, None, "stopped", "none", "no time was given", 0.0, 0.0, None, ()
    )


def many(plan, agents, items=0):
    loads = tuple(Load(f"agent-{i}", 4, (3 * i) % 6, (2 * i) % 5) for i in range(agents))
    moves = tuple(move(f"t-{i}", f"agent-{i % agents}", None, unassigned=9) for i in range(items))
    return attrs.evolve(plan, loads=loads, moves=moves or plan.moves)


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ([], "Leave everything as it is."),
        ([(None, "ana")], "Give 1 waiting item to an agent."),
        ([("ana", "ben"), ("ana", "cem")], "Move 2 items from one agent to another."),
        ([("ana", None)], "Put 1 item back to its queue."),
        (
            [(None, "ana"), ("ana", "ben"), ("ana", None), ("ben", None)],
            "Give 1 waiting item to an agent, move 1 item from one agent to another, "
            "and put 2 items back to their queues.",
        ),
    ],
)
def test_one_sentence_says_what_it_does(plan, moves, said):
    of_it = tuple(move(f"t-{i}", agent, owner) for i, (owner, agent) in enumerate(moves))
    assert sentence(attrs.evolve(plan, moves=of_it)) == said


def test_the_headline_figures(plan):
    shown = {line.name: (line.value, line.note) for line in headlines(plan)}
    assert shown == {
        "items moved": ("1", "from their agent"),
        "newly assigned": ("1", "from the queue"),
        "left waiting": ("3", "reasons below"),
        "gain": ("320", "21 % of the cost"),
        "gap to the best": ("10 %", "at most; it may be the best"),
        "fullest agent": ("100 %", "150 % before"),
    }


def test_sentences_say_what_it_gains_costs_and_leaves(plan):
    said = {finding.topic: finding.text for finding in findings(plan)}
    assert said == {
        "Gains": "320 points, 21 % of what the present state costs. "
        "It saves on items without an agent (500).",
        "Costs": "In return it costs more for full agents (100), items taken from their agent (80)"
        "; the gain is net of that.",
        "Load": "2 of 3 agents hold more or less than before; the fullest goes from 150 % to 100 %"
        " of capacity. Above capacity: 1 before, 0 after.",
        "Waits on": "3 items without an agent: 2 for which all who may get them are full; "
        "1 that nobody may get.",
        "How good": "No plan can cost over 118 points (10 %) less than this one. Found by sweeps "
        "in <1 s; items have different weights.",
    }


@pytest.mark.parametrize(
    ("changes", "tile", "said"),
    [
        ({"status": "optimal", "bound": 1_180}, "best", "The best there is"),
        ({"bound": None}, "not known", "is not known"),
        ({"status": "stopped", "bound": None}, "not searched", "no time to look"),
    ],
)
def test_how_good_it_is_says_no_more_than_is_known(plan, changes, tile, said):
    changed = attrs.evolve(plan, **changes)
    assert tile in [line.value for line in headlines(changed)]
    assert said in findings(changed)[-1].text


def test_the_price_of_a_move_is_told(plan):
    text = " ".join(f.text for f in findings(attrs.evolve(plan, price_per_move=12.5)))
    assert "one more move would gain about 12.5 points" in text


def test_costs_below_zero_have_no_share(plan):
    odd = attrs.evolve(plan, before=evaluation(own=-20), after=evaluation(own=-340))
    assert "%" not in findings(odd)[0].text
    assert "points of cost" in [line.note for line in headlines(odd)]


def test_the_tables(plan):
    tables = Page(rebalance_html(plan)).tables
    assert tables["Items that change hands"] == [
        ["Item", "From", "To", "Gain", "Gain by term", "Why"],
        ["t-1", "ana", "ben", "12", "fairness +52, move -40",
         "evens out load (52); at the cost of: taken from its owner (40)"],
        ["t-2", "queue", "ana", "280", "unassigned +300, fairness -20",
         "somebody holds it (300); at the cost of: fills him up (20)"],
    ]  # fmt: skip
    assert tables["Items without an agent"][1:] == [
        ["2", "t-3, t-4", "10 units for 8 places", "ana, ben", "8", "10"],
        ["1", "t-5", "nobody is a member of returns", "", "", ""],
    ]
    assert tables["Cost by term"][1:] == [
        ["items without an agent", "unassigned", "1,400", "900", "-500"],
        ["items taken from their agent", "move", "0", "80", "+80"],
        ["full agents", "fairness", "100", "200", "+100"],
        ["total", "", "1,500", "1,180", "-320"],
    ]
    assert tables["Load of agents before and after, in units"][1] == ["ana", "4", "6", "4", "100 %"]


def test_the_picture_leads_each_agent_from_before_to_after(plan):
    (figure,) = Page(rebalance_html(plan)).figures.values()
    line, before, after = figure["data"]
    assert before["x"] == [150, 50, 25]
    assert after["x"] == [100, 50, 50]
    assert line["x"] == [150, 100, None, 50, 50, None, 25, 50, None]
    assert figure["layout"]["yaxis"]["ticktext"] == ["ana", "cem", "ben"]


def test_of_many_agents_those_who_change_most_are_shown_of_both_kinds(plan):
    big = many(plan, 1_000)
    shown = chosen(big.loads)
    assert len(shown) == MOST_AGENTS
    less = [load for load in shown if load.after < load.before]
    more = [load for load in shown if load.after > load.before]
    assert len(less) == len(more) == MOST_AGENTS // 2
    most = max((load.before - load.after) / load.capacity for load in big.loads)
    assert {(load.before - load.after) / load.capacity for load in less} == {most}
    shares = [load.before / load.capacity for load in shown]
    assert shares == sorted(shares, reverse=True)
    page = Page(rebalance_html(big))
    assert set(page.figures) == {"fullness", "spread"}
    assert f"the {MOST_AGENTS} whose share changes most are shown" in page.words
    assert sum(page.figures["spread"]["data"][0]["x"]) == pytest.approx(100, abs=0.1)


def test_one_kind_takes_the_rows_that_the_other_leaves():
    grow = [Load(f"a-{i}", 4, 0, 3) for i in range(100)]
    assert len(chosen([*grow, Load("z", 4, 4, 1)])) == MOST_AGENTS
    assert len(chosen([Load(f"a-{i}", 4, 3, 0) for i in range(100)])) == MOST_AGENTS
    still = [Load(f"a-{i}", 4, 1, 1) for i in range(100)]
    assert len(chosen(still)) == MOST_AGENTS
    assert [load.agent for load in chosen([*still, Load("z", 4, 4, 1)])] == ["z"]


def test_a_large_desk_on_which_nobody_changes_has_no_picture_of_it(plan):
    still = attrs.evolve(plan, loads=tuple(Load(f"a-{i}", 4, 1, 1) for i in range(100)))
    page = Page(rebalance_html(still))
    assert set(page.figures) == {"spread"}
    assert "Nobody holds more or less than before" in page.words


def test_thousands_of_moves_are_cut_and_counted(plan):
    page = Page(rebalance_html(many(plan, 1_000, items=3_000)))
    assert len(page.tables["Items that change hands"]) == 1 + MOST_MOVES
    assert "And 2,500 items more" in page.words
    assert "3,000 waiting items" in page.words


def test_a_plan_of_nothing_has_a_page_too(empty):
    page = Page(rebalance_html(empty))
    assert "Leave everything as it is." in page.words
    assert "Nothing changes hands." in page.words
    assert not page.figures
    assert len(page.text) < 30_000


def test_nothing_is_loaded_and_nothing_that_is_named_runs(plan):
    odd = attrs.evolve(
        plan,
        moves=(move(EVIL, EVIL, EVIL, unassigned=3),),
        unassigned=(Leftover(EVIL, EVIL, (EVIL,), 1, 2, EVIL),),
        loads=(Load(EVIL, 4, 0, 1),),
        before=evaluation(**{EVIL: 3}),
        engine=EVIL,
        engine_reason=EVIL,
        status=EVIL,
    )
    page = Page(rebalance_html(odd, title=EVIL))
    assert EVIL not in page.text
    for tag, found in page.elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "a"), tag
        assert not {"src", "href", "srcset", "action", "data"} & found.keys()
    (policy,) = [found["content"] for _, found in page.elements if found.get("http-equiv")]
    assert policy.startswith("default-src 'none'")


def test_tables_can_be_reached_and_heard(plan):
    page = Page(rebalance_html(plan))
    regions = [found for _, found in page.elements if found.get("role") == "region"]
    assert len(regions) == len(page.tables) == 4
    assert all(found["tabindex"] == "0" and found["aria-label"] for found in regions)
    assert all(found.get("scope") == "col" for tag, found in page.elements if tag == "th")


def test_the_instant_is_shown_in_the_zone(plan, tmp_path):
    path = tmp_path / "plan.html"
    write_rebalance_html(path, plan, title="Monday", at=0.0, time_zone="Europe/Madrid")
    page = Page(path.read_text(encoding="utf-8"))
    assert "The desk at Thu 1970-01-01 01:00 (Europe/Madrid time) · 3 agents" in page.words
    assert "Monday" in page.words
    assert path.read_text(encoding="utf-8") == rebalance_html(
        plan, title="Monday", at=0.0, time_zone="Europe/Madrid"
    )
    with pytest.raises(ConfigurationError, match="Mars"):
        write_rebalance_html(path, plan, time_zone="Mars")


@pytest.mark.parametrize("agents", [0, 3, 300])
def test_every_picture_is_drawn_without_a_word_in_the_console(
    tmp_path, plan, empty, opened, agents
):
    shown = {0: empty, 3: plan}.get(agents) or many(plan, agents, items=40)
    path = tmp_path / "plan.html"
    write_rebalance_html(path, shown, title="<b>A & B</b>")
    pictures = {0: 0, 3: 1, 300: 2}[agents]
    dom, console = opened(path)
    assert console == []
    root = re.search(r"<html[^>]*>", dom).group()
    assert "data-failures" not in root
    assert (f'data-plots="{pictures}"' in root) == bool(pictures)
    assert dom.count('class="plot js-plotly-plot"') == pictures
    assert "<b>A" not in dom
