"""What happened, from the event log alone: figures, a text, and a page with pictures.

`summarize` needs nothing but the library; `write_html` needs the extra ``report``.
"""

from assignwork.reports.metrics import Metrics, summarize
from assignwork.reports.page import write_html
from assignwork.reports.summary import Summary

__all__ = ["Metrics", "Summary", "summarize", "write_html"]
