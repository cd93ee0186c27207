"""The subscriber: events in, messages out, and nothing in between that waits for a channel."""

from __future__ import annotations

import importlib
import logging
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Self

import attrs

from assignwork import _fields as f
from assignwork._extras import load_extra
from assignwork.errors import AssignworkError, ConfigurationError
from assignwork.events import Event
from assignwork.integrations.notify._courier import Courier, Pace
from assignwork.integrations.notify._ledger import DeadLetter, Ledger
from assignwork.integrations.notify._messages import Message, Templates, addressed, severity
from assignwork.integrations.notify._routes import LOGGERS, Redactor, Routes, RoutingTable

_LOG = logging.getLogger("assignwork.integrations.notify")
_EXTRA = ("apprise", "stamina", "jinja2")


class Notifier:
    """Tells people of events, through whatever Apprise can reach, in the background.

    Give it what each command returned. It renders and queues, and returns; threads of its own
    deliver. It reads events and never the desk, so nothing that a channel does reaches the desk.

    Parameters
    ----------
    routes : mapping
        Name of an audience, a person or a group -> an Apprise URL, a list of them, or a mapping
        of channel -> URL or list. Of a mapping, the channels that the event names are used, all of
        them where it names none; plain URLs are used whatever the channels. ``*`` stands for
        anybody whose own route reaches nothing.
    templates : mapping of str to mapping of str to str, optional
        Your own words: kind of event -> ``title``, ``body`` or both, in jinja2's language.
    time_zone : str, default 'UTC'
        IANA name of the zone in which messages show instants.
    after_seq : int, default 0
        Events up to this one are passed over: somebody was told of them before a restart.
    attempts : int, default 5
        How often a message is tried before it is a dead letter, from 1.
    backoff : float, default 1
        Seconds to wait after the first failed attempt; each time twice as long.
    backoff_max : float, default 60
        Seconds; no wait is longer, jitter and all.
    jitter : float, default 1
        At most so many seconds are added to each wait, at random.
    timeout : float, default 30
        Seconds after which an attempt counts as failed. Apprise has shorter ones of its own for
        connecting and reading (the parameters ``cto`` and ``rto`` of a URL, by default 4).
    max_queue : int, default 1000
        How many messages may wait for one URL.
    workers : int, default 8
        How many attempts may be under way at once, over all URLs; one URL never has two.
    on_dead : callable, optional
        Called with each `DeadLetter`, in the notifier's thread, so that you can keep or show it.
        It must be quick, and must not wait for the notifier.

    Raises
    ------
    ConfigurationError
        For a route without a URL, a URL that Apprise cannot use (the error names the route), a
        template that names an unknown field, or when the extra ``notify`` is not installed.

    Examples
    --------
    >>> from assignwork.events import Announced
    >>> opened = Announced(1, 0.0, "t-1", "major", "opened", ("board",), ("mail",))
    >>> with Notifier({"lead": "json://127.0.0.1:9"}) as notifier:
    ...     notifier.publish((opened,))
    >>> [(letter.reason, letter.message.title) for letter in notifier.dead]
    [('no route', '[#1] t-1: opened')]
    """

    def __init__(  # noqa: PLR0913  # each is the host's to choose, and has a default
        self,
        routes: Routes,
        *,
        templates: Mapping[str, Mapping[str, str]] | None = None,
        time_zone: str = "UTC",
        after_seq: int = 0,
        attempts: int = 5,
        backoff: float = 1.0,
        backoff_max: float = 60.0,
        jitter: float = 1.0,
        timeout: float = 30.0,
        max_queue: int = 1000,
        workers: int = 8,
        on_dead: Callable[[DeadLetter], object] | None = None,
    ) -> None:
        _require_extra()
        pace = Pace(
            attempts=f.positive_int(attempts, "attempts"),
            backoff=f.seconds(backoff, "backoff"),
            backoff_max=f.seconds(backoff_max, "backoff_max"),
            jitter=f.seconds(jitter, "jitter"),
            timeout=f.positive_seconds(timeout, "timeout"),
            max_queue=f.positive_int(max_queue, "max_queue"),
            workers=f.positive_int(workers, "workers"),
        )
        if type(after_seq) is not int or after_seq < 0:
            f.refuse("after_seq", after_seq, "the number of an event, from 0")
        self._templates = Templates(templates, time_zone)
        self._redact = Redactor()
        for name in LOGGERS:
            logging.getLogger(name).addFilter(self._redact)
        try:
            self._routes = RoutingTable(routes, self._redact)
        except ConfigurationError:
            self._leave_logs()
            raise
        self._after = after_seq
        self._ledger = Ledger(after_seq)
        self._on_dead = on_dead
        self._courier = Courier(self._routes.targets, pace, self._ledger.settle, self._give_up)

    # --- what the host calls ----------------------------------------------------------------------

    def __call__(self, events: Iterable[Event]) -> None:
        """As `publish`."""
        self.publish(events)

    def publish(self, events: Iterable[Event]) -> None:
        """Take the events that a command returned; never waits for a channel.

        An event that somebody is told of is taken once: a second copy, by its `seq`, is passed
        over. Publish in order of `seq`.

        Parameters
        ----------
        events : iterable of Event
        """
        last = 0
        for event in events:
            if event.seq > self._after:
                address = addressed(event)
                if address is not None:
                    self._tell(event, *address)
                last = event.seq
        self._ledger.advance(last)

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until nothing is on its way: all is delivered or dead.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most; None: as long as it takes.

        Returns
        -------
        bool
            Whether that is so.
        """
        self._refuse_to_wait_for_itself()
        return self._ledger.wait(timeout)

    def close(self, timeout: float | None = 10.0) -> bool:
        """Take nothing more, wait for what is on its way, and end.

        What is still on its way then becomes a dead letter, with the reason ``closed``.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most; None: as long as it takes.

        Returns
        -------
        bool
            Whether everything had ended in time.
        """
        self._refuse_to_wait_for_itself()
        self._courier.close()
        ended = self._ledger.wait(timeout)
        self._courier.stop()
        self._leave_logs()
        return ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def dead(self) -> tuple[DeadLetter, ...]:
        """The messages that did not reach their receivers, in the order they were given up."""
        return self._ledger.dead

    def take_dead(self) -> tuple[DeadLetter, ...]:
        """The dead letters, which are yours from now on: the notifier forgets them."""
        return self._ledger.take(lambda _: True)

    def retry_dead(self) -> int:
        """Send the dead letters again that have a URL, in order of `seq`.

        Returns
        -------
        int
            How many are on their way again. What does not fit into a queue stays where it was.
        """
        letters = self._ledger.take(lambda letter: letter.message.route is not None)
        sent = 0
        for letter in sorted(letters, key=lambda letter: letter.message.seq):
            message = attrs.evolve(letter.message, retried=True)
            self._ledger.reopen()
            if self._courier.post(message):
                self._ledger.bury(letter)
                self._ledger.settle(message)
            else:
                sent += 1
        return sent

    @property
    def pending(self) -> int:
        """How many messages wait or are being delivered."""
        return self._ledger.underway

    @property
    def settled_up_to(self) -> int:
        """The `seq` up to which nothing is on its way: delivered, or `on_dead` has been told.

        Keep it, and give it as `after_seq` after a restart, with all events from then on.
        """
        return self._ledger.settled_up_to

    def __repr__(self) -> str:
        return (
            f"<Notifier: {len(self._routes.targets)} URLs, {self.pending} pending, "
            f"{len(self.dead)} dead, settled up to {self.settled_up_to}>"
        )

    # --- what becomes of an event -----------------------------------------------------------------

    def _tell(self, event: Event, names: tuple[str, ...], channels: tuple[str, ...]) -> None:
        """Render an event, and queue it for each URL."""
        found, missing = self._routes.find(names, channels)
        if not self._ledger.claim(event.seq, len(found) + bool(missing)):
            return
        error = title = body = ""
        try:
            title, body = self._templates.render(event)
        except Exception as wrong:  # noqa: BLE001  # a template is a program of the host's
            error = f"{type(wrong).__name__}: {wrong}"
        message = Message(
            seq=event.seq,
            kind=event.kind,
            item=event.item,  # type: ignore[attr-defined]  # each kind of which somebody is told has it
            to=tuple(missing),
            url="",
            title=title,
            body=body,
            severity=severity(event),
        )
        if missing:
            self._give_up(message, "no route", 0, error)
        for target, told in found:
            bound = attrs.evolve(message, to=tuple(told), url=target.shown)
            if error:
                self._give_up(bound, "template", 0, error)
                continue
            bound = attrs.evolve(bound, route=target.position)
            reason = self._courier.post(bound)
            if reason:
                self._give_up(bound, reason, 0, "")

    def _give_up(self, message: Message, reason: str, attempts: int, error: str) -> None:
        """Make it a dead letter, at once; the host is told later."""
        letter = DeadLetter(message, reason, attempts, error, time.time())
        self._ledger.bury(letter)
        self._courier.later(partial(self._mourn, letter))

    def _mourn(self, letter: DeadLetter) -> None:
        """Tell the host of a dead letter, in the courier's thread."""
        message = letter.message
        _LOG.warning(
            "event %d (%s of %s) did not reach %s %s: %s after %d attempts: %s",
            message.seq, message.kind, message.item, ", ".join(message.to), message.url,
            letter.reason, letter.attempts, letter.error,
        )  # fmt: skip
        try:
            if self._on_dead is not None:
                self._on_dead(letter)
        except Exception:  # noqa: BLE001  # the host's program
            _LOG.exception("on_dead raised for event %d", message.seq)
        finally:
            self._ledger.settle(message)

    def _refuse_to_wait_for_itself(self) -> None:
        if self._courier.is_here():
            raise AssignworkError(
                "on_dead must not wait for the notifier", remedy="do it in another thread"
            )

    def _leave_logs(self) -> None:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(self._redact)


def _require_extra() -> None:
    """Load what the extra brings, or say how to install it."""
    for name in _EXTRA:
        load_extra(name, "notifications need", "notify")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of what Apprise's services import
        importlib.import_module("apprise").NotificationManager().load_modules()
