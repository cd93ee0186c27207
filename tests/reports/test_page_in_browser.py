"""The page in a real browser: every picture is drawn, and nothing goes wrong in its console."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from assignwork.reports import write_html

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 120.0  # seconds


def browser():
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no chromium found, and CI must not pass without having opened the page")
    if found is None:
        pytest.skip("no chromium found: the page was not opened in a browser")
    return found


def opened(path, folder):
    """The page's elements after its scripts ran, and what the browser logged."""
    done = subprocess.run(
        [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={folder}",
            "--enable-logging=stderr", "--v=0", "--virtual-time-budget=20000",
            "--window-size=1280,2000", "--dump-dom", path.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.parametrize("seed", [None, 1])
def test_every_picture_is_drawn_without_a_word_in_the_console(tmp_path, desk, random_run, seed):
    workspace, events = (desk, []) if seed is None else random_run(seed)[:2]
    path = tmp_path / "page.html"
    write_html(path, workspace, events, title="<b>A & B</b>")
    pictures = path.read_text(encoding="utf-8").count('<script type="application/json"')
    assert (pictures > 5) == (seed is not None)
    dom, console = opened(path, tmp_path / "profile")
    assert console == []
    root = re.search(r"<html[^>]*>", dom).group()
    assert "data-failures" not in root
    assert ("data-plots" not in root) if seed is None else f'data-plots="{pictures}"' in root
    assert dom.count('class="plot js-plotly-plot"') == pictures
    assert dom.count("main-svg") >= pictures
    assert "<b>A" not in dom
