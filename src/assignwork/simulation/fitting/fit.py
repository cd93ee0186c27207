"""A scenario from a log: `fit_scenario`."""

from __future__ import annotations

from collections.abc import Iterable

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model import WorkItem, Workspace
from assignwork.simulation.behaviour import Handling
from assignwork.simulation.fitting import _people, _rates
from assignwork.simulation.fitting._caveats import Doubts
from assignwork.simulation.fitting._clock import Clock
from assignwork.simulation.fitting._demand import demand
from assignwork.simulation.fitting._history import History
from assignwork.simulation.fitting._maker import Maker
from assignwork.simulation.fitting._window import whole_window, zone_of
from assignwork.simulation.fitting.fits import Fit
from assignwork.simulation.fitting.logs import Log, read_log
from assignwork.simulation.scenario import Scenario

WORK = ("elapsed", "shared")
CLOCKS = ("wall", "shift")
UNASSIGNED = ("abandoned", "left out")


def fit_scenario(  # noqa: PLR0913  # each is a choice that the log does not make
    workspace: Workspace,
    log: Log,
    *,
    start: f.Instant | None = None,
    end: f.Instant | None = None,
    items: Iterable[WorkItem] | None = None,
    time_zone: str | None = None,
    arrivals: str = "weekly",
    work: str = "elapsed",
    clock: str | None = None,
    shifts: str = "guess",
    capacity: str = "guess",
    unassigned: str = "abandoned",
    paces: bool = False,
    least: int = 50,
    warm_up: float = 0.0,
    threshold: float = 20.0,
    name: str = "fitted",
) -> Fit:
    """Make a scenario of what a real desk did.

    A simulated customer is an item's stay with a team: an item that is passed on is another
    customer there, as work of that team.

    Parameters
    ----------
    workspace : Workspace
        As the log began with it.
    log : iterable of Event, or of (float, Command) or (int, float, Command)
        Events in their order, or commands, which are replayed. The assignments in them must be
        those of the desk that is fitted; for imports see `logged_events`.
    start, end : instant, optional
        Customers who arrive from `start` up to `end`; nothing after `end` is looked at. Default:
        the midnights around all who come from outside, and the log to its end.
    items : iterable of WorkItem, optional
        As submitted: events say neither channel nor skills. Not needed with commands.
    time_zone : str, optional
        Of hours of the week and shifts. Default: that of most calendars, else UTC.
    arrivals : {'weekly', 'counts', 'logged'}
        Rates by hour of the week, with days that vary more than by chance where that is clear; or
        as many as came in each hour; or exactly those of the log.
    work : {'elapsed', 'shared'}
        Of the time in which an item was held, snoozes and the customer's turns left out: all of it,
        or the agent's time divided equally among what he held at once. Agents of the scenario work
        accordingly: on all they hold at full speed, or at 1/k of it.
    clock : {'wall', 'shift'}, optional
        Whether held time counts on the clock of the wall, or within the agent's shifts only; then
        agents of the scenario put down what they have not finished. Default: 'shift' if more than
        10 % of what was finished was held across the end of a shift.
    shifts : {'guess', 'keep'}
        For agents without a shift.
    capacity : {'guess', 'always', 'keep'}
        The 95th percentile of what they held at once, for agents without one of their own, for all,
        or for nobody.
    unassigned : {'abandoned', 'left out'}
        What an item is that was closed without having been assigned: a customer who gave up, or
        somebody who needed no agent.
    paces : bool, default False
        Whether agents who are clearly faster or slower are.
    least : int, default 50
        Customers from which a class (team, priority, channel) has a stream of its own.
    warm_up : float, default 0
        Seconds at the beginning of the window that are not measured.
    threshold : float, default 20
        Seconds of the service level.
    name : str, default 'fitted'
        Of the scenario.

    Raises
    ------
    ConfigurationError
        For a log that is empty, in which nothing is closed, or nobody arrives in the window.
    UnknownTeamError, UnknownAgentError
        For a log of another workspace.

    Examples
    --------
    >>> from assignwork.simulation import Exponential, single_queue
    >>> from assignwork.simulation import simulate_once
    >>> known = single_queue(4, per_hour=30, handle=Exponential(300), length=14 * 86_400)
    >>> log = []
    >>> _ = simulate_once(known, 1, 0, on_events=log.extend)
    >>> fit = fit_scenario(known.workspace, log, shifts="keep")
    >>> fit.kinds[0].work.describe()
    'exponential, mean 5 min'
    >>> fit.streams[0].spread.clear
    False
    """
    for value, field, known in (
        (arrivals, "arrivals", _rates.WAYS),
        (work, "work", WORK),
        (shifts, "shifts", _people.WAYS),
        (capacity, "capacity", _people.CAPACITIES),
        (unassigned, "unassigned", UNASSIGNED),
    ):
        f.choice(value, field, known)
    if clock is not None:
        f.choice(clock, "clock", CLOCKS)
    read = read_log(workspace, log, items)
    zone = zone_of(workspace, time_zone)
    until = None if end is None else f.instant(end, "end")
    events = read.events if until is None else [e for e in read.events if e.at < until]
    if until is not None and not events:
        raise ConfigurationError(
            f"the log begins at {read.events[0].at:.0f}, nothing of it is before {until:.0f}",
            field="end",
            value=end,
            limit="after the log's beginning, in POSIX seconds",
            remedy="give a later end",
        )
    history = History(workspace, events)
    window = whole_window(
        history, zone, None if start is None else f.instant(start, "start"), until
    )
    kept = demand(history, window, unassigned)
    doubts = Doubts(history, kept, unassigned)
    if time_zone is None and not workspace.calendars:
        doubts.no_zone()
    maker = Maker(workspace, history, read.items, kept, Clock(zone, *window), doubts)
    staff = maker.staff(shifts, capacity)
    way = maker.measure(staff, work, clock)
    staff, factors = maker.paces(staff) if f.flag(paces, "paces") else (staff, {})
    streams, stream_fits, kind_fits = maker.streams(f.positive_int(least, "least"), arrivals)
    doubts.of_staff(staff, shifts)
    most = max([agent.capacity or workspace.default_capacity for agent in staff.workspace.agents])
    scenario = Scenario(
        staff.workspace,
        streams,
        length=window[1] - window[0],
        start=window[0],
        warm_up=warm_up,
        drain=maker.drain(),
        threshold=threshold,
        name=name,
        handling=Handling(
            speeds=[1.0 / k for k in range(1, most + 1)] if work == "shared" else (1.0,),
            finishes=way == "wall",
        ),
        pace=factors,
        timezone=zone,
    )
    return Fit(
        scenario, zone, work, way, unassigned, stream_fits, kind_fits, staff.agents, doubts.said()
    )
