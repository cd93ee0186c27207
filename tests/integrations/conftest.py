"""Channels that behave as they are told: an HTTP server and an SMTP server on this computer."""

import asyncio
import json
import socket
import threading
import time
from collections import deque
from contextlib import ExitStack
from email import message_from_bytes
from email.policy import default as email_policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from assignwork.integrations.notify import Notifier


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Web:
    """Takes what is posted to it. It answers 200, or what `answers` says first.

    An answer is a status, or seconds to wait before a 200. While `gate` is shut, none is given.
    """

    def __init__(self, port=0):
        self.answers = deque()
        self.gate = threading.Event()
        self.gate.set()
        self.got = []  # payloads it said 200 to
        self.asked = []  # instants of all requests
        self.busy = self.busiest = 0
        self._lock = threading.Lock()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                web.answer(self)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # a client that went away

        self._server = Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, handler):
        with self._lock:
            self.asked.append(time.monotonic())
            self.busy += 1
            self.busiest = max(self.busy, self.busiest)
            answer = self.answers.popleft() if self.answers else 200
        payload = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.gate.wait(10)
        if isinstance(answer, float):
            time.sleep(answer)
            answer = 200
        with self._lock:
            self.busy -= 1
            if answer == 200:
                self.got.append({**payload, "path": handler.path})
        handler.send_response(answer)
        handler.end_headers()

    def url(self, path="/"):
        return f"json://127.0.0.1:{self.port}{path}"

    @property
    def titles(self):
        return [payload["title"] for payload in self.got]

    def close(self):
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()


class PostOffice:
    """Takes mail. `refusals` are its answers to the next recipients, after `delay` seconds."""

    def __init__(self):
        self.refusals = deque()
        self.delay = 0.0
        self.got = []
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        await asyncio.sleep(self.delay)
        if self.refusals:
            return self.refusals.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.got.append(message_from_bytes(envelope.content, policy=email_policy))
        return "250 OK"

    def url(self, to="lead@example.org"):
        return f"mailto://127.0.0.1:{self.port}/{to}?from=desk@example.org&name=Desk"

    def close(self):
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()


@pytest.fixture
def eventually():
    """Wait until something is so, at most five seconds."""

    def wait(is_so):
        until = time.monotonic() + 5
        while not is_so() and time.monotonic() < until:
            time.sleep(0.002)
        assert is_so()

    return wait


@pytest.fixture
def servers():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def make_web(servers):
    def make(port=0):
        web = Web(port)
        servers.callback(web.close)
        return web

    return make


@pytest.fixture
def web(make_web):
    return make_web()


@pytest.fixture
def post_office(servers, monkeypatch):
    Notifier({"nobody": "json://127.0.0.1:9"}).close()  # loads Apprise's services
    rate = "apprise.plugins.email.base.NotifyEmail.request_rate_per_sec"
    monkeypatch.setattr(rate, 0)  # else there is one mail in 5.5 seconds
    office = PostOffice()
    servers.callback(office.close)
    return office


@pytest.fixture
def notifier_of(servers):
    """Make a notifier that does not wait long; it is closed in the end."""

    def make(routes, **options):
        made = Notifier(routes, **{"backoff": 0.01, "jitter": 0.0, "attempts": 3, **options})
        servers.callback(made.close, 0)
        return made

    return make
