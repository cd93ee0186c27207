"""What users test their own desks with: the reference model; strategies stand in `strategies`.

`assignwork.testing.strategies` needs Hypothesis (the extra ``testing``) and is therefore not
imported here.
"""

from assignwork.testing.reference import ReferenceDesk

__all__ = ["ReferenceDesk"]
