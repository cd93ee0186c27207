"""What is asked of an interval: how long customers may wait, how busy agents may be."""

from __future__ import annotations

from typing import Any

import attrs

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.staffing import _inputs as i
from assignwork.staffing._text import duration, percent
from assignwork.staffing.performance import Performance

COUNTED = ("arrivals", "answered")


def _share_below_one(value: float | None, field: str = "") -> float | None:
    if value is None:
        return None
    if i.plain(value) == 1 and not isinstance(i.plain(value), bool):
        raise ConfigurationError(
            "a service level of 100 % cannot be met: arrivals come at random, so that with any "
            "number of agents some may find all of them busy",
            field=field,
            value=value,
            limit="above 0, below 1",
            remedy="give the share that is enough, such as 0.99",
        )
    return _share(value, field, "a share between 0 and 1", one=False)


def _above_zero_seconds(value: float | None, field: str = "") -> float | None:
    if value is None:
        return None
    if i.plain(value) == 0 and not isinstance(i.plain(value), bool):
        raise ConfigurationError(
            "a mean wait of 0 s cannot be met: arrivals come at random, so that with any number of "
            "agents some may have to wait",
            field=field,
            value=value,
            limit="above 0 s",
            remedy="give the mean wait that is short enough",
        )
    return i.number(value, field, "a mean wait in seconds", 1e-9, i.LONGEST)


def _occupancy(value: float | None, field: str = "") -> float | None:
    if value is None:
        return None
    if i.plain(value) == 0 and not isinstance(i.plain(value), bool):
        raise ConfigurationError(
            "an occupancy of 0 cannot be met: whatever is handled keeps somebody busy",
            field=field,
            value=value,
            limit="above 0, at most 1",
            remedy="give the share of their time for which agents may be busy, such as 0.85",
        )
    return _share(value, field, "a share above 0, at most 1", one=True)


def _abandonment(value: float | None, field: str = "") -> float | None:
    if value is None:
        return None
    if i.plain(value) == 0 and not isinstance(i.plain(value), bool):
        raise ConfigurationError(
            "an abandonment of 0 cannot be met: whoever waits may give up, and with any number of "
            "agents some may have to wait",
            field=field,
            value=value,
            limit="above 0, below 1",
            remedy="give the share that may be lost, such as 0.02",
        )
    return _share(value, field, "a share between 0 and 1", one=False)


def _share(value: Any, field: str, requirement: str, *, one: bool) -> float:
    share = i.plain(value)
    if type(share) in (int, float) and (0 < share < 1 or (one and share == 1)):
        return float(share)
    limit = "above 0, at most 1" if one else "above 0, below 1"
    raise ConfigurationError(
        f"{f.shown(share)} is not {requirement}",
        field=field,
        value=value,
        limit=limit,
        remedy="give 80 % as 0.8",
    )


def _threshold(value: float, field: str = "") -> float:
    return i.seconds(value, field)


def _counted(value: str, field: str = "") -> str:
    return f.choice(value, field, COUNTED)


@attrs.frozen(field_transformer=f.named, kw_only=True)
class Targets:
    """What an interval is staffed for; what is None is not asked for, at least one is.

    Parameters
    ----------
    service_level : float, optional
        Share that is to be answered within the threshold; above 0, below 1.
    threshold : float, default 20
        Seconds.
    counted : {'arrivals', 'answered'}
        What the service level is a share of: of all arrivals, those who abandon included, or of
        those only who were answered. Without abandonment they are the same.
    mean_wait : float, optional
        The longest mean wait of all arrivals, in seconds.
    occupancy : float, optional
        The highest occupancy, handling ÷ (handling + available); above 0, at most 1.
    abandonment : float, optional
        The largest share of arrivals that may leave the queue; above 0, below 1. It needs their
        patience.

    Examples
    --------
    >>> print(Targets(service_level=0.8, threshold=20, occupancy=0.85))
    80.0 % within 20 s, occupancy at most 85.0 %
    """

    service_level: float | None = attrs.field(default=None, converter=_share_below_one)
    threshold: float = attrs.field(default=20.0, converter=_threshold)
    counted: str = attrs.field(default="arrivals", converter=_counted)
    mean_wait: float | None = attrs.field(default=None, converter=_above_zero_seconds)
    occupancy: float | None = attrs.field(default=None, converter=_occupancy)
    abandonment: float | None = attrs.field(default=None, converter=_abandonment)

    def __attrs_post_init__(self) -> None:
        if not self.asked():
            raise ConfigurationError(
                "no target is given, so that any number of agents would do",
                limit="at least one of service_level, mean_wait, occupancy, abandonment",
                remedy="give one, such as service_level=0.8",
            )

    def asked(self) -> dict[str, float]:
        """The targets that are asked for, by name."""
        found = {name: getattr(self, name) for name in NAMES}
        return {name: value for name, value in found.items() if value is not None}

    def missed(self, found: Performance) -> tuple[str, ...]:
        """The names of the targets that the performance does not reach."""
        level = found.service_level
        if self.counted == "answered":
            level = found.service_level_of_answered
        return tuple(
            name
            for name, target in self.asked().items()
            if (level < target if name == "service_level" else getattr(found, name) > target)
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what is not asked for is None."""
        return attrs.asdict(self)

    def __str__(self) -> str:
        parts = []
        if self.service_level is not None:
            of = "" if self.counted == "arrivals" else " of the answered"
            parts.append(f"{percent(self.service_level)}{of} within {duration(self.threshold)}")
        if self.mean_wait is not None:
            parts.append(f"mean wait at most {duration(self.mean_wait)}")
        if self.occupancy is not None:
            parts.append(f"occupancy at most {percent(self.occupancy)}")
        if self.abandonment is not None:
            parts.append(f"abandonment at most {percent(self.abandonment)}")
        return ", ".join(parts)


NAMES = ("service_level", "mean_wait", "occupancy", "abandonment")
"""The targets, in the order in which they are shown."""
KEYS = ("service_level", "threshold", "counted", "mean_wait", "occupancy", "abandonment")


def read_targets(value: Targets | Any, field: str = "targets") -> Targets:
    """Targets, or a mapping that says them."""
    if isinstance(value, Targets):
        return value
    try:
        return Targets(**i.mapping(value, field, KEYS))
    except ConfigurationError as error:
        if error.field.startswith(field):
            raise
        raise error.within(field) from None
