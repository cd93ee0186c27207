"""A fit: its window, what it refuses, what it says, and what it is for another time."""

import json

import attrs
import pytest
from known_desks import DAY, MONDAY, calls, log_of, office

from assignwork import WorkItem
from assignwork.commands import Close, Submit, Transfer
from assignwork.errors import ConfigurationError
from assignwork.model import Shift, Team
from assignwork.simulation import Scenario
from assignwork.simulation.fitting import fit_scenario, logged_events

TRUE = calls(weeks=1)
LOG = log_of(TRUE)


def fitted(**options):
    return fit_scenario(TRUE.workspace, LOG, **{"shifts": "keep", **options})


def test_the_window_is_whole_days_around_all_arrivals():
    scenario = fitted().scenario
    assert (scenario.start, scenario.end) == (MONDAY, MONDAY + 7 * DAY)


def test_days_are_those_of_the_time_zone():
    scenario = fitted(time_zone="Europe/Berlin").scenario
    assert scenario.start == MONDAY - 3600


def test_a_part_of_the_log_may_be_fitted():
    fit = fitted(start=MONDAY + DAY, end=MONDAY + 3 * DAY)
    assert (fit.scenario.start, fit.scenario.length) == (MONDAY + DAY, 2 * DAY)
    inside = [e for e in LOG if e.kind == "queued" and DAY <= e.at - MONDAY < 3 * DAY]
    assert fit.streams[0].count == len(inside)
    assert any("began before the window" in line for line in fit.caveats)


def test_nothing_after_the_end_is_known():
    end = MONDAY + 12 * 3600
    cut = [event for event in LOG if event.at < end]
    assert fitted(end=end).kinds == fit_scenario(TRUE.workspace, cut, shifts="keep", end=end).kinds


def test_what_is_not_done_is_told():
    taken_up = next(e.at for e in LOG if e.kind == "assigned" and e.at > MONDAY + DAY)
    fit = fitted(end=taken_up + 1)
    assert any("were not done when the log ended" in line for line in fit.caveats)


@pytest.mark.parametrize(
    ("window", "field"),
    [
        ({"start": MONDAY + 70 * DAY}, "start"),
        ({"start": MONDAY + 3 * DAY, "end": MONDAY + 3 * DAY}, "start"),
    ],
)
def test_a_window_without_arrivals_names_its_field_and_the_way_out(window, field):
    with pytest.raises(ConfigurationError, match="give a start and an end") as found:
        fitted(**window)
    assert found.value.field == field


def test_an_end_before_the_first_event_is_refused():
    with pytest.raises(ConfigurationError, match="nothing of it is before") as found:
        fitted(end=MONDAY - DAY)
    assert (found.value.field, found.value.value) == ("end", MONDAY - DAY)


def test_a_log_in_which_nothing_is_closed_is_refused():
    log = [event for event in LOG if event.kind != "closed"][:50]
    with pytest.raises(ConfigurationError, match="no handle time is known") as found:
        fit_scenario(TRUE.workspace, log)
    assert found.value.field == "log"
    assert "logged_events" in found.value.remedy


def test_an_import_without_its_assignments_is_refused():
    commands = [(MONDAY, Submit(WorkItem("t-1", team="billing"))), (MONDAY + 60, Close("t-1"))]
    events = logged_events(TRUE.workspace, commands, [])
    with pytest.raises(ConfigurationError) as found:
        fit_scenario(TRUE.workspace, events)
    assert found.value.field == "log"


@pytest.mark.parametrize(
    "option", ["arrivals", "work", "clock", "shifts", "capacity", "unassigned", "time_zone"]
)
def test_an_option_that_is_not_known_names_its_field(option):
    with pytest.raises(ConfigurationError) as found:
        fitted(**{option: "sometimes"})
    assert found.value.field == option


@pytest.mark.parametrize(("option", "value"), [("least", 0), ("paces", 1), ("warm_up", -1.0)])
def test_a_value_that_cannot_be_used_names_its_field(option, value):
    with pytest.raises(ConfigurationError) as found:
        fitted(**{option: value})
    assert found.value.field == option


def test_the_scenario_carries_what_it_is_told():
    scenario = fitted(name="ours", threshold=60.0, warm_up=DAY).scenario
    assert (scenario.name, scenario.threshold, scenario.warm_up) == ("ours", 60.0, DAY)


def test_the_scenario_can_be_kept_as_data():
    scenario = fitted().scenario
    assert Scenario.from_dict(json.loads(json.dumps(scenario.to_dict()))) == scenario


def test_the_fit_is_data():
    data = json.loads(json.dumps(fitted().to_dict()))
    assert data["streams"][0]["count"] == fitted().streams[0].count
    assert data["caveats"]


def test_text_and_html_tell_figures_and_doubts():
    fit = fitted(name="<ours>")
    text, html = str(fit), fit._repr_html_()
    for said in ("exponential", "billing p3", "To doubt:", "a-1"):
        assert said in text
        assert said in html
    assert "&lt;ours&gt;" in html
    assert "<ours>" not in html


def test_the_same_log_gives_the_same_fit():
    assert fitted() == fitted()


def test_a_manual_inbox_assigns_in_the_scenario():
    teams = [attrs.evolve(team, manual=True) for team in TRUE.workspace.teams]
    workspace = attrs.evolve(TRUE.workspace, teams=teams)
    fit = fit_scenario(workspace, LOG, shifts="keep")
    assert not fit.scenario.workspace.teams[0].manual
    assert any("agents pull from" in line for line in fit.caveats)


def test_stays_without_an_agent_in_between_are_left_out():
    workspace = attrs.evolve(TRUE.workspace, teams=[Team("billing"), Team("door")])
    commands, owners = [], []
    for k in range(20):
        at, name = MONDAY + 600.0 * k, f"t-{k}"
        commands += [
            (at, Submit(WorkItem(name, team="door"))), (at + 60, Transfer(name, "billing")),
            (at + 500, Close(name)),
        ]  # fmt: skip
        owners.append((at + 90, name, "a-1"))
    fit = fit_scenario(workspace, logged_events(workspace, commands, owners))
    assert [stream.stream for stream in fit.streams] == ["rest"]
    assert fit.streams[0].count == 20
    assert any(line.startswith("20 stays with a team ended in another") for line in fit.caveats)


def test_a_kind_is_found_by_its_name():
    fit = fitted()
    assert fit.kind("billing p3/billing p3").count == fit.streams[0].count
    with pytest.raises(ConfigurationError, match="did you mean"):
        fit.kind("billing p3/billing")


def test_another_time_has_a_warm_up():
    scenario = fitted().over(MONDAY + 7 * DAY, MONDAY + 14 * DAY, warm_up=DAY)
    assert (scenario.start, scenario.length, scenario.warm_up) == (MONDAY + 6 * DAY, 8 * DAY, DAY)


def test_arrivals_of_the_logs_own_days_have_no_other_time():
    with pytest.raises(ConfigurationError, match="weekly") as found:
        fitted(arrivals="logged").over(MONDAY + 7 * DAY, MONDAY + 14 * DAY)
    assert found.value.field == "arrivals"


def test_another_time_ends_after_it_starts():
    with pytest.raises(ConfigurationError) as found:
        fitted().over(MONDAY, MONDAY)
    assert found.value.field == "end"


def test_the_zone_is_that_of_the_calendars():
    true = office(1)
    calendars = [
        attrs.evolve(calendar, timezone="Asia/Tokyo") for calendar in true.workspace.calendars
    ]
    workspace = attrs.evolve(true.workspace, calendars=calendars)
    assert fit_scenario(workspace, log_of(true)).time_zone == "Asia/Tokyo"


def test_a_zone_that_nobody_names_is_told():
    assert any("hours are those of UTC" in line for line in fitted().caveats)
    assert not any("are those of UTC" in line for line in fitted(time_zone="UTC").caveats)


def test_the_rates_of_a_stream_are_there_however_it_arrives():
    weekly, counts = (fitted(arrivals=way) for way in ("weekly", "counts"))
    assert weekly.streams[0].per_hour == counts.streams[0].per_hour
    assert len(weekly.streams[0].per_hour) == 168
    assert sum(weekly.streams[0].per_hour) == pytest.approx(weekly.streams[0].a_week)


def test_agents_by_hour_are_those_on_shift_and_leave_counts_as_away():
    true = office(2)
    fit = fit_scenario(true.workspace, log_of(true))
    there = fit.agents_by_hour()
    assert (there[8], there[9], there[16], there[17]) == (0, 6, 6, 0)  # Monday
    assert there[5 * 24 + 12] == 0
    away = attrs.evolve(
        true.workspace,
        agents=[
            attrs.evolve(agent, shift=Shift("office", {"2026-01-05": []}))
            for agent in true.workspace.agents
        ],
    )
    fit = attrs.evolve(fit, scenario=fit.scenario.changed(workspace=away))
    assert fit.agents_by_hour()[9] == 3  # of two Mondays one
    assert fit.agents_by_hour()[24 + 9] == 6
