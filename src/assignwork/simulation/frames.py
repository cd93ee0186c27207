"""Results as pandas frames; pandas comes with the extra ``frames``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from assignwork.errors import ConfigurationError


def data_frame(columns: Mapping[str, Any]) -> Any:
    """A `pandas.DataFrame` of these columns.

    Raises
    ------
    ConfigurationError
        When pandas is not installed; says how to install it.
    """
    try:
        pandas = importlib.import_module("pandas")
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        raise ConfigurationError(
            "a frame needs pandas, which is not installed",
            value="pandas",
            remedy='install it with: pip install "assignwork[frames]"',
        ) from None
    # What comes as objects stays so: pandas' own columns of text have no None.
    return pandas.DataFrame(
        {
            name: pandas.Series(values, dtype=getattr(values, "dtype", None))
            for name, values in columns.items()
        }
    )
