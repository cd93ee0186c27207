"""The arithmetic of Erlang A, in numbers that neither overflow nor cancel.

Time is counted in handle times, so that the service rate is 1 and the abandonment rate is
handle time ÷ patience. With load R, c agents, abandonment rate t, a = c/t and x = R/t, the chain's
probabilities above c are those of c times ::

    x / (a+1),  x^2 / ((a+1)(a+2)),  ...        S = 1 + their sum = 1F1(1; a+1; x)

Palm (1957) has S as an incomplete gamma function: S = e^x x^-a Gamma(a+1) P(a, x), P regularized.
Below x = a the sum itself is short and all its terms are positive. Above, P is at least about a
half; what it is multiplied with is written as exp(a d(x/a - 1)) sqrt(2 pi a) and Stirling's
remainder, d(m) = m - log(1+m), because the difference of the large logarithms would cost digits.
"""

from __future__ import annotations

import math

import attrs

_SMALL = 100.0  # below this x the sum takes few terms on either side of a, and cannot overflow
_NEAR = 0.1  # |m| below which m - log(1+m) is summed up
_STIRLING = 16.0  # from here on four terms of Stirling's series are exact to the last digits
_TINY = 2.0**-54


@attrs.frozen
class Excess:
    """S and its parts.

    Attributes
    ----------
    log : float
        log S.
    above : float
        (S - 1) ÷ S.
    leaving : float
        The mean queue ÷ x while all agents are busy: the share of those waiting who abandon.
    regularized : float or None
        P(a, x), where S was had from it.
    """

    log: float
    above: float
    leaving: float
    regularized: float | None


def excess(a: float, x: float) -> Excess:
    """S(a, x), by its sum or by the incomplete gamma function."""
    if x < a or x <= _SMALL:
        return _summed(a, x)
    from scipy.special import gammainc  # noqa: PLC0415  # slow to load, and most need it never

    regularized = float(gammainc(a, x))
    log = _log_scale(a, _deficit(x / a - 1.0)) + math.log(regularized)
    inverse = math.exp(-log)
    return Excess(log, -math.expm1(-log), (x - a) / x + a / x * inverse, regularized)


def _summed(a: float, x: float) -> Excess:
    term = 1.0 / (a + 1.0)  # of S, divided by x, so that an x of almost 0 is no special case
    total = weighted = term
    j = 1
    while True:
        j += 1
        ratio = x / (a + j)
        term *= ratio
        total += term
        weighted += j * term
        if ratio < 1.0:  # what is left is below a geometric sum
            room = 1.0 / (1.0 - ratio)
            if term * room * (j + room) <= _TINY * weighted:
                break
    size = 1.0 + x * total
    return Excess(math.log1p(x * total), x * total / size, weighted / size, None)


def beyond(a: float, x: float, whole: Excess, decay: float) -> tuple[float, float]:
    """What is left of those waiting after a time that patience falls by exp(-decay).

    Parameters
    ----------
    a, x : float
    whole : Excess
        Of a and x.
    decay : float
        The time in mean patiences.

    Returns
    -------
    tail : float
        The share of those who find all agents busy whose offered wait is longer: P(a, x e^-decay)
        ÷ P(a, x) (Mandelbaum and Zeltyn 2007).
    above : float
        (S - 1) ÷ S at x e^-decay.
    """
    later_x = x * math.exp(-decay)
    later = excess(a, later_x)
    if whole.regularized is None:
        # both by their sums: S' ÷ S times e^(x - x') (x' ÷ x)^a
        exponent = later.log - whole.log - x * math.expm1(-decay) - a * decay
    elif later.regularized is not None:
        return min(1.0, later.regularized / whole.regularized), later.above
    else:
        share = later_x / a
        # log(x e^-decay ÷ a) by parts, as x e^-decay itself may be below the smallest number
        far = share < 0.5  # noqa: PLR2004  # above a half the difference would cost digits
        deficit = share - 1.0 - (math.log(x / a) - decay) if far else _deficit(share - 1.0)
        exponent = later.log - _log_scale(a, deficit) - math.log(whole.regularized)
    return math.exp(min(0.0, exponent)), later.above


def _log_scale(a: float, deficit: float) -> float:
    """log(e^x x^-a Gamma(a+1)), where `deficit` is d(x/a - 1)."""
    return a * deficit + 0.5 * math.log(2.0 * math.pi * a) + _remainder(a)


def _deficit(m: float) -> float:
    """The d(m) of above: m - log(1+m), to the last digits also where m is small."""
    if abs(m) >= _NEAR:
        return m - math.log1p(m)
    total, power, k = 0.0, m, 1
    while True:
        k += 1
        power *= -m
        term = -power / k
        total += term
        if abs(term) <= _TINY * abs(total):
            return total


def _remainder(a: float) -> float:
    """What log Gamma(a+1) has beyond Stirling's a log a - a + log(2 pi a)/2."""
    if a < _STIRLING:
        return math.lgamma(a + 1.0) - a * math.log(a) + a - 0.5 * math.log(2.0 * math.pi * a)
    b = 1.0 / (a * a)
    return (1 / 12 - b * (1 / 360 - b * (1 / 1260 - b / 1680))) / a
