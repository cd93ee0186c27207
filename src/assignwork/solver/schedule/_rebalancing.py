"""When a schedule acts: what it sees, what it waits for, and the plan that is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from math import floor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import attrs

from assignwork import _fields as f
from assignwork.commands import Advance, Command
from assignwork.errors import ConfigurationError
from assignwork.events import Event, Rebalanced
from assignwork.solver.conditions import Condition
from assignwork.solver.desk import read_desk
from assignwork.solver.plan import Plan
from assignwork.solver.schedule._planning import PLANNING, READING, Made, planned

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher

POLL = 0.25
"""Seconds after which a host that only sleeps should ask again for a plan that is being made."""

Apply: TypeAlias = Callable[[Command, float], Iterable[Event]]
"""Carries out a command at an instant, and returns its events."""
OnPlan: TypeAlias = Callable[[Plan, str], None]
"""Told each plan, and why it was made."""


@attrs.define
class _UnderWay:
    """A plan that is being made, or waits for its `delay` to pass."""

    why: str
    ready_at: float
    found: Future[Made] | Made

    @property
    def done(self) -> bool:
        return isinstance(self.found, tuple) or self.found.done()


class Rebalancing:
    """A desk's schedule of plans; made by `schedule_rebalance`.

    It belongs to the desk's thread: call it where the desk is called. Only the solver runs
    elsewhere, if there is an executor.

    Attributes
    ----------
    plans : int
        How many were carried out, those without moves included.
    """

    def __init__(  # noqa: PLR0913  # as `schedule_rebalance`
        self,
        desk: Dispatcher,
        *,
        every: float | None,
        when: tuple[Condition, ...],
        at_least: float,
        executor: Executor | None,
        apply: Apply | None,
        on_plan: OnPlan | None,
        delay: float,
        options: dict[str, Any],
    ) -> None:
        self.plans = 0
        self._desk = desk
        self._every = every
        self._when = when
        self._at_least = at_least
        self._executor = executor
        self._apply = self._handle if apply is None else apply
        self._on_plan = on_plan
        self._delay = delay
        self._options = options
        self._now: float | None = None  # the latest instant seen
        self._start = 0.0  # the first one
        self._periodic: float | None = None  # the next instant of `every`
        self._free_at = float("-inf")  # from when on a condition may begin a plan
        self._reason: str | None = None  # of a condition that was met and has no plan yet
        self._seen = 0  # the number of the last event that was shown
        self._under_way: _UnderWay | None = None
        self._acting = False
        self._closed = False

    def see(self, events: Sequence[Event], *, now: float) -> None:
        """What a command caused: call it after each one, whether or not it had events.

        Nothing is planned here; it costs what the conditions cost that may have come true.

        Parameters
        ----------
        events : sequence of Event
            In order. What `tick` returned need not be shown again.
        now : float
            The command's instant, POSIX seconds.
        """
        self._note(now)
        if self._acting or not events:
            return
        seen, self._seen = self._seen, max(self._seen, events[-1].seq)
        if events[0].seq <= seen:
            events = [event for event in events if event.seq > seen]
        self._ask(events)

    def _ask(self, events: Sequence[Event]) -> None:
        """Whether a condition is met now, unless one is already."""
        if not events or self._reason is not None or self._closed:
            return
        for condition in self._when:
            try:
                why = condition.met(self._desk, events)
            except Exception as error:
                error.add_note(f"in the condition {condition.name}")
                raise
            if why is not None:
                self._reason = f"{condition.name}: {why}"
                return

    def next_at(self) -> float | None:
        """The instant at which `tick` has something to do; None: not by itself.

        It may be past, which means at once. While an executor makes a plan it is a quarter of a
        second after the latest instant seen.
        """
        if self._closed or self._now is None:
            return None
        ongoing = self._under_way
        if ongoing is not None:
            return ongoing.ready_at if ongoing.done else max(ongoing.ready_at, self._now + POLL)
        if self._reason is None:
            return self._periodic
        soonest = max(self._free_at, self._now)
        return soonest if self._periodic is None else min(soonest, self._periodic)

    def due(self, *, now: float) -> bool:
        """Whether `tick` would carry out a plan, or begin one."""
        now = self._note(now)
        if self._closed:
            return False
        if self._under_way is not None:
            return self._under_way.done and now >= self._under_way.ready_at
        return self._cause(now) is not None

    @property
    def under_way(self) -> bool:
        """Whether a plan is being made, or waits to be carried out."""
        return self._under_way is not None

    def tick(self, *, now: float) -> tuple[Event, ...]:
        """Carry out the plan that is ready, or begin the one that is due; else do nothing.

        Parameters
        ----------
        now : float
            POSIX seconds. Before it is read, the desk is advanced to it, and what is due runs.

        Returns
        -------
        tuple of Event
            Of all commands that this gave to the desk. A plan without moves is no command.

        Raises
        ------
        ConfigurationError
            For a `now` that is no instant; nothing is changed.
        Exception
            What the conditions, planning, the executor, `apply` or `on_plan` raised. The plan in
            question is dropped; the schedule goes on.
        """
        now = self._note(now)
        if not self.due(now=now):
            if self._under_way is not None:
                self._pass_over(now)
            return ()
        self._acting = True
        try:
            events: list[Event] = []
            ongoing = self._under_way
            if ongoing is None:
                ongoing, events = self._begin(now)
                if self._executor is not None:
                    return tuple(events)  # even if it was done at once: a later tick's affair
            if now >= ongoing.ready_at:
                events += self._finish(ongoing, now)
        finally:
            self._acting = False
        return tuple(events)

    def close(self) -> None:
        """Nothing more is planned; what an executor is doing now is awaited, then dropped.

        The executor stays open: it is the caller's.

        Raises
        ------
        Exception
            What that last planning raised.
        """
        self._closed = True
        ongoing, self._under_way = self._under_way, None
        if ongoing is not None and isinstance(ongoing.found, Future) and not ongoing.found.cancel():
            ongoing.found.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- time ------------------------------------------------------------------------------------

    def _note(self, now: float) -> float:
        now = f.instant(now, "now")  # before anything is changed
        if self._now is None:
            self._start = now
            self._now = now
            self._pass_over(now)
        elif now > self._now:
            self._now = now
        return now

    def _pass_over(self, now: float) -> None:
        """Periods up to `now` are over: none is caught up with."""
        if self._every is not None and (self._periodic is None or self._periodic <= now):
            periods = floor((now - self._start) / self._every) + 1
            self._periodic = self._start + periods * self._every
            if self._periodic <= now:  # rounded down
                self._periodic = self._start + (periods + 1) * self._every

    def _cause(self, now: float) -> str | None:
        """Why a plan is to be made now, if one is."""
        if self._periodic is not None and now >= self._periodic:
            return f"every {self._every:g} s"
        if self._reason is not None and now >= self._free_at:
            return self._reason
        return None

    # --- planning --------------------------------------------------------------------------------

    def _begin(self, now: float) -> tuple[_UnderWay, list[Event]]:
        """Read the desk, and plan or have it planned."""
        why = self._cause(now) or ""
        self._reason = None
        self._free_at = now + self._at_least
        self._pass_over(now)
        events: list[Event] = []
        due = self._desk.next_wakeup()
        if self._desk.now != now or (due is not None and due <= now):
            events = self._do(Advance(), now)
        reading = {name: self._options[name] for name in READING if name in self._options}
        planning = {name: self._options[name] for name in PLANNING if name in self._options}
        pins = self._options["pinned"]
        still = self._desk.open_items if pins else ()
        pins = {item: pins[item] for item in pins if item in still}
        reading["pinned"] = [item for item, agent in pins.items() if agent is None]
        problem = read_desk(self._desk, **reading)
        pins = {item: agent for item, agent in pins.items() if agent is not None}
        found: Future[Made] | Made
        if self._executor is None:
            found = planned(problem, pins, planning)
        else:
            found = self._executor.submit(planned, problem, pins, planning)
        ongoing = self._under_way = _UnderWay(why, now + self._delay, found)
        return ongoing, events

    def _finish(self, ongoing: _UnderWay, now: float) -> list[Event]:
        """Carry out what was planned."""
        self._under_way = None
        self._pass_over(now)
        found = ongoing.found
        plan, passed_over = found if isinstance(found, tuple) else found.result()
        self.plans += 1
        if self._on_plan is not None:
            told = f"; pins passed over: {passed_over}" if passed_over else ""
            self._on_plan(plan, ongoing.why + told)
        if not plan.moves:
            return []
        events = self._do(plan.command(), now)
        # What timers did before the plan was carried out is news; what the plan did is none.
        own = next((i for i, event in enumerate(events) if isinstance(event, Rebalanced)), 0)
        self._ask(events[:own])
        return events

    def _do(self, command: Command, now: float) -> list[Event]:
        given = self._apply(command, now)
        events = list(given) if isinstance(given, Iterable) else None
        if events is None or not all(isinstance(event, Event) for event in events):
            raise ConfigurationError(
                f"apply returned {f.shown(given)} for {command.verb!r}, not the command's events",
                field="apply",
                value=given,
                remedy="return what desk.handle(command, now=now) returned",
            )
        if events:
            self._seen = max(self._seen, events[-1].seq)
        return events

    def _handle(self, command: Command, now: float) -> tuple[Event, ...]:
        return self._desk.handle(command, now=now)
