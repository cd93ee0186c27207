"""Importers: a real export (CSV, XES, JSON Lines) becomes a workspace and a command log."""

from assignwork.intake.imports import FORMATS, Imported, import_log
from assignwork.intake.mapping import LogMapping
from assignwork.intake.shipped import SHIPPED, load_mapping, shipped_mapping

__all__ = [
    "FORMATS",
    "SHIPPED",
    "Imported",
    "LogMapping",
    "import_log",
    "load_mapping",
    "shipped_mapping",
]
