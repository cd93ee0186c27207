"""Simulated against logged: a scenario from a log gives its waits again; another log tells."""

import json
import math
from functools import cache

import attrs
import numpy as np
import pytest
from known_desks import DAY, MONDAY, calls, log_of, office, stripped, without_presence

from assignwork import WorkItem
from assignwork.errors import ConfigurationError
from assignwork.simulation import Exponential, Kind, LogNormal, Stream, simulate_once
from assignwork.simulation.fitting import fit_scenario, validate_fit
from assignwork.simulation.fitting._demand import demand
from assignwork.simulation.fitting._history import History
from assignwork.simulation.fitting._logged_trial import logged_trial
from assignwork.simulation.fitting.compared import distance
from assignwork.simulation.summary import summarize

TRUE = calls(per_hour=40, weeks=1, handle=LogNormal(300, 0.8), patience=Exponential(900))
LOG = log_of(TRUE, seed=7)
FIT = fit_scenario(TRUE.workspace, LOG, shifts="keep", threshold=20.0)
FOUND = validate_fit(FIT, LOG, replications=8)


@pytest.mark.parametrize(
    "measure",
    ["arrivals", "abandonment", "wait_mean", "wait_p90", "handle_time_mean", "throughput",
     "open_mean", "occupancy"],
)  # fmt: skip
def test_a_simulation_of_the_fit_gives_the_figures_of_the_log_again(measure):
    found = FOUND.of(measure)
    assert found.within, found


def test_waits_are_alike_in_all_their_quantiles():
    wait = next(found for found in FOUND.distances if found.name == "wait")
    assert wait.share < 0.15
    assert wait.most < 0.05


def test_the_log_is_measured_as_a_replication_is():
    trial = simulate_once(TRUE, 7, 0)
    courses = demand(History(TRUE.workspace, LOG), (TRUE.start, TRUE.end), "abandoned").courses
    logged = summarize(
        logged_trial(TRUE, courses, {}, trial.ended_at, within_shifts=False)
    )  # kinds without a priority are of no class
    own = summarize(trial)
    for name in ("arrivals", "abandonment", "wait_mean", "wait_p99", "handle_time_mean",
                 "time_in_system_p90", "queue_length_mean", "open_mean", "throughput",
                 "occupancy"):  # fmt: skip
        assert logged.value(name) == pytest.approx(own.value(name), rel=1e-6), name


def test_priorities_and_teams_and_agents_are_compared():
    groups = {found.group[0] for found in FOUND.compared}
    assert groups == {"overall", "priority", "team", "agent"}
    assert FOUND.of("wait_p90", priority=3).logged == FOUND.of("wait_p90").logged


def test_another_log_is_told_from_it():
    slower = log_of(TRUE.changed(streams=[attrs.evolve(TRUE.streams[0], arrivals=80)]))
    found = validate_fit(FIT, slower, replications=4)
    assert found.of("wait_mean").within is False
    assert found.of("arrivals").within is False
    assert next(d for d in found.distances if d.name == "wait").most > 0.2


def test_guessed_shifts_give_the_waits_of_an_office_nearly_again():
    true = office(6)
    log = without_presence(log_of(true))
    fit = fit_scenario(stripped(true.workspace), log)
    found = validate_fit(fit, log, replications=4)
    assert found.of("handle_time_mean").off == pytest.approx(0, abs=0.1)
    assert found.of("time_in_system_mean").off == pytest.approx(0, abs=0.35)
    assert found.hours > 0.9


def test_it_says_that_it_is_within_the_sample():
    assert FOUND.in_sample
    assert "within the sample" in str(FOUND)


def test_a_part_that_was_kept_back_is_out_of_sample():
    middle = MONDAY + 4 * DAY
    fit = fit_scenario(TRUE.workspace, LOG, shifts="keep", end=middle)
    found = validate_fit(fit, LOG, start=middle, end=MONDAY + 7 * DAY, warm_up=DAY, replications=4)
    assert not found.in_sample
    assert "out of sample" in str(found)
    later = [e for e in LOG if e.kind == "queued" and e.at >= middle]
    assert found.of("arrivals").logged == len(later)
    assert found.of("arrivals").within


def test_a_part_without_arrivals_is_refused():
    with pytest.raises(ConfigurationError) as found:
        validate_fit(FIT, LOG, start=MONDAY + 30 * DAY, end=MONDAY + 31 * DAY)
    assert found.value.field == "start"


def test_an_empty_log_is_refused():
    with pytest.raises(ConfigurationError) as found:
        validate_fit(FIT, [])
    assert found.value.field == "log"


@pytest.mark.parametrize("replications", [0, 1, 2.5])
def test_replications_that_tell_nothing_are_refused(replications):
    with pytest.raises(ConfigurationError) as found:
        validate_fit(FIT, LOG, replications=replications)
    assert found.value.field == "replications"


def test_a_figure_that_was_not_compared_is_refused():
    with pytest.raises(ConfigurationError, match="did you mean 'wait_p90'"):
        FOUND.of("wait_p91")


def test_text_html_and_data_tell_the_same():
    said = json.loads(json.dumps(FOUND.to_dict()))
    assert said["replications"] == 8
    assert any(entry["measure"] == "wait_mean" for entry in said["compared"])
    for text in (str(FOUND), FOUND._repr_html_()):
        assert "Mean wait: " in text
        assert "in the log" in text
        assert "Quantiles of the wait" in text
        assert "To doubt:" in text


def test_where_one_more_replication_would_be_is_wider_than_the_interval_of_the_mean():
    found = FOUND.of("wait_mean")
    reach = (found.high - found.low) / 2
    assert reach == pytest.approx(3 * found.simulated.half_width)  # the root of 8 + 1


def test_quantiles_apart_are_seconds():
    found = distance("wait", np.arange(100.0), np.arange(100.0) + 7)
    assert found.seconds == pytest.approx(7)
    assert found.most == pytest.approx(0.07)


def test_nothing_to_compare_has_no_share():
    assert math.isnan(distance("wait", np.zeros(3), np.ones(3)).share)


def test_channels_are_compared_where_items_say_them():
    kinds = [
        Kind("billing", 300, name=channel, channel=channel, priority=3)
        for channel in ("mail", "chat")
    ]
    true = TRUE.changed(streams=[Stream("mixed", 20, kinds)])
    items = []

    def submitted(events):
        log.extend(events)
        items.extend(
            WorkItem(event.item, team="billing", channel=("mail", "chat")[len(items) % 2])
            for event in events
            if event.kind == "queued"
        )

    log = []
    simulate_once(true, 1, 0, on_events=submitted)
    fit = fit_scenario(true.workspace, log, items=items, shifts="keep")
    found = validate_fit(fit, log, items=items, replications=2)
    counts = [found.of("arrivals", channel=channel).logged for channel in ("mail", "chat")]
    assert counts[0] - counts[1] in (0, 1)
    assert sum(counts) == len(items)


def test_processes_change_nothing():
    one, two = (validate_fit(FIT, LOG, replications=2, processes=n) for n in (None, 2))
    assert one.compared == two.compared


def test_another_seed_is_other_luck():
    found = validate_fit(FIT, LOG, replications=2, seed=2)
    assert found.of("wait_mean").simulated != validate_fit(FIT, LOG, replications=2).of(
        "wait_mean").simulated  # fmt: skip


def test_what_is_compared_says_its_time_and_its_warm_up():
    middle = MONDAY + 4 * DAY
    found = validate_fit(FIT, LOG, start=middle, end=MONDAY + 7 * DAY, warm_up=DAY, replications=2)
    assert (found.start, found.end, found.warm_up) == (middle, MONDAY + 7 * DAY, DAY)
    said = found.to_dict()
    assert (said["start"], said["end"], said["warm_up"]) == (middle, MONDAY + 7 * DAY, DAY)
    assert "this part of the log, from 2026-01-09 00:00 to 2026-01-12 00:00 UTC." in str(found)
    assert "It is simulated from 2026-01-08 00:00 UTC on" in str(found)


def test_arrivals_by_hour_of_the_week_are_customers_per_hour():
    week = FOUND.week
    assert sum(week.logged) == FOUND.of("arrivals").logged  # of one week
    assert sum(week.simulated) == pytest.approx(FOUND.of("arrivals").simulated.mean)


def test_the_log_has_the_curves_that_a_simulation_has():
    logged, simulated = FOUND.logged_curve("open"), FOUND.results.curve("open")
    assert logged.at.tolist() == simulated.at.tolist()
    assert logged.mean.mean() == pytest.approx(FOUND.of("open_mean").logged, rel=1e-6)
    with pytest.raises(ConfigurationError, match="waits"):
        FOUND.logged_curve("waits")


def test_first_responses_are_compared_where_the_log_has_replies():
    silent = [event for event in LOG if event.kind != "replied"]
    without = {found.measure for found in validate_fit(FIT, silent, replications=2).compared}
    assert FOUND.of("first_response_p90").logged > 0
    assert not [name for name in without if name.startswith("first_response")]


def test_sentences_and_tables_are_those_of_the_text():
    text = str(FOUND)
    assert text.startswith("\n".join(FOUND.sentences))
    assert [title for title, _ in FOUND.tables()] == [
        "Log and simulation",
        "Agents, the 4 who handled most",
    ]
    assert len(FOUND.tables(2)[1][1]) == 1 + 2 * 2
    assert str(FIT).startswith("\n".join(FIT.sentences))
    assert [len(rows) for _, rows in FIT.tables(2)] == [2, 2, 3]


def test_the_service_level_is_compared():
    found = FOUND.of("service_level")
    assert 0.1 < found.logged < 1.0
    assert found.within


# --- what was fitted, and what is compared -------------------------------------------------------


def first_days(days, **options):
    """Fitted to the first days of the week."""
    until = MONDAY + days * DAY
    return fit_scenario(TRUE.workspace, LOG, shifts="keep", end=until, **options)


@pytest.mark.parametrize(
    ("fitted", "begin", "end", "sample", "said"),
    [
        (7, 0, 7, "in", "within the sample: the scenario was fitted to this very log"),
        (7, 2, 4, "in", "not what it foretells: the scenario was fitted to this part of the log"),
        (4, 3, 7, "partly", "partly out of sample: the scenario was fitted to 25% of this part"),
        (4, 4, 7, "out", "out of sample: the scenario was not fitted to this part of the log"),
    ],
)
def test_it_says_whether_what_is_compared_was_fitted(fitted, begin, end, sample, said):
    found = validate_fit(
        first_days(fitted), LOG, start=MONDAY + begin * DAY, end=MONDAY + end * DAY, replications=2
    )
    assert (found.sample, found.in_sample) == (sample, sample == "in")
    assert said in found.sentences[0]
    assert ("partly" in found.sentences[0]) == (sample == "partly")
    told = found.to_dict()
    assert (told["sample"], told["in_sample"]) == (sample, sample == "in")
    assert told["fitted"] == {"start": MONDAY, "end": MONDAY + fitted * DAY}


def test_a_time_before_what_was_fitted_is_out_of_sample():
    later = fit_scenario(TRUE.workspace, LOG, shifts="keep", start=MONDAY + 3 * DAY)
    found = validate_fit(later, LOG, start=MONDAY, end=MONDAY + 3 * DAY, replications=2)
    assert found.sample == "out"


# --- hours of the week that were not fitted ------------------------------------------------------


@cache
def weekend():
    """Fitted from Monday to Friday, compared with Saturday and Sunday."""
    return validate_fit(
        first_days(5, time_zone="UTC"), LOG, start=MONDAY + 5 * DAY, end=MONDAY + 7 * DAY,
        replications=2,
    )  # fmt: skip


def test_hours_that_the_fitted_part_does_not_have_are_doubted_in_the_first_sentences():
    came = sum(event.kind == "queued" and event.at >= MONDAY + 5 * DAY for event in LOG)
    assert weekend().unseen == tuple(range(120, 168))
    assert weekend().unseen_arrivals == weekend().of("arrivals").logged == came
    assert weekend().sentences[1] == weekend().doubts[0]
    assert (
        "none of 48 hours of the week that are compared, Sat 00:00 to Sun 24:00 (UTC), in which "
        f"{came:,} of the log's {came:,} customers came"
    ) in str(weekend())


def test_hours_that_were_not_fitted_are_in_the_data():
    told = weekend().to_dict()
    assert told["unseen"] == list(range(120, 168))
    assert told["unseen_arrivals"] == weekend().unseen_arrivals
    assert told["doubts"] == list(weekend().doubts)


def test_a_few_hours_that_were_not_fitted_are_named():
    half = MONDAY + 4.5 * DAY
    fit = fit_scenario(TRUE.workspace, LOG, shifts="keep", start=MONDAY + 3600, end=half)
    found = validate_fit(fit, LOG, start=MONDAY, end=MONDAY + 5 * DAY, replications=2)
    assert "13 hours of the week that are compared, Mon 00:00 to 01:00, Fri 12:00 to 24:00" in str(
        found
    )


def test_whole_weeks_leave_no_hour_to_doubt():
    assert FOUND.unseen == FOUND.doubts == ()
    assert "none of" not in " ".join(FOUND.sentences)


# --- how long what came is followed up -----------------------------------------------------------


@cache
def cut_off():
    """A desk whose items take half a day, its log until it stops, and what came of three weeks."""
    true = calls(
        per_hour=1, weeks=4, agents=2, capacity=40, handle=LogNormal(12 * 3600, 0.8)
    ).changed(drain=0)
    log = log_of(true)
    fit = fit_scenario(true.workspace, log, shifts="keep", end=MONDAY + 21 * DAY)
    return log, fit


@pytest.mark.parametrize(
    "measure",
    ["unfinished", "handle_time_mean", "time_in_system_mean", "time_in_system_p90", "throughput",
     "open_mean"],
)  # fmt: skip
def test_a_log_that_stops_is_compared_with_a_simulation_that_stops_then(measure):
    log, fit = cut_off()
    found = validate_fit(
        fit, log, start=MONDAY + 21 * DAY, end=MONDAY + 28 * DAY, warm_up=7 * DAY, replications=6
    )
    assert found.of("unfinished").logged >= 5
    assert found.of("unfinished").simulated.mean >= 5
    assert found.of(measure).within, found.of(measure)


def test_a_log_that_goes_on_is_followed_up_for_no_longer_than_the_simulation():
    log, fit = cut_off()
    fit = attrs.evolve(fit, scenario=fit.scenario.changed(drain=3600))
    end = MONDAY + 14 * DAY
    found = validate_fit(fit, log, start=MONDAY + 7 * DAY, end=end, warm_up=DAY, replications=6)
    came = {e.item for e in log if e.kind == "queued" and MONDAY + 7 * DAY <= e.at < end}
    done = {e.item for e in log if e.kind == "closed" and e.at <= end + 3600}
    assert found.of("unfinished").logged == len(came - done) > 5
    assert found.of("unfinished").within


def test_a_log_that_saw_all_done_leaves_the_simulation_its_time_to_finish():
    assert LOG[-1].at < TRUE.end + DAY
    assert FOUND.of("unfinished").logged == FOUND.of("unfinished").simulated.mean == 0
