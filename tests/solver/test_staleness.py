"""A plan that comes late, on random desks: what still fits is carried out, nothing else happens.

As a program it runs many seeds and goes on after a failure:
`python tests/solver/test_staleness.py 0 5000`.
"""

import json
import sys
import traceback
from collections import Counter
from random import Random

import attrs
import pytest

from assignwork import Dispatcher
from assignwork.commands import Advance, Command, Rebalance
from assignwork.errors import AssignworkError, StalePlanError
from assignwork.events import Event
from assignwork.replay import replay
from assignwork.solver import Plan, plan_rebalance, read_desk
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
    state_of,
)

BLOCKS = 10
SEEDS = 20  # in a block
WHYS = {
    *("unknown_item", "unknown_agent", "closed", "done", "moved", "not_eligible", "full"),
    "pointless",
}
SOON = {"deterministic_limit": 0.05}


class Story:
    """A desk at work, and its log."""

    def __init__(self, seed: int) -> None:
        self.dice = RandomDice(Random(seed))
        self.workspace = generate_workspace(self.dice)
        self.desk = Dispatcher(self.workspace)
        self.log: list[tuple[int, float, Command]] = []
        self.events: list[Event] = []
        self.latest = 0.0  # instant of a command, refused or not

    def do(self, command: Command, now: float):
        """Carry it out; the events, or None if it is refused."""
        try:
            events = self.desk.handle(command, now=now)
        except AssignworkError:
            return None
        self.log.append((len(self.log) + 1, now, command))
        self.events += events
        return events

    def go_on(self, steps: int, favoured=()) -> None:
        for _ in range(steps):
            clock, wakeup = self.desk.now or 0.0, self.desk.next_wakeup()
            now = generate_instant(self.dice, clock, wakeup, self.workspace)
            # A refused command lets timers fire, and is not in the log: time goes on from it.
            now = self.latest = max(now, self.latest)
            command = generate_command(
                self.dice, state_of(self.desk), now, favoured, self.workspace
            )
            self.do(command, now)

    def plan(self) -> Plan:
        """A plan of what is open now, mostly one that moves much."""
        weights = {
            "move": self.dice.integer(0, 5),
            "put_back": self.dice.integer(0, 50),
            "fairness": self.dice.integer(1, 20),
        }
        options = self.dice.pick(
            ({}, {}, {"max_moves": 2}, {"max_moves_per_agent": 1}, {"together": "customer"})
        )
        return plan_rebalance(self.desk, weights=weights, **options, **SOON)

    def copy(self) -> Dispatcher:
        return Dispatcher.restore(json.loads(json.dumps(self.desk.snapshot())), validate=True)


def told(events, plan, known):
    """Which of the plan's moves were carried out, after all has been checked that events say."""
    if not plan.moves:
        assert [event for event in events if event.kind in ("rebalanced", "move_skipped")] == []
        return set()
    (head,) = [event for event in events if event.kind == "rebalanced"]
    after = events[events.index(head) + 1 :]
    skipped = {event.item: event for event in after if event.kind == "move_skipped"}
    assert head.moves + head.skipped == len(plan.moves)
    assert len(skipped) == head.skipped
    assert {event.why for event in skipped.values()} <= WHYS
    planned = {move.item: move for move in plan.moves}
    moved = planned.keys() - skipped.keys()
    for event in skipped.values():
        move = planned[event.item]
        assert (event.agent, event.owner) == (move.agent, move.owner)
    given = [event for event in after if event.kind == "assigned" and event.by == "rebalance"]
    assert {(event.item, event.agent) for event in given} == {
        (name, planned[name].agent) for name in moved if planned[name].agent is not None
    }
    taken = [event for event in after if event.kind == "released" and event.why == "rebalance"]
    assert {(event.item, event.agent) for event in taken} == {
        (name, planned[name].owner) for name in moved if planned[name].owner is not None
    }
    assert len(given) + len(taken) <= 2 * head.moves
    known["moves"] += head.moves
    for event in skipped.values():
        known[event.why] += 1
    return moved


def tell(seed: int, known: Counter) -> None:
    """One story with a plan in it, and all that must be true of it."""
    story = Story(seed)
    story.go_on(story.dice.integer(10, 60), ("submit",))
    desk = story.desk
    if desk.now is None:
        return
    story.do(Advance(), desk.now)
    desk._validating = True  # from here on: what comes before is tested elsewhere
    for item in read_desk(desk).items:  # made without its checks
        assert repr(attrs.evolve(item)) == repr(item)
    plan = story.plan()
    fresh = story.copy()
    moved = told(fresh.apply(plan, now=fresh.now), plan, known)
    assert len(moved) == len(plan.moves), "a plan fits the desk that it was made for"
    story.go_on(story.dice.integer(0, 12))
    now = story.latest = max(desk.now, story.latest) + story.dice.pick((0, 0, 1, 60))

    # all or nothing
    strict = story.copy()
    strict.advance(now=now)
    before = strict.snapshot()
    try:
        whole = strict.apply(plan, all_or_nothing=True, now=now)
    except StalePlanError:
        assert strict.snapshot() == before
        whole = None

    # as far as it goes
    seq = len(story.events)
    story.do(Advance(), now)
    events = story.do(plan.command(), now)
    assert events is not None, "without all_or_nothing a plan of this desk is never refused"
    assert [event.seq for event in story.events[seq:]] == list(
        range(seq + 1, len(story.events) + 1)
    )
    moved = told(events, plan, known)
    assert (whole is None) == (len(moved) < len(plan.moves))
    if whole is not None:
        assert whole == events

    # once more: what was carried out is done, unless it went to a queue
    again = story.copy()
    twice = told(again.apply(plan, now=now), plan, Counter())
    to_queues = {move.item for move in plan.moves if move.agent is None}
    assert twice & moved <= to_queues
    known["twice"] += len(twice & moved)

    # on other desks
    if seed % 4 == 0:
        elsewhere(story.workspace, plan, seed)

    # and the log tells it all again, with no solver
    story.go_on(3)
    assert list(replay(story.workspace, story.log)) == story.events
    assert any(isinstance(entry[2], Rebalance) for entry in story.log)


def elsewhere(workspace, plan, seed: int) -> None:
    """An empty copy of the desk, and one of a quite different story."""
    empty = Dispatcher(workspace, validate=True)
    before = empty.snapshot()
    try:
        assert told(empty.apply(plan, now=0.0), plan, Counter()) == set()
    except StalePlanError:
        assert empty.snapshot() == before
    other = Story(seed + 1_000_000)
    other.go_on(30, ("submit",))
    clock = other.desk.now or 0.0
    try:
        events = other.desk.apply(plan, now=clock)
    except StalePlanError:
        assert plan.seen > len(other.events)
    else:
        told(events, plan, Counter())


@pytest.mark.parametrize("block", range(BLOCKS))
def test_late_plans(block):
    known = Counter()
    for seed in range(block * SEEDS, (block + 1) * SEEDS):
        try:
            tell(seed, known)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
    assert known["moves"] > 10, "too little is moved to say anything"
    assert len(WHYS & known.keys()) >= 2, "too little of it is stale"


def test_a_plan_with_an_option_of_its_own_is_no_other_plan():
    story = Story(1)
    story.go_on(40, ("submit",))
    assert story.plan().seen == len(story.events)
    assert attrs.evolve(story.plan(), seen=None).command().seen is None


def main(first: int, last: int) -> int:
    """Run the seeds; how many fail."""
    known: Counter = Counter()
    failed = 0
    for seed in range(first, last):
        try:
            tell(seed, known)
        except Exception:  # noqa: BLE001  # each is a finding
            failed += 1
            head = traceback.format_exc(limit=-3)
            sys.stdout.write(f"seed {seed}:\n{head}\n")
    sys.stdout.write(f"{failed} of {last - first} seeds fail; {dict(known)}\n")
    return failed


if __name__ == "__main__":
    raise SystemExit(bool(main(int(sys.argv[1]), int(sys.argv[2]))))
