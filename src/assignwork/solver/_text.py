"""A plan in words: as text, and as small tables for notebooks.

What is long is cut and the rest counted, so that a plan of thousands of moves still fits a screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from assignwork._words import aligned, html_lines, html_table, one_line, plural
from assignwork.solver.weights import TERMS

if TYPE_CHECKING:
    from assignwork.solver.plan import Leftover, Load, Plan, PlannedMove

MOST_AGENTS, MOST_MOVES, MOST_REASONS, MOST_ITEMS = 20, 30, 12, 6
_LONGEST = 32  # characters of an id
_QUEUE = "queue"
_NUMBERED = frozenset({"before", "after", "change", "capacity", "gain", "items"})
_ALMOST = 0.0005  # a share below this would be rounded to 0

Row: TypeAlias = Sequence[str]
Table: TypeAlias = tuple[str, list[Row], str]
"""A heading, rows of cells (the first row the head) and what is not shown."""


def plan_text(plan: Plan) -> str:
    """What `print` shows of a plan: a line on its quality, then one table per question.

    Examples
    --------
    >>> from assignwork.solver import Evaluation, Load, Plan, PlannedMove
    >>> before, after = {"unassigned": 300}, {"fairness": 20}
    >>> print(plan_text(Plan(
    ...     moves=(PlannedMove("t-1", "ana", None, {"unassigned": 300, "fairness": -20}, None),),
    ...     unassigned=(), before=Evaluation(before, 300, 0, 0.0),
    ...     after=Evaluation(after, 20, 0, 1.0), bound=20, status="optimal", engine="flow",
    ...     engine_reason="the problem is one of flow", seconds=0.001,
    ...     deterministic_seconds=0.0, price_per_move=None, loads=(Load("ana", 1, 0, 1),),
    ... )))
    plan: optimal, cost 300 -> 20 (gain 280), gap 0 %, by flow in 0.001 s
    0 moves, 1 item newly assigned, nothing left without agent
    flow: the problem is one of flow
    <BLANKLINE>
    cost by term
      term        before  after  change
      unassigned     300      0    -300
      fairness         0     20     +20
      total          300     20    -280
    <BLANKLINE>
    load of those who change (1 of 1 agent)
      agent   before      after  capacity
      ana    0 (0 %)  1 (100 %)         1
    <BLANKLINE>
    who gets what (1 item)
      item  from   to   gain  why
      t-1   queue  ana   280  somebody holds it (300); at the cost of: fills him up (20)
    """
    lines = _title(plan)
    for heading, rows, rest in _tables(plan):
        lines += ["", heading, *_lines(rows), *([f"  {rest}"] if rest else [])]
    return "\n".join([*lines, *_price(plan)])


def plan_table(plan: Plan) -> str:
    """The same in HTML, for notebooks; every id and reason is escaped."""
    parts = [html_lines([*_title(plan), *_price(plan)])]
    for heading, rows, rest in _tables(plan):
        parts.append(html_table(heading, rows, right=_numbers(rows)))
        if rest:
            parts.append(html_lines([rest]))
    return f'<div class="assignwork-plan">{"".join(parts)}</div>'


# --- the lines on top ----------------------------------------------------------------------------


def _title(plan: Plan) -> list[str]:
    cost = f"cost {plan.before.total:,} -> {plan.after.total:,} (gain {plan.gain:,})"
    gap = "no bound known" if plan.gap is None else f"gap {percent(plan.gap)}"
    moved = sum(move.owner is not None for move in plan.moves)
    given = len(plan.moves) - moved
    left = len(plan.unassigned)
    counts = [
        plural(moved, "move"),
        f"{plural(given, 'item')} newly assigned",
        f"{plural(left, 'item')} left without agent" if left else "nothing left without agent",
    ]
    how = "" if plan.status == "stopped" else f", by {plan.engine}"
    return [
        f"plan: {plan.status}, {cost}, {gap}{how} in {_seconds(plan.seconds)}",
        ", ".join(counts),
        f"{plan.engine}: {plan.engine_reason}",
    ]


def _price(plan: Plan) -> list[str]:
    if plan.price_per_move is None:
        return []
    return ["", f"the budget of moves binds: one more would gain about {plan.price_per_move:,.4g}"]


# --- the tables ----------------------------------------------------------------------------------


def _tables(plan: Plan) -> list[Table]:
    return [
        _terms(plan.before.terms, plan.after.terms),
        *_loads(plan.loads),
        *_moves(plan.moves),
        *_leftovers(plan.unassigned),
    ]


def _terms(before: Mapping[str, int], after: Mapping[str, int]) -> Table:
    rows: list[Row] = [["term", "before", "after", "change"]]
    names = [*TERMS, *(name for name in after if name not in TERMS)]
    for name in names:
        old, new = before.get(name, 0), after.get(name, 0)
        if old or new:
            rows.append([name, f"{old:,}", f"{new:,}", _signed(new - old)])
    old, new = sum(before.values()), sum(after.values())
    rows.append(["total", f"{old:,}", f"{new:,}", _signed(new - old)])
    return "cost by term", rows, ""


def _loads(loads: Sequence[Load]) -> list[Table]:
    changed = sorted(
        (load for load in loads if load.before != load.after),
        key=lambda load: (-abs(load.after - load.before) / load.capacity, load.agent),
    )
    if not changed:
        return []
    shown = sorted(
        changed[:MOST_AGENTS], key=lambda load: (-load.before / load.capacity, load.agent)
    )
    rows: list[Row] = [["agent", "before", "after", "capacity"]]
    for load in shown:
        full = [_filled(units, load.capacity) for units in (load.before, load.after)]
        rows.append([_word(load.agent), *full, f"{load.capacity:,}"])
    hidden = len(changed) - len(shown)
    rest = f"... and {plural(hidden, 'agent')} more" if hidden else ""
    count = f"{len(changed):,} of {plural(len(loads), 'agent')}"
    return [(f"load of those who change ({count})", rows, rest)]


def _filled(load: int, capacity: int) -> str:
    return f"{load:,} ({percent(load / capacity)})"


def _moves(moves: Sequence[PlannedMove]) -> list[Table]:
    if not moves:
        return []
    rows: list[Row] = [["item", "from", "to", "gain", "why"]]
    for move in moves[:MOST_MOVES]:
        hands = _who(move.owner), _who(move.agent)
        rows.append([_word(move.item), *hands, f"{move.gain:,}", one_line(move.reason)])
    hidden = len(moves) - MOST_MOVES
    rest = f"... and {plural(hidden, 'item')} more" if hidden > 0 else ""
    return [(f"who gets what ({plural(len(moves), 'item')})", rows, rest)]


def _leftovers(leftovers: Sequence[Leftover]) -> list[Table]:
    if not leftovers:
        return []
    by_reason: dict[object, list[Leftover]] = {}
    for left in leftovers:
        # one over-full set is one reason, whatever else is said of each of its items
        same = (left.agents, left.places, left.demand) if left.agents else left.reason
        by_reason.setdefault(same, []).append(left)
    groups = list(by_reason.values())
    rows: list[Row] = [["items", "which", "why"]]
    for group in groups[:MOST_REASONS]:
        names = listed([left.item for left in group])
        rows.append([f"{len(group):,}", names, one_line(group[0].reason)])
    hidden = sum(map(len, groups[MOST_REASONS:]))
    rest = f"... and {plural(hidden, 'item')} for other reasons" if hidden else ""
    return [(f"left without agent ({plural(len(leftovers), 'item')})", rows, rest)]


# --- words ---------------------------------------------------------------------------------------


def listed(names: Sequence[str], most: int = MOST_ITEMS) -> str:
    """The names, those beyond the first few counted.

    Examples
    --------
    >>> listed(["a", "b"]), listed(["a", "b", "c"], 2)
    ('a, b', 'a, b and 1 more')
    """
    text = ", ".join(map(_word, names[:most]))
    return text if len(names) <= most else f"{text} and {len(names) - most:,} more"


def percent(value: float) -> str:
    """A share in per cent; decimals only where a whole number would say 0.

    Examples
    --------
    >>> percent(1.25), percent(0.012), percent(0.0002), percent(0.0)
    ('125 %', '1.2 %', '<0.1 %', '0 %')
    """
    if 0 < value < _ALMOST:
        return "<0.1 %"
    shown = 100 * value
    return f"{shown:,.{1 if 0 < shown < 10 else 0}f} %"  # noqa: PLR2004  # one digit


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f} s" if seconds < 1 else f"{seconds:,.1f} s"


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "0"


def _who(agent: str | None) -> str:
    return _QUEUE if agent is None else _word(agent)


def _word(name: str) -> str:
    """An id that keeps its line: what is no printable sign as an escape, what is long cut."""
    name = one_line(name)
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _numbers(rows: Sequence[Row]) -> list[bool]:
    """Which columns hold numbers, by the head; ids that look like numbers are words."""
    return [name in _NUMBERED for name in rows[0]]


def _lines(rows: Sequence[Row]) -> list[str]:
    return [f"  {line}" for line in aligned(rows, _numbers(rows))]
