"""What if: customers and agents played against the very dispatcher that runs in production."""

from assignwork.simulation.arrivals import (
    Arrivals,
    Counts,
    Logged,
    Overdispersed,
    Poisson,
    RateTable,
    Regular,
    Scaled,
    Weekly,
)
from assignwork.simulation.balance import Balance, UnstableWarning, balances
from assignwork.simulation.behaviour import Break, Conversation, Handling, OfferAnswers, Return
from assignwork.simulation.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    LogNormal,
    Mixture,
    Uniform,
    Weibull,
)
from assignwork.simulation.queues import single_queue
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.streams import Kind, Stream
from assignwork.simulation.trial import Trial

__all__ = [
    "Arrivals",
    "Balance",
    "Break",
    "Constant",
    "Conversation",
    "Counts",
    "Distribution",
    "Empirical",
    "Exponential",
    "Gamma",
    "Geometric",
    "Handling",
    "Kind",
    "LogNormal",
    "Logged",
    "Mixture",
    "OfferAnswers",
    "Overdispersed",
    "Poisson",
    "RateTable",
    "Regular",
    "Return",
    "Scaled",
    "Scenario",
    "Stream",
    "Trial",
    "Uniform",
    "UnstableWarning",
    "Weekly",
    "Weibull",
    "balances",
    "single_queue",
]
