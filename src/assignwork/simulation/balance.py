"""Whether agents can keep up: offered load against the work they can do (121 of the design)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import attrs
import numpy as np

from assignwork.model import Agent, Team, Workspace
from assignwork.service.calendars import compile_calendars
from assignwork.service.shifts import ShiftPlan
from assignwork.simulation._takers import room, stranded
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.streams import Kind

V = TypeVar("V")


class UnstableWarning(UserWarning):
    """Work that agents cannot do: more comes than they can do or hold, or nobody can take it.

    Where nobody gives up, queues then grow as long as it lasts.
    """


@attrs.frozen
class Balance:
    """Work that comes and work that can be done.

    Attributes
    ----------
    team : str or None
        None: the whole desk.
    load : float
        Erlangs: seconds of work that come per second, of customers who never give up and always
        find a place to wait.
    places : float
        Seconds of work that the agents who may take it can do per second, on the average over the
        scenario (shifts, capacity, speeds and pace; not breaks and no-shows).
    held : float, default 0
        Weight that the items of these customers would hold on the average: while they are worked
        on, and during the customer's turns of a conversation where those count
        (`customer_wait_counts`; of snoozed items also `snoozed_counts`).
    room : float, default 0
        Weight that these agents can hold on the average: their capacity while they are at work, and
        so long after as customers take for their turns.
    """

    team: str | None
    load: float
    places: float
    held: float = 0.0
    room: float = 0.0

    @property
    def utilisation(self) -> float:
        """Load ÷ places; infinite where there is nobody. At 1 or more queues grow without end.

        For a team it is the best case: its agents do nothing else.

        Examples
        --------
        >>> Balance("billing", load=9.0, places=10.0).utilisation
        0.9
        """
        if self.load == 0.0:
            return 0.0
        return self.load / self.places if self.places else float("inf")

    @property
    def fullness(self) -> float:
        """Held ÷ room; infinite where there is none. At 1 or more queues grow without end.

        Examples
        --------
        >>> Balance("chat", load=5.0, places=6.0, held=45.0, room=6.0).fullness
        7.5
        """
        if self.held == 0.0:
            return 0.0
        return self.held / self.room if self.room else float("inf")

    @property
    def keeps_up(self) -> bool:
        """Whether agents can both do the work and hold the items."""
        return self.utilisation < 1.0 and self.fullness < 1.0

    def __str__(self) -> str:
        where = "the desk" if self.team is None else f"team {self.team!r}"
        if not self.places:
            return (
                f"{where}: {self.load:.3g} agents' work comes and nobody is there to do it; add "
                "agents or shifts, or give customers a patience"
            )
        if self.utilisation < 1 <= self.fullness:
            return (
                f"{where}: items would hold {self.held:.4g} places (by weight) at work and in "
                f"their customers' turns and agents have {self.room:.4g}, {self.fullness:.3f} of "
                "them: queues grow as long as it lasts; raise capacities, turn "
                "customer_wait_counts off, or snooze with snoozed_counts off"
            )
        word = "queues grow as long as it lasts" if self.utilisation >= 1 else "it can be done"
        return (
            f"{where}: {self.load:.4g} s of work come per second and agents can do "
            f"{self.places:.4g}, utilisation {self.utilisation:.3f}: {word}"
        )


def balances(scenario: Scenario) -> tuple[Balance, ...]:
    """The whole desk, then each team at which customers arrive.

    Examples
    --------
    >>> from assignwork.simulation import single_queue
    >>> whole, queue = balances(single_queue(3, per_hour=40, handle=180, length=3600))
    >>> whole.load, whole.places
    (2.0, 3.0)
    """
    loads: dict[str, float] = {}
    lightest: dict[str, int] = {}
    held: dict[str, float] = {}
    longest: dict[str, float] = {}
    quickest = _quickest(scenario)
    desk, agents = scenario.workspace, scenario.workspace.agents
    for stream in scenario.streams:
        expected = stream.arrivals.expected(scenario.start, scenario.end) / scenario.length
        shares = sum(kind.share for kind in stream.kinds)
        for kind in stream.kinds:
            stays = kind.patience is None and kind.places is None
            rate = expected * kind.share / shares if stays else 0.0
            work = _work(kind, scenario.length)
            turns = _visits(kind, scenario.length) * _awaited(kind) if _holds(kind, desk) else 0.0
            turn = _turn(kind, scenario.length)
            loads[kind.team] = loads.get(kind.team, 0.0) + rate * work
            held[kind.team] = held.get(kind.team, 0.0) + rate * kind.weight * (
                work * quickest + turns * turn
            )
            longest[kind.team] = max(longest.get(kind.team, 0.0), turn if turns else 0.0)
            lightest[kind.team] = min(lightest.get(kind.team, kind.weight), kind.weight)
    at_work = shares_at_work(scenario)
    members = {team: [team in (*agent.primary, *agent.secondary) for agent in agents]
               for team in loads}  # fmt: skip
    anywhere = [any(of) for of in zip(*members.values(), strict=True)]

    def sums(team: Team | None, who: list[bool], least: int, after: float) -> tuple[float, float]:
        """Places and room of some of the agents."""
        busy = shares_at_work(scenario, after) if after else at_work
        places = sum(
            _places(scenario, agent, least) * share
            for agent, share, is_one in zip(agents, at_work, who, strict=True)
            if is_one
        )
        space = sum(
            room(scenario, agent, team) * share
            for agent, share, is_one in zip(agents, busy, who, strict=True)
            if is_one
        )
        return places, space

    inboxes = {team.id: team for team in desk.teams}
    teams = []
    for team, load in loads.items():
        places, space = sums(inboxes[team], members[team], lightest[team], longest[team])
        teams.append(Balance(team, load, places, held[team], space))
    places, space = sums(None, anywhere, min(lightest.values()), max(longest.values()))
    return (Balance(None, sum(loads.values()), places, sum(held.values()), space), *teams)


def _work(kind: Kind, length: float) -> float:
    """Mean seconds of work of a customer, over the visits that `length` leaves time for."""
    work = kind.handle.mean
    back = kind.comes_back
    if back is not None:
        again = (back.handle or kind.handle).mean
        share = back.probability * float(back.after.cdf(np.array(length)))
        work += again * sum(share**visit for visit in range(1, back.at_most + 1))
    return work


def _visits(kind: Kind, length: float) -> float:
    """Mean number of visits of a customer, of those that `length` leaves time for."""
    back = kind.comes_back
    if back is None:
        return 1.0
    share = back.probability * float(back.after.cdf(np.array(length)))
    return sum(share**visit for visit in range(back.at_most + 1))


def _awaited(kind: Kind) -> float:
    """Mean number of the customer's turns in a visit."""
    talk = kind.conversation
    return 0.0 if talk is None else max(talk.turns.mean - 1.0, 0.0)


def _turn(kind: Kind, length: float) -> float:
    """Mean seconds of the customer's turn; no more of it than `length` is looked at."""
    talk = kind.conversation
    return 0.0 if talk is None else min(talk.customer_after.mean, length)


def _holds(kind: Kind, desk: Workspace) -> bool:
    """Whether an item keeps its place in the customer's turn (107)."""
    if kind.conversation is not None and kind.conversation.snoozes and not desk.snoozed_counts:
        return False
    return desk.customer_wait_counts or kind.answers == "never"


def _quickest(scenario: Scenario) -> float:
    """Seconds that a second of work takes who is quickest: what work holds at the least."""
    if not scenario.workspace.customer_wait_counts:
        return 0.0  # what is answered takes no room, even while it is worked on
    ways = (scenario.handling, *scenario.handling_of.values())
    speed = max(speed for way in ways for speed in way.speeds)
    named = {*scenario.pace, *scenario.handle_of}
    return min([1.0, *(_fastest(scenario, name) for name in named)]) / speed


def _fastest(scenario: Scenario, agent: str) -> float:
    """Mean seconds that an agent needs for a second of the kind at which he is the quickest."""
    pace = scenario.pace.get(agent, 1.0)
    own = scenario.handle_of.get(agent, {})
    factors = []
    for stream in scenario.streams:
        for kind in stream.kinds:
            names = (f"{stream.name}/{kind.name}", kind.name)
            factor = pace if isinstance(pace, float) else _of(pace, names, 1.0)
            if kind.handle.mean > 0:
                factor *= _of(own, names, kind.handle).mean / kind.handle.mean
            factors.append(factor)
    return min(factors)


def _of(entries: Mapping[str, V], names: tuple[str, str], default: V) -> V:
    """The entry of the first of these names."""
    return next((entries[name] for name in names if name in entries), default)


def _places(scenario: Scenario, agent: Agent, weight: int) -> float:
    """Seconds of work an agent does per second at most, with items of that weight."""
    handling = scenario.handling_of.get(agent.id, scenario.handling)
    capacity = agent.capacity or scenario.workspace.default_capacity
    most = capacity // weight
    if handling.at_once is not None:
        most = min(most, handling.at_once)
    if most == 0:
        return 0.0
    fastest = _fastest(scenario, agent.id)
    return max(k * handling.speed(k) for k in range(1, most + 1)) / fastest


def shares_at_work(scenario: Scenario, after: float = 0.0) -> list[float]:
    """Of each agent, the share of the time in which he is there, or was `after` seconds ago."""
    calendars = compile_calendars(scenario.workspace.calendars)
    found: dict[object, float] = {}
    shares = []
    for agent in scenario.workspace.agents:
        shift = agent.shift
        if shift is None:
            shares.append(float(agent.presence == "active"))
            continue
        if shift not in found:
            plan = ShiftPlan(shift, calendars[shift.calendar])
            found[shift] = _on_shift(plan, scenario.start, scenario.end, after) / scenario.length
        shares.append(found[shift])
    return shares


def _on_shift(plan: ShiftPlan, begin: float, end: float, after: float) -> float:
    """Seconds of [begin, end) on shift, or at most `after` seconds after one."""
    at, worked, reached = begin, 0.0, begin
    while at < end:
        change = min(plan.next_change(at), end)
        if plan.on_shift(at):
            until = min(change + after, end)
            worked += until - max(at, reached)
            reached = until
        at = change
    return worked


def caveats(scenario: Scenario) -> tuple[str, ...]:
    """What `simulate` warns of: work that nobody can take, and the first balance that is none."""
    lost = tuple(stranded(scenario, shares_at_work(scenario)))
    for balance in balances(scenario):
        if not balance.keeps_up and (balance.places or not lost):
            return (*lost, str(balance))  # the desk as a whole says it for its teams
    return lost
