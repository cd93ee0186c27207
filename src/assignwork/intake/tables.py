"""An export as rows: the line each stands on, and the values of the columns that were asked for.

CSV and JSON Lines here, XES in `xes`. All read a stream, plain or gzip, and keep one row at a
time (XES: one trace). Errors name file, line, field, value and remedy.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, TypeAlias

from assignwork._fields import nearest
from assignwork.errors import InputError
from assignwork.wire import Source, read_lines

Row: TypeAlias = "tuple[int, list[str | None]]"
"""A line number from 1, and a value per asked column; None where the row has none."""

MAX_LINE = 2**20
"""Longest line of a CSV file, in bytes."""


def csv_rows(
    source: Source, columns: Mapping[str, str], *, encoding: str = "utf-8", delimiter: str = ","
) -> Generator[Row, None, None]:
    """Rows of a CSV file with a header.

    Parameters
    ----------
    source : Source
    columns : mapping of str to str
        Asked column -> the mapping's field that names it, for errors.
    encoding, delimiter : str

    Raises
    ------
    InputError
        For a file that is empty or damaged, a column that is not there, a row with too few or
        too many values, or bytes that are no text.
    """
    # Closed by hand: an error keeps its frames, and with them the file, as long as it is looked at.
    with closing(_text_lines(source, encoding)) as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            places, width = _header(source.name, next(reader, None), columns)
            for values in reader:
                if len(values) == width:
                    yield reader.line_num, [values[place] for place in places]
                elif values:  # else a blank line
                    raise InputError(
                        f"the row has {len(values)} values, the header {width} columns",
                        file=source.name,
                        line=reader.line_num,
                        value=values[0],
                        remedy="quote values that hold the delimiter, or give the right "
                        "file.delimiter",
                    )
        except csv.Error as error:
            raise InputError(
                f"not CSV: {error}",
                file=source.name,
                line=reader.line_num,
                remedy="close the quotes on that line, or give the right file.delimiter",
            ) from None


def _header(
    file: str, header: list[str] | None, columns: Mapping[str, str]
) -> tuple[list[int], int]:
    """The places of the asked columns, and the number of all."""
    if header is None:
        raise InputError(
            "the file is empty",
            file=file,
            remedy="give an export with a header and a row for each event",
        )
    for column, field in columns.items():
        if column not in header:
            raise no_column(file, 1, column, field, header)
        if header.count(column) > 1:
            raise InputError(
                f"the column {column!r} is there twice",
                file=file,
                line=1,
                field=field,
                value=column,
                remedy="give each column its own name",
            )
    return [header.index(column) for column in columns], len(header)


def json_rows(source: Source, columns: Mapping[str, str]) -> Generator[Row, None, None]:
    """Rows of a JSON Lines file, an object a line; a dot in a column's name goes into an object.

    Raises
    ------
    InputError
        As `csv_rows`; a column counts as missing when no row has it.
    """
    names: dict[str, None] = {}
    wanted = dict.fromkeys(columns, False)
    for line, flat in read_lines(source, _flat_object, expected="rows"):
        names |= dict.fromkeys(flat)
        for column in columns:
            wanted[column] |= column in flat
        yield line, [flat.get(column) for column in columns]
    refuse_absent(source.name, columns, [c for c, found in wanted.items() if not found], names)


def _flat_object(value: Any) -> dict[str, str | None]:
    if not isinstance(value, dict):
        raise InputError(
            "a row is no JSON object", value=value, remedy="give one object with columns a line"
        )
    return dict(_flat("", value))


def _flat(path: str, value: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for key, entry in value.items():
        name = f"{path}.{key}" if path else key
        if isinstance(entry, dict):
            yield from _flat(name, entry)
        elif isinstance(entry, bool):
            yield name, "true" if entry else "false"
        elif not isinstance(entry, list):
            yield name, None if entry is None else str(entry)


def no_column(
    file: str, line: int | None, column: str, field: str, known: Iterable[str]
) -> InputError:
    """The error that an asked column is not in the file."""
    return InputError(
        f"there is no column {column!r}, which the mapping names",
        file=file,
        line=line,
        field=field,
        value=column,
        remedy=nearest(column, known) + "; correct the mapping, or give the export it is for",
    )


def refuse_absent(
    file: str, columns: Mapping[str, str], absent: list[str], known: Iterable[str]
) -> None:
    """Raise for the first column that no row of the whole file has."""
    if absent:
        raise no_column(file, None, absent[0], columns[absent[0]], known)


@contextmanager
def unpacking(source: Source, place: Any) -> Iterator[None]:
    """Damaged gzip data becomes an `InputError` at the line `place()` gives."""
    try:
        yield
    except (EOFError, zlib.error, OSError) as error:
        raise InputError(
            f"cannot be read on from here: {str(error).lower()}",
            file=source.name,
            line=place(),
            remedy="the file is damaged or cut off; give the whole file",
        ) from None


def _text_lines(source: Source, encoding: str) -> Generator[str, None, None]:
    line = 0
    with source.open() as stream, unpacking(source, lambda: line + 1):
        while raw := stream.readline(MAX_LINE + 1):
            line += 1
            if len(raw) > MAX_LINE:
                raise InputError(
                    "the line is too long",
                    file=source.name,
                    line=line,
                    limit=f"at most {MAX_LINE} bytes",
                    remedy="give a CSV file with a line for each row",
                )
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise InputError(
                    f"not {encoding}: byte 0x{raw[error.start]:02x} at column {error.start + 1}",
                    file=source.name,
                    line=line,
                    value=raw[error.start : error.end],
                    remedy="set file.encoding of the mapping, such as cp1252 or latin-1",
                ) from None
            if "\0" in text:
                raise InputError(
                    "a zero byte: this is no text",
                    file=source.name,
                    line=line,
                    remedy="save the file as UTF-8 CSV",
                )
            yield text.removeprefix("\ufeff") if line == 1 else text
