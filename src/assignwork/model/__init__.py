"""What a desk is made of: `Workspace`, `Team`, `Agent`, `WorkItem`.

All are immutable and checked when made; every refusal is a `ConfigurationError` that names the
field. They are plain data: how work is assigned is the dispatcher's business. The wire form
(JSON, TOML) of each is `to_dict` / `from_dict`; keys are the field names.
"""

from assignwork.model.agents import PRESENCES, Agent
from assignwork.model.calendars import Calendar, Holidays
from assignwork.model.catalog import CatalogEntry
from assignwork.model.items import Requirement, WorkItem
from assignwork.model.moves import Move
from assignwork.model.paths import Actions, EscalationPath, OnCall, Step
from assignwork.model.policies import is_policy, resolve_policies
from assignwork.model.priorities import DEFAULT_LEVELS, DEFAULT_PRIORITY, PriorityCriteria
from assignwork.model.promises import SlaPolicy, Target
from assignwork.model.protocols import Protocol
from assignwork.model.records import Record
from assignwork.model.rotations import Override, Rotation
from assignwork.model.shifts import Handoff, Shift
from assignwork.model.teams import SECONDARY_RULES, SELECTIONS, After, Team
from assignwork.model.workspaces import (
    DEFAULT_CAPACITY,
    ITEM_CRITERIA,
    OVER_CAPACITY,
    REASSIGN_MODES,
    SCHEMA,
    Ageing,
    AssignmentRate,
    Workspace,
)

__all__ = [
    "DEFAULT_CAPACITY",
    "DEFAULT_LEVELS",
    "DEFAULT_PRIORITY",
    "ITEM_CRITERIA",
    "OVER_CAPACITY",
    "PRESENCES",
    "REASSIGN_MODES",
    "SCHEMA",
    "SECONDARY_RULES",
    "SELECTIONS",
    "Actions",
    "After",
    "Ageing",
    "Agent",
    "AssignmentRate",
    "Calendar",
    "CatalogEntry",
    "EscalationPath",
    "Handoff",
    "Holidays",
    "Move",
    "OnCall",
    "Override",
    "PriorityCriteria",
    "Protocol",
    "Record",
    "Requirement",
    "Rotation",
    "Shift",
    "SlaPolicy",
    "Step",
    "Target",
    "Team",
    "WorkItem",
    "Workspace",
    "is_policy",
    "resolve_policies",
]
