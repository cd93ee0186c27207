"""XES event logs as rows: an event is a row, its attributes the columns.

Parsed by expat as a stream: memory holds one trace at a time, and each event knows its line,
which a tree parser does not tell. A document type is refused: XES has none, and with it goes
every entity that could expand or point outside the file.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from xml.parsers import expat

from assignwork.errors import InputError
from assignwork.intake.tables import Row, refuse_absent, unpacking
from assignwork.wire import Source

CHUNK = 2**16
"""Bytes parsed at once."""

TRACE_PREFIX = "case:"
"""Stands before the key of an attribute of the trace."""

# Where an element stands; what is deeper (attributes of attributes) is not read.
_TRACE = ["log", "trace"]
_EVENT = ["log", "trace", "event"]


class _Traces:
    """Collects events while expat walks the document."""

    def __init__(self, file: str, columns: Mapping[str, str]) -> None:
        self.file = file
        self.columns = columns
        self.wanted = dict.fromkeys(columns, False)
        self.names: dict[str, None] = {}
        self.ready: list[Row] = []
        self.events = 0
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._pending: list[tuple[int, dict[str, str]]] = []
        self._line = 0
        self.parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise InputError(
            "the file declares a document type, which XES has not",
            file=self.file,
            line=self.parser.CurrentLineNumber,
            remedy="take the DOCTYPE out of the file",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        path = self._path
        if not path and tag != "log":
            raise InputError(
                f"the document is a {tag!r}, not an XES log",
                file=self.file,
                line=self.parser.CurrentLineNumber,
                value=tag,
                remedy="give an XES file, or the format that the file has",
            )
        if path == _EVENT:
            if "value" in attributes:
                self._event[attributes.get("key", "")] = attributes["value"]
        elif path == _TRACE:
            if tag == "event":
                self._line = self.parser.CurrentLineNumber
                self._event = {}
            elif "value" in attributes:
                self._trace[TRACE_PREFIX + attributes.get("key", "")] = attributes["value"]
        path.append(tag)

    def _end(self, _: str) -> None:
        path = self._path
        if path == _EVENT:
            self._pending.append((self._line, self._event))
        elif path == _TRACE:
            self._flush()
        path.pop()

    def _flush(self) -> None:
        # Only now are the trace's own attributes all known: they may stand after its events.
        self.names |= dict.fromkeys(self._trace)
        for line, event in self._pending:
            self.names |= dict.fromkeys(event)
            found = self._trace | event
            self.ready.append((line, [found.get(column) for column in self.columns]))
            for column in self.columns:
                if column in found:
                    self.wanted[column] = True
        self.events += len(self._pending)
        self._pending, self._trace = [], {}


def xes_rows(source: Source, columns: Mapping[str, str]) -> Generator[Row, None, None]:
    """Rows of an XES file; see `csv_rows`.

    Raises
    ------
    InputError
        For a file that is empty or damaged, no XML, no XES, or without events; also when no
        event has an asked attribute.
    """
    traces = _Traces(source.name, columns)
    parser = traces.parser
    read = 0
    with source.open() as stream, unpacking(source, lambda: parser.CurrentLineNumber):
        try:
            while chunk := stream.read(CHUNK):
                read += len(chunk)
                parser.Parse(chunk)
                yield from traces.ready
                traces.ready.clear()
            if read:
                parser.Parse(b"", True)  # noqa: FBT003  # takes no keyword
        except expat.ExpatError as error:
            raise InputError(
                f"not XML: {expat.ErrorString(error.code)} at column {error.offset + 1}",
                file=source.name,
                line=error.lineno,
                remedy="the file is damaged or cut off; give the whole file",
            ) from None
    if not traces.events:
        raise InputError(
            "the file is empty" if not read else "there is no event in any trace",
            file=source.name,
            remedy="give an XES log with traces and events",
        )
    absent = [column for column, found in traces.wanted.items() if not found]
    refuse_absent(source.name, columns, absent, traces.names)
