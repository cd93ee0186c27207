"""Durations and shares in words."""

from __future__ import annotations

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_SHORT = 10.0  # seconds below which decimals are shown


def duration(seconds: float) -> str:
    """Seconds, minutes, hours or days.

    Examples
    --------
    >>> duration(0.05), duration(90), duration(1800.0), duration(5400.0), duration(2e6)
    ('0.05 s', '90 s', '30 min', '1.5 h', '23.1 days')
    """
    if seconds < _SHORT:
        return f"{seconds:.2g} s"
    if seconds < 2 * _MINUTE:
        return f"{seconds:.3g} s"
    if seconds < 2 * _HOUR and seconds != _HOUR:
        return f"{seconds / _MINUTE:.3g} min" if seconds < _HOUR else f"{seconds / _HOUR:.3g} h"
    if seconds < 2 * _DAY:
        return f"{seconds / _HOUR:.3g} h"
    return f"{seconds / _DAY:,.1f} days"


def percent(share: float) -> str:
    """A share in per cent, one decimal.

    Examples
    --------
    >>> percent(0.125)
    '12.5 %'
    """
    return f"{100 * share:.1f} %"
