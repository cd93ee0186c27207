"""What a plan costs: the terms, their weights, and the formulas of each.

Every cost is a whole number, less is better, and the total is the sum of the terms. The formulas
are those of `docs/design/0005-readings-of-rebalancing.md`, 96.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from assignwork import _fields as f
from assignwork.model.records import Record

TERMS = (
    "unassigned",
    "fit",
    "secondary",
    "move",
    "fairness",
    "affinity",
    "zone",
    "own",
)
"""The terms of the objective, in the order in which they are shown."""

TENTHS = 10
STEEP = 3  # how much more the next tenth costs where the spread is lexicographic
SPREADS = ("convex", "lexicographic")
PRIORITIES = ("weighted", "lexicographic")


def _weight(value: int, field: str = "") -> int:
    if type(value) is int and 0 <= value <= f.MAX_UNITS:
        return value
    return f.refuse(field, value, f"a weight (a whole number from 0 to {f.MAX_UNITS})")


def _spread(value: str, field: str = "") -> str:
    return f.choice(value, field, SPREADS)


def _priorities(value: str, field: str = "") -> str:
    return f.choice(value, field, PRIORITIES)


@attrs.frozen(field_transformer=f.named)
class Weights(Record):
    """What each term of the objective weighs: whole numbers of 0 or more; 0 switches a term off.

    Parameters
    ----------
    unassigned : int, default 100
        For each item without holder, times its urgency.
    fit : int, default 20
        For each level of skill that the holder has less than the best of the team.
    secondary : int, default 30
        For each item held by an agent who only helps in its inbox.
    move : int, default 40
        For each item taken from its owner.
    conversation : int, default 80
        Besides `move`, if its customer is in conversation.
    put_back : int, default 1000
        Besides these, if nobody gets it: what it takes to send work that somebody holds back into
        the queue.
    fairness : int, default 2
        For each unit of load, times the tenth of his capacity that it fills (1 to 10).
    affinity : int, default 60
        For each item with a preferred agent that another one holds.
    zone : int, default 50
        For each item whose holder's shift ends before it is due.
    spread : {'convex', 'lexicographic'}
        How fullness costs: in proportion, or each tenth three times the one before, with
        `unassigned` above it.
    priorities : {'weighted', 'lexicographic'}
        Whether urgencies of all priorities are added up, or one item counts more than all of the
        priorities behind it together.

    Examples
    --------
    >>> Weights(move=0).to_dict()
    {'move': 0}
    >>> Weights(move=-1)
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: move: -1 is not a weight (a whole number from 0 to 2147483647); give a weight (a whole number from 0 to 2147483647)
    """  # noqa: E501  # the error's own line

    unassigned: int = attrs.field(default=100, converter=_weight)
    fit: int = attrs.field(default=20, converter=_weight)
    secondary: int = attrs.field(default=30, converter=_weight)
    move: int = attrs.field(default=40, converter=_weight)
    conversation: int = attrs.field(default=80, converter=_weight)
    put_back: int = attrs.field(default=1000, converter=_weight)
    fairness: int = attrs.field(default=2, converter=_weight)
    affinity: int = attrs.field(default=60, converter=_weight)
    zone: int = attrs.field(default=50, converter=_weight)
    spread: str = attrs.field(default="convex", converter=_spread)
    priorities: str = attrs.field(default="weighted", converter=_priorities)

    def step(self, tenth: int) -> int:
        """What a unit costs that lies in this tenth of its agent's capacity (from 1).

        Examples
        --------
        >>> [Weights(fairness=2).step(tenth) for tenth in (1, 2, 10, 11)]
        [2, 4, 20, 22]
        """
        if self.spread == "convex":
            return self.fairness * tenth
        power: int = STEEP ** (min(tenth, TENTHS) - 1)
        return self.fairness * power

    def steps(self, capacity: int, load: int) -> Iterator[tuple[int, int]]:
        """(units, cost of each) of an agent's load, from the first unit on, costs rising.

        Parameters
        ----------
        capacity : int
            Units, 1 or more.
        load : int
            Units; may be above the capacity.

        Examples
        --------
        >>> list(Weights(fairness=2).steps(capacity=4, load=5))
        [(1, 6), (1, 10), (1, 16), (1, 20), (1, 26)]
        """
        done = 0
        while done < load:
            tenth = -(-TENTHS * (done + 1) // capacity)
            last = min(tenth * capacity // TENTHS, load)
            if self.spread != "convex" and tenth >= TENTHS:
                last = load
            yield last - done, self.step(tenth)
            done = last

    def held(self, capacity: int, load: int) -> int:
        """The term `fairness` of one agent.

        Examples
        --------
        >>> Weights(fairness=2).held(capacity=4, load=2)
        16
        """
        if not self.fairness:
            return 0
        return sum(units * cost for units, cost in self.steps(capacity, load))

    @property
    def without_holder(self) -> int:
        """What one unit of urgency costs: `unassigned`, above the steepest spread."""
        if self.spread == "convex":
            return self.unassigned
        power: int = STEEP ** (TENTHS - 1)
        return self.unassigned * power
