"""A scenario changed in the ways that options of `assignwork simulate` ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs
import click

from assignwork.cli.verbs import refuse_as
from assignwork.errors import ConfigurationError, UnknownAgentError, UnknownTeamError
from assignwork.wire import read_workspace

if TYPE_CHECKING:
    from assignwork.simulation import Scenario


@attrs.frozen
class WhatIf:
    """What is to be changed of a scenario; nothing, where all is as by default."""

    add_agents: int | None = None
    like: str | None = None
    without: tuple[str, ...] = ()
    busier: float | None = None
    workspace_path: str | None = None


def changed_scenario(scenario: Scenario, wanted: WhatIf) -> Scenario | None:
    """The scenario as it would be, its name saying in which way; None where nothing is changed."""
    if wanted == WhatIf():
        return None
    changed, words = scenario, list[str]()
    if wanted.workspace_path is not None:
        workspace = read_workspace(wanted.workspace_path)
        with _blamed("--workspace"):
            changed = changed.changed(workspace=workspace)
        words.append(f"the desk of {wanted.workspace_path}")
    if (wanted.add_agents is None) != (wanted.like is None):
        raise click.UsageError("More agents need both --add-agents and --like.")
    if wanted.like is not None and wanted.add_agents is not None:
        with _blamed("--like", "like"):
            changed = changed.with_agents(wanted.add_agents, like=wanted.like)
        words.append(f"{wanted.add_agents:,} more like {wanted.like}")
    if wanted.without:
        with _blamed("--without", "agents"):
            changed = changed.without(*wanted.without)
        words.append(f"without {' and '.join(wanted.without)}")
    if wanted.busier is not None:
        with _blamed("--busier"):
            changed = changed.busier(wanted.busier)
        words.append(f"{wanted.busier:g} times the customers")
    return changed.changed(name=", ".join(words))


@contextmanager
def _blamed(option: str, parameter: str = "") -> Iterator[None]:
    """What cannot be changed is told as an error of the option that asked for it.

    The option's name takes the place of the parameter's, where a message begins with that.
    """
    try:
        yield
    except (ConfigurationError, UnknownAgentError, UnknownTeamError) as error:
        refuse_as(error, option, parameter)
