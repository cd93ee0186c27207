"""From what was logged of an item to the commands that replay it.

The dispatcher, not the log, decides who gets what, so no command here depends on an assignment:
each is valid whoever owns the item, or nobody. What the log says of people goes to `people`.

The walk keeps three facts of an item, because they decide which command is valid: whether it is
closed, whether it is snoozed (`parked` states), and whether we wait for its customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assignwork.commands import (
    Close,
    Command,
    Reopen,
    Reply,
    Snooze,
    Submit,
    Transfer,
    UpdateItem,
    Wake,
)
from assignwork.errors import ConfigurationError, InputError
from assignwork.intake.cases import Case, Moment, Tally
from assignwork.intake.mapping import LogMapping
from assignwork.model import WorkItem

FACTORS = ("priority", "impact", "urgency", "category")


def first_group(case: Case, missing: str) -> str:
    """Where the item begins: its first group, even one that the log names only later."""
    for moment in case.moments:
        if moment.group is not None:
            return moment.group
    return missing


def statuses(case: Case) -> Iterator[tuple[Moment, str]]:
    """Each moment that says something, with its status; without one the last goes on."""
    status = "open"
    for moment in case.moments:
        if moment.status == "ignored":
            continue
        status = moment.status or status
        yield moment, status


class Translator:
    """Makes the commands of items, and counts what has none.

    Parameters
    ----------
    mapping : LogMapping
    file : str
        What errors call it.
    tally : Tally
        Gets what was dropped and adjusted.
    """

    def __init__(self, mapping: LogMapping, file: str, tally: Tally) -> None:
        self._mapping = mapping
        self._file = file
        self._tally = tally

    def commands(self, case: Case) -> Iterator[tuple[float, Command]]:
        """The item's commands with their instants (POSIX seconds), in time order.

        Raises
        ------
        InputError
            When the log has a value that no item can have, such as an id that is too long.
        """
        walk = _Walk(case, self._mapping, self._tally)
        yield case.opening, Submit(self._item(case, walk))
        yield from walk.commands()

    def _item(self, case: Case, walk: _Walk) -> WorkItem:
        tags = tuple(f"{tag}:{value}" for tag, value in case.tags.items())
        try:
            return WorkItem(
                case.id,
                team=walk.team,
                priority=walk.known["priority"],
                channel=case.channel,
                created_at=case.opening,
                impact=walk.known["impact"],
                urgency=walk.known["urgency"],
                category=walk.known["category"],
                tags=tags,
                customer=case.customer,
                subject=case.subject,
            )
        except ConfigurationError as error:
            raise InputError.of(error, file=self._file, line=case.line) from None


class _Walk:
    """One item on its way through its moments."""

    def __init__(self, case: Case, mapping: LogMapping, tally: Tally) -> None:
        self.case = case
        self.mapping = mapping
        self.tally = tally
        self.team = first_group(case, mapping.groups.missing)
        self.known: dict[str, Any] = {name: getattr(case.moments[0], name) for name in FACTORS}
        self.closed = self.snoozed = self.customer_is_asked = False
        self.before: tuple[Moment, str] | None = None
        if case.moments[0].group is None:
            found = self.team != mapping.groups.missing
            tally.adjusted[
                "cases without a group at first, submitted to the first one named later"
                if found
                else f"cases without any group, submitted to {mapping.groups.missing!r}"
            ] += 1
        tally.dropped["rows whose state says nothing"] += sum(
            moment.status == "ignored" for moment in case.moments
        )

    def commands(self) -> Iterator[tuple[float, Command]]:
        for moment, status in statuses(self.case):
            if status == "done":
                yield from self._done(moment)
            else:
                for command in self._going_on(moment, status):
                    yield moment.at, command
            self.before = moment, status
        if not self.closed:
            yield from self._end()

    def _done(self, moment: Moment) -> Iterator[tuple[float, Command]]:
        if self.closed:
            self.tally.dropped["rows of cases already closed"] += 1
            return
        if moment.group is not None and moment.group != self.team:
            # The group would get it for no time at all.
            self.tally.dropped["changes of group in the row that resolves"] += 1
        since = self.case.opening if self.before is None else self.before[0].at
        resolved = self.case.resolved_at
        yield (
            resolved if resolved is not None and since <= resolved < moment.at else moment.at,
            Close(self.case.id),
        )
        self.closed, self.snoozed, self.customer_is_asked = True, False, False

    def _going_on(self, moment: Moment, status: str) -> Iterator[Command]:
        item = self.case.id
        if self.closed:
            yield Reopen(item)
            self.closed = False
        yield from self._coming_back(status)
        changes = {
            name: value
            for name in FACTORS
            if (value := getattr(moment, name)) is not None and value != self.known[name]
        }
        if changes:
            self.known |= changes
            yield UpdateItem(item, changes)
        quiet = not changes
        if moment.group is not None and moment.group != self.team:
            self.team = moment.group
            quiet = False
            yield Transfer(item, moment.group, keep_agent=self.mapping.commands.keep_agent)
        elif status == "queued" and self.before is not None and self.before[1] != "queued":
            self.tally.dropped["rows that give an item back to its own group"] += 1
        if status == "waiting" and not self.customer_is_asked:
            self.customer_is_asked = True
            yield Reply(item, "agent")
        elif status == "parked" and not self.snoozed:
            self.snoozed = True
            yield Snooze(item)
        elif quiet and self._is_update(moment, status):
            if self.mapping.commands.agent_update == "reply":
                yield Reply(item, "agent")
            else:
                self.tally.dropped["agents' updates"] += 1

    def _coming_back(self, status: str) -> Iterator[Command]:
        """A wait that is over; a customer's reply ends a snooze by itself."""
        item = self.case.id
        if self.customer_is_asked and status in ("open", "queued"):
            yield Reply(item, "customer")
            self.customer_is_asked = self.snoozed = False
        elif self.snoozed and status != "parked":
            yield Wake(item)
            self.snoozed = False

    def _is_update(self, moment: Moment, status: str) -> bool:
        """Whether an agent did something that changed neither state nor owner."""
        if self.before is None or moment.agent is None or moment.by_system:
            return False
        if status not in ("open", "waiting"):
            return False
        last = self.before[0]
        return (moment.state, moment.agent) == (last.state, last.agent)

    def _end(self) -> Iterator[tuple[float, Command]]:
        """An item that no row resolves, but whose resolution is logged."""
        case = self.case
        last = case.opening if self.before is None else max(self.before[0].at, case.opening)
        for at in (case.resolved_at, case.closed_at):
            if at is not None and at >= last:
                self.tally.adjusted["cases that no row resolves, closed as logged beside"] += 1
                yield at, Close(case.id)
                return
        self.tally.adjusted["cases never resolved, left open"] += 1
