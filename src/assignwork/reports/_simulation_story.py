"""What was simulated, in words: who came, how agents worked, and what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from assignwork.reports._plan_text import Grid, listed
from assignwork.reports._simulation_results import Agent, Break, Described, Handling, Kind, Scenario
from assignwork.reports._simulation_text import DATED
from assignwork.reports.findings import Finding
from assignwork.reports.text import duration, instant, percent, plural

MOST_KINDS = 60
_NO_TIME = "always 0 s"

LEFT_OUT = (
    "Agents do what the scenario says: nobody hurries because a queue is long, and nobody tires.",
    "Customers decide by their patience alone: a long queue does not keep anybody from joining it.",
    "Who gives up does not try again.",
    "Nobody takes work by hand, and nobody is transferred because he needs somebody else.",
    "The margins are of chance alone and say nothing of how right the assumptions above are.",
)
"""What the margins do not cover, whatever the scenario."""


def when(scenario: Scenario, zone: tzinfo) -> str:
    """When it begins, as the beginning of a line; empty where it was given no date."""
    return f"from {instant(scenario.start, zone)}, " if scenario.start >= DATED else ""


def customers(scenario: Scenario) -> Grid:
    """Who comes: a row per kind of customer."""
    rows = []
    for stream in scenario.streams:
        total = sum(kind.share for kind in stream.kinds)
        for kind in stream.kinds:
            one = len(stream.kinds) == 1
            name = stream.name if one else f"{stream.name}/{kind.name}"
            share = "all" if one else percent(kind.share / total)
            rows.append([
                name, stream.arrivals.describe(), share, kind.team, _shown(kind.priority),
                kind.handle.describe(), _patience(kind), _also(kind),
            ])  # fmt: skip
    heads = (
        ("Customers", ""), ("Arrivals", "w"), ("Share", "n"), ("Team", ""), ("Priority", ""),
        ("Handle time", "w"), ("Patience", "w"), ("Also", "w"),
    )  # fmt: skip
    hidden = len(rows) - MOST_KINDS
    note = f"And {plural(hidden, 'kind')} more." if hidden > 0 else ""
    return Grid(heads, rows[:MOST_KINDS], note)


def _shown(priority: object) -> str:
    return "default" if priority is None else str(priority)


def _patience(kind: Kind) -> str:
    return "waits for ever" if kind.patience is None else kind.patience.describe()


def _also(kind: Kind) -> str:
    parts = []
    if kind.threshold is not None:
        parts.append(f"to be assigned within {duration(kind.threshold)}")
    if kind.conversation is not None:
        turns = kind.conversation.turns.mean
        parts.append(
            f"{turns:.3g} turns on average, the customer answers after "
            f"{duration(kind.conversation.customer_after.mean)} on average"
        )
    if kind.comes_back is not None:
        back = kind.comes_back
        parts.append(
            f"{percent(back.probability)} come back, {duration(back.after.mean)} later on average"
        )
    return "; ".join(parts)


def assumptions(scenario: Scenario) -> list[Finding]:
    """How agents work and what time was looked at, in sentences."""
    found = [Finding("Time", _time(scenario)), Finding("Agents", _agents(scenario))]
    found.append(Finding("At work", _handling(scenario.handling)))
    if scenario.handling_of:
        found.append(
            Finding("Others", f"In ways of their own: {listed(sorted(scenario.handling_of))}.")
        )
    if scenario.pace:
        found.append(Finding("Pace", _pace(scenario.pace)))
    if scenario.handle_of:
        found.append(Finding("Own times", _own_times(scenario.handle_of)))
    if scenario.breaks:
        found.append(
            Finding(
                "Breaks",
                " ".join(_break(pause, scenario.workspace.agents) for pause in scenario.breaks),
            )
        )
    else:
        found.append(Finding("Breaks", "None."))
    missing = _no_show(scenario.no_show)
    if missing:
        found.append(Finding("Absent", missing))
    offers = scenario.offers
    if offers.declines or offers.accept_after.mean:
        text = f"Answered after {duration(offers.accept_after.mean)} on average, "
        found.append(Finding("Offers", f"{text}{percent(offers.declines)} declined."))
    return found


def _time(scenario: Scenario) -> str:
    text = f"Customers come for {duration(scenario.length)}"
    if scenario.warm_up:
        text += f"; the first {duration(scenario.warm_up)} are not measured"
    return (
        f"{text}. What is there at the end is worked off, for at most {duration(scenario.drain)}."
    )


def _agents(scenario: Scenario) -> str:
    agents = scenario.workspace.agents
    on_shift = sum(agent.shift is not None for agent in agents)
    always = sum(agent.shift is None and agent.presence == "active" for agent in agents)
    away = len(agents) - on_shift - always
    parts = [
        f"{count:,} {words}"
        for count, words in (
            (on_shift, "by their shifts"), (always, "there all the time"), (away, "not there")
        )
        if count
    ]  # fmt: skip
    teams = plural(len(scenario.workspace.teams), "team")
    return f"{plural(len(agents), 'agent')} in {teams}: {', '.join(parts)}."


def _handling(handling: Handling) -> str:
    if handling.at_once == 1:
        text = "An agent works on one item at a time"
    else:
        many = "everything he holds" if handling.at_once is None else f"{handling.at_once} items"
        text = f"An agent works on {many} at the same time"
        slower = [f"{speed:g} with {k}" for k, speed in enumerate(handling.speeds, 1) if k > 1]
        text += f", at a speed of {', '.join(slower)}" if slower else ", each at full speed"
    rest = "finishes what he has begun" if handling.finishes else "leaves what he has begun"
    text += f". When his time ends he {rest}."
    if handling.handover:
        text += f" Whoever takes over needs {duration(handling.handover)} more."
    return text


def _pace(pace: Mapping[str, object]) -> str:
    named = [
        f"{agent} ({factor:g} times as long)"
        for agent, factor in pace.items()
        if isinstance(factor, float)
    ]
    mixed = [agent for agent, factor in pace.items() if not isinstance(factor, float)]
    parts = [f"handle times of {listed(named)}"] if named else []
    parts += [f"{listed(mixed)} by kind of customer"] if mixed else []
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if named else f"{text}."


def _own_times(handle_of: Mapping[str, Mapping[str, Described]]) -> str:
    """Whose handle times are of another form than everybody's."""
    parts = [
        f"{agent}: {listed([f'{kind} {own.describe()}' for kind, own in entries.items()], 3)}"
        for agent, entries in handle_of.items()
    ]
    return f"{'; '.join(parts)}."


def _break(pause: Break, agents: Sequence[Agent]) -> str:
    who = "everybody" if not pause.agents else listed(pause.agents, 3)
    if pause.every is not None:
        when_ = f"every {duration(pause.every.mean)} on average"
    else:
        named = [agent for agent in agents if agent.id in pause.agents or not pause.agents]
        shifts = "local time" if any(agent.shift for agent in named) else "UTC"
        when_ = f"at {_and(pause.at)} ({pause.timezone or shifts})"
    text = f"{pause.name[0].upper()}{pause.name[1:]}: {duration(pause.lasts.mean)} {when_}, {who}"
    return (
        f"{text}, in {pause.groups} groups one after the other." if pause.groups > 1 else f"{text}."
    )


def _and(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _no_show(share: float | Mapping[str, float]) -> str:
    if not isinstance(share, Mapping):
        return f"{percent(share)} of shifts nobody comes to." if share else ""
    parts = [f"{agent} {percent(part)}" for agent, part in share.items() if part]
    return f"Of their shifts, at random: {listed(parts)}." if parts else ""
