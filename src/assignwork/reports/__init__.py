"""What happened, from the event log alone: figures, a text, and a page with pictures.

`summarize` needs nothing but the library; `write_html` needs the extra ``report``. `timeline` is
the history of one item, `recurring_escalations` names the categories worth a look at their causes,
`write_rebalance_html` shows a plan of the optimizer.
"""

from assignwork.reports.metrics import Metrics, summarize
from assignwork.reports.page import write_html
from assignwork.reports.rebalance import rebalance_html, write_rebalance_html
from assignwork.reports.recurring import (
    CategoryEscalations,
    EscalationShare,
    recurring_escalations,
)
from assignwork.reports.sections import Section
from assignwork.reports.summary import Summary
from assignwork.reports.timeline import Timeline, timeline

__all__ = [
    "CategoryEscalations",
    "EscalationShare",
    "Metrics",
    "Section",
    "Summary",
    "Timeline",
    "rebalance_html",
    "recurring_escalations",
    "summarize",
    "timeline",
    "write_html",
    "write_rebalance_html",
]
