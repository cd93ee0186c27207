"""The page of a fit: what a log says, beside its simulation, and what is to be doubted."""

from __future__ import annotations

import re
from functools import cache

import attrs
import pytest
from parsed_pages import Page

from assignwork import Agent, Team, Workspace
from assignwork.errors import ConfigurationError
from assignwork.model import Calendar
from assignwork.reports._fitting_text import MOST_ROWS, grid, headlines, leads
from assignwork.reports._simulation_text import seconds
from assignwork.reports.fitting import fitting_html, write_fitting_html
from assignwork.reports.pictures import _fitting_compared, _fitting_week
from assignwork.simulation import (
    Exponential,
    Kind,
    LogNormal,
    Scenario,
    Stream,
    Weekly,
    fit_scenario,
    simulate_once,
    validate_fit,
)
from assignwork.simulation.fitting import split_log

EVIL = '<script>alert("1")</script><a href="http://example.org">%{x}</a>'
MONDAY = 1_767_567_600.0  # 2026-01-05, 00:00 in Madrid
WEEK = 7 * 86_400.0
HOURS = ([0.0] * 9 + [6.0] * 8 + [0.0] * 7) * 5 + [0.0] * 48


def office(weeks=3, name="billing"):
    """Two teams in an office, whose customers are of three kinds."""
    calendar = Calendar("office", "Europe/Madrid", {"mon-fri": ["09:00-17:00"]})
    agents = [
        Agent(f"a-{k}", capacity=1, primary=[name], secondary=["mail"], shift="office")
        for k in range(1, 7)
    ]
    work = LogNormal(1500, 0.7)
    return Scenario(
        Workspace([Team(name), Team("mail")], agents, calendars=[calendar]),
        [
            Stream(
                "calls", Weekly(HOURS, "Europe/Madrid"),
                [
                    Kind(name, work, "urgent", patience=Exponential(2000), priority=1),
                    Kind(name, work, "other", 3, priority=2),
                ],
            ),
            Stream("letters", Weekly([n / 4 for n in HOURS], "Europe/Madrid"), Kind("mail", work)),
        ],
        length=weeks * WEEK,
        start=MONDAY,
    )  # fmt: skip


@cache
def log(weeks=3, name="billing"):
    events = []
    simulate_once(office(weeks, name), 1, 0, on_events=events.extend)
    return tuple(events)


@cache
def fit(name="billing"):
    return fit_scenario(office(name=name).workspace, log(name=name), name="desk")


@cache
def found():
    return validate_fit(fit(), log(), replications=3)


@cache
def later():
    """Fitted to two weeks, compared with the third; and the fit."""
    workspace, events = office().workspace, log()
    parts = split_log(workspace, events, 1 / 3)
    first = fit_scenario(workspace, events, end=parts.cut)
    return first, validate_fit(
        first, events, start=parts.cut, end=parts.end, warm_up=parts.warm_up(first), replications=2
    )


@cache
def page():
    return Page(fitting_html(fit(), found(), source="log.jsonl", items=1234))


@cache
def plain():
    return Page(fitting_html(fit()))


# --- words ---------------------------------------------------------------------------------------


def changed(measure, *, logged, simulated, low, high):
    """The comparison with other figures of one measure, of all together."""

    def other(one):
        if (one.measure, one.group[0]) != (measure, "overall"):
            return one
        mean = attrs.evolve(one.simulated, mean=simulated)
        return attrs.evolve(one, logged=logged, simulated=mean, low=low, high=high)

    return attrs.evolve(found(), compared=tuple(other(one) for one in found().compared))


@pytest.mark.parametrize(
    ("simulated", "low", "high", "said"),
    [
        (620.0, 610.0, 630.0, "Waits come back: 10 min on average simulated, 10 min in the log."),
        (900.0, 500.0, 1300.0, "Waits come back roughly, and the rest may be chance: 15 min"),
        (1200.0, 1100.0, 1300.0, "Waits do not come back: 20 min on average simulated, 10 min"),
    ],
)
def test_the_answer_says_whether_waits_come_back(simulated, low, high, said):
    of = changed("wait_mean", logged=600.0, simulated=simulated, low=low, high=high)
    assert leads(fit(), of)[0].startswith(said)


def test_the_answer_does_not_compare_what_there_is_not():
    nan = float("nan")
    of = changed("wait_mean", logged=nan, simulated=nan, low=nan, high=nan)
    assert leads(fit(), of)[0].startswith("Waits cannot be compared. Handle times come back")


def test_the_answer_stands_on_top_of_the_page():
    assert leads(fit(), found())[0] in page().words
    assert "the very log that was fitted" in page().words


def test_without_a_simulation_the_page_says_that_nothing_was_compared():
    assert "Nothing of it was simulated and compared with the log." in plain().words
    assert "simulated" not in "".join(plain().figures)
    assert set(plain().figures) == {"rates", "shifts", "mix"}


def test_the_page_says_which_log_it_is():
    assert "log.jsonl · 1,234 items · Mon 2026-01-05 00:00 to" in page().words
    assert "(Europe/Madrid time) · 6 agents in 2 teams" in page().words


def test_what_was_kept_back_is_said():
    first, of = later()
    words = Page(fitting_html(first, of)).words
    assert (
        "fitted: Mon 2026-01-05 00:00 to Sun 2026-01-18 00:00, 13 days · kept back: "
        "Sun 2026-01-18 00:00 to"
    ) in words
    assert "a later part of the log that was kept back: it says what it foretells" in words
    assert "out of sample" in words


@cache
def compared_with(fitted_days, begin, end):
    """Fitted to the first days of two weeks, compared with others of them; and the fit."""
    fit = fit_scenario(office().workspace, log(), start=MONDAY, end=MONDAY + fitted_days * 86_400.0)
    return fit, validate_fit(
        fit, log(), start=MONDAY + begin * 86_400.0, end=MONDAY + end * 86_400.0, replications=2
    )


@pytest.mark.parametrize(
    ("days", "judged", "shown"),
    [
        ((14, 7, 14), "a part of the log that was fitted, too: it says whether", "compared: Mon"),
        ((9, 7, 14), "partly fitted: it does not say what it foretells", "compared: Mon"),
        ((7, 7, 14), "a later part of the log that was kept back: it says what", "kept back: Mon"),
    ],
)
def test_the_page_says_how_much_of_what_is_compared_was_fitted(days, judged, shown):
    words = Page(fitting_html(*compared_with(*days))).words
    assert judged in words
    assert f"{shown} 2026-01-12 00:00 to Mon 2026-01-19 00:00" in words


def test_an_earlier_part_than_the_fitted_one_is_not_called_later():
    fit = fit_scenario(office().workspace, log(), start=MONDAY + WEEK)
    of = validate_fit(fit, log(), start=MONDAY, end=MONDAY + WEEK, replications=2)
    assert leads(fit, of)[1] == "Compared with an earlier part of the log that was not fitted."


def test_hours_that_were_not_fitted_are_doubted_below_the_answer():
    first, of = compared_with(4, 4, 7)
    assert leads(first, of)[2] == of.doubts[0]
    assert (
        "none of 72 hours of the week that are compared, Fri 00:00 to Sun 24:00"
        in Page(fitting_html(first, of)).words
    )


def test_headlines_have_the_figure_of_the_log_below():
    assert "customers fitted" in page().words
    a_day = 24 * found().of("throughput").logged
    shown = {line.name: line for line in headlines(fit(), found())}
    assert shown["closed a day, simulated"].note == f"{a_day:.1f} in the log"
    wait = seconds(found().of("wait_mean").logged)
    assert shown["mean wait, simulated"].note == f"{wait} in the log"
    assert all(line.value in page().words for line in shown.values())
    assert "figures as in the log" not in plain().words


def test_distances_are_told_in_the_words_of_the_text():
    for sentence in found().sentences:
        assert sentence in page().words


def test_what_was_fitted_is_told_in_the_words_of_the_text():
    for sentence in fit().sentences:
        assert sentence in plain().words


def test_doubts_are_those_of_the_fit_after_those_of_the_caller():
    words = Page(fitting_html(fit(), caveats=["Nobody was there."])).words
    places = [words.index(text) for text in ("Nobody was there.", *fit().caveats)]
    assert places == sorted(places)


# --- tables --------------------------------------------------------------------------------------


def test_tables_are_those_of_the_text():
    own = {title: [list(row) for row in rows] for title, rows in fit().tables(MOST_ROWS)}
    assert plain().tables == own
    compared = {title: [list(row) for row in rows] for title, rows in found().tables(MOST_ROWS)}
    assert page().tables == compared | own


def test_numbers_stand_to_the_right_and_words_to_the_left():
    heads = grid(fit().tables(5)[1][1]).heads
    kinds = dict(heads)
    assert (kinds["kind"], kinds["customers"], kinds["distribution"], kinds["from"]) == (
        "", "n", "", "",
    )  # fmt: skip


# --- pictures ------------------------------------------------------------------------------------


def test_the_week_of_arrivals_is_a_heat_map_of_all_streams():
    (heat,) = plain().figures["rates"]["data"]
    assert [len(heat["z"]), len(heat["z"][0])] == [7, 24]
    monday = [sum(stream.per_hour[hour] for stream in fit().streams) for hour in range(24)]
    assert heat["z"][0] == pytest.approx(monday, rel=1e-3)
    assert sum(heat["z"][0][:9]) == sum(heat["z"][6]) == 0
    assert heat["customdata"][2][9] == "Wed 09:00"


def test_who_works_when_is_a_heat_map_of_agents_on_shift():
    (heat,) = plain().figures["shifts"]["data"]
    assert heat["z"][0][9] == 6
    assert heat["z"][0][8] == heat["z"][5][12] == 0
    assert "Who works when: most on Mon 09:00 to 10:00, 6 agents" in plain().words


def test_a_desk_that_is_always_there_has_no_busiest_hour():
    workspace = attrs.evolve(
        office().workspace,
        calendars=(),
        agents=[attrs.evolve(agent, shift=None) for agent in office().workspace.agents],
    )
    events = [event for event in log() if event.kind != "presence_changed"]
    always = fit_scenario(workspace, events, shifts="keep")
    assert "Who works when: 6 agents at all hours" in Page(fitting_html(always)).words


def test_the_mix_has_a_bar_for_each_kind():
    (bars,) = plain().figures["mix"]["data"]
    assert sum(bars["x"]) == pytest.approx(100, rel=1e-2)
    assert bars["x"] == sorted(bars["x"], reverse=True)
    assert len(bars["x"]) == len(fit().kinds)


def test_log_and_simulation_stand_beside_each_other_in_every_picture_that_compares():
    names = {"times", "groups", "week", "waiting-items", "open-items", "handled",
             "spread-wait", "spread-handle-time", "spread-time-in-system"}  # fmt: skip
    assert set(page().figures) - {"rates", "shifts", "mix"} == names
    for name in names:
        traces = {trace.get("name") for trace in page().figures[name]["data"]}
        assert {"log", "simulation"} <= traces, name


def test_times_have_the_reach_of_one_more_replication_and_how_far_off_they_are():
    drawn = page().figures["times"]
    dots = next(trace for trace in drawn["data"] if trace["name"] == "simulation")
    wait = found().of("wait_mean")
    assert dots["x"][0] == pytest.approx(wait.simulated.mean, rel=1e-3)
    reach = wait.high - wait.simulated.mean
    assert dots["error_x"]["array"][0] == pytest.approx(reach, rel=1e-2)
    notes = [one["text"] for one in drawn["layout"]["annotations"]]
    assert notes[0] == f"{100 * wait.off:+,.0f} %"


def test_what_is_many_times_as_long_is_told_as_a_multiple():
    of = changed("wait_mean", logged=10.0, simulated=1600.0, low=0.0, high=3000.0)
    notes = [one["text"] for one in _fitting_compared.times(of).figure.layout.annotations]
    assert notes[0] == "160 times"


def test_an_axis_of_times_has_few_enough_labels_for_a_phone():
    for name in ("times", "groups", "spread-wait", "spread-time-in-system"):
        assert 1 <= len(page().figures[name]["layout"]["xaxis"]["ticktext"]) <= 5


def test_groups_are_priorities_and_teams():
    names = page().figures["groups"]["layout"]["yaxis"]["ticktext"]
    assert {"priority 1", "priority 2", "billing", "mail"} <= set(names)


def test_one_group_alone_has_no_picture():
    of = found()
    one = [c for c in of.compared if c.group[0] in ("overall", "agent")]
    assert _fitting_compared.by_group(attrs.evolve(of, compared=tuple(one))) is None


def test_the_spread_has_the_quantiles_of_both():
    drawn = page().figures["spread-handle-time"]
    of = next(one for one in found().distances if one.name == "handle time")
    assert drawn["data"][0]["y"] == list(range(1, 100))
    assert drawn["data"][0]["x"] == pytest.approx(of.logged, rel=1e-3)


def test_items_over_time_are_those_of_the_log_and_of_the_simulation():
    drawn = page().figures["open-items"]
    of = next(trace for trace in drawn["data"] if trace.get("name") == "log")
    assert of["y"] == pytest.approx(found().logged_curve("open").mean.tolist(), rel=1e-3)
    assert of["x"][0].startswith("2026-01-05")


def test_hours_of_agents_are_drawn_the_most_first():
    drawn = page().figures["handled"]
    of = next(trace for trace in drawn["data"] if trace.get("name") == "log")
    assert of["x"] == sorted(of["x"], reverse=True)
    assert len(of["x"]) == 6


def test_arrivals_of_both_are_drawn_over_the_week():
    drawn = page().figures["week"]
    assert [len(trace["x"]) for trace in drawn["data"]] == [168, 168]
    assert drawn["data"][0]["y"] == pytest.approx(found().week.logged, rel=1e-3)


def test_nothing_is_drawn_where_there_is_nothing():
    empty = attrs.evolve(
        fit(), streams=tuple(attrs.evolve(s, per_hour=(0.0,) * 168) for s in fit().streams)
    )
    assert _fitting_week.arrivals(empty) is None


# --- the page ------------------------------------------------------------------------------------


def test_the_same_fit_gives_the_same_bytes():
    assert fitting_html(fit(), found()) == fitting_html(fit(), found())


def test_nothing_is_loaded_and_nothing_that_is_named_runs():
    text = fitting_html(fit(EVIL), source=EVIL, caveats=[EVIL], title=EVIL)
    assert EVIL not in text
    assert not [a for tag, a in Page(text).elements if tag in ("a", "link", "img") or "src" in a]


def test_the_title_is_the_one_given():
    assert "<title>Our March</title>" in fitting_html(fit(), title="Our March")


def test_a_time_zone_that_is_not_known_is_refused():
    with pytest.raises(ConfigurationError, match="no time zone"):
        fitting_html(attrs.evolve(fit(), time_zone="Mars/Base"))


@pytest.mark.parametrize("with_log", [True, False], ids=["compared", "fitted only"])
def test_every_picture_is_drawn_without_a_word_in_the_console(tmp_path, opened, with_log):
    path = tmp_path / "page.html"
    write_fitting_html(path, fit(), found() if with_log else None, title="<b>A & B</b>")
    count = path.read_text("utf-8").count('<script type="application/json"')
    assert count == (12 if with_log else 3)
    dom, console = opened(path)
    assert console == []
    root = re.search(r"<html[^>]*>", dom).group()
    assert "data-failures" not in root
    assert f'data-plots="{count}"' in root
    assert dom.count('class="plot js-plotly-plot"') == count
