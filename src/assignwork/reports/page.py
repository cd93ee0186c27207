"""One self-contained HTML page of what happened on a desk, for a shift manager.

The page loads nothing: plotly's script, the figures and the style stand in the file, and its
content security policy forbids everything else. The same log gives the same bytes. Needs the
extra ``report`` (plotly, jinja2), imported only when a page is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from os import PathLike
from pathlib import Path
from zoneinfo import ZoneInfo

from assignwork.errors import ConfigurationError
from assignwork.events import Event
from assignwork.model import Workspace
from assignwork.reports._hours import LateHours
from assignwork.reports._rendering import drawn, render
from assignwork.reports.findings import findings, headlines
from assignwork.reports.metrics import THRESHOLD, read
from assignwork.reports.pictures import Desk, Holdings, load_extra, pictures
from assignwork.reports.sections import Section, promise_sections
from assignwork.reports.summary import Summary
from assignwork.reports.text import duration, instant, plural

TITLE = "What happened on the desk"
_MOST_OVER = 25


def write_html(
    path: str | PathLike[str],
    workspace: Workspace,
    events: Iterable[Event],
    *,
    title: str = TITLE,
    time_zone: str = "UTC",
    until: float | None = None,
    threshold: float = THRESHOLD,
    sections: Sequence[Section] = (),
) -> Summary:
    """Write the page of a log and return the figures it shows.

    Parameters
    ----------
    path : path
        The file to write; one that is there is replaced. About 5 MB, nearly all of it plotly.
    workspace : Workspace
        As it was when the log began.
    events : iterable of Event
        The whole log, in order; read once.
    title : str
        The page's heading.
    time_zone : str, default 'UTC'
        IANA name, such as ``Europe/Madrid``, in which instants are shown.
    until : float, optional
        POSIX seconds at which the report ends; as in `summarize`.
    threshold : float, default 900
        Seconds; the page says which share of the items was assigned within it.
    sections : sequence of Section
        What to show before the pictures, such as a study's tables.

    Raises
    ------
    ConfigurationError
        When the extra is not installed, or the time zone is not known.
    OSError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from assignwork.events import Queued
    >>> desk = Workspace.from_dict({"teams": [{"id": "billing"}]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "page.html")
    ...     found = write_html(path, desk, [Queued(1, 0.0, "t-1", "billing", 3, 1, "given", None)])
    ...     "<title>What happened on the desk</title>" in path.read_text(encoding="utf-8")
    True
    >>> found.volumes.total.open
    1
    """
    for name in ("plotly", "jinja2"):
        load_extra(name)  # before a long log is read, not after
    zone = zone_named(time_zone)
    holdings = Holdings(workspace)
    metrics = read(workspace, holdings.following(events), until)
    desk = Desk(metrics, metrics.summary(until=until, threshold=threshold), zone)
    page = _render(desk, holdings, title, time_zone, sections)
    Path(path).write_text(page, encoding="utf-8", newline="\n")
    return desk.summary


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name.

    Raises
    ------
    ConfigurationError
        When this computer does not know it.
    """
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"{name!r} is no time zone that this computer knows",
            field="time_zone",
            value=name,
            remedy="give an IANA name such as 'Europe/Madrid', and install tzdata where "
            "the system has no time zones",
        ) from error


def _render(
    desk: Desk, holdings: Holdings, title: str, time_zone: str, sections: Sequence[Section]
) -> str:
    summary = desk.summary
    late = LateHours.of(desk.metrics, summary.waits.threshold, desk.zone)
    return render(
        "page.html",
        title=title,
        span=_span(desk, time_zone),
        headlines=headlines(summary),
        findings=findings(summary, late, desk.zone),
        sections=[(section, drawn(section.pictures)) for section in sections],
        promises=promise_sections(summary),
        promised=summary.service_levels.clocks > 0,
        escalated=summary.escalations.fired > 0,
        pictures=drawn(pictures(desk, holdings)),
        times=summary.times,
        over=summary.over_capacity[:_MOST_OVER],
        over_hidden=max(0, len(summary.over_capacity) - _MOST_OVER),
        threshold=summary.waits.threshold,
    )


def _span(desk: Desk, time_zone: str) -> str:
    summary = desk.summary
    who = f"{plural(len(summary.agents), 'agent')}, {plural(len(summary.queues), 'team')}"
    if summary.start is None:
        return "An empty log"
    begin, end = instant(summary.start, desk.zone), instant(summary.end, desk.zone)
    return f"{begin} to {end}, {duration(summary.lasted)} ({time_zone} time) · {who}"
