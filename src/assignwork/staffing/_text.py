"""Figures in words."""

from __future__ import annotations

from typing import TypeAlias

Row: TypeAlias = tuple[str, ...]

_MINUTE, _HOUR = 60.0, 3600.0
_SHORT = 10.0  # seconds below which decimals are shown


def percent(share: float) -> str:
    """A share in per cent, one decimal.

    Never 0 or 100 for what is not.

    Examples
    --------
    >>> percent(0.8083), percent(1e-9), percent(1.0), percent(0.99999)
    ('80.8 %', '<0.1 %', '100.0 %', '>99.9 %')
    """
    shown = f"{100 * share:.1f}"
    if shown == "0.0" and share > 0:
        return "<0.1 %"
    if shown == "100.0" and share < 1:
        return ">99.9 %"
    return f"{shown} %"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours.

    Examples
    --------
    >>> duration(0.05), duration(24.0), duration(1800.0), duration(5400.0)
    ('0.05 s', '24 s', '30 min', '1.5 h')
    """
    if seconds < _SHORT:
        return f"{seconds:.2g} s"
    if seconds < 2 * _MINUTE:
        return f"{seconds:.3g} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.3g} min"
    return f"{seconds / _HOUR:,.4g} h"
