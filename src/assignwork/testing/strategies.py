"""Hypothesis strategies: workspaces, work items, commands, and whole logs of commands.

What they make is described in `assignwork.testing.generation`. Needs the extra ``testing``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from assignwork.commands import Command
from assignwork.errors import AssignworkError
from assignwork.model import WorkItem, Workspace
from assignwork.testing.generation import (
    generate_command,
    generate_instant,
    generate_item,
    generate_workspace,
)
from assignwork.testing.reference import ReferenceDesk

T = TypeVar("T")


class _DrawnDice:
    """Dice of Hypothesis: what they throw shrinks."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return int(self._draw(st.integers(low, high)))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        return self.integer(0, 99) >= 100 - percent


def workspaces(*, time: bool | None = None) -> st.SearchStrategy[Workspace]:
    """Small workspaces: 1 to 4 teams, 0 to 6 agents, all features mixed.

    Parameters
    ----------
    time : bool, optional
        Whether they may have calendars, shifts, targets, paths, protocols, a catalog and what goes
        with them; None: many do.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(workspaces())
    ... def test_wire_form(workspace):
    ...     assert Workspace.from_dict(workspace.to_dict()) == workspace
    >>> test_wire_form()
    """
    return _workspaces(time)


@st.composite
def _workspaces(draw: st.DrawFn, time: bool | None) -> Workspace:  # noqa: FBT001  # as drawn
    return generate_workspace(_DrawnDice(draw), time=time)


def work_items(
    name: str,
    teams: Sequence[str],
    agents: Sequence[str] = (),
    now: float = 0.0,
    workspace: Workspace | None = None,
) -> st.SearchStrategy[WorkItem]:
    """Work items of that id for one of the teams, with any features.

    Parameters
    ----------
    name : str
    teams : list of str
        One of them is the item's team.
    agents : list of str
        Whom its affinities may name.
    now : float
        The instant (POSIX seconds) around which `created_at` and `due_at` lie.
    workspace : Workspace, optional
        Whose catalog and promises they may have to do with.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(work_items("t-1", teams=["billing", "spanish"]))
    ... def test_weight(item):
    ...     assert item.team in ("billing", "spanish") and 1 <= item.weight <= 3
    >>> test_weight()
    """
    return _work_items(name, tuple(teams), tuple(agents), now, workspace)


@st.composite
def _work_items(
    draw: st.DrawFn,
    name: str,
    teams: tuple[str, ...],
    agents: tuple[str, ...],
    now: float,
    workspace: Workspace | None,
) -> WorkItem:
    return generate_item(_DrawnDice(draw), name, teams, agents, now, workspace)


def commands(
    state: Mapping[str, Any], now: float = 0.0, workspace: Workspace | None = None
) -> st.SearchStrategy[Command]:
    """Commands of every verb for a desk in that state; most are accepted, some are refused.

    Parameters
    ----------
    state : mapping
        As `ReferenceDesk.state()` gives it: `items` and `agents` by id, and `teams`.
    now : float, default 0
        The instant (POSIX seconds) at which it will be given.
    workspace : Workspace, optional
        What the desk was made of, or is made of now. Without it no command has to do with
        calendars, shifts, targets, paths, protocols or a catalog.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from assignwork import Team
    >>> desk = ReferenceDesk(Workspace(teams=[Team("billing")]))
    >>> @settings(max_examples=5, database=None)
    ... @given(commands(desk.state()))
    ... def test_wire_form(command):
    ...     assert command.to_dict(at=0.0)["do"] == command.verb
    >>> test_wire_form()
    """
    return _commands(state, now, workspace)


@st.composite
def _commands(
    draw: st.DrawFn, state: Mapping[str, Any], now: float, workspace: Workspace | None
) -> Command:
    return generate_command(_DrawnDice(draw), state, now, workspace=workspace)


def instants(
    clock: float, wakeup: float | None = None, workspace: Workspace | None = None
) -> st.SearchStrategy[float]:
    """Instants for the next command of a desk: small whole steps, or exactly its next wake-up.

    Parameters
    ----------
    clock : float
        The instant that the desk has seen last, POSIX seconds.
    wakeup : float, optional
        Its `next_wakeup()`.
    workspace : Workspace, optional
        What it was made of; where that has calendars and the like, some steps are minutes.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(instants(clock=10.0))
    ... def test_order(now):
    ...     assert now >= 10.0
    >>> test_order()
    """
    return _instants(clock, wakeup, workspace)


@st.composite
def _instants(
    draw: st.DrawFn, clock: float, wakeup: float | None, workspace: Workspace | None
) -> float:
    return generate_instant(_DrawnDice(draw), clock, wakeup, workspace)


def command_logs(
    workspace: Workspace, max_size: int = 50
) -> st.SearchStrategy[list[tuple[float, Command]]]:
    """Logs of commands with their instants, none of which a desk of that workspace refuses.

    Parameters
    ----------
    workspace : Workspace
        With built-in policies.
    max_size : int, default 50
        Most commands in a log.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from assignwork import Agent, Team
    >>> workspace = Workspace(teams=[Team("billing")], agents=[Agent("ana", primary=["billing"])])
    >>> @settings(max_examples=5, database=None)
    ... @given(command_logs(workspace, max_size=5))
    ... def test_accepted(log):
    ...     desk = ReferenceDesk(workspace)
    ...     for now, command in log:
    ...         desk.handle(command, now)
    >>> test_accepted()
    """
    return _command_logs(workspace, max_size)


@st.composite
def _command_logs(
    draw: st.DrawFn, workspace: Workspace, max_size: int
) -> list[tuple[float, Command]]:
    dice, desk, log = _DrawnDice(draw), ReferenceDesk(workspace), []
    for _ in range(dice.integer(0, max_size)):
        state = desk.state()
        now = generate_instant(dice, state["clock"], desk.next_wakeup(), workspace)
        command = generate_command(dice, state, now, workspace=workspace)
        try:
            desk.handle(command, now)
        except AssignworkError:
            continue
        log.append((now, command))
    return log
