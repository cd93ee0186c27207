"""Why: the dispatcher's reasons as objects that print as text and show as tables (X1 to X3).

`Dispatcher.explain` makes them for an item (`_items`) or an agent (`_agents`); `explain_event`
(`_events`) needs nothing but the event log. Nothing here is computed unless somebody asks.
What stops an agent comes from the predicates that decide (`_obstacles`); how all of them show
themselves stands in one place (`_shown`).
"""

from assignwork.explain._agents import AgentExplanation, Headroom, explain_agent
from assignwork.explain._events import AssignmentExplanation, explain_event
from assignwork.explain._items import ItemExplanation, Standing, explain_item
from assignwork.explain._paths import NextStep
from assignwork.explain._targets import Promised
from assignwork.explain._updates import Updates

__all__ = [
    "AgentExplanation",
    "AssignmentExplanation",
    "Headroom",
    "ItemExplanation",
    "NextStep",
    "Promised",
    "Standing",
    "Updates",
    "explain_agent",
    "explain_event",
    "explain_item",
]
