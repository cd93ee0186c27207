"""One self-contained HTML page of simulation results, for a support manager.

The answer comes first: how long customers wait, who gives up, who is too busy; or what a change
does, and whether that may be chance. Then what was simulated and what that leaves out. It loads
nothing, and the same results give the same bytes. Needs the extra ``report``.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from assignwork.errors import ConfigurationError
from assignwork.reports._rendering import drawn, render
from assignwork.reports._simulation_results import Comparison, Results, Scenario
from assignwork.reports._simulation_story import LEFT_OUT, assumptions, customers, when
from assignwork.reports._simulation_text import (
    common_threshold,
    differences_grid,
    findings,
    has_hours,
    headlines,
    sentences,
    span,
    tables,
    thresholds,
    within,
)
from assignwork.reports.page import zone_named
from assignwork.reports.pictures import load_extra
from assignwork.reports.pictures._simulated import Runs
from assignwork.reports.pictures._simulated_differences import differences
from assignwork.reports.pictures.simulation import MAKERS

TITLE = "What if"


def write_simulation_html(
    path: str | PathLike[str],
    results: Results,
    comparison: Comparison | None = None,
    *,
    scenario: Scenario | None = None,
    caveats: Sequence[str] = (),
    title: str = TITLE,
    time_zone: str | None = None,
) -> None:
    """Write the page of simulation results.

    Parameters
    ----------
    path : path
        The file to write; one that is there is replaced. About 5 MB, nearly all of it plotly.
    results : Results
        As `assignwork.simulation.simulate` returns them.
    comparison : Comparison, optional
        Of these results with those of a changed scenario, as `assignwork.simulation.compare` gives
        it; then the page is of what differs.
    scenario : Scenario, optional
        What was simulated, so that the page can say it.
    caveats : sequence of str
        What a reader should know besides, such as the text of an `UnstableWarning`.
    title : str
        The page's heading.
    time_zone : str, optional
        IANA name, such as ``Europe/Madrid``, in which times are shown. Default: the scenario's, in
        which hours of the day are told apart whatever is given here.

    Raises
    ------
    ConfigurationError
        When the extra is not installed, the time zone is not known, or the comparison is of other
        results.
    OSError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from assignwork.simulation import single_queue
    >>> from assignwork.simulation.simulating import simulate
    >>> scenario = single_queue(2, per_hour=20, handle=300, length=7200)
    >>> results = simulate(scenario, replications=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder, "page.html")
    ...     write_simulation_html(page, results, scenario=scenario)
    ...     "Nobody gives up waiting." in page.read_text(encoding="utf-8")
    True
    """
    page = simulation_html(
        results, comparison, scenario=scenario, caveats=caveats, title=title, time_zone=time_zone
    )
    Path(path).write_text(page, encoding="utf-8", newline="\n")


def simulation_html(
    results: Results,
    comparison: Comparison | None = None,
    *,
    scenario: Scenario | None = None,
    caveats: Sequence[str] = (),
    title: str = TITLE,
    time_zone: str | None = None,
) -> str:
    """The page of simulation results as text; the parameters are those of `write_simulation_html`.

    Raises
    ------
    ConfigurationError
        As `write_simulation_html`.
    """
    load_extra("plotly")  # jinja2 is asked for below
    zone = zone_named(results.timezone if time_zone is None else time_zone)
    if comparison is not None and comparison.a != results:
        raise ConfigurationError(
            "the comparison is not of these results",
            field="comparison",
            value=comparison.a.scenario,
            limit=results.scenario,
            remedy="give the results that it calls a",
        )
    runs = Runs(results, None if comparison is None else comparison.b, zone)
    pictures = [] if comparison is None else [differences(comparison)]
    pictures += [maker(runs) for maker in MAKERS]
    many = comparison is not None and len(results.labels("priority")) > 1
    return render(
        "simulation.html",
        title=title,
        span=span(results, "" if scenario is None else when(scenario, zone)),
        sentences=sentences(results, comparison),
        headlines=headlines(results, comparison),
        findings=findings(results, comparison),
        pictures=drawn(picture for picture in pictures if picture is not None),
        differences=None if comparison is None else differences_grid(comparison, None),
        by_priority=differences_grid(comparison, "priority") if comparison and many else None,
        runs=[(found.scenario, tables(found)) for found in runs.all],
        customers=None if scenario is None else customers(scenario),
        assumptions=[] if scenario is None else assumptions(scenario),
        caveats=[*caveats, *LEFT_OUT],
        within=within(common_threshold(*runs.all)),
        thresholds=thresholds(*runs.all),
        by_hour=has_hours(results),
    )
