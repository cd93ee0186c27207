"""When agents are there: no-shows, breaks, signs of life (112 to 115 of the design).

Presence itself is the desk's; what is decided here becomes leave in the workspace's copy of this
replication, or a command of the agent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import attrs
import numpy as np

from assignwork.dispatcher import Dispatcher
from assignwork.events import Event
from assignwork.model import Agent, Workspace
from assignwork.service.calendars import compile_calendars
from assignwork.service.shifts import ShiftPlan
from assignwork.simulation._chance import Chance
from assignwork.simulation.behaviour import Break
from assignwork.simulation.distributions import Distribution
from assignwork.simulation.scenario import DAY, Scenario

ALWAYS = "24x7"
_YEAR = 366 * DAY
"""Seconds of the drain for which no-shows are drawn: they are known before the run, breaks not."""


class Course(Protocol):
    """What attendance needs of the run it is in."""

    desk: Dispatcher

    def plan(self, at: float, act: Callable[[float, Any], None], about: object) -> None:
        """Have `act(at, about)` called at that instant."""

    def tell(self, events: tuple[Event, ...], at: float) -> None:
        """Read what a command caused."""

    def is_at_work(self, agent: int) -> bool:
        """Whether the desk says that he is active."""


@attrs.frozen(eq=False)
class _Daily:
    """The breaks of one agent at local times.

    Attributes
    ----------
    pause : Break
    agent : int
    later : float
        Seconds, of his group.
    zone : ZoneInfo
    luck : numpy.random.Generator
        For how long they last, in the order of time.
    """

    pause: Break
    agent: int
    later: float
    zone: ZoneInfo
    luck: np.random.Generator

    def instant(self, day: date, time: str) -> float:
        """When the one of a local time begins, POSIX seconds."""
        local = datetime.fromisoformat(f"{day.isoformat()}T{time}").replace(tzinfo=self.zone)
        return local.timestamp() + self.later


class Attendance:
    """Who is there when.

    Attributes
    ----------
    workspace : Workspace
        The scenario's, with who does not come taken out.
    """

    def __init__(self, scenario: Scenario, chance: Chance, course: Course) -> None:
        self._scenario = scenario
        self._chance = chance
        self._course = course
        self._agents = scenario.workspace.agents
        self._latest = scenario.end + scenario.drain
        self._zones = {c.id: c.timezone for c in scenario.workspace.calendars}
        self.workspace = self._with_no_shows(scenario.workspace)
        calendars = compile_calendars(scenario.workspace.calendars)
        self._plans = [
            None if agent.shift is None else ShiftPlan(agent.shift, calendars[agent.shift.calendar])
            for agent in self.workspace.agents
        ]
        self._leaving: dict[int, float] = {}
        """Who finishes something before his break, and how long it will last."""
        self._resting: dict[int, int] = {}
        """Who is on a break, and which: breaks are numbered."""
        self._breaks = 0

    # --- no-shows ------------------------------------------------------------------------------

    def _with_no_shows(self, workspace: Workspace) -> Workspace:
        shares = self._scenario.no_show
        if not shares:
            return workspace
        agents = [
            self._who_may_not_come(
                agent, shares if isinstance(shares, float) else shares.get(agent.id, 0.0)
            )
            for agent in workspace.agents
        ]
        return attrs.evolve(workspace, agents=agents)

    def _who_may_not_come(self, agent: Agent, share: float) -> Agent:
        if share == 0.0:
            return agent
        luck = self._chance.generator(agent.id, "no show")
        shift = agent.shift
        if shift is None or shift.calendar == ALWAYS:
            stays_away = luck.random() < share
            return attrs.evolve(agent, presence="offline", shift=None) if stays_away else agent
        last = self._scenario.end + min(self._scenario.drain, _YEAR)
        days = [day.isoformat() for day in self._days(self._zones[shift.calendar], last)]
        drawn = luck.random(len(days))
        leave = {day: () for day, u in zip(days, drawn, strict=True) if u < share}
        overrides = {**shift.overrides, **leave}
        return attrs.evolve(agent, shift=attrs.evolve(shift, overrides=overrides))

    def _days(self, zone: str, until: float) -> Iterator[date]:
        """The local dates from the day before the start to that of an instant."""
        day = datetime.fromtimestamp(self._scenario.start - DAY, ZoneInfo(zone)).date()
        last = datetime.fromtimestamp(until, ZoneInfo(zone)).date()
        while day <= last:
            yield day
            day += timedelta(days=1)

    # --- breaks --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Plan what is known from the start."""
        names: list[str] = []
        for pause in self._scenario.breaks:
            same = names.count(pause.name)  # of several of one name each has its own luck
            names.append(pause.name)
            concerned = [
                place
                for place, agent in enumerate(self._agents)
                if not pause.agents or agent.id in pause.agents
            ]
            for turn, place in enumerate(concerned):
                luck = self._luck(place, pause, same)
                if pause.every is None:
                    self._plan_daily(pause, place, turn % pause.groups, luck)
                else:
                    self._plan_unplanned(pause.every, pause, place, luck, self._scenario.start)
        self._begin_signs_of_life()

    def _plan_daily(self, pause: Break, agent: int, group: int, luck: np.random.Generator) -> None:
        """Plan those of the days on which customers come; of later ones each as it begins."""
        zone = pause.timezone or self._zone_of(agent)
        days = list(self._days(zone, self._scenario.end))
        daily = _Daily(pause, agent, group * pause.stagger, ZoneInfo(zone), luck)
        self._plan_days(daily, days)
        self._plan_day_after(daily, days[-1])

    def _zone_of(self, agent: int) -> str:
        shift = self._agents[agent].shift
        return "UTC" if shift is None else self._zones.get(shift.calendar, "UTC")

    def _plan_days(self, daily: _Daily, days: list[date]) -> None:
        begins = [daily.instant(day, time) for day in days for time in daily.pause.at]
        lasting = daily.pause.lasts.at(daily.luck.random(len(begins))).tolist()
        for at, lasts in zip(begins, lasting, strict=True):
            if self._scenario.start <= at < self._latest:
                self._course.plan(at, self._on_break, (daily.agent, daily.pause.name, lasts))

    def _plan_day_after(self, daily: _Daily, day: date) -> None:
        after = day + timedelta(days=1)
        begins = daily.instant(after, "00:00") - daily.later
        if begins < self._latest:
            self._course.plan(begins, self._on_day, (daily, after))

    def _on_day(self, at: float, about: Any) -> None:
        del at
        daily, day = about
        self._plan_days(daily, [day])
        self._plan_day_after(daily, day)

    def _luck(self, agent: int, pause: Break, same: int) -> np.random.Generator:
        return self._chance.generator(self._agents[agent].id, f"break {pause.name}", same)

    def _plan_unplanned(
        self,
        every: Distribution,
        pause: Break,
        agent: int,
        luck: np.random.Generator,
        after: float,
    ) -> None:
        """Plan the next break of those that come at random."""
        wait, lasts = every.at(luck.random(1)).item(), pause.lasts.at(luck.random(1)).item()
        if after + wait < self._latest:
            about = (every, pause, agent, luck, lasts)
            self._course.plan(after + wait, self._on_unplanned, about)

    def _on_unplanned(self, at: float, about: Any) -> None:
        every, pause, agent, luck, lasts = about
        self._send_away(agent, pause.name, lasts, at)
        self._plan_unplanned(every, pause, agent, luck, at + lasts)

    def _on_break(self, at: float, about: Any) -> None:
        agent, name, lasts = about
        self._send_away(agent, name, lasts, at)

    def _send_away(self, agent: int, name: str, lasts: float, at: float) -> None:
        """Begin a break, if he is there."""
        if self._course.is_at_work(agent):
            self._leaving[agent] = lasts
            who = self._agents[agent].id
            desk = self._course.desk
            self._course.tell(desk.set_presence(who, "away", reason=name, now=at), at)

    def at_rest(self, agent: int, at: float) -> None:
        """He is not active, and has finished what he was working on."""
        lasts = self._leaving.pop(agent, None)
        if lasts is not None:
            self._breaks += 1
            self._resting[agent] = self._breaks
            self._course.plan(at + lasts, self._off_break, (agent, self._breaks))

    def _off_break(self, at: float, about: Any) -> None:
        agent, number = about
        if self._resting.get(agent) != number:
            return
        del self._resting[agent]
        plan = self._plans[agent]
        presence = "active" if plan is None or plan.on_shift(at) else "away_reassign"
        who = self._agents[agent].id
        self._course.tell(self._course.desk.set_presence(who, presence, now=at), at)

    def back(self, agent: int) -> None:
        """He is active, whoever made him so."""
        self._leaving.pop(agent, None)
        self._resting.pop(agent, None)

    # --- signs of life -------------------------------------------------------------------------

    def _begin_signs_of_life(self) -> None:
        workspace = self.workspace
        limits = [
            limit
            for limit in (workspace.auto_away_after, workspace.auto_reassign_after)
            if limit is not None
        ]
        if limits:
            every = min(limits) / 2
            for agent in range(len(self._agents)):
                self._course.plan(self._scenario.start + every, self._sign_of_life, (agent, every))

    def _sign_of_life(self, at: float, about: Any) -> None:
        agent, every = about
        if self._course.is_at_work(agent):
            who = self._agents[agent].id
            self._course.tell(self._course.desk.heartbeat(who, now=at), at)
        self._course.plan(at + every, self._sign_of_life, about)
