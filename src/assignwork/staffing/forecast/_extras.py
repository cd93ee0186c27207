"""Packages that come with an extra, imported only when something needs them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from assignwork.errors import ConfigurationError


def load_extra(name: str, what: str, extra: str) -> Any:
    """A module that `what` needs and `extra` brings.

    Raises
    ------
    ConfigurationError
        When it is not installed; says how to install it.
    """
    package = name.split(".", maxsplit=1)[0]
    try:
        importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise ConfigurationError(
            f"{what} needs {package}, which is not installed",
            value=package,
            remedy=f'install it with: pip install "assignwork[{extra}]"',
        ) from None
    return importlib.import_module(name)


def data_frame(columns: Mapping[str, Any]) -> Any:
    """A `pandas.DataFrame` of these columns.

    Raises
    ------
    ConfigurationError
        When pandas is not installed.
    """
    return load_extra("pandas", "a frame", "frames").DataFrame(dict(columns))
