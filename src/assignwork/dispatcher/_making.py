"""Fast makers of the events that come most."""

from __future__ import annotations

from assignwork import events
from assignwork._making import maker

Queued = maker(events.Queued)
Assigned = maker(events.Assigned)
Closed = maker(events.Closed)
Offered = maker(events.Offered)
OfferEnded = maker(events.OfferEnded)
Replied = maker(events.Replied)
SlaStarted = maker(events.SlaStarted)
SlaAtRisk = maker(events.SlaAtRisk)
SlaBreached = maker(events.SlaBreached)
SlaMet = maker(events.SlaMet)
SlaPaused = maker(events.SlaPaused)
SlaResumed = maker(events.SlaResumed)
PathEntered = maker(events.PathEntered)
PathEnded = maker(events.PathEnded)
