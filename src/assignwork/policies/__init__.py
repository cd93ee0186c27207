"""How items are ordered and agents selected: the built-in policies, and protocols for your own.

See `assignwork.policies.protocols` for where a policy of yours can be put.
"""

from assignwork.policies.protocols import (
    Eligibility,
    Ordering,
    PresenceMode,
    SecondaryRule,
    Selection,
)

__all__ = ["Eligibility", "Ordering", "PresenceMode", "SecondaryRule", "Selection"]
