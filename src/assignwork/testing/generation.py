"""Made-up workspaces, work items and commands, from dice.

Small numbers of everything and small whole instants, so that ties, full agents and timers that
fall together are frequent. `assignwork.testing.strategies` throws Hypothesis's dice, a fuzzer
those of a plain `random.Random`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from assignwork.commands import VERBS, Command
from assignwork.model import ITEM_CRITERIA, SELECTIONS, Agent, Team, WorkItem, Workspace

T = TypeVar("T")

TEAM_IDS = tuple(f"t{n}" for n in range(6))
AGENT_IDS = tuple(f"a{n}" for n in range(9))
SKILLS = ("lang:de", "lang:es", "vip")
CHANNELS = ("chat", "voice")
TAGS = ("night", "senior")
COMPOSITIONS = (
    ("best_skilled", "balanced"),
    ("best_skilled", "round_robin"),
    ("longest_idle", "best_skilled"),
    ("balanced", "least_recently_assigned"),
    ("most_headroom", "longest_idle"),
    ("least_occupied", "round_robin"),
    ("least_recently_assigned",),
)
ITEM_ORDERS = (
    ("priority", "due", "waiting"),
    ("waiting",),
    ("age",),
    ("inbox", "priority"),
    ("due", "inbox", "age"),
    (),
    ITEM_CRITERIA,
)
PRESENCES = ("active", "active", "active", "active", "away", "away_reassign", "offline")
SHORT = (1, 2, 3, 5, 8)  # durations, seconds
MANY_OPEN = 12  # open items above which closing is more frequent than submitting
SOON = 60  # seconds; a wake-up later than that is not waited for


class Dice(Protocol):
    """What the generators draw from; each answer's first alternative is the simplest one."""

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""

    def chance(self, percent: int) -> bool:
        """True in about that many of a hundred cases."""


class RandomDice:
    """Dice of the standard library, for a fuzzer that needs no Hypothesis.

    Examples
    --------
    >>> a, b = RandomDice(random.Random(7)), RandomDice(random.Random(7))
    >>> generate_workspace(a) == generate_workspace(b)
    True
    """

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._source.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self._source.randrange(len(options))]

    def chance(self, percent: int) -> bool:
        """True in about that many of a hundred cases."""
        return self._source.randrange(100) < percent


# --- generators: workspaces ---------------------------------------------------------------------


def _some(dice: Dice, names: Sequence[str], percent: int) -> list[str]:
    return [name for name in names if dice.chance(percent)]


def _selection(dice: Dice) -> str | Sequence[str]:
    return dice.pick(COMPOSITIONS) if dice.chance(25) else dice.pick(SELECTIONS)


def _secondary_rule(dice: Dice) -> str | dict[str, int]:
    rules: tuple[str | dict[str, int], ...] = (
        "primary_empty", "primary_full", {"after": dice.pick((0, *SHORT))},
    )  # fmt: skip
    return dice.pick(rules)


def _team_fields(dice: Dice, *, offers: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if dice.chance(70):
        fields["selection"] = _selection(dice)
    if dice.chance(40):
        fields["secondary_rule"] = _secondary_rule(dice)
    if dice.chance(30):
        fields["rank"] = dice.integer(-1, 2)
    if dice.chance(20):
        fields["agent_limit"] = dice.integer(1, 4)
    if dice.chance(10):
        fields["manual"] = True
    if offers and dice.chance(75):
        fields["offer_timeout"] = dice.pick((*SHORT, 20, 60))
        if dice.chance(75):
            fields["decline_cooldown"] = dice.pick((0, *SHORT))
        if dice.chance(60):
            fields["missed_limit"] = dice.integer(1, 2)
        if dice.chance(40):
            fields["missed_window"] = dice.pick((0, 3, 8, 20))
    return fields


def _agent_fields(dice: Dice, teams: Sequence[str]) -> dict[str, Any]:
    primary, secondary = [], []
    for team in teams:
        if dice.chance(50):
            primary.append(team)
        elif dice.chance(55):
            secondary.append(team)
    fields: dict[str, Any] = {"primary": primary, "secondary": secondary}
    if dice.chance(60):
        fields["capacity"] = dice.integer(1, 4)
    if dice.chance(60):
        fields["skills"] = {name: dice.integer(1, 3) for name in _some(dice, SKILLS, 60)}
    if dice.chance(20):
        fields["channel_limits"] = {name: dice.integer(1, 3) for name in _some(dice, CHANNELS, 60)}
    if dice.chance(20):
        fields["secondary_limit"] = dice.integer(1, 3)
    if dice.chance(20):
        fields["tags"] = _some(dice, TAGS, 50)
    return fields


def _workspace_fields(dice: Dice) -> dict[str, Any]:
    fields: dict[str, Any] = {"default_capacity": dice.integer(1, 4)}
    options: tuple[tuple[int, str, Callable[[], Any]], ...] = (
        (40, "item_order", lambda: dice.pick(ITEM_ORDERS)),
        (25, "snoozed_counts", lambda: True),
        (25, "customer_wait_counts", lambda: False),
        (50, "reassign", lambda: dice.pick(("waiting", "all", "on_reply"))),
        (40, "over_capacity", lambda: "release"),
        (25, "ageing", lambda: {"every": dice.pick(SHORT), "to": dice.integer(1, 2)}),
        (
            25,
            "assignment_rate",
            lambda: {"items": dice.integer(1, 3), "per": dice.pick((*SHORT, 30))},
        ),
        (15, "ramp_in", lambda: dice.pick((0, 3, 8, 20))),
        (20, "auto_away_after", lambda: dice.pick((8, 20, 50))),
        (20, "auto_reassign_after", lambda: dice.pick((8, 20, 30, 60))),
        (50, "auto_return", lambda: True),
        (30, "auto_reassign_manual_away", lambda: True),
        (10, "strict", lambda: True),
    )
    for percent, name, value in options:
        if dice.chance(percent):
            fields[name] = value()
    return fields


def generate_workspace(dice: Dice) -> Workspace:
    """A workspace of 1 to 4 teams and 0 to 6 agents, any feature in it."""
    fields = _workspace_fields(dice)
    names = TEAM_IDS[: dice.integer(1, 4)]
    offers = dice.chance(45)
    teams = [Team(name, **_team_fields(dice, offers=offers)) for name in names]
    count = 0 if dice.chance(3) else dice.integer(1, 6)
    agents = [
        Agent(
            name,
            presence="active" if dice.chance(80) else dice.pick(PRESENCES),
            **_agent_fields(dice, names),
        )
        for name in AGENT_IDS[:count]
    ]
    return Workspace(teams=tuple(teams), agents=tuple(agents), **fields)


# --- generators: items --------------------------------------------------------------------------


def _requirement(dice: Dice) -> int | dict[str, Any]:
    level = dice.integer(1, 2)
    if dice.chance(40):
        return {"level": level, "relax_after": dice.pick((0, *SHORT))}
    return level


def _item_fields(dice: Dice, agents: Sequence[str], now: float) -> dict[str, Any]:
    """Any fields of an item but its id, team and created_at."""
    fields: dict[str, Any] = {}
    known = agents or AGENT_IDS[:1]
    options: tuple[tuple[int, str, Callable[[], Any]], ...] = (
        (60, "priority", lambda: dice.integer(1, 5)),
        (40, "weight", lambda: dice.integer(1, 3)),
        (40, "channel", lambda: dice.pick(CHANNELS)),
        (30, "skills", lambda: {name: _requirement(dice) for name in _some(dice, SKILLS, 50)}),
        (20, "preferred_skills", lambda: _some(dice, SKILLS, 50)),
        (25, "preferred_agent", lambda: dice.pick(known)),
        (25, "affinity_wait", lambda: dice.pick((0, *SHORT))),
        (5, "only_agent", lambda: dice.pick(known)),
        (25, "due_at", lambda: now + dice.integer(-3, 12)),
    )
    for percent, name, value in options:
        if dice.chance(percent):
            fields[name] = value()
    return fields


def generate_item(
    dice: Dice, name: str, teams: Sequence[str], agents: Sequence[str], now: float = 0.0
) -> WorkItem:
    """A work item for one of the teams; its affinities name some of the agents."""
    fields = _item_fields(dice, agents, now)
    if dice.chance(20):
        fields["created_at"] = now + dice.integer(-8, 2)
    return WorkItem(name, team=dice.pick(teams), **fields)


# --- generators: commands -----------------------------------------------------------------------

# How often each verb is asked for, in relation to the others, and the item states it is meant for.
_ITEM_VERBS: dict[str, tuple[int, tuple[str, ...]]] = {
    "assign": (5, ("queued", "offered", "assigned", "snoozed")),
    "release": (4, ("assigned",)),
    "transfer": (4, ("queued", "offered", "assigned", "snoozed")),
    "snooze": (6, ("queued", "assigned")),
    "wake": (3, ("snoozed",)),
    "reply": (12, ("queued", "offered", "assigned", "assigned", "snoozed", "closed")),
    "close": (12, ("queued", "offered", "assigned", "assigned", "snoozed")),
    "reopen": (4, ("closed",)),
    "update_item": (4, ("queued", "offered", "assigned", "snoozed")),
    "accept": (24, ("offered",)),
    "decline": (10, ("offered",)),
}
_OTHER_VERBS = {
    "submit": 24, "pull": 5, "set_presence": 10, "heartbeat": 7, "advance": 6, "add_agent": 2,
    "update_agent": 3, "update_agents": 1, "remove_agent": 1, "add_team": 1, "update_team": 2,
    "remove_team": 1, "update_workspace": 3,
}  # fmt: skip
_AGENT_VERBS = ("pull", "set_presence", "heartbeat", "update_agent", "remove_agent")


class _Caller:
    """Makes up one command for a desk in the given state."""

    def __init__(
        self, dice: Dice, state: Mapping[str, Any], now: float, favoured: Collection[str]
    ) -> None:
        self._dice = dice
        self._items: Mapping[str, Mapping[str, Any]] = state["items"]
        self._agents = list(state["agents"])
        self._teams = list(state["teams"])
        self._now = now
        self._favoured = favoured

    def command(self) -> Command:
        options = []
        for verb, count in self._counts():
            options += [verb] * (count * 8 if verb in self._favoured else count)
        verb = self._dice.pick(options)
        return VERBS[verb](**getattr(self, f"_{verb}")())

    def _counts(self) -> list[tuple[str, int]]:
        """How often each verb; those that would be refused at once are rare."""
        present = {item["state"] for item in self._items.values()}
        open_items = sum(item["state"] != "closed" for item in self._items.values())
        counts = [
            (verb, count)
            for verb, count in _OTHER_VERBS.items()
            if self._agents or verb not in _AGENT_VERBS
        ]
        rare = self._dice.chance(10)
        for verb, (count, states) in _ITEM_VERBS.items():
            fits = not present.isdisjoint(states)
            more = verb == "close" and open_items > MANY_OPEN
            if fits or rare:
                counts.append((verb, count * 3 if more else count if fits else 1))
        return counts

    def _item(self, *states: str) -> str:
        fitting = [name for name, item in self._items.items() if item["state"] in states]
        if fitting and not self._dice.chance(6):
            return self._dice.pick(fitting)
        return self._dice.pick([*self._items, "unknown"])

    def _agent(self) -> str:
        rare = self._dice.chance(2) or not self._agents
        return "unknown" if rare else self._dice.pick(self._agents)

    def _team(self) -> str:
        rare = self._dice.chance(2) or not self._teams
        return "unknown" if rare else self._dice.pick(self._teams)

    def _changes(self, fields: dict[str, Any], fixed: tuple[str, ...]) -> dict[str, Any]:
        """A few of the fields; now and then one that cannot be changed."""
        names = sorted(fields)
        first = self._dice.pick(names)
        chosen = {name for name in names if name == first or self._dice.chance(20)}
        changes = {name: fields[name] for name in sorted(chosen)}
        if self._dice.chance(3):
            changes[self._dice.pick(fixed)] = "t0"
        return changes

    # One method a verb: the command's fields.

    def _submit(self) -> dict[str, Any]:
        again = self._items and self._dice.chance(2)
        name = self._dice.pick(list(self._items)) if again else f"i{len(self._items)}"
        teams = self._teams if self._teams and not self._dice.chance(1) else ["unknown"]
        agents = self._agents if not self._dice.chance(2) else ["unknown"]
        return {"item": generate_item(self._dice, name, teams, agents, self._now)}

    def _assign(self) -> dict[str, Any]:
        strict = self._dice.pick((None, None, None, None, None, None, False, True))
        states = _ITEM_VERBS["assign"][1]
        return {"item": self._item(*states), "agent": self._agent(), "strict": strict}

    def _only_item(self, verb: str) -> dict[str, Any]:
        return {"item": self._item(*_ITEM_VERBS[verb][1])}

    def _release(self) -> dict[str, Any]:
        return self._only_item("release")

    def _wake(self) -> dict[str, Any]:
        return self._only_item("wake")

    def _close(self) -> dict[str, Any]:
        return self._only_item("close")

    def _reopen(self) -> dict[str, Any]:
        return self._only_item("reopen")

    def _transfer(self) -> dict[str, Any]:
        fields = self._only_item("transfer")
        return {**fields, "team": self._team(), "keep_agent": self._dice.chance(50)}

    def _pull(self) -> dict[str, Any]:
        return {"agent": self._agent()}

    def _snooze(self) -> dict[str, Any]:
        later = self._now + self._dice.integer(0 if self._dice.chance(10) else 1, 12)
        return {**self._only_item("snooze"), "until": None if self._dice.chance(20) else later}

    def _reply(self) -> dict[str, Any]:
        fields = self._only_item("reply")
        closed = self._items.get(fields["item"], {}).get("state") == "closed"
        customer = closed and not self._dice.chance(6)
        return {**fields, "by": "customer" if customer else self._dice.pick(("agent", "customer"))}

    def _update_item(self) -> dict[str, Any]:
        fields = self._dice_item_fields()
        changes = self._changes(fields, ("id", "team", "created_at"))
        return {**self._only_item("update_item"), "changes": changes}

    def _dice_item_fields(self) -> dict[str, Any]:
        fields = _item_fields(self._dice, self._agents, self._now)
        for name in ("channel", "preferred_agent", "only_agent", "affinity_wait", "due_at"):
            if self._dice.chance(20):
                fields[name] = None
        return fields or {"priority": self._dice.integer(1, 5)}

    def _accept(self) -> dict[str, Any]:
        item = self._item("offered")
        right = self._items.get(item, {}).get("offered_to")
        agent = right if right is not None and not self._dice.chance(6) else self._agent()
        return {"item": item, "agent": agent}

    _decline = _accept

    def _set_presence(self) -> dict[str, Any]:
        return {
            "agent": self._agent(),
            "presence": self._dice.pick(PRESENCES),
            "reason": self._dice.pick((None, "lunch")),
            "by": self._dice.pick(("agent", "manager")),
        }

    def _heartbeat(self) -> dict[str, Any]:
        return {"agent": self._agent()}

    def _advance(self) -> dict[str, Any]:
        return {}

    def _add_agent(self) -> dict[str, Any]:
        name = self._dice.pick(AGENT_IDS)
        teams = [*self._teams, "unknown"] if self._dice.chance(3) else self._teams
        presence = self._dice.pick(PRESENCES)
        return {"agent": Agent(name, presence=presence, **_agent_fields(self._dice, teams))}

    def _agent_changes(self) -> dict[str, Any]:
        fields = _agent_fields(self._dice, self._teams)
        teams = {name: fields.pop(name) for name in ("primary", "secondary")}
        if self._dice.chance(30):
            fields["capacity"] = None
        if not fields or self._dice.chance(30):
            return teams  # both at once: one alone may name a team twice
        return self._changes(fields, ("id", "presence"))

    def _update_agent(self) -> dict[str, Any]:
        return {"agent": self._agent(), "changes": self._agent_changes()}

    def _update_agents(self) -> dict[str, Any]:
        if self._dice.chance(50):
            where: Any = list(dict.fromkeys(self._agent() for _ in range(3)))
        else:
            conditions: tuple[dict[str, str], ...] = (
                {}, {"tag": self._dice.pick(TAGS)}, {"team": self._team()},
                {"primary": self._team(), "skill": self._dice.pick(SKILLS)},
                {"secondary": self._team()}, {"presence": self._dice.pick(PRESENCES)},
            )  # fmt: skip
            where = self._dice.pick(conditions)
        return {"where": where, "changes": self._agent_changes()}

    def _remove_agent(self) -> dict[str, Any]:
        return {"agent": self._agent()}

    def _add_team(self) -> dict[str, Any]:
        name = self._dice.pick(TEAM_IDS)
        return {"team": Team(name, **_team_fields(self._dice, offers=self._dice.chance(40)))}

    def _update_team(self) -> dict[str, Any]:
        fields = _team_fields(self._dice, offers=self._dice.chance(50))
        for name, value in (("manual", False), ("offer_timeout", None), ("agent_limit", None)):
            if self._dice.chance(20):
                fields[name] = value
        changes = self._changes(fields or {"rank": self._dice.integer(0, 2)}, ("id",))
        return {"team": self._team(), "changes": changes}

    def _remove_team(self) -> dict[str, Any]:
        return {"team": self._team(), "move_to": None if self._dice.chance(20) else self._team()}

    def _update_workspace(self) -> dict[str, Any]:
        fields = _workspace_fields(self._dice)
        for name, value in (
            ("ageing", None), ("assignment_rate", None), ("ramp_in", None),
            ("auto_away_after", None), ("auto_reassign_after", None), ("strict", False),
            ("snoozed_counts", False), ("customer_wait_counts", True),
        ):  # fmt: skip
            if self._dice.chance(15):
                fields[name] = value
        return {"changes": self._changes(fields, ("teams", "agents"))}


def generate_command(
    dice: Dice, state: Mapping[str, Any], now: float, favoured: Collection[str] = ()
) -> Command:
    """A command at `now` for a desk in that state, mostly one that is not refused.

    Favoured verbs are eight times as frequent as they are otherwise.
    """
    return _Caller(dice, state, now, favoured).command()


def generate_instant(dice: Dice, clock: float, wakeup: float | None) -> float:
    """The instant of the next command: often the present one, or exactly the next wake-up."""
    now = max(0.0, clock)
    if wakeup is not None and wakeup - now <= SOON and dice.chance(20):
        return wakeup
    return now + dice.pick((0, 0, 0, 1, 1, 2, 3, 5, 9))
