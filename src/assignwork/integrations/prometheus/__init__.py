"""Prometheus metrics of a desk: counts and durations from its events, gauges of what stands now.

Give an `Exporter` the events that each command returned, in the thread the desk runs in. It keeps
what a scrape needs, so that the scrape, which runs in another thread, reads the exporter under its
lock and never the desk. Labels are bounded by the configuration: teams, policies, paths, tiers,
outcomes; never an item, a customer or a free text, and an agent only when asked for.

Needs the extra ``prometheus`` (prometheus-client), imported only when an exporter is made.
"""

from assignwork.integrations.prometheus._exporter import Exporter
from assignwork.integrations.prometheus._families import BUCKETS

__all__ = ["BUCKETS", "Exporter"]
