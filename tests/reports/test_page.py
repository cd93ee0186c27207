"""The page: what it holds, that it needs nothing else, and that no id gets out of hand."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from plotly.offline import get_plotlyjs

from assignwork import events as ev
from assignwork.errors import ConfigurationError
from assignwork.model import Agent, Team, Workspace
from assignwork.reports import pictures as drawn
from assignwork.reports import summarize, write_html

PICTURES = ("waits-by-priority", "waits-by-team", "queues", "keeping-up", "loads", "occupancy")
EVIL = '<script>alert("1")</script><a href="http://example.org">%{x}</a>'


class Page(HTMLParser):
    """What a browser would make of it: elements, what they load, and the figures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.figures: dict[str, dict] = {}
        self.words = ""
        self._in = ("", {})
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._in = (tag, dict(attrs))
        self.elements.append(self._in)

    def handle_endtag(self, tag):
        self._in = ("", {})

    def handle_data(self, data):
        tag, attrs = self._in
        if tag == "script" and attrs.get("type") == "application/json":
            self.figures[attrs["data-plot"]] = json.loads(data)
        elif tag not in ("script", "style"):
            self.words += data.replace("\u00a0", " ")

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]


@pytest.fixture
def page(tmp_path):
    def make(workspace, events, **options):
        path = tmp_path / "page.html"
        write_html(path, workspace, events, **options)
        return Page(path.read_text(encoding="utf-8"))

    return make


@pytest.fixture
def run(random_run):
    return random_run(3)


def test_the_page_shows_every_picture_and_the_figures_of_the_summary(page, run):
    made = page(run.workspace, run.events, title="Night shift", threshold=60.0)
    found = summarize(run.workspace, run.events, threshold=60.0)
    assert set(PICTURES) <= set(made.ids)
    assert set(made.figures) >= {f"plot-{name}" for name in PICTURES}
    assert all(figure["data"] for figure in made.figures.values())
    assert "Night shift" in made.words
    assert f"{found.volumes.total.arrived:,}" in made.words
    assert "assigned within 60 s" in made.words
    assert "What stands out" in made.words
    for agent in found.over_capacity:
        assert f"+{agent.over.most}" in made.words


def test_it_returns_the_summary_that_it_shows(tmp_path, run):
    shown = write_html(tmp_path / "page.html", run.workspace, run.events)
    assert shown == summarize(run.workspace, run.events)


def test_nothing_is_loaded_from_anywhere(page, run):
    made = page(run.workspace, run.events)
    for tag, attrs in made.elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base"), tag
        assert not {"src", "href", "srcset", "action", "data"} & attrs.keys(), (tag, attrs)
    (policy,) = [a["content"] for _, a in made.elements if a.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    style = made.text[made.text.index("<style>") : made.text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_plotly_stands_in_the_page_once(page, run):
    made = page(run.workspace, run.events)
    assert made.text.count(get_plotlyjs()[:200]) == 1
    assert len(made.text) < len(get_plotlyjs()) + 400_000


def test_the_same_log_gives_the_same_bytes_under_any_hash_seed(tmp_path, run):
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(e.to_dict()) + "\n" for e in run.events))
    (tmp_path / "desk.json").write_text(json.dumps(run.workspace.to_dict()))
    script = (
        "import json, sys\n"
        "from assignwork import Workspace\n"
        "from assignwork.events import event_from_dict\n"
        "from assignwork.reports import write_html\n"
        "events = [event_from_dict(json.loads(line)) for line in open('log.jsonl')]\n"
        "print(write_html(sys.argv[1], Workspace.load('desk.json'), events))\n"
    )
    pages, texts = [], []
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", script, f"{seed}.html"],
            cwd=tmp_path, env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        texts.append(done.stdout)
        pages.append((tmp_path / f"{seed}.html").read_bytes())
    assert pages[0] == pages[1]
    assert texts[0] == texts[1]


def test_an_empty_log_makes_a_page_that_says_so(page, desk):
    made = page(desk, [])
    assert "The log has no events." in made.words
    assert made.figures == {}


def test_one_item_makes_a_page(page, desk, log):
    log.queued(0, "t-1")
    made = page(desk, log.events)
    assert "1 item came, 0 are closed, 1 open at the end" in made.words
    assert "1 item (100 %): 1 still waiting at the end" in made.words


def test_ids_are_shown_and_never_run(page):
    desk = Workspace(
        teams=[Team(EVIL), Team("b" + EVIL)],
        agents=[Agent(EVIL, capacity=1, primary=[EVIL], secondary=["b" + EVIL])],
    )
    events = [
        ev.Queued(1, 0.0, EVIL, EVIL, 3, 2, "given", None),
        ev.Queued(2, 0.0, "b", "b" + EVIL, 3, 1, "given", None),
        ev.Assigned(3, 90.0, EVIL, EVIL, EVIL, "primary", 90.0, "dispatch", "balanced", (), None),
        ev.Released(4, 95.0, EVIL, EVIL, EVIL, EVIL),
        ev.Queued(5, 95.0, EVIL, EVIL, 3, 2, "given", None),
        ev.Assigned(6, 99.0, EVIL, EVIL, EVIL, "primary", 4.0, "dispatch", "balanced", (), None),
        ev.Assigned(
            7, 99.0, "b", "b" + EVIL, EVIL, "secondary", 99.0, "dispatch", "balanced", (), None
        ),
        ev.Closed(8, 900.0, EVIL, EVIL),
    ]
    made = page(desk, events, title=EVIL)
    assert "<script>alert" not in made.text
    assert "example.org" in html.unescape(made.words)
    assert not [attrs for tag, attrs in made.elements if tag == "a"]
    for figure in made.figures.values():
        for text in re.findall(r'"([^"]*alert[^"]*)"', json.dumps(figure)):
            assert "<script" not in text, "plotly must get it escaped"
            assert "<a " not in text
    assert "&lt;script&gt;" in summarize(desk, events)._repr_html_()
    assert "<script>" not in summarize(desk, events)._repr_html_()


def test_instants_are_shown_in_the_zone_asked_for(page, desk, log):
    log.queued(1_772_409_600, "t-1")  # 2026-03-02 00:00 UTC
    log.queued(1_772_409_600 + 600, "t-2")
    assert "Mon 2026-03-02 00:00" in page(desk, log.events).words
    made = page(desk, log.events, time_zone="America/New_York")
    assert "Sun 2026-03-01 19:00" in made.words
    assert "America/New_York time" in made.words
    assert made.figures["plot-queues"]["data"][0]["x"][0] == "2026-03-01 19:00"


def test_an_unknown_zone_is_refused_with_the_way_out(tmp_path, desk):
    with pytest.raises(ConfigurationError, match="give an IANA name such as 'Europe/Madrid'"):
        write_html(tmp_path / "page.html", desk, [], time_zone="Mars/Olympus")
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("missing", ["plotly", "jinja2"])
def test_without_the_extra_the_error_says_how_to_install_it(tmp_path, desk, missing, monkeypatch):
    for name in [n for n in sys.modules if n.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [p for p in sys.path if "site-packages" not in p])
    monkeypatch.setattr(sys, "path_importer_cache", {})

    def unread():
        pytest.fail("the log must not be read before")
        yield

    with pytest.raises(ConfigurationError, match=r'pip install "assignwork\[report\]"') as caught:
        write_html(tmp_path / "page.html", desk, unread())
    assert missing in str(caught.value)


def test_neither_figures_nor_text_load_the_extra():
    script = (
        "import sys, assignwork.reports as r, assignwork\n"
        "print(r.summarize(assignwork.Workspace(), []))\n"
        "print([m for m in ('plotly', 'jinja2', 'numpy') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_long_series_are_thinned_and_many_agents_cut(page, log):
    desk = Workspace(
        teams=[Team("billing"), Team("returns")],
        agents=[Agent(f"agent-{i:03}", capacity=2, primary=["billing"]) for i in range(90)],
    )
    for i in range(3000):
        log.queued(i * 1800, f"t-{i}")
        log.assigned(i * 1800 + 900, f"t-{i}", f"agent-{i % 90:03}")
        log.closed(i * 1800 + 1700, f"t-{i}", f"agent-{i % 90:03}")
    made = page(desk, log.events)
    queues = made.figures["plot-queues"]["data"][0]
    assert len(queues["x"]) <= 502
    loads = made.figures["plot-loads"]["data"][0]
    assert (len(loads["z"]), len(loads["x"]) <= 250) == (60, True)
    assert "The 60 most loaded of 90 agents are shown." in made.words
    assert "The 30 busiest and the 30 idlest of 90 are shown." in made.words


def test_the_period_can_end_earlier_or_later_than_the_log(page, desk, log):
    log.queued(0, "t-1")
    log.queued(100, "t-2")
    assert "1 item came" in page(desk, log.events, until=50.0).words
    assert summarize(desk, log.events, until=50.0).end == 50.0
    assert summarize(desk, log.events, until=500.0).queues["billing"].mean == 1.8


def test_no_picture_is_drawn_of_nothing(page, desk, log):
    log.presence(0, "ana", "away")
    log.presence(10, "bob", "away")
    assert page(desk, log.events).figures == {}


def test_labels_are_cut_and_escaped():
    assert drawn._drawing.label("<i>" + "x" * 40, 10) == "&lt;i&gt;xxxxxx…"
