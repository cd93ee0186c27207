"""What happened in one replication: a row per customer, per stretch of work, of presence, of queue.

Columns are numpy arrays. Everything that is measured is computed from them; nothing here says how
(that is `measures`). Instants are POSIX seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from assignwork._extras import data_frame

Instants = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

NOBODY = -1
"""The code of an agent where there is none."""


def _same(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))


SAME = attrs.cmp_using(eq=_same)
"""How fields that hold numpy arrays are compared."""


@attrs.frozen
class Customers:
    """One row per customer, in the order of arrival.

    Attributes
    ----------
    arrived_at : array of float
    stream, kind, team : array of int
        Codes: places in the `Trial`'s lists of names. The team is the one he arrived at.
    priority : array of int
        As submitted.
    work : array of float
        Seconds of work that were drawn for his first visit, before anybody's pace.
    patience : array of float
        Seconds; infinite where there is none.
    assigned_at : array of float
        First assignment; NaN if there was none.
    agent : array of int
        Code of the agent of the first assignment; `NOBODY` if there was none.
    begun_at : array of float
        When somebody first worked on it, if only for no time; NaN if nobody did.
    answered_at : array of float
        First reply of an agent; NaN if there was none.
    closed_at : array of float
        The last close; NaN if open at the end.
    abandoned : array of bool
        He left before anybody was assigned.
    visits : array of int
        1, and one more for each time he came back.
    blocked : array of bool, default nobody
        He found all places of the queue taken (`Kind.places`), and left as he came.
    """

    arrived_at: Instants = attrs.field(eq=SAME, repr=False)
    stream: Codes = attrs.field(eq=SAME, repr=False)
    kind: Codes = attrs.field(eq=SAME, repr=False)
    team: Codes = attrs.field(eq=SAME, repr=False)
    priority: Codes = attrs.field(eq=SAME, repr=False)
    work: Instants = attrs.field(eq=SAME, repr=False)
    patience: Instants = attrs.field(eq=SAME, repr=False)
    assigned_at: Instants = attrs.field(eq=SAME, repr=False)
    agent: Codes = attrs.field(eq=SAME, repr=False)
    begun_at: Instants = attrs.field(eq=SAME, repr=False)
    answered_at: Instants = attrs.field(eq=SAME, repr=False)
    closed_at: Instants = attrs.field(eq=SAME, repr=False)
    abandoned: Flags = attrs.field(eq=SAME, repr=False)
    visits: Codes = attrs.field(eq=SAME, repr=False)
    blocked: Flags = attrs.field(eq=SAME, repr=False)

    @blocked.default
    def _nobody_was(self) -> Flags:
        return np.zeros(len(self.arrived_at), np.bool_)


@attrs.frozen
class Visits:
    """One row per time that a customer was there: from arrival, or from coming back, to the close.

    Attributes
    ----------
    customer : array of int
    begun_at, closed_at : array of float
        The close is NaN where it was open at the end of the run.
    """

    customer: Codes = attrs.field(eq=SAME, repr=False)
    begun_at: Instants = attrs.field(eq=SAME, repr=False)
    closed_at: Instants = attrs.field(eq=SAME, repr=False)


@attrs.frozen
class Stretches:
    """One row per uninterrupted stretch of an agent's work on one item; of no time there is none.

    Attributes
    ----------
    agent, customer : array of int
        Code of the agent, row of the customer.
    begun_at, ended_at : array of float
    """

    agent: Codes = attrs.field(eq=SAME, repr=False)
    customer: Codes = attrs.field(eq=SAME, repr=False)
    begun_at: Instants = attrs.field(eq=SAME, repr=False)
    ended_at: Instants = attrs.field(eq=SAME, repr=False)


@attrs.frozen
class Presences:
    """One row per stretch of time in which an agent was active.

    Attributes
    ----------
    agent : array of int
    begun_at, ended_at : array of float
        Cut at the end of the run.
    """

    agent: Codes = attrs.field(eq=SAME, repr=False)
    begun_at: Instants = attrs.field(eq=SAME, repr=False)
    ended_at: Instants = attrs.field(eq=SAME, repr=False)


@attrs.frozen
class Stays:
    """One row per stay of an item in a queue, offers included.

    Attributes
    ----------
    customer, team : array of int
    begun_at, ended_at : array of float
        The end is the assignment or the leaving; NaN while it waits at the end of the run.
    """

    customer: Codes = attrs.field(eq=SAME, repr=False)
    team: Codes = attrs.field(eq=SAME, repr=False)
    begun_at: Instants = attrs.field(eq=SAME, repr=False)
    ended_at: Instants = attrs.field(eq=SAME, repr=False)


@attrs.frozen
class Promises:
    """One row per service-level target that was met or breached.

    Attributes
    ----------
    customer, target : array of int
        Row of the customer; code of the target (`Trial.targets`).
    met : array of bool
    """

    customer: Codes = attrs.field(eq=SAME, repr=False)
    target: Codes = attrs.field(eq=SAME, repr=False)
    met: Flags = attrs.field(eq=SAME, repr=False)


@attrs.frozen
class Trial:
    """One replication of a scenario.

    Attributes
    ----------
    number : int
        Of the replication, from 0.
    seed : int
    begin, end : float
        The window that is measured: customers who arrived in [begin, end), time averages over it.
    ended_at : float
        When the run ended: everybody gone, or the limit of `drain`.
    timezone : str
        IANA name of the zone in which hours of the day are told apart.
    streams, kinds, teams, agents, targets : tuple of str
        The names behind the codes. A kind's name is ``stream/kind``.
    channels : tuple of (str or None)
        Per kind, its channel.
    thresholds : tuple of float
        Per kind, seconds of its service level.
    customers : Customers
        Everybody who arrived, those before `begin` included.
    visits : Visits
    stretches : Stretches
    presences : Presences
    stays : Stays
    promises : Promises
    commands, events : int
        How many the desk was given, and gave.
    """

    number: int
    seed: int
    begin: float
    end: float
    ended_at: float
    timezone: str
    streams: tuple[str, ...]
    kinds: tuple[str, ...]
    teams: tuple[str, ...]
    agents: tuple[str, ...]
    targets: tuple[str, ...]
    channels: tuple[str | None, ...]
    thresholds: tuple[float, ...]
    customers: Customers
    visits: Visits
    stretches: Stretches
    presences: Presences
    stays: Stays
    promises: Promises
    commands: int
    events: int

    @property
    def threshold(self) -> float | None:
        """Seconds of the service level, where all kinds have the same; else None."""
        return shared(self.thresholds)

    @property
    def measured(self) -> Flags:
        """Which customers count: those who arrived in [begin, end)."""
        arrived = self.customers.arrived_at
        return (arrived >= self.begin) & (arrived < self.end)

    @property
    def in_time(self) -> Flags:
        """Who was assigned within the threshold of his kind."""
        people = self.customers
        wait = people.assigned_at - people.arrived_at
        found: Flags = wait <= np.asarray(self.thresholds, np.float64)[people.kind]
        return found

    def _hours(self) -> Codes:
        """The hour of the day in which each customer arrived."""
        from assignwork.simulation._hours import hours  # noqa: PLC0415  # it is built on this

        arrived = self.customers.arrived_at
        if not len(arrived):
            return np.empty(0, np.int32)
        clock = hours(self.timezone, float(arrived.min()), float(arrived.max()) + 1.0)
        found: Codes = np.array(clock.labels, np.int32)[clock.of(arrived)]
        return found

    def to_frame(self) -> Any:
        """A `pandas.DataFrame` with a row per customer, in the order of arrival.

        It needs the extra ``frames``. The columns:

        - ``replication``: its number, so that frames of several trials can stand in one;
        - ``stream``, ``kind``, ``team``, ``channel``, ``agent``: names, as in `Customers` and
          `Trial`; ``priority`` as submitted;
        - ``arrived_at``, ``assigned_at``, ``begun_at``, ``answered_at``, ``closed_at``: instants,
          POSIX seconds;
        - ``hour``: of the day in which he arrived, 0 to 23, by the clocks of `timezone`;
        - ``wait``: seconds from arrival to first assignment; ``begun_after``, ``answered_after``,
          ``closed_after``: seconds from arrival to each of these;
        - ``work``, ``patience``: seconds, as drawn;
        - ``in_time``: whether somebody was assigned within the threshold of his kind; the service
          level of a group is its mean, of those measured;
        - ``abandoned``, ``blocked``: flags; ``visits``: how many;
        - ``measured``: whether he arrived in the window that is measured.

        What never happened is missing: an agent or a channel is None, a number NaN. Who would wait
        for ever has no patience.

        Raises
        ------
        ConfigurationError
            When pandas is not installed.
        """
        people = self.customers
        arrived = people.arrived_at
        return data_frame(
            {
                "replication": np.full(len(arrived), self.number),
                "stream": _named(self.streams, people.stream),
                "kind": _named(self.kinds, people.kind),
                "team": _named(self.teams, people.team),
                "channel": _named(self.channels, people.kind),
                "priority": people.priority,
                "agent": _named(self.agents, people.agent),
                "arrived_at": arrived,
                "hour": self._hours(),
                "assigned_at": people.assigned_at,
                "begun_at": people.begun_at,
                "answered_at": people.answered_at,
                "closed_at": people.closed_at,
                "wait": people.assigned_at - arrived,
                "begun_after": people.begun_at - arrived,
                "answered_after": people.answered_at - arrived,
                "closed_after": people.closed_at - arrived,
                "work": people.work,
                "patience": np.where(np.isfinite(people.patience), people.patience, np.nan),
                "in_time": self.in_time,
                "abandoned": people.abandoned,
                "blocked": people.blocked,
                "visits": people.visits,
                "measured": self.measured,
            }
        )


def shared(thresholds: Iterable[float]) -> float | None:
    """The one threshold that there is; None where there are several."""
    found = set(thresholds)
    return found.pop() if len(found) == 1 else None


def _named(names: Sequence[str | None], codes: Codes) -> Any:
    """The names of these codes; None where there is `NOBODY`."""
    return np.array([*names, None], object)[codes]  # -1 is the place of the last
