"""A roster for a desk: calendars, shifts and rotations of dates, as the rules T1 to T5 read them.

The hours of a roster are those that the local clock shows. The calendar's time zone says which
instants these are, so that a night on which the clock is changed lasts an hour more or less.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model import Agent, Calendar, Override, Rotation, Shift, Workspace
from assignwork.model.hours import DAY, zone_name
from assignwork.service.offsets import DAY_SECONDS, EPOCH_DAY, Offsets
from assignwork.staffing.shifts._clock import clock

if TYPE_CHECKING:
    from assignwork.staffing.shifts.roster import Roster

ALL_DAY = "00:00-24:00"


def calendar(roster: Roster, timezone: str, name: str) -> Calendar:
    """A calendar that is open on the first date alone: the agents' own dates say all.

    Raises
    ------
    ConfigurationError
        When the roster's days have no dates, or the time zone is not known.
    """
    return Calendar(name, timezone=timezone, exceptions={_first(roster): [ALL_DAY]})


def shifts(roster: Roster, timezone: str, name: str) -> dict[str, Shift]:
    """By agent, his dates: what he works, and nothing on the others."""
    _needs_roster(roster)
    first = _first(roster)
    calendar(roster, timezone, name)  # refuses what is no time zone
    problem = roster.problem
    spans = {template.id: template.spans for template in problem.templates}
    found = {}
    for agent in problem.agents:
        dates: dict[date, list[str]] = {first + timedelta(day): [] for day in range(problem.days)}
        worked = {i - len(agent.history): of for i, of in enumerate(agent.history) if of}
        for day, template in (worked | roster.of(agent.id)).items():
            for start, end in spans[template]:
                # a part belongs to the date on which it starts
                at = first + timedelta(day + start // DAY)
                closes = "24:00" if end % DAY == 0 else clock(end)
                dates.setdefault(at, []).append(f"{clock(start)}-{closes}")
        found[agent.id] = Shift(name, {at: dates[at] for at in sorted(dates)})
    return found


def workspace(roster: Roster, space: Workspace, timezone: str, name: str) -> Workspace:
    """The workspace with the roster's calendar, its agents on their shifts, and who is on call."""
    planned = shifts(roster, timezone, name)
    names = [agent.id for agent in space.agents]
    for agent in planned:
        if agent not in names:
            raise ConfigurationError(
                f"the workspace has no agent {agent!r}",
                field="workspace.agents",
                value=agent,
                remedy=f.nearest(agent, names),
            )
    agents = [_on_shift(agent, planned) for agent in space.agents]
    calendars = (*space.calendars, calendar(roster, timezone, name))
    on_call = {rotation.id: rotation for rotation in space.rotations}
    for rotation in rotations(roster, timezone):
        known = on_call.get(rotation.id)
        on_call[rotation.id] = rotation if known is None else _with_turns(known, rotation.overrides)
    return attrs.evolve(
        space, calendars=calendars, agents=agents, rotations=tuple(on_call.values())
    )


def _with_turns(rotation: Rotation, turns: tuple[Override, ...]) -> Rotation:
    """A rotation of the desk with these turns; what it said of their time before gives way."""
    since, until = turns[0].starts_at, turns[-1].ends_at
    kept = []
    for other in rotation.overrides:
        if other.starts_at < since:
            kept.append(attrs.evolve(other, ends_at=min(other.ends_at, since)))
        if other.ends_at > until:
            kept.append(attrs.evolve(other, starts_at=max(other.starts_at, until)))
    return attrs.evolve(rotation, overrides=[*kept, *turns])


def _on_shift(agent: Agent, planned: Mapping[str, Shift]) -> Agent:
    shift = planned.get(agent.id)
    if shift is None:
        return agent
    handoff = None if agent.shift is None else agent.shift.handoff
    return attrs.evolve(agent, shift=attrs.evolve(shift, handoff=handoff))


def rotations(roster: Roster, timezone: str) -> tuple[Rotation, ...]:
    """The rotations on call, each turn of the roster as a dated one."""
    _needs_roster(roster)
    first = _first(roster)
    offsets = Offsets(zone_name(timezone, "timezone"))

    def midnight(day: int) -> float:
        return offsets.when((first.toordinal() - EPOCH_DAY + day) * DAY_SECONDS)

    found: list[Rotation] = []
    for i, rotation in enumerate(roster.problem.on_call):
        turns = [turn for turn in roster.on_call if turn.rotation == rotation.id]
        times = [(midnight(turn.first_day), midnight(turn.last_day + 1)) for turn in turns]
        for place in range(rotation.agents):
            name = rotation.id if not place else f"{rotation.id} {place + 1}"
            if place and any(name == other.id for other in roster.problem.on_call):
                raise ConfigurationError(
                    f"{rotation.agents} agents are on call {rotation.id!r} at a time, and the "
                    f"desk's rotation of the {place + 1}. would be {name!r}, which is another",
                    field=f"on_call[{i}].id",
                    value=rotation.id,
                    remedy=f"call it or {name!r} something else",
                )
            found.append(
                Rotation(
                    name,
                    list(dict.fromkeys(turn.agents[place] for turn in turns)),
                    timezone=timezone,
                    time="00:00",
                    days=rotation.days,
                    starts_on=first,
                    overrides=[
                        Override(start, end, turn.agents[place])
                        for turn, (start, end) in zip(turns, times, strict=True)
                        if start < end  # a date may be skipped
                    ],
                )
            )
    return tuple(found)


def _needs_roster(roster: Roster) -> None:
    if not roster.found:
        f.refuse("roster", roster.status, "a roster that was found", "plan it anew, or for longer")


def _first(roster: Roster) -> date:
    found = roster.horizon.first_date
    if found is None:
        what = "a date, which a desk's shifts need"
        return f.refuse("starts_on", roster.problem.starts_on, what, "give the date of day 0")
    return found
