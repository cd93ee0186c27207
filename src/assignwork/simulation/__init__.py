"""What if: customers and agents played against the very dispatcher that runs in production."""

from assignwork.simulation._engine import simulate_once
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
from assignwork.simulation.curves import Curve
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
from assignwork.simulation.fitting import (
    Fit,
    Validation,
    fit_scenario,
    logged_commands,
    logged_events,
    split_log,
    validate_fit,
)
from assignwork.simulation.little import LittlesLaw, littles_law
from assignwork.simulation.measures import MEASURES, Measure
from assignwork.simulation.precision import Precision
from assignwork.simulation.queues import single_queue
from assignwork.simulation.replications import ReplicationError, run_replications
from assignwork.simulation.results import Results
from assignwork.simulation.scenario import Scenario
from assignwork.simulation.simulating import simulate
from assignwork.simulation.sizing import Limit, Sizing, TargetError, fewest_agents
from assignwork.simulation.streams import Kind, Stream
from assignwork.simulation.summary import Summary, summarize
from assignwork.simulation.tables import Differences, Table
from assignwork.simulation.trial import Trial

__all__ = [
    "MEASURES",
    "Arrivals",
    "Balance",
    "Break",
    "Comparison",
    "Constant",
    "Conversation",
    "Counts",
    "Curve",
    "Difference",
    "Differences",
    "Distribution",
    "Empirical",
    "Estimate",
    "Exponential",
    "FamilyFit",
    "Fit",
    "FittedDistribution",
    "Gamma",
    "Geometric",
    "Handling",
    "Kind",
    "Limit",
    "LittlesLaw",
    "LogNormal",
    "Logged",
    "Measure",
    "Mixture",
    "OfferAnswers",
    "Overdispersed",
    "Poisson",
    "Precision",
    "RateTable",
    "Regular",
    "ReplicationError",
    "Results",
    "Return",
    "Scaled",
    "Scenario",
    "Sizing",
    "Stream",
    "Summary",
    "Table",
    "TargetError",
    "Trial",
    "Uniform",
    "UnstableWarning",
    "Validation",
    "Weekly",
    "Weibull",
    "balances",
    "compare",
    "fewest_agents",
    "fit_distribution",
    "fit_scenario",
    "littles_law",
    "logged_commands",
    "logged_events",
    "run_replications",
    "simulate",
    "simulate_once",
    "single_queue",
    "split_log",
    "summarize",
    "validate_fit",
]
