"""From words and pictures to a page: the templates, the style, and plotly's script in one file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from assignwork.reports.pictures import Picture, load_extra
from assignwork.reports.text import duration, hours


def render(template: str, **values: Any) -> str:
    """A whole page from a template of this package; what is put in is escaped.

    Parameters
    ----------
    template : str
        A file in ``templates``.
    **values : object
        What it is filled with; style and scripts are given here.

    Raises
    ------
    ConfigurationError
        When the extra ``report`` is not installed.
    """
    jinja2 = load_extra("jinja2")
    folder = files("assignwork.reports") / "templates"
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text("utf-8")),
    )
    environment.filters.update(duration=duration, hours=hours, unbroken=_unbroken)
    html: str = environment.get_template(template).render(
        css=(folder / "page.css").read_text("utf-8"),
        js=(folder / "page.js").read_text("utf-8"),
        plotly_js=load_extra("plotly.offline").get_plotlyjs().replace("</script", "<\\/script"),
        **values,
    )
    return html


def drawn(shown: Iterable[Picture]) -> list[tuple[Picture, str]]:
    """Pictures with what the page's script draws them from."""
    return [(picture, _script_safe(_figure_json(picture.figure))) for picture in shown]


def _unbroken(text: str) -> str:
    """No line may end between a number and its unit."""
    return re.sub(r"(?<=\d) (?=(?:s|min|h|days|items?|agents?)\b|%)", "\u00a0", text)


def _figure_json(figure: Any) -> str:
    """Data and layout without plotly's default template, which the page sets by light and dark."""
    found = json.loads(figure.to_json())
    found["layout"].pop("template", None)
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def _script_safe(text: str) -> str:
    """Nothing in JSON inside a script element may end it or open a comment."""
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
