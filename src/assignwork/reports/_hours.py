"""At which hours of the day people waited."""

from __future__ import annotations

from datetime import datetime, tzinfo

import attrs

from assignwork.reports.metrics import Metrics

DAY_HOURS = 24
WORTH_A_PICTURE = 20  # fewer late items show no pattern
_MOST_OF = 0.8  # the span named holds at least this share of the late ones
_ALL_DAY = 16  # a longer span says nothing
_WORTH_NAMING = 0.2  # hours when most were late count for little when they hold few of them


@attrs.frozen
class LateHours:
    """Per hour of the day: how many items arrived, and how many of them waited too long.

    Of the items that were assigned; `late` are those that waited longer than a threshold.
    """

    arrived: tuple[int, ...]
    late: tuple[int, ...]

    @classmethod
    def of(cls, metrics: Metrics, threshold: float, zone: tzinfo) -> LateHours:
        """Counted in this time zone; the threshold is in seconds."""
        arrived, late = [0] * DAY_HOURS, [0] * DAY_HOURS
        for at, waited in metrics.waits():
            hour = datetime.fromtimestamp(at, zone).hour
            arrived[hour] += 1
            late[hour] += waited > threshold
        return cls(tuple(arrived), tuple(late))

    @property
    def when(self) -> str:
        """When the late ones arrived, as the end of a sentence.

        Examples
        --------
        >>> LateHours((9,) * 24, (0,) * 22 + (5, 5)).when
        'most who arrived between 22:00 and 24:00 did'
        >>> LateHours((9,) * 24, (0,) * 20 + (4, 4, 4, 4)).when
        '8 in 10 of them arrived between 20:00 and 24:00'
        >>> LateHours((9,) * 24, (1,) * 24).when
        'they arrived at all hours'
        """
        first, length = self._longest_run()
        if self._in(first, length) >= _WORTH_NAMING * sum(self.late):
            return f"most who arrived {_between(first, length)} did"
        for length in range(1, _ALL_DAY + 1):
            first = max(range(DAY_HOURS), key=lambda hour: (self._in(hour, length), -hour))
            if self._in(first, length) >= _MOST_OF * sum(self.late):
                return f"8 in 10 of them arrived {_between(first, length)}"
        return "they arrived at all hours"

    def _in(self, first: int, length: int) -> int:
        return sum(self.late[(first + i) % DAY_HOURS] for i in range(length))

    def _longest_run(self) -> tuple[int, int]:
        """First hour and length of the hours in a row, at most a day, when most were late."""
        bad = [2 * late > came for late, came in zip(self.late, self.arrived, strict=True)]
        runs = []
        for first in range(DAY_HOURS):
            length = 0
            while length < DAY_HOURS and bad[(first + length) % DAY_HOURS]:
                length += 1
            runs.append((length, -first))
        length, first = max(runs)
        return -first, length


def _between(first: int, length: int) -> str:
    last = (first + length - 1) % DAY_HOURS + 1
    return f"between {first:02}:00 and {last:02}:00"
