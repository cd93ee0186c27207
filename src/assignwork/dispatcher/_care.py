"""What an item has beside its place in a queue: clocks, path, protocol, approvals.

`Care` hangs on an item's record where the workspace promises anything, and stays with the item
when it is closed. Like all records it is written by the dispatcher's modules alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assignwork._codec import plain, structure
from assignwork.model.catalog import CatalogEntry
from assignwork.model.paths import EscalationPath
from assignwork.model.protocols import Protocol
from assignwork.service.matching import Book, Promise, Promises

RUNNING = "running"
PAUSED = "paused"
MET = "met"
BREACHED = "breached"


class Clock:
    """One target of one item (reading 63)."""

    __slots__ = (
        "due", "promise", "ran", "risked", "since", "started", "state", "timer", "unanswered",
        "warned",
    )  # fmt: skip

    def __init__(self, promise: Promise | None) -> None:
        self.promise = promise  # None: no target matches now
        self.state = PAUSED
        self.ran = 0.0  # seconds of working time before `since`
        self.since = 0.0  # when it last began to run
        self.due: float | None = None  # while it runs, and of a breach
        self.timer = 0
        self.started = False  # whether its sla_started was said
        self.warned = False  # whether at_risk was said of this target
        self.risked = False  # whether at_risk was ever said
        self.unanswered = False  # breached, and what would have met it has not come yet

    def copy(self) -> Clock:
        """A copy that shares nothing that changes."""
        other = Clock(self.promise)
        for name in _CLOCK:
            setattr(other, name, getattr(self, name))
        return other


_CLOCK = tuple(name for name in Clock.__slots__ if name != "promise")
_PROMISE = ("policy", "target", "seconds", "calendar", "at_risk", "pause_on_customer")


class Care:
    """All that is promised for an item, and how far it has come."""

    __slots__ = (
        "ack_skipped", "ack_timer", "ack_until", "acknowledged", "approvals", "base_after",
        "base_at", "clocks", "entry", "finished", "fired", "handed_from", "idle", "lap",
        "lap_answered", "path", "promises", "protocol", "refused", "report", "step",
        "step_timer", "tick", "tick_timer", "ticked_at", "watchers",
    )  # fmt: skip

    def __init__(self) -> None:
        self.clocks: dict[str, Clock] = {}
        self.entry: CatalogEntry | None = None  # it was submitted by
        self.promises: Promises = {}  # as it was last matched
        self.idle = False  # its clocks wait for an approval
        self.path: EscalationPath | None = None
        self.finished: str | None = None  # the path it followed to its end
        self.step = 0  # of the path, from 0
        self.lap = 0
        self.fired: tuple[int, ...] = ()  # the steps that fired in this lap
        self.base_at = 0.0
        self.base_after = 0.0
        self.step_timer = 0
        self.lap_answered = False  # whether an agent has replied since the lap began
        self.acknowledged = False
        self.ack_until: float | None = None
        self.ack_timer = 0
        self.ack_skipped: int | None = None  # the first step skipped because of it
        self.watchers: tuple[str, ...] = ()
        self.protocol: Protocol | None = None
        self.tick = 0  # cadences since it began or since the last update
        self.ticked_at = 0.0  # when it began, or the last update
        self.tick_timer = 0
        self.report: Protocol | None = None  # whose report is due
        self.approvals: tuple[str, ...] = ()  # still to be given
        self.refused = False  # it was closed before it was approved
        self.handed_from: str | None = None  # who left it at his shift's end

    def copy(self) -> Care:
        """A copy that shares nothing that changes."""
        other = Care()
        for name in Care.__slots__:
            setattr(other, name, getattr(self, name))
        other.clocks = {name: clock.copy() for name, clock in self.clocks.items()}
        return other

    def timers(self) -> dict[int, str]:
        """The numbers of its timers, with their kinds."""
        found = {
            clock.timer: "sla_breach" if clock.warned else "sla_risk"
            for clock in self.clocks.values()
        }
        found[self.step_timer] = "step"
        found[self.ack_timer] = "ack"
        found[self.tick_timer] = "tick"
        found.pop(0, None)
        return found


_PLAIN: dict[str, tuple[type, ...]] = {
    "idle": (bool,), "refused": (bool,), "finished": (str, type(None)), "step": (int,),
    "lap": (int,),
    "base_at": (int, float), "base_after": (int, float), "step_timer": (int,),
    "lap_answered": (bool,), "acknowledged": (bool,), "ack_until": (int, float, type(None)),
    "ack_timer": (int,), "ack_skipped": (int, type(None)), "tick": (int,),
    "ticked_at": (int, float), "tick_timer": (int,), "handed_from": (str, type(None)),
}  # fmt: skip
_CLOCK_TYPES: dict[str, tuple[type, ...]] = {
    "state": (str,), "ran": (int, float), "since": (int, float), "due": (int, float, type(None)),
    "timer": (int,), "started": (bool,), "warned": (bool,), "risked": (bool,),
    "unanswered": (bool,),
}  # fmt: skip


def care_to_dict(care: Care, book: Book, entries: Mapping[str, CatalogEntry]) -> dict[str, Any]:
    """JSON-ready; what it names stands by its id where the workspace still has it so."""
    path, protocol, report = care.path, care.protocol, care.report
    return {
        **{name: getattr(care, name) for name in _PLAIN},
        "promises": [_promise_to_list(promise) for promise in care.promises.values()],
        "watchers": list(care.watchers),
        "fired": list(care.fired),
        "approvals": list(care.approvals),
        "path": _named(path, None if path is None else book.path_named(path.id)),
        "protocol": _named(
            protocol, None if protocol is None else book.protocol_named(protocol.id)
        ),
        "entry": _named(care.entry, None if care.entry is None else entries.get(care.entry.id)),
        "report": _named(report, None if report is None else book.protocol_named(report.id)),
        "clocks": {
            name: {
                "promise": None if clock.promise is None else _promise_to_list(clock.promise),
                **{field: getattr(clock, field) for field in _CLOCK_TYPES},
            }
            for name, clock in care.clocks.items()
        },
    }


def _promise_to_list(promise: Promise) -> list[Any]:
    return [getattr(promise, field) for field in _PROMISE]


def _named(subject: Any, known: Any) -> Any:
    if subject is None:
        return None
    return subject.id if subject == known else plain(subject)


def care_from_dict(
    data: Mapping[str, Any], book: Book, entries: Mapping[str, CatalogEntry]
) -> Care:
    """The inverse of `care_to_dict`.

    Raises
    ------
    KeyError, TypeError, ValueError
        When something is missing or of another type.
    """
    care = Care()
    for name, types in _PLAIN.items():
        setattr(care, name, _typed(data[name], types, name))
    promises = [Promise(*entry) for entry in _typed(data["promises"], (list, tuple), "promises")]
    care.promises = {promise.target: promise for promise in promises}
    care.fired = tuple(_typed(data["fired"], (list, tuple), "fired"))
    care.watchers = tuple(_typed(data["watchers"], (list, tuple), "watchers"))
    care.approvals = tuple(_typed(data["approvals"], (list, tuple), "approvals"))
    care.path = _found(EscalationPath, data["path"], book.path_named)
    care.entry = _found(CatalogEntry, data["entry"], entries.get)
    care.protocol = _found(Protocol, data["protocol"], book.protocol_named)
    care.report = _found(Protocol, data["report"], book.protocol_named)
    for name, entry in _typed(data["clocks"], (Mapping,), "clocks").items():
        promise = entry["promise"]
        clock = Clock(None if promise is None else Promise(*promise))
        for field, types in _CLOCK_TYPES.items():
            setattr(clock, field, _typed(entry[field], types, field))
        if clock.state not in (RUNNING, PAUSED, MET, BREACHED):
            raise ValueError(f"clock {name} is {clock.state!r}")
        care.clocks[name] = clock
    return care


def _typed(value: Any, types: tuple[type, ...], name: str) -> Any:
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise TypeError(f"{name} is {value!r}")
    return value


def _found(kind: type[Any], data: Any, named: Any) -> Any:
    if data is None:
        return None
    if isinstance(data, str):
        found = named(data)
        if found is None:
            raise ValueError(f"there is no {kind.__name__} {data!r}")
        return found
    return structure(kind, data)
