"""What an event says to people: who is told of it, and in which words.

A message carries the event's fields and nothing else; each kind has a template under `templates`:
a title, an empty line, the text. The words are jinja2's, in its sandbox, without globals; what a
template may name is known when it is read, so a wrong name is an error then and not at delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from assignwork import _fields as f
from assignwork import events as e
from assignwork.errors import ConfigurationError
from assignwork.events import Event

if TYPE_CHECKING:
    from jinja2 import Environment, Template

Address: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""Who is told, and through which channels; no channel: through all he has."""

_TOLD: dict[type[Event], Callable[[Any], Address]] = {
    e.Escalated: lambda event: (event.notified, ()),
    **{
        kind: lambda event: (event.audiences, event.channels)
        for kind in (
            e.Announced, e.UpdateDue, e.UpdateOverdue, e.UpdatePosted, e.ReportDue, e.ReportPosted,
        )
    },
}  # fmt: skip
TOLD_OF = {kind.kind: kind for kind in _TOLD}
"""The kinds of events of which somebody is told, by name."""

_WARNINGS = frozenset({"announced", "escalated", "update_overdue"})
_PARTS = ("title", "body")
_FREE_TEXT = frozenset({"reason"})
"""Fields that may have several lines; in all others a line break is a space."""


@attrs.frozen
class Message:
    """What one event says, on its way to one URL.

    Attributes
    ----------
    seq : int
        The event's; the title begins with it, so that a receiver can drop what comes twice.
    kind : str
        The event's kind, such as ``update_due``.
    item : str
    to : tuple of str
        The audiences or people that this URL stands for.
    url : str
        What may be shown of the URL; empty where no URL was found.
    title, body : str
        Plain text.
    severity : {'info', 'success', 'warning'}
        What Apprise calls the type; some services show it as a colour.
    route : int or None
        The URL's place in the notifier's routes; None: it cannot be sent again.
    retried : bool
        Whether it was taken back from the dead letters.
    """

    seq: int
    kind: str
    item: str
    to: tuple[str, ...]
    url: str
    title: str
    body: str
    severity: str
    route: int | None = attrs.field(default=None, repr=False)
    retried: bool = False


def addressed(event: Event) -> Address | None:
    """Who is to be told of an event, and through which channels; None: nobody.

    Examples
    --------
    >>> from assignwork.events import Announced, Closed
    >>> addressed(Announced(1, 0.0, "t-1", "major", "opened", ("board",), ("mail",)))
    (('board',), ('mail',))
    >>> addressed(Closed(2, 0.0, "t-1", None)) is None
    True
    """
    told = _TOLD.get(type(event))
    if told is None:
        return None
    address = told(event)
    return address if address[0] else None


def severity(event: Event) -> str:
    """How urgent the message looks."""
    if isinstance(event, e.Announced) and event.occasion == "resolved":
        return "success"
    return "warning" if event.kind in _WARNINGS else "info"


class Templates:
    """The words of every kind: the built-in ones, and in their place the caller's own.

    Parameters
    ----------
    own : mapping of str to mapping of str to str, optional
        Kind -> ``title``, ``body`` or both, in jinja2's language. What is left out is built in.
    time_zone : str, default 'UTC'
        IANA name of the zone in which the filter ``instant`` shows instants.

    Raises
    ------
    ConfigurationError
        For a kind, a part or a field that does not exist, and for a template that cannot be read.

    Examples
    --------
    >>> from assignwork.events import UpdateDue
    >>> due = UpdateDue(7, 0.0, "t-1", "major", ("board",), (), ("status", "eta"))
    >>> title, body = Templates().render(due)
    >>> title
    '[#7] t-1: update due'
    >>> print(body)
    Item: t-1
    Due: 1970-01-01 00:00:00+00:00
    Required:
    - status
    - eta
    Protocol: major
    To: board
    >>> Templates({"update_due": {"title": "Update on {{ itme }}"}})
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: templates.update_due.title: an update_due event has no \
field 'itme'; did you mean 'item'?
    """

    def __init__(
        self, own: Mapping[str, Mapping[str, str]] | None = None, time_zone: str = "UTC"
    ) -> None:
        environment = _environment(_zone(time_zone))
        own = _checked({} if own is None else own)
        self._read: dict[str, dict[str, Template]] = {}
        for kind in TOLD_OF:
            words = {**_built_in(kind), **own.get(kind, {})}
            self._read[kind] = {
                part: _template(environment, kind, part, words[part]) for part in _PARTS
            }

    def render(self, event: Event) -> tuple[str, str]:
        """Title and text of an event that somebody is told of.

        The title begins with the event's number, whatever the template says.

        Raises
        ------
        jinja2.TemplateError
            When a template of the caller's own needs content that this event does not have. It
            may raise other errors, too: it is the caller's program.
        """
        read = self._read[event.kind]
        values = _values(event)
        title = _line(read["title"].render(values))
        return f"[#{event.seq}] {title}".strip(), read["body"].render(values).strip()


def _environment(zone: tzinfo) -> Environment:
    from jinja2 import StrictUndefined  # noqa: PLC0415  # of an extra
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415  # of an extra

    environment = ImmutableSandboxedEnvironment(
        autoescape=False,  # plain text; Apprise escapes it where a service shows HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()

    def instant(at: float) -> str:
        return datetime.fromtimestamp(at, zone).isoformat(" ", "seconds")

    environment.filters["instant"] = instant
    return environment


def _built_in(kind: str) -> dict[str, str]:
    text = (files(__package__) / "templates" / f"{kind}.txt").read_text("utf-8")
    return dict(zip(_PARTS, text.split("\n\n", 1), strict=True))


def _checked(own: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The caller's own templates: known kinds, known parts, texts."""
    checked: dict[str, dict[str, str]] = {}
    for kind, words in f.pairs(own, "templates"):
        _known(kind, TOLD_OF, "templates", "no kind of event of which somebody is told")
        checked[kind] = {}
        for part, text in f.pairs(words, f"templates.{kind}"):
            field = f"templates.{kind}.{part}"
            _known(part, _PARTS, f"templates.{kind}", "no part of a template")
            if not isinstance(text, str):
                f.refuse(field, text, "a text")
            checked[kind][part] = text
    return checked


def _known(name: str, known: Any, field: str, what: str) -> None:
    if name not in known:
        raise ConfigurationError(
            f"{f.shown(name)} is {what}", field=field, value=name, remedy=f.nearest(name, known)
        )


def _template(environment: Environment, kind: str, part: str, text: str) -> Template:
    """A template that names only what an event of this kind has, and that can be rendered."""
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415  # of an extra
    from jinja2.meta import find_undeclared_variables  # noqa: PLC0415  # of an extra

    field = f"templates.{kind}.{part}"
    known = [a.name for a in attrs.fields(TOLD_OF[kind])]
    try:
        named = find_undeclared_variables(environment.parse(text))
        template = environment.from_string(text)
    except TemplateSyntaxError as error:
        raise ConfigurationError(
            f"line {error.lineno}: {error.message}",
            field=field,
            value=text,
            remedy="write it in jinja2's language",
        ) from None
    for name in sorted(named.difference(known)):
        raise ConfigurationError(
            f"an {kind} event has no field {name!r}",
            field=field,
            value=name,
            remedy=f.nearest(name, known),
        )
    try:
        template.render(_sample(kind))
    except Exception as error:
        raise ConfigurationError(
            f"it cannot be rendered: {error}",
            field=field,
            value=text,
            remedy=f"use the fields of an {kind} event as they are",
        ) from error
    return template


class _AnyContent(dict[str, str]):
    """The content of a sample: which fields a protocol has is not known when a template is read."""

    def __missing__(self, name: str) -> str:
        return name


_SAMPLES: dict[str, Any] = {
    "int": 1,
    "int | None": 1,
    "float": 0.0,
    "str": "name",
    "str | None": "name",
    "tuple[str, ...]": ("name",),
    "Mapping[str, Any]": _AnyContent(status="text"),
}


def _sample(kind: str) -> dict[str, Any]:
    """Values such as an event of this kind may have, to try a template with."""
    return {a.name: _SAMPLES[str(a.type)] for a in attrs.fields(TOLD_OF[kind])}


def _values(event: Event) -> dict[str, Any]:
    """The event's fields as a template sees them."""
    return {
        a.name: _seen(getattr(event, a.name), a.name in _FREE_TEXT)
        for a in attrs.fields(type(event))
    }


def _seen(value: Any, free: bool) -> Any:  # noqa: FBT001  # called once, above
    if isinstance(value, str):
        return value if free else _line(value)
    if isinstance(value, tuple):
        return tuple(_line(str(entry)) for entry in value)
    if isinstance(value, Mapping):
        return {_line(str(name)): str(text) for name, text in value.items()}
    return value


def _line(text: str) -> str:
    """The text on one line: nothing that is written can look like another field."""
    return " ".join(text.split())


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (LookupError, ValueError, OSError, TypeError) as error:
        raise ConfigurationError(
            f"{name!r} is no time zone that this computer knows",
            field="time_zone",
            value=name,
            remedy="give an IANA name such as 'Europe/Madrid', and install tzdata where "
            "the system has no time zones",
        ) from error
