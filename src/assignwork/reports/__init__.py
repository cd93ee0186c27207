"""What happened, from the event log alone: figures, a text, and a page with pictures.

`summarize` needs nothing but the library; `write_html` needs the extra ``report``. `timeline` is
the history of one item, `recurring_escalations` names the categories worth a look at their causes,
`write_rebalance_html` shows a plan of the optimizer, `write_simulation_html` what a simulation
found, `write_staffing_html` who is needed when, `write_fitting_html` what a log says and how far
its simulation is from it.
"""

from assignwork.reports.fitting import fitting_html, write_fitting_html
from assignwork.reports.metrics import Metrics, summarize
from assignwork.reports.page import write_html
from assignwork.reports.rebalance import rebalance_html, write_rebalance_html
from assignwork.reports.recurring import (
    CategoryEscalations,
    EscalationShare,
    recurring_escalations,
)
from assignwork.reports.sections import Section
from assignwork.reports.simulation import simulation_html, write_simulation_html
from assignwork.reports.staffing import staffing_html, write_staffing_html
from assignwork.reports.summary import Summary
from assignwork.reports.timeline import Timeline, timeline

__all__ = [
    "CategoryEscalations",
    "EscalationShare",
    "Metrics",
    "Section",
    "Summary",
    "Timeline",
    "fitting_html",
    "rebalance_html",
    "recurring_escalations",
    "simulation_html",
    "staffing_html",
    "summarize",
    "timeline",
    "write_fitting_html",
    "write_html",
    "write_rebalance_html",
    "write_simulation_html",
    "write_staffing_html",
]
