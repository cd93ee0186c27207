"""Workspace files."""

from __future__ import annotations

import json
from pathlib import Path

from assignwork.errors import InputError
from assignwork.model import Workspace
from assignwork.wire.targets import replacing


def read_workspace(path: str | Path) -> Workspace:
    """Read a workspace from JSON or TOML (told apart by the ending ``.toml``).

    Raises
    ------
    InputError
        With file, line or field, value and remedy; also when there is no such file.
    """
    try:
        return Workspace.load(path)
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            file=str(path),
            value=str(path),
            remedy="give the path of a workspace in JSON or TOML",
        ) from None


def write_workspace(path: str | Path, workspace: Workspace) -> Path:
    """Write a workspace as JSON; the file at `path` is replaced when all of it is written.

    Returns
    -------
    Path
        Of the file.
    """
    with replacing(path) as out:
        out.write(workspace_text(workspace))
    return Path(path)


def workspace_text(workspace: Workspace) -> str:
    """The JSON text of a workspace file, with its line end."""
    return json.dumps(workspace.to_dict(), indent=1, allow_nan=False) + "\n"
