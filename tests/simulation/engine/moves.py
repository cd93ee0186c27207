"""Somebody who acts on the desk at a given instant: a schedule as `simulate_once` takes it."""

from functools import partial

from assignwork.commands import Rebalance
from assignwork.model.moves import Move


class Mover:
    """Gives one command, once."""

    def __init__(self, desk, apply, *, at, command, log=None):
        self._desk, self._apply, self._at, self._command = desk, apply, at, command
        self._log = [] if log is None else log

    def see(self, events, *, now):
        self._log.append(("see", now))

    def next_at(self):
        return self._at

    def tick(self, *, now):
        self._log.append(("tick", now))
        self._at = None
        return self._apply(self._command(self._desk), now)

    def close(self):
        self._log.append(("close", None))


def moving(at, moves, log=None):
    """A scheduler that carries out one plan, items to agents or (None) to their queue."""

    def plan(desk):
        return Rebalance([Move(item, to, desk.items[item].owner) for item, to in moves.items()])

    return partial(Mover, at=at, command=plan, log=log)
