"""All errors of the library: one tree under `AssignworkError`.

Each says what happened, the value, the limit and the way out, and carries them
as attributes, so that a host can show its own text. A command that raises one
has changed nothing (rule D6).
"""

from __future__ import annotations

from typing import Any


class AssignworkError(Exception):
    """Base of every error that the library raises on purpose.

    Parameters
    ----------
    what : str
        What is wrong, in lower case, with the names involved.
    value : object, optional
        The offending value.
    limit : object, optional
        What was allowed instead.
    remedy : str, optional
        The way out.

    Examples
    --------
    >>> str(AssignworkError("capacity is 0", value=0, limit="at least 1", remedy="raise it"))
    'capacity is 0 (allowed: at least 1); raise it'
    """

    def __init__(
        self, what: str, *, value: Any = None, limit: Any = None, remedy: str = "", **fields: Any
    ) -> None:
        self.what = what
        self.value = value
        self.limit = limit
        self.remedy = remedy
        self.fields = fields
        super().__init__(self._text())

    def _text(self) -> str:
        return self._stated()

    def _stated(self) -> str:
        """What is wrong, what was allowed, the way out; without the place."""
        allowed = "" if self.limit is None else f" (allowed: {self.limit})"
        return f"{self.what}{allowed}" + (f"; {self.remedy}" if self.remedy else "")

    def __reduce__(self) -> tuple[Any, ...]:
        state = {"value": self.value, "limit": self.limit, "remedy": self.remedy, **self.fields}
        return _rebuild, (type(self), self.what, state)


def _rebuild(cls: type[AssignworkError], what: str, state: dict[str, Any]) -> AssignworkError:
    return cls(what, **state)


class ConfigurationError(AssignworkError, ValueError):
    """A value that cannot be used, in a workspace, an item or a command.

    `field` is the path of the offending field, such as ``agents[2].capacity``.

    Examples
    --------
    >>> error = ConfigurationError("0 is not a positive integer", field="capacity", value=0)
    >>> str(error.within("agents[2]"))
    'agents[2].capacity: 0 is not a positive integer'
    """

    def __init__(self, what: str, *, field: str = "", **fields: Any) -> None:
        self.field = field
        super().__init__(what, field=field, **fields)

    def _text(self) -> str:
        return (f"{self.field}: " if self.field else "") + self._stated()

    def within(self, path: str) -> ConfigurationError:
        """The same error, its field prefixed by `path`."""
        inner = self.field
        joined = f"{path}{inner}" if inner.startswith("[") else f"{path}.{inner}" if inner else path
        state = {**self.fields, "field": joined}
        return type(self)(
            self.what, value=self.value, limit=self.limit, remedy=self.remedy, **state
        )


class UnknownAgentError(AssignworkError, LookupError):
    """A command names an agent that the desk does not have."""


class UnknownTeamError(AssignworkError, LookupError):
    """A command names a team that the desk does not have."""


class UnknownItemError(AssignworkError, LookupError):
    """A command names a work item that the desk has never seen."""


class DuplicateItemError(AssignworkError):
    """An item with this id was submitted before."""


class DuplicateAgentError(AssignworkError):
    """An agent with this id exists already."""


class DuplicateTeamError(AssignworkError):
    """A team with this id exists already."""


class InvalidTransitionError(AssignworkError):
    """The item's state does not allow this command (the table of rule S4)."""


class TeamNotEmptyError(AssignworkError):
    """A team in which work is open cannot be removed without `move_to` (rule M5)."""


class CapacityExceededError(AssignworkError):
    """An assignment by hand over a limit, refused because of `strict` (rule M1)."""


class NotActiveError(AssignworkError):
    """An assignment by hand to somebody not active, refused because of `strict` (rule M1)."""


class NotMemberError(AssignworkError):
    """An assignment by hand to somebody outside the team, refused because of `strict` (rule M1)."""


class StalePlanError(AssignworkError):
    """A plan that no longer fits the desk, or was made for another one (rule B)."""


class ClockRegressionError(AssignworkError, ValueError):
    """`now` lies before an instant that the desk has already seen (rule N2)."""


class AccessDeniedError(AssignworkError):
    """The requester may not ask for this."""


class SnapshotError(AssignworkError, ValueError):
    """A snapshot that cannot be restored: another schema, or damaged."""


class InputError(ConfigurationError):
    """Something in a given file cannot be used; says file, line (from 1) and field.

    Parameters
    ----------
    what : str
        What is wrong, in lower case.
    file : str
        The file as the caller named it.
    line : int, optional
        Line number from 1; None: the file as a whole.
    field : str, optional
        The path of the offending field within the line, such as ``item.priority``.
    **fields : object
        `value`, `limit` and `remedy` as in `AssignworkError`.

    Examples
    --------
    >>> str(InputError("-1 is negative", file="log.jsonl", line=3, field="item.weight"))
    'log.jsonl, line 3, field item.weight: -1 is negative'
    """

    def __init__(
        self, what: str, *, file: str = "", line: int | None = None, field: str = "", **fields: Any
    ) -> None:
        self.file = file
        self.line = line
        super().__init__(what, field=field, file=file, line=line, **fields)

    def _text(self) -> str:
        place = [self.file] if self.file else []
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.field:
            place.append(f"field {self.field}")
        stated = self._stated()
        return f"{', '.join(place)}: {stated}" if place else stated

    @classmethod
    def of(
        cls, error: AssignworkError, *, file: str, line: int | None = None, field: str = ""
    ) -> InputError:
        """What `error` says, at a place in a file; `field` stands in where the error names none.

        Examples
        --------
        >>> error = ConfigurationError("0 is not positive", field="weight", value=0)
        >>> str(InputError.of(error.within("item"), file="log.jsonl", line=3))
        'log.jsonl, line 3, field item.weight: 0 is not positive'
        """
        named = error.field if isinstance(error, ConfigurationError) else ""
        return cls(
            error.what,
            file=file,
            line=line,
            field=named or field,
            value=error.value,
            limit=error.limit,
            remedy=error.remedy,
        )


class InfeasiblePinError(AssignworkError, ValueError):
    """What is pinned to an agent breaks a hard rule, so that no plan exists."""


class CostRangeError(AssignworkError, OverflowError):
    """Costs whose sums could pass what 64 bits hold."""
