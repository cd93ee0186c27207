"""A log in two parts: what is fitted, and what is kept back to compare with."""

from __future__ import annotations

import attrs
import numpy as np

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.model import Workspace
from assignwork.simulation.fitting._clock import DAY, Clock
from assignwork.simulation.fitting._history import History
from assignwork.simulation.fitting._window import whole_window, zone_of
from assignwork.simulation.fitting.fits import Fit
from assignwork.simulation.fitting.logs import Log, read_log


@attrs.frozen
class Parts:
    """Where a log is cut; instants in POSIX seconds.

    Attributes
    ----------
    start : float
        Of the part that is fitted.
    cut : float
        Its end, from which on the rest is kept back.
    end : float
        Of what is kept back.
    """

    start: float
    cut: float
    end: float

    def warm_up(self, fit: Fit) -> float:
        """Seconds to simulate before what is kept back, as the desk of the log was not empty.

        As long as anybody who came before may still be there (the fit's `drain`), and at most as
        long as the part that is fitted.
        """
        return min(fit.scenario.drain, self.cut - self.start)


def split_log(
    workspace: Workspace,
    log: Log,
    keep_back: float | f.Instant,
    *,
    start: f.Instant | None = None,
    end: f.Instant | None = None,
    time_zone: str | None = None,
) -> Parts:
    """Where to cut a log, so that what is fitted to the first part can be compared with the rest.

    Parameters
    ----------
    workspace : Workspace
    log : iterable
        As `fit_scenario` takes it.
    keep_back : float or instant
        A number below 1 is the share of the time that is kept back, above 0; the cut is then at the
        nearest local midnight, if there is one in between. Else the instant of the cut. Keep whole
        weeks back, and leave whole weeks: an hour of the week that is not fitted is not foretold.
    start, end, time_zone : optional
        As for `fit_scenario`; of both parts together.

    Raises
    ------
    ConfigurationError
        For a share or an instant that leaves one part without anybody who arrives.

    Examples
    --------
    >>> from assignwork.simulation import (
    ...     Exponential, fit_scenario, simulate_once, single_queue, validate_fit,
    ... )
    >>> known = single_queue(4, per_hour=30, handle=Exponential(300), length=10 * 86_400)
    >>> log = []
    >>> _ = simulate_once(known, 1, 0, on_events=log.extend)
    >>> parts = split_log(known.workspace, log, 0.3)
    >>> parts.cut / 86_400
    7.0
    >>> fit = fit_scenario(known.workspace, log, end=parts.cut, shifts="keep")
    >>> found = validate_fit(
    ...     fit, log, start=parts.cut, end=parts.end, warm_up=parts.warm_up(fit), replications=3
    ... )
    >>> found.in_sample
    False
    """
    zone = zone_of(workspace, time_zone)
    history = History(workspace, read_log(workspace, log).events)
    first, last = (
        None if at is None else f.instant(at, name) for at, name in ((start, "start"), (end, "end"))
    )
    whole = whole_window(history, zone, first, last)
    cut = _cut(keep_back, whole, zone)
    arrived = [course.arrived_at for course in history.courses if course.first]
    for begin, until, words in ((whole[0], cut, "before the cut"), (cut, whole[1], "kept back")):
        if not any(begin <= at < until for at in arrived):
            raise ConfigurationError(
                f"nobody arrives in the part that is {words}"
                if words == "kept back"
                else f"nobody arrives {words}, so that nothing can be fitted",
                field="keep_back",
                value=keep_back,
                limit=f"a cut between {min(arrived):.0f} and {max(arrived):.0f}, POSIX seconds",
                remedy="keep more of the log on that side",
            )
    return Parts(whole[0], cut, whole[1])


def _cut(keep_back: float | f.Instant, whole: tuple[float, float], zone: str) -> float:
    begin, end = whole
    if isinstance(keep_back, (int, float)) and keep_back < 1:
        share = f.amount(keep_back, "keep_back", "a share above 0 and below 1, or an instant")
        at = end - share * (end - begin)
        clock = Clock(zone, begin, end)
        day = int(clock.days(np.array([at + DAY / 2]))[0])
        midnight = clock.midnight(day)
        return midnight if begin < midnight < end else at
    return f.instant(keep_back, "keep_back")
