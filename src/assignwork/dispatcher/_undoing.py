"""Undoing a step in which a policy of the caller's raised (D6).

Only desks with such policies pay for it: their commands are wrapped, and each step keeps a journal.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from assignwork import errors
from assignwork.dispatcher._ground import Ground
from assignwork.dispatcher._journal import MISSING, Journal
from assignwork.model import Workspace

# The verbs of `assignwork.commands`, which is not imported until somebody uses command objects.
_VERBS = (
    "submit", "assign", "release", "transfer", "pull", "snooze", "wake", "reply", "close",
    "reopen", "update_item", "accept", "decline", "set_presence", "heartbeat", "advance",
    "acknowledge", "escalate", "approve", "reject", "post_update", "post_report", "rate",
    "rebalance", "add_agent", "update_agent", "update_agents", "remove_agent", "add_team",
    "update_team", "remove_team", "update_workspace",
)  # fmt: skip


class Undoing(Ground):
    """The journal of a step, and commands that fall back on it."""

    __slots__ = ()

    # --- policies of the caller's --------------------------------------------------------------

    def _guard(self) -> None:
        """Whether a caller's policy may raise in the middle of a step."""
        settings = self._settings
        self._guarded = _has_policy(settings) or any(
            _has_policy(team.spec) for team in self._teams.values()
        )
        self._free_rules = bool(settings.eligibility) or any(
            hasattr(team.rule, "name") for team in self._teams.values()
        )
        self._wrap_commands()

    def _wrap_commands(self) -> None:
        for verb in _VERBS:
            if self._guarded and verb not in self.__dict__:
                setattr(self, verb, self._undoing(getattr(self, verb)))
            elif not self._guarded:
                self.__dict__.pop(verb, None)

    def _undoing(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """A command that is undone when a policy of the caller's raises."""

        @functools.wraps(method)
        def run(*args: Any, **options: Any) -> Any:
            if self._busy:
                raise errors.AssignworkError(
                    f"a policy gave the command {method.__name__} to the desk that asks it",
                    remedy="answer from what the policy is shown",
                )
            self._busy = True
            try:
                return method(*args, **options)
            except BaseException as error:
                if self._journal is not None:
                    self._blame(error)
                self._undo()
                raise
            finally:
                self._busy = False

        return run

    def _guard_for(self, *specs: Any) -> bool:
        """Whether a command brings the desk's first policies of the caller's, which may raise.

        If so the commands are wrapped now, and this one must be given once more.
        """
        if self._guarded or not any(_has_policy(spec) for spec in specs):
            return False
        self._guarded = True
        self._wrap_commands()
        return True

    def _blame(self, error: BaseException) -> None:
        """Name the desk's policies where none was named yet, as when their keys do not compare."""
        if isinstance(error, errors.AssignworkError) or getattr(error, "__notes__", None):
            return
        settings = self._settings
        found = [*settings.item_order, settings.reassign, *settings.eligibility]
        for team in self._teams.values():
            found += [team.chooser.policy, team.rule]
        named = sorted({repr(policy.name) for policy in found if hasattr(policy, "name")})
        error.add_note(f"in a step that asked policies or compared their keys: {', '.join(named)}")

    # --- the journal ---------------------------------------------------------------------------

    def _counters(self) -> tuple[Any, ...]:
        """All plain counters."""
        return (
            self._seq, self._item_seq, self._assign_seq, self._registrations, self._team_orders,
            self._started,
        )  # fmt: skip

    def _open_journal(self) -> None:
        self._journal = Journal(
            timers_created=self._timers.created,
            events=len(self._out),
            counters=self._counters(),
            settings=(self._settings, self._retired, self._clock),
        )
        self._timers.journal = self._journal.timers

    def _undo(self) -> None:
        """Put everything back as it was when the journal was opened."""
        journal = self._journal
        if journal is None:
            return
        self._journal = None
        self._timers.journal = None
        self._looks.clear()
        self._ripened = math.nan
        for mapping, key, old in reversed(journal.dicts):
            if old is MISSING:
                mapping.pop(key, None)
            else:
                mapping[key] = old
        for record, saved in journal.records.values():
            record.restore(saved)
        if journal.dicts:
            _reorder(self._agents, lambda agent: agent.reg)
            _reorder(self._teams, lambda team: team.order)
        self._timers.undo(journal.timers, journal.timers_created)
        del self._out[journal.events :]
        (
            self._seq, self._item_seq, self._assign_seq, self._registrations, self._team_orders,
            self._started,
        ) = journal.counters  # fmt: skip
        settings, retired, self._clock = journal.settings
        if settings is not self._settings:
            self._configure(settings)
            self._retire(retired)
        self._rebuild(keys=False)

    def _put(self, mapping: dict[str, Any], key: str, value: Any) -> None:
        if self._journal is not None:
            self._journal.dicts.append((mapping, key, mapping.get(key, MISSING)))
        mapping[key] = value

    def _pop(self, mapping: dict[str, Any], key: str) -> None:
        if self._journal is not None:
            self._journal.dicts.append((mapping, key, mapping[key]))
        del mapping[key]

    def _touch(self, record: Any) -> None:
        """Before a record changes: keep it, if this step may have to be undone."""
        if self._journal is not None:
            self._journal.save(record)


def _has_policy(spec: Any) -> bool:
    """Whether a team or workspace names a policy of the caller's."""
    if isinstance(spec, Workspace):
        return (
            bool(spec.eligibility)
            or not isinstance(spec.reassign, str)
            or any(not isinstance(entry, str) for entry in spec.item_order)
        )
    return hasattr(spec.selection, "name") or hasattr(spec.secondary_rule, "name")


def _reorder(mapping: dict[str, Any], key: Callable[[Any], int]) -> None:
    """Sort a dict in place, for what was put back stands last."""
    entries = sorted(mapping.items(), key=lambda entry: key(entry[1]))
    mapping.clear()
    mapping.update(entries)
