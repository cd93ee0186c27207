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
from assignwork.simulation.comparison import Comparison, Difference, compare
from assignwork.simulation.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    FamilyFit,
    FittedDistribution,
    Gamma,
    Geometric,
    LogNormal,
    Mixture,
    Uniform,
    Weibull,
    fit_distribution,
)
from assignwork.simulation.estimates import Estimate
from assignwork.simulation.precision import Precision
from assignwork.simulation.queues import single_queue
from assignwork.simulation.results import Results
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.simulating import simulate
from assignwork.simulation.sizing import Limit, Sizing, TargetError, fewest_agents
from assignwork.simulation.streams import Kind, Stream
from assignwork.simulation.trial import Trial

__all__ = [
    "Arrivals",
    "Balance",
    "Break",
    "Comparison",
    "Constant",
    "Conversation",
    "Counts",
    "Difference",
    "Distribution",
    "Empirical",
    "Estimate",
    "Exponential",
    "FamilyFit",
    "FittedDistribution",
    "Gamma",
    "Geometric",
    "Handling",
    "Kind",
    "Limit",
    "LogNormal",
    "Logged",
    "Mixture",
    "OfferAnswers",
    "Overdispersed",
    "Poisson",
    "Precision",
    "RateTable",
    "Regular",
    "Results",
    "Return",
    "Scaled",
    "Scenario",
    "Sizing",
    "Stream",
    "TargetError",
    "Trial",
    "Uniform",
    "UnstableWarning",
    "Weekly",
    "Weibull",
    "balances",
    "compare",
    "fewest_agents",
    "fit_distribution",
    "simulate",
    "single_queue",
]
