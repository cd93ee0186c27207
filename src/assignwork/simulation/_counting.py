"""The measures of one trial, by group: 117 and 118 of the design notes in numpy.

Customers who arrived in the window are counted; time averages are over the window, of everybody.
By hour of the day, customers belong to the hour of their arrival, and time to the one it lies in.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assignwork.simulation._groups import Grouping, Ranked, over
from assignwork.simulation._hours import HOUR, hours
from assignwork.simulation._spans import Spans, Steps, Working, working
from assignwork.simulation.measures import ATTAINMENT, OVERALL
from assignwork.simulation.measures import HOUR as BY_HOUR
from assignwork.simulation.trial import Flags, Instants, Trial

Columns = dict[str, Instants]
"""By measure, its values by group."""


class Counting:
    """What the groupings of one trial share: each is prepared once.

    Attributes
    ----------
    counted : array of bool
        Who arrived in the window.
    waiting, present : Spans
        Who waited and who was there, clipped to the window; the group is the customer.
    queue : array of int
        The team at which each span of `waiting` was spent.
    work : Working
        Of the agents, clipped to the window.
    waits : Ranked
        Of the customers who are counted.
    """

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        everybody = trial.customers
        arrived = everybody.arrived_at
        self.counted = trial.measured
        rows = self.counted
        self._arrived, self._closed = arrived[rows], everybody.closed_at[rows]
        self._assigned_at = everybody.assigned_at[rows]
        self._assigned = ~np.isnan(self._assigned_at)
        self._gave_up, self._blocked = everybody.abandoned[rows], everybody.blocked[rows]
        self._done = ~np.isnan(self._closed)
        self._returned = everybody.visits[rows] > 1
        self._wait = self._assigned_at - self._arrived
        self._in_time = trial.in_time[rows]
        self._response = everybody.answered_at[rows] - self._arrived
        there = np.bincount(  # NaN where it is still open
            trial.visits.customer,
            trial.visits.closed_at - trial.visits.begun_at,
            minlength=len(arrived),
        )[rows]
        self._stay = np.where(self._assigned & self._done, there, np.nan)
        self.waits = Ranked(self._wait)
        self._responses, self._stays = Ranked(self._response), Ranked(self._stay)
        self._lay_out_time()
        self._measure_work(len(arrived))

    def _lay_out_time(self) -> None:
        trial = self._trial
        window, stays, shifts = (trial.begin, trial.end), trial.stays, trial.presences
        until = np.where(np.isnan(stays.ended_at), trial.ended_at, stays.ended_at)
        queued = Spans(np.arange(len(until)), stays.begun_at, until).clipped(*window)
        self.waiting = queued.regrouped(stays.customer[queued.group])
        self.queue = stays.team[queued.group]
        self._steps = Steps(self.waiting)
        self.present = presence(trial).clipped(*window)
        done = trial.stretches
        stretches = Spans(done.agent, done.begun_at, done.ended_at).clipped(*window)
        presences = Spans(shifts.agent, shifts.begun_at, shifts.ended_at).clipped(*window)
        self.work: Working = working(stretches, presences)
        self._hours = hours(trial.timezone, *window)

    def _measure_work(self, everybody: int) -> None:
        done = self._trial.stretches
        seconds = done.ended_at - done.begun_at
        self._work = np.bincount(done.customer, weights=seconds, minlength=everybody)[self.counted]
        begun = ~np.isnan(self._trial.customers.begun_at)[self.counted]
        self._handled = begun & self._done  # also who took no time at all

    # --- customers --------------------------------------------------------------------------------

    def customers(self, grouping: Grouping) -> Columns:
        """What is measured of the customers of each group."""
        by = grouping.of(self.counted)
        assigned = by.count(self._assigned)
        found = {
            "assigned": assigned,
            "unfinished": by.count(~self._done),
            "wait_mean": by.mean(self._wait, self._assigned),
            **_quantiles(self.waits, by, "wait", (50, 90, 95, 99)),
            "wait_max": self.waits.quantiles(by, (100,))[:, 0],
            "first_response_mean": by.mean(self._response, ~np.isnan(self._response)),
            **_quantiles(self._responses, by, "first_response", (50, 90)),
            "time_in_system_mean": by.mean(self._stay, ~np.isnan(self._stay)),
            **_quantiles(self._stays, by, "time_in_system", (50, 90)),
            "returns": over(by.count(self._returned), assigned),
            **self._attainment(grouping),
        }
        if grouping.kind == "agent":
            return {**found, "handle_time_mean": self._handle_time_by_agent()}
        return {
            **found,
            "handle_time_mean": by.mean(self._work, self._handled),
            **self._arrivals(by),
            **(self._by_hour() if grouping.kind == BY_HOUR else self._over_time(grouping)),
        }

    def _arrivals(self, by: Grouping) -> Columns:
        came = by.count()
        trial = self._trial
        left = np.where(self._done, self._closed, trial.ended_at)
        in_queue = np.where(self._assigned, self._assigned_at, left) - self._arrived
        blocked = by.count(self._blocked)
        return {
            "arrivals": came,
            "abandonment": over(by.count(self._gave_up), came),
            "blocked": over(blocked, came),
            "waiting": over(came - blocked - by.count(self._wait == 0), came),
            "queue_time_mean": by.mean(in_queue, ~self._blocked),
            "service_level": over(by.count(self._in_time), came),
        }

    def _over_time(self, grouping: Grouping) -> Columns:
        count = len(grouping)
        length = self._trial.end - self._trial.begin
        queue = self.queue if grouping.kind == "team" else grouping.codes[self.waiting.group]
        return {
            "queue_length_mean": self.waiting.regrouped(queue).seconds(count) / length,
            "queue_length_max": self._steps.most(queue, count),
            "open_mean": self.present.regrouped(grouping.codes[self.present.group]).seconds(count)
            / length,
            "throughput": grouping.count(self._served()) * HOUR / length,
        }

    def _by_hour(self) -> Columns:
        """As `_over_time`, of what goes on in each hour of the day, whoever came when."""
        clock, lengths = self._hours, self._hours.lengths()
        closed = clock.of(self._trial.customers.closed_at[self._served()])
        return {
            "queue_length_mean": clock.seconds(self.waiting) / lengths,
            "queue_length_max": clock.most(self.waiting),
            "open_mean": clock.seconds(self.present) / lengths,
            "throughput": np.bincount(closed, minlength=len(lengths)) * HOUR / lengths,
        }

    def _served(self) -> Flags:
        """Whose last close lies in the window, if somebody was assigned."""
        trial, people = self._trial, self._trial.customers
        inside = (people.closed_at >= trial.begin) & (people.closed_at < trial.end)
        found: Flags = inside & ~np.isnan(people.assigned_at)
        return found

    def _attainment(self, grouping: Grouping) -> Columns:
        trial = self._trial
        promises = trial.promises
        counted = self.counted[promises.customer]
        groups = grouping.codes[promises.customer]
        found = {}
        for code, name in enumerate(trial.targets):
            rows = counted & (promises.target == code)
            made = Grouping(grouping.kind, grouping.labels, groups[rows])
            found[f"{ATTAINMENT}{name}"] = over(made.count(promises.met[rows]), made.count())
        return found

    def _handle_time_by_agent(self) -> Instants:
        done, agents = self._trial.stretches, len(self._trial.agents)
        handled = np.zeros(len(self.counted), np.bool_)
        handled[self.counted] = self._handled
        rows = handled[done.customer]
        agent, customer = done.agent[rows], done.customer[rows]
        seconds = np.bincount(
            agent, weights=(done.ended_at - done.begun_at)[rows], minlength=agents
        )
        handled[customer] = False  # left are those who took no time: they have no stretch
        first_agents = self._trial.customers.agent
        at_once = np.flatnonzero(handled)
        agent = np.concatenate((agent, first_agents[at_once]))
        customer = np.concatenate((customer, at_once))
        pairs = np.sort(customer.astype(np.int64) * agents + agent)
        first = np.r_[True, pairs[1:] != pairs[:-1]][: len(pairs)]  # several stretches on one item
        return over(seconds, np.bincount(pairs[first] % max(agents, 1), minlength=agents))

    # --- agents -----------------------------------------------------------------------------------

    def agents(self, kind: str) -> Columns:
        """What is measured of each agent's time, or of all agents' together, or by hour of it."""
        count, work = len(self._trial.agents), self.work

        def seconds(spans: Spans) -> Instants:
            if kind == BY_HOUR:
                return self._hours.seconds(spans)
            found = spans.seconds(count)
            return np.array([found.sum()]) if kind == OVERALL else found

        handling, at_work = seconds(work.handling), seconds(work.work)
        return {
            "occupancy": over(handling, at_work),
            "concurrency": over(seconds(work.items), handling),
            "active_hours": seconds(work.active) / HOUR,
            "handling_hours": handling / HOUR,
            "overtime_hours": seconds(work.overtime) / HOUR,
        }


def presence(trial: Trial) -> Spans:
    """When each customer was there: each of his visits, to its close or to the end of the run."""
    visits = trial.visits
    until = np.where(np.isnan(visits.closed_at), trial.ended_at, visits.closed_at)
    return Spans(visits.customer, visits.begun_at, until)


def _quantiles(ranked: Ranked, by: Grouping, name: str, percents: tuple[int, ...]) -> Columns:
    found: npt.NDArray[np.float64] = ranked.quantiles(by, percents)
    return {f"{name}_p{percent}": found[:, at] for at, percent in enumerate(percents)}
