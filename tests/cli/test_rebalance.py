"""`assignwork rebalance`: a plan for an instant of a log, its page, and the command for it."""

import json

import pytest

from assignwork.solver import ENGINES, Weights

WORKSPACE = {
    "teams": [{"id": "billing"}, {"id": "spanish"}],
    "agents": [
        {"id": "ana", "capacity": 4, "primary": ["billing"]},
        {"id": "ben", "capacity": 4, "primary": ["billing"], "presence": "offline"},
        {"id": "eva", "capacity": 1, "primary": ["spanish"]},
    ],
}
LOG = [
    *(
        {
            "at": i,
            "do": "submit",
            "item": {"id": f"t-{i}", "team": "billing", "customer": f"c-{i // 2}"},
        }
        for i in range(4)
    ),
    {"at": 10, "do": "submit", "item": {"id": "s-1", "team": "spanish"}},
    {"at": 11, "do": "submit", "item": {"id": "s-2", "team": "spanish"}},
    {"at": 20, "do": "set_presence", "agent": "ben", "presence": "active"},
    {"at": 30, "do": "close", "item": "t-0"},
]
EVEN = ("--weight", "move=1", "--weight", "fairness=10")


@pytest.fixture
def uneven(folder):
    """A desk on which ana holds four items and ben, who came later, none."""
    folder.write("w.json", WORKSPACE)
    folder.write("c.jsonl", LOG)
    return folder


def rebalance(folder, *args, at=20):
    return folder.run(
        "rebalance", "--workspace", "w.json", "--commands", "c.jsonl", "--at", at, *args
    )


def planned(folder, *args, at=20):
    done = rebalance(folder, *args, "--json", at=at)
    assert done.code == 0, done.stderr
    return json.loads(done.stdout)


def test_the_plan_goes_to_stdout(uneven):
    done = rebalance(uneven, *EVEN)
    assert (done.code, done.stderr) == (0, "")
    first, counts, *_ = done.stdout.splitlines()
    assert first.startswith("plan: optimal, cost ")
    assert counts == "2 moves, 0 items newly assigned, 1 item left without agent"
    assert "s-2" in done.stdout
    assert uneven.names() == ["c.jsonl", "w.json"]


def test_the_log_is_run_up_to_the_instant_and_the_instant_included(uneven):
    assert [load["before"] for load in planned(uneven, at=19)["loads"]] == [4, 0, 1]
    assert planned(uneven, *EVEN, at=19)["moves"] == []  # ben is not there yet
    assert len(planned(uneven, *EVEN, at=20)["moves"]) == 2
    assert [load["before"] for load in planned(uneven, at="1970-01-01T00:00:30Z")["loads"]] == [
        3, 0, 1,
    ]  # fmt: skip


def test_as_json_it_is_one_object(uneven):
    plan = planned(uneven, *EVEN)
    assert plan["status"] == "optimal"
    assert {(move["owner"], move["agent"]) for move in plan["moves"]} == {("ana", "ben")}
    assert [left["item"] for left in plan["unassigned"]] == ["s-2"]
    assert plan["gain"] == plan["before"]["total"] - plan["after"]["total"]


def test_budgets_pins_and_sets_bind(uneven):
    assert len(planned(uneven, *EVEN, "--max-moves", 1)["moves"]) == 1
    assert planned(uneven, *EVEN, "--max-moves", 0)["moves"] == []
    assert len(planned(uneven, *EVEN, "--max-moves-per-agent", 1)["moves"]) == 1
    pins = [part for i in (0, 1, 2) for part in ("--pin", f"t-{i}")]
    assert [move["item"] for move in planned(uneven, *EVEN, *pins)["moves"]] == ["t-3"]
    (move,) = planned(uneven, "--pin", "t-2=ben")["moves"]
    assert (move["item"], move["agent"]) == ("t-2", "ben")
    moved = {move["item"] for move in planned(uneven, *EVEN, "--together", "customer")["moves"]}
    assert moved in ({"t-0", "t-1"}, {"t-2", "t-3"})


def test_an_id_may_hold_the_sign_of_a_pin(uneven):
    log = [{**LOG[0], "item": {"id": "a=b", "team": "billing"}}, *LOG[1:7]]
    uneven.write("c.jsonl", log)
    assert planned(uneven, "--pin", "a=b")["moves"] == []
    (move,) = planned(uneven, "--pin", "a=b=ben")["moves"]
    assert (move["item"], move["agent"]) == ("a=b", "ben")


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_can_be_forced_and_help_names_it(uneven, engine):
    plan = planned(uneven, *EVEN, "--engine", engine, "--deterministic-limit", "1")
    assert plan["after"]["total"] <= plan["before"]["total"]
    assert engine in uneven.run("rebalance", "--help").stdout


def test_without_time_nothing_is_looked_for(uneven):
    plan = planned(uneven, *EVEN, "--time-limit", 0)
    assert (plan["status"], plan["moves"], plan["bound"]) == ("stopped", [], None)


def test_the_command_is_written_and_the_log_goes_on_with_it(uneven):
    done = rebalance(uneven, *EVEN, "--apply", "m.jsonl")
    assert done.code == 0
    assert done.stderr.splitlines() == [
        "carried out on a trial: 2 of 2; the command is in m.jsonl",
        "note: the log goes on after --at: put the command before line 8; at the end it would be "
        "refused",
    ]
    (line,) = uneven.lines("m.jsonl")
    assert (line["at"], line["do"], len(line["moves"])) == (20, "rebalance", 2)
    uneven.write("c.jsonl", [*LOG[:7], line, LOG[7]])
    assert uneven.replay("--events", "e.jsonl").code == 0
    events = uneven.lines("e.jsonl")
    (told,) = [event for event in events if event["event"] == "rebalanced"]
    assert (told["moves"], told["skipped"]) == (2, 0)
    got = [e["agent"] for e in events if e["event"] == "assigned" and e["by"] == "rebalance"]
    assert got == ["ben", "ben"]


def test_a_plan_that_changes_nothing_is_a_command_too(uneven):
    done = rebalance(uneven, "--apply", "m.jsonl", "--json")
    assert json.loads(done.stderr) == {"carried_out": 0, "skipped": 0, "before_line": 8}
    assert json.loads(done.stdout)["moves"] == []
    (line,) = uneven.lines("m.jsonl")
    assert line["moves"] == []
    uneven.write("c.jsonl", [*LOG[:7], line])
    assert uneven.replay().code == 0


def test_the_command_for_the_end_of_a_log_needs_no_note(uneven):
    done = rebalance(uneven, *EVEN, "--apply", "m.jsonl", at=30)
    assert done.stderr.count("\n") == 1
    uneven.write("c.jsonl", [*LOG, *uneven.lines("m.jsonl")])
    assert uneven.replay().code == 0
    done = rebalance(uneven, "--apply", "m.jsonl", "--json", at=30)
    assert json.loads(done.stderr)["before_line"] is None


def test_help_says_where_the_command_belongs(uneven):
    said = " ".join(uneven.run("rebalance", "--help").stdout.split())
    assert "after the lines up to --at, before all later ones" in said
    assert "at the end if the log ends there, else before the first later line" in said


def test_zeros_may_stand_before_a_whole_number(uneven):
    assert len(planned(uneven, *EVEN, "--max-moves", "0" * 5000 + "1")["moves"]) == 1


def test_a_page(uneven):
    done = rebalance(
        uneven, *EVEN, "--report", "p.html", "--title", "Night", "--time-zone", "Asia/Tokyo"
    )
    assert done.code == 0
    page = (uneven.path / "p.html").read_text(encoding="utf-8")
    assert "<title>Night</title>" in page
    assert "Move 2\u00a0items from one agent to another." in page
    assert "1970-01-01 09:00 (Asia/Tokyo time)" in page


NAMED = ", ".join(Weights.__annotations__)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--max-moves", "x"], "--max-moves: 'x' is not a whole number from 0 to 2147483647; "),
        (["--max-moves-per-agent", "-1"], "--max-moves-per-agent: '-1' is not a whole number"),
        (["--max-moves", "\u0663"], "--max-moves: '\u0663' is not a whole number from 0"),
        (["--max-moves", ""], "--max-moves: '' is not a whole number"),
        (["--max-moves", "2147483648"], "--max-moves: '2147483648' is not a whole number"),
        (["--max-moves", "1" + "0" * 10], "--max-moves: '10000000000' is not a whole number"),
        (["--max-moves", "9" * 5000], "--max-moves: '9999"),
        (["--weight", "move=\u0663"], "--weight move: '\u0663' is not a weight"),
        (["--time-limit", "\u0663"], "--time-limit: '\u0663' is not a number of seconds"),
        (["--weight", "mve=1"], "--weight: 'mve=1' names no term of the cost; did you mean 'move'"),
        (["--weight", "x=1"], f"--weight: 'x=1' names no term of the cost; known are: {NAMED}"),
        (["--weight", "move"], "--weight: 'move' is no TERM=N; give it such as move=0"),
        (["--weight", "move=-1"], "--weight move: -1 is not a weight (a whole number from 0 to"),
        (["--weight", "move=1.5"], "--weight move: '1.5' is not a weight"),
        (["--weight", "move=1", "--weight", "move=2"], "--weight: 'move' is given twice; give it"),
        (["--weight", "spread=flat"], "--weight spread: 'flat' is not one of convex, lexicogr"),
        (["--pin", "t-9"], "--pin: no open item 't-9' can be pinned; did you mean 't-"),
        (["--pin", "t-1=bem"], "--pin: item 't-1' is pinned to 'bem', whom the desk does not have"),
        (["--pin", "t-1=eva"], "--pin: item 't-1' is pinned to 'eva', but he is no member of"),
        (["--pin", "t-1", "--pin", "t-1=ben"], "--pin: item 't-1' is pinned twice; pin it once"),
        (["--time-limit", "soon"], "--time-limit: 'soon' is not a number of seconds"),
        (["--deterministic-limit", "nan"], "--deterministic-limit: nan is not a number of seconds"),
        (["--engine", "flwo"], "--engine: 'flwo' is not one of auto, "),
        (["--apply", "-"], "--apply: standard output is taken by the plan; give the path"),
        (["--apply", "c.jsonl"], "c.jsonl: cannot be written: it is an input of this run"),
        (["--report", "p.html", "--apply", "p.html"], "p.html: cannot be written: it is another"),
        (["--report", "p.html", "--time-zone", "Mars"], "'Mars' is no time zone"),
        (["--at", "noon"], "--at: "),
    ],
)  # fmt: skip
def test_a_bad_option_is_named_with_value_and_way_out(uneven, args, said):
    done = rebalance(uneven, *args)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert uneven.names() == ["c.jsonl", "w.json"]


def test_a_bad_option_as_json_keeps_the_kind_of_error(uneven):
    done = rebalance(uneven, "--pin", "t-1=eva", "--json")
    said = json.loads(done.stderr)
    assert (said["error"], said["field"]) == ("InfeasiblePinError", "--pin")
    assert said["remedy"]


def test_costs_that_no_number_holds_are_refused(uneven):
    uneven.write(
        "c.jsonl",
        [
            {"at": i, "do": "submit",
             "item": {"id": f"t-{i}", "team": "spanish", "priority": 1 + i % 40}}
            for i in range(200)
        ],
    )  # fmt: skip
    args = [
        "--weight", "unassigned=2147483647", "--weight", "spread=lexicographic", "--weight",
        "priorities=lexicographic",
    ]  # fmt: skip
    done = rebalance(uneven, *args, at=200)
    assert done.code == 2
    assert "error: --weight: the term 'unassigned'" in done.stderr
    assert "give smaller costs, or nothing lexicographic" in done.stderr


def test_half_a_call_is_answered_with_the_usage(uneven):
    done = uneven.run("rebalance", "--workspace", "w.json", "--commands", "c.jsonl")
    assert done.code == 2
    assert "--at" in done.stderr
    assert rebalance(uneven, "--together", "team").code == 2


def test_a_bad_line_ends_it_or_is_reported(uneven):
    uneven.write("c.jsonl", [LOG[0], {"at": 1, "do": "close", "item": "ghost"}, *LOG[1:]])
    done = rebalance(uneven, *EVEN)
    assert done.code == 2
    assert done.stderr.startswith("error: c.jsonl, line 2, field item: ")
    done = rebalance(uneven, *EVEN, "--skip-errors")
    assert done.code == 0
    assert done.stderr.splitlines()[-1] == "1 line in error: reported above, passed over."
