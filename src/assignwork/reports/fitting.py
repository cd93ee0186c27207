"""One self-contained HTML page of a fit: what a log says, and how far its simulation is from it.

The answer comes first, then log and simulation side by side, then what was estimated, and what is
to be doubted. It loads nothing, and the same fit gives the same bytes. Needs the extra ``report``.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from assignwork.reports._fitting_results import Fit, Validation
from assignwork.reports._fitting_text import MOST_ROWS, grids, headlines, leads, span
from assignwork.reports._rendering import drawn, render
from assignwork.reports.page import zone_named
from assignwork.reports.pictures import Picture, load_extra
from assignwork.reports.pictures._fitting_compared import (
    by_group,
    handled,
    over_time,
    paired,
    spreads,
    times,
)
from assignwork.reports.pictures._fitting_week import agents, arrivals, mix, week

TITLE = "A log and its simulation"


def write_fitting_html(
    path: str | PathLike[str],
    fit: Fit,
    found: Validation | None = None,
    *,
    source: str | None = None,
    items: int | None = None,
    caveats: Sequence[str] = (),
    title: str = TITLE,
) -> None:
    """Write the page of a fit.

    Parameters
    ----------
    path : path
        The file to write; one that is there is replaced. About 5 MB, nearly all of it plotly.
    fit : Fit
        As `assignwork.simulation.fit_scenario` returns it; times are told in its time zone.
    found : Validation, optional
        As `assignwork.simulation.validate_fit` returns it: then log and simulation stand side by
        side.
    source : str, optional
        Which log it is, such as the name of its file.
    items : int, optional
        Work items in the log.
    caveats : sequence of str
        What a reader should doubt besides those that the fit itself tells.
    title : str
        The page's heading.

    Raises
    ------
    ConfigurationError
        When the extra is not installed, or this computer does not know the fit's time zone.
    OSError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from assignwork.simulation import (
    ...     Exponential, fit_scenario, simulate_once, single_queue, validate_fit,
    ... )
    >>> known = single_queue(4, per_hour=30, handle=Exponential(300), length=7 * 86_400)
    >>> log = []
    >>> _ = simulate_once(known, 1, 0, on_events=log.extend)
    >>> fit = fit_scenario(known.workspace, log, shifts="keep")
    >>> found = validate_fit(fit, log, replications=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder, "page.html")
    ...     write_fitting_html(page, fit, found, source="log.jsonl")
    ...     "Handle times come back: " in page.read_text(encoding="utf-8")
    True
    """
    page = fitting_html(fit, found, source=source, items=items, caveats=caveats, title=title)
    Path(path).write_text(page, encoding="utf-8", newline="\n")


def fitting_html(
    fit: Fit,
    found: Validation | None = None,
    *,
    source: str | None = None,
    items: int | None = None,
    caveats: Sequence[str] = (),
    title: str = TITLE,
) -> str:
    """The page of a fit as text; the parameters are those of `write_fitting_html`.

    Raises
    ------
    ConfigurationError
        As `write_fitting_html`.
    """
    load_extra("plotly")  # jinja2 is asked for below
    zone = zone_named(fit.time_zone)
    beside: list[Picture | None] = []
    if found is not None:
        beside = [
            times(found), *paired(spreads(found)), by_group(found), week(found),
            over_time(found, zone, "waiting"), over_time(found, zone, "open"), handled(found),
        ]  # fmt: skip
    compared = [picture for picture in beside if picture is not None]
    fitted = [picture for picture in (arrivals(fit), agents(fit), mix(fit)) if picture is not None]
    return render(
        "fitting.html",
        title=title,
        span=span(fit, found, zone, source, items),
        leads=leads(fit, found),
        headlines=headlines(fit, found),
        distances=[] if found is None else list(found.sentences),
        pictures=drawn(compared),
        compared=[] if found is None else grids(list(found.tables(MOST_ROWS))),
        fitted=drawn(fitted),
        estimated=list(fit.sentences),
        estimates=grids(list(fit.tables(MOST_ROWS))),
        caveats=[*caveats, *fit.caveats],
    )
