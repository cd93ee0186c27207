"""What a browser would make of a page: elements, figures, and the cells of each table."""

from __future__ import annotations

import json
from html.parser import HTMLParser


class Page(HTMLParser):
    """A page, read."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.elements = []
        self.figures = {}
        self.tables = {}
        self.words = ""
        self._in = ("", {})
        self._rows = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._in = (tag, dict(attrs))
        self.elements.append(self._in)
        if tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._rows[-1].append("")

    def handle_endtag(self, tag):
        if tag != "span":  # within a cell
            self._in = ("", {})

    def handle_data(self, data):
        tag, attrs = self._in
        data = data.replace("\u00a0", " ")
        if tag == "script":
            if attrs.get("type") == "application/json":
                self.figures[attrs["data-plot"].removeprefix("plot-")] = json.loads(data)
        elif tag == "caption":
            self.tables[data] = self._rows
        elif tag in ("th", "td") and self._rows:
            self._rows[-1][-1] += data
        if tag not in ("script", "style"):
            self.words += data
