"""A rebalancing plan in plain sentences, headline figures and tables, for a support manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from assignwork.reports._plans import Leftover, Load, Plan, PlannedMove
from assignwork.reports.findings import Finding, Headline
from assignwork.reports.text import duration, percent, plural

TERMS = {
    "unassigned": "items without an agent",
    "fit": "skills below the team's best",
    "secondary": "items held by helpers",
    "move": "items taken from their agent",
    "fairness": "full agents",
    "affinity": "items not with their preferred agent",
    "zone": "shifts that end before the item is due",
    "own": "costs of the items' own",
}
"""The terms of the cost, as a manager reads them."""

MOST_MOVES, MOST_GROUPS, MOST_NAMES = 500, 200, 12
_MOST_TERMS = 2


@attrs.frozen
class Grid:
    """A table of the page: each column a head, and whether it holds numbers.

    Attributes
    ----------
    heads : tuple of (str, str)
        Text, and its kind: ``n`` numbers, ``w`` words that may break, or nothing.
    rows : list of list of str
    note : str
        What is not shown.
    """

    heads: tuple[tuple[str, str], ...]
    rows: list[list[str]]
    note: str = ""


@attrs.frozen
class Counts:
    """How many items a plan touches, and in which way."""

    moved: int
    returned: int
    given: int
    left: int

    @classmethod
    def of(cls, plan: Plan) -> Counts:
        """Of this plan."""
        owned = [move for move in plan.moves if move.owner is not None]
        returned = sum(move.agent is None for move in owned)
        return cls(
            moved=len(owned) - returned,
            returned=returned,
            given=len(plan.moves) - len(owned),
            left=len(plan.unassigned),
        )


# --- what stands on top --------------------------------------------------------------------------


def sentence(plan: Plan) -> str:
    """What the plan does, in one sentence.

    Examples
    --------
    >>> from types import SimpleNamespace as Any
    >>> moves = [Any(owner=None, agent="ana"), Any(owner="ana", agent="ben")]
    >>> sentence(Any(moves=moves, unassigned=[], status="optimal", gap=0.0))
    'Give 1 waiting item to an agent, and move 1 item from one agent to another.'
    """
    counts = Counts.of(plan)
    deeds = []
    if counts.given:
        deeds.append(f"give {plural(counts.given, 'waiting item')} to an agent")
    if counts.moved:
        deeds.append(f"move {plural(counts.moved, 'item')} from one agent to another")
    if counts.returned:
        back = "back to its queue" if counts.returned == 1 else "back to their queues"
        deeds.append(f"put {plural(counts.returned, 'item')} {back}")
    if not deeds:
        return "Leave everything as it is."
    *first, last = deeds
    text = f"{', '.join(first)}, and {last}" if first else last
    return f"{text[0].upper()}{text[1:]}."


def headlines(plan: Plan) -> list[Headline]:
    """The figures to look at first."""
    counts = Counts.of(plan)
    moved = counts.moved + counts.returned
    back = (
        f"{counts.returned:,} of them back to the queue" if counts.returned else "from their agent"
    )
    share = _share(plan.gain, plan.before.total)
    fullest = plan.after.fullest
    was = (
        "as before" if fullest == plan.before.fullest else f"{percent(plan.before.fullest)} before"
    )
    left = "reasons below" if counts.left else "everything has an agent"
    shown = [
        Headline("items moved", f"{moved:,}", back if moved else "nobody loses anything"),
        Headline("newly assigned", f"{counts.given:,}", "from the queue"),
        Headline("left waiting", f"{counts.left:,}", left),
        Headline("gain", f"{plan.gain:,}", f"{share} of the cost" if share else "points of cost"),
        _quality(plan),
    ]
    if plan.loads:
        shown.append(Headline("fullest agent", percent(fullest), was))
    return shown


def _quality(plan: Plan) -> Headline:
    if plan.status == "stopped":
        return Headline("how good", "not searched", "there was no time to look")
    if plan.status == "optimal":
        return Headline("how good", "best", "proven: no plan costs less")
    if plan.gap is None:
        return Headline("how good", "not known", "not proven how far from the best")
    return Headline("gap to the best", percent(plan.gap), "at most; it may be the best")


def findings(plan: Plan) -> list[Finding]:
    """Sentences on what it does, gains and costs, and what stays as it is; plain text."""
    found = [Finding("Gains", _gains(plan))]
    worse = _largest(plan, sign=1)
    if worse:
        text = f"In return it costs more for {worse}; the gain is net of that."
        found.append(Finding("Costs", text))
    if plan.loads:
        found.append(Finding("Load", _load(plan)))
    if plan.unassigned:
        found.append(Finding("Waits on", _waits(plan.unassigned)))
    if plan.price_per_move is not None:
        text = "The budget of moves holds it back: one more move would gain about "
        found.append(Finding("Budget", f"{text}{plan.price_per_move:,.4g} points."))
    found.append(Finding("How good", _certainty(plan)))
    return found


def _gains(plan: Plan) -> str:
    if not plan.gain:
        return "Nothing: the cost stays what it is."
    share = _share(plan.gain, plan.before.total)
    text = plural(plan.gain, "point")
    text += f", {share} of what the present state costs" if share else ""
    better = _largest(plan, sign=-1)
    return f"{text}. It saves on {better}." if better else f"{text}."


def _largest(plan: Plan, *, sign: int) -> str:
    """The terms that change most in one direction, with how much."""
    changes = _changes(plan.before.terms, plan.after.terms)
    ranked = sorted(
        ((name, sign * change) for name, change in changes.items() if sign * change > 0),
        key=lambda entry: (-entry[1], entry[0]),
    )
    parts = [f"{_named(name)} ({amount:,})" for name, amount in ranked[:_MOST_TERMS]]
    if len(ranked) > _MOST_TERMS:
        parts.append(f"others ({sum(amount for _, amount in ranked[_MOST_TERMS:]):,})")
    return ", ".join(parts)


def _load(plan: Plan) -> str:
    changed = sum(load.before != load.after for load in plan.loads)
    over = [sum(value > load.capacity for load, value in _of(plan.loads, name)) for name in _STATES]
    before, after = percent(plan.before.fullest), percent(plan.after.fullest)
    fullest = f"stays at {after}" if before == after else f"goes from {before} to {after}"
    verb = "holds" if changed == 1 else "hold"
    who = f"{changed:,} of {plural(len(plan.loads), 'agent')} {verb}" if changed else "Nobody holds"
    text = f"{who} more or less than before; the fullest {fullest} of capacity"
    if any(over):
        text += f". Above capacity: {over[0]:,} before, {over[1]:,} after"
    return f"{text}."


_STATES = ("before", "after")


def _of(loads: Sequence[Load], state: str) -> list[tuple[Load, int]]:
    return [(load, load.before if state == "before" else load.after) for load in loads]


def _waits(leftovers: Sequence[Leftover]) -> str:
    counts: dict[str, int] = {}
    for left in leftovers:
        counts[left.why] = counts.get(left.why, 0) + 1
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    parts = [f"{count:,} {WHY.get(why, why)}" for why, count in ranked]
    return f"{plural(len(leftovers), 'item')} without an agent: {'; '.join(parts)}."


WHY = {
    "no_agent": "that nobody may get",
    "full": "for which all who may get them are full",
    "costs": "that would cost more with an agent than without",
    "fixed": "that were fixed in the queue",
    "limits": "kept out by another rule or budget",
}


def _certainty(plan: Plan) -> str:
    took = f"Found by {plan.engine} in {duration(plan.seconds)}; {plan.engine_reason}."
    if plan.status == "stopped":
        return "There was no time to look for a better plan."
    if plan.status == "optimal":
        return f"The best there is: no plan that keeps the rules costs less. {took}"
    if plan.gap is None or plan.bound is None:
        return f"How far it is from the best is not known. {took}"
    most = plural(plan.after.total - plan.bound, "point")
    return f"No plan can cost over {most} ({percent(plan.gap)}) less than this one. {took}"


# --- tables --------------------------------------------------------------------------------------


def moves_grid(moves: Sequence[PlannedMove]) -> Grid:
    """All moves, or the first of many."""
    heads = (
        ("Item", ""),
        ("From", ""),
        ("To", ""),
        ("Gain", "n"),
        ("Gain by term", "w"),
        ("Why", "w"),
    )
    rows = [
        [
            move.item, move.owner or "queue", move.agent or "queue", f"{move.gain:,}",
            _by_term(move.gains), move.reason,
        ]
        for move in moves[:MOST_MOVES]
    ]  # fmt: skip
    hidden = len(moves) - MOST_MOVES
    note = f"And {plural(hidden, 'item')} more; the plan holds them all." if hidden > 0 else ""
    return Grid(heads, rows, note)


def _by_term(gains: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {amount:+,}" for name, amount in gains.items() if amount)


def leftovers_grid(leftovers: Sequence[Leftover]) -> Grid:
    """What stays without an agent; items for the same reason in one row."""
    heads = (
        ("Items", "n"), ("Which", "w"), ("Why", "w"), ("Only for", "w"),
        ("Units they may hold", "n"), ("Units wanted", "n"),
    )  # fmt: skip
    by_reason: dict[object, list[Leftover]] = {}
    for left in leftovers:
        # one over-full set is one reason, whatever else is said of each of its items
        same = (tuple(left.agents), left.places, left.demand) if left.agents else left.reason
        by_reason.setdefault(same, []).append(left)
    groups = list(by_reason.values())
    rows = []
    for group in groups[:MOST_GROUPS]:
        first = group[0]
        rows.append([
            f"{len(group):,}", listed([left.item for left in group]), first.reason,
            listed(first.agents), _amount(first.places), _amount(first.demand),
        ])  # fmt: skip
    hidden = sum(map(len, groups[MOST_GROUPS:]))
    return Grid(heads, rows, f"And {plural(hidden, 'item')} for other reasons." if hidden else "")


def terms_grid(plan: Plan) -> Grid:
    """The cost by term before and after, the total last."""
    before, after = plan.before.terms, plan.after.terms
    rows = [
        [
            _named(name),
            name,
            f"{before.get(name, 0):,}",
            f"{after.get(name, 0):,}",
            _signed(d),
        ]
        for name, d in _changes(before, after).items()
        if before.get(name, 0) or after.get(name, 0)
    ]
    total = plan.after.total - plan.before.total
    rows.append(
        ["total", "", f"{plan.before.total:,}", f"{plan.after.total:,}", _signed(total)]
    )  # fmt: skip
    heads = ("What costs", "w"), ("Weight", ""), ("Before", "n"), ("After", "n"), ("Change", "n")
    return Grid(heads, rows)


def loads_grid(loads: Sequence[Load]) -> Grid:
    """The picture's agents as a table, for who cannot see it."""
    heads = ("Agent", ""), ("Capacity", "n"), ("Before", "n"), ("After", "n"), ("Full after", "n")
    return Grid(
        heads,
        [
            [
                load.agent, f"{load.capacity:,}", f"{load.before:,}", f"{load.after:,}",
                percent(load.after / load.capacity),
            ]
            for load in loads
        ],
    )  # fmt: skip


def listed(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """The names, those beyond the first few counted.

    Examples
    --------
    >>> listed(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    text = ", ".join(names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most:,} more"


def _changes(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Term -> how much more it costs after, in the order of the terms."""
    names = dict.fromkeys([*TERMS, *before, *after])
    return {name: after.get(name, 0) - before.get(name, 0) for name in names}


def _named(term: str) -> str:
    return TERMS.get(term, term)


def _share(gain: int, cost: int) -> str:
    """The gain as a share of a cost; empty where that has no meaning."""
    return percent(gain / cost) if 0 < gain <= cost else ""


def _amount(units: int | None) -> str:
    return "" if units is None else f"{units:,}"


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "0"
