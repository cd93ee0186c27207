"""Somebody who moves work at a given instant: a schedule as `simulate_once` takes it."""

from functools import partial

from assignwork.commands import Rebalance
from assignwork.model.moves import Move


class Mover:
    """Gives one plan, items to agents or (None) to their queue."""

    def __init__(self, desk, apply, *, at, moves, log):
        self._desk, self._apply, self._at, self._moves = desk, apply, at, moves
        self._log = log

    def see(self, events, *, now):
        self._log.append(("see", now))

    def next_at(self):
        return self._at

    def tick(self, *, now):
        self._log.append(("tick", now))
        self._at = None
        owners = {item: self._desk.items[item].owner for item in self._moves}
        moves = [Move(item, to, owners[item]) for item, to in self._moves.items()]
        return self._apply(Rebalance(moves), now)

    def close(self):
        self._log.append(("close", None))


def moving(at, moves, log=None):
    """A scheduler that makes a `Mover`."""
    return partial(Mover, at=at, moves=moves, log=[] if log is None else log)
