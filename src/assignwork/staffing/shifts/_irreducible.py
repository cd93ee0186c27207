"""From rules that clash to a set of them of which none can be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

R = TypeVar("R")

Verdict: TypeAlias = tuple[bool | None, Iterable[R] | None]
"""Whether rules can be kept together (None: not known), and if not, perhaps which of them clash."""


def irreducible(
    rules: list[R], possible: Callable[[list[R]], Verdict[R]], over: Callable[[], bool]
) -> tuple[list[R], bool]:
    """A subset that still clashes, and whether leaving any one out ends that.

    The shortest beginning of the list that clashes is looked for by bisection: its last rule is
    needed. Then the same among the rules before it, together with those that are needed; so a
    conflict of k among n rules takes about k log n questions. What stands first in the list is
    named first.

    Parameters
    ----------
    rules : list
        They clash.
    possible : function
        Whether a list of rules can be kept.
    over : function
        Whether time is up.

    Examples
    --------
    >>> asked = lambda rules: (not {2, 5} <= set(rules), None)
    >>> irreducible(list(range(8)), asked, lambda: False)
    ([5, 2], True)
    """
    left = list(rules)
    needed: list[R] = []
    certain = True
    while True:
        can, _ = possible(needed)
        if can is False:
            return needed, certain
        low, high = 0, len(left)  # the first `low` are possible, the first `high` are not
        while high - low > 1:
            if over():
                return [*needed, *left[:high]], False
            middle = (low + high) // 2
            can, core = possible([*needed, *left[:middle]])
            if can is None:
                certain = False
            if can is not False:
                low = middle
                continue
            high = middle
            if core is not None:
                kept = set(core)
                left = [rule for rule in left[:middle] if rule in kept]
                low, high = 0, len(left)
        if not high:
            return needed, False  # only where what is not known was taken for possible
        needed.append(left[high - 1])
        left = left[: high - 1]


def helping(
    every: list[R],
    rules: list[R],
    possible: Callable[[list[R]], Verdict[R]],
    over: Callable[[], bool],
) -> list[R]:
    """Those of the rules without which all others can be kept, as far as the time goes.

    Examples
    --------
    >>> asked = lambda rules: (not ({2, 5} <= set(rules) or {2, 7} <= set(rules)), None)
    >>> helping(list(range(8)), [5, 2], asked, lambda: False)
    [2]
    """
    found: list[R] = []
    for rule in rules:
        if over():
            break
        if possible([other for other in every if other != rule])[0]:
            found.append(rule)
    return found
