"""Workspace files as plain data: JSON, or TOML by the ending ``.toml``."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from assignwork._json import decode
from assignwork.errors import ConfigurationError, InputError


def read_data(path: str | Path, *, holds: str = "teams and agents") -> Any:
    """What the file says.

    Parameters
    ----------
    path : str or Path
    holds : str
        What such a file needs, for who gives an empty one.

    Raises
    ------
    InputError
        When it is no JSON or TOML; names file and line.
    OSError
        When it cannot be read.
    """
    name = str(path)
    raw = Path(path).read_bytes()
    try:
        text = _text_of(raw, holds)
        return tomllib.loads(text) if name.endswith(".toml") else decode(text)
    except ConfigurationError as error:
        raise InputError.of(error, file=name) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"not TOML: {str(error).lower()}", file=name, remedy="mend the file at that place"
        ) from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg.lower()} at column {error.colno}",
            file=name,
            line=error.lineno,
            value=error.doc[error.pos : error.pos + 20],
            remedy="mend the file at that place",
        ) from None


def _text_of(raw: bytes, holds: str) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"byte {error.start} (0x{raw[error.start]:02x}) is no UTF-8",
            value=raw[error.start : error.end],
            remedy="save the file as UTF-8",
        ) from None
    if not text.strip():
        raise ConfigurationError("the file is empty", remedy=f"give an object with {holds}")
    return text
