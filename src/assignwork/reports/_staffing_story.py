"""The answer of a staffing plan, what stands out, and what it rests on, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from assignwork.reports._plan_text import listed
from assignwork.reports._rosters import (
    Backtest,
    Forecast,
    Heads,
    Roster,
    Template,
)
from assignwork.reports._staffing_figures import (
    Required,
    Share,
    counts,
    has_names,
    hours_needed,
    paid_hours,
    shares,
    short_hours,
)
from assignwork.reports._staffing_text import (
    MOST_NAMES,
    hours,
    planned_sentences,
    required_sentences,
    standing,
)
from assignwork.reports.findings import Finding, Headline
from assignwork.reports.text import duration, percent, plural

FORECAST = (
    "The forecast knows the past and the calendar. A campaign, an outage or a new product it does "
    "not know; give a factor for such days."
)
EXPECTED = (
    "Agents are planned for what is expected: about half of the intervals will have more arrivals "
    "than that. Try 10 % more to see what the plan bears."
)
FORMULAS = (
    "The formulas take each interval as if it lasted for ever, arrivals as random and agents as "
    "alike. With skills, priorities, chats in parallel or items held for hours they mislead: "
    "simulate the desk before anything rests on them."
)
_BUSY = 0.9
"""Occupancy above which agents have no pause."""


@attrs.frozen(kw_only=True)
class Story:
    """All that a page tells; None for what was not asked for."""

    forecast: Forecast | None
    backtest: Backtest | None
    required: Required | None
    planned: Heads | Roster | None
    templates: Sequence[Template]

    @property
    def roster(self) -> Roster | None:
        """The plan, if it has names."""
        found = self.planned
        return found if has_names(found) else None

    # --- what stands on top ----------------------------------------------------------------------

    def answer(self) -> str:
        """What a planner asked, in one sentence."""
        if self.planned is not None:
            return self._planned(self.planned)
        if self.required is not None:
            return required_sentences(self.required)[0]
        if self.forecast is not None:
            return f"{self.forecast.arrivals:,.0f} arrivals are expected."
        return "Nothing was asked for."

    def _planned(self, found: Heads | Roster) -> str:
        if not found.found:
            return planned_sentences(found, self.templates)[0]
        who = plural(sum(counts(found).values()), "shift")
        if self.roster is not None:
            who = f"{plural(len(self.roster.problem.agents), 'agent')} on {who}"
        days = plural(found.horizon.days, "day")
        missing = short_hours(found)
        if not found.coverage:
            return f"{who} on {days}; nothing says how many are needed."
        if not missing:
            return f"{who} cover every need of {days}{self._busiest(found)}."
        asked = hours_needed([row.need for row in found.coverage])
        met = percent(1 - missing / asked)
        return f"{who} cover {met} of what {days} need: {hours(missing)} agent hours are missing."

    def _busiest(self, found: Heads | Roster) -> str:
        """On which day most are at work, of head counts."""
        if self.roster is not None or not counts(found) or found.horizon.days == 1:
            return ""
        agents: dict[int, int] = {}
        for (day, _), heads in counts(found).items():
            agents[day] = agents.get(day, 0) + heads
        most = max(agents, key=lambda day: agents[day])
        return f": at most {plural(agents[most], 'agent')} a day, on {found.horizon.label(most)}"

    def headlines(self) -> list[Headline]:
        """The figures to look at first."""
        shown = []
        if self.forecast is not None:
            shown.append(Headline("arrivals", f"{self.forecast.arrivals:,.0f}", "expected, in all"))
        if self.required is not None and self.required.staffed:
            at, most = self.required.peak
            each = self.required.table.agent_hours / self.required.days
            note = f"{at:%a %H:%M}"
            if most.shrinkage:
                note += f"; {most.scheduled:,} on the schedule"
            shown += [
                Headline("agents at the peak", f"{most.agents:,}", note),
                Headline("agent hours a day", hours(each), "needed on the schedule"),
            ]
        found = self.planned
        if found is not None and found.found:
            shown.append(
                Headline(
                    "paid hours",
                    hours(paid_hours(found, self.templates)),
                    f"on {plural(sum(counts(found).values()), 'shift')}",
                )
            )
            if found.coverage:
                missing = short_hours(found)
                note = "agent hours; every need is met" if not missing else "agent hours"
                shown.append(Headline("missing", hours(missing), note))
            good = "best" if found.status == "optimal" else "not proven"
            if found.gap:
                good = f"gap {percent(found.gap)}"
            shown.append(Headline("how good", good, standing(found)))
        return shown

    # --- what stands out -------------------------------------------------------------------------

    def findings(self) -> list[Finding]:
        """Sentences by topic."""
        said = []
        if self.forecast is not None:
            said.append(Finding("Arrivals", self._expected(self.forecast)))
        if self.backtest is not None:
            said.append(Finding("Can it be trusted", self.backtest.verdict()))
        if self.required is not None:
            first, *others = required_sentences(self.required)
            said.append(Finding("Agents", first))
            said += [Finding("What decides", text) for text in others]
        if self.planned is not None and self.planned.found:
            topics = ("Shifts", "How good")
            texts = planned_sentences(self.planned, self.templates)
            said += [Finding(*pair) for pair in zip(topics, texts, strict=False)]
        if self.roster is not None and self.roster.found:
            text = shared(shares(self.roster))
            if text:
                said.append(Finding("Fairness", text))
        return said

    @staticmethod
    def _expected(found: Forecast) -> str:
        return (
            f"{found.arrivals:,.0f} expected by {found.method}. {percent(found.level)} of single "
            f"intervals shall lie within the bounds; beyond chance, what comes differs from what "
            f"is expected by about {percent(found.cv)}."
        )

    # --- what it rests on ------------------------------------------------------------------------

    def assumptions(self) -> list[Finding]:
        """What was put in."""
        said = []
        if self.required is not None:
            table = self.required.table
            most = self.required.peak[1]
            seen = most.performance
            handle = sorted({entry.handle_time for entry in table})
            said.append(Finding("Targets", f"{most.targets}"))
            said.append(
                Finding(
                    "Handle time",
                    f"{' to '.join(map(duration, handle[:: len(handle) - 1 or 1]))} on average",
                )
            )
            if seen is not None:
                said.append(Finding("Formula", _formula(seen.patience)))
            off = (
                "nobody is away"
                if not most.shrinkage
                else (
                    f"{percent(most.shrinkage)} of paid time goes into breaks, training and illness"
                )
            )
            said.append(Finding("Shrinkage", off))
        if self.templates:
            words = [f"{template.id} {', '.join(template.hours)}" for template in self.templates]
            said.append(Finding("Shifts", listed(words, MOST_NAMES)))
        return said

    def caveats(self) -> list[str]:
        """What to keep in mind."""
        said = []
        if self.forecast is not None:
            said += [FORECAST, EXPECTED]
        if self.required is not None:
            said.append(FORMULAS)
            busy = sum(
                1
                for entry in self.required.table
                if entry.performance is not None and entry.performance.occupancy > _BUSY
            )
            if busy:
                said.append(
                    f"In {plural(busy, 'interval')} agents are busy for more than {percent(_BUSY)}"
                    " of their time: nobody bears that for long. Give an occupancy target."
                )
            if any(entry.agents == 1 for entry in self.required.table):
                said.append(
                    "Where one agent is needed, nobody is there while he has a break: shrinkage "
                    "in per cent says little about few."
                )
        if self.planned is not None:
            said.append(
                "Hours are those of the local clock. In the night in which it is changed a shift "
                "lasts an hour more or less."
            )
            if self.roster is not None:
                said.append(
                    "Fairness compares agents who share a contract, over these days alone; who had "
                    "more before is not known to it."
                )
        return said


def _formula(patience: float | None) -> str:
    if patience is None:
        return "Erlang C: nobody gives up waiting"
    return f"Erlang A: who waits gives up after {duration(patience)} on average"


def shared(found: Sequence[Share]) -> str:
    """How evenly hours, unpopular shifts and weekends are shared, by contract."""
    by_contract: dict[str | None, list[Share]] = {}
    for share in found:
        by_contract.setdefault(share.contract, []).append(share)
    said = []
    for contract, group in by_contract.items():
        if len(group) == 1:
            continue
        parts = [f"{_span([share.hours for share in group])} paid hours"]
        for name, words in (("unpopular", "unpopular shifts"), ("weekends", "weekends")):
            values = [float(getattr(share, name)) for share in group]
            if any(values):
                parts.append(f"{_span(values)} {words if max(values) != 1 else words[:-1]}")
        who = f"{contract} ({plural(len(group), 'agent')})" if contract else "Agents"
        said.append(f"{who}: {', '.join(parts)} each.")
    if said and any(share.leave for share in found):
        said.append("Leave is not counted as paid hours.")
    return " ".join(said)


def _span(values: Sequence[float]) -> str:
    least, most = hours(min(values)), hours(max(values))
    return most if least == most else f"{least} to {most}"
