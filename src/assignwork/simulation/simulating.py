"""`simulate`: a scenario, so many replications, on one machine or many."""

from __future__ import annotations

import warnings
from concurrent.futures import Executor
from functools import partial
from typing import Any

from assignwork import _fields as f
from assignwork.schedules import Scheduler
from assignwork.simulation._engine import simulate_once
from assignwork.simulation.balance import UnstableWarning, caveats
from assignwork.simulation.precision import Precision
from assignwork.simulation.replications import Progress, run_replications
from assignwork.simulation.results import Results
from assignwork.simulation.scenario import Scenario

REPLICATIONS = 20


def simulate(  # noqa: PLR0913  # every option is one a caller may want
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int = 0,
    processes: int | None = None,
    executor: Executor | None = None,
    until: Precision | None = None,
    rebalancing: Scheduler | None = None,
    keep_trials: bool = False,
    on_progress: Progress | None = None,
) -> Results:
    """Play a scenario several times, each with other chance, and measure it.

    Two scenarios with the same seed see the same customers, so that `compare` can tell small
    differences from luck.

    Parameters
    ----------
    scenario : Scenario
    replications : int, optional
        Default 20; with `until` at most so many.
    seed : int, default 0
        The same seed gives the same results, wherever they are computed.
    processes : int, optional
        Of this machine, to share the replications.
    executor : concurrent.futures.Executor, optional
        Instead: where to compute, such as ``client.get_executor()`` of a dask cluster.
    until : Precision, optional
        Stop as soon as an interval is narrow enough.
    rebalancing : callable, optional
        ``rebalancing(desk, apply)`` makes somebody who moves work between agents meanwhile, such as
        ``functools.partial(schedule_rebalance, every=900)`` of `assignwork.solver`.
    keep_trials : bool, default False
        Keep every customer of every replication (`Results.trials`), not the measures alone.
    on_progress : callable, optional
        Called with the number of replications done and the most there will be.

    Warns
    -----
    UnstableWarning
        When more work comes than agents can do or hold and nobody gives up: what is measured then
        depends on how long it lasts. When there is a kind of customer whom nobody can take.

    Raises
    ------
    ReplicationError
        When a replication fails.
    ConfigurationError
        For arguments that cannot be used.

    Examples
    --------
    >>> from assignwork.simulation import Exponential, single_queue
    >>> scenario = single_queue(
    ...     3, per_hour=40, handle=Exponential(180), length=50 * 3600, warm_up=3600
    ... )
    >>> results = simulate(scenario, replications=10, seed=1)
    >>> estimate = results.interval("wait_mean")  # exactly 80 s
    >>> bool(estimate.low < 80 < estimate.high)
    True
    """
    if not isinstance(scenario, Scenario):
        f.refuse("scenario", scenario, "a Scenario")
    for caveat in caveats(scenario):
        warnings.warn(caveat, UnstableWarning, stacklevel=2)
    if replications is None and until is None:
        replications = REPLICATIONS
    return played(
        scenario,
        replications=replications,
        seed=seed,
        executor=executor,
        processes=processes,
        until=until,
        rebalancing=rebalancing,
        keep_trials=keep_trials,
        on_progress=on_progress,
    )


def played(scenario: Scenario, *, rebalancing: Scheduler | None = None, **options: Any) -> Results:
    """As `simulate`, without its warnings, for who knows what he does."""
    run = partial(simulate_once, scenario, rebalancing=rebalancing)
    return run_replications(run, scenario=scenario.name, **options)
