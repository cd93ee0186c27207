"""What stands out, in plain sentences and headline figures: the top of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo

import attrs

from assignwork.reports._hours import WORTH_A_PICTURE, LateHours
from assignwork.reports._promise_text import TARGETS
from assignwork.reports.summary import AgentFigures, Summary
from assignwork.reports.text import DAY, REASONS, duration, hours, instant, percent, plural

_MANY = 2
_PRESENT = 0.1  # who was active for a smaller part of the longest active time is not compared
_NOTABLE = 0.15  # a spread of occupancy below this is no news


@attrs.frozen
class Headline:
    """A figure with its name and a note in small print."""

    name: str
    value: str
    note: str


@attrs.frozen
class Finding:
    """A sentence and what it is about."""

    topic: str
    text: str


def headlines(summary: Summary) -> list[Headline]:
    """The figures to look at first."""
    waits, flow, total = summary.waits, summary.flow, summary.volumes.total
    seconds, over = waits.overall.seconds, summary.over_capacity
    threshold = duration(waits.threshold)
    lasted = sum(agent.over.lasted for agent in over)
    most = max((agent.over.most for agent in over), default=0)
    by_whom = f"{plural(len(over), 'agent')}, up to {most} above" if over else "nobody"
    return [
        Headline("items arrived", f"{total.arrived:,}", f"{total.open:,} open at the end"),
        Headline("median wait", _wait(seconds.p50), "arrival to first assignment"),
        Headline("90 % waited at most", _wait(seconds.p90), f"longest {duration(seconds.max)}"),
        Headline(
            f"assigned within {threshold}",
            percent(waits.overall.service_level) if waits.overall.items else "-",
            f"{waits.overall.never:,} never assigned",
        ),
        Headline("over capacity", hours(lasted), by_whom),
        Headline(
            "reassignments per 100 items",
            f"{100 * flow.reassignments_per_item:.1f}",
            f"{flow.reassignments:,} in all",
        ),
        Headline("done by helpers", percent(flow.secondary_share), "secondary assignments"),
        *_promised(summary),
    ]


def _promised(summary: Summary) -> list[Headline]:
    """What only some desks have: targets and escalations."""
    found = []
    levels, escalations = summary.service_levels.by_target.values(), summary.escalations
    decided = sum(level.met + level.breached for level in levels)
    if decided:
        met, breached = sum(level.met for level in levels), sum(level.breached for level in levels)
        found.append(Headline("promises kept", percent(met / decided), f"{breached:,} breached"))
    if escalations.fired:
        items = plural(escalations.overall.escalated, "item")
        of_it = f"{items}, {plural(escalations.fired, 'step')}"
        found.append(Headline("escalated", percent(escalations.overall.share), of_it))
    return found


def _wait(seconds: float | None) -> str:
    return "none" if seconds == 0 else duration(seconds)


def findings(summary: Summary, late: LateHours, zone: tzinfo) -> list[Finding]:
    """Sentences for a shift manager, the waits first; plain text."""
    if summary.start is None:
        return [Finding("Nothing", "The log has no events.")]
    return [
        *_waits(summary),
        *_late(summary, late),
        *_service(summary),
        *_queues(summary, zone),
        *_agents(summary),
        *_moves(summary),
    ]


def _waits(summary: Summary) -> list[Finding]:
    waits = summary.waits
    overall = waits.overall
    found = []
    if overall.seconds.count:
        half, ninth = _had(overall.seconds.p50), _had(overall.seconds.p90)
        longest = duration(overall.seconds.max)
        text = f"Half of the items were assigned {half}, nine in ten {ninth}"
        if half == ninth:
            text = f"Nine in ten items were assigned {ninth}"
        found.append(Finding("Waits", f"{text}; the longest waited {longest}."))
    if len(waits.large_teams) >= _MANY:
        worst, best = waits.large_teams[0], waits.large_teams[-1]
        most, least = (waits.by_team[team].seconds.p90 or 0.0 for team in (worst, best))
        if most > 2 * max(1.0, least):
            text = f"{worst} kept people waiting longest: nine in ten {_had(most)}"
            found.append(Finding("Teams", f"{text}, in {best} {_had(least)}."))
    if overall.never:
        share = percent(overall.never / overall.items)
        gone, waiting = overall.never - overall.waiting, overall.waiting
        fate = [f"{gone:,} closed before"] if gone else []
        fate += [f"{waiting:,} still waiting at the end"] if waiting else []
        text = f"{plural(overall.never, 'item')} ({share}): {', '.join(fate)}"
        found.append(Finding("Never assigned", f"{text}; the waits above leave them out."))
    return found


def _service(summary: Summary) -> list[Finding]:
    """Promises, escalations, satisfaction."""
    found = []
    kept = [
        f"{TARGETS[target]} {percent(row.share)}"
        for target, row in summary.service_levels.by_target.items()
        if row.met + row.breached
    ]
    if kept:
        found.append(Finding("Promises", f"Met in time, of those decided: {', '.join(kept)}."))
    escalations = summary.escalations
    if escalations.overall.escalated:
        first = f"half of them within {duration(escalations.until_first.p50)} of their arrival"
        text = f"{plural(escalations.overall.escalated, 'item')}, {first}"
        found.append(Finding("Escalated", f"{text}."))
    if escalations.recurring:
        worst = escalations.recurring[0]
        text = f"{worst.category}: {percent(worst.share)} of its {plural(worst.items, 'item')}"
        text += f", {percent(worst.rest.share)} of the rest; more than chance explains"
        found.append(Finding("Recurring", f"{text}."))
    if summary.satisfaction.items:
        scores = summary.satisfaction
        text = f"Customers gave {scores.mean:.1f} of 5 on average, in {scores.items:,} ratings."
        found.append(Finding("Satisfaction", text))
    return found


def _late(summary: Summary, hours_of_day: LateHours) -> list[Finding]:
    count, limit = sum(hours_of_day.late), duration(summary.waits.threshold)
    if not count:
        return []
    when = f"; {hours_of_day.when}" if count >= WORTH_A_PICTURE else ""
    return [Finding("Long waits", f"{plural(count, 'item')} waited longer than {limit}{when}.")]


def _had(seconds: float | None) -> str:
    return "at once" if seconds == 0 else f"within {duration(seconds)}"


def _queues(summary: Summary, zone: tzinfo) -> list[Finding]:
    queues = summary.queues
    longest = max(queues, key=lambda team: (queues[team].peak, team), default=None)
    if longest is None:
        return []
    if not queues[longest].peak:
        return [Finding("Queues", "Nothing ever waited: there was always somebody with headroom.")]
    waiting = sum(queue.at_end for queue in queues.values())
    rest = f"{plural(waiting, 'item')} waited" if waiting else "nothing waited any more"
    when = f"{queues[longest].peak:,} waiting on {instant(queues[longest].peak_at, zone)}"
    text = f"The longest was that of {longest}: {when}. At the end {rest}."
    return [Finding("Queues", text)]


def _agents(summary: Summary) -> list[Finding]:
    over, found = summary.over_capacity, []
    longest = max((agent.active_for for agent in summary.agents), default=0.0)
    ranked = [a for a in summary.busiest if a.active_for >= _PRESENT * longest]
    if (
        ranked
        and summary.lasted > 2 * DAY
        and all(set(a.presence_for) == {"active"} for a in summary.agents)
    ):
        text = "The log knows no absences: nights count as active time, so occupancy means little."
        found.append(Finding("Presence", text))
    if len(ranked) >= _MANY:
        found.append(Finding("Spread of work", _spread(ranked)))
    if not over:
        return [*found, Finding("Over capacity", "Nobody, at any time.")]
    lasted, worst = hours(sum(agent.over.lasted for agent in over)), over[0]
    spells = f"{hours(worst.over.lasted)} in {plural(worst.over.times, 'spell')}"
    who = f"{plural(len(over), 'agent')} held more than their capacity, {lasted} together"
    return [*found, Finding("Over capacity", f"{who}; {worst.agent} longest, {spells}.")]


def _spread(ranked: Sequence[AgentFigures]) -> str:
    """How even it was; `ranked` by occupancy, and by load ÷ capacity where that says nothing."""
    first, last = ranked[0], ranked[-1]
    if first.load.occupancy - last.load.occupancy >= _NOTABLE:
        busy, idle = percent(first.load.occupancy), percent(last.load.occupancy)
        return f"Uneven: {first.agent} had work {busy} of the active time, {last.agent} {idle}."
    by_share = sorted(ranked, key=lambda agent: (-agent.load.share, agent.agent))
    fullest, emptiest = by_share[0], by_share[-1]
    if fullest.load.share - emptiest.load.share < _NOTABLE:
        return "Even: all agents had work about as often and were about as full."
    full, empty = percent(fullest.load.share), percent(emptiest.load.share)
    but = f"{fullest.agent} was filled to {full} of capacity on average, {emptiest.agent} to"
    return f"All agents had work about as often, but {but} {empty}."


def _moves(summary: Summary) -> list[Finding]:
    flow = summary.flow
    found = []
    if flow.reassigned:
        why, count = max(flow.reassigned.items(), key=lambda entry: (entry[1], entry[0]))
        times = plural(flow.reassignments, "time")
        text = f"{times} after the first assignment, mostly because {REASONS.get(why, why)}"
        found.append(Finding("Changed hands", f"{text} ({count:,})."))
    if flow.helped:
        got: Counter[str] = Counter()
        for row in flow.helped.values():
            got.update(row)
        team = max(got, key=lambda name: (got[name], name))
        text = f"Helpers took {percent(flow.secondary_share)} of what was not assigned by hand"
        found.append(Finding("Help", f"{text}; {team} got most, {plural(got[team], 'item')}."))
    return found
