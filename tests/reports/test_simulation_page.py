"""The page of a simulation: its words, tables and pictures, and that it needs nothing else."""

from __future__ import annotations

import json
import math
import re
from functools import cache

import pytest
from attrs import evolve
from parsed_pages import Page

from assignwork import Agent, Team, Workspace
from assignwork.errors import ConfigurationError
from assignwork.reports._simulation_story import assumptions, customers
from assignwork.reports._simulation_text import (
    BUSY,
    MOST_ROWS,
    findings,
    headlines,
    seconds,
    sentences,
)
from assignwork.reports.pictures import simulation as pictures
from assignwork.reports.pictures._simulated_agents import MOST_AGENTS
from assignwork.reports.simulation import simulation_html, write_simulation_html
from assignwork.simulation import (
    Break,
    Conversation,
    Exponential,
    Handling,
    Kind,
    LogNormal,
    OfferAnswers,
    Return,
    Scenario,
    Stream,
    compare,
    simulate,
    single_queue,
)

EVIL = '<script>alert("1")</script><a href="http://example.org">%{x}</a>'
MONDAY = 1_772_438_400.0  # 2026-03-02 08:00 UTC


def desk(agents=3, **others):
    """A morning of calls of two priorities, at a desk with hardly enough agents."""
    patience = Exponential(300)
    return Scenario(
        Workspace(
            [Team("billing"), Team("mail")],
            [
                Agent(f"agent-{i}", capacity=1, primary=["billing"], secondary=["mail"])
                for i in range(1, agents + 1)
            ],
        ),
        [
            Stream(
                "calls",
                40,
                [
                    Kind("billing", Exponential(200), "urgent", patience=patience, priority=1),
                    Kind("billing", Exponential(200), "other", 3, patience=patience, priority=2),
                ],
            ),
            Stream("letters", 4, Kind("mail", Exponential(120), priority=3)),
        ],
        length=4 * 3600,
        **{"start": MONDAY, "threshold": 30, "name": "morning", **others},
    )


@cache
def results(agents=3, replications=8, **others):
    name = others.pop("name", "morning")
    scenario = desk(agents, name=name, **others)
    return simulate(scenario, replications=replications, seed=1)


@cache
def comparison(replications=8):
    return compare(results(replications=replications), results(5, replications, name="two more"))


@cache
def nobody(replications=2):
    quiet = single_queue(2, per_hour=0, handle=60, length=3600, name="quiet")
    return simulate(quiet, replications=replications)


@cache
def page():
    return Page(simulation_html(results(), scenario=desk()))


@cache
def page_of_both():
    return Page(simulation_html(results(), comparison(), scenario=desk()))


# --- words ---------------------------------------------------------------------------------------


def test_the_answer_comes_first():
    waits, lost, busy = sentences(results(), None)
    wait = results().mean("wait_mean")
    assert re.match(rf"Customers wait {wait:.0f} s on average \(between \d+ s and \d+ s\); ", waits)
    assert waits.endswith("of them are assigned within 30 s.")
    assert lost == f"{100 * results().mean('abandonment'):.1f} % give up waiting."
    assert busy.startswith("Agents are busy ")


def test_of_a_change_the_first_sentence_is_what_it_does():
    first, second = sentences(results(), comparison())
    assert first == comparison().sentence
    assert second.startswith("As it is: customers wait ")


def test_agents_who_are_too_busy_are_told():
    few = simulate(desk(2).busier(1.5), replications=3, seed=1)
    assert BUSY == 0.85
    assert "all of them more than 85 %" in sentences(few, None)[2]
    one = simulate(desk(4, pace={"agent-1": 3.0}), replications=3, seed=1)
    busiest = max(one.labels("agent"), key=lambda agent: one.mean("occupancy", agent=agent))
    assert sentences(one, None)[2].endswith(f"; {busiest} more than 85 %.")
    many = simulate(desk(9), replications=3, seed=1)
    assert sentences(many, None)[2].endswith("nobody more than 85 %.")


def test_nobody_at_all_is_told_as_such():
    assert sentences(nobody(), None)[:2] == [
        "Nobody was assigned to an agent.",
        "Nobody gives up waiting.",
    ]


def test_headline_figures_have_their_margins():
    shown = {line.name: (line.value, line.note) for line in headlines(results(), None)}
    assert list(shown) == [
        "mean wait", "9 in 10 wait up to", "assigned within 30 s", "gave up", "longest queue",
        "occupancy",
    ]  # fmt: skip
    found = results().interval("occupancy")
    assert shown["occupancy"] == (
        f"{100 * found.mean:.0f} %", f"{100 * found.low:.0f} % to {100 * found.high:.0f} %",
    )  # fmt: skip


def test_headline_figures_of_a_change_say_what_was_and_whether_that_is_better():
    shown = {line.name: line for line in headlines(results(), comparison())}
    was, now = (found.mean("wait_mean") for found in (comparison().a, comparison().b))
    assert shown["mean wait"].value == f"{now:.1f} s"
    assert shown["mean wait"].note == f"{was:.0f} s as it is: better"
    alone = {line.name: line.note for line in headlines(results(replications=1), comparison(1))}
    assert alone["mean wait"].endswith("as it is")


def test_sentences_name_who_waits_longest_and_how_sure_that_is():
    said = {finding.topic: finding.text for finding in findings(results(), None)}
    waits = {level: results().mean("wait_mean", priority=level) for level in (1, 2, 3)}
    worst = max(waits, key=waits.get)
    assert said["Waits longest"].startswith(f"Priority {worst}: ")
    assert said["How sure"].startswith("It was played 8 times")


def test_what_gets_better_and_worse_and_what_may_be_chance_is_listed():
    said = {finding.topic: finding.text for finding in findings(results(), comparison())}
    assert "mean wait (-" in said["Gets better"]
    assert "gave up (-" in said["Gets better"]
    backwards = compare(comparison().b, comparison().a)
    turned = {finding.topic: finding.text for finding in findings(comparison().b, backwards)}
    assert "mean wait (+" in turned["Gets worse"]
    same = compare(results(), results())
    topics = {finding.topic for finding in findings(results(), same)}
    assert not topics & {"Gets better", "Gets worse", "May be chance"}


def test_one_replication_is_said_not_to_tell():
    found = results(replications=1)
    assert "play it more often" in findings(found, None)[-1].text
    assert all(not line.note for line in headlines(found, None))


def test_who_is_still_there_at_the_end_is_told():
    cut = simulate(desk(1, drain=0.0).busier(2), replications=2)
    said = {finding.topic: finding.text for finding in findings(cut, None)}
    assert "were still there when a run ended" in said["Not finished"]


def test_caveats_and_what_is_left_out_are_told():
    text = Page(simulation_html(results(), caveats=["The moon was full."])).words
    assert "The moon was full." in text
    assert "Who gives up does not try again." in text


# --- what was simulated --------------------------------------------------------------------------


def test_who_comes_is_a_row_per_kind():
    rows = customers(desk()).rows
    assert rows[0][:6] == [
        "calls/urgent", "40 an hour", "25 %", "billing", "1", "exponential, mean 3.33 min",
    ]  # fmt: skip
    assert rows[2] == [
        "letters", "4 an hour", "all", "mail", "3", "exponential, mean 2 min", "waits for ever", "",
    ]  # fmt: skip


def test_conversations_and_returns_are_told():
    kind = Kind("queue", 60, conversation=Conversation(3, 600), comes_back=Return(0.1, after=3600))
    scenario = single_queue(1, per_hour=1, handle=60, length=60)
    (row,) = customers(scenario.changed(streams=[Stream("mail", 1, kind)])).rows
    assert row[-1] == (
        "3 turns on average, the customer answers after 10 min on average; 10 % come back, 60 min "
        "later on average"
    )


def said_of(**others):
    return {found.topic: found.text for found in assumptions(desk(**others))}


def test_how_agents_work_is_told():
    assert said_of()["At work"].startswith("An agent works on everything he holds at the same time")
    one = said_of(handling=Handling(at_once=1, finishes=False, handover=60))["At work"]
    assert one == (
        "An agent works on one item at a time. When his time ends he leaves what he has begun. "
        "Whoever takes over needs 60 s more."
    )
    two = said_of(handling=Handling(at_once=2, speeds=(1, 0.75)))["At work"]
    assert "on 2 items at the same time, at a speed of 0.75 with 2." in two
    assert said_of()["Agents"] == "3 agents in 2 teams: 3 there all the time."
    assert said_of()["Breaks"] == "None."


def test_a_break_without_a_zone_is_at_the_local_time_of_the_shifts():
    base = desk(breaks=[Break("lunch", 1800, at=["12:00"])])
    workspace = base.workspace.to_dict()
    for agent in workspace["agents"]:
        agent["shift"] = "24x7"
    found = {part.topic: part.text for part in assumptions(base.changed(workspace=workspace))}
    assert found["Breaks"] == "Lunch: 30 min at 12:00 (local time), everybody."


def test_breaks_absences_pace_and_offers_are_told():
    found = said_of(
        breaks=[
            Break("lunch", 1800, at=["12:00", "13:00"], groups=3),
            Break("training", 600, every=7200, agents=["agent-1"]),
        ],
        no_show={"agent-1": 0.05},
        pace={"agent-2": 1.2, "agent-3": {"letters/all": 2.0}},
        handle_of={"agent-3": {"letters/all": LogNormal(600, cv=0.5)}},
        offers=OfferAnswers(accept_after=5, declines=0.1),
        handling_of={"agent-1": Handling(at_once=1)},
        warm_up=3600,
    )
    assert found["Breaks"] == (
        "Lunch: 30 min at 12:00 and 13:00 (UTC), everybody, in 3 groups one after the other. "
        "Training: 10 min every 2.0 h on average, agent-1."
    )
    assert found["Absent"] == "Of their shifts, at random: agent-1 5.0 %."
    assert (
        found["Pace"] == "Handle times of agent-2 (1.2 times as long); agent-3 by kind of customer."
    )
    assert found["Own times"] == "agent-3: letters/all lognormal, mean 10 min, cv 0.5."
    assert found["Offers"] == "Answered after 5 s on average, 10 % declined."
    assert found["Others"] == "In ways of their own: agent-1."
    assert "the first 60 min are not measured" in found["Time"]
    assert said_of(no_show=0.02)["Absent"] == "2.0 % of shifts nobody comes to."


# --- tables --------------------------------------------------------------------------------------


def test_the_tables():
    tables = page().tables
    assert [name for name in tables if "morning" in name] == [
        "Customers by priority, morning",
        "Customers by team, morning",
        "By hour of the day (UTC), morning",
        "Agents, morning",
    ]  # those by stream would say what those by team say
    rows = tables["Customers by priority, morning"]
    assert [row[0] for row in rows] == ["priority", "1", "2", "3", "all"]
    assert tables["Who comes"][1][0] == "calls/urgent"


def test_the_hours_of_the_day_are_those_of_the_scenarios_zone():
    found = results(replications=3, timezone="Asia/Kolkata")
    rows = Page(simulation_html(found)).tables["By hour of the day (Asia/Kolkata), morning"]
    assert rows[0] == ["hour", "arrivals", "mean wait", "service level", "gave up", "occupancy"]
    assert [row[0] for row in rows[1:]] == ["13:00", "14:00", "15:00", "16:00", "17:00", "all"]
    arrivals = found.interval("arrivals", hour=14)
    assert rows[2][1] == f"{arrivals.mean:.0f} ± {arrivals.half_width:.0f}"


def test_the_words_of_the_hours_are_explained_where_they_are_shown():
    assert "Customers belong to the hour in which they arrived" in page().words
    assert "Customers belong to the hour" not in Page(simulation_html(nobody())).words


@pytest.mark.parametrize("others", [{"start": 0.0}, {"warm_up": 3.5 * 3600}])
def test_without_a_date_or_with_one_hour_alone_there_is_no_table_of_hours(others):
    found = results(replications=2, **others)
    assert not any("hour of the day" in name for name in Page(simulation_html(found)).tables)


def test_times_are_those_of_the_scenarios_zone_unless_another_is_given():
    found = results(replications=3, timezone="Asia/Kolkata")
    line = Page(simulation_html(found)).figures["queue"]["data"][1]
    assert line["x"][0].startswith("2026-03-02 13:3")
    alone = pictures.queue_picture(found).data[1]
    assert alone.x[0] == line["x"][0]
    line = Page(simulation_html(found, time_zone="UTC")).figures["queue"]["data"][1]
    assert line["x"][0].startswith("2026-03-02 08:0")


# --- thresholds by kind --------------------------------------------------------------------------


def of_two_thresholds(agents=3, **others):
    base = desk(agents, **others)
    calls, letters = base.streams
    slow = evolve(letters.kinds[0], name="<slow>", threshold=4 * 3600)
    return base.changed(streams=[calls, evolve(letters, kinds=[slow])])


@cache
def two_thresholds(agents=3, name="morning"):
    return simulate(of_two_thresholds(agents, name=name), replications=4, seed=1)


def test_where_kinds_have_thresholds_of_their_own_no_text_names_one_for_all():
    both = compare(two_thresholds(), two_thresholds(5, "two more"))
    for made in (
        simulation_html(two_thresholds(), scenario=of_two_thresholds()),
        simulation_html(two_thresholds(), both, scenario=of_two_thresholds()),
    ):
        found = Page(made)
        assert "assigned within 30 s" not in made.replace("\u00a0", " ").lower()
        assert "of them are assigned within their threshold." in found.words
        assert "Who is served within their threshold" in found.words
        assert (
            "that of their kind: calls/urgent 30 s, calls/other 30 s, letters/<slow> 4.0 h."
        ) in found.words
        assert not found.figures["served"]["layout"].get("shapes")
        assert found.figures["service"]["data"][0]["name"] == "assigned within their threshold"
    rows = found.tables["Differences by priority"]
    assert rows[2][0] == "assigned within their threshold, priority 1"


def test_a_change_that_brings_another_threshold_has_no_one_threshold():
    found = compare(results(replications=4), two_thresholds(name="with letters"))
    assert {line.name for line in headlines(found.a, found)} >= {"assigned within their threshold"}
    assert {line.name for line in headlines(found.a, None)} >= {"assigned within 30 s"}


def test_a_threshold_of_its_own_is_told_of_a_kind():
    assert [row[-1] for row in customers(of_two_thresholds()).rows] == [
        "", "", "to be assigned within 4.0 h",
    ]  # fmt: skip


def test_the_table_of_differences():
    rows = page_of_both().tables["Differences, all together"]
    assert rows[0] == [
        "What", "As it is", "Changed", "Difference", "95 % interval", "Verdict",
    ]  # fmt: skip
    wait = comparison().difference("wait_mean")
    assert rows[1][:4] == [
        "mean wait", f"{wait.a:.0f} s", f"{wait.b:.1f} s", f"-{-wait.change.mean:.0f} s",
    ]  # fmt: skip
    assert rows[1][5] == "better"
    by_priority = page_of_both().tables["Differences by priority"]
    assert [row[0] for row in by_priority[1:4]] == [
        "mean wait, priority 1", "assigned within 30 s, priority 1", "gave up, priority 1",
    ]  # fmt: skip


def test_many_agents_are_cut_and_counted():
    big = single_queue(MOST_ROWS + 5, per_hour=400, handle=300, length=1800)
    found = Page(simulation_html(simulate(big, replications=2)))
    rows = found.tables["Agents, scenario"]
    assert (len(rows), rows[-1][0]) == (1 + MOST_ROWS + 1, "all")
    assert "And 5 more." in found.words
    assert f"The {MOST_AGENTS} busiest of {MOST_ROWS + 5} agents are shown." in found.words


# --- pictures ------------------------------------------------------------------------------------


def test_the_pictures():
    assert list(page().figures) == ["waits", "served", "service", "occupancy", "queue", "busy"]
    assert next(iter(page_of_both().figures)) == "differences"


def test_waits_are_marked_with_their_intervals():
    figure = page().figures["waits"]
    half, mean, ninth = figure["data"]
    names = ["priority 1", "priority 2", "priority 3", "all"]
    assert figure["layout"]["yaxis"]["ticktext"] == names
    found = results().interval("wait_mean", priority=1)
    assert figure["layout"]["xaxis"]["title"]["text"].endswith(", min")
    assert mean["x"][0] == pytest.approx(found.mean / 60, rel=1e-3)
    assert mean["error_x"]["array"][0] == pytest.approx(found.half_width / 60, rel=1e-3)
    ends = [x - less for x, less in zip(half["x"], half["error_x"]["arrayminus"], strict=True)]
    assert min(ends) >= 0
    assert all(a <= b for a, b in zip(mean["x"], ninth["x"], strict=True))


@cache
def unlike():
    """One team whose customers wait for seconds, one for hours."""
    teams = ["calls", "calls", "calls", "calls", "mail"]
    agents = [Agent(f"agent-{i}", capacity=1, primary=[team]) for i, team in enumerate(teams)]
    streams = [
        Stream("calls", 40, Kind("calls", Exponential(200))),
        Stream("mail", 1, Kind("mail", Exponential(3200))),
    ]
    workspace = Workspace([Team("calls"), Team("mail")], agents)
    return simulate(Scenario(workspace, streams, length=24 * 3600), replications=4)


def test_waits_of_seconds_and_of_hours_stand_on_an_axis_of_multiples():
    figure = Page(simulation_html(unlike())).figures["waits"]
    axis = figure["layout"]["xaxis"]
    assert axis["type"] == "log"
    low, high = (10**end for end in axis["range"])
    for trace in figure["data"]:
        bars = trace["error_x"]
        for x, less, more in zip(trace["x"], bars["arrayminus"], bars["array"], strict=True):
            assert low < x - less <= x <= x + more < high
    mean = figure["data"][1]["x"][0]
    assert mean == pytest.approx(unlike().mean("wait_mean", team="calls"), rel=1e-3)
    assert "The axis is one of multiples" in Page(simulation_html(unlike())).words


def test_waits_that_are_alike_stand_on_a_plain_axis():
    assert page().figures["waits"]["layout"]["xaxis"].get("type") is None


def test_the_mean_wait_stands_beside_its_row():
    notes = page().figures["waits"]["layout"]["annotations"]
    expected = [seconds(results().mean("wait_mean", priority=number)) for number in (1, 2, 3)]
    assert [note["text"] for note in notes] == [*expected, seconds(results().mean("wait_mean"))]


@pytest.mark.parametrize(("threshold", "side"), [(5, "left"), (20_000, "right")])
def test_the_threshold_is_named_inside_of_the_picture(threshold, side):
    found = results(threshold=threshold)
    (note,) = Page(simulation_html(found)).figures["served"]["layout"]["annotations"]
    assert (note["y"], note["yanchor"], note["xanchor"]) == (0.0, "bottom", side)


def test_of_two_runs_marks_stand_one_below_the_other():
    figure = page_of_both().figures["waits"]
    first, second = figure["data"][1], figure["data"][4]
    assert all(a < b for a, b in zip(first["y"], second["y"], strict=True))
    assert first["marker"]["symbol"] == "circle-open"
    assert second["marker"]["symbol"] == "circle"


def test_the_share_served_rises_with_the_wait():
    band, *lines = page().figures["served"]["data"]
    assert band["fill"] == "toself"
    for line in lines:
        assert line["x"] == sorted(line["x"])
        assert (line["y"][0], line["y"][-1]) == (0, 98)
    assert [line["name"] for line in lines] == ["all", "priority 1", "priority 2", "priority 3"]
    assert len({line["line"]["color"] for line in lines}) == len(lines)
    assert len({line["line"]["dash"] for line in lines}) == len(lines)  # not by colour alone


def test_what_becomes_of_those_who_come_adds_up():
    figure = page().figures["service"]
    for shares in zip(*(trace["x"] for trace in figure["data"]), strict=True):
        assert sum(shares) == pytest.approx(100, abs=0.01)
    within, *_ = figure["data"]
    assert within["x"][-1] == pytest.approx(100 * results().mean("service_level"), rel=1e-3)
    assert page_of_both().figures["service"]["layout"]["yaxis"]["ticktext"][:2] == [
        "priority 1, morning", "priority 1, two more",
    ]  # fmt: skip


def test_the_queue_is_drawn_over_local_time_with_its_band():
    tokyo = Page(simulation_html(results(), time_zone="Asia/Tokyo")).figures["queue"]
    band, line = tokyo["data"]
    assert line["x"][0].startswith("2026-03-02 17:0")
    curve = results().curve("waiting")
    assert line["y"][10] == pytest.approx(float(curve.mean[10]), abs=1e-4)
    assert len(band["x"]) == 2 * len(line["x"])
    assert min(band["y"]) >= 0


def test_without_a_date_time_is_counted_from_the_start():
    undated = simulate(desk(start=0), replications=2)
    found = Page(simulation_html(undated, scenario=desk(start=0)))
    assert found.figures["queue"]["layout"]["xaxis"]["title"]["text"] == "hours from the start"
    assert "1970" not in found.words


def test_agents_above_the_limit_are_told_apart():
    busy = simulate(desk(2).busier(1.5), replications=3, seed=1)
    names = [trace["name"] for trace in Page(simulation_html(busy)).figures["occupancy"]["data"]]
    assert names == ["occupancy, above 85 %"]
    calm = simulate(desk(9), replications=3, seed=1)
    names = [trace["name"] for trace in Page(simulation_html(calm)).figures["occupancy"]["data"]]
    assert names == ["occupancy"]


def test_differences_stand_around_zero_by_verdict():
    figure = page_of_both().figures["differences"]
    wait = figure["data"][0]
    found = comparison().difference("wait_mean").change
    assert figure["layout"]["xaxis"]["title"]["text"] == "difference, min"
    assert wait["x"] == [pytest.approx(found.mean / 60, rel=1e-3)]
    assert wait["error_x"]["array"] == [pytest.approx(found.half_width / 60, rel=1e-3)]
    axes = {trace["xaxis"] for trace in figure["data"]}
    assert axes == {"x", "x2"}  # seconds and shares do not share an axis
    assert comparison().difference("wait_mean").verdict == "better"
    assert wait["marker"]["symbol"] == "circle"
    turned = Page(simulation_html(comparison().b, compare(comparison().b, comparison().a)))
    assert turned.figures["differences"]["data"][0]["marker"]["symbol"] == "diamond"


def test_pictures_stand_alone_in_a_notebook():
    a, b = comparison().a, comparison().b
    for name in ("waits", "served", "service", "queue", "busy", "occupancy"):
        maker = getattr(pictures, f"{name}_picture")
        alone, both = maker(a), maker(a, b)
        assert alone.layout.title.text
        assert alone.layout.showlegend
        assert alone.layout.paper_bgcolor == "white"
        assert both.to_json() != alone.to_json()
    assert pictures.differences_picture(comparison()).layout.title.text == (
        "What changes: two more instead of morning"
    )
    tokyo = pictures.queue_picture(a, time_zone="Asia/Tokyo")
    assert tokyo.data[-1].x[0].startswith("2026-03-02 17:0")


def test_a_picture_of_nothing_is_refused():
    with pytest.raises(ConfigurationError, match="nothing to see in a picture of waits"):
        pictures.waits_picture(nobody())


# --- the page ------------------------------------------------------------------------------------


def test_the_page_says_what_time_and_how_often():
    assert "morning: from Mon 2026-03-02 08:00, 4.0 h, played 8 times · 3 agents · seed 1" in (
        page().words
    )
    lisbon = simulation_html(results(), scenario=desk(), time_zone="Asia/Tokyo")
    assert "from Mon 2026-03-02 17:00" in Page(lisbon).words


def test_the_same_results_give_the_same_bytes(tmp_path):
    path = tmp_path / "page.html"
    write_simulation_html(path, results(), comparison(), scenario=desk(), title="Monday")
    again = simulation_html(results(), comparison(), scenario=desk(), title="Monday")
    assert path.read_text(encoding="utf-8") == again
    assert "<title>Monday</title>" in again


def test_a_comparison_of_other_results_is_refused():
    with pytest.raises(ConfigurationError, match="the comparison is not of these results"):
        simulation_html(comparison().b, comparison())


def test_an_unknown_time_zone_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="Mars"):
        write_simulation_html(tmp_path / "page.html", results(), time_zone="Mars")


def test_nothing_is_loaded_and_nothing_that_is_named_runs():
    kind = Kind(EVIL, Exponential(200), EVIL, priority=1)
    odd = Scenario(
        Workspace([Team(EVIL)], [Agent(EVIL, primary=[EVIL]), Agent("b", primary=[EVIL])]),
        [Stream(EVIL, 20, [kind, Kind(EVIL, 60, priority=2)])],
        length=3600,
        name=EVIL,
        breaks=[Break(EVIL, 60, at=["00:10"])],
    )
    found = simulate(odd, replications=2)
    both = compare(found, simulate(odd.busier(2), replications=2))
    evil = Page(simulation_html(found, both, scenario=odd, title=EVIL, caveats=[EVIL]))
    assert EVIL not in evil.text
    for tag, attributes in evil.elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "a"), tag
        assert not {"src", "href", "srcset", "action", "data"} & attributes.keys()
    (policy,) = [each["content"] for _, each in evil.elements if each.get("http-equiv")]
    assert policy.startswith("default-src 'none'")


def test_tables_can_be_reached_and_heard():
    regions = [each for _, each in page().elements if each.get("role") == "region"]
    assert len(regions) == len(page().tables)
    assert all(each["tabindex"] == "0" and each["aria-label"] for each in regions)
    assert all(each.get("scope") == "col" for tag, each in page().elements if tag == "th")


def test_no_figure_is_a_number_that_is_none():
    for found in (page(), page_of_both(), Page(simulation_html(nobody()))):
        assert not re.search(r"\bnan\b|\binf\b", found.words)
        assert "NaN" not in json.dumps(found.figures)
    assert math.isnan(nobody().mean("wait_mean"))


@pytest.mark.parametrize("which", ["one", "both", "nobody", "once"])
def test_every_picture_is_drawn_without_a_word_in_the_console(tmp_path, opened, which):
    shown = {
        "one": (results(), None),
        "both": (results(), comparison()),
        "nobody": (nobody(), None),
        "once": (results(replications=1), comparison(1)),
    }[which]
    path = tmp_path / "page.html"
    write_simulation_html(path, *shown, title="<b>A & B</b>")
    expected = {"one": 6, "both": 7, "nobody": 2, "once": 7}[which]
    dom, console = opened(path)
    assert console == []
    root = re.search(r"<html[^>]*>", dom).group()
    assert "data-failures" not in root
    assert f'data-plots="{expected}"' in root
    assert dom.count('class="plot js-plotly-plot"') == expected
    assert "<b>A" not in dom
