"""Measurements as JSON documents, and whether one is slower than another.

Operation counts are exact, so they are held to `COUNT_TOLERANCE`; ratios to the bare loop of the
same run are held to a wider tolerance of the caller's. Rates and times of another run are not
compared: they say more of the machine than of the desk.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from assignwork._json import decode
from assignwork.bench.counts import TOLERANCE as COUNT_TOLERANCE
from assignwork.bench.counts import grown
from assignwork.bench.rows import Row
from assignwork.errors import ConfigurationError, InputError

KIND = "assignwork.bench"
SCHEMA = 1
RATIO_TOLERANCE = 0.25
"""By which share a ratio may be smaller than in the baseline."""


def document(subject: Mapping[str, Any], rows: Sequence[Row], **more: Any) -> dict[str, Any]:
    """A measurement, JSON-ready.

    Parameters
    ----------
    subject : mapping
        What was measured; only documents of the same subject are compared.
    rows : sequence of Row
    **more
        What is kept beside them.
    """
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "subject": dict(subject),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "machine": platform.machine(),
        "rows": [row.to_dict() for row in rows],
        **more,
    }


def read_document(path: str | Path) -> dict[str, Any]:
    """A measurement that was kept.

    Raises
    ------
    InputError
        When the file cannot be read, holds something else, or is of another schema.
    """
    name = str(path)
    try:
        found = decode(Path(path).read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            file=name, value=name, remedy="give the path of a file that --json wrote",
        ) from None  # fmt: skip
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(
            f"not JSON: {error}", file=name, remedy="give a file that --json wrote"
        ) from None
    except ConfigurationError as error:
        raise InputError.of(error, file=name) from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise InputError(
            "holds no measurement of assignwork bench",
            file=name, field="kind", value=found.get("kind") if isinstance(found, dict) else None,
            limit=KIND, remedy="give a file that --json wrote",
        )  # fmt: skip
    if found.get("schema") != SCHEMA:
        raise InputError(
            f"measurements of schema {found.get('schema')!r} cannot be compared",
            file=name, field="schema", value=found.get("schema"), limit=SCHEMA,
            remedy="measure the baseline anew with this version",
        )  # fmt: skip
    _check_shape(found, name)
    return found


def _check_shape(found: Mapping[str, Any], file: str) -> None:
    rows = found.get("rows")
    sound = isinstance(found.get("subject"), dict) and isinstance(rows, list)
    if sound:
        for row in rows or ():
            sound = sound and isinstance(row, dict) and _is_sound(row)
    if not sound:
        raise InputError(
            "the measurement is damaged",
            file=file, field="rows", remedy="measure the baseline anew",
        )  # fmt: skip


def _is_sound(row: Mapping[str, Any]) -> bool:
    counts = row.get("counts")
    figure = row.get("figure")
    return (
        isinstance(row.get("workload"), str)
        and isinstance(row.get("size"), str)
        and (figure is None or _is_number(figure))
        and isinstance(counts, dict)
        and all(_is_number(count) for count in counts.values())
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@attrs.frozen
class Comparison:
    """What became of a baseline.

    Attributes
    ----------
    slower : tuple of str
        Which counts grew and which ratios fell beyond the tolerance, and by how much.
    compared : int
        How many rows stand in both.
    """

    slower: tuple[str, ...]
    compared: int


def compare(
    baseline: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    file: str,
    tolerance: float = RATIO_TOLERANCE,
    count_tolerance: float = COUNT_TOLERANCE,
) -> Comparison:
    """Whether a measurement is slower than its baseline.

    Parameters
    ----------
    baseline, now : mapping
        Documents, as `document` makes and `read_document` reads them.
    file : str
        What errors call the baseline.
    tolerance, count_tolerance : float
        Shares, as 0.25: how far a ratio may fall, and a count per lifecycle grow.

    Raises
    ------
    InputError
        When the two are of different desks, or have no row in common.
    """
    if baseline["subject"] != now["subject"]:
        raise InputError(
            f"measures another desk: {_named(baseline['subject'])}, not {_named(now['subject'])}",
            file=file, field="subject", value=baseline["subject"],
            remedy="compare with a baseline of the same workspace, commands or sizes",
        )  # fmt: skip
    before = {(row["workload"], row["size"]): row for row in baseline["rows"]}
    slower: list[str] = []
    compared = 0
    for row in now["rows"]:
        old = before.get((row["workload"], row["size"]))
        if old is None or old["figure"] is None or row["figure"] is None:
            continue
        compared += 1
        name = f"{row['workload']} ({row['size']})"
        slower += [
            f"{name}: {line}" for line in grown(old["counts"], row["counts"], count_tolerance)
        ]
        if row["bare"] is not None:
            slower += _fallen(name, old["figure"], row["figure"], tolerance)
    if not compared:
        raise InputError(
            "has no measurement in common with this run",
            file=file, field="rows", remedy="compare with a baseline of the same workloads",
        )  # fmt: skip
    return Comparison(tuple(slower), compared)


def _named(subject: Mapping[str, Any]) -> str:
    """The subject in a few words.

    Examples
    --------
    >>> _named({"desk": "0123456789abcdef", "commands": 5})
    'desk 0123456789ab, commands 5'
    """
    return ", ".join(
        f"{key} {value[:12] if isinstance(value, str) else value}" for key, value in subject.items()
    )


def _fallen(name: str, before: float, after: float, tolerance: float) -> list[str]:
    if after >= before * (1 - tolerance) * (1 - 1e-9):  # rounding is no slowdown
        return []
    by = f"{(after / before - 1) * 100:+.1f} %, tolerance {tolerance * 100:.1f} %"
    return [f"{name}: the ratio to the bare loop fell from {before:.3f} to {after:.3f} ({by})"]
