"""A comparison in words: one sentence, then tables.

Which is better is said only where the interval of the difference leaves out zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from assignwork._words import html_lines, html_table, plural, text_table
from assignwork.simulation._results_text import by_words
from assignwork.simulation._text import amount, change, few_digits, level, rounded, span
from assignwork.simulation.measures import ATTAINMENT, label_words, measure

if TYPE_CHECKING:
    from assignwork.simulation.comparison import Comparison, Difference

_MAIN = (
    "wait_mean", "wait_p90", "service_level", "abandonment", "unfinished", "time_in_system_mean",
    "queue_length_mean", "occupancy", "overtime_hours",
)  # fmt: skip
_BY_GROUP = ("wait_mean", "service_level", "abandonment")
_BY_AGENT = ("assigned", "occupancy", "overtime_hours")
_CLEAR = ("better", "worse", "less", "more")
_VERDICTS = {"unclear": "no difference shown", "same": "the same", "unknown": "-"}
_OF_CUSTOMERS = ("abandonment", "service_level")  # shares that are told in a hundred of them
_MOST_GROUPS = 12


# --- the sentence ---------------------------------------------------------------------------------


def sentence(found: Comparison) -> str:
    """Waits, abandonment and occupancy of all together, in one sentence.

    The service level, too, where it clearly differs.
    """
    a, b = _names(found)
    if found.replications == 1:
        return f"One replication of {b} and of {a} cannot tell what differs from chance; run more."
    wait, lost, busy = (
        found.difference(name) for name in ("wait_mean", "abandonment", "occupancy")
    )
    parts = [
        _said(wait, f"customers wait {_size(wait)} {_how(wait, 'less', 'longer')}", "waits"),
        _said(lost, f"{_size(lost)} {_how(lost, 'fewer', 'more')} give up", "how many give up"),
        _said(busy, f"agents are {_size(busy)} {_how(busy, 'less', 'more')} busy", "occupancy"),
    ]
    if not (lost.a or lost.b):
        parts[1] = "nobody gives up in either"
    served = found.difference("service_level")
    if served.verdict in _CLEAR:
        parts.insert(1, _said(served, _in_time(found, served), "the service level"))
    head = f"With {b} instead of {a}, "
    return f"{head}{'; '.join(filter(None, parts))} ({_basis(found)})."


def _in_time(found: Comparison, served: Difference) -> str:
    threshold = found.a.threshold
    limit = "the threshold of their kind"
    if threshold is not None and threshold == found.b.threshold:
        limit = amount(threshold, "seconds")
    return f"{_size(served)} {_how(served, 'fewer', 'more')} are assigned within {limit}"


def _names(found: Comparison) -> tuple[str, str]:
    a, b = found.a.scenario, found.b.scenario
    return (a, b) if a != b else (f"{a} (a)", f"{b} (b)")


def _basis(found: Comparison) -> str:
    return f"{level(found.confidence)} intervals; {plural(found.replications, 'replication')}"


def _how(one: Difference, less: str, more: str) -> str:
    return less if one.change.mean < 0 else more


def _said(one: Difference, clear: str, subject: str) -> str:
    if one.verdict in _CLEAR:
        return f"{clear} ({_interval(one, turned=True)})"
    count = plural(one.change.replications, "replication")
    if one.verdict == "unclear":
        inside = _interval(one, turned=False)
        return f"no difference in {subject} that {count} can show ({inside})"
    return {
        "same": f"no change of {subject} in any replication",
        "unknown": f"one replication alone has values of {subject}",
        "no value": "",
    }[one.verdict]


def _size(one: Difference) -> str:
    """How large a change is, with as many digits as its interval has."""
    low, high, unit = _bounds(one, turned=False)
    times = 100 if measure(one.measure).unit == "share" else 1
    size, half = times * abs(one.change.mean), times * one.change.half_width
    return rounded(size, half, unit, digits=few_digits(low, high, unit)) + _points(one)


def _interval(one: Difference, *, turned: bool) -> str:
    """The interval of a change; turned, of its size, where its direction is in words."""
    low, high, unit = _bounds(one, turned=turned)
    return span(low, high, unit, digits=few_digits(low, high, unit)) + _points(one)


def _bounds(one: Difference, *, turned: bool) -> tuple[float, float, str]:
    """The ends of an interval and their unit; of shares in a hundred."""
    low, high, unit = one.change.low, one.change.high, measure(one.measure).unit
    if turned and high < 0:
        low, high = -high, -low
    return (100 * low, 100 * high, "number") if unit == "share" else (low, high, unit)


def _points(one: Difference) -> str:
    if measure(one.measure).unit != "share":
        return ""
    return " in 100" if one.measure in _OF_CUSTOMERS else " points"


# --- tables ---------------------------------------------------------------------------------------


def comparison_text(found: Comparison) -> str:
    """The sentence, then the main differences, of all together and by priority."""
    tables = ["\n" + text_table(*table) for table in _tables(found)]
    return "\n".join([_title(found), sentence(found), *tables, "", *_notes(found)])


def comparison_html(found: Comparison) -> str:
    """The same for notebooks."""
    tables = "".join(html_table(*table) for table in _tables(found))
    top, notes = html_lines([_title(found), sentence(found)]), html_lines(_notes(found))
    return f'<div class="assignwork-comparison">{top}{tables}{notes}</div>'


def _title(found: Comparison) -> str:
    a, b = _names(found)
    return (
        f"{b} compared with {a}: "
        f"{plural(found.replications, 'replication')} of the same customers (seed {found.a.seed})"
    )


def _shown(found: Comparison) -> list[tuple[str, str, tuple[Difference, ...]]]:
    parts = [("All together", "", found.differences(measures=main_measures(found, None)))]
    priorities = [group for group in found.groups if group[0] == "priority"]
    if 1 < len(priorities) <= _MOST_GROUPS:
        parts.append(("By priority", "priority", found.differences("priority", _BY_GROUP)))
    return parts


def main_measures(found: Comparison, by: str | None) -> tuple[str, ...]:
    """What a table of differences shows where nobody says what."""
    if by is None:
        targets = (name for name in found.measures if name.startswith(ATTAINMENT))
        return (*_MAIN, *targets)
    return _BY_AGENT if by == "agent" else _BY_GROUP


def table_title(found: Comparison, by: str | None) -> str:
    """What is compared with what, and by what groups; the basis of its intervals."""
    a, b = _names(found)
    groups = "" if by is None else f", {by_words(found.a, by)}"
    return f"{b} compared with {a}{groups} ({_basis(found)})"


def difference_rows(found: Comparison, by: str, parts: Iterable[Difference]) -> list[list[str]]:
    """Differences as text, the head first: measure by measure, in each the groups as they come."""
    parts = [one for one in parts if one.verdict != "no value"]
    head = [*_names(found), "difference", f"{level(found.confidence)} interval", "verdict"]
    order = list(dict.fromkeys(one.measure for one in parts))
    return [
        ["measure", *([by] if by else []), *head],
        *(
            [measure(one.measure).words, *([label_words(one.group)] if by else []), *_cells(one)]
            for one in sorted(parts, key=lambda one: order.index(one.measure))
        ),
    ]


def _tables(found: Comparison) -> list[tuple[str, list[list[str]]]]:
    return [(title, difference_rows(found, by, parts)) for title, by, parts in _shown(found)]


def _cells(one: Difference) -> list[str]:
    unit = measure(one.measure).unit
    bounds = "-"
    if one.change.known:
        bounds = (
            span(100 * one.change.low, 100 * one.change.high, "number")
            if unit == "share"
            else span(one.change.low, one.change.high, unit)
        )
    words = _VERDICTS.get(one.verdict, one.verdict)
    return [amount(one.a, unit), amount(one.b, unit), change(one.change.mean, unit), bounds, words]


def _notes(found: Comparison) -> list[str]:
    if found.replications == 1:
        return ["One replication gives no intervals."]
    shown = [one for _, _, parts in _shown(found) for one in parts if one.verdict != "no value"]
    wait = found.difference("wait_mean")
    by_chance = (1 - found.confidence) * len(shown)
    many = f"Of {len(shown)} intervals where nothing differs, about {amount(by_chance, 'number')}"
    so = "trust what you asked about beforehand, or ask for a higher confidence"
    notes = [f"{many} would leave out zero by chance: {so}."]
    if 1 < wait.variance_ratio < float("inf"):
        times = amount(wait.variance_ratio, "number")
        notes.append(
            f"The same customers in both: for waits, as good as {times} times the replications "
            "with customers of their own."
        )
    return notes
