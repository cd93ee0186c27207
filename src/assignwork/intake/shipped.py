"""Mapping files: those that come with the library, and a user's own."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from assignwork._json import decode
from assignwork.errors import ConfigurationError, InputError
from assignwork.intake.mapping import LogMapping

SHIPPED = ("italy", "servicenow", "volvo")
"""Names of the mappings that come with the library."""


def shipped_mapping(name: str) -> LogMapping:
    """A mapping that comes with the library, by name.

    Examples
    --------
    >>> shipped_mapping("servicenow").fields.case
    ('number',)
    """
    file = resources.files("assignwork.intake") / "mappings" / f"{name}.toml"
    return LogMapping.from_dict(tomllib.loads(file.read_text("utf-8")))


def load_mapping(path: str | Path) -> LogMapping:
    """Read a mapping from TOML or, where its name ends in ``.json``, JSON.

    Raises
    ------
    InputError
        When it cannot be read, is no TOML or JSON, or says what cannot be used; names file, line
        or field, value and remedy.
    """
    name = str(path)
    try:
        return LogMapping.from_dict(_parsed(name, Path(path).read_bytes().decode("utf-8-sig")))
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            file=name,
            value=name,
            remedy="give the path of a mapping file in TOML or JSON",
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8: byte 0x{error.object[error.start]:02x} at position {error.start}",
            file=name,
            line=error.object.count(b"\n", 0, error.start) + 1,
            remedy="save the file as UTF-8",
        ) from None
    except ConfigurationError as error:
        raise InputError.of(error, file=name) from error


def _parsed(name: str, text: str) -> Mapping[str, Any]:
    try:
        found = decode(text) if name.endswith(".json") else tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"not TOML: {str(error).lower()}",
            remedy="mend the file at that place; a mapping in JSON ends in .json",
        ) from None
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}",
            remedy="mend the file at that place",
        ) from None
    if not isinstance(found, Mapping):
        raise ConfigurationError(
            "a mapping is one object", value=found, remedy="give name, reader and fields"
        )
    return found
