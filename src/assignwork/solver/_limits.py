"""How long planning may go on: wall time, or the solver's deterministic time, or both.

With a deterministic limit alone the same problem gives the same plan on every machine: work is
begun while the limit is not reached and never cut short, so a longer limit only goes on further.
"""

from __future__ import annotations

from time import perf_counter

ROUND = 0.01
"""Deterministic seconds that each call of a solver is charged besides: what making it takes."""


class Limits:
    """What has been spent and what is left.

    Parameters
    ----------
    time_limit : float or None
        Seconds of wall time; None: no such limit.
    deterministic_limit : float or None
        Deterministic seconds of the solvers; None: no such limit.
    started : float, optional
        When planning began, by `perf_counter`; None: now.

    Examples
    --------
    >>> limits = Limits(None, 2.0)
    >>> limits.charge(2.5)
    >>> limits.reached
    True
    """

    __slots__ = ("_started", "deterministic_limit", "spent", "time_limit")

    def __init__(
        self,
        time_limit: float | None,
        deterministic_limit: float | None,
        *,
        started: float | None = None,
    ) -> None:
        self._started = perf_counter() if started is None else started
        self.time_limit = time_limit
        self.deterministic_limit = deterministic_limit
        self.spent = 0.0

    def charge(self, deterministic: float) -> None:
        """Deterministic seconds that were spent."""
        self.spent += deterministic

    @property
    def seconds(self) -> float:
        """Wall time since the beginning."""
        return perf_counter() - self._started

    @property
    def left(self) -> float | None:
        """Seconds of wall time that are left, 0 or more; None: no such limit."""
        return None if self.time_limit is None else max(0.0, self.time_limit - self.seconds)

    @property
    def reached(self) -> bool:
        """Whether nothing more may be begun."""
        limit = self.deterministic_limit
        return (limit is not None and self.spent >= limit) or self.left == 0.0
