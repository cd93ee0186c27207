"""Which URLs stand for whom, and what may be seen of them.

A URL of Apprise holds passwords and tokens. Outside of what Apprise itself keeps, only its shown
form exists: scheme, host and port. What the services log or answer goes through a `Redactor`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, unquote

from assignwork import _fields as f
from assignwork.errors import ConfigurationError
from assignwork.integrations.notify._messages import Message

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

Urls: TypeAlias = str | Iterable[str]
Routes: TypeAlias = Mapping[str, Urls | Mapping[str, Urls]]
"""Name of an audience, a person or a group -> its URLs, or channel -> URLs. ``*`` is anybody."""

ANYBODY = "*"
LOGGERS = ("apprise", "urllib3.connectionpool")
"""Who logs URLs, at level DEBUG and below."""

MASK = "***"
_NOTHING = r"(?!)"
_MAX_ERROR = 500
_SHORT, _LONG = 4, 8
"""Parts of a URL's path or query below the first length are no secrets, from the second on they
are, and in between they are if Apprise says so."""
_PUBLIC = frozenset(
    {"format", "overflow", "verify", "redirect", "rto", "cto", "retry", "wait", "optional", "tz"}
    | {"emojis", "store", "method", "mode", "smtp", "name", "image", "footer"}
)
"""Parameters of a URL that say how it is sent, not with what right."""


class Redactor(logging.Filter):
    """Takes what is secret in some URLs out of texts and out of log records.

    Examples
    --------
    >>> redact = Redactor()
    >>> redact.learn("json://desk:sesame@example.org/hooks/T0ken-of-9?+X-Key=abcd")
    >>> redact("login desk, sesame refused at T0ken-of-9 with key abcd")
    'login desk, *** refused at *** with key ***'
    """

    def __init__(self) -> None:
        super().__init__()
        self._secrets: dict[str, set[str]] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, url: str, service: NotifyBase | None = None) -> None:
        """Learn the secrets of a URL: all that may be one, or what is one for this service."""
        self._secrets[url] = set(_secrets(url, service))
        self._pattern = None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        pattern = self._pattern
        if pattern is None:
            every = set[str]().union(*self._secrets.values())
            longest_first = sorted(every, key=lambda secret: (-len(secret), secret))
            pattern = re.compile("|".join(map(_searched, longest_first)) or _NOTHING)
            self._pattern = pattern
        return pattern.sub(MASK, text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the secrets out of a record; it is logged all the same."""
        try:
            said = record.getMessage()
        except (TypeError, ValueError):
            return True  # logging itself will say what is wrong with it
        without = self(said)
        if without != said:
            record.msg, record.args = without, ()
        return True


def _searched(secret: str) -> str:
    """The pattern of a secret; a short one must stand alone, else it is found in any word."""
    return re.escape(secret) if len(secret) >= _SHORT else rf"(?<!\w){re.escape(secret)}(?!\w)"


def _secrets(url: str, service: NotifyBase | None) -> Iterator[str]:
    """What in a URL gives a right: who reads it could send in our name."""
    place, _, query = url.partition("://")[2].partition("?")
    authority, _, path = place.partition("/")
    login, _, host = authority.rpartition("@")
    user, _, password = login.partition(":")
    shown = "" if service is None else _privacy_url(service)
    found = [password or user]
    if service is not None:
        found.append(service.password or service.user or "")
    name, _, port = host.partition(":")
    if name.lower() not in shown.lower():
        found += [host, name]  # a token stands in its place, or nobody knows what this is
    if not port.isdecimal():
        found.append(port)
    found += [
        part
        for part in path.split("/")
        if len(part) >= _LONG or (len(part) >= _SHORT and part not in shown)
    ]
    found += [
        value
        for name, value in parse_qsl(query)
        if name.lower() not in _PUBLIC and len(value) >= _SHORT
    ]
    for part in found:
        if part and not _is_address(part):
            yield part
            yield unquote(part)


def _is_address(part: str) -> bool:
    """Whether this is where a mail goes: no secret, and of use in a log."""
    return re.fullmatch(r"[^@\s]+@[\w.-]+", unquote(part)) is not None


def _privacy_url(service: Any) -> str:
    """The URL as Apprise shows it, without its parameters: they may hold headers with tokens."""
    return str(service.url(privacy=True)).partition("?")[0]


def _shown(service: NotifyBase) -> str:
    """Scheme, host and port; that there is a login or a path, not which."""
    scheme, _, rest = _privacy_url(service).partition("://")
    authority, _, path = rest.partition("/")
    login, _, host = authority.rpartition("@")
    return f"{scheme}://{'****@' if login else ''}{host}{'/...' if path else ''}"


class Target:
    """One URL, as Apprise understands it.

    Attributes
    ----------
    position : int
        Its place in the routes.
    shown : str
        What of it may be seen.
    """

    __slots__ = ("_apprise", "_redact", "position", "shown")

    def __init__(
        self, url: str, field: str, position: int, redact: Redactor, asset: AppriseAsset
    ) -> None:
        from apprise import Apprise  # noqa: PLC0415  # of an extra, and slow to import

        redact.learn(url)  # before Apprise logs what it thinks of it
        service = Apprise.instantiate(url, asset=asset) if "://" in url else None
        if service is None:
            raise _unusable(url, field)
        redact.learn(url, service)
        self._apprise = Apprise(service, asset=asset)
        self._redact = redact
        self.position = position
        self.shown = _shown(service)

    def __repr__(self) -> str:
        return f"Target({self.shown!r})"

    def send(self, message: Message) -> str:
        """Send it, once, and wait for the end: the error, without secrets; empty: delivered."""
        try:
            with self._apprise.notify(
                message.body, message.title, message.severity, body_format="text"
            ) as result:
                # an `optional` service counts as a success for Apprise, whatever it did
                if result and all(any(service) for service in result):
                    return ""
                said = [entry.message for entry in result.logs()]
        except Exception as error:  # noqa: BLE001  # whatever a plugin does, it did not deliver
            said = [f"{type(error).__name__}: {error}"]
        text = "; ".join(dict.fromkeys(said)) or "Apprise did not deliver it"
        return self._redact(text)[:_MAX_ERROR]


def _unusable(url: str, field: str) -> ConfigurationError:
    from apprise import NotificationManager  # noqa: PLC0415  # of an extra

    scheme, separator, _ = url.partition("://")
    manager: Any = NotificationManager  # untyped
    known = sorted(manager().schemas())
    if not separator:
        return ConfigurationError(
            "this is no URL",
            field=field,
            value=MASK,
            remedy="give one of Apprise's, such as mailto://... or slack://...",
        )
    shown = f"{f.shortened(scheme)}://..."
    if scheme.lower() not in known:
        return ConfigurationError(
            f"Apprise knows no service {f.shortened(scheme)!r}",
            field=field,
            value=shown,
            remedy=f.nearest(scheme.lower(), known),
        )
    return ConfigurationError(
        f"Apprise cannot use this {scheme}:// URL",
        field=field,
        value=shown,
        remedy="compare it with that service's page on appriseit.com",
    )


class RoutingTable:
    """The URLs of everybody who can be told, checked when it is made.

    Parameters
    ----------
    routes : mapping
        As `Notifier` takes it.
    redact : Redactor
        Learns the secrets of all URLs.

    Raises
    ------
    ConfigurationError
        For a route without a URL, and for a URL that Apprise cannot use; names the route and never
        the URL.
    """

    def __init__(self, routes: Routes, redact: Redactor) -> None:
        self._redact = redact
        self._asset = _asset()
        self._by_url: dict[str, Target] = {}
        self._plain: dict[str, tuple[Target, ...]] = {}
        self._by_channel: dict[str, dict[str, tuple[Target, ...]]] = {}
        for name, route in f.pairs(routes, "routes"):
            field = f"routes[{name!r}]"
            if isinstance(route, Mapping):
                self._by_channel[name] = {
                    channel: self._made(urls, f"{field}[{channel!r}]")
                    for channel, urls in f.pairs(route, field)
                }
                _some(self._by_channel[name], field, route)
            else:
                self._plain[name] = self._made(route, field)
        self.targets = tuple(self._by_url.values())

    def __repr__(self) -> str:
        names = sorted({*self._plain, *self._by_channel})
        return f"RoutingTable({names}, {len(self.targets)} URLs)"

    def _made(self, urls: Any, field: str) -> tuple[Target, ...]:
        several = not isinstance(urls, str)
        listed = list(f.entries(urls, field, "a URL or a list of URLs")) if several else [urls]
        _some(listed, field, urls)
        return tuple(
            self._target(url, f"{field}[{i}]" if several else field) for i, url in enumerate(listed)
        )

    def _target(self, url: Any, field: str) -> Target:
        if not isinstance(url, str):
            f.refuse(field, type(url).__name__, "a URL")
        target = self._by_url.get(url)
        if target is None:
            target = Target(url, field, len(self._by_url), self._redact, self._asset)
            self._by_url[url] = target
        return target

    def find(
        self, names: Iterable[str], channels: tuple[str, ...]
    ) -> tuple[list[tuple[Target, list[str]]], list[str]]:
        """Where to send, each URL once and with the names it stands for; and who has no route."""
        found: dict[int, tuple[Target, list[str]]] = {}
        missing: list[str] = []
        for name in names:
            reached = self._reached(name, channels) or self._reached(ANYBODY, channels)
            if not reached:
                missing.append(name)
            for target in dict.fromkeys(reached):
                found.setdefault(target.position, (target, []))[1].append(name)
        return list(found.values()), missing

    def _reached(self, name: str, channels: tuple[str, ...]) -> list[Target]:
        by_channel = self._by_channel.get(name)
        if by_channel is None:
            return list(self._plain.get(name, ()))
        used = [by_channel.get(channel, ()) for channel in channels] or by_channel.values()
        return [target for targets in used for target in targets]


def _some(given: Any, field: str, value: Any) -> None:
    if not given:
        raise ConfigurationError(
            "there is no URL here",
            field=field,
            value=value,
            remedy="give one, or leave the route out",
        )


def _asset() -> AppriseAsset:
    """How Apprise sends for us: in the thread that asks, once, under our name."""
    from apprise import AppriseAsset  # noqa: PLC0415  # of an extra

    return AppriseAsset(
        async_mode=False,
        service_timeout=0,  # the courier counts the time, and leaves no shared thread behind
        app_id="assignwork",
        app_desc="assignwork",
        app_url="",
    )
