"""What a step notes down of what it changes, so that it can be undone (D6)."""

from __future__ import annotations

from typing import Any

MISSING: Any = object()
"""Stands for the value of a key that a mapping did not have."""


class Journal:
    """What is needed to undo one step (a command, or one timer).

    Parameters
    ----------
    timers_created, events : int
        How many timers the desk has made, and events that wait to be handed out.
    counters : tuple
        All plain counters.
    settings : tuple
        The workspace, the calendars that are gone, and the clock.
    """

    __slots__ = ("counters", "dicts", "events", "records", "settings", "timers", "timers_created")

    def __init__(
        self,
        *,
        timers_created: int,
        events: int,
        counters: tuple[Any, ...],
        settings: tuple[Any, ...],
    ) -> None:
        self.records: dict[int, tuple[Any, tuple[Any, ...]]] = {}
        self.dicts: list[tuple[dict[str, Any], str, Any]] = []
        self.timers: list[Any] = []
        self.timers_created = timers_created
        self.events = events
        self.counters = counters
        self.settings = settings

    def save(self, record: Any) -> None:
        """Keep the record as it is now, once."""
        if id(record) not in self.records:
            self.records[id(record)] = (record, record.saved())
