"""Shifts guessed from activity, capacities from what was held, paces where they are clear."""

from datetime import UTC, datetime

import attrs
import numpy as np
import pytest
from known_desks import DAY, MONDAY, WEEK, calls, desk, log_of, office, stripped, without_presence

from assignwork.model import Calendar, Shift
from assignwork.model.hours import WEEKDAYS
from assignwork.simulation import Exponential, Kind, Scenario, Stream, Weekly, simulate
from assignwork.simulation.fitting import fit_scenario
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._shifts import interval, merged, pattern, trace

HOUR = 3600.0


def seen(days, begin, end, every=900.0, weeks=8):
    """Traces on these weekdays, from and to these hours."""
    found = [
        np.arange(MONDAY + day * DAY + begin * HOUR, MONDAY + day * DAY + end * HOUR + 1, every)
        for week in range(weeks)
        for day in (7 * week + weekday for weekday in days)
    ]
    return np.concatenate(found)


def guessed(at, weeks=8):
    return pattern(trace(at, Clock("UTC", MONDAY, MONDAY + weeks * 7 * DAY)))


def shown(found):
    return {
        day: interval(hours)
        for day, hours in zip(WEEKDAYS, found, strict=True)
        if hours is not None
    }


def test_days_and_hours_of_a_week_are_guessed():
    found = shown(guessed(seen(range(5), 9, 17)))
    assert found == dict.fromkeys(WEEKDAYS[:5], "09:00-17:00")


def test_a_night_is_one_shift_of_the_day_on_which_it_begins():
    assert shown(guessed(seen((0, 1, 2), 22, 30))) == dict.fromkeys(WEEKDAYS[:3], "22:00-06:00")


def test_an_evening_is_not_of_the_next_day():
    assert shown(guessed(seen((0, 1), 16, 24))) == dict.fromkeys(WEEKDAYS[:2], "16:00-24:00")


def test_a_day_may_have_its_own_hours():
    at = np.concatenate((seen(range(4), 8, 16, weeks=24), seen((4,), 8, 13, weeks=24)))
    assert shown(guessed(at, weeks=24))["fri"] == "08:00-13:00"


def test_a_saturday_now_and_then_is_no_day_of_the_week():
    at = np.concatenate((seen(range(5), 9, 17), MONDAY + (5 + 7 * np.arange(2)) * DAY + 12 * HOUR))
    assert set(shown(guessed(at))) == set(WEEKDAYS[:5])


def test_who_never_rests_is_always_there():
    assert shown(guessed(seen(range(7), 0, 23.75))) == dict.fromkeys(WEEKDAYS, "00:00-24:00")


def test_weeks_that_are_alike_become_one():
    usual, later, other = (
        guessed(seen(range(5), *hours)) for hours in ((9, 17), (9.5, 17.5), (13, 21))
    )
    found = merged({"a": usual, "b": usual, "c": later, "d": other})
    assert found == {"a": usual, "b": usual, "c": usual, "d": other}


def fit_office(**options):
    true = office(8)
    return fit_scenario(stripped(true.workspace), without_presence(log_of(true)), **options)


def test_the_shifts_of_a_simulated_desk_come_back():
    fit = fit_office()
    (calendar,) = fit.scenario.workspace.calendars
    assert {agent.shift.calendar for agent in fit.scenario.workspace.agents} == {calendar.id}
    assert set(calendar.hours) == set(WEEKDAYS[:5])
    for ((begin, end),) in (
        [tuple(map(float, span.replace(":00", ".0").replace(":30", ".5").split("-")))]
        for (span,) in calendar.hours.values()
    ):
        assert begin == pytest.approx(9, abs=1)
        assert end == pytest.approx(17, abs=1)


def test_a_presence_that_the_log_tells_makes_them_exact():
    true = office(4)
    fit = fit_scenario(stripped(true.workspace), log_of(true))
    assert fit.scenario.workspace.calendars[0].hours == true.workspace.calendars[0].hours


def test_a_day_without_a_trace_is_leave():
    calendar = Calendar("office", hours={"mon-fri": ["09:00-17:00"]})
    true = office(8)
    agents = [
        attrs.evolve(agent, shift=Shift("office", {"2026-01-13": [], "2026-01-14": []}))
        if agent.id == "a-1"
        else agent
        for agent in true.workspace.agents
    ]
    workspace = attrs.evolve(true.workspace, agents=agents, calendars=[calendar])
    log = without_presence(log_of(true.changed(workspace=workspace)))
    fit = fit_scenario(stripped(workspace), log)
    leave = fit.scenario.workspace.agents[0].shift.overrides
    assert {"2026-01-13", "2026-01-14"} <= {day for day, hours in leave.items() if not hours}
    assert "2026-01-13" not in fit.scenario.workspace.agents[1].shift.overrides


def test_who_has_a_shift_keeps_it():
    true = office(2)
    fit = fit_scenario(true.workspace, log_of(true))
    assert fit.scenario.workspace == attrs.evolve(
        true.workspace, agents=fit.scenario.workspace.agents
    )
    assert {agent.shift for agent in fit.scenario.workspace.agents} == {Shift("office")}


def test_nobody_is_given_a_shift_if_so_wished():
    fit = fit_office(shifts="keep")
    assert {agent.shift for agent in fit.scenario.workspace.agents} == {None}


def rows_of_agents(fit):
    """Of the table that is shown, by the head of its columns."""
    text = str(fit)
    lines = text[text.index("Agents (away") :].splitlines()[1:]
    head, *rows = ([cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines)
    return [dict(zip(head, row, strict=True)) for row in rows[: len(fit.agents)]]


def test_shifts_that_are_kept_have_no_guessed_hours():
    true = office(2)
    fit = fit_scenario(true.workspace, log_of(true))
    assert {row["hours a week"] for row in rows_of_agents(fit)} == {"-"}
    assert "Shifts of 6 agents as in the workspace" in str(fit)
    guessed = fit_scenario(stripped(true.workspace), log_of(true))
    assert {row["hours a week"] for row in rows_of_agents(guessed)} == {"40.0"}
    assert "Shifts guessed for 6 of 6 agents, in 1 calendar" in str(guessed)


def test_who_is_left_over_before_a_weekend_is_served_after_it():
    true = office(2)
    saturday = MONDAY + 5 * DAY  # the log has no weekend yet
    fit = fit_scenario(true.workspace, log_of(true), end=saturday)
    late = [event for event in log_of(true) if event.at < saturday and event.kind == "queued"]
    assert late[-1].at > saturday - 7 * 3600  # after everybody has gone home
    assert simulate(fit.scenario, replications=3).mean("unfinished") == 0


def with_a_rare_one():
    """a-6 is there on two days."""
    true = office(4)
    days = [datetime.fromtimestamp(MONDAY + k * DAY, UTC).date() for k in range(28)]
    away = {day.isoformat(): [] for k, day in enumerate(days) if k not in (1, 2)}
    agents = [
        attrs.evolve(agent, shift=Shift("office", away)) if agent.id == "a-6" else agent
        for agent in true.workspace.agents
    ]
    never = attrs.evolve(true.workspace.agents[0], id="a-7", shift=Shift("office", {
        day.isoformat(): [] for day in days}))  # fmt: skip
    workspace = attrs.evolve(true.workspace, agents=[*agents, never])
    log = without_presence(log_of(true.changed(workspace=workspace)))
    return fit_scenario(stripped(workspace), log)


def test_who_was_hardly_seen_is_flagged_and_has_the_commonest_week_on_his_days():
    fit = with_a_rare_one()
    rare = next(agent for agent in fit.agents if agent.agent == "a-6")
    assert rare.rare
    assert (rare.days, rare.absent, rare.calendar) == (2, 18, fit.agents[0].calendar)
    assert any("1 of 7 agents were seen on fewer than 5 days" in line for line in fit.caveats)


def test_who_was_never_seen_is_offline():
    fit = with_a_rare_one()
    assert fit.scenario.workspace.agents[6].presence == "offline"
    assert any("1 of 7 agents were never seen" in line for line in fit.caveats)


def test_elsewhere_leave_is_a_share_of_shifts():
    fit = with_a_rare_one()
    scenario = fit.over(MONDAY + 28 * DAY, MONDAY + 56 * DAY)
    assert scenario.no_show["a-6"] == pytest.approx(18 / 20)
    assert not any(a.shift.overrides for a in scenario.workspace.agents if a.shift)


def crowded():
    """Agents without a capacity of their own, who hold up to five."""
    workspace = desk(2, None)
    return Scenario(
        workspace, [Stream("m", 40, Kind("billing", Exponential(900)))], length=7 * DAY,
        start=MONDAY,
    )  # fmt: skip


@pytest.mark.parametrize(("way", "expected"), [("guess", 5), ("always", 5), ("keep", None)])
def test_a_capacity_that_the_workspace_leaves_open_is_what_was_held(way, expected):
    true = crowded()
    fit = fit_scenario(true.workspace, log_of(true), shifts="keep", capacity=way)
    assert {agent.capacity for agent in fit.scenario.workspace.agents} == {expected}
    assert fit.agents[0].held == 5.0


def test_a_capacity_of_ones_own_is_only_guessed_if_so_wished():
    true = calls(weeks=1, per_hour=5, capacity=50)
    log = log_of(true)
    kept, guessed_anew = (
        fit_scenario(true.workspace, log, shifts="keep", capacity=way)
        for way in ("guess", "always")
    )
    assert kept.scenario.workspace.agents[0].capacity == 50
    assert guessed_anew.scenario.workspace.agents[0].capacity < 5


def test_paces_that_are_clear_come_back():
    true = calls(weeks=2).changed(pace={"a-1": 1.6})
    log = log_of(true)
    found = fit_scenario(true.workspace, log, shifts="keep", paces=True).scenario.pace
    assert found["a-1"] / found.get("a-2", 1.0) == pytest.approx(1.6, rel=0.12)
    assert not fit_scenario(true.workspace, log, shifts="keep").scenario.pace


def test_paces_that_are_chance_are_none():
    true = calls(weeks=1, per_hour=20)
    found = fit_scenario(true.workspace, log_of(true, 3), shifts="keep", paces=True).scenario.pace
    assert all(abs(pace - 1) < 0.05 for pace in found.values())


def test_hours_are_in_the_zone_that_is_given():
    true = office(4, "13:00-21:00")
    streams = [attrs.evolve(true.streams[0], arrivals=Weekly(WEEK[-4:] + WEEK[:-4]))]
    true = true.changed(streams=streams)
    log = without_presence(log_of(true))
    fit = fit_scenario(stripped(true.workspace), log, time_zone="America/New_York")
    (calendar,) = fit.scenario.workspace.calendars
    assert calendar.timezone == "America/New_York"
    assert calendar.hours["mon"][0].startswith("08:")


def test_who_is_offline_all_along_but_works_is_there_on_his_guessed_shift():
    known = office()
    log = without_presence(log_of(known))
    plain = stripped(known.workspace)
    offline = attrs.evolve(
        plain, agents=[attrs.evolve(agent, presence="offline") for agent in plain.agents]
    )
    found = fit_scenario(offline, log).scenario
    assert found == fit_scenario(plain, log).scenario
    assert {agent.presence for agent in found.workspace.agents} == {"active"}
