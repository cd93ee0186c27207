"""Measuring: the workloads and their targets, a user's own desk, counts that CI can gate.

Every speed is a ratio to a bare loop (`floor`) that does the same draws in the same run, for the
speed of the machine is not ours.
"""

from assignwork.bench.comparison import Comparison, compare, document, read_document
from assignwork.bench.counts import count_all, gate, read_counts, write_counts
from assignwork.bench.floor import BareLoop
from assignwork.bench.replays import DeskFigures, Latency, measure_desk
from assignwork.bench.rows import Row, Target, table
from assignwork.bench.workloads import WORKLOADS, Plan

__all__ = [
    "WORKLOADS",
    "BareLoop",
    "Comparison",
    "DeskFigures",
    "Latency",
    "Plan",
    "Row",
    "Target",
    "compare",
    "count_all",
    "document",
    "gate",
    "measure_desk",
    "read_counts",
    "read_document",
    "table",
    "write_counts",
]
