"""Packages that come with an extra, imported only when something needs them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from assignwork.errors import ConfigurationError


def load_extra(name: str, purpose: str, extra: str) -> Any:
    """A module that an extra brings.

    Parameters
    ----------
    name : str
        Of the module.
    purpose : str
        The beginning of the error's sentence: who needs it.
    extra : str
        Name of the extra.

    Raises
    ------
    ConfigurationError
        When its package is not installed; says how to install it.

    Examples
    --------
    >>> load_extra("no_such_package", "pictures need", "report")
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: pictures need no-such-package, which is not installed; \
install it with: pip install "assignwork[report]"
    """
    package = name.split(".", maxsplit=1)[0]
    try:
        importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:  # it is there, and something that it needs is not
            raise
        shown = package.replace("_", "-")  # as it is called where one installs it
        raise ConfigurationError(
            f"{purpose} {shown}, which is not installed",
            value=package,
            remedy=f'install it with: pip install "assignwork[{extra}]"',
        ) from None
    return importlib.import_module(name)


def data_frame(columns: Mapping[str, Any]) -> Any:
    """A `pandas.DataFrame` of these columns; pandas comes with the extra ``frames``.

    Raises
    ------
    ConfigurationError
        When pandas is not installed; says how to install it.
    """
    pandas = load_extra("pandas", "a frame needs", "frames")
    # What comes as objects stays so: pandas' own columns of text have no None.
    return pandas.DataFrame(
        {
            name: pandas.Series(values, dtype=getattr(values, "dtype", None))
            for name, values in columns.items()
        }
    )
