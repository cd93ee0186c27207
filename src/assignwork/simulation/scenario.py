"""A scenario: a desk, its customers, how its agents work, and the time that is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import attrs

from assignwork import _fields as f
from assignwork._codec import structure
from assignwork._fields import FrozenDict
from assignwork.errors import ConfigurationError, InputError, UnknownAgentError, UnknownTeamError
from assignwork.model import Agent, Workspace
from assignwork.model.files import read_data
from assignwork.model.records import Record
from assignwork.service.priority import level
from assignwork.simulation._hours import usual_zone
from assignwork.simulation.arrivals import Scaled
from assignwork.simulation.behaviour import (
    Break,
    Handling,
    OfferAnswers,
    handling,
    offer_answers,
    optional_zone,
    positive,
    share,
)
from assignwork.simulation.distributions import Distribution, distribution
from assignwork.simulation.streams import Kind, Stream

DAY = 86_400.0
_HOLDS = "workspace, streams and length"


def _workspace(value: Workspace | Mapping[str, Any], field: str = "") -> Workspace:
    if isinstance(value, Workspace):
        return value
    if not isinstance(value, Mapping):
        f.refuse(field, value, "a workspace", "give a Workspace or its wire form")
    try:
        return Workspace.from_dict(value)
    except ConfigurationError as error:
        raise error.within(field) from None


def _beside(path: str | Path, name: str) -> Workspace:
    """The workspace of a file that is named, relative to the scenario's own, in it."""
    file = Path(path).parent / name
    try:
        return Workspace.load(file)
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {(error.strerror or str(error)).lower()}",
            file=str(path),
            field="workspace",
            value=name,
            remedy="give the path of a workspace in JSON or TOML, seen from this file",
        ) from None


def _streams(value: Iterable[Stream | Mapping[str, Any]], field: str = "") -> tuple[Stream, ...]:
    streams = tuple(
        entry if isinstance(entry, Stream) else structure(Stream, entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of streams"))
    )
    if not streams:
        f.refuse(field, value, "a list of streams", "give at least one: somebody must come")
    f.names([stream.name for stream in streams], field)
    return streams


def _breaks(value: Iterable[Break | Mapping[str, Any]], field: str = "") -> tuple[Break, ...]:
    return tuple(
        entry if isinstance(entry, Break) else structure(Break, entry, f"{field}[{i}]")
        for i, entry in enumerate(f.entries(value, field, "a list of breaks"))
    )


def _handling_of(
    value: Mapping[str, Handling | Mapping[str, Any]], field: str = ""
) -> Mapping[str, Handling]:
    return FrozenDict(
        {name: handling(entry, f"{field}.{name}") for name, entry in f.pairs(value, field)}
    )


def _pace(
    value: Mapping[str, float | Mapping[str, float]], field: str = ""
) -> Mapping[str, float | Mapping[str, float]]:
    found: dict[str, float | Mapping[str, float]] = {}
    for name, entry in f.pairs(value, field):
        path = f"{field}.{name}"
        found[name] = (
            FrozenDict({k: positive(v, f"{path}.{k}") for k, v in f.pairs(entry, path)})
            if isinstance(entry, Mapping)
            else positive(entry, path)
        )
    return FrozenDict(found)


def _handle_of(
    value: Mapping[str, Mapping[str, Any]], field: str = ""
) -> Mapping[str, Mapping[str, Distribution]]:
    found = {}
    for name, entry in f.pairs(value, field):
        path = f"{field}.{name}"
        found[name] = FrozenDict(
            {kind: distribution(given, f"{path}.{kind}") for kind, given in f.pairs(entry, path)}
        )
    return FrozenDict(found)


def _no_show(value: float | Mapping[str, float], field: str = "") -> float | Mapping[str, float]:
    if not isinstance(value, Mapping):
        return share(value, field)
    return FrozenDict({name: share(v, f"{field}.{name}") for name, v in f.pairs(value, field)})


@attrs.frozen(field_transformer=f.named)
class Scenario(Record):
    """What is simulated.

    Parameters
    ----------
    workspace : Workspace
    streams : list of Stream
    length : float
        Seconds for which customers come.
    start : instant, default 0
        POSIX seconds, ISO 8601 with an offset, or an aware datetime. Matters where there are
        shifts, local times and weeks.
    warm_up : float, default 0
        Seconds at the beginning that are simulated but not measured: the desk starts empty.
    drain : float, default 86400
        Seconds after the end for which what is there is still worked off.
    threshold : float, default 20
        Seconds of the service level, of each `Kind` that has none of its own.
    name : str, default 'scenario'
    handling : Handling
        How agents work on what they hold.
    handling_of : mapping of str to Handling
        Agents who work otherwise.
    pace : mapping of str to float or mapping of str to float
        Agent -> factor of his handle times (1.2: a fifth slower), or agent -> kind -> factor; a
        kind is named ``stream/kind`` or by its own name.
    handle_of : mapping of str to mapping of str to Distribution
        Agent -> kind -> his handle times, where they are of another form than everybody's; a kind
        is named as for `pace`, which comes on top. A number is of seconds, always so many, not a
        factor. His time with a customer is at the same quantile as the kind's would be, so that
        customers stay the same; where the kind's is nothing, so is his. After a return with a
        `handle` of its own it is that, at his pace.
    breaks : list of Break
    no_show : float or mapping of str to float, default 0
        Share of shifts to which an agent does not come; of everybody, or by agent.
    offers : OfferAnswers
        In teams with an `offer_timeout`.
    timezone : str, optional
        IANA name, such as ``Europe/Madrid``: of the hours of the day by which results are told
        apart. Default: that of most calendars of the workspace, UTC where it has none. Shifts,
        breaks and arrivals have zones of their own.

    Raises
    ------
    ConfigurationError, UnknownTeamError, UnknownAgentError

    Examples
    --------
    >>> from assignwork import Agent, Team, Workspace
    >>> from assignwork.simulation import Exponential, Kind, Scenario, Stream
    >>> scenario = Scenario(
    ...     Workspace([Team("billing")], [Agent("ana", capacity=1, primary=["billing"])]),
    ...     [Stream("calls", 12, Kind("billing", handle=Exponential(240)))],
    ...     length=8 * 3600,
    ... )
    >>> scenario.streams[0].load()
    0.8
    >>> Scenario.from_dict(scenario.to_dict()) == scenario
    True
    """

    workspace: Workspace = attrs.field(converter=_workspace)
    streams: tuple[Stream, ...] = attrs.field(converter=_streams)
    length: float = attrs.field(converter=f.positive_seconds)
    start: float = attrs.field(default=0.0, converter=f.instant)
    warm_up: float = attrs.field(default=0.0, converter=f.seconds)
    drain: float = attrs.field(default=DAY, converter=f.seconds)
    threshold: float = attrs.field(default=20.0, converter=f.seconds)
    name: str = attrs.field(default="scenario", converter=f.identifier)
    handling: Handling = attrs.field(default=Handling(), converter=handling)
    handling_of: Mapping[str, Handling] = attrs.field(default=FrozenDict(), converter=_handling_of)
    pace: Mapping[str, float | Mapping[str, float]] = attrs.field(
        default=FrozenDict(), converter=_pace
    )
    handle_of: Mapping[str, Mapping[str, Distribution]] = attrs.field(
        default=FrozenDict(), converter=_handle_of
    )
    breaks: tuple[Break, ...] = attrs.field(default=(), converter=_breaks)
    no_show: float | Mapping[str, float] = attrs.field(default=0.0, converter=_no_show)
    offers: OfferAnswers = attrs.field(default=OfferAnswers(), converter=offer_answers)
    timezone: str | None = attrs.field(default=None, converter=optional_zone)

    def __attrs_post_init__(self) -> None:
        if self.warm_up >= self.length:
            raise ConfigurationError(
                "nothing is left to be measured",
                field="warm_up",
                value=self.warm_up,
                limit=f"below length ({self.length:g})",
                remedy="make the warm-up shorter, or the length longer",
            )
        if self.start + self.length + self.drain > f.LAST_INSTANT:
            raise ConfigurationError(
                "the end lies too far in the future",
                field="length",
                value=self.length,
                limit="the year 9998",
                remedy="make it shorter, or start earlier",
            )
        self._check_teams()
        self._check_agents()
        for i, stream in enumerate(self.streams):
            try:
                stream.arrivals.require_usable(self.start, self.end)
            except ConfigurationError as error:  # such as a table that does not reach to the end
                raise error.within(f"streams[{i}].arrivals") from None

    @property
    def end(self) -> float:
        """POSIX seconds: when the last customers come."""
        return self.start + self.length

    @property
    def zone(self) -> str:
        """IANA name: `timezone`, or without one the zone of most calendars, else UTC."""
        return usual_zone(self.workspace) if self.timezone is None else self.timezone

    def threshold_of(self, kind: Kind) -> float:
        """Seconds of the service level of customers of this kind: its own, or the scenario's."""
        return self.threshold if kind.threshold is None else kind.threshold

    # --- what if -------------------------------------------------------------------------------

    def changed(self, **changes: Any) -> Self:
        """The same scenario with other fields.

        Another workspace leaves the hours of the day as they are: where its calendars are of
        another zone, `timezone` is the one that was.

        Raises
        ------
        ConfigurationError
            For what is no field, or a value that cannot be used.

        Examples
        --------
        >>> from assignwork.simulation import single_queue
        >>> single_queue(1, per_hour=12, handle=240, length=60).changed(length=3600).length
        3600.0
        """
        known = attrs.fields_dict(type(self))
        for name, value in changes.items():
            if name not in known:
                raise ConfigurationError(
                    "a scenario has no such field",
                    field=name,
                    value=value,
                    remedy=f.nearest(name, known),
                )
        found = attrs.evolve(self, **changes)
        if "timezone" not in changes and found.zone != self.zone:
            return attrs.evolve(found, timezone=self.zone)  # else the two could not be compared
        return found

    def with_agents(
        self, number: int = 1, *, like: str, name: str | None = None, **changes: Any
    ) -> Self:
        """The same with more agents, configured as one who is there.

        Parameters
        ----------
        number : int, default 1
        like : str
            An agent's id; they work as he does.
        name : str, optional
            Their ids are this with a number; default: his id.
        **changes
            Fields of `Agent` in which they differ from him, such as ``shift="morning"``.

        Raises
        ------
        UnknownAgentError
        ConfigurationError
            For what an agent has not, or cannot be.

        Examples
        --------
        >>> from assignwork.simulation import single_queue
        >>> scenario = single_queue(1, per_hour=12, handle=240, length=3600)
        >>> more = scenario.with_agents(2, like="agent-1", name="new")
        >>> [agent.id for agent in more.workspace.agents]
        ['agent-1', 'new-1', 'new-2']
        >>> two = scenario.with_agents(like="agent-1", capacity=2)
        >>> [agent.capacity for agent in two.workspace.agents]
        [1, 2]
        """
        f.positive_int(number, "number")
        known = [field for field in attrs.fields_dict(Agent) if field != "id"]
        for field, value in changes.items():
            if field not in known:
                f.refuse(field, value, "a field of agents", f.nearest(field, known))
        model = attrs.evolve(self._agent(like, "like"), **changes)
        taken = {agent.id for agent in self.workspace.agents}
        more: list[str] = []
        stem, k = name or like, 1 if name else 2
        while len(more) < number:
            if (fresh := f"{stem}-{k}") not in taken:
                more.append(fresh)
            k += 1
        agents = (*self.workspace.agents, *(attrs.evolve(model, id=name) for name in more))
        named: dict[str, Any] = {}
        for field in ("handling_of", "pace", "handle_of", "no_show"):
            by_agent = getattr(self, field)
            if isinstance(by_agent, Mapping) and like in by_agent:
                named[field] = {**by_agent, **dict.fromkeys(more, by_agent[like])}
        if any(like in pause.agents for pause in self.breaks):
            named["breaks"] = [
                attrs.evolve(pause, agents=(*pause.agents, *more))
                if like in pause.agents
                else pause
                for pause in self.breaks
            ]
        return self.changed(workspace=attrs.evolve(self.workspace, agents=agents), **named)

    def without(self, *agents: str) -> Self:
        """The same while these agents are not there at all: ill, or on leave.

        They stay members of their teams, offline and without a shift.

        Raises
        ------
        UnknownAgentError

        Examples
        --------
        >>> from assignwork.simulation import single_queue
        >>> scenario = single_queue(2, per_hour=12, handle=240, length=3600)
        >>> [agent.presence for agent in scenario.without("agent-1").workspace.agents]
        ['offline', 'active']
        """
        for name in agents:
            self._agent(name, "agents")
        gone = [
            attrs.evolve(agent, presence="offline", shift=None) if agent.id in agents else agent
            for agent in self.workspace.agents
        ]
        return self.changed(workspace=attrs.evolve(self.workspace, agents=gone))

    def busier(self, factor: float, *, after: float = 0.0, until: float | None = None) -> Self:
        """The same with more customers (or fewer), for a while or all the time.

        Parameters
        ----------
        factor : float
            Of the rates of all streams.
        after : float, default 0
            Seconds from the start.
        until : float, optional
            Seconds from the start; None: to the end.

        Examples
        --------
        >>> from assignwork.simulation import single_queue
        >>> single_queue(1, per_hour=12, handle=240, length=3600).busier(1.5).streams[0].load()
        1.2
        """
        streams = [
            attrs.evolve(stream, arrivals=Scaled(stream.arrivals, factor, after=after, until=until))
            for stream in self.streams
        ]
        return self.changed(streams=streams)

    # --- in and out ----------------------------------------------------------------------------

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read one from a JSON or TOML file; ``workspace`` may be the path of another file.

        Raises
        ------
        InputError
            With file and line or field; also when the file of the workspace cannot be read.
        OSError
            When the file itself cannot be read.
        """
        data = read_data(path, holds=_HOLDS)
        if isinstance(data, Mapping) and isinstance(data.get("workspace"), str):
            data = {**data, "workspace": _beside(path, data["workspace"])}
        try:
            return structure(cls, data)
        except (ConfigurationError, UnknownAgentError, UnknownTeamError) as error:
            raise InputError.of(error, file=str(path)) from error

    # --- checks --------------------------------------------------------------------------------

    def _agent(self, name: str, field: str) -> Agent:
        for agent in self.workspace.agents:
            if agent.id == name:
                return agent
        known = [agent.id for agent in self.workspace.agents]
        raise UnknownAgentError(
            f"{field}: there is no agent {name!r}", value=name, remedy=f.nearest(name, known)
        )

    def _check_teams(self) -> None:
        teams = {team.id: team for team in self.workspace.teams}
        for i, stream in enumerate(self.streams):
            for k, kind in enumerate(stream.kinds):
                place = f"streams[{i}].kinds[{k}]"
                if kind.priority is not None:
                    level(kind.priority, self.workspace.priority_levels, f"{place}.priority")
                if kind.preferred_agent is not None:
                    self._agent(kind.preferred_agent, f"{place}.preferred_agent")
                team = teams.get(kind.team)
                if team is None:
                    raise UnknownTeamError(
                        f"stream {stream.name!r}: there is no team {kind.team!r}",
                        value=kind.team,
                        remedy=f.nearest(kind.team, teams),
                    )
                if team.manual:
                    raise ConfigurationError(
                        f"stream {stream.name!r}: inbox {team.id!r} is manual, and simulated "
                        "agents do not pull, so that its customers would wait for ever",
                        field="streams",
                        value=team.id,
                        remedy="make the inbox manual=False in this scenario",
                    )

    def _check_agents(self) -> None:
        for name in (
            *self.handling_of,
            *(self.no_show if isinstance(self.no_show, Mapping) else ()),
        ):
            self._agent(name, "handling_of" if name in self.handling_of else "no_show")
        for pause in self.breaks:
            for name in pause.agents:
                self._agent(name, "breaks")
        self._check_kinds()
        for name, entries in self.handle_of.items():
            for kind, own in entries.items():
                if not 0 < own.mean < float("inf"):
                    what = "a distribution with a mean above 0 and finite"
                    f.refuse(f"handle_of.{name}.{kind}", own, what)

    def _check_kinds(self) -> None:
        """What is given by agent and kind."""
        kinds = {
            name
            for stream in self.streams
            for kind in stream.kinds
            for name in (kind.name, f"{stream.name}/{kind.name}")
        }
        for field, by_agent in (("pace", self.pace), ("handle_of", self.handle_of)):
            for name, entry in by_agent.items():
                self._agent(name, field)
                for kind in entry if isinstance(entry, Mapping) else ():
                    if kind not in kinds:
                        where = f"{field}.{name}.{kind}"
                        f.refuse(where, kind, "a kind of a stream", f.nearest(kind, kinds))
