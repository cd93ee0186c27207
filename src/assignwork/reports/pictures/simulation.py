"""Pictures of simulation results, for notebooks; the page of `write_simulation_html` has the same.

Each takes `Results`, and as `after` those of a changed scenario to be drawn beside them, and gives
a plotly figure. They need the extra ``report``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assignwork.errors import ConfigurationError
from assignwork.reports._simulation_results import Comparison, Results
from assignwork.reports.page import zone_named
from assignwork.reports.pictures._drawing import Picture
from assignwork.reports.pictures._simulated import Runs
from assignwork.reports.pictures._simulated_agents import occupancy
from assignwork.reports.pictures._simulated_differences import differences
from assignwork.reports.pictures._simulated_time import busy, queue
from assignwork.reports.pictures._simulated_waits import served, service, waits

MAKERS: tuple[Callable[[Runs], Picture | None], ...] = (
    waits, served, service, occupancy, queue, busy,
)  # fmt: skip
"""In the order of the page."""
_TITLE = 46  # pixels


def waits_picture(results: Results, after: Results | None = None) -> Any:
    """Mean, median and 90 % of waits with their intervals, by priority (or team)."""
    return _alone(waits, Runs(results, after))


def served_picture(results: Results, after: Results | None = None) -> Any:
    """Which share of the assigned had somebody after how long."""
    return _alone(served, Runs(results, after))


def service_picture(results: Results, after: Results | None = None) -> Any:
    """Who was assigned within the threshold of his kind, who later, who gave up."""
    return _alone(service, Runs(results, after))


def queue_picture(
    results: Results, after: Results | None = None, *, time_zone: str | None = None
) -> Any:
    """Items waiting over time, with the interval.

    Parameters
    ----------
    results, after : Results
    time_zone : str, optional
        IANA name, in which the time is shown; default: the scenario's.

    Raises
    ------
    ConfigurationError
        When the time zone is not known, the extra is missing, or there is nothing to see.
    """
    return _alone(queue, _zoned(results, after, time_zone))


def busy_picture(
    results: Results, after: Results | None = None, *, time_zone: str | None = None
) -> Any:
    """Occupancy over time, with the interval; the parameters are those of `queue_picture`."""
    return _alone(busy, _zoned(results, after, time_zone))


def occupancy_picture(results: Results, after: Results | None = None) -> Any:
    """Occupancy per agent with its interval, the busiest on top."""
    return _alone(occupancy, Runs(results, after))


def differences_picture(comparison: Comparison) -> Any:
    """What a change does, measure by measure, with the intervals of the differences."""
    return _dressed(differences(comparison), "differences")


def _zoned(results: Results, after: Results | None, time_zone: str | None) -> Runs:
    return Runs(results, after, zone_named(results.timezone if time_zone is None else time_zone))


def _alone(maker: Callable[[Runs], Picture | None], runs: Runs) -> Any:
    return _dressed(maker(runs), maker.__name__)


def _dressed(picture: Picture | None, name: str) -> Any:
    """The figure as it stands without the page: with title, ground and legend."""
    if picture is None:
        raise ConfigurationError(
            f"there is nothing to see in a picture of {name}",
            field="results",
            remedy="give results in which customers came and agents were at work",
        )
    found = picture.figure
    margin = found.layout.margin.to_plotly_json()
    found.update_layout(
        template="plotly_white", paper_bgcolor="white", plot_bgcolor="white",
        title={"text": picture.title, "x": 0.01}, showlegend=True,
        height=picture.height + 2 * _TITLE,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        margin={**margin, "t": margin.get("t", 0) + 2 * _TITLE},
    )  # fmt: skip
    return found
