"""What the desk says, and what customers and agents make of it: one method per kind of event."""

from __future__ import annotations

from heapq import heappush
from math import inf
from typing import Any

from assignwork import events as e
from assignwork.simulation._deeds import Deeds
from assignwork.simulation._hands import Case

ACTIVE = "active"
_LAST = 2**52  # the order of what comes after everything else of its instant


class Reading(Deeds):
    """A replication that reads what its desk says."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._see = {
            e.Queued: self._on_queued,
            e.Assigned: self._on_assigned,
            e.Offered: self._on_offered,
            e.OfferEnded: self._on_offer_ended,
            e.Released: self._on_released,
            e.Transferred: self._on_transferred,
            e.Snoozed: self._on_snoozed,
            e.Woken: self._on_given_back,
            e.Reopened: self._on_given_back,
            e.Closed: self._on_closed,
            e.PresenceChanged: self._on_presence,
            e.SlaMet: self._on_met,
            e.SlaBreached: self._on_breached,
            e.PathEntered: self._on_path,
        }

    def _on_queued(self, event: e.Queued) -> None:
        case = self._cases[event.item]
        row = case.row
        if case.team < 0:
            self._books.priority[row] = event.priority
            self._books.team[row] = self._team[event.team]
            patience = self._patience[row]
            if patience < inf:
                self._planned += 1
                late = (event.at + patience, _LAST + self._planned, self._give_up, case)
                heappush(self._heap, late)
        case.order = (event.priority, row)
        case.team = self._team[event.team]
        if case.waiting_since is None:  # else it was offered, and goes on waiting
            case.waiting_since = event.at
        if self._limited:
            case.in_line = True
            self._lines[case.team] += 1

    def _leave_line(self, case: Case) -> None:
        if case.in_line:
            case.in_line = False
            self._lines[case.team] -= 1

    def _end_stay(self, case: Case, at: float) -> None:
        """It is in no queue any more, if it was in one."""
        if self._limited:
            self._leave_line(case)
        if case.waiting_since is not None:
            self._stays.extend((case.row, case.team, case.waiting_since, at))
            case.waiting_since = None

    def _on_assigned(self, event: e.Assigned) -> None:
        case = self._cases[event.item]
        at = event.at
        agent = self._agent[event.agent]
        self._end_stay(case, at)
        if not case.assigned:
            case.assigned = True
            self._assigned_at[case.row] = at
            self._assigned_to[case.row] = agent
        if case.owner != agent:
            if case.owner >= 0:
                self._put_down(case, at)
            case.owner = agent
        if event.flags:
            case.called = event.not_active
        self._given.append(case)

    def _on_offered(self, event: e.Offered) -> None:
        case = self._cases[event.item]
        case.offers += 1
        self._leave_line(case)
        offers = self._scenario.offers
        declines = (
            offers.declines > 0.0
            and self._drawn.luck(case.row, "declines", case.offers) < offers.declines
        )
        wait = self._drawn.seconds(case.row, "accepts", case.offers, offers.accept_after)
        about = (case, case.offers, event.agent, declines)
        self.plan(event.at + wait, self._answer_offer, about)

    def _on_offer_ended(self, event: e.OfferEnded) -> None:
        self._cases[event.item].offers += 1  # an answer that is on its way comes too late

    def _on_released(self, event: e.Released) -> None:
        self._put_down(self._cases[event.item], event.at)

    def _on_transferred(self, event: e.Transferred) -> None:
        case = self._cases[event.item]
        self._end_stay(case, event.at)
        if event.agent is None:
            self._put_down(case, event.at)

    def _on_snoozed(self, event: e.Snoozed) -> None:
        case = self._cases[event.item]
        self._end_stay(case, event.at)
        self._take_away(case, event.at)

    def _on_given_back(self, event: e.Woken | e.Reopened) -> None:
        case = self._cases[event.item]
        if event.agent is None:
            self._put_down(case, event.at)
        else:
            case.owner = self._agent[event.agent]
            self._given.append(case)

    def _on_closed(self, event: e.Closed) -> None:
        case = self._cases[event.item]
        at = event.at
        if case.waiting_since is not None:
            self._end_stay(case, at)
        if case.held:
            self._put_down(case, at)
        case.owner = -1
        case.open = False
        self._open -= 1
        self._books.closed_at[case.row] = at
        self._books.times_there.extend((case.row, case.came_at, at))
        if not (self._returns and case.assigned and self._comes_back(case, at)):
            self._gone.append(case.id)  # once all that this call has to say of it is read

    def _comes_back(self, case: Case, at: float) -> bool:
        """Whether he will be back, which is then planned."""
        back = self._drawn.kinds[case.kind].comes_back
        if back is None or case.visit > back.at_most:
            return False
        if self._drawn.luck(case.row, "returns", case.visit) >= back.probability:
            return False
        wait = self._drawn.seconds(case.row, "away", case.visit, back.after)
        if at + wait >= self._scenario.end:  # nobody comes after the end
            return False
        self.plan(at + wait, self._come_back, case)
        return True

    def _on_presence(self, event: e.PresenceChanged) -> None:
        agent = self._agent[event.agent]
        if event.presence == ACTIVE:
            self._come(agent, event.at)
        elif agent in self._active_since:
            self._books.presences.extend((agent, self._active_since.pop(agent), event.at))
            self._hands[agent].leave(event.at)

    def _come(self, agent: int, at: float) -> None:
        self._active_since[agent] = at
        self._attendance.back(agent)
        hands = self._hands[agent]
        hands.come()
        self._freed.append(hands)

    def _on_met(self, event: e.SlaMet) -> None:
        self._promised(event, met=True)

    def _on_breached(self, event: e.SlaBreached) -> None:
        self._promised(event, met=False)

    def _promised(self, event: e.SlaMet | e.SlaBreached, *, met: bool) -> None:
        target = self._books.target(event.target)
        self._books.promises.extend((self._cases[event.item].row, target, met))

    def _on_path(self, event: e.PathEntered) -> None:
        case = self._cases[event.item]
        case.path = True
        if case.active:
            self.plan(event.at, self._acknowledge, case)
