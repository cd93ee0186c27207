"""`schedule_rebalance`: when plans are made, by whom, and what reaches the desk."""

import pickle
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from multiprocessing import get_context
from random import Random
from threading import Event as Flag

import pytest

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace, errors
from assignwork.solver import (
    CameOnline,
    Plan,
    QueueOver,
    SpreadOver,
    plan_rebalance,
    read_desk,
    schedule_rebalance,
)
from assignwork.solver.schedule import POLL
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
    state_of,
)

INF, NAN = float("inf"), float("nan")
EAGER = {"weights": {"move": 5}}


def uneven(*, full=4, capacity=4, at=0.0):
    """Ana is full, ben is active and has nothing."""
    desk = Dispatcher(
        Workspace(
            teams=[Team("a")],
            agents=[
                Agent("ana", capacity=capacity, primary=["a"]),
                Agent("ben", capacity=capacity, primary=["a"], presence="offline"),
            ],
        ),
        validate=True,
    )
    for n in range(full):
        desk.submit(WorkItem(f"t-{n}", "a"), now=at)
    desk.set_presence("ben", "active", now=at)
    return desk


def kinds(events):
    return [event.kind for event in events]


class Later:
    """An executor whose work is done when the test says so."""

    def __init__(self):
        self.waiting = []

    def submit(self, call, *args, **options):
        future = Future()
        self.waiting.append((future, call, args, options))
        return future

    def work(self):
        for future, call, args, options in self.waiting:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call(*args, **options))
                except errors.AssignworkError as error:
                    future.set_exception(error)
        self.waiting = []


class Always:
    """A condition of a caller's."""

    name = "always"

    def __init__(self):
        self.shown = []

    def met(self, desk, events):
        self.shown.append([event.seq for event in events])
        return "as ever"


# --- every so often -------------------------------------------------------------------------------


def test_periods_count_from_the_first_instant_seen_and_are_not_caught_up_with():
    desk = uneven(full=0)
    said = []
    schedule = schedule_rebalance(desk, every=100, on_plan=lambda plan, why: said.append(why))
    assert schedule.next_at() is None
    schedule.see((), now=1030.0)
    assert schedule.next_at() == 1130.0
    assert not schedule.due(now=1129.0)
    assert schedule.tick(now=1129.0) == ()
    assert said == []
    schedule.tick(now=1130.0)
    assert schedule.next_at() == 1230.0
    schedule.tick(now=1599.0)  # 1230, 1330, 1430 and 1530 are over: one plan
    assert schedule.next_at() == 1630.0
    assert said == ["every 100 s"] * 2
    assert schedule.plans == 2


def test_periods_that_floats_cannot_count_exactly_go_on():
    schedule = schedule_rebalance(uneven(full=0), every=0.1)
    schedule.see((), now=0.3)
    for _ in range(1000):
        due = schedule.next_at()
        schedule.tick(now=due)
        assert schedule.next_at() > due
    assert schedule.plans == 1000


def test_a_plan_is_carried_out_at_once_without_an_executor():
    desk = uneven()
    schedule = schedule_rebalance(desk, every=900, **EAGER)
    schedule.see((), now=0.0)
    events = schedule.tick(now=900.0)
    assert kinds(events) == ["rebalanced", "released", "released", "assigned", "assigned"]
    assert (desk.load("ana"), desk.load("ben")) == (2, 2)
    assert not schedule.under_way


def test_the_desk_is_advanced_before_it_is_read_and_a_plan_without_moves_is_no_command():
    desk = uneven()
    desk.snooze("t-0", 500.0, now=1.0)
    given = []

    def apply(command, now):
        given.append((now, command.verb))
        return desk.handle(command, now=now)

    schedule = schedule_rebalance(desk, every=900, apply=apply)
    schedule.see((), now=1.0)
    assert kinds(schedule.tick(now=901.0)) == ["woken"]
    assert given == [(901.0, "advance")]
    desk.advance(now=1801.0)
    schedule.tick(now=1801.0)
    assert given == [(901.0, "advance")]


def test_pins_of_what_is_not_open_are_passed_over():
    desk = uneven()
    schedule = schedule_rebalance(desk, every=10, pinned=["t-0", "t-1", "t-2", "later"], **EAGER)
    schedule.see((), now=0.0)
    desk.close("t-0", now=1.0)
    (moved,) = [event.item for event in schedule.tick(now=10.0) if event.kind == "assigned"]
    assert moved == "t-3"


# --- conditions -----------------------------------------------------------------------------------


def test_a_condition_begins_a_plan_and_waits_for_the_gap_after_it():
    desk = uneven(full=0)
    said = []
    schedule = schedule_rebalance(
        desk, when=[CameOnline()], at_least=60, on_plan=lambda plan, why: said.append(why)
    )
    assert schedule.next_at() is None
    schedule.see(desk.set_presence("ben", "away", now=1.0), now=1.0)
    assert schedule.next_at() is None
    schedule.see(desk.set_presence("ben", "active", now=2.0), now=2.0)
    assert schedule.next_at() == 2.0
    schedule.tick(now=2.0)
    assert said == ["came_online: ben came online"]
    assert schedule.next_at() is None
    desk.set_presence("ben", "away", now=3.0)
    schedule.see(desk.set_presence("ben", "active", now=4.0), now=4.0)
    assert schedule.next_at() == 62.0  # remembered until then
    assert schedule.tick(now=61.0) == ()
    assert len(said) == 1
    schedule.tick(now=62.0)
    assert len(said) == 2
    assert schedule.next_at() is None


def test_a_periodic_plan_takes_the_reason_with_it_and_is_not_held_up_by_the_gap():
    desk = uneven(full=0)
    said = []
    schedule = schedule_rebalance(
        desk,
        every=30,
        when=[CameOnline()],
        at_least=60,
        on_plan=lambda plan, why: said.append(why),
    )
    schedule.see((), now=0.0)
    schedule.tick(now=30.0)
    desk.set_presence("ben", "away", now=31.0)
    schedule.see(desk.set_presence("ben", "active", now=31.0), now=31.0)
    assert schedule.next_at() == 60.0
    schedule.tick(now=60.0)
    assert said == ["every 30 s"] * 2
    assert schedule.next_at() == 90.0


def test_conditions_are_asked_with_news_only():
    desk = uneven(full=0)
    asked = Always()
    schedule = schedule_rebalance(desk, when=[asked], at_least=10)
    schedule.see((), now=0.0)
    assert asked.shown == []
    events = desk.submit(WorkItem("x", "a"), now=1.0)
    schedule.see(events, now=1.0)
    schedule.see(desk.submit(WorkItem("y", "a"), now=2.0), now=2.0)  # met already
    assert asked.shown == [[event.seq for event in events]]
    schedule.tick(now=2.0)
    schedule.see(events, now=2.0)  # known
    assert len(asked.shown) == 1


def test_what_the_plan_itself_does_is_no_reason_but_what_timers_did_before_it_is():
    desk = uneven()
    desk.snooze("t-0", 905.0, now=1.0)
    asked = Always()
    pool = Later()
    schedule = schedule_rebalance(desk, every=900, when=[asked], executor=pool, **EAGER)
    schedule.see((), now=0.0)
    schedule.tick(now=900.0)
    pool.work()
    events = schedule.tick(now=910.0)
    assert kinds(events)[:2] == ["woken", "rebalanced"]
    assert asked.shown == [[events[0].seq]]
    schedule.see(events, now=910.0)
    assert len(asked.shown) == 1


def test_a_condition_that_raises_is_named_and_asked_again():
    class Bad:
        name = "bad"

        def met(self, desk, events):
            raise ZeroDivisionError

    desk = uneven(full=0)
    schedule = schedule_rebalance(desk, every=5, when=[Bad()])
    for n in range(2):
        events = desk.submit(WorkItem(f"x{n}", "a"), now=1.0)
        with pytest.raises(ZeroDivisionError) as caught:
            schedule.see(events, now=1.0)
        assert caught.value.__notes__ == ["in the condition bad"]
    schedule.tick(now=6.0)
    assert schedule.plans == 1


def test_queue_over_counts_one_inbox_or_all_that_are_not_manual():
    desk = Dispatcher(Workspace(teams=[Team("a"), Team("b"), Team("m", manual=True)]))
    one, all_of_them = QueueOver(1, team="a"), QueueOver(2)
    said = []
    for n, team in enumerate(["a", "m", "m", "b", "a"]):
        events = desk.submit(WorkItem(f"t{n}", team), now=float(n))
        said.append((one.met(desk, events), all_of_them.met(desk, events)))
    assert said[:4] == [(None, None)] * 4
    assert said[4] == ("2 items wait in a, more than 1", "3 items wait, more than 2")
    # only what is queued is a reason, and only in its own inbox
    assert all_of_them.met(desk, desk.close("t1", now=9.0)) is None
    assert one.met(desk, desk.submit(WorkItem("t9", "b"), now=9.0)) is None


def test_spread_over_looks_within_a_team():
    desk = Dispatcher(
        Workspace(
            teams=[Team("a"), Team("b")],
            agents=[
                Agent("ana", capacity=4, primary=["a"]),
                Agent("ben", capacity=4, primary=["a"], presence="away"),
                Agent("cem", capacity=4, primary=["b"]),
            ],
        )
    )
    condition = SpreadOver(0.5)
    for n in range(3):  # ben is away, cem is of another team
        assert condition.met(desk, desk.submit(WorkItem(f"t{n}", "a"), now=0.0)) is None
    said = condition.met(desk, desk.set_presence("ben", "active", now=1.0))
    assert said == "ana is at 75 % of capacity and ben at 0 %, both in a"
    assert condition.met(desk, desk.close("t0", now=2.0)) is None


@pytest.mark.parametrize("seed", range(15))
def test_spread_follows_the_events_as_if_it_read_the_desk_each_time(seed):
    dice = RandomDice(Random(seed))
    workspace = generate_workspace(dice)
    desk = Dispatcher(workspace)
    condition = SpreadOver(0.3)
    missed = 0
    for _ in range(150):
        state = state_of(desk)
        now = generate_instant(dice, desk.now or 0.0, desk.next_wakeup(), workspace)
        command = generate_command(dice, state, now, (), workspace)
        try:
            events = desk.handle(command, now=now)
        except errors.AssignworkError:
            continue
        if not events:
            continue
        if dice.chance(5):
            missed += 1
            continue  # the host forgot
        condition.met(desk, events)
        expected = {}
        for view in desk.agents.values():
            if view.presence == "active":
                for team in view.primary:
                    expected.setdefault(team, []).append((view.load / view.capacity, view.id))
        found = {team: loads for team, loads in condition._loads.teams.items() if loads}
        assert found == {team: sorted(loads) for team, loads in expected.items()}
    assert missed


def test_came_online_is_somebody_who_still_is():
    desk = Dispatcher(Workspace(agents=[Agent("ana", presence="offline")]))
    events = desk.set_presence("ana", "active", now=0.0)
    assert CameOnline().met(desk, desk.add_agent(Agent("ben"), now=0.0)) == "ben came online"
    hired = desk.add_agent(Agent("cem", presence="away"), now=0.0)
    assert CameOnline().met(desk, hired) is None
    assert CameOnline().met(desk, desk.set_presence("ana", "away", now=0.0)) is None
    assert CameOnline().met(desk, events) is None


@pytest.mark.parametrize("condition", [QueueOver(3, "a"), SpreadOver(0.5), CameOnline()])
def test_conditions_are_values(condition):
    same = type(condition)(*[v for k, v in vars_of(condition).items() if not k.startswith("_")])
    assert condition == same
    assert hash(condition) == hash(same)
    with pytest.raises(AttributeError):
        condition.items = 4


def vars_of(condition):
    return {name: getattr(condition, name) for name in condition.__slots__ if name != "__weakref__"}


# --- elsewhere ------------------------------------------------------------------------------------


def test_an_executor_plans_while_the_desk_goes_on_and_stale_moves_are_skipped():
    desk, pool = uneven(), Later()
    schedule = schedule_rebalance(desk, every=900, executor=pool, **EAGER)
    schedule.see((), now=0.0)
    assert schedule.tick(now=900.0) == ()
    assert schedule.under_way
    assert not schedule.due(now=901.0)
    assert schedule.next_at() == 901.0 + POLL
    schedule.see(desk.close("t-0", now=901.0), now=901.0)
    schedule.see(desk.close("t-2", now=901.0), now=901.0)
    schedule.see(desk.close("t-3", now=901.0), now=901.0)
    assert schedule.tick(now=902.0) == ()
    pool.work()
    assert schedule.due(now=902.0)
    assert schedule.next_at() <= 902.0
    events = schedule.tick(now=903.0)
    told = events[0]
    assert (told.kind, told.moves + told.skipped) == ("rebalanced", 2)
    assert {event.why for event in events if event.kind == "move_skipped"} == {"closed"}
    assert schedule.next_at() == 1800.0


def test_nothing_is_planned_while_a_plan_is_under_way():
    desk, pool = uneven(), Later()
    schedule = schedule_rebalance(desk, every=100, when=[Always()], executor=pool, at_least=0)
    schedule.see((), now=0.0)
    schedule.tick(now=100.0)
    for now in (200.0, 300.0):
        schedule.see(desk.submit(WorkItem(f"x{now}", "a"), now=now), now=now)
        schedule.tick(now=now)
    assert len(pool.waiting) == 1
    pool.work()
    schedule.tick(now=350.0)
    assert pool.waiting == []  # 200 and 300 are over
    assert schedule.due(now=350.0)  # but the condition was met since
    schedule.tick(now=350.0)
    assert len(pool.waiting) == 1


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_pools(kind):
    desk = uneven()
    make = {
        "threads": lambda: ThreadPoolExecutor(1),
        "processes": lambda: ProcessPoolExecutor(1, mp_context=get_context("spawn")),
    }
    with make[kind]() as pool, schedule_rebalance(desk, every=9, executor=pool, **EAGER) as rest:
        rest.see((), now=0.0)
        rest.tick(now=9.0)
        wait_for([rest._under_way.found])
        assert kinds(rest.tick(now=10.0))[0] == "rebalanced"
    assert (desk.load("ana"), desk.load("ben")) == (2, 2)


def test_a_problem_survives_pickling():
    problem = read_desk(uneven())
    assert problem.item_places  # what is cached does not travel
    again = pickle.loads(pickle.dumps(problem))
    assert again == problem
    assert "item_places" not in vars(again)
    plan = plan_rebalance(problem)
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_delay_lets_time_pass_between_reading_and_carrying_out():
    desk = uneven()
    schedule = schedule_rebalance(desk, every=900, delay=20, **EAGER)
    schedule.see((), now=0.0)
    assert schedule.tick(now=900.0) == ()
    assert schedule.under_way
    assert schedule.next_at() == 920.0
    assert schedule.tick(now=919.0) == ()
    desk.close("t-3", now=919.0)
    told = schedule.tick(now=920.0)[0]
    assert (told.at, told.moves, told.skipped) == (920.0, 1, 1)


# --- errors ---------------------------------------------------------------------------------------


def overflowing():
    """A desk, and weights with which no cost of its plans fits a number while P70 is there."""
    desk = uneven(full=0)
    for n in range(70):
        desk.submit(WorkItem(f"p-{n}", "a", priority=n + 1), now=0.0)
    return desk, {"unassigned": 2**31 - 1, "priorities": "lexicographic"}


@pytest.mark.parametrize("pool", [None, Later()])
def test_an_error_of_planning_reaches_the_caller_and_the_schedule_goes_on(pool):
    desk, weights = overflowing()
    schedule = schedule_rebalance(desk, every=10, executor=pool, weights=weights)
    schedule.see((), now=0.0)

    def once(now):
        events = schedule.tick(now=now)
        if pool is not None:
            pool.work()
            events += schedule.tick(now=now)
        return events

    with pytest.raises(errors.CostRangeError):
        once(10.0)
    assert not schedule.under_way
    assert schedule.next_at() == 20.0
    for n in range(8, 70):
        desk.close(f"p-{n}", now=11.0)
    once(20.0)
    assert schedule.plans == 1


def planner(desk, pool, **options):
    """A schedule that has begun, one call for a whole plan of it, and what it told."""
    told = []
    schedule = schedule_rebalance(
        desk, every=10, executor=pool, on_plan=lambda _, why: told.append(why), **options
    )
    schedule.see((), now=desk.now)

    def plan(now):
        events = schedule.tick(now=now)
        if pool is not None:
            pool.work()
            events += schedule.tick(now=now)
        return [(event.item, event.agent) for event in events if event.kind == "assigned"]

    return plan, told


@pytest.mark.parametrize("pool", [None, Later()])
def test_a_pin_that_cannot_be_kept_is_passed_over_and_told_until_it_can(pool):
    desk = uneven()
    desk.add_agent(Agent("cem", capacity=4, primary=["a"]), now=0.0)
    pins = {"t-0": "ben", "t-1": "cem", "t-2": None, "t-3": "ana", "gone": "ben"}
    plan, told = planner(desk, pool, pinned=pins)
    desk.set_presence("ben", "away", now=1.0)
    assert plan(10.0) == [("t-1", "cem")]
    assert told == [
        "every 10 s; pins passed over: item 't-0' is pinned to 'ben', but he accepts nothing"
    ]
    desk.set_presence("ben", "active", now=11.0)
    assert plan(20.0) == [("t-0", "ben")]
    assert told[1:] == ["every 10 s"]


@pytest.mark.parametrize("pool", [None, Later()])
def test_a_pin_to_somebody_who_left_the_desk_is_passed_over(pool):
    desk = uneven()
    plan, told = planner(desk, pool, pinned={"t-0": "ben"})
    desk.remove_agent("ben", now=1.0)
    assert plan(10.0) == []
    assert "item 't-0' is pinned to 'ben', whom the desk does not have" in told[0]


@pytest.mark.parametrize("pool", [None, Later()])
def test_pins_that_break_a_rule_together_are_passed_over_but_what_stays_stays(pool):
    desk = uneven()
    desk.update_agent("ben", capacity=2, now=0.0)
    pins = {"t-0": None, "t-1": "ben", "t-2": "ben", "t-3": "ben"}
    plan, told = planner(desk, pool, pinned=pins, weights={"move": 0})
    (moved,) = plan(10.0)
    assert moved in {("t-1", "ben"), ("t-2", "ben"), ("t-3", "ben")}
    assert "pins passed over: what is pinned breaks a rule: " in told[0]


@pytest.mark.parametrize("pool", [None, Later()])
def test_an_offer_stays_with_whom_it_is_when_its_pin_is_passed_over(pool):
    desk = Dispatcher(
        Workspace(
            teams=[Team("a", offer_timeout=900.0)],
            agents=[
                Agent("ana", capacity=1, primary=["a"]),
                Agent("ben", capacity=1, primary=["a"]),
            ],
        )
    )
    desk.submit(WorkItem("t-0", "a"), now=0.0)
    owner = desk.items["t-0"].offered_to
    other = {"ana": "ben", "ben": "ana"}[owner]
    desk.set_presence(other, "away", now=0.0)
    plan, told = planner(desk, pool, pinned={"t-0": other})
    assert plan(10.0) == []
    assert "passed over" in told[0]
    assert (desk.items["t-0"].state, desk.items["t-0"].offered_to) == ("offered", owner)


# --- instants -------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", [INF, -INF, NAN, 1e15, 10**400, "soon", None, True])
@pytest.mark.parametrize("begun", [False, True])
def test_a_now_that_is_no_instant_is_refused_and_nothing_is_changed(now, begun):
    desk = uneven()
    schedule = schedule_rebalance(desk, every=900, when=[Always()], **EAGER)
    if begun:
        schedule.see((), now=0.0)
    events = desk.submit(WorkItem("x", "a"), now=1.0)
    before = {**vars(schedule)}
    for call in (
        lambda: schedule.see(events, now=now),
        lambda: schedule.tick(now=now),
        lambda: schedule.due(now=now),
    ):
        with pytest.raises(errors.ConfigurationError) as caught:
            call()
        assert caught.value.field == "now"
    assert vars(schedule) == before
    schedule.see((), now=1.0)
    schedule.tick(now=schedule.next_at())
    assert schedule.plans == 1


def test_timers_that_are_due_at_the_desk_s_own_instant_run_before_it_is_read():
    now = 1.7e9  # one nanosecond later is the same float
    desk = Dispatcher(
        Workspace(
            teams=[Team("a", offer_timeout=1e-9)],
            agents=[Agent("ana", primary=["a"])],
        )
    )
    schedule = schedule_rebalance(desk, every=900)
    schedule.see((), now=now - 900)
    desk.submit(WorkItem("t-0", "a"), now=now)
    assert desk.next_wakeup() == desk.now == now
    assert kinds(schedule.tick(now=now)) == ["offer_ended", "queued"]


@pytest.mark.parametrize("answer", [None, 5, "rebalanced", ["rebalanced"]])
def test_an_apply_that_returns_no_events_is_told_what_to_return(answer):
    schedule = schedule_rebalance(uneven(), every=10, apply=lambda command, now: answer, **EAGER)
    schedule.see((), now=0.0)
    with pytest.raises(errors.ConfigurationError, match="not the command's events") as caught:
        schedule.tick(now=10.0)
    assert (caught.value.field, caught.value.value) == ("apply", answer)
    assert caught.value.remedy == "return what desk.handle(command, now=now) returned"


def test_a_condition_names_a_team_of_the_desk():
    desk = uneven(full=0)
    with pytest.raises(errors.UnknownTeamError, match="nope") as caught:
        schedule_rebalance(desk, when=[CameOnline(), QueueOver(0, team="nope")])
    assert caught.value.value == "nope"
    assert caught.value.remedy
    desk.add_team(Team("b"), now=0.0)
    schedule = schedule_rebalance(desk, when=[QueueOver(0, team="b")])
    desk.remove_team("b", now=1.0)
    schedule.see(desk.submit(WorkItem("x", "a"), now=2.0), now=2.0)
    assert schedule.next_at() is None


def test_an_executor_that_refuses_is_an_error_of_tick():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    schedule = schedule_rebalance(uneven(), every=10, executor=pool)
    schedule.see((), now=0.0)
    for now in (10.0, 20.0):
        with pytest.raises(RuntimeError, match="shutdown"):
            schedule.tick(now=now)
        assert schedule.tick(now=now) == ()


def test_a_restored_older_desk_refuses_the_plan_and_nothing_is_left_over():
    desk, pool = uneven(), Later()
    older = desk.snapshot()
    now_on = [desk]
    schedule = schedule_rebalance(
        desk,
        every=10,
        executor=pool,
        apply=lambda command, now: now_on[0].handle(command, now=now),
        **EAGER,
    )
    schedule.see((), now=0.0)
    desk.reply("t-0", by="agent", now=1.0)
    schedule.tick(now=10.0)
    pool.work()
    now_on[0] = Dispatcher.restore(older)
    with pytest.raises(errors.StalePlanError):
        schedule.tick(now=11.0)
    assert not schedule.under_way


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"every": 0}, "every"),
        ({"every": "9"}, "every"),
        ({"at_least": -1}, "at_least"),
        ({"delay": None}, "delay"),
        ({"when": QueueOver(1)}, "when"),
        ({"when": [QueueOver]}, "when[0]"),
        ({"when": ["queue"]}, "when[0]"),
        ({"max_movs": 3}, "max_movs"),
        ({"max_moves": -3}, "max_moves"),
        ({"together": "team"}, "together"),
        ({"engine": "best"}, "engine"),
        ({"weights": {"mov": 3}}, "weights.mov"),
        ({"pinned": "t-1"}, "pinned"),
        ({"apply": 5}, "apply"),
        ({"on_plan": 5}, "on_plan"),
        ({"executor": 5}, "executor"),
        ({"executor": ThreadPoolExecutor}, "executor"),
    ],
)
def test_options_are_refused_at_once(options, field):
    with pytest.raises(errors.ConfigurationError) as caught:
        schedule_rebalance(uneven(), **options)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "make",
    [
        lambda: QueueOver(-1),
        lambda: QueueOver(1.5),
        lambda: SpreadOver(-0.1),
        lambda: SpreadOver(2),
        lambda: SpreadOver(NAN),
        lambda: SpreadOver(True),
    ],
)
def test_conditions_refuse_odd_bounds(make):
    with pytest.raises(errors.ConfigurationError):
        make()


def test_the_range_of_a_share_is_told():
    assert SpreadOver(1).share == 1.0
    with pytest.raises(errors.ConfigurationError, match="from 0 to 1"):
        SpreadOver(20)


# --- the end --------------------------------------------------------------------------------------


def test_closing_drops_what_has_not_begun():
    desk, pool = uneven(), Later()
    with schedule_rebalance(desk, every=10, executor=pool, **EAGER) as schedule:
        schedule.see((), now=0.0)
        schedule.tick(now=10.0)
    assert pool.waiting[0][0].cancelled()
    assert schedule.next_at() is None
    assert schedule.tick(now=20.0) == ()
    schedule.see(desk.close("t-0", now=20.0), now=20.0)
    schedule.close()
    assert desk.load("ben") == 0


def test_closing_awaits_what_has_begun_and_does_not_carry_it_out():
    desk = uneven()
    begun, go_on = Flag(), Flag()

    class Slow(ThreadPoolExecutor):
        def submit(self, call, /, *args, **options):
            def slowly():
                begun.set()
                go_on.wait(5)
                return call(*args, **options)

            return super().submit(slowly)

    with Slow(1) as pool:
        schedule = schedule_rebalance(desk, every=10, executor=pool, **EAGER)
        schedule.see((), now=0.0)
        schedule.tick(now=10.0)
        future = schedule._under_way.found
        assert begun.wait(5)
        go_on.set()
        schedule.close()
        assert isinstance(future.result()[0], Plan)
    assert desk.load("ben") == 0


def test_closing_tells_an_error_of_what_was_under_way():
    (desk, weights), pool = overflowing(), Later()
    schedule = schedule_rebalance(desk, every=10, executor=pool, weights=weights)
    schedule.see((), now=0.0)
    schedule.tick(now=10.0)
    pool.work()
    with pytest.raises(errors.CostRangeError):
        schedule.close()


@pytest.mark.parametrize("every", [0, -1, 1e-9, 0.005, float("nan"), "60"])
def test_periods_that_are_none_are_refused(every):
    on = Dispatcher(Workspace(teams=[Team("t")]))
    with pytest.raises(errors.ConfigurationError) as caught:
        schedule_rebalance(on, every=every)
    assert caught.value.field == "every"
