"""Simulation results in plain sentences, headline figures and tables, for a support manager."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from assignwork.reports._plan_text import Grid, listed
from assignwork.reports._simulation_results import Comparison, Difference, Estimate, Results
from assignwork.reports.findings import Finding, Headline
from assignwork.reports.text import DAY, HOUR, MINUTE, duration, percent, plural

BUSY = 0.85
"""Occupancy above which an agent has hardly a moment between two items."""
MOST_ROWS = 60
DATED = 366 * DAY
"""A scenario that begins before was given no date, and its hours are not those of a day."""
NONE = "-"
_ATTAINMENT = "attainment:"
_TENTH = 10.0  # below it a decimal is read
_UNITS = (
    (90.0, 1.0, "s"),
    (90 * MINUTE, MINUTE, "min"),
    (2 * DAY, HOUR, "h"),
    (math.inf, DAY, "days"),
)


@attrs.frozen
class Words:
    """What a page calls a measure, and the unit of its figures."""

    text: str
    unit: str


WORDS = {
    "wait_mean": Words("mean wait", "seconds"),
    "wait_p50": Words("half wait up to", "seconds"),
    "wait_p90": Words("9 in 10 wait up to", "seconds"),
    "service_level": Words("assigned {within}", "share"),
    "abandonment": Words("gave up", "share"),
    "unfinished": Words("still open at the end", "number"),
    "first_response_mean": Words("mean time to the first reply", "seconds"),
    "time_in_system_mean": Words("mean time until closed", "seconds"),
    "queue_length_mean": Words("mean queue", "number"),
    "queue_length_max": Words("longest queue", "number"),
    "occupancy": Words("occupancy", "share"),
    "overtime_hours": Words("overtime", "hours"),
    "throughput": Words("closed per hour", "number"),
}
"""The measures that a page compares; `attainment:TARGET` beside them."""
VERDICTS = {
    "better": "better",
    "worse": "worse",
    "less": "less",
    "more": "more",
    "same": "the same",
    "unclear": "may be chance",
    "unknown": "one run alone",
}


def common_threshold(*runs: Results) -> float | None:
    """Seconds of the service level, where all kinds of all of them have the same."""
    found = {results.threshold for results in runs}
    return found.pop() if len(found) == 1 else None


def within(threshold: float | None) -> str:
    """Of a service level; None where kinds of customers have thresholds of their own.

    Examples
    --------
    >>> within(30.0), within(None)
    ('within 30 s', 'within their threshold')
    """
    return "within their threshold" if threshold is None else f"within {duration(threshold)}"


def thresholds(*runs: Results) -> str:
    """The threshold of each kind of customer of any of them; empty where all have the same."""
    if common_threshold(*runs) is not None:
        return ""
    found = {kind: most for results in runs for kind, most in results.thresholds.items()}
    return listed([f"{kind} {duration(most)}" for kind, most in found.items()])


def words_of(measure: str, threshold: float | None) -> Words:
    """What a measure is called."""
    if measure.startswith(_ATTAINMENT):
        return Words(f"{measure.removeprefix(_ATTAINMENT).replace('_', ' ')} kept", "share")
    found = WORDS[measure]
    return Words(found.text.format(within=within(threshold)), found.unit)


def compared(found: Comparison) -> list[str]:
    """The measures of a comparison that a page shows, promises last."""
    promised = [name for name in found.a.measures if name.startswith(_ATTAINMENT)]
    return [*WORDS, *(name for name in promised if name in found.b.measures)]


# --- figures in words -----------------------------------------------------------------------------


def figure(value: float, unit: str) -> str:
    """A figure with its unit; a dash where there is none.

    Examples
    --------
    >>> figure(192.0, "seconds"), figure(0.089, "share"), figure(2.005, "number")
    ('3.2 min', '8.9 %', '2.0')
    >>> figure(float("nan"), "share"), figure(1.82, "hours")
    ('-', '1.8 h')
    """
    if math.isnan(value):
        return NONE
    if unit == "seconds":
        return seconds(value)
    if unit == "share":
        return percent(value)
    return _plain(value) + (" h" if unit == "hours" else "")


def seconds(value: float) -> str:
    """A duration as fine as a margin of chance can be read: two or three digits.

    Examples
    --------
    >>> [seconds(value) for value in (0.0, 2.41, 45.3, 192.0, 966.0, 9_000.0, 400_000.0)]
    ['0 s', '2.4 s', '45 s', '3.2 min', '16 min', '2.5 h', '4.6 days']
    """
    if math.isnan(value):
        return NONE
    by, unit = next((by, unit) for limit, by, unit in _UNITS if value < limit)
    shown = value / by
    return f"{shown:,.{1 if 0 < shown < _TENTH else 0}f} {unit}"


def _plain(value: float) -> str:
    return f"{value:,.{1 if value and abs(value) < _TENTH * _TENTH else 0}f}"


def signed(value: float, unit: str) -> str:
    """A difference with its sign; of shares, in percentage points.

    Examples
    --------
    >>> signed(-63.6, "seconds"), signed(0.107, "share"), signed(0.0, "number")
    ('-64 s', '+10.7 points', '0')
    """
    if math.isnan(value):
        return NONE
    sign = "+" if value > 0 else "-" if value < 0 else ""
    if unit == "share":
        return f"{sign}{100 * abs(value):.1f} points"
    return sign + figure(abs(value), unit)


def interval(found: Estimate, unit: str, *, differs: bool = False) -> str:
    """Between what and what it lies; empty where one run does not tell.

    Examples
    --------
    >>> from types import SimpleNamespace as Any
    >>> interval(Any(known=True, half_width=66.0, low=126.0, high=258.0), "seconds")
    '2.1 min to 4.3 min'
    """
    if not (found.known and found.half_width > 0):
        return ""
    if differs:
        return f"{signed(found.low, unit)} to {signed(found.high, unit)}"
    low, high = max(found.low, 0.0), min(found.high, 1.0) if unit == "share" else found.high
    return f"{figure(low, unit)} to {figure(high, unit)}"


# --- what stands on top ---------------------------------------------------------------------------


def sentences(results: Results, comparison: Comparison | None) -> list[str]:
    """The answer: what a change does, or how long customers wait, who gives up, who is too busy."""
    told = [_waits(results), _given_up(results), _busy(results)]
    if comparison is None:
        return told
    return [comparison.sentence, f"As it is: {told[0][0].lower()}{told[0][1:]} {told[1]}"]


def _waits(results: Results) -> str:
    wait = results.interval("wait_mean")
    if math.isnan(wait.mean):
        return "Nobody was assigned to an agent."
    between = interval(wait, "seconds")
    between = f" (between {between.replace(' to ', ' and ')})" if between else ""
    level = percent(results.mean("service_level"))
    return (
        f"Customers wait {seconds(wait.mean)} on average{between}; {level} of them are assigned "
        f"{within(results.threshold)}."
    )


def _given_up(results: Results) -> str:
    lost = results.mean("abandonment")
    return f"{percent(lost)} give up waiting." if lost > 0 else "Nobody gives up waiting."


def _busy(results: Results) -> str:
    busy = overloaded(results)
    mean = results.mean("occupancy")
    if math.isnan(mean):
        return "No agent was at work."
    text = f"Agents are busy {percent(mean)} of their time at work"
    if not busy:
        return f"{text}, nobody more than {percent(BUSY)}."
    if len(busy) == len(at_work(results)) > 1:
        return f"{text}; all of them more than {percent(BUSY)}, which leaves no room for a rush."
    return f"{text}; {listed(busy, 3)} more than {percent(BUSY)}."


def at_work(results: Results) -> dict[str, float]:
    """Occupancy of each agent who was at work, the busiest first."""
    found = {agent: results.mean("occupancy", agent=agent) for agent in results.labels("agent")}
    there = {agent: share for agent, share in found.items() if not math.isnan(share)}
    return dict(sorted(there.items(), key=lambda entry: (-entry[1], entry[0])))


def overloaded(results: Results) -> list[str]:
    """Agents whose mean occupancy is above `BUSY`, the busiest first."""
    return [agent for agent, share in at_work(results).items() if share > BUSY]


_BY_HOUR = ("arrivals", "wait_mean", "service_level", "abandonment", "occupancy")
_HEADLINES = (
    "wait_mean", "wait_p90", "service_level", "abandonment", "queue_length_max", "occupancy",
)  # fmt: skip


def headlines(results: Results, comparison: Comparison | None) -> list[Headline]:
    """The figures to look at first: with their margins, or with what they were."""
    if comparison is None:
        return [_headline(name, results.interval(name), results.threshold) for name in _HEADLINES]
    return [
        _changed(found, common_threshold(comparison.a, comparison.b))
        for found in comparison.differences(None, _HEADLINES)
    ]


def _headline(name: str, found: Estimate, threshold: float | None) -> Headline:
    words = words_of(name, threshold)
    return Headline(words.text, figure(found.mean, words.unit), interval(found, words.unit))


def _changed(found: Difference, threshold: float | None) -> Headline:
    words = words_of(found.measure, threshold)
    verdict = "" if found.verdict == "unknown" else VERDICTS.get(found.verdict, "")
    was = f"{figure(found.a, words.unit)} as it is"
    return Headline(
        words.text, figure(found.b, words.unit), f"{was}: {verdict}" if verdict else was
    )


def findings(results: Results, comparison: Comparison | None) -> list[Finding]:
    """Sentences on who waits longest, who is busy, what piles up, and what chance there is."""
    found = []
    if comparison is not None:
        found += _verdicts(comparison)
        results = comparison.b
    worst = _worst(results)
    if worst:
        topic = "Waits longest" if comparison is None else "Waits longest then"
        found.append(Finding(topic, worst))
    found += _promises(results)
    overtime = results.interval("overtime_hours")
    if overtime.mean > 0:
        text = (
            f"{figure(overtime.mean, 'hours')} of all agents together, to finish after a shift's "
        )
        found.append(Finding("Overtime", f"{text}end or into a break what was begun."))
    found += _unfinished(results)
    found.append(Finding("How sure", _chance(results)))
    return found


def _verdicts(comparison: Comparison) -> list[Finding]:
    by_verdict: dict[str, list[str]] = {"better": [], "worse": [], "unclear": []}
    threshold = common_threshold(comparison.a, comparison.b)
    for one in comparison.differences(None, compared(comparison)):
        if one.verdict in by_verdict:
            words = words_of(one.measure, threshold)
            how = f" ({signed(one.change.mean, words.unit)})" if one.verdict != "unclear" else ""
            by_verdict[one.verdict].append(words.text + how)
    topics = {"better": "Gets better", "worse": "Gets worse", "unclear": "May be chance"}
    return [
        Finding(topics[verdict], f"{', '.join(names)}.")
        for verdict, names in by_verdict.items()
        if names
    ]


def _worst(results: Results) -> str:
    """The priority or team that waits longest, where they differ."""
    for by, words in (("priority", "priority {}"), ("team", "{}")):
        waits = {found: results.mean("wait_mean", **{by: found}) for found in results.labels(by)}
        waits = {found: wait for found, wait in waits.items() if not math.isnan(wait)}
        if len(waits) > 1:
            worst = max(waits, key=waits.__getitem__)
            least = min(waits, key=waits.__getitem__)
            text = f"{words.format(worst)}: {seconds(waits[worst])} on average, 9 in 10 up to "
            text += f"{seconds(results.mean('wait_p90', **{by: worst}))}. Shortest: "
            text += f"{words.format(least)}, {seconds(waits[least])}."
            return text[0].upper() + text[1:] if by == "priority" else text
    return ""


def _promises(results: Results) -> list[Finding]:
    kept = {
        words_of(name, results.threshold).text: results.mean(name)
        for name in results.measures
        if name.startswith(_ATTAINMENT)
    }
    parts = [f"{name} {percent(share)}" for name, share in kept.items() if not math.isnan(share)]
    return [Finding("Promises", f"{', '.join(parts)}.")] if parts else []


def _unfinished(results: Results) -> list[Finding]:
    left = results.mean("unfinished")
    if not left > 0:
        return []
    text = f"{figure(left, 'number')} of {figure(results.mean('arrivals'), 'number')} customers "
    text += "were still there when a run ended; the times of the others look better for it."
    return [Finding("Not finished", text)]


def _chance(results: Results) -> str:
    count = results.replications
    if count == 1:
        return "It was played once, which does not tell what is chance: play it more often."
    text = f"It was played {count:,} times, each with other chance. Where a figure has a margin, "
    text += "the long-run mean lies within it in 95 of 100 such studies."
    if results.reached is True:
        text += f" The precision asked for was reached: {results.until}."
    if results.reached is False:
        text += f" The precision asked for was not reached: {results.until}."
    return text


# --- tables ---------------------------------------------------------------------------------------


def tables(results: Results) -> list[tuple[str, Grid]]:
    """Customers by what tells them apart, promises, agents; each with its margins."""
    found = []
    by_main = "priority" if len(results.labels("priority")) > 1 else None
    found.append(_grid("Customers" + (" by priority" if by_main else ""), results, by_main))
    for by in ("team", "channel", "stream", "kind"):
        if len(results.labels(by)) > 1:
            name, grid = _grid(f"Customers by {by}", results, by)
            if _figures(grid) not in [_figures(other) for _, other in found]:
                found.append((name, grid))
    if has_hours(results):
        name = f"By hour of the day ({results.timezone})"
        found.append(_grid(name, results, "hour", _BY_HOUR))
    promised = [name for name in results.measures if name.startswith(_ATTAINMENT)]
    if promised:
        found.append(_grid("Promises kept", results, by_main, promised))
    if results.labels("agent"):
        found.append(_grid("Agents", results, "agent"))
    return found


def has_hours(results: Results) -> bool:
    """Whether what was measured has a date, and more than one hour of the day."""
    return results.summaries[0].begin >= DATED and len(results.labels("hour")) > 1


def _figures(grid: Grid) -> list[list[str]]:
    """What a table says but for the names: two ways of telling customers apart may be one."""
    return sorted(row[1:] for row in grid.rows)


def _grid(
    name: str, results: Results, by: str | None, measures: Sequence[str] | None = None
) -> tuple[str, Grid]:
    head, *rows = results.table(by, measures).rows()
    hidden = len(rows) - 1 - MOST_ROWS
    if hidden > 0:
        rows = [*rows[:MOST_ROWS], rows[-1]]
    note = f"And {hidden:,} more." if hidden > 0 else ""
    return name, Grid(tuple((text, "n" if i else "") for i, text in enumerate(head)), rows, note)


def differences_grid(comparison: Comparison, by: str | None) -> Grid:
    """What differs: both figures, the difference and between what it lies, and the verdict."""
    measures = compared(comparison) if by is None else ["wait_mean", "service_level", "abandonment"]
    threshold = common_threshold(comparison.a, comparison.b)
    rows = []
    for one in comparison.differences(by, measures):
        if one.verdict == "no value" or (one.verdict == "same" and not one.a):
            continue
        words = words_of(one.measure, threshold)
        rows.append([
            f"{words.text}, {one.group[0]} {one.group[1]}" if by else words.text,
            figure(one.a, words.unit), figure(one.b, words.unit),
            signed(one.change.mean, words.unit), interval(one.change, words.unit, differs=True),
            VERDICTS[one.verdict],
        ])  # fmt: skip
    heads = (
        ("What", "w"), ("As it is", "n"), ("Changed", "n"),
        ("Difference", "n"), (f"{100 * comparison.confidence:g} % interval", "n"), ("Verdict", ""),
    )  # fmt: skip
    return Grid(heads, rows[:MOST_ROWS])


def span(results: Results, when: str) -> str:
    """What was simulated, in a line."""
    times = "once" if results.replications == 1 else f"{results.replications:,} times"
    shown = duration(results.length) if results.length >= MINUTE else f"{results.length:g} s"
    agents = plural(len(results.labels("agent")), "agent")
    return f"{results.scenario}: {when}{shown}, played {times} · {agents} · seed {results.seed}"
