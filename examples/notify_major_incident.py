"""A major incident, told to the board by chat and to the lead by webhook, with one channel down.

    pip install "assignwork[notify]"
    python examples/notify_major_incident.py

Nothing leaves this computer: the webhook is a small server in this program, which refuses what it
gets until the incident is closed. In earnest the routes would be mailto://, slack://, msteams://,
twilio:// and the like; Apprise knows more than a hundred.
"""

import json
import textwrap
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stamina.instrumentation import set_on_retry_hooks

import assignwork as aw
from assignwork.integrations.notify import Notifier

START, MINUTE = datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp(), 60.0
WORKSPACE = {
    "teams": [{"id": "network"}],
    "agents": [{"id": "ana", "primary": ["network"]}],
    "protocols": [
        {
            "id": "major",
            "priorities": [1],
            "audiences": ["board", "lead"],
            "channels": ["chat", "webhook"],
            "update_every": 30 * MINUTE,
            "required": ["status", "actions", "eta"],
            "report_on_close": ["root_cause", "prevention"],
        }
    ],
}


class Channel(BaseHTTPRequestHandler):
    """What somebody else runs: it prints what it takes, and refuses while it is down."""

    down = threading.Event()

    def do_POST(self) -> None:
        """Take a message, or refuse it."""
        payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        refused = self.path == "/lead" and self.down.is_set()
        if not refused:
            text = textwrap.indent(payload["message"], "    ")
            print(f"{self.path}  {payload['title']}\n{text}\n", flush=True)
        self.send_response(503 if refused else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def main() -> None:
    """Play the incident."""
    set_on_retry_hooks([])  # stamina would log each new attempt; the dead letters say enough here
    server = ThreadingHTTPServer(("127.0.0.1", 0), Channel)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"json://127.0.0.1:{server.server_port}"
    routes = {"board": {"chat": f"{url}/board"}, "lead": {"webhook": f"{url}/lead"}}
    desk = aw.Dispatcher(aw.Workspace.from_dict(WORKSPACE))
    Channel.down.set()

    with Notifier(routes, attempts=2, backoff=0.05, jitter=0.0) as notify:
        incident = aw.WorkItem("INC-7", team="network", priority=1)
        notify(desk.submit(incident, now=START))
        notify(desk.advance(now=START + 30 * MINUTE))
        update = {"status": "Core switch down", "actions": "Swapping it", "eta": "14:00"}
        notify(desk.post_update("INC-7", update, by="ana", now=START + 31 * MINUTE))
        notify(desk.close("INC-7", now=START + 55 * MINUTE))
        print(f"For the desk it is {desk.items['INC-7'].state} already.\n", flush=True)

        notify.flush()
        for letter in notify.dead:
            print(f"{letter.message.to[0]} did not get {letter.message.title!r}: {letter.error}")
        Channel.down.clear()
        print(f"\nThat webhook is up again: {len(notify.dead)} messages anew.\n", flush=True)
        notify.retry_dead()  # from here on another thread prints what arrives
        notify.flush()
        print(notify)
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
