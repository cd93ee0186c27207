"""Random numbers by name: each purpose has a generator of its own (102, 103 of the design)."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def _word(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


class Chance:
    """The generators of one replication.

    Examples
    --------
    >>> Chance(1, 0).generator("calls", "patience").random() == (
    ...     Chance(1, 0).generator("calls", "patience").random())
    True
    """

    def __init__(self, seed: int, number: int) -> None:
        self._seed = seed
        self._number = number

    def generator(self, name: str, purpose: str, turn: int = 0) -> np.random.Generator:
        """A generator that is the same for the same seed, replication and arguments.

        Parameters
        ----------
        name : str
            Of the stream or agent.
        purpose : str
        turn : int, default 0
            Of the visit, the turn, the offer.
        """
        key = (self._number, _word(name), _word(purpose), turn)
        return np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=key))
