"""Delivery in the background: a lane per URL, each in its order, none waiting for another.

One daemon thread keeps the time: it runs a task per lane and does the waiting between attempts,
which stamina measures out. An attempt blocks, so each has a daemon thread of its own, at most
`workers` at once. A thread that does not end in time is left behind, and its lane makes no other
attempt until it has ended: a server that never answers costs one thread, not one for each attempt.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread, current_thread
from typing import TypeAlias

import attrs

from assignwork.integrations.notify._messages import Message
from assignwork.integrations.notify._routes import Target


@attrs.frozen
class Pace:
    """How often, how long and how much; the fields are described at `Notifier`."""

    attempts: int
    backoff: float
    backoff_max: float
    jitter: float
    timeout: float
    max_queue: int
    workers: int


Failed: TypeAlias = Callable[[Message, str, int, str], None]
"""Told of a message that is given up: why, after how many attempts, and the last error."""


class FailedError(Exception):
    """An attempt did not deliver; its text is without secrets."""


class _Lane:
    """The messages of one URL. Only `waiting` is touched outside of the courier's thread."""

    __slots__ = ("attempts", "error", "queue", "stuck", "target", "task", "waiting")

    def __init__(self, target: Target) -> None:
        self.target = target
        self.waiting = 0
        self.queue: deque[Message] = deque()
        self.attempts = 0
        self.error = ""
        self.task: asyncio.Task[None] | None = None
        self.stuck: Future[str] | None = None


class Courier:
    """Takes messages at once, and delivers them later.

    Of each message that it took, it says in its own thread whether it was delivered or failed.
    """

    def __init__(
        self,
        targets: tuple[Target, ...],
        pace: Pace,
        delivered: Callable[[Message], None],
        failed: Failed,
    ) -> None:
        self._pace = pace
        self._delivered = delivered
        self._failed = failed
        self._lanes = [_Lane(target) for target in targets]
        self._slots = asyncio.Semaphore(pace.workers)
        self._lock = Lock()
        self._ending = Lock()
        self._state = "open"
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    # --- from any thread --------------------------------------------------------------------------

    def post(self, message: Message) -> str:
        """Take a message for its URL; else the reason why it is not taken."""
        if message.route is None:
            return "no route"
        lane = self._lanes[message.route]
        with self._lock:
            if self._state != "open":
                return "closed"
            if lane.waiting >= self._pace.max_queue:
                return "queue full"
            loop = self._running()
            if loop is None:
                return "no thread"
            lane.waiting += 1
            loop.call_soon_threadsafe(self._put, lane, message)
        return ""

    def later(self, do: Callable[[], None]) -> None:
        """Do this in the courier's thread, after what it was given before; without one, now."""
        with self._lock:
            loop = None if self._state == "stopped" else self._running()
            if loop is not None:
                loop.call_soon_threadsafe(do)
                return
        do()

    def is_here(self) -> bool:
        """Whether this is the courier's own thread."""
        return current_thread() is self._thread

    def close(self) -> None:
        """Take nothing more."""
        with self._lock:
            if self._state == "open":
                self._state = "closing"

    def stop(self) -> None:
        """Give up what is on its way, and end."""
        self.close()
        with self._ending:
            with self._lock:
                loop, thread = self._loop, self._thread
                if loop is None or thread is None or self._state == "stopped":
                    self._state = "stopped"
                    return
            asyncio.run_coroutine_threadsafe(self._give_up(), loop).result()
            with self._lock:
                self._state = "stopped"
                loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _running(self) -> asyncio.AbstractEventLoop | None:
        """The loop of the thread, which begins with the first message; None: there is no thread."""
        if self._loop is None:
            loop = asyncio.new_event_loop()

            def run() -> None:
                loop.run_forever()
                loop.close()

            thread = Thread(target=run, name="assignwork-notify", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                loop.close()
                return None
            self._loop, self._thread = loop, thread
        return self._loop

    # --- in the courier's thread ------------------------------------------------------------------

    def _put(self, lane: _Lane, message: Message) -> None:
        lane.queue.append(message)
        if lane.task is None:
            lane.task = asyncio.get_running_loop().create_task(self._serve(lane))

    async def _serve(self, lane: _Lane) -> None:
        """Deliver what waits, one after the other."""
        try:
            while lane.queue:
                await self._deliver(lane, lane.queue[0])
        finally:
            lane.task = None

    async def _deliver(self, lane: _Lane, message: Message) -> None:
        import stamina  # noqa: PLC0415  # of an extra

        pace = self._pace
        lane.attempts, lane.error = 0, ""
        try:
            async for attempt in stamina.retry_context(
                on=FailedError,
                attempts=pace.attempts,
                timeout=None,
                wait_initial=pace.backoff,
                wait_max=pace.backoff_max,
                wait_jitter=pace.jitter,
            ):
                with attempt:
                    lane.attempts = attempt.num
                    await self._attempt(lane, message)
        except FailedError:
            self._done(lane)
            self._failed(message, "not delivered", lane.attempts, lane.error)
        else:
            self._done(lane)
            self._delivered(message)

    def _done(self, lane: _Lane) -> None:
        lane.queue.popleft()
        with self._lock:
            lane.waiting -= 1

    async def _attempt(self, lane: _Lane, message: Message) -> None:
        async with self._slots:
            lane.error = await self._tried(lane, message)
        if lane.error:
            raise FailedError(lane.error)

    async def _tried(self, lane: _Lane, message: Message) -> str:
        """The error of one attempt; empty: delivered."""
        if lane.stuck is not None and not lane.stuck.done():
            return "the attempt before has not ended yet"
        try:
            outcome = _begun(lane.target, message)
        except RuntimeError as error:  # no thread is to be had
            return str(error)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(outcome), self._pace.timeout)
        except TimeoutError:
            lane.stuck = outcome
            return f"no end after {self._pace.timeout:g} seconds"

    async def _give_up(self) -> None:
        tasks = [lane.task for lane in self._lanes if lane.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for lane in self._lanes:
            while lane.queue:
                message = lane.queue[0]
                self._done(lane)
                self._failed(message, "closed", lane.attempts, lane.error)
                lane.attempts, lane.error = 0, ""


def _begun(target: Target, message: Message) -> Future[str]:
    """An attempt, begun in a thread of its own."""
    outcome: Future[str] = Future()
    outcome.set_running_or_notify_cancel()  # from here on nobody can take it back

    def run() -> None:
        try:
            outcome.set_result(target.send(message))
        except BaseException as error:  # noqa: BLE001  # a plugin that wants to end the program
            outcome.set_result(type(error).__name__)

    Thread(target=run, name=f"assignwork-notify-{target.position}", daemon=True).start()
    return outcome
