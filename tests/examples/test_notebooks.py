"""The notebooks: each runs in a kernel of its own, and its answers are such as its text says."""

import json
import os
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(path.stem for path in EXAMPLES.glob("*.ipynb"))
PATIENCE = 240  # seconds for a cell, on a machine that is busy with other tests
PLOTLY = "application/vnd.plotly.v1+json"

# Cells that show a table or a figure, by their ids.
TABLES = {
    "follow_the_sun": {"times", "handoff", "clocks", "clocks-simulated"},
    "launch_day": {"launch", "who", "cost"},
    "one_more_agent": {"now", "erlang", "required", "pairs", "cost"},
    "priority_criteria": {"waits", "law", "promises", "longest", "compare"},
    "replay_last_month": {
        "happened", "replay", "replay-hands", "fit", "validate", "simulate", "truth",
    },
}  # fmt: skip
FIGURES = {
    "follow_the_sun": {"differences", "night", "handoff-picture", "clocks-picture"},
    "launch_day": {"queue", "service", "differences"},
    "one_more_agent": {"picture", "queue"},
    "priority_criteria": {"waits-picture", "compare-picture"},
    "replay_last_month": {"picture", "served"},
}
# What a notebook has found: expressions that are asked of its kernel when all cells have run.
FOUND = {
    "follow_the_sun": {
        "hours": "times['mean time until done, h']['P1'].to_dict()",
        "waits": "times['mean wait, min']['P1'].to_dict()",
        "done": "times['done as promised, %']['P1'].to_dict()",
        "less": "[-p1.change.high / HOUR, -p1.change.low / HOUR]",
        "alone": "[minutes_alone(plan, day) for plan in (HOURS, TIGHT)"
        " for day in ('2026-03-28', '2026-03-29')]",
        "longest": "{' '.join(key): found.mean('wait_max', priority=2) / MINUTE"
        " for key, found in around.items()}",
        "hole": "afternoon['tight, after'].loc[16.5] / 1",
        "before": "afternoon['tight, before'].loc[16.5] / 1",
    },
    "launch_day": {
        "gave_up": "who['gave up, %'].T.to_dict()",
        "lost": "day['callers lost'].to_dict()",
        "hours": "day['agent hours'].to_dict()",
    },
    "one_more_agent": {
        "days": "now.replications",
        "close": "[wait.mean, wait.half_width]",
        "formula": "check['formula'].tolist()",
        "alone": "[[100 * found.mean, 100 * found.half_width] for found in"
        " map(alone.interval, ('service_level', 'abandonment', 'occupancy'))]",
        "need": "need.agents",
        "verdicts": "effects.set_index(['group', 'measure'])['verdict'].unstack().T.to_dict()",
        "costs": "costs.fillna(-1).T.to_dict()",
    },
    "priority_criteria": {
        "waits": "waits.to_dict()",
        "paid": "paid.loc['sum'].tolist()",
        "met": "met.to_dict()",
        "verdicts": "rows['verdict'].to_dict()",
    },
    "replay_last_month": {
        "items": "len(customers)",
        "answers": "answers.to_dict()",
        "before": "{team: as_it_is.mean('wait_mean', team=team) / MINUTE for team in SIZES}",
        "in_hand": "[found.times.handle.mean for found in (happened_summary, replayed_summary)]",
        "never": "replayed_summary.waits.overall.never",
        "verdict": "comparison.difference('wait_mean').verdict",
    },
}


def stored(name):
    return nbformat.read(EXAMPLES / f"{name}.ipynb", nbformat.NO_CONVERT)


@cache
def ran(name):
    """The notebook as it was run from its folder, and what it has found."""
    notebook = stored(name)
    asked = ", ".join(f"{key!r}: {words}" for key, words in FOUND[name].items())
    probe = f"import json\nprint(json.dumps({{{asked}}}, default=float))"
    notebook.cells.append(nbformat.v4.new_code_cell(probe, id="probe"))
    client = NotebookClient(
        notebook,
        timeout=PATIENCE,
        kernel_name="python3",
        resources={"metadata": {"path": str(EXAMPLES)}},
    )
    # Elsewhere plotly looks where it runs, and chooses by that.
    client.execute(env={**os.environ, "PLOTLY_RENDERER": "plotly_mimetype"})
    (answer,) = notebook.cells.pop().outputs
    return notebook, json.loads(answer.text)


def found(name):
    return ran(name)[1]


def outputs(name):
    """Of each code cell: its id, and its outputs."""
    return [(cell.id, cell.outputs) for cell in ran(name)[0].cells if cell.cell_type == "code"]


def cells_with(name, kind):
    return {
        cell
        for cell, shown in outputs(name)
        if any(kind in output.get("data", {}) for output in shown)
    }


# --- as they are stored ---------------------------------------------------------------------------


def test_all_notebooks_are_tested():
    assert set(NOTEBOOKS) == set(FOUND) == set(TABLES) == set(FIGURES)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_stored_without_outputs(name):
    notebook = stored(name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not [cell.id for cell in code if cell.outputs or cell.execution_count or cell.metadata]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_its_links_lead_somewhere(name):
    prose = "\n".join(cell.source for cell in stored(name).cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\(([^)#]+)\)", prose)
    assert links
    assert [link for link in links if not (EXAMPLES / link).exists()] == []


def test_the_readme_names_every_example():
    readme = (EXAMPLES / "README.md").read_text()
    linked = {link for link in re.findall(r"\]\(([^)#]+)\)", readme) if ".." not in link}
    there = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.*") if path.is_file()}
    hidden = {path for path in there if "__pycache__" in path or "checkpoints" in path}
    assert linked == there - hidden - {"README.md"}


# --- as they run ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_without_a_warning(name):
    streams = [output for _, shown in outputs(name) for output in shown if "name" in output]
    assert [output.text for output in streams if output.name != "stdout"] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_shows_its_tables(name):
    assert cells_with(name, "text/html") == TABLES[name]
    for cell, shown in outputs(name):
        if cell in TABLES[name]:
            assert "<table" in shown[-1].data["text/html"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_shows_its_figures(name):
    assert cells_with(name, PLOTLY) == FIGURES[name]
    for cell, shown in outputs(name):
        if cell in FIGURES[name]:
            figure = shown[-1].data[PLOTLY]
            assert figure["data"]
            assert figure["layout"]["title"]["text"]


# --- what they find -------------------------------------------------------------------------------


def test_a_replay_tells_too_little_and_a_simulation_about_what_happens():
    answer = found("replay_last_month")
    logged, replayed, simulated, really = (
        answer["answers"][name] for name in ("logged", "replayed", "simulated", "really")
    )
    assert 3_500 < answer["items"] < 5_000
    for team in ("billing", "frontdesk"):
        assert really[team] < replayed[team] < logged[team]
        assert abs(simulated[team] - really[team]) < abs(replayed[team] - really[team])
        assert simulated[team] == pytest.approx(really[team], rel=0.25)
    assert (
        min(replayed["technical"], simulated["technical"], really["technical"])
        > (logged["technical"])
    )
    assert answer["verdict"] == "better"


def test_items_that_are_begun_earlier_stay_longer_in_a_replay():
    answer = found("replay_last_month")
    logged, replayed = answer["in_hand"]
    assert 1.03 * logged < replayed < 1.2 * logged
    assert answer["never"] > 20


def test_the_fitted_desk_gives_the_waits_of_its_log():
    answer = found("replay_last_month")
    for team, minutes in answer["before"].items():
        assert minutes == pytest.approx(answer["answers"]["logged"][team], rel=0.3)


def test_the_precision_that_was_asked_for_is_reached():
    answer = found("one_more_agent")
    mean, half_width = answer["close"]
    assert 20 <= answer["days"] <= 60
    assert half_width <= 0.08 * mean
    assert 15 < mean < 30


def test_erlang_and_the_simulation_agree_on_the_phones_alone():
    answer = found("one_more_agent")
    for formula, (mean, half_width) in zip(answer["formula"], answer["alone"], strict=True):
        assert abs(formula - mean) < half_width + 1.5  # points: handle times are no exponentials
    assert answer["need"] == 9


def test_one_more_agent_helps_most_in_chat():
    answer = found("one_more_agent")
    verdicts = answer["verdicts"]
    assert {verdicts[team]["wait_mean"] for team in verdicts} == {"better"}
    assert {verdicts[team]["service_level"] for team in verdicts} == {"better"}
    costs = answer["costs"]
    kept = {name: row["customers kept"] for name, row in costs.items()}
    saved = {name: row["hours of waiting saved"] for name, row in costs.items()}
    assert kept["+1 chat"] > kept["+1 phone"] > kept["+1 mail"] == 0
    assert saved["+1 mail"] > 10 * saved["+1 chat"] > 10 * saved["+1 phone"] > 0
    assert (
        costs["+1 chat"]["worth, €"] > costs["+1 chat"]["cost, €"] > costs["+1 phone"]["worth, €"]
    )
    assert costs["+1 phone"]["pays from, € per customer"] > 15


def test_the_launch_is_felt_where_it_is():
    gave_up = found("launch_day")["gave_up"]
    before, after = gave_up["ordinary day"], gave_up["nothing done"]
    for kind in ("product/pays already", "product/only asks"):
        assert before[kind] < 8
        assert after[kind] > 14
    for kind in ("orders/all", "billing/all"):
        assert after[kind] == before[kind]


def test_sharing_and_overtime_keep_as_many_and_sharing_is_paid_for_by_other_callers():
    answer = found("launch_day")
    lost, gave_up, hours = answer["lost"], answer["gave_up"], answer["hours"]
    assert lost["sharing"] == pytest.approx(lost["overtime"], rel=0.1)
    assert lost["sharing"] < 0.65 * lost["nothing done"]
    assert hours["sharing"] == hours["nothing done"] == hours["overtime"] - 38.5
    for kind in ("orders/all", "billing/all"):
        assert gave_up["sharing"][kind] > gave_up["nothing done"][kind] > gave_up["overtime"][kind]


def test_priorities_choose_who_is_lost():
    answer = found("launch_day")
    lost, gave_up = answer["lost"], answer["gave_up"]
    assert lost["priorities"] == pytest.approx(lost["nothing done"], rel=0.05)
    assert gave_up["priorities"]["product/pays already"] < (
        0.75 * gave_up["nothing done"]["product/pays already"]
    )
    assert (
        gave_up["priorities"]["product/only asks"] > (gave_up["nothing done"]["product/only asks"])
    )


def test_the_night_is_the_wait_and_handing_on_is_worth_more_than_a_region():
    answer = found("follow_the_sun")
    waits, done, hours = answer["waits"], answer["done"], answer["hours"]
    assert waits["three regions"] < 1
    assert 40 < waits["two regions"] < 150
    assert waits["Lisbon alone"] > 2 * waits["two regions"]
    assert done["three regions"] > done["two regions"] > done["three, owner keeps"]
    assert hours["three, owner keeps"] > 2 * hours["three regions"]
    assert 6 < hours["three regions"] < 9
    low, high = answer["less"]
    assert 5 < low < high < 16


def test_the_tight_plan_has_a_hole_from_the_change_of_the_clocks_on():
    answer = found("follow_the_sun")
    assert answer["alone"] == [0, 0, 0, 45]
    longest = answer["longest"]
    assert longest["tight after"] > 25
    assert max(longest["roomy before"], longest["roomy after"], longest["tight before"]) < 20
    assert answer["hole"] > 20
    assert answer["before"] < 3


def test_every_order_has_the_same_bill():
    paid = found("priority_criteria")["paid"]
    assert max(paid) < 1.04 * min(paid)


def test_who_gains_and_who_pays_in_each_order():
    answer = found("priority_criteria")
    waits, met = answer["waits"], answer["met"]
    fair = waits["first come"]
    assert max(fair.values()) < 1.25 * min(fair.values())
    for order in ("matrix", "weights", "matrix, due"):
        assert waits[order]["site down"] < 10
        assert waits[order]["request"] > 2 * fair["request"]
    for order in ("weights", "matrix, due"):
        assert waits[order]["big client asks"] < 0.75 * waits["matrix"]["big client asks"]
    assert waits["matrix, ageing"]["request"] < waits["matrix"]["request"]
    assert waits["matrix, ageing"]["user blocked"] > 2 * waits["matrix"]["user blocked"]
    gold = ("site down", "team blocked", "big client asks")
    assert max(met["first come"][name] for name in gold) < 62
    assert met["first come"]["request"] > 97
    assert min(met["due"].values()) > 90


def test_the_due_order_takes_from_the_urgent_and_gives_to_requests():
    verdicts = found("priority_criteria")["verdicts"]
    assert verdicts == {
        "work/site down": "worse",
        "work/team blocked": "worse",
        "work/user blocked": "worse",
        "work/big client asks": "better",
        "work/request": "better",
    }
