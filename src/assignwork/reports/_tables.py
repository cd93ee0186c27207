"""The tables of a summary, made from what `Metrics` kept."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from assignwork.reports._tracks import Item, Life
from assignwork.reports.figures import Distribution
from assignwork.reports.summary import (
    Flow,
    Offers,
    Times,
    Volume,
    Volumes,
    Waits,
    WaitTables,
)


class Cohorts:
    """Items counted by the team and the priority with which they arrived."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.counts = Counter((item.life.team, item.life.priority) for item in items)
        self.teams = sorted({team for team, _ in self.counts})
        self.priorities = sorted({priority for _, priority in self.counts})

    def count(self, team: str | None = None, priority: int | None = None) -> int:
        """Of one team, of one priority, of both, or all."""
        return sum(
            count
            for (name, level), count in self.counts.items()
            if team in (None, name) and priority in (None, level)
        )


class WaitLog:
    """Arrival and wait of every item assigned, by priority and team."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, str], tuple[array[float], array[float]]] = {}

    def add(self, life: Life, waited: float) -> None:
        """The item was assigned first after so many seconds."""
        row = self._rows.setdefault((life.priority, life.team), (array("d"), array("d")))
        row[0].append(life.arrived_at)
        row[1].append(waited)

    def pairs(
        self, priority: int | None = None, team: str | None = None
    ) -> list[tuple[float, float]]:
        """Arrivals and waits, of one priority or team, or all."""
        return [
            pair
            for (level, name), (arrived, waited) in sorted(self._rows.items())
            if priority in (None, level) and team in (None, name)
            for pair in zip(arrived, waited, strict=True)
        ]

    def tables(self, items: Iterable[Item], threshold: float) -> WaitTables:
        """Waits of all of these items, by priority and by team."""
        items = list(items)
        arrived = Cohorts(items)
        open_ones = Cohorts(i for i in items if not i.life.assignments and i.state != "closed")

        def waits(team: str | None = None, priority: int | None = None) -> Waits:
            count = arrived.count(team, priority)
            found = [waited for _, waited in self.pairs(priority, team)]
            within = sum(waited <= threshold for waited in found)
            waiting = open_ones.count(team, priority)
            return Waits(count, count - len(found), waiting, within, Distribution.of(found))

        return WaitTables(
            threshold=threshold,
            overall=waits(),
            by_priority={priority: waits(priority=priority) for priority in arrived.priorities},
            by_team={team: waits(team) for team in arrived.teams},
        )


def volumes(items: Iterable[Item], events: Mapping[str, int]) -> Volumes:
    """How much came, by cohort; `events` counts those of closing and reopening."""
    items = list(items)
    arrived, closed = Cohorts(items), Cohorts(item for item in items if item.state == "closed")

    def volume(team: str | None = None, priority: int | None = None) -> Volume:
        came, done = arrived.count(team, priority), closed.count(team, priority)
        return Volume(came, done, came - done)

    return Volumes(
        total=volume(),
        by_priority={priority: volume(priority=priority) for priority in arrived.priorities},
        by_team={team: volume(team) for team in arrived.teams},
        by_team_and_priority={
            team: {p: volume(team, p) for p in arrived.priorities if arrived.counts[team, p]}
            for team in arrived.teams
        },
        closings=events.get("closed", 0),
        reopenings=events.get("reopened", 0),
    )


def times(items: Iterable[Item], stays: Iterable[float], responses: Iterable[float]) -> Times:
    """Stays and responses as they were noted; the others of the items that are closed now."""
    closed = [item.life for item in items if item.state == "closed"]
    return Times(
        queue_stay=Distribution.of(stays),
        first_response=Distribution.of(responses),
        handle=Distribution.of(life.handled_for for life in closed if life.assignments),
        resolution=Distribution.of(
            life.closed_at - life.arrived_at for life in closed if life.closed_at is not None
        ),
    )


def flow(counts: Mapping[str, Counter[Any]], offers: Iterable[Mapping[str, int]]) -> Flow:
    """How work moved, from the counters that `Metrics` keeps."""
    tier, total = counts["tier"], Counter[str]()
    for row in offers:
        total.update(row)
    reassigned = dict(sorted(counts["reassigned"].items()))
    return Flow(
        assignments=sum(tier.values()),
        secondary=tier["secondary"],
        manual=tier["manual"] - counts["by"]["escalation"],
        escalated=counts["by"]["escalation"],
        items_assigned=sum(tier.values()) - sum(reassigned.values()),
        reassigned=reassigned,
        released=dict(sorted(counts["released"].items())),
        transferred=_table(counts["transferred"]),
        helped=_table(counts["helped"]),
        offers=Offers(**total),
    )


def _table(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (row, column), count in sorted(counts.items()):
        found.setdefault(row, {})[column] = count
    return found
