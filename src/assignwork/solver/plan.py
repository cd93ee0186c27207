"""The answer: what moves and why, what stays without holder and why, how good it is.

It knows no solver. `Plan.command` is what a desk carries out and logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from assignwork._codec import plain
from assignwork.solver.evaluation import Evaluation

OPTIMAL = "optimal"
FEASIBLE = "feasible"
STOPPED = "stopped"


_WORDS = {
    "unassigned": "somebody holds it",
    "fit": "better skilled",
    "secondary": "in his own inbox",
    "move": "no move",
    "fairness": "evens out load",
    "affinity": "with the preferred agent",
    "zone": "his shift reaches to when it is due",
    "own": "its own preference",
}
_LOSSES = {
    "unassigned": "nobody holds it",
    "fit": "less skilled",
    "secondary": "helping outside his own inbox",
    "move": "taken from its owner",
    "fairness": "fills him up",
    "affinity": "not with the preferred agent",
    "zone": "his shift ends before it is due",
    "own": "its own preference",
}


@attrs.frozen
class PlannedMove:
    """An item that gets another holder.

    Attributes
    ----------
    item : str
    agent : str or None
        Who shall hold it; None: back to the queue.
    owner : str or None
        Who held it when the plan was made; None: it was queued.
    gains : mapping of str to int
        By term, how much lower the cost is than without this one move; negative: higher. Terms
        that it does not change are left out.
    makes_room_for : str or None
        The item that comes into its place, where the move alone would gain nothing.
    because : str or None
        What else asks for it, where that is no gain: a pin, or an item that it stays with.
    """

    item: str
    agent: str | None
    owner: str | None
    gains: Mapping[str, int]
    makes_room_for: str | None
    because: str | None = None

    @property
    def gain(self) -> int:
        """The sum of `gains`."""
        return sum(self.gains.values())

    @property
    def reason(self) -> str:
        """Why, in words.

        Examples
        --------
        >>> PlannedMove("t-1", "ana", "ben", {"fit": 60, "move": -40}, None).reason
        'better skilled (60); at the cost of: taken from its owner (40)'
        """
        better = [f"{_WORDS[term]} ({gain})" for term, gain in self.gains.items() if gain > 0]
        losses = (
            _LOSSES if self.agent is not None else {**_LOSSES, "move": "put back into its queue"}
        )
        worse = [f"{losses[term]} ({-gain})" for term, gain in self.gains.items() if gain < 0]
        parts = [] if self.because is None else [self.because]
        if self.makes_room_for is not None:
            parts.append(f"makes room with {self.owner} for {self.makes_room_for}")
        if better:
            parts.append(", ".join(better))
        if worse:
            parts.append(f"at the cost of: {', '.join(worse)}")
        return "; ".join(parts) or "part of an exchange"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**attrs.asdict(self), "reason": self.reason}


@attrs.frozen
class Leftover:
    """An item that nobody holds under the plan.

    Attributes
    ----------
    item : str
    why : {'no_agent', 'full', 'costs', 'fixed', 'limits'}
        Nobody may get it; all who may are full; holding it would cost more than leaving it; the
        caller fixed it in the queue; another rule or budget of the problem leaves no way.
    agents : tuple of str
        Of `full`: the agents to whom all items of the over-full set can only go.
    places, demand : int or None
        Of `full`: units that these agents may hold, and units of the items that can only go to
        them: demand > places.
    reason : str
        The same in words.
    """

    item: str
    why: str
    agents: tuple[str, ...]
    places: int | None
    demand: int | None
    reason: str


@attrs.frozen
class Load:
    """An agent's load before and after, in units."""

    agent: str
    capacity: int
    before: int
    after: int


@attrs.frozen
class Plan:
    """Who shall hold what, at what gain, and how close that is to the best.

    Attributes
    ----------
    moves : tuple of PlannedMove
        In the order of the problem's items.
    unassigned : tuple of Leftover
    before, after : Evaluation
        Leaving all as it is, and the plan.
    bound : int or None
        No outcome costs less; None: not known.
    status : {'optimal', 'feasible', 'stopped'}
        Proven best; kept all rules but not proven; no time to look.
    engine : str
        What found it, such as ``flow`` or ``sweeps+neighbourhoods``.
    engine_reason : str
        Why that engine, in words.
    seconds : float
        Wall time that planning took.
    deterministic_seconds : float
        The solver's own measure of its work, the same on every machine.
    price_per_move : float or None
        With a budget of moves that binds: what one more move would gain.
    loads : tuple of Load
        Of all agents.
    seen : int or None
        Events the desk had emitted when the problem was read from it.
    """

    moves: tuple[PlannedMove, ...]
    unassigned: tuple[Leftover, ...]
    before: Evaluation
    after: Evaluation
    bound: int | None
    status: str
    engine: str
    engine_reason: str
    seconds: float
    deterministic_seconds: float
    price_per_move: float | None
    loads: tuple[Load, ...]
    seen: int | None = None

    @property
    def gain(self) -> int:
        """How much less the plan costs than leaving all as it is."""
        return self.before.total - self.after.total

    @property
    def gap(self) -> float | None:
        """(cost - bound) ÷ cost, 0 to 1; None where no bound is known."""
        if self.bound is None:
            return None
        if self.after.total == self.bound:
            return 0.0
        return (self.after.total - self.bound) / abs(self.after.total or self.bound)

    def command(self, *, all_or_nothing: bool = False) -> Any:
        """The desk's command that carries it out.

        Parameters
        ----------
        all_or_nothing : bool, default False
            Whether one stale move refuses them all.

        Returns
        -------
        Rebalance
        """
        from assignwork.commands import Rebalance  # noqa: PLC0415  # plans of plain data need no desk
        from assignwork.model import Move  # noqa: PLC0415  # as above

        moved = {move.item for move in self.moves}
        return Rebalance(
            [
                Move(
                    move.item,
                    move.agent,
                    move.owner,
                    move.makes_room_for if move.makes_room_for in moved else None,
                )
                for move in self.moves
            ],
            all_or_nothing=all_or_nothing,
            seen=self.seen,
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found: dict[str, Any] = {
            "status": self.status,
            "engine": self.engine,
            "engine_reason": self.engine_reason,
            "gain": self.gain,
            "bound": self.bound,
            "gap": self.gap,
            "seconds": self.seconds,
            "deterministic_seconds": self.deterministic_seconds,
            "price_per_move": self.price_per_move,
            "seen": self.seen,
        }
        for name in ("before", "after"):
            found[name] = attrs.asdict(getattr(self, name))
        found["moves"] = [plain(move.to_dict()) for move in self.moves]
        for name in ("unassigned", "loads"):
            found[name] = [plain(attrs.asdict(entry)) for entry in getattr(self, name)]
        return found

    def __str__(self) -> str:
        from assignwork.solver._text import plan_text  # noqa: PLC0415  # only who prints pays

        return plan_text(self)

    def _repr_html_(self) -> str:
        from assignwork.solver._text import plan_table  # noqa: PLC0415  # only notebooks pay

        return plan_table(self)
