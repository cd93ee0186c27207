"""Importers: a real export (CSV, XES, JSON Lines) becomes a workspace and a command log.

`study_escalations` compares a log's moves up its support lines with an escalation path.
"""

from assignwork.intake.escalations import EscalationStudy, study_escalations
from assignwork.intake.imports import FORMATS, Imported, import_log
from assignwork.intake.mapping import LogMapping
from assignwork.intake.shipped import SHIPPED, load_mapping, shipped_mapping

__all__ = [
    "FORMATS",
    "SHIPPED",
    "EscalationStudy",
    "Imported",
    "LogMapping",
    "import_log",
    "load_mapping",
    "shipped_mapping",
    "study_escalations",
]
