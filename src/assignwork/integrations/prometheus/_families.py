"""The metrics that there are: their names, what they say, their labels."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Labels: TypeAlias = tuple[str, ...]
Rows: TypeAlias = list[tuple[Labels, float]]

BUCKETS = (
    1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0,
    28800.0, 86400.0, 259200.0, 604800.0,
)  # fmt: skip
"""Upper bounds of the histograms' buckets, seconds: from a second to a week."""

STATES = ("held", "queued", "offered", "assigned", "snoozed")
HELD, QUEUED, OFFERED, ASSIGNED, SNOOZED = STATES


class Family(NamedTuple):
    """A metric without its namespace: its help says the unit."""

    name: str
    help: str
    labels: Labels


COUNTERS = (
    Family("events", "Events of the desk, by kind.", ("kind",)),
    Family("items_queued", "Times that an item entered the team's queue.", ("team",)),
    Family("items_assigned", "Times that an agent became owner of an item.", ("team", "tier")),
    Family("items_released", "Times that an owner lost an item.", ("why",)),
    Family("items_transferred", "Times that an item left the team for another.", ("from_team",)),
    Family("items_closed", "Times that an item of the team was closed.", ("team",)),
    Family("items_reopened", "Times that an item of the team was opened again.", ("team",)),
    Family("offers_made", "Offers of the team's items to agents.", ("team",)),
    Family("offers_ended", "Offers that ended, by how they did.", ("outcome",)),
    Family("escalations", "Steps of escalation paths that fired.", ("path", "level")),
    Family(
        "sla_outcomes",
        "Service-level targets that were met or breached, and those that came to be at risk.",
        ("policy", "target", "outcome"),
    ),
    Family("handoffs", "Items that passed on at a shift's end, by team.", ("team",)),
    Family("approvals", "Approvals given and refused.", ("outcome",)),
    Family("ratings", "Satisfaction scores given, 1 (worst) to 5 (best).", ("score",)),
)
HISTOGRAMS = (
    Family("waited_seconds", "Seconds from last entering a queue to assignment.", ("team",)),
    Family("first_response_seconds", "Seconds from arrival to first agent reply.", ("team",)),
    Family("resolution_seconds", "Seconds from arrival to each close.", ("team",)),
)
GAUGES = (
    Family("queued_items", "Items in the team's queue now.", ("team",)),
    Family("oldest_wait_seconds", "Seconds that the oldest in the queue is in it.", ("team",)),
    Family("open_items", "Items that are not closed, by state.", ("state",)),
    Family("agents", "Agents, by presence.", ("presence",)),
    Family("load_units", "Units of work that agents hold, by presence.", ("presence",)),
    Family("capacity_units", "Units of work agents may hold at once.", ("presence",)),
    Family("team_load_units", "Units that the team's active primary agents hold.", ("team",)),
    Family("team_capacity_units", "Units that they may hold at once.", ("team",)),
    Family("now_timestamp_seconds", "The latest instant the desk has seen, POSIX seconds.", ()),
)
AGENT_GAUGES = (
    Family("agent_load_units", "Units of work that the agent holds.", ("agent",)),
    Family("agent_capacity_units", "Units of work the agent may hold at once.", ("agent",)),
)

# What stands at 0 until it happens, so that a rate sees the first of it.
EXPECTED = {
    "items_released": (
        "hand", "away", "shift", "removed", "transfer", "over_capacity", "escalation", "rebalance",
    ),
    "offers_ended": ("accepted", "declined", "missed", "withdrawn"),
}  # fmt: skip
PRESENCE_GAUGES = ("agents", "load_units", "capacity_units")
TIERS = ("primary", "secondary", "manual")
