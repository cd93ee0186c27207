"""Who held what, on request: the log then replays as the desk was."""

from statistics import median

import pytest

from assignwork.errors import ConfigurationError
from assignwork.intake import import_log
from assignwork.intake.mapping import States

from .conftest import DATA, MAPPING, replay, small_csv, with_tables

UNTAKEN = {**MAPPING["states"], "open": ["open", "new"], "untaken": ["new"]}


@pytest.fixture
def held(tmp_path):
    """Who got which item at which minute, imported from rows of `small_csv`."""

    def run(*rows, assignments=True, **tables):
        path = tmp_path / "small.csv"
        path.write_text(small_csv(*rows))
        found = import_log("csv", path, mapping=with_tables(**tables), assignments=assignments)
        return [
            (event.at / 60, event.kind, event.agent)
            for event in replay(found)
            if event.kind in {"assigned", "released", "closed"}
        ]

    return run


def test_an_item_is_held_by_whom_its_rows_name_from_then_on(held):
    rows = ("a 0 queued x - 2", "a 3 open x ana 2", "a 5 open x bob 2", "a 9 done x bob 2")
    found = held(*rows)
    assert [entry for entry in found if entry[1] != "released"] == [
        (3, "assigned", "ana"), (5, "assigned", "bob"), (9, "closed", "bob"),
    ]  # fmt: skip


def test_an_item_that_goes_back_into_its_queue_is_released(held):
    rows = ("a 0 open x ana 2", "a 3 queued x ana 2", "a 9 done x ana 2")
    assert held(*rows) == [(0, "assigned", "ana"), (3, "released", "ana"), (9, "closed", None)]


def test_without_the_request_the_dispatcher_decides(held):
    rows = ("a 0 queued x - 2", "a 3 open x ana 2", "a 9 done x ana 2")
    assert held(*rows, assignments=False)[0] == (0, "assigned", "ana")


def test_a_state_in_which_nobody_has_taken_it_up_assigns_nobody(held):
    rows = ("a 0 new x ana 2", "a 3 open x ana 2", "a 9 done x ana 2")
    plain = {**UNTAKEN, "untaken": []}
    assert held(*rows, states=UNTAKEN)[0] == (3, "assigned", "ana")
    assert held(*rows, states=plain)[0] == (0, "assigned", "ana")


def test_only_an_open_state_can_be_untaken():
    with pytest.raises(ConfigurationError) as told:
        States(open=["new"], done=["gone"], untaken=["gone"])
    assert str(told.value).startswith("untaken: 'gone' is not in open")


def test_nobody_is_active_and_the_report_says_so(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text(small_csv("a 0 new x ana 2", "a 3 open x ana 2"))
    found = import_log("csv", path, mapping=with_tables(states=UNTAKEN), assignments=True)
    assert [agent.presence for agent in found.workspace.agents] == ["offline"]
    said = "\n".join(found.report["assumptions"])
    assert "all agents are offline" in said
    assert "by nobody in the states new" in said
    assert "active as loaded" not in said
    assert found.report["commands"]["assign"] == 1


def test_a_request_is_yes_or_no(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text(small_csv("a 0 open x ana 2"))
    with pytest.raises(ConfigurationError, match="assignments"):
        import_log("csv", path, mapping=MAPPING, assignments="yes")


@pytest.mark.data
@pytest.mark.usefixtures("data")
def test_a_real_desk_replays_as_it_was():
    found = import_log("italy", DATA / "helpdesk_italy.xes.gz", assignments=True)
    events = replay(found)
    closed = [event for event in events if event.kind == "closed"]
    assert len(closed) == found.report["commands"]["close"] == 4729
    # Its tickets wait until somebody takes them in charge; the dispatcher would do that at once.
    came, waits = {}, {}
    for event in events:
        if event.kind == "queued":
            came.setdefault(event.item, event.at)
        elif event.kind == "assigned":
            waits.setdefault(event.item, event.at - came[event.item])
    assert len(waits) > 4300
    assert median(waits.values()) > 3600
