"""What all pictures share: the desk they draw, colours, labels, and an undressed figure.

Colours are told apart by the colour-blind too, and stand on light and on dark ground; what must
differ between the two is left to the page. Ids are shown as plain text: plotly reads tags in
labels, so they are escaped, and no id is ever a coordinate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from html import escape
from typing import Any

import attrs

from assignwork import _extras
from assignwork.reports.metrics import Metrics
from assignwork.reports.summary import Summary
from assignwork.reports.text import duration

BLUE, ORANGE, GREY, DARK_ORANGE = "#2f81c7", "#e69f00", "#9aa0a6", "#d55e00"
FONT, SMALL = 12, 11
MOST_TEAMS = 12
_DATES = (
    ([None, 43_200_000], "%H:%M<br>%a %-d %b"),
    ([43_200_001, 604_800_000], "%a %-d %b"),
    ([604_800_001, None], "%-d %b %Y"),
)


@attrs.frozen
class Picture:
    """One figure with its words.

    Attributes
    ----------
    name : str
        Its place on the page.
    title, lead : str
        What is seen, and how to read it; both are HTML, with the ids in them escaped.
    figure : plotly.graph_objects.Figure
    height : int
        Pixels.
    key : tuple of (str, str)
        What the colours mean: text and colour.
    place : {'', 'wide', 'tall'}
        It takes half the page, its whole width, or half of it beside two others.
    """

    name: str
    title: str
    lead: str
    figure: Any
    height: int
    key: tuple[tuple[str, str], ...] = ()
    place: str = ""


@attrs.frozen
class Desk:
    """What every picture is made of."""

    metrics: Metrics
    summary: Summary
    zone: tzinfo

    def local(self, at: float) -> str:
        """An instant as plotly reads it, in the page's time zone."""
        return datetime.fromtimestamp(at, self.zone).strftime("%Y-%m-%d %H:%M")


def load_extra(name: str) -> Any:
    """A module of the extra ``report``, imported only when a page is made.

    Raises
    ------
    ConfigurationError
        When it is not installed; says how to install it.
    """
    return _extras.load_extra(name, "the page of a report needs", "report")


def label(name: str, most: int = 22) -> str:
    """An id as plotly shows it letter by letter; cut where it is too long for an axis.

    Examples
    --------
    >>> label("<b>ana</b>"), label("a" * 40)
    ('&lt;b&gt;ana&lt;/b&gt;', 'aaaaaaaaaaaaaaaaaaaaa…')
    """
    return escape(name if len(name) <= most else name[: most - 1] + "…", quote=False)


def figure(**layout: Any) -> Any:
    """An empty figure without ground or colours of its own: the page gives them."""
    return dressed(load_extra("plotly.graph_objects").Figure(layout=layout))


def dressed(figure: Any) -> Any:
    figure.update_layout(
        template="none", showlegend=False, font={"size": FONT}, hoverlabel={"align": "left"},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
    )  # fmt: skip
    figure.update_xaxes(automargin=True, zeroline=False, separatethousands=True)
    figure.update_yaxes(automargin=True, zeroline=False, separatethousands=True)
    return figure


def ninth(seconds: float | None) -> str:
    """How long nine in ten waited, as the end of a sentence.

    Examples
    --------
    >>> ninth(0.0), ninth(90.0), ninth(None)
    ('9 in 10 at once', '9 in 10 within 2 min', 'nobody was assigned')
    """
    if seconds is None:
        return "nobody was assigned"
    return "9 in 10 at once" if seconds == 0 else f"9 in 10 within {duration(seconds)}"


def name_rows(figure: Any, names: Sequence[str]) -> None:
    """One row per name, the first on top; rows are numbers, so that no id is taken for one."""
    places = list(range(len(names)))
    figure.update_yaxes(
        tickvals=places, ticktext=list(names), range=[len(names) - 0.5, -0.5], showgrid=False
    )


def date_axis(figure: Any) -> None:
    """Weekdays and hours, for people who know what a Tuesday is like."""
    stops = [{"dtickrange": reach, "value": shown} for reach, shown in _DATES]
    figure.update_xaxes(tickformatstops=stops)


def note(figure: Any, text: str, **place: Any) -> None:
    figure.add_annotation(text=text, showarrow=False, align="left", font={"size": SMALL}, **place)


def rounded(values: Sequence[float]) -> list[float]:
    """A hundredth of a per cent is finer than a pixel."""
    return [round(value, 2) for value in values]
