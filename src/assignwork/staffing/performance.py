"""What customers and agents see with a given number of agents, by one of the formulas."""

from __future__ import annotations

from typing import Any

import attrs

from assignwork._words import html_table, plural, text_table
from assignwork.staffing._text import Row, duration, percent


@attrs.frozen
class Performance:
    """The steady state of one queue and its agents.

    Attributes
    ----------
    model : {'M/M/c', 'M/M/c+M', 'M/M/c/K'}
        Erlang C; Erlang A; a limited number of places to wait.
    arrivals : float
        Per interval.
    interval, handle_time : float
        Seconds; handle time is a mean.
    agents : int
    patience : float or None
        Mean seconds until somebody who waits gives up; None: nobody does.
    places : int or None
        How many can wait; None: any number.
    threshold : float
        Seconds, of the service levels.
    load : float
        Erlangs: arrivals ÷ interval, times handle time.
    waiting : float
        Share of arrivals that have to wait.
    mean_wait : float
        Seconds, of all who are let in: those served at once wait 0, those who abandon wait until
        they do.
    mean_wait_of_waiting : float
        Seconds, of those who have to wait.
    abandonment : float
        Share of arrivals that leave the queue before they are answered.
    blocked : float
        Share of arrivals turned away because all places are taken.
    service_level : float
        Share of all arrivals answered within the threshold; who abandons or is turned away was not.
    service_level_of_answered : float
        The same share of those only who were answered.
    queue_length : float
        Mean number of those waiting.
    occupancy : float
        Handling ÷ (handling + available).
    """

    model: str
    arrivals: float
    interval: float
    handle_time: float
    agents: int
    patience: float | None
    places: int | None
    threshold: float
    load: float
    waiting: float
    mean_wait: float
    mean_wait_of_waiting: float
    abandonment: float
    blocked: float
    service_level: float
    service_level_of_answered: float
    queue_length: float
    occupancy: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; durations in seconds, shares from 0 to 1."""
        return attrs.asdict(self)

    def rows(self) -> list[Row]:
        """The figures in words, each with its name."""
        within = f"within {duration(self.threshold)}"
        rows = [
            ("load", f"{self.load:,.4g} erlangs"),
            ("have to wait", percent(self.waiting)),
            (f"answered {within}, of all", percent(self.service_level)),
        ]
        if self.abandonment or self.blocked:
            share = percent(self.service_level_of_answered)
            rows.append((f"answered {within}, of the answered", share))
        rows += [
            ("mean wait, of all", duration(self.mean_wait)),
            ("mean wait, of those who wait", duration(self.mean_wait_of_waiting)),
            ("mean queue", f"{self.queue_length:,.4g}"),
        ]
        if self.patience is not None:
            rows.append(("abandon", percent(self.abandonment)))
        if self.places is not None:
            rows.append(("turned away", percent(self.blocked)))
        return [*rows, ("occupancy", percent(self.occupancy))]

    def _title(self) -> str:
        came = f"{self.arrivals:,g} arrivals in {duration(self.interval)}"
        who = plural(self.agents, "agent")
        return f"{who}, {came}, {duration(self.handle_time)} each ({self.model})"

    def __str__(self) -> str:
        return text_table(self._title(), self.rows())

    def _repr_html_(self) -> str:
        return html_table(self._title(), self.rows(), head=False)
