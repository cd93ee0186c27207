"""The real logs, which are not part of the repository, give scenarios that run.

What a simulation of them comes to is told by `benchmarks/fitting_logs.py`, whose way with the logs
is the one that is tested here.
"""

import importlib.util
import sys
from functools import cache
from pathlib import Path

import pytest

from assignwork.commands import Submit
from assignwork.intake import import_log
from assignwork.simulation.fitting import validate_fit
from assignwork.simulation.fitting._history import History

ROOT = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not (ROOT / ".." / "shared" / "data").is_dir(),
        reason="the real logs are not at ../shared/data",
    ),
]
PARTS = {
    "italy": {},
    "servicenow": {"start": "2016-03-07", "end": "2016-03-20"},
    "volvo": {"start": "2012-05-01", "end": "2012-05-10"},
}


@cache
def study():
    spec = importlib.util.spec_from_file_location(
        "fitting_logs", ROOT / "benchmarks" / "fitting_logs.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def desk(name):
    return study().read_desk(name, **PARTS[name])


@cache
def fit(name):
    return study().fit_log(name, desk(name))


@pytest.mark.parametrize("name", PARTS)
def test_every_item_of_the_log_has_its_course(name):
    found = import_log(name, study().DATA / study().LOGS[name].file, **PARTS[name])
    history = History(found.workspace, desk(name).events)  # with the import that assigns nobody
    submitted = [command.item.id for _, command in found.commands if isinstance(command, Submit)]
    assert sorted(course.item for course in history.courses if course.first) == sorted(submitted)


@pytest.mark.parametrize("name", PARTS)
def test_everybody_who_was_assigned_is_a_customer_of_the_fit(name):
    scenario = fit(name).scenario
    counted = sum(stream.count for stream in fit(name).streams)
    assert counted == sum(kind.count for kind in fit(name).kinds)
    history = History(desk(name).found.workspace, desk(name).events)
    served = [
        course
        for course in history.courses
        if course.assigned_at is not None and scenario.start <= course.arrived_at < scenario.end
    ]
    assert len(served) <= counted <= len(served) + 20  # some were open and unassigned at the end


@pytest.mark.parametrize("name", PARTS)
def test_as_many_customers_are_expected_as_came(name):
    scenario = fit(name).scenario
    expected = sum(s.arrivals.expected(scenario.start, scenario.end) for s in scenario.streams)
    assert expected == pytest.approx(sum(stream.count for stream in fit(name).streams), rel=1e-3)


def test_the_wait_of_the_italian_log_is_until_a_ticket_is_taken_in_charge():
    found = validate_fit(fit("italy"), desk("italy").events, items=desk("italy").items,
                         replications=3)  # fmt: skip
    assert found.of("arrivals").off == pytest.approx(0, abs=0.05)
    assert found.of("throughput").off == pytest.approx(0, abs=0.05)
    assert found.of("handle_time_mean").off == pytest.approx(0, abs=0.15)
    # Nobody was kept from it by other work: the desk takes weeks in between, the dispatcher none.
    assert found.of("wait_mean").logged > 48 * 3600
    assert found.of("wait_mean").off < -0.8


@pytest.mark.parametrize("name", PARTS)
def test_what_the_log_does_not_tell_is_said(name):
    said = " ".join(fit(name).caveats)
    assert "Time held is not time worked" in said
    assert "closed without anybody assigned" in said
    if name != "italy":
        assert "were passed on to another team" in said
