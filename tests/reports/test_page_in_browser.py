"""The page in a real browser: every picture is drawn, and nothing goes wrong in its console."""

from __future__ import annotations

import re

import pytest

from assignwork.reports import write_html


@pytest.mark.parametrize("seed", [None, 1])
def test_every_picture_is_drawn_without_a_word_in_the_console(
    tmp_path, desk, random_run, opened, seed
):
    workspace, events = (desk, []) if seed is None else random_run(seed)[:2]
    path = tmp_path / "page.html"
    write_html(path, workspace, events, title="<b>A & B</b>")
    pictures = path.read_text(encoding="utf-8").count('<script type="application/json"')
    assert (pictures > 5) == (seed is not None)
    dom, console = opened(path)
    assert console == []
    root = re.search(r"<html[^>]*>", dom).group()
    assert "data-failures" not in root
    assert ("data-plots" not in root) if seed is None else f'data-plots="{pictures}"' in root
    assert dom.count('class="plot js-plotly-plot"') == pictures
    assert dom.count("main-svg") >= pictures
    assert "<b>A" not in dom
