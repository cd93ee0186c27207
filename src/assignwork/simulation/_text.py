"""Figures in words: amounts in the unit that fits, margins of error.

What has no value is a dash.
"""

from __future__ import annotations

import math

NONE = "-"

_MINUTE, _HOUR = 60.0, 3600.0
_LEAST_SHARE, _MOST_SHARE = 0.0005, 0.9995  # what one decimal would round to 0 or 100 %
_MOST_DECIMALS = 6


def _scale(value: float, unit: str) -> tuple[float, str]:
    """By what an amount is divided, and the sign of its unit."""
    if unit == "seconds":
        size = abs(value)
        if size < 2 * _MINUTE:
            return 1.0, " s"
        return (_MINUTE, " min") if size < 2 * _HOUR else (_HOUR, " h")
    if unit == "share":
        return 0.01, " %"
    return 1.0, {"hours": " h", "per_hour": " per hour"}.get(unit, "")


def _digits(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not float(text.replace(",", "")) else text


def _decimals(value: float, significant: int) -> int:
    """Decimals for so many significant digits."""
    if not value:
        return 0
    return min(max(significant - 1 - math.floor(math.log10(abs(value))), 0), _MOST_DECIMALS)


def _shortest(value: float, decimals: int) -> str:
    text = _digits(value, decimals)
    return text.rstrip("0").removesuffix(".") if "." in text else text


def amount(value: float, unit: str) -> str:
    """A figure in its unit, three digits of it.

    A share is never shown as 0 or 100 per cent where it is not.

    Examples
    --------
    >>> [amount(value, "seconds") for value in (0.0, 4.25, 45.34, 700.0, 12_300.0, float("nan"))]
    ['0 s', '4.25 s', '45.3 s', '11.7 min', '3.42 h', '-']
    >>> amount(0.8083, "share"), amount(1e-5, "share"), amount(1_234_567.0, "count")
    ('80.8 %', '<0.1 %', '1,234,567')
    """
    if math.isnan(value):
        return NONE
    if unit == "share":
        if 0 < value < _LEAST_SHARE:
            return "<0.1 %"
        if _MOST_SHARE <= value < 1:
            return ">99.9 %"
        return f"{_digits(100 * value, 1)} %"
    by, sign = _scale(value, unit)
    return f"{_shortest(value / by, _decimals(value / by, 3))}{sign}"


def margin(mean: float, half_width: float, unit: str) -> str:
    """A mean with its margin of error: as many digits as the margin lets one believe.

    Examples
    --------
    >>> margin(45.34, 0.618, "seconds"), margin(0.8083, 0.0123, "share")
    ('45.34 ± 0.62 s', '80.8 ± 1.2 %')
    >>> margin(1_200.0, 0.0, "count"), margin(45.34, float("nan"), "seconds")
    ('1,200', '45.3 s')
    """
    if math.isnan(mean) or not half_width > 0:
        return amount(mean, unit)
    by, sign = _scale(max(abs(mean), half_width), unit)
    decimals = _decimals(half_width / by, 2)
    return f"{_digits(mean / by, decimals)} ± {_digits(half_width / by, decimals)}{sign}"


def rounded(value: float, half_width: float, unit: str, *, digits: int = 2) -> str:
    """A figure with as many digits as its margin of error lets one believe: `digits` of that.

    Examples
    --------
    >>> rounded(19.83, 2.47, "seconds"), rounded(7.512, 0.0, "number")
    ('19.8 s', '7.51')
    >>> rounded(19.83, 2.47, "seconds", digits=1)
    '20 s'
    """
    if not half_width > 0:
        return amount(value, unit)
    by, sign = _scale(max(abs(value), half_width), unit)
    return f"{_digits(value / by, _decimals(half_width / by, digits))}{sign}"


def few_digits(low: float, high: float, unit: str) -> int:
    """How many digits of its half-width an interval in a sentence needs.

    One; two where an end that is not 0 would read so.

    Examples
    --------
    >>> few_digits(4.14, 4.98, "number"), few_digits(0.04, 0.44, "number")
    (1, 2)
    """
    if not high > low:  # no interval, or no values
        return 1
    by, _ = _scale(max(abs(low), abs(high)), unit)
    step = 10.0 ** -_decimals((high - low) / by / 2, 1)
    return 2 if any(0 < abs(end) / by <= step / 2 for end in (low, high)) else 1


def span(low: float, high: float, unit: str, *, sign: bool = True, digits: int = 2) -> str:
    """An interval, both ends in one unit.

    Examples
    --------
    >>> span(9.04, 15.36, "seconds"), span(-0.004, 0.031, "share")
    ('9.0 to 15.4 s', '-0.4 to 3.1 %')
    """
    by, name = _scale(max(abs(low), abs(high)), unit)
    decimals = _decimals((high - low) / by / 2, digits)
    return f"{_digits(low / by, decimals)} to {_digits(high / by, decimals)}{name if sign else ''}"


def change(value: float, unit: str) -> str:
    """A difference with its sign; of shares, in percentage points.

    Examples
    --------
    >>> change(12.0, "seconds"), change(-0.031, "share"), change(0.0, "count")
    ('+12 s', '-3.1 points', '0')
    """
    if math.isnan(value):
        return NONE
    plus = "+" if value > 0 else ""
    if unit == "share":
        return f"{plus}{_shortest(100 * value, max(_decimals(100 * value, 2), 1))} points"
    return plus + amount(value, unit)


def level(confidence: float) -> str:
    """A level of confidence.

    Examples
    --------
    >>> level(0.95), level(0.999)
    ('95 %', '99.9 %')
    """
    return f"{100 * confidence:.6g} %"
