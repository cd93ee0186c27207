"""The items of an export and what was logged of each, in time order.

Rows become moments: what the log says of an item at one instant, in the words of the mapping
(status, group, agent) instead of the export's. Nothing here knows commands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

from assignwork._fields import MAX_ID_LENGTH, nearest
from assignwork.errors import InputError
from assignwork.intake.instants import InstantReader
from assignwork.intake.mapping import ISO, LogMapping
from assignwork.intake.tables import Row


class Moment(NamedTuple):
    """What the log says of an item at an instant; None: nothing."""

    at: float
    status: str | None
    state: str | None
    group: str | None
    agent: str | None
    by_system: bool
    priority: int | None
    impact: int | None
    urgency: int | None
    category: str | None


class Tally:
    """What an import counts on its way.

    Attributes
    ----------
    rows : int
        Rows read.
    dropped, adjusted : Counter
        What did not go into the commands, and what went in otherwise than it stands, by reason.
    """

    __slots__ = ("adjusted", "dropped", "rows")

    def __init__(self) -> None:
        self.rows = 0
        self.dropped: Counter[str] = Counter()
        self.adjusted: Counter[str] = Counter()


class Case:
    """An item of the log, with its moments in time order."""

    __slots__ = (
        "channel", "closed_at", "customer", "id", "line", "moments", "opened_at", "resolved_at",
        "subject", "tags",
    )  # fmt: skip

    def __init__(self, case_id: str, line: int) -> None:
        self.id = case_id
        self.line = line
        self.opened_at: float | None = None
        self.resolved_at: float | None = None
        self.closed_at: float | None = None
        self.channel: str | None = None
        self.customer: str | None = None
        self.subject: str | None = None
        self.tags: dict[str, str] = {}
        self.moments: list[Moment] = []

    @property
    def opening(self) -> float:
        """POSIX seconds at which it was opened: as logged, else its first moment."""
        return self.moments[0].at if self.opened_at is None else self.opened_at


def read_cases(rows: Iterable[Row], mapping: LogMapping, file: str, tally: Tally) -> list[Case]:
    """All items of the export, in the order in which they first stand in it.

    Parameters
    ----------
    rows : iterable of Row
        With the values of ``mapping.fields.columns()``, in that order.
    mapping : LogMapping
    file : str
        What errors call it.
    tally : Tally
        Gets what was read, dropped and adjusted.

    Raises
    ------
    InputError
        For a value that cannot be used, with line, column, value and remedy.
    """
    reader = _CaseReader(mapping, file, tally)
    for line, values in rows:
        reader.read(line, values)
    if not reader.cases:
        raise InputError(
            "the file has a header but no row", file=file, remedy="give an export with rows"
        )
    return [_ordered(case, tally) for case in reader.cases.values()]


def _ordered(case: Case, tally: Tally) -> Case:
    moments = case.moments
    if any(a.at > b.at for a, b in pairwise(moments)):
        tally.adjusted["cases out of time order, sorted"] += 1
        moments.sort(key=lambda moment: moment.at)  # stable: rows of one instant keep their order
    opened = case.opening
    if moments[0].at < opened:
        early = sum(moment.at < opened for moment in moments)
        tally.adjusted["rows before their case was opened, taken at its opening"] += early
        case.moments = [m._replace(at=opened) if m.at < opened else m for m in moments]
    return case


class _CaseReader:
    def __init__(self, mapping: LogMapping, file: str, tally: Tally) -> None:
        self.cases: dict[str, Case] = {}
        self._mapping = mapping
        self._file = file
        self._tally = tally
        self._instants = InstantReader(mapping.time)
        self._missing = frozenset(mapping.file.missing)
        self._statuses: Mapping[str, str] = mapping.states.by_value()
        self._left_out = frozenset(mapping.people.leave_out)
        self._system = frozenset((*mapping.people.system, *mapping.people.leave_out))
        self._places = {column: i for i, column in enumerate(mapping.fields.columns())}
        fields = mapping.fields
        self._get: dict[str, Callable[[list[str | None]], str | None]] = {
            name: self._getter(getattr(fields, name))
            for name in (
                "case", "at", "opened_at", "resolved_at", "closed_at", "state", "group", "agent",
                "actor", "priority", "impact", "urgency", "channel", "category", "customer",
                "subject",
            )
        }  # fmt: skip
        self._tags = {tag: self._getter(columns) for tag, columns in fields.tags.items()}

    def _getter(self, columns: tuple[str, ...] | None) -> Callable[[list[str | None]], str | None]:
        if columns is None:
            return lambda _: None
        places = [self._places[column] for column in columns]
        if len(places) == 1:
            place = places[0]
            return lambda values: values[place]

        def joined(values: list[str | None]) -> str | None:
            found = [values[place] for place in places]
            return None if not any(found) else "/".join(value or "" for value in found)

        return joined

    def read(self, line: int, values: list[str | None]) -> None:
        """Add a row to its case."""
        missing = self._missing
        values = [None if value in missing else value for value in values]
        self._tally.rows += 1
        case_id = self._name(line, "case", values)
        if case_id is None:
            self._refuse(
                line, "case", None, "no case id", "give each row one, or correct fields.case"
            )
        case = self.cases.get(case_id)
        if case is None:
            case = self.cases[case_id] = Case(case_id, line)
        elif self._mapping.fields.at is None:
            self._tally.dropped["rows that repeat a case"] += 1
            return
        self._fill(case, line, values)
        if self._mapping.fields.at is None:
            self._read_whole(case, line, values)
        else:
            at = self._instant(line, "at", values)
            if at is None:
                self._refuse(
                    line, "at", None, "no instant", "give each row one, or correct fields.at"
                )
            case.moments.append(self._moment(at, line, values))

    def _fill(self, case: Case, line: int, values: list[str | None]) -> None:
        """What an item has once: the first value that the log has of it."""
        get = self._get
        for name in ("opened_at", "resolved_at", "closed_at"):
            if getattr(case, name) is None:
                setattr(case, name, self._instant(line, name, values))
        for name in ("channel", "customer", "subject"):
            if getattr(case, name) is None:
                setattr(case, name, get[name](values))
        for tag, getter in self._tags.items():
            if tag not in case.tags and (found := getter(values)) is not None:
                case.tags[tag] = found

    def _read_whole(self, case: Case, line: int, values: list[str | None]) -> None:
        """An export with a row per item: it is open from `opened_at` to its resolution."""
        if case.opened_at is None:
            self._refuse(
                line,
                "opened_at",
                None,
                "no instant",
                "give each row one, or correct fields.opened_at",
            )
        moment = self._moment(case.opened_at, line, values)
        case.moments.append(moment._replace(status="open", state=None))
        end = case.closed_at if case.resolved_at is None else case.resolved_at
        if end is not None:
            case.moments.append(moment._replace(at=max(end, moment.at), status="done", state=None))

    def _moment(self, at: float, line: int, values: list[str | None]) -> Moment:
        get = self._get
        state = get["state"](values)
        agent = self._name(line, "agent", values)
        actor = get["actor"](values)
        by_system = (agent if actor is None else actor) in self._system
        levels = self._mapping.levels
        return Moment(
            at,
            self._status(line, state),
            state,
            self._name(line, "group", values),
            None if agent in self._left_out else agent,
            by_system,
            self._level(line, "priority", values, levels.priority, 2**31 - 1),
            self._level(line, "impact", values, levels.impact, 4),
            self._level(line, "urgency", values, levels.urgency, 4),
            get["category"](values),
        )

    def _name(self, line: int, name: str, values: list[str | None]) -> str | None:
        """What becomes the id of an item, team or agent."""
        found = self._get[name](values)
        if found is not None and not 0 < len(found) <= MAX_ID_LENGTH:
            self._refuse(
                line,
                name,
                found,
                f"a name of {len(found)} characters",
                f"give 1 to {MAX_ID_LENGTH}, or name the mark of a missing value in file.missing",
            )
        return found

    def _status(self, line: int, state: str | None) -> str | None:
        if state is None:
            return "open" if self._mapping.fields.state is None else None
        found = self._statuses.get(state)
        if found is None:
            found = self._mapping.states.other
            if found == "error":
                near = nearest(state, self._statuses)
                self._refuse(
                    line, "state", state, f"the state {state!r} is in no list of the mapping",
                    f"add it to one of states.open, waiting, parked, done or ignored ({near}), "
                    "or set states.other",
                )  # fmt: skip
            self._tally.adjusted[f"rows with a state in no list, taken as {found}"] += 1
        return found

    def _level(
        self, line: int, name: str, values: list[str | None], table: Mapping[str, int], most: int
    ) -> int | None:
        text = self._get[name](values)
        if text is None:
            return None
        found = table.get(text)
        if found is None and not table:
            found = int(text) if re.fullmatch("[0-9]{1,10}", text) else None
        if found is None or not 1 <= found <= most:
            self._refuse(
                line, name, text, f"{text!r} is no {name} of the mapping",
                f"add it to levels.{name}" + (f"; {nearest(text, table)}" if table else ""),
            )  # fmt: skip
        return found

    def _instant(self, line: int, name: str, values: list[str | None]) -> float | None:
        text = self._get[name](values)
        if text is None:
            return None
        try:
            return self._instants(text)
        except ValueError:
            form = self._mapping.time.format
            written = "ISO 8601" if form == ISO else form
            self._refuse(
                line, name, text, f"{text!r} is no instant written as {written}",
                "mend the value, set time.format, or name the mark of a missing value in "
                "file.missing",
            )  # fmt: skip

    def _refuse(self, line: int, name: str, value: Any, what: str, remedy: str) -> NoReturn:
        columns = getattr(self._mapping.fields, name)
        raise InputError(
            what,
            file=self._file,
            line=line,
            field="/".join(columns),
            value=value,
            remedy=remedy,
        )
