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


def workspaces() -> st.SearchStrategy[Workspace]:
    """Small workspaces: 1 to 4 teams, 0 to 6 agents, all features mixed.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(workspaces())
    ... def test_wire_form(workspace):
    ...     assert Workspace.from_dict(workspace.to_dict()) == workspace
    >>> test_wire_form()
    """
    return _workspaces()


@st.composite
def _workspaces(draw: st.DrawFn) -> Workspace:
    return generate_workspace(_DrawnDice(draw))


def work_items(
    name: str, teams: Sequence[str], agents: Sequence[str] = (), now: float = 0.0
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

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(work_items("t-1", teams=["billing", "spanish"]))
    ... def test_weight(item):
    ...     assert item.team in ("billing", "spanish") and 1 <= item.weight <= 3
    >>> test_weight()
    """
    return _work_items(name, tuple(teams), tuple(agents), now)


@st.composite
def _work_items(
    draw: st.DrawFn, name: str, teams: tuple[str, ...], agents: tuple[str, ...], now: float
) -> WorkItem:
    return generate_item(_DrawnDice(draw), name, teams, agents, now)


def commands(state: Mapping[str, Any], now: float = 0.0) -> st.SearchStrategy[Command]:
    """Commands of every verb for a desk in that state; most are accepted, some are refused.

    Parameters
    ----------
    state : mapping
        As `ReferenceDesk.state()` gives it: `items` and `agents` by id, and `teams`.
    now : float, default 0
        The instant (POSIX seconds) at which it will be given.

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
    return _commands(state, now)


@st.composite
def _commands(draw: st.DrawFn, state: Mapping[str, Any], now: float) -> Command:
    return generate_command(_DrawnDice(draw), state, now)


def instants(clock: float, wakeup: float | None = None) -> st.SearchStrategy[float]:
    """Instants for the next command of a desk: small whole steps, or exactly its next wake-up.

    Parameters
    ----------
    clock : float
        The instant that the desk has seen last, POSIX seconds.
    wakeup : float, optional
        Its `next_wakeup()`.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(instants(clock=10.0))
    ... def test_order(now):
    ...     assert now >= 10.0
    >>> test_order()
    """
    return _instants(clock, wakeup)


@st.composite
def _instants(draw: st.DrawFn, clock: float, wakeup: float | None) -> float:
    return generate_instant(_DrawnDice(draw), clock, wakeup)


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
        now = generate_instant(dice, state["clock"], desk.next_wakeup())
        command = generate_command(dice, state, now)
        try:
            desk.handle(command, now)
        except AssignworkError:
            continue
        log.append((now, command))
    return log
