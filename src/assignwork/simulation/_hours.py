"""The hours of the day of a window, and what lies in them (146 of the design notes).

A window is divided where a clock of the zone begins another hour, or is changed. Customers and
spans of time are then told apart by instants alone, without a question to the zone for each.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache

import attrs
import numpy as np

from assignwork.model import Workspace
from assignwork.service.offsets import Offsets
from assignwork.simulation._spans import Spans
from assignwork.simulation.trial import Codes, Instants

HOUR = 3600
_HOURS_OF_THE_DAY = 24


@attrs.frozen(eq=False)
class Hours:
    """The hours of the day that a window touches.

    Attributes
    ----------
    labels : tuple of int
        0 to 23, ascending.
    edges : array of float
        Where each slot of the window begins, and the end of the last.
    codes : array of int
        Of each slot, the place of its hour in `labels`.
    """

    labels: tuple[int, ...]
    edges: Instants
    codes: Codes

    def of(self, instants: Instants) -> Codes:
        """The place of the hour of each instant; outside the window the one after the last."""
        slot = np.searchsorted(self.edges, instants, side="right") - 1
        codes = np.append(self.codes, len(self.labels))  # -1 is its last, too
        return codes[slot].astype(np.int32)

    def lengths(self) -> Instants:
        """Seconds of the window in each hour."""
        return self._sums(np.diff(self.edges))

    def seconds(self, spans: Spans) -> Instants:
        """The sum of what of the spans lies in each hour; they are clipped to the window before."""
        first = np.searchsorted(self.edges, spans.begun_at, side="right") - 1
        last = np.searchsorted(self.edges, spans.ended_at, side="left") - 1
        slots, ends, widths = len(self.codes), self.edges[1:], np.diff(self.edges)
        begun, ended = (np.bincount(slot, minlength=slots) for slot in (first, last))
        through = np.cumsum(begun - ended)  # of each slot, how many go on into the next
        found = np.append(0, through[:-1]) * widths
        found += np.bincount(first, ends[first] - spans.begun_at, minlength=slots)
        found -= np.bincount(last, ends[last] - spans.ended_at, minlength=slots)
        return self._sums(found)

    def most(self, spans: Spans) -> Instants:
        """Most of the spans at once in each hour: when one begins, or as the hour begins."""
        at = np.concatenate((self.edges[:-1], spans.begun_at))
        codes = np.concatenate((self.codes, self.of(spans.begun_at)))
        begun, ended = (
            np.searchsorted(np.sort(instants), at, side="right")
            for instants in (spans.begun_at, spans.ended_at)
        )
        found = np.zeros(len(self.labels))
        np.maximum.at(found, codes, begun - ended)
        return found

    def _sums(self, of_slots: Instants) -> Instants:
        found = np.bincount(self.codes, of_slots, minlength=len(self.labels))
        return found.astype(np.float64, copy=False)


def usual_zone(workspace: Workspace) -> str:
    """The time zone of most of its calendars, of the first of them where several are as many.

    UTC where there is no calendar.

    Examples
    --------
    >>> from assignwork import Calendar, Team, Workspace
    >>> open_at = Calendar("shop", "Europe/Madrid", {"mon-sat": ["09:00-17:00"]})
    >>> usual_zone(Workspace(teams=[Team("shop")], calendars=[open_at]))
    'Europe/Madrid'
    """
    zones = Counter(calendar.timezone for calendar in workspace.calendars)
    return zones.most_common(1)[0][0] if zones else "UTC"


@lru_cache(maxsize=8)  # the replications of a scenario have one window
def hours(timezone: str, begin: float, end: float) -> Hours:
    """The hours of the day in [begin, end), POSIX seconds, by the clocks of a zone (IANA name).

    Examples
    --------
    >>> found = hours("Asia/Kolkata", 0.0, 7200.0)  # half past five there
    >>> found.labels, found.lengths().tolist()
    ((5, 6, 7), [1800.0, 3600.0, 1800.0])
    """
    edges, of_the_day = [], []
    for start, stop, offset in Offsets(timezone).between(math.floor(begin), math.ceil(end)):
        first, last = (start + offset) // HOUR, (stop - 1 + offset) // HOUR
        each = np.arange(first, last + 1)
        edges.append(np.maximum(each * HOUR - offset, max(start, begin)).astype(np.float64))
        of_the_day.append(each % _HOURS_OF_THE_DAY)
    labels, codes = np.unique(np.concatenate(of_the_day), return_inverse=True)
    found = Hours(tuple(map(int, labels)), np.concatenate((*edges, [end])), codes.astype(np.int32))
    for array in (found.edges, found.codes):
        array.flags.writeable = False  # several trials share them
    return found
