"""What a schedule is asked for, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from assignwork import _fields as f
from assignwork.errors import ConfigurationError, UnknownTeamError
from assignwork.solver.conditions import Condition, QueueOver
from assignwork.solver.problem import Problem
from assignwork.solver.rebalance import plan_rebalance
from assignwork.solver.schedule._planning import PLANNING, READING
from assignwork.solver.schedule._rebalancing import Apply, OnPlan, Rebalancing

if TYPE_CHECKING:
    from assignwork.dispatcher import Dispatcher

LEAST = 0.01
"""Seconds between periodic plans, at least."""


def schedule_rebalance(
    desk: Dispatcher,
    apply: Apply | None = None,
    *,
    every: float | None = None,
    when: Iterable[Condition] = (),
    at_least: float = 60.0,
    executor: Executor | None = None,
    on_plan: OnPlan | None = None,
    delay: float = 0.0,
    **options: Any,
) -> Rebalancing:
    """Rebalance a desk every so often, or when a condition is met.

    Parameters
    ----------
    desk : Dispatcher
    every : float, optional
        Seconds between two plans, 0.01 or more, counted from the first instant that the schedule
        sees. An instant that was missed, or came while a plan was under way, is not caught up with.
    when : list of Condition
        Each is a reason besides: `QueueOver`, `SpreadOver`, `CameOnline`, or an object of yours.
    at_least : float, default 60
        Seconds: a condition begins no plan sooner after any other was begun. One that is met
        before has its plan then.
    executor : concurrent.futures.Executor, optional
        Where plans are made. None: in `tick`, which returns when the plan is carried out; right for
        replays and simulations. With one, `tick` only reads the desk and a later one carries the
        plan out, as far as it still fits. It needs to pickle the problem if it has processes.
    apply : callable, optional
        ``apply(command, now)`` carries a command out and returns its events: for a host that logs
        commands first. None: ``desk.handle``. It gets `Rebalance` and, before the desk is read,
        `Advance`; both belong into the log.
    on_plan : callable, optional
        ``on_plan(plan, why)`` is told each plan before it is carried out; `why` ends with the pins
        that the plan passes over as nobody could keep them.
    delay : float, default 0
        Seconds of the desk's time that pass at least between reading it and carrying the plan out:
        so a simulation can show what planning time costs.
    **options
        As `plan_rebalance` takes them. Pins of items that are not open at a plan are passed over,
        and so are pins to another agent that cannot be kept then, such as while he is away.

    Raises
    ------
    ConfigurationError
        For an option that cannot be used.
    UnknownTeamError
        For a condition about a team that the desk does not have.

    Notes
    -----
    What stops the caller is reading the desk: 5 to 9 µs of processor time an item, measured at
    0.08 s for 10,000 open items and 0.9 s for 100,000, nearly all of it to make an `OpenItem` of
    each. Threads do for some ten thousand items. As OR-Tools keeps the interpreter's lock while it
    solves a flow, larger desks want a process. ``gc.freeze()`` shortens what either stops most.

    Examples
    --------
    >>> from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
    >>> desk = Dispatcher(Workspace(
    ...     teams=[Team("billing")],
    ...     agents=[
    ...         Agent("ana", capacity=4, primary=["billing"]),
    ...         Agent("ben", capacity=4, primary=["billing"], presence="offline"),
    ...     ],
    ... ))
    >>> schedule = schedule_rebalance(desk, every=900, weights={"move": 5})
    >>> for name in ("t-1", "t-2", "t-3", "t-4"):
    ...     schedule.see(desk.submit(WorkItem(name, team="billing"), now=0.0), now=0.0)
    >>> schedule.see(desk.set_presence("ben", "active", now=60.0), now=60.0)
    >>> schedule.next_at()
    900.0
    >>> [event.kind for event in schedule.tick(now=900.0)]
    ['rebalanced', 'released', 'released', 'assigned', 'assigned']
    >>> schedule.next_at()
    1800.0
    """
    every = f.optional_positive_seconds(every, "every")
    if every is not None and every < LEAST:
        f.refuse("every", every, f"a number of seconds of at least {LEAST:g}")
    known = (*READING, *PLANNING)
    for name, value in options.items():
        if name not in known:
            raise ConfigurationError(
                f"{f.shown(name)} is no option of a plan",
                field=name,
                value=value,
                remedy=f.nearest(name, known),
            )
    chosen = dict(options)
    pinned = chosen.pop("pinned", None) or ()
    # The others are refused now rather than at the first plan.
    together = chosen.pop("together", None)
    if together is not None:
        f.choice(together, "together", ("customer", "requester"))
        options["together"] = together
    plan_rebalance(Problem(items=(), agents=()), **chosen)
    pins = pinned if isinstance(pinned, Mapping) else dict.fromkeys(f.entries(pinned, "pinned"))
    options["pinned"] = dict(pins)
    for field, call in (("apply", apply), ("on_plan", on_plan)):
        if call is not None and not callable(call):
            f.refuse(field, call, "something that can be called, or None")
    submit = getattr(executor, "submit", None)
    if executor is not None and (isinstance(executor, type) or not callable(submit)):
        f.refuse(
            "executor",
            executor,
            "an executor: an object with submit, or None",
            "give one such as concurrent.futures.ThreadPoolExecutor(1)",
        )
    return Rebalancing(
        desk,
        every=every,
        when=_conditions(when, desk),
        at_least=f.seconds(at_least, "at_least"),
        executor=executor,
        apply=apply,
        on_plan=on_plan,
        delay=f.seconds(delay, "delay"),
        options=options,
    )


def _conditions(value: Iterable[Condition], desk: Dispatcher) -> tuple[Condition, ...]:
    found = tuple(f.entries(value, "when"))
    for place, condition in enumerate(found):
        told = not isinstance(condition, type) and hasattr(condition, "name")
        if not (told and callable(getattr(condition, "met", None))):
            f.refuse(f"when[{place}]", condition, "a condition: an object with name and met")
        team = condition.team if isinstance(condition, QueueOver) else None
        if team is not None and team not in desk.teams:
            raise UnknownTeamError(
                f"when[{place}] is about team {f.shown(team)}, which the desk does not have",
                value=team,
                remedy=f"{f.nearest(team, desk.teams)}; or add the team first",
            )
    return found
