"""Notifications: who is told of what, by mail, chat, phone or whatever else Apprise can reach.

The desk only emits events (rule U3). A `Notifier` is a subscriber outside of it: it takes the
events that commands returned and delivers in the background, with attempts, backoff and a list of
dead letters. No channel, however slow or broken, can delay, refuse or lose an assignment.

Needs the extra ``notify`` (apprise, stamina, jinja2), loaded when a notifier is made.
"""

from assignwork.integrations.notify._ledger import DeadLetter
from assignwork.integrations.notify._messages import Message
from assignwork.integrations.notify._notifier import Notifier

__all__ = ["DeadLetter", "Message", "Notifier"]
