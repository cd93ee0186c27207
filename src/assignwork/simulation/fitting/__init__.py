"""From a log to a scenario, and how far a simulation of it is from the log."""

from assignwork.simulation.fitting.fit import fit_scenario
from assignwork.simulation.fitting.fits import AgentFit, Fit, KindFit, Spread, StreamFit
from assignwork.simulation.fitting.logs import logged_events

__all__ = [
    "AgentFit",
    "Fit",
    "KindFit",
    "Spread",
    "StreamFit",
    "fit_scenario",
    "logged_events",
]
