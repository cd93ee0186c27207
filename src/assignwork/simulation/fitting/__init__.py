"""From a log to a scenario, and how far a simulation of it is from the log."""

from assignwork.simulation.fitting._people import AgentFit
from assignwork.simulation.fitting._rates import Spread
from assignwork.simulation.fitting.compared import Compared, Distance, Week
from assignwork.simulation.fitting.fit import fit_scenario
from assignwork.simulation.fitting.fits import Fit, KindFit, StreamFit
from assignwork.simulation.fitting.logs import logged_commands, logged_events
from assignwork.simulation.fitting.parts import Parts, split_log
from assignwork.simulation.fitting.validation import Validation, validate_fit

__all__ = [
    "AgentFit",
    "Compared",
    "Distance",
    "Fit",
    "KindFit",
    "Parts",
    "Spread",
    "StreamFit",
    "Validation",
    "Week",
    "fit_scenario",
    "logged_commands",
    "logged_events",
    "split_log",
    "validate_fit",
]
