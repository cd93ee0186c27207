"""One replication: customers and agents played against a `Dispatcher`, command by command.

The run is a heap of instants. Whatever it does is a command to the desk; whatever it learns it
learns from the events, one method per kind. It decides nothing about who gets which work.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from heapq import heappop, heappush
from math import inf, isnan
from typing import Any, TypeAlias

from assignwork import events as e
from assignwork.commands import Command
from assignwork.dispatcher import Dispatcher
from assignwork.model import WorkItem
from assignwork.schedules import Scheduler
from assignwork.simulation._attendance import Attendance
from assignwork.simulation._books import NAN, Books
from assignwork.simulation._chance import Chance
from assignwork.simulation._customers import Customers
from assignwork.simulation._hands import Case, Hands, case_order
from assignwork.simulation.behaviour import Conversation
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.trial import Trial

ACTIVE = "active"
_LAST = 2**52  # the order of what comes after everything else of its instant
_TURNS = 2**16  # more than anybody takes in one visit
OnEvents: TypeAlias = Callable[[tuple[e.Event, ...]], None]


class Run:
    """One replication while it runs."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int,
        number: int,
        validate: bool = False,
        on_events: OnEvents | None = None,
        rebalancing: Scheduler | None = None,
    ) -> None:
        chance = Chance(seed, number)
        self._scenario = scenario
        self._seed, self._number = seed, number
        self._drawn = drawn = Customers(scenario, chance)
        self._books = Books(drawn)
        self._stems = [f"{stream.name}-" for stream in scenario.streams]
        self._fields = [kind.item_fields() for kind in drawn.kinds]
        self._team = {team.id: i for i, team in enumerate(scenario.workspace.teams)}
        self._agent = {agent.id: i for i, agent in enumerate(scenario.workspace.agents)}
        self._attendance = Attendance(scenario, chance, self)
        self.desk = Dispatcher(self._attendance.workspace, validate=validate)
        self._on_events = on_events
        self._hands = [
            Hands(
                i, scenario.handling_of.get(agent.id, scenario.handling), self._pace(agent.id), self
            )
            for i, agent in enumerate(scenario.workspace.agents)
        ]
        self._rows = list(
            zip(
                drawn.stream.tolist(), drawn.number.tolist(), drawn.kind.tolist(),
                drawn.work.tolist(), strict=True,
            )
        )  # fmt: skip
        self._patience = drawn.patience.tolist()
        self._talks = any(kind.conversation is not None for kind in drawn.kinds)
        self._returns = any(kind.comes_back is not None for kind in drawn.kinds)
        self._answers_at_start = [kind.answers == "start" for kind in drawn.kinds]
        self._places = [kind.places for kind in drawn.kinds]
        self._limited = any(places is not None for places in self._places)
        self._lines = [0] * len(scenario.workspace.teams)
        self._given: list[Case] = []
        self._freed: list[Hands] = []
        self._stays = self._books.stays
        self._assigned_at, self._assigned_to = self._books.assigned_at, self._books.agent
        self._active_since: dict[int, float] = {}
        self._gone: list[str] = []
        self._cases: dict[str, Case] = {}
        self._heap: list[tuple[float, int, Callable[[float, Any], None], Any]] = []
        self._planned = 0
        self._open = 0
        self._see: Mapping[type[e.Event], Callable[[Any], None]] = {
            e.Queued: self._on_queued,
            e.Assigned: self._on_assigned,
            e.Offered: self._on_offered,
            e.OfferEnded: self._on_offer_ended,
            e.Released: self._on_released,
            e.Transferred: self._on_transferred,
            e.Snoozed: self._on_snoozed,
            e.Woken: self._on_given_back,
            e.Reopened: self._on_given_back,
            e.Closed: self._on_closed,
            e.PresenceChanged: self._on_presence,
            e.SlaMet: self._on_met,
            e.SlaBreached: self._on_breached,
            e.PathEntered: self._on_path,
        }
        self._schedule = None if rebalancing is None else rebalancing(self.desk, self._carry_out)

    # --- the course of it ----------------------------------------------------------------------

    def run(self) -> Trial:
        """From the start until everybody is gone."""
        try:
            with _no_collecting():
                self._begin()
                self._receive()
                ended_at = self._drain()
        finally:
            if self._schedule is not None:
                self._schedule.close()
        self._end(ended_at)
        return self._books.trial(self._scenario, self._seed, self._number, ended_at)

    def _begin(self) -> None:
        start = self._scenario.start
        self.tell(self.desk.advance(now=start), start)
        for name, agent in self.desk.agents.items():
            place = self._agent[name]
            if agent.presence == ACTIVE and not self._hands[place].at_work:
                self._come(place, start)
        self._turn_to_it(start)
        self._attendance.begin()

    def _receive(self) -> None:
        """Everything until the last customer has come."""
        heap, arrive = self._heap, self._arrive
        wakeup = self._wakeup if self._schedule is not None else self.desk.next_wakeup
        reached = -inf
        for row, comes_at in enumerate(self._drawn.arrived.tolist()):
            while reached < comes_at:  # of who come at one instant, all come before what follows
                due = heap[0][0] if heap else inf
                wake = wakeup()
                if wake is not None and wake <= due and wake <= comes_at:
                    self._let_pass(wake)
                elif due <= comes_at:
                    at, _, act, about = heappop(heap)
                    act(at, about)
                else:
                    reached = comes_at
            arrive(row, comes_at)

    def _drain(self) -> float:
        """Work off what is there; the instant at which the run is over."""
        heap, end = self._heap, self._scenario.end
        latest = end + self._scenario.drain
        at = end
        while True:
            due = heap[0][0] if heap else inf
            wake = self._wakeup()
            soonest = due if wake is None or due < wake else wake
            if soonest > (latest if self._open else end):
                return latest if self._open else at
            at = max(at, soonest)
            if wake is not None and soonest == wake:
                self._let_pass(wake)
            else:
                _, _, act, about = heappop(heap)
                act(due, about)

    def _end(self, at: float) -> None:
        """Close the books: what is under way ends with the run."""
        for agent, since in self._active_since.items():
            self._books.presences.extend((agent, since, at))
        for case in self._cases.values():
            if case.open:
                self._books.times_there.extend((case.row, case.came_at, NAN))
            if case.active:
                self.worked(case.worker, case, case.since, at)
            if case.waiting_since is not None:
                self._books.stays.extend((case.row, case.team, case.waiting_since, NAN))

    def _wakeup(self) -> float | None:
        """When the desk, or who rebalances it, acts next by himself."""
        wake = self.desk.next_wakeup()
        if self._schedule is not None:
            tick = self._schedule.next_at()
            if tick is not None and (wake is None or tick < wake):
                return max(tick, self.desk.now or tick)
        return wake

    def _let_pass(self, until: float) -> None:
        wake = self.desk.next_wakeup()
        if wake is not None and wake <= until:
            self.tell(self.desk.advance(now=until), until)
        elif self._schedule is not None:
            self._schedule.tick(now=until)

    def plan(self, at: float, act: Callable[[float, Any], None], about: object) -> None:
        """Have `act(at, about)` called at that instant."""
        self._planned += 1
        heappush(self._heap, (at, self._planned, act, about))

    def is_at_work(self, agent: int) -> bool:
        """Whether the desk says that he is active."""
        return self._hands[agent].at_work

    # --- commands ------------------------------------------------------------------------------

    def _carry_out(self, command: Command, now: float) -> tuple[e.Event, ...]:
        """A command of who rebalances."""
        events = self.desk.handle(command, now=now)
        self.tell(events, now, own=False)
        return events

    def tell(self, events: tuple[e.Event, ...], at: float, *, own: bool = True) -> None:
        """Read what a command caused; `own`: a command of the simulation's."""
        books = self._books
        books.commands += 1
        books.events += len(events)
        if self._on_events is not None:
            self._on_events(events)
        see = self._see
        for event in events:
            seen = see.get(type(event))
            if seen is not None:
                seen(event)
        if self._gone:
            for name in self._gone:
                del self._cases[name]
            self._gone.clear()
        if self._given or self._freed:
            self._turn_to_it(at)
        if own and self._schedule is not None:
            self._schedule.see(events, now=at)

    def _turn_to_it(self, at: float) -> None:
        """Agents turn to what they have now, once all that a call had to say is read."""
        hands = self._hands
        if len(self._given) > 1:
            self._given.sort(key=case_order)
        for case in self._given:
            if case.owner >= 0 and case.ready and not case.held:
                hands[case.owner].take(case, at)
        self._given.clear()
        if self._freed:
            for freed in self._freed:
                freed.fill(at)
            self._freed.clear()

    def _arrive(self, row: int, at: float) -> None:
        stream, number, kind, work = self._rows[row]
        name = f"{self._stems[stream]}{number + 1}"
        case = Case(row, name, kind, work)
        case.came_at = at
        if self._talks:
            self._begin_visit(case)
        self._cases[name] = case
        self._open += 1
        self.tell(self.desk.submit(WorkItem(name, **self._fields[kind]), now=at), at)
        if self._limited and case.in_line:
            self._look_at_the_line(case, at)

    def _look_at_the_line(self, case: Case, at: float) -> None:
        """He would have to wait; where all places are taken he does not come in."""
        places = self._places[case.kind]
        if places is not None and self._lines[case.team] > places:
            self._books.blocked[case.row] = True
            self.tell(self.desk.close(case.id, now=at), at)

    def _give_up(self, at: float, case: Case) -> None:
        """His patience is at an end."""
        if case.open and not case.assigned:
            self._books.abandoned[case.row] = True
            self.tell(self.desk.close(case.id, now=at), at)

    def _answer(self, at: float, case: Case) -> None:
        """The agent's first words, as he begins."""
        if case.active and not case.answered:
            self._reply(at, case)

    def _reply(self, at: float, case: Case) -> None:
        if not case.answered:
            case.answered = True
            answered_at = self._books.answered_at
            if isnan(answered_at[case.row]):
                answered_at[case.row] = at
        self.tell(self.desk.reply(case.id, by="agent", now=at), at)

    def _acknowledge(self, at: float, case: Case) -> None:
        if case.active and case.path:
            case.path = False
            agent = self._scenario.workspace.agents[case.worker].id
            self.tell(self.desk.acknowledge(case.id, by=agent, now=at), at)

    def _answer_offer(self, at: float, about: Any) -> None:
        case, offer, agent, declines = about
        if case.offers == offer:
            answer = self.desk.decline if declines else self.desk.accept
            self.tell(answer(case.id, agent, now=at), at)

    def _customer_replies(self, at: float, about: Any) -> None:
        case, visit = about
        if not case.open or case.visit != visit:
            return
        case.ready = True
        self.tell(self.desk.reply(case.id, by="customer", now=at), at)
        self._take_up(case, at)

    def _come_back(self, at: float, case: Case) -> None:
        kind = self._drawn.kinds[case.kind]
        back = kind.comes_back
        case.visit += 1
        handle = kind.handle if back is None or back.handle is None else back.handle
        case.left = self._drawn.seconds(case.row, "work", case.visit, handle)
        case.ready = case.open = True
        case.came_at = at
        case.answered = False
        self._begin_visit(case)
        self._books.visits[case.row] = case.visit
        self._books.closed_at[case.row] = NAN
        self._open += 1
        self.tell(self.desk.reopen(case.id, now=at), at)

    # --- the work ------------------------------------------------------------------------------

    def _begin_visit(self, case: Case) -> None:
        """How many turns it has; the work is the same in each."""
        talk = self._drawn.kinds[case.kind].conversation
        case.turn = case.turns = 1
        if talk is not None:
            turns = self._drawn.seconds(case.row, "turns", case.visit, talk.turns)
            case.turns = max(1, round(turns))
        case.left = case.each = case.left / case.turns

    def _take_up(self, case: Case, at: float) -> None:
        """Whoever owns it has something to do with it."""
        if case.owner >= 0 and case.ready and not case.held:
            self._hands[case.owner].take(case, at)

    def _take_away(self, case: Case, at: float) -> None:
        """Nobody works on it for now."""
        if case.held:
            hands = self._hands[case.owner]
            hands.drop(case, at)
            self._freed.append(hands)

    def _put_down(self, case: Case, at: float) -> None:
        """Nobody owns it any more."""
        self._take_away(case, at)
        case.owner = -1
        case.called = False

    def begun(self, case: Case, at: float) -> None:
        """Somebody begins to work on it, or goes on."""
        if not case.begun:
            case.begun = True
            self._books.begun_at[case.row] = at
        if not case.answered and self._answers_at_start[case.kind]:
            self.plan(at, self._answer, case)
        if case.path:
            self.plan(at, self._acknowledge, case)

    def worked(self, agent: int, case: Case, since: float, at: float) -> None:
        """A stretch of work is over."""
        if at > since:
            self._books.stretches.extend((agent, case.row, since, at))

    def turn_done(self, case: Case, at: float) -> None:
        """It is answered, or done."""
        kind = self._drawn.kinds[case.kind]
        if kind.conversation is not None and case.turn < case.turns:
            self._await_customer(case, kind.conversation, at)
            return
        if kind.answers == "end" or (case.turns > 1 and kind.answers == "start"):
            self._reply(at, case)
        if case.open:
            self.tell(self.desk.close(case.id, now=at), at)

    def _await_customer(self, case: Case, talk: Conversation, at: float) -> None:
        turn = case.visit * _TURNS + case.turn
        wait = self._drawn.seconds(case.row, "customer", turn, talk.customer_after)
        case.turn += 1
        case.left = case.each
        if self._drawn.kinds[case.kind].answers != "never":
            self._reply(at, case)
        if talk.snoozes and case.owner >= 0:
            self.tell(self.desk.snooze(case.id, now=at), at)
        self.plan(at + wait, self._customer_replies, (case, case.visit))

    def at_rest(self, agent: int, at: float) -> None:
        """An agent who left has finished what he was working on."""
        self._attendance.at_rest(agent, at)

    # --- what the desk says --------------------------------------------------------------------

    def _on_queued(self, event: e.Queued) -> None:
        case = self._cases[event.item]
        row = case.row
        if case.team < 0:
            self._books.priority[row] = event.priority
            self._books.team[row] = self._team[event.team]
            patience = self._patience[row]
            if patience < inf:
                self._planned += 1
                late = (event.at + patience, _LAST + self._planned, self._give_up, case)
                heappush(self._heap, late)
        case.order = (event.priority, row)
        case.team = self._team[event.team]
        if case.waiting_since is None:  # else it was offered, and goes on waiting
            case.waiting_since = event.at
        if self._limited:
            case.in_line = True
            self._lines[case.team] += 1

    def _leave_line(self, case: Case) -> None:
        if case.in_line:
            case.in_line = False
            self._lines[case.team] -= 1

    def _end_stay(self, case: Case, at: float) -> None:
        """It is in no queue any more, if it was in one."""
        if self._limited:
            self._leave_line(case)
        if case.waiting_since is not None:
            self._stays.extend((case.row, case.team, case.waiting_since, at))
            case.waiting_since = None

    def _on_assigned(self, event: e.Assigned) -> None:
        case = self._cases[event.item]
        at = event.at
        agent = self._agent[event.agent]
        self._end_stay(case, at)
        if not case.assigned:
            case.assigned = True
            self._assigned_at[case.row] = at
            self._assigned_to[case.row] = agent
        if case.owner != agent:
            if case.owner >= 0:
                self._put_down(case, at)
            case.owner = agent
        if event.flags:
            case.called = event.not_active
        self._given.append(case)

    def _on_offered(self, event: e.Offered) -> None:
        case = self._cases[event.item]
        case.offers += 1
        self._leave_line(case)
        offers = self._scenario.offers
        declines = (
            offers.declines > 0.0
            and self._drawn.luck(case.row, "declines", case.offers) < offers.declines
        )
        wait = self._drawn.seconds(case.row, "accepts", case.offers, offers.accept_after)
        about = (case, case.offers, event.agent, declines)
        self.plan(event.at + wait, self._answer_offer, about)

    def _on_offer_ended(self, event: e.OfferEnded) -> None:
        self._cases[event.item].offers += 1  # an answer that is on its way comes too late

    def _on_released(self, event: e.Released) -> None:
        self._put_down(self._cases[event.item], event.at)

    def _on_transferred(self, event: e.Transferred) -> None:
        case = self._cases[event.item]
        self._end_stay(case, event.at)
        if event.agent is None:
            self._put_down(case, event.at)

    def _on_snoozed(self, event: e.Snoozed) -> None:
        case = self._cases[event.item]
        self._end_stay(case, event.at)
        self._take_away(case, event.at)

    def _on_given_back(self, event: e.Woken | e.Reopened) -> None:
        case = self._cases[event.item]
        if event.agent is None:
            self._put_down(case, event.at)
        else:
            case.owner = self._agent[event.agent]
            self._given.append(case)

    def _on_closed(self, event: e.Closed) -> None:
        case = self._cases[event.item]
        at = event.at
        if case.waiting_since is not None:
            self._end_stay(case, at)
        if case.held:
            self._put_down(case, at)
        case.owner = -1
        case.open = False
        self._open -= 1
        self._books.closed_at[case.row] = at
        self._books.times_there.extend((case.row, case.came_at, at))
        if not (self._returns and case.assigned and self._comes_back(case, at)):
            self._gone.append(case.id)  # once all that this call has to say of it is read

    def _comes_back(self, case: Case, at: float) -> bool:
        """Whether he will be back, which is then planned."""
        back = self._drawn.kinds[case.kind].comes_back
        if back is None or case.visit > back.at_most:
            return False
        if self._drawn.luck(case.row, "returns", case.visit) >= back.probability:
            return False
        wait = self._drawn.seconds(case.row, "away", case.visit, back.after)
        if at + wait >= self._scenario.end:  # nobody comes after the end
            return False
        self.plan(at + wait, self._come_back, case)
        return True

    def _on_presence(self, event: e.PresenceChanged) -> None:
        agent = self._agent[event.agent]
        if event.presence == ACTIVE:
            self._come(agent, event.at)
        elif agent in self._active_since:
            self._books.presences.extend((agent, self._active_since.pop(agent), event.at))
            self._hands[agent].leave(event.at)

    def _come(self, agent: int, at: float) -> None:
        self._active_since[agent] = at
        self._attendance.back(agent)
        hands = self._hands[agent]
        hands.come()
        self._freed.append(hands)

    def _on_met(self, event: e.SlaMet) -> None:
        self._promised(event, met=True)

    def _on_breached(self, event: e.SlaBreached) -> None:
        self._promised(event, met=False)

    def _promised(self, event: e.SlaMet | e.SlaBreached, *, met: bool) -> None:
        target = self._books.target(event.target)
        self._books.promises.extend((self._cases[event.item].row, target, met))

    def _on_path(self, event: e.PathEntered) -> None:
        case = self._cases[event.item]
        case.path = True
        if case.active:
            self.plan(event.at, self._acknowledge, case)

    def _pace(self, agent: str) -> Mapping[int, float]:
        """The factors of an agent's handle times, by kind."""
        entry = self._scenario.pace.get(agent)
        if entry is None:
            return {}
        if not isinstance(entry, Mapping):
            return dict.fromkeys(range(len(self._drawn.kinds)), entry)
        return {
            k: entry.get(full, entry.get(kind.name, 1.0))
            for k, (full, kind) in enumerate(
                zip(self._drawn.kind_names, self._drawn.kinds, strict=True)
            )
        }


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hold off the garbage collector: it would walk all that a run keeps, again and again.

    A run makes no cycles, so that there is nothing for it to find; a third of the time is saved.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def simulate_once(
    scenario: Scenario,
    seed: int,
    number: int,
    *,
    validate: bool = False,
    on_events: OnEvents | None = None,
    rebalancing: Scheduler | None = None,
) -> Trial:
    """One replication of a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        0 or more. With the number it decides all chance.
    number : int
        Of the replication, from 0.
    validate : bool, default False
        Have the desk check its invariants after each command (slow; for tests).
    on_events : callable, optional
        Told the events of each command, as they happen.
    rebalancing : callable, optional
        ``rebalancing(desk, apply)`` makes somebody who moves work between agents, as in
        `assignwork.replay.replay`; such as `assignwork.solver.schedule_rebalance`.

    Examples
    --------
    >>> from assignwork.simulation import single_queue
    >>> trial = simulate_once(single_queue(3, per_hour=40, handle=180, length=3600), 1, 0)
    >>> len(trial.customers.arrived_at) == len(trial.stretches.begun_at)
    True
    """
    run = Run(
        scenario, seed=seed, number=number, validate=validate, on_events=on_events,
        rebalancing=rebalancing,
    )  # fmt: skip
    return run.run()
