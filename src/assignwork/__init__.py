"""assignwork decides who in a support team gets which work, now and next."""

from assignwork.dispatcher import Dispatcher
from assignwork.errors import (
    AccessDeniedError,
    AssignworkError,
    CapacityExceededError,
    ClockRegressionError,
    ConfigurationError,
    DuplicateAgentError,
    DuplicateItemError,
    DuplicateTeamError,
    InputError,
    InvalidTransitionError,
    NotActiveError,
    NotMemberError,
    SnapshotError,
    TeamNotEmptyError,
    UnknownAgentError,
    UnknownItemError,
    UnknownTeamError,
)
from assignwork.events import Event
from assignwork.explain import explain_event
from assignwork.model import (
    After,
    Ageing,
    Agent,
    AssignmentRate,
    Requirement,
    Team,
    WorkItem,
    Workspace,
)
from assignwork.views import AgentView, ItemView, TeamView

__all__ = [
    "AccessDeniedError",
    "After",
    "Ageing",
    "Agent",
    "AgentView",
    "AssignmentRate",
    "AssignworkError",
    "CapacityExceededError",
    "ClockRegressionError",
    "ConfigurationError",
    "Dispatcher",
    "DuplicateAgentError",
    "DuplicateItemError",
    "DuplicateTeamError",
    "Event",
    "InputError",
    "InvalidTransitionError",
    "ItemView",
    "NotActiveError",
    "NotMemberError",
    "Requirement",
    "SnapshotError",
    "Team",
    "TeamNotEmptyError",
    "TeamView",
    "UnknownAgentError",
    "UnknownItemError",
    "UnknownTeamError",
    "WorkItem",
    "Workspace",
    "explain_event",
]

__version__ = "0.1.0"
