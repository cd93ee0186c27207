"""JSON Lines as a stream: one object a line, each error with its file and line.

Memory stays bounded whatever the file: a line is read up to `MAX_LINE_BYTES`, what is longer is
skipped without being kept. An error of one line goes to the caller's `on_error`, if he gave one,
and reading goes on after it; what ends the stream (a file that cannot be opened or unpacked, or
that holds nothing) is raised always.
"""

from __future__ import annotations

import codecs
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeVar

from assignwork._json import decode
from assignwork.errors import ConfigurationError, InputError

MAX_LINE_BYTES = 2**20
"""Longest line that is read, in bytes, its line end included."""

STDIN = "-"
"""The path that means standard input."""

T = TypeVar("T")
OnError: TypeAlias = Callable[[InputError], None]
Bytes: TypeAlias = "io.BufferedReader[Any]"
Given: TypeAlias = "Source | str | Path"

_GZIP_MAGIC = b"\x1f\x8b"
_NO_OBJECT = "a line holds one JSON object"


class Source:
    """A file to read: plain or gzip (told apart by its first bytes), or ``-``, standard input.

    Parameters
    ----------
    path : str or Path

    Attributes
    ----------
    name : str
        What errors call it.

    Examples
    --------
    >>> Source("-").name
    'standard input'
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self.name = "standard input" if self.path == STDIN else self.path
        self._file: BinaryIO | None = None

    @property
    def size(self) -> int | None:
        """Bytes of the file as it lies on the disk; None where that is not known."""
        try:
            return None if self.path == STDIN else Path(self.path).stat().st_size or None
        except OSError:
            return None

    @property
    def position(self) -> int:
        """Bytes of the file on the disk that were read so far."""
        return 0 if self._file is None or self._file.closed else self._file.tell()

    @contextmanager
    def open(self) -> Iterator[Bytes]:
        """The unpacked bytes.

        Raises
        ------
        InputError
            When there is no such file, or it may not be read.
        """
        if self.path == STDIN:
            stdin: Bytes = io.BufferedReader(sys.stdin.buffer)
            try:
                yield _unpacked(stdin)
            finally:
                stdin.detach()  # else it would close the process's own
            return
        try:
            file = Path(self.path).open("rb")  # noqa: SIM115  # closed below, whatever happens
        except OSError as error:
            raise InputError(
                f"cannot be read: {(error.strerror or str(error)).lower()}",
                file=self.name,
                value=self.path,
                remedy="give the path of a file that can be read",
            ) from None
        with file:
            self._file = file
            yield _unpacked(file)


def _unpacked(file: Bytes) -> Bytes:
    if file.peek(2)[:2] != _GZIP_MAGIC:
        return file
    import gzip  # noqa: PLC0415  # only who reads such a file pays for it

    return io.BufferedReader(gzip.GzipFile(fileobj=file), 2**16)


def read_lines(
    source: Given,
    convert: Callable[[Any], T],
    *,
    expected: str = "lines",
    on_error: OnError | None = None,
) -> Iterator[tuple[int, T]]:
    """Each line's number, from 1, and what `convert` makes of its JSON value.

    Blank lines are passed over.

    Parameters
    ----------
    source : Source, str or Path
    convert : callable
        Its `ConfigurationError` counts as the line's.
    expected : str
        What the file should hold, for the error that it holds nothing.
    on_error : callable, optional
        Called with the `InputError` of a line that cannot be used; reading then goes on. Without
        it that error is raised.

    Raises
    ------
    InputError
        With file, line, field, value and remedy.
    """
    source = source if isinstance(source, Source) else Source(source)
    empty = True
    for number, raw in _lines(source):
        if not raw.strip():
            continue
        empty = False
        try:
            found = convert(_value(raw))
        except ConfigurationError as error:
            stated = InputError.of(error, file=source.name, line=number)
            if on_error is None:
                raise stated from error
            on_error(stated)
        else:
            yield number, found
    if empty:
        raise InputError(
            f"the file is empty: it holds no {expected}",
            file=source.name,
            remedy="give a file with one JSON object a line",
        )


def _lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers; a line too long stands as its first `MAX_LINE_BYTES` + 1 bytes."""
    number = 0
    with source.open() as stream:
        try:
            for number, raw in enumerate(_bounded(stream), start=1):
                yield number, raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        except (OSError, EOFError, zlib.error) as error:  # the last two: damaged gzip
            raise InputError(
                f"cannot be read on from here: {str(error).lower()}",
                file=source.name,
                line=number + 1,
                remedy="the file is damaged or cut off; give the whole file",
            ) from None


def _bounded(stream: Bytes) -> Iterator[bytes]:
    most = MAX_LINE_BYTES + 1
    while raw := stream.readline(most):
        yield raw
        if len(raw) == most:
            while not raw.endswith(b"\n") and (raw := stream.readline(most)):
                pass


def _value(raw: bytes) -> Any:
    if len(raw) > MAX_LINE_BYTES:
        raise ConfigurationError(
            "the line is too long",
            value=_excerpt(raw[:40].decode("utf-8", "replace")),
            limit=f"at most {MAX_LINE_BYTES} bytes",
            remedy="put each object on a line of its own, or shorten it",
        )
    ended = raw.endswith(b"\n")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if not ended and error.reason == "unexpected end of data":
            raise _cut_off(raw.decode("utf-8", "ignore")) from None
        raise _no_utf8(raw, error) from None
    try:
        return decode(text)
    except json.JSONDecodeError as error:
        if not ended and text.lstrip().startswith("{"):
            raise _cut_off(text) from None
        raise ConfigurationError(
            f"not JSON: {error.msg.lower()} at column {error.colno}: "
            f"{_excerpt(text[error.pos : error.pos + 40].strip())!r}",
            value=_excerpt(text.strip()),
            remedy=_NO_OBJECT,
        ) from None


def _cut_off(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"the file ends in the middle of this line: it is cut off after {text.strip()[-40:]!r}",
        value=text.strip()[-40:],
        remedy="give the whole file, or take its last line away",
    )


def _no_utf8(raw: bytes, error: UnicodeDecodeError) -> ConfigurationError:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return ConfigurationError(
        f"not UTF-8: byte 0x{raw[error.start]:02x} at column {error.start + 1}",
        value=raw[error.start : error.end],
        remedy=f"save the file as UTF-8{' (it seems to be UTF-16)' if wide else ''}",
    )


def _excerpt(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
