"""The page of a staffing plan: words, tables, pictures, and that it needs nothing else."""

from __future__ import annotations

import re

import attrs
import pytest
from parsed_pages import Page

from assignwork.errors import ConfigurationError
from assignwork.model import Calendar
from assignwork.reports._staffing_figures import Required, Step, shares, steps
from assignwork.reports._staffing_story import FORECAST, FORMULAS, Story, shared
from assignwork.reports._staffing_text import required_sentences
from assignwork.reports.pictures._staffing_agents import SHADES, colours
from assignwork.reports.staffing import (
    MOST_AGENTS,
    roster_table,
    staffing_html,
    write_staffing_html,
)
from assignwork.staffing import (
    Need,
    RosterProblem,
    ShiftTemplate,
    plan_roster,
    required_agents_table,
    schedule_shifts,
)
from assignwork.staffing.forecast import (
    ArrivalHistory,
    SeasonalNaive,
    WeekdayMean,
    backtest,
    forecast_arrivals,
)

EVIL = '<script>alert("1")</script><a href="http://example.org">%{x}</a>'
MONDAY = 1768176000.0
"""2026-01-12T00:00Z."""
EARLY = ShiftTemplate("early", "08:00-14:00")
LATE = ShiftTemplate("late", "12:00-19:00", unpopular=True)
NIGHT = ShiftTemplate("night", "22:00-06:00", night=True)
DAY = [0] * 8 + [6, 14, 30, 22, 12, 9, 16, 20, 12, 6, 3] + [0] * 5
TARGETS = {"service_level": 0.8, "threshold": 20}


@pytest.fixture(scope="module")
def need():
    return required_agents_table(DAY * 2, 240.0, interval=3600, targets=TARGETS, shrinkage=0.2)


@pytest.fixture(scope="module")
def past():
    office = Calendar("office", hours={"mon-sun": ["08:00-19:00"]})
    counts = [count + week for week in range(6) for _ in range(7) for count in DAY]
    return ArrivalHistory(counts, MONDAY - 42 * 86_400, 3600, office)


@pytest.fixture(scope="module")
def ahead(past):
    return forecast_arrivals(past, 2, method=SeasonalNaive())


@pytest.fixture(scope="module")
def heads(need):
    return schedule_shifts([EARLY, LATE], need, days=2, starts_on="2026-01-12")


def team(**rules):
    rules = {
        "days": 7,
        "starts_on": "2026-01-12",
        "agents": [
            {"id": "ana", "contract": "full", "leave": [1]},
            {"id": "ben", "contract": "full"},
            {"id": "cem"},
        ],
        "contracts": [{"id": "full", "max_shifts_per_week": 5, "min_rest": 36_000}],
        "templates": [EARLY, LATE, NIGHT],
        "demand": [Need.on(day, "09:00-12:00", 1) for day in range(5)]
        + [Need.on(5, "22:00-24:00", 1), Need.on(6, "17:00-18:00", 1)],
    } | rules
    return plan_roster(RosterProblem(**rules))


@pytest.fixture(scope="module")
def roster():
    return team(on_call=[{"id": "duty", "days": 4, "every": 2}])


@pytest.fixture(scope="module")
def short():
    needs = [Need.on(0, "09:00-12:00", 3), Need.on(1, "09:00-12:00", 2, "es")]
    return team(demand=needs, coverage="soft")


def page_of(**parts):
    return Page(staffing_html(**parts))


# --- words ---------------------------------------------------------------------------------------


def test_the_answer_is_what_was_asked_for_last(need, ahead, heads, roster, short):
    def answer(**parts):
        told = {"forecast": None, "backtest": None, "required": None, "planned": None}
        return Story(**(told | {"templates": [EARLY, LATE]} | parts)).answer()

    assert answer(forecast=ahead) == "410 arrivals are expected."
    assert answer(planned=heads).startswith(f"{heads.heads} shifts cover every need of 2 days: at ")
    assert answer(planned=roster) == "3 agents on 7 shifts cover every need of 7 days."
    assert answer(planned=short) == (
        "3 agents on 3 shifts cover 60 % of what 7 days need: 6 agent hours are missing."
    )


def test_what_is_needed_in_sentences(need):
    first, second = required_sentences(Required(need, MONDAY))
    most = need[10]
    assert first == (
        f"Most are needed on Mon 2026-01-12 10:00: {most.agents} agents at once, "
        f"{most.scheduled} on the schedule; {need.agent_hours / 2:.0f} agent hours a day, "
        f"{need.agent_hours:.0f} in all 2 days."
    )
    assert second == "One agent fewer would miss, of 22 intervals: service level in 20."
    page = page_of(requirement=need, start_at=MONDAY)
    assert first in page.words
    assert second in page.words


def test_where_nobody_comes_nobody_is_needed():
    table = required_agents_table([0, 0], 240.0, interval=3600, targets=TARGETS)
    page = page_of(requirement=table, start_at=MONDAY)
    assert "Nobody is needed: nobody comes." in page.words
    assert "agents" not in page.figures


def test_how_good_it_is_says_no_more_than_is_known(roster):
    def said(**changes):
        page = page_of(roster=attrs.evolve(roster, **changes))
        return page.words.split("How good")[1].split(". ")[0]

    assert "proven: none costs less" in said()
    bound = roster.cost - roster.cost // 5
    assert "at most 20 % above the best there can be" in said(status="feasible", bound=bound)
    assert "not known how far from the best" in said(status="feasible", bound=None)


def test_how_evenly_it_is_shared_is_told_by_contract(roster):
    group = shares(roster)
    assert [share.agent for share in group] == ["ana", "ben", "cem"]
    assert sum(sum(share.shifts.values()) for share in group) == len(roster.assignments)
    assert shared(group).startswith("full (2 agents): ")
    assert shared(group).endswith("Leave is not counted as paid hours.")
    assert shared(group[2:]) == ""


def test_a_weekend_is_worked_by_a_night_that_began_on_friday():
    friday = team(demand=[Need.on(4, "23:00-05:00", 1)], agents=[{"id": "ana"}])
    assert [(s.weekends, s.nights, s.hours) for s in shares(friday)] == [(1, 1, 8)]
    thursday = team(demand=[Need.on(3, "23:00-05:00", 1)], agents=[{"id": "ana"}])
    assert shares(thursday)[0].weekends == 0


def test_what_it_rests_on_is_said_of_what_is_there(need, ahead, roster):
    both = page_of(requirement=need, start_at=MONDAY, forecast=ahead)
    assert FORECAST in both.words
    assert FORMULAS in both.words
    assert "Erlang C: nobody gives up waiting" in both.words
    assert "20 % of paid time" in both.words
    patient = required_agents_table([9, 30], 240.0, interval=3600, targets=TARGETS, patience=120.0)
    page = page_of(requirement=patient, start_at=MONDAY)
    assert "Erlang A: who waits gives up after 90 s on average" in page.words.replace(
        "2 min", "90 s"
    )
    alone = page_of(roster=roster)
    assert FORECAST not in alone.words
    assert FORMULAS not in alone.words
    assert "Fairness compares agents who share a contract" in alone.words


def test_too_busy_agents_are_a_caveat():
    busy = required_agents_table([600], 240.0, interval=3600, targets={"mean_wait": 60})
    assert "In 1 interval agents are busy" in page_of(requirement=busy, start_at=0.0).words
    calm = required_agents_table([600], 240.0, interval=3600, targets={"occupancy": 0.8})
    assert "agents are busy for more" not in page_of(requirement=calm, start_at=0.0).words


def test_own_caveats_come_first(roster):
    words = page_of(roster=roster, caveats=["The office moves on Tuesday."]).words
    assert words.index("The office moves") < words.index("Hours are those of the local clock")


def test_why_there_is_no_roster(short):
    none = team(demand=[Need.on(1, "09:00-12:00", 2, "es")])
    page = page_of(roster=none)
    assert "No roster exists: its rules cannot all be kept." in page.words
    assert "Mon 2026-01-12" in page.words
    assert "needs 2 agents with skill 'es'" in page.words
    assert "would help" in page.words
    assert not page.figures
    stopped = attrs.evolve(none, status="stopped", conflict=None)
    assert "none is known to exist" in page_of(roster=stopped).words


@pytest.mark.parametrize("fewest", [True, False])
def test_what_would_help_is_not_called_the_fewest_where_that_is_not_proven(fewest):
    none = team(demand=[Need.on(1, "09:00-12:00", 2, "es")])
    clashes = none.conflict.clashes
    conflict = attrs.evolve(none.conflict, helps=(), repair=clashes, fewest=fewest)
    words = page_of(roster=attrs.evolve(none, conflict=conflict)).words
    assert "All of these together would help" in words
    assert ("(not proven fewest)" in words) is not fewest


# --- tables --------------------------------------------------------------------------------------


def test_the_tables_of_a_requirement(need):
    tables = page_of(requirement=need, start_at=MONDAY).tables
    head, monday, tuesday = tables["Arrivals and agents needed by day"]
    assert head[:4] == ["Day", "Arrivals", "Most agents", "At"]
    assert monday[:4] == ["Mon 12 Jan", "150", str(need[10].agents), "10:00"]
    assert monday[1:] == tuesday[1:]
    times = tables["Agents needed on the schedule by local time and day"]
    assert [row[0] for row in times[1:]] == [f"{hour:02}:00" for hour in range(8, 19)]
    assert times[3] == ["10:00", str(need[10].scheduled), str(need[10].scheduled)]


def test_times_are_local(need):
    tables = page_of(requirement=need, start_at=MONDAY, time_zone="Asia/Tokyo").tables
    assert tables["Arrivals and agents needed by day"][1][3] == "19:00"


def test_the_tables_of_head_counts(heads):
    head, monday, tuesday = page_of(heads=heads, templates=[EARLY, LATE]).tables[
        "Agents by day and shift"
    ]
    early, late = (heads.agents(0, name) for name in ("early", "late"))
    assert head == ["Day", "early", "late", "All"]
    assert monday == ["Mon 2026-01-12", str(early), str(late), str(early + late)]
    assert tuesday[0] == "Tue 2026-01-13"


def test_where_somebody_is_missing_with_and_without_skills(short):
    rows = page_of(roster=short).tables["Intervals with too few agents"]
    assert rows == [
        ["Interval", "Skill", "Needed", "Planned", "Hours missing"],
        ["Tue 2026-01-13 09:00-12:00", "es", "2", "0", "6"],
    ]
    needs = [Need.on(0, "09:00-12:00", 4)]
    plain = page_of(roster=team(demand=needs, coverage="soft"))
    assert plain.tables["Intervals with too few agents"][1:] == [
        ["Mon 2026-01-12 09:00-12:00", "4", "3", "3"]
    ]


def test_the_errors_of_forecasts(past, ahead):
    tried = backtest(past, [SeasonalNaive(), WeekdayMean(4)], horizon=7, train=21)
    page = page_of(forecast=ahead, backtest=tried)
    rows = page.tables["Errors of forecasts by method"]
    assert [row[0] for row in rows[1:]] == ["seasonal naive", "mean of 4 weeks"]
    assert rows[1][1] == "1.00"  # each week one more came
    assert tried.verdict() in page.words


def test_the_roster_as_a_grid(roster):
    grid = roster_table(roster)
    assert grid.heads[0] == ("Mon", "12 Jan", False)
    assert [weekend for *_, weekend in grid.heads] == [False] * 5 + [True] * 2
    by_name = dict(grid.rows)
    assert (by_name["ana"][1].text, by_name["ana"][1].told) == (
        "leave", "ana, Tue 2026-01-13: on leave",
    )  # fmt: skip
    worked = {
        (name, day): found.text
        for name, cells in grid.rows
        for day, found in enumerate(cells)
        if found.kind == "shift"
    }
    assert worked == {(entry.agent, entry.day): entry.template for entry in roster.assignments}
    assert {found.text for cells in by_name.values() for found in cells} - set(worked.values()) == {
        "leave", "·",
    }  # fmt: skip
    ((name, turns),) = grid.on_call
    assert name == "duty"
    assert [found.text for found in turns] == [
        ", ".join(turn.agents) for turn in roster.on_call for _ in turn.days
    ]
    assert len(page_of(roster=roster).tables["Roster: agents down, days across"]) == 1 + 3 + 1


def test_shifts_have_colours_of_their_own():
    found = colours([ShiftTemplate(str(i), "08:00-14:00") for i in range(9)])
    assert list(found.values()) == [*SHADES, *SHADES[:2]]
    assert len(set(SHADES)) == len(SHADES)


def test_long_names_and_many_agents_are_cut_and_told():
    many = team(
        agents=[{"id": f"a{i}"} for i in range(MOST_AGENTS + 5)],
        templates=[{"id": "a very long name", "hours": "08:00-14:00"}],
        demand=[Need.on(0, "09:00-12:00", 1)],
        pins=[{"agent": "a0", "day": 0, "template": "a very long name"}],
    )
    grid = roster_table(many)
    assert (len(grid.rows), grid.note) == (MOST_AGENTS, "And 5 agents more.")
    shown = {found.text for _, cells in grid.rows for found in cells}
    assert "a very l…" in shown


# --- pictures ------------------------------------------------------------------------------------


def test_needed_and_planned_at_each_moment():
    templates = [ShiftTemplate("split", ["09:00-10:00", "11:00-12:00"])]
    found = schedule_shifts(templates, [Need.on(0, "09:00-12:00", 2)], days=1, coverage="soft")
    assert steps(found, templates) == [
        Step(0, 540, 0, 0), Step(540, 600, 2, 2), Step(600, 660, 2, 0), Step(660, 720, 2, 2),
        Step(720, 1440, 0, 0),
    ]  # fmt: skip


def test_what_is_missing_and_what_is_too_much_is_drawn(heads):
    figure = page_of(heads=heads, templates=[EARLY, LATE]).figures["coverage"]
    assert [trace["name"] for trace in figure["data"]] == ["more than needed", "planned", "needed"]
    page = page_of(roster=team(demand=[Need.on(0, "09:00-12:00", 5)], coverage="soft"))
    names = {trace["name"]: trace for trace in page.figures["coverage"]["data"]}
    assert names["missing"]["y"] == [5, 5, 3, 3, None]
    assert names["missing"]["x"][:2] == ["2026-01-12 09:00", "2026-01-12 11:59"]
    assert "6 agent hours are missing, most (2 agents) at Mon 2026-01-12 09:00" in page.words


def test_enough_agents_without_the_skill_are_not_enough():
    ben = {"agent": "ben", "day": 0, "template": "early"}
    needs = [Need.on(0, "09:00-12:00", 1, "es")]
    page = page_of(roster=team(demand=needs, coverage="soft", pins=[ben]))
    assert "enough agents, but 3 agent hours of a skill are missing" in page.words


def test_nights_without_anything_are_left_out(heads, roster):
    (left,) = page_of(heads=heads, templates=[EARLY, LATE]).figures["coverage"]["layout"]["xaxis"][
        "rangebreaks"
    ]
    assert left["bounds"] == [19, 8]
    around = team(demand=[Need.on(0, f"{h:02}:00-{h + 1:02}:00", 1) for h in range(24)],
                  coverage="soft")  # fmt: skip
    assert "rangebreaks" not in page_of(roster=around).figures["coverage"]["layout"]["xaxis"]


def test_days_without_dates_have_weekdays_alone(roster):
    dated = page_of(roster=roster).figures["coverage"]["layout"]["xaxis"]["tickformatstops"]
    found = team(starts_on="wed")
    page = page_of(roster=found)
    plain = page.figures["coverage"]["layout"]["xaxis"]["tickformatstops"]
    assert any("%b" in stop["value"] for stop in dated)
    assert not any("%b" in stop["value"] for stop in plain)
    assert page.figures["coverage"]["data"][0]["x"][0].startswith("2001-01-03")  # a Wednesday
    assert roster_table(found).heads[0] == ("Wed", "", False)


def test_a_forecast_is_drawn_with_its_bounds_after_what_was_counted(past, ahead):
    figure = page_of(forecast=ahead, history=past).figures["arrivals"]
    traces = {trace["name"]: trace for trace in figure["data"]}
    assert list(traces) == ["counted", "bounds", "expected"]
    assert traces["counted"]["x"][0] == "2026-01-05 08:00"
    assert traces["counted"]["x"][-2] < traces["expected"]["x"][0] == "2026-01-12 08:00"
    assert traces["expected"]["y"][:3] == [11, 19, 35]
    assert max(filter(None, traces["bounds"]["y"])) == max(ahead.upper)
    alone = page_of(forecast=ahead).figures["arrivals"]["data"]
    assert [trace["name"] for trace in alone] == ["bounds", "expected"]


def test_without_a_forecast_the_arrivals_of_the_requirement_are_drawn(need):
    (trace,) = page_of(requirement=need, start_at=MONDAY).figures["arrivals"]["data"]
    assert trace["y"][:4] == [6, 14, 30, 22]


def test_a_requirement_is_drawn_where_nothing_was_planned(need, heads):
    figures = page_of(requirement=need, start_at=MONDAY).figures
    assert [trace["name"] for trace in figures["agents"]["data"]] == ["on the schedule", "at work"]
    both = page_of(requirement=need, start_at=MONDAY, heads=heads, templates=[EARLY, LATE])
    assert set(both.figures) == {"arrivals", "coverage"}


def test_hours_of_each_agent_by_shift(roster):
    figure = page_of(roster=roster).figures["fairness"]
    hours = {share.agent: share.hours for share in shares(roster)}
    drawn = [sum(part) for part in zip(*(trace["x"] for trace in figure["data"]), strict=True)]
    names = [text.split(" (")[0] for text in figure["layout"]["yaxis"]["ticktext"]]
    assert dict(zip(names, drawn, strict=True)) == hours
    shades = colours(roster.problem.templates)
    assert {trace["name"]: trace["marker"]["color"] for trace in figure["data"]}.items() <= (
        shades.items()
    )


# --- what it takes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], "there is nothing to show"),
        (["requirement"], "start_at: nothing says when"),
        (["heads"], "templates: there is no template 'early'"),
    ],
)
def test_what_is_missing_is_named(need, heads, parts, said):
    given = {"requirement": need, "heads": heads}
    with pytest.raises(ConfigurationError, match=said):
        staffing_html(**{name: given[name] for name in parts})


def test_a_time_zone_that_is_not_known(need):
    with pytest.raises(ConfigurationError, match="Mars"):
        staffing_html(requirement=need, start_at=0.0, time_zone="Mars")


def test_it_is_written_as_it_is_made(tmp_path, roster):
    write_staffing_html(tmp_path / "p.html", roster=roster, title="Next week")
    text = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert text == staffing_html(roster=roster, title="Next week")
    assert "<title>Next week</title>" in text


def odd():
    """A roster whose every name is an attack."""
    return team(
        agents=[{"id": EVIL, "contract": EVIL, "skills": [EVIL]}, {"id": "ben", "contract": EVIL}],
        contracts=[{"id": EVIL}],
        templates=[{"id": EVIL, "hours": "08:00-14:00"}],
        demand=[Need.on(0, "09:00-12:00", 3, EVIL)],
        coverage="soft",
        on_call=[{"id": EVIL, "days": 7}],
    )


def test_nothing_is_loaded_and_nothing_that_is_named_runs():
    page = page_of(roster=odd(), title=EVIL, caveats=[EVIL])
    assert EVIL not in page.text
    for tag, found in page.elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "a"), tag
        assert not {"src", "href", "srcset", "action", "data"} & found.keys()
    (policy,) = [found["content"] for _, found in page.elements if found.get("http-equiv")]
    assert policy.startswith("default-src 'none'")


def test_tables_can_be_reached_and_heard(roster, need):
    page = page_of(roster=roster, requirement=need, start_at=MONDAY)
    regions = [found for _, found in page.elements if found.get("role") == "region"]
    assert len(regions) == len(page.tables) == 5
    assert all(found["tabindex"] == "0" and found["aria-label"] for found in regions)
    assert all(found.get("scope") for tag, found in page.elements if tag == "th")


@pytest.mark.parametrize("which", ["all", "none", "odd"])
def test_every_picture_is_drawn_without_a_word_in_the_console(
    tmp_path, opened, which, past, ahead, need, roster
):
    parts = {
        "all": {"history": past, "forecast": ahead, "requirement": need, "start_at": MONDAY,
                "roster": roster},
        "none": {"roster": team(demand=[Need.on(1, "09:00-12:00", 9)])},
        "odd": {"roster": odd()},
    }[which]  # fmt: skip
    path = tmp_path / "plan.html"
    write_staffing_html(path, title="<b>A & B</b>", **parts)
    pictures = {"all": 3, "none": 0, "odd": 2}[which]
    dom, console = opened(path)
    assert console == []
    root = re.search(r"<html[^>]*>", dom).group()
    assert "data-failures" not in root
    assert (f'data-plots="{pictures}"' in root) == bool(pictures)
    assert dom.count('class="plot js-plotly-plot"') == pictures
    assert "<b>A" not in dom
