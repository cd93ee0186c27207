"""When customers come: at a rate, evenly, so many in each interval, or as they came."""

from assignwork.simulation.arrivals.base import AnyArrivals, Arrivals, arrivals
from assignwork.simulation.arrivals.changes import Overdispersed, Scaled
from assignwork.simulation.arrivals.given import Counts, Logged, Regular
from assignwork.simulation.arrivals.rates import Poisson, RateTable, Weekly

__all__ = [
    "AnyArrivals",
    "Arrivals",
    "Counts",
    "Logged",
    "Overdispersed",
    "Poisson",
    "RateTable",
    "Regular",
    "Scaled",
    "Weekly",
    "arrivals",
]
