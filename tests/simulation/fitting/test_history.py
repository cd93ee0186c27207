"""What happened to each customer is read from events: stays, held time, turns, returns."""

from known_desks import desk

from assignwork import Dispatcher, WorkItem
from assignwork.model import Workspace
from assignwork.simulation.fitting._history import CLOSED, OPEN, PASSED_ON, History

DESK = Workspace.from_dict(
    {"teams": [{"id": "billing"}, {"id": "second"}], "agents": [
        {"id": "ana", "capacity": 3, "primary": ["billing"]},
        {"id": "ben", "capacity": 3, "primary": ["second"]},
    ]}
)  # fmt: skip

HOUR = 3600.0


class Told:
    """A desk whose events are kept."""

    def __init__(self, workspace=DESK):
        self.workspace = workspace
        self.desk = Dispatcher(workspace)
        self.events = []

    def __getattr__(self, name):
        def do(*args, **kwargs):
            self.events += getattr(self.desk, name)(*args, **kwargs)

        return do

    def history(self):
        return History(self.workspace, self.events)


def test_held_time_is_from_assignment_to_close():
    told = Told()
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.close("t-1", now=50.0)
    (course,) = told.history().courses
    assert course.held == [["ana", 0.0, 50.0, 0]]
    assert (course.assigned_at, course.ended, course.ended_at) == (0.0, CLOSED, 50.0)


def test_a_snooze_is_not_held():
    told = Told()
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.snooze("t-1", now=10.0)
    told.wake("t-1", now=30.0)
    told.close("t-1", now=50.0)
    (course,) = told.history().courses
    assert course.held == [["ana", 0.0, 10.0, 0], ["ana", 30.0, 50.0, 0]]


def test_the_customers_turn_is_not_held_if_he_answers():
    told = Told()
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.reply("t-1", by="agent", now=5.0)
    told.reply("t-1", by="agent", now=10.0)
    told.reply("t-1", by="customer", now=30.0)
    told.reply("t-1", by="agent", now=40.0)
    told.close("t-1", now=50.0)
    (course,) = told.history().courses
    assert course.held == [["ana", 0.0, 10.0, 0], ["ana", 30.0, 50.0, 0]]
    assert (course.turns, course.answers, course.answered_at) == ([2], [20.0], 5.0)


def test_an_item_that_is_passed_on_is_a_customer_of_each_team():
    told = Told()
    told.submit(WorkItem("t-1", team="billing", priority=1), now=0.0)
    told.transfer("t-1", "second", now=10.0)
    told.close("t-1", now=50.0)
    first, second = told.history().courses
    assert (first.team, first.ended, first.ended_at, first.first) == (
        "billing",
        PASSED_ON,
        10.0,
        True,
    )
    assert (second.team, second.arrived_at, second.priority) == ("second", 10.0, 1)
    assert second.held == [["ben", 10.0, 50.0, 0]]
    assert not second.first


def test_a_return_is_another_visit():
    told = Told()
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.close("t-1", now=10.0)
    told.reopen("t-1", now=30.0)
    told.close("t-1", now=35.0)
    (course,) = told.history().courses
    assert (course.closes, course.returns) == ([10.0, 35.0], [30.0])
    assert course.held == [["ana", 0.0, 10.0, 0], ["ana", 30.0, 35.0, 1]]


def test_who_is_never_assigned_waits_in_the_queue():
    told = Told()
    told.set_presence("ana", "away", now=0.0)
    told.submit(WorkItem("t-1", team="billing"), now=1.0)
    told.close("t-1", now=9.0)
    (course,) = told.history().courses
    assert course.assigned_at is None
    assert course.stays == [(1.0, 9.0)]


def test_what_is_open_at_the_end_is_held_until_then():
    told = Told()
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.submit(WorkItem("t-2", team="billing"), now=20.0)
    first, _ = told.history().courses
    assert (first.ended, first.ended_at) == (OPEN, None)
    assert first.held == [["ana", 0.0, 20.0, 0]]


def test_presence_that_the_log_tells_is_known():
    told = Told()
    told.set_presence("ana", "away", now=5.0)
    told.set_presence("ana", "active", now=10.0)
    told.set_presence("ana", "offline", now=40.0)
    assert told.history().actives["ana"] == [(10.0, 40.0)]


def test_acts_are_those_of_the_agent():
    told = Told(desk(1))
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.reply("t-1", by="customer", now=5 * HOUR)
    told.reply("t-1", by="agent", now=6 * HOUR)
    told.close("t-1", now=7 * HOUR)
    assert told.history().acts["a-1"] == [0.0, 6 * HOUR, 7 * HOUR]


def test_finishing_what_was_just_taken_up_is_no_trace():
    told = Told(desk(1))
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.reply("t-1", by="agent", now=1 * HOUR)
    told.close("t-1", now=3 * HOUR)
    assert told.history().acts["a-1"] == [0.0]


def test_what_a_fit_has_doubts_about_is_counted():
    told = Told()
    told.submit(WorkItem("t-1", team="billing"), now=0.0)
    told.assign("t-1", "ben", now=1.0)
    told.update_item("t-1", priority=1, now=2.0)
    told.update_team("second", rank=2, now=3.0)
    counts = told.history().counts
    assert counts == {"reassigned": 1, "not a member": 1, "changed priority": 1, "configured": 1}
