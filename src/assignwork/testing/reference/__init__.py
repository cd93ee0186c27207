"""A naive desk that follows the rules word for word: what the fast dispatcher is held against.

Nothing is cached, indexed or counted along: loads, orders and eligibility are worked out from the
items each time they are asked for. Only the built-in policies are known. Working time, shifts and
rotations are asked of `assignwork.service`; all else of time is worked out here once more.
"""

from assignwork.testing.reference._desk import ReferenceDesk

__all__ = ["ReferenceDesk"]
