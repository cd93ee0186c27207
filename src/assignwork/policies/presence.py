"""What an agent who goes `away_reassign` gives back, and when: the modes of rule P2."""

from __future__ import annotations

from typing import Any

from assignwork.policies.protocols import PresenceMode
from assignwork.views import AgentView, ItemView


class Waiting:
    """Items whose customer waits go at once, the others when their customer replies."""

    name = "waiting"

    def on_leave(self, item: ItemView, agent: AgentView) -> bool:
        """Whether the customer waits."""
        return item.waiting_since is not None

    def on_reply(self, item: ItemView, agent: AgentView) -> bool:
        """Always."""
        return True


class All:
    """Everything open goes at once."""

    name = "all"

    def on_leave(self, item: ItemView, agent: AgentView) -> bool:
        """Always."""
        return True

    def on_reply(self, item: ItemView, agent: AgentView) -> bool:
        """Never: what he was given by hand since is his."""
        return False


class OnReply:
    """Each item goes when its customer next replies."""

    name = "on_reply"

    def on_leave(self, item: ItemView, agent: AgentView) -> bool:
        """Never."""
        return False

    def on_reply(self, item: ItemView, agent: AgentView) -> bool:
        """Always."""
        return True


MODES: dict[str, PresenceMode] = {"waiting": Waiting(), "all": All(), "on_reply": OnReply()}


def compile_mode(mode: Any) -> PresenceMode:
    """The mode object of a workspace's `reassign`."""
    return MODES[mode] if isinstance(mode, str) else mode
