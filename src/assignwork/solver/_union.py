"""What hangs together: disjoint sets that are joined step by step."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)


class Union(Generic[N]):
    """Disjoint sets; a node that was never joined is a set of its own.

    Examples
    --------
    >>> union = Union[str]()
    >>> union.join("a", "b")
    >>> union.root("a") == union.root("b"), union.root("a") == union.root("c")
    (True, False)
    """

    __slots__ = ("_parent",)

    def __init__(self) -> None:
        self._parent: dict[N, N] = {}

    def root(self, node: N) -> N:
        """The node that stands for its set."""
        parent = self._parent
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, one: N, other: N) -> None:
        """Make one set of two."""
        self._parent[self.root(one)] = self.root(other)
