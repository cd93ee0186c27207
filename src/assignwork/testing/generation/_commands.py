"""Made-up commands, and the instants at which they are given."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from assignwork.commands import BEST_SCORE, VERBS, Command
from assignwork.model import Agent, Team, Workspace
from assignwork.model.references import teams_named
from assignwork.testing.generation._dice import (
    AGENT_IDS,
    MINUTES,
    OUTSIDERS,
    SKILLS,
    TEAM_IDS,
    Dice,
    few_of,
)
from assignwork.testing.generation._items import generate_item, item_fields
from assignwork.testing.generation._moves import generate_moves
from assignwork.testing.generation._promises import (
    CONTENT,
    SECTIONS,
    Names,
    generate_promise_changes,
    is_timed,
)
from assignwork.testing.generation._workspaces import (
    PRESENCES,
    TAGS,
    agent_fields,
    team_fields,
    workspace_fields,
)

MANY_OPEN = 12  # open items above which closing is more frequent than submitting
SOON = 60  # seconds; a wake-up later than that is not waited for
LATER = 600  # seconds; likewise where there are calendars
MINUTE = 60

# How often each verb is asked for, in relation to the others, and the item states it is meant for.
_OPEN = ("queued", "offered", "assigned", "snoozed")
_ITEM_VERBS: dict[str, tuple[int, tuple[str, ...]]] = {
    "assign": (5, _OPEN),
    "release": (4, ("assigned",)),
    "transfer": (4, _OPEN),
    "snooze": (6, ("queued", "assigned")),
    "wake": (3, ("snoozed",)),
    "reply": (12, ("queued", "offered", "assigned", "assigned", "snoozed", "closed")),
    "close": (12, ("queued", "offered", "assigned", "assigned", "snoozed")),
    "reopen": (4, ("closed",)),
    "update_item": (4, _OPEN),
    "accept": (24, ("offered",)),
    "decline": (10, ("offered",)),
}
_TIMED_ITEM_VERBS: dict[str, tuple[int, tuple[str, ...]]] = {
    "close": (12, (*_OPEN, "assigned", "assigned", "held")),
    "update_item": (7, (*_OPEN, "held")),
    "acknowledge": (5, _OPEN),
    "escalate": (4, _OPEN),
    "approve": (14, ("held",)),
    "reject": (2, ("held",)),
    "post_update": (4, _OPEN),
    "post_report": (4, ("closed",)),
    "rate": (2, (*_OPEN, "closed", "closed")),
}
_OTHER_VERBS = {
    "submit": 24, "pull": 5, "set_presence": 10, "heartbeat": 7, "advance": 6, "add_agent": 2,
    "update_agent": 3, "update_agents": 1, "remove_agent": 1, "add_team": 1, "update_team": 2,
    "remove_team": 1, "update_workspace": 3, "rebalance": 12,
}  # fmt: skip
_AGENT_VERBS = ("pull", "set_presence", "heartbeat", "update_agent", "remove_agent")


class _Caller:
    """Makes up one command for a desk in the given state."""

    def __init__(
        self,
        dice: Dice,
        state: Mapping[str, Any],
        now: float,
        favoured: Collection[str],
        workspace: Workspace | None,
    ) -> None:
        self._dice = dice
        self._items: Mapping[str, Mapping[str, Any]] = state["items"]
        self._people: Mapping[str, Mapping[str, Any]] = state["agents"]
        self._agents: list[str] = list(state["agents"])
        self._teams: list[str] = list(state["teams"])
        self._now = now
        self._favoured = favoured
        self._workspace = workspace
        self._timed = is_timed(workspace)
        self._verbs = {**_ITEM_VERBS, **_TIMED_ITEM_VERBS} if self._timed else _ITEM_VERBS

    def command(self) -> Command:
        options = []
        for verb, count in self._counts():
            options += [verb] * (count * 8 if verb in self._favoured else count)
        verb = self._dice.pick(options)
        return VERBS[verb](**getattr(self, f"_{verb}")())

    def _counts(self) -> list[tuple[str, int]]:
        """How often each verb; those that would be refused at once are rare."""
        open_items = sum(item["state"] != "closed" for item in self._items.values())
        counts = [
            (verb, count * 2 if self._timed and verb == "update_workspace" else count)
            for verb, count in _OTHER_VERBS.items()
            if self._agents or verb not in _AGENT_VERBS
        ]
        rare = self._dice.chance(10)
        for verb, (count, _) in self._verbs.items():
            fits = any(self._fits(verb, item) for item in self._items.values())
            more = verb == "close" and open_items > MANY_OPEN
            if fits or rare:
                counts.append((verb, count * 3 if more else count if fits else 1))
        return counts

    def _fits(self, verb: str, item: Mapping[str, Any]) -> bool:
        """Whether the verb is meant for items like this one."""
        if item["state"] not in self._verbs[verb][1]:
            return False
        if self._workspace is None:
            return True
        if verb == "escalate":
            followed: str | None = item.get("path", "unknown" if self._workspace.paths else None)
            return followed is not None
        return verb != "post_report" or self._reports(self._workspace, item.get("own_priority"))

    def _reports(self, workspace: Workspace, priority: int | None) -> bool:
        """Whether a report may be due of a closed item of that priority."""
        for protocol in workspace.protocols:
            levels = [workspace.priority_levels.get(str(of), of) for of in protocol.priorities]
            if not levels or priority is None or priority in levels:
                return bool(protocol.report_on_close)
        return False

    def _item_for(self, verb: str) -> str:
        fitting = [name for name, item in self._items.items() if self._fits(verb, item)]
        if fitting and not self._dice.chance(6):
            return self._dice.pick(fitting)
        return self._dice.pick([*self._items, "unknown"])

    def _agent(self) -> str:
        rare = self._dice.chance(2) or not self._agents
        return "unknown" if rare else self._dice.pick(self._agents)

    def _team(self) -> str:
        rare = self._dice.chance(2) or not self._teams
        return "unknown" if rare else self._dice.pick(self._teams)

    def _person(self) -> str:
        return self._dice.pick([*OUTSIDERS, *self._agents])

    def _calendars(self) -> list[str] | None:
        """What shifts may name; None where nobody has one."""
        if self._workspace is None or not self._timed:
            return None
        return [calendar.id for calendar in self._workspace.calendars]

    # One method a verb: the command's fields. First those of items.

    def _submit(self) -> dict[str, Any]:
        again = self._items and self._dice.chance(2)
        name = self._dice.pick(list(self._items)) if again else f"i{len(self._items)}"
        teams = self._teams if self._teams and not self._dice.chance(1) else ["unknown"]
        agents = self._agents if not self._dice.chance(2) else ["unknown"]
        item = generate_item(self._dice, name, teams, agents, self._now, self._workspace)
        return {"item": item}

    def _assign(self) -> dict[str, Any]:
        strict = self._dice.pick((None, None, None, None, None, None, False, True))
        return {"item": self._item_for("assign"), "agent": self._agent(), "strict": strict}

    def _release(self) -> dict[str, Any]:
        return {"item": self._item_for("release")}

    def _wake(self) -> dict[str, Any]:
        return {"item": self._item_for("wake")}

    def _close(self) -> dict[str, Any]:
        return {"item": self._item_for("close")}

    def _reopen(self) -> dict[str, Any]:
        return {"item": self._item_for("reopen")}

    def _transfer(self) -> dict[str, Any]:
        item = self._item_for("transfer")
        return {"item": item, "team": self._team(), "keep_agent": self._dice.chance(50)}

    def _pull(self) -> dict[str, Any]:
        return {"agent": self._agent()}

    def _snooze(self) -> dict[str, Any]:
        soonest = 0 if self._dice.chance(10) else 1
        later = self._now + self._dice.integer(soonest, 12)
        if self._timed and self._dice.chance(40):
            later = self._now + self._dice.pick(MINUTES)
        until = None if self._dice.chance(20) else later
        return {"item": self._item_for("snooze"), "until": until}

    def _reply(self) -> dict[str, Any]:
        item = self._item_for("reply")
        closed = self._items.get(item, {}).get("state") == "closed"
        customer = closed and not self._dice.chance(6)
        by = "customer" if customer else self._dice.pick(("agent", "customer"))
        return {"item": item, "by": by}

    def _update_item(self) -> dict[str, Any]:
        fields = item_fields(self._dice, self._agents, self._now, self._workspace)
        open_fields = ["channel", "preferred_agent", "only_agent", "affinity_wait", "due_at"]
        fixed = ["id", "team", "created_at"]
        if self._timed:
            open_fields += ["priority", "category", "impact"]
            fixed.append("catalog")
        for name in open_fields:
            if self._dice.chance(20):
                fields[name] = None
        fields = fields or {"priority": self._dice.integer(1, 5)}
        return {
            "item": self._item_for("update_item"),
            "changes": few_of(self._dice, fields, fixed),
        }

    def _accept(self) -> dict[str, Any]:
        item = self._item_for("accept")
        right = self._items.get(item, {}).get("offered_to")
        agent = right if right is not None and not self._dice.chance(6) else self._agent()
        return {"item": item, "agent": agent}

    _decline = _accept

    # Promises, paths, protocols and approvals.

    def _maybe_person(self) -> str | None:
        return self._person() if self._dice.chance(50) else None

    def _acknowledge(self) -> dict[str, Any]:
        followers = self._dice.chance(70) and any(it.get("path") for it in self._items.values())
        item = self._item_for("escalate" if followers else "acknowledge")
        return {"item": item, "by": self._maybe_person()}

    def _escalate(self) -> dict[str, Any]:
        reason = self._dice.pick((None, "stuck"))
        return {"item": self._item_for("escalate"), "reason": reason, "by": self._maybe_person()}

    def _approve(self) -> dict[str, Any]:
        item = self._item_for("approve")
        remaining = self._items.get(item, {}).get("approvals") or ()
        if not remaining or self._dice.chance(6):
            return {"item": item, "by": self._person()}
        groups = {} if self._workspace is None else self._workspace.groups
        return {"item": item, "by": self._dice.pick(groups.get(remaining[0]) or remaining[:1])}

    def _reject(self) -> dict[str, Any]:
        return {**self._approve(), "reason": self._dice.pick((None, "no budget"))}

    def _post(self, verb: str, wanted: tuple[str, ...], missing: int) -> dict[str, Any]:
        content = {name: f"about {name}" for name in wanted if not self._dice.chance(missing)}
        return {"item": self._item_for(verb), "content": content, "by": self._maybe_person()}

    def _post_update(self) -> dict[str, Any]:
        return self._post("post_update", CONTENT, 6)

    def _post_report(self) -> dict[str, Any]:
        return self._post("post_report", SECTIONS, 4)

    def _rate(self) -> dict[str, Any]:
        item, score = self._item_for("rate"), self._dice.integer(1, BEST_SCORE)
        return {"item": item, "score": score, "by": self._maybe_person()}

    # Agents and time.

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

    def _rebalance(self) -> dict[str, Any]:
        """A plan, seldom one of another desk, which has seen more or fewer events."""
        seen = self._dice.pick((None, None, None, None, None, None, 0, 1, 40, 1_000_000))
        return {
            "moves": generate_moves(self._dice, self._items, self._people),
            "all_or_nothing": self._dice.chance(12),
            "seen": seen,
        }

    # Configuration.

    def _add_agent(self) -> dict[str, Any]:
        name = self._dice.pick(AGENT_IDS)
        teams = [*self._teams, "unknown"] if self._dice.chance(3) else self._teams
        presence = self._dice.pick(PRESENCES)
        fields = agent_fields(self._dice, teams, self._calendars())
        return {"agent": Agent(name, presence=presence, **fields)}

    def _agent_changes(self) -> dict[str, Any]:
        fields = agent_fields(self._dice, self._teams, self._calendars())
        teams = {name: fields.pop(name) for name in ("primary", "secondary")}
        if self._dice.chance(30):
            fields["capacity"] = None
        if self._timed and self._dice.chance(15):
            fields["shift"] = "unheard" if self._dice.chance(10) else None
        if not fields or self._dice.chance(30):
            return teams  # both at once: one alone may name a team twice
        return few_of(self._dice, fields, ("id", "presence"))

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
        fields = team_fields(self._dice, offers=self._dice.chance(40), timed=self._timed)
        return {"team": Team(name, **fields)}

    def _update_team(self) -> dict[str, Any]:
        fields = team_fields(self._dice, offers=self._dice.chance(50), timed=self._timed)
        emptied = [("manual", False), ("offer_timeout", None), ("agent_limit", None)]
        if self._timed:
            emptied.append(("min_shift_left", None))
        for name, value in emptied:
            if self._dice.chance(20):
                fields[name] = value
        changes = few_of(self._dice, fields or {"rank": self._dice.integer(0, 2)}, ("id",))
        return {"team": self._team(), "changes": changes}

    def _remove_team(self) -> dict[str, Any]:
        team = self._team()
        if self._workspace is not None and self._timed and not self._dice.chance(20):
            named = {name for _, name in teams_named(self._workspace)}
            team = self._dice.pick([name for name in self._teams if name not in named] or [team])
        return {"team": team, "move_to": None if self._dice.chance(20) else self._team()}

    def _update_workspace(self) -> dict[str, Any]:
        fields = workspace_fields(self._dice, timed=self._timed)
        for name, value in (
            ("ageing", None), ("assignment_rate", None), ("ramp_in", None),
            ("auto_away_after", None), ("auto_reassign_after", None), ("strict", False),
            ("snoozed_counts", False), ("customer_wait_counts", True),
        ):  # fmt: skip
            if self._dice.chance(15):
                fields[name] = value
        if self._workspace is not None and self._timed and self._dice.chance(60):
            names = Names.of(self._workspace, self._teams, self._agents)
            fields = generate_promise_changes(self._dice, names) or fields
        return {"changes": few_of(self._dice, fields, ("teams", "agents"))}


def generate_command(
    dice: Dice,
    state: Mapping[str, Any],
    now: float,
    favoured: Collection[str] = (),
    workspace: Workspace | None = None,
) -> Command:
    """A command at `now` for a desk in that state, mostly one that is not refused.

    Parameters
    ----------
    dice : Dice
    state : mapping
        As `ReferenceDesk.state()` gives it: of items at least `state`, `team`, `owner` and
        `offered_to`, of agents `presence`, `load`, `capacity`, `primary` and `secondary`.
    now : float
        POSIX seconds.
    favoured : collection of str
        Verbs that are eight times as frequent as they are otherwise.
    workspace : Workspace, optional
        What the desk was made of, or is made of now. Without it no command has to do with
        calendars, shifts, targets, paths, protocols or a catalog.
    """
    return _Caller(dice, state, now, favoured, workspace).command()


def generate_instant(
    dice: Dice, clock: float, wakeup: float | None, workspace: Workspace | None = None
) -> float:
    """The instant of the next command: often the present one, or exactly the next wake-up.

    Steps are seconds; for a workspace with features of time some are minutes, often full ones.
    """
    now = max(0.0, clock)
    timed = is_timed(workspace)
    near = wakeup is not None and wakeup - now <= (LATER if timed else SOON)
    if wakeup is not None and near and dice.chance(30 if timed else 20):
        return wakeup
    return _later(dice, now) if timed else now + dice.pick((0, 0, 0, 1, 1, 2, 3, 5, 9))


def _later(dice: Dice, now: float) -> float:
    """The same instant, or a later one on a whole second, often on a full minute."""
    if dice.chance(55):
        return now
    second = math.floor(now)
    kind = dice.pick(("seconds", "seconds", "seconds", "next", "full", "minutes", "any"))
    if kind in ("next", "full"):
        full = second // MINUTE + (1 if kind == "next" else dice.integer(1, 5))
        return float(full * MINUTE)
    if kind == "any":
        return float(second + dice.integer(1, 400))
    return float(second + dice.pick((1, 2, 3, 5, 9) if kind == "seconds" else MINUTES))
