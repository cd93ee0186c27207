"""What simulated customers and agents do, each deed a command to the desk (105 to 111, 115)."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any, TypeVar

from assignwork.model import WorkItem
from assignwork.simulation._books import NAN
from assignwork.simulation._hands import Case, Hands
from assignwork.simulation._play import Play
from assignwork.simulation.behaviour import Conversation
from assignwork.simulation.distributions import Distribution

V = TypeVar("V")

_TURNS = 2**16  # more than anybody takes in one visit


class Deeds(Play):
    """A replication whose customers and agents act."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        scenario = self._scenario
        self._hands += [
            Hands(
                i,
                scenario.handling_of.get(agent.id, scenario.handling),
                self._by_kind(scenario.pace.get(agent.id, {})),
                self,
                is_own=agent.id in scenario.handle_of,
            )
            for i, agent in enumerate(scenario.workspace.agents)
        ]
        self._own: dict[int, Mapping[int, Distribution]] = {
            self._agent[name]: self._by_kind(dict(entry))
            for name, entry in scenario.handle_of.items()
        }

    def _arrive(self, row: int, at: float) -> None:
        stream, number, kind, work = self._rows[row]
        name = f"{self._stems[stream]}{number + 1}"
        case = Case(row, name, kind, work)
        case.came_at = at
        if self._talks:
            self._begin_visit(case)
        self._cases[name] = case
        self._open += 1
        self.tell(self.desk.submit(WorkItem(name, **self._fields[kind]), now=at), at)
        if self._limited and case.in_line:
            self._look_at_the_line(case, at)

    def _look_at_the_line(self, case: Case, at: float) -> None:
        """He would have to wait; where all places are taken he does not come in."""
        places = self._places[case.kind]
        if places is not None and self._lines[case.team] > places:
            self._books.blocked[case.row] = True
            self.tell(self.desk.close(case.id, now=at), at)

    def _give_up(self, at: float, case: Case) -> None:
        """His patience is at an end."""
        if case.open and not case.assigned:
            self._books.abandoned[case.row] = True
            self.tell(self.desk.close(case.id, now=at), at)

    def _answer(self, at: float, case: Case) -> None:
        """The agent's first words, as he begins."""
        if case.active and not case.answered:
            self._reply(at, case)

    def _reply(self, at: float, case: Case) -> None:
        if not case.answered:
            case.answered = True
            answered_at = self._books.answered_at
            if isnan(answered_at[case.row]):
                answered_at[case.row] = at
        self.tell(self.desk.reply(case.id, by="agent", now=at), at)

    def _acknowledge(self, at: float, case: Case) -> None:
        if case.active and case.path:
            case.path = False
            agent = self._scenario.workspace.agents[case.worker].id
            self.tell(self.desk.acknowledge(case.id, by=agent, now=at), at)

    def _answer_offer(self, at: float, about: Any) -> None:
        case, offer, agent, declines = about
        if case.offers == offer:
            answer = self.desk.decline if declines else self.desk.accept
            self.tell(answer(case.id, agent, now=at), at)

    def _customer_replies(self, at: float, about: Any) -> None:
        case, visit = about
        if not case.open or case.visit != visit:
            return
        case.ready = True
        self.tell(self.desk.reply(case.id, by="customer", now=at), at)
        self._take_up(case, at)

    def _come_back(self, at: float, case: Case) -> None:
        kind = self._drawn.kinds[case.kind]
        back = kind.comes_back
        case.visit += 1
        handle = kind.handle if back is None or back.handle is None else back.handle
        case.left = self._drawn.seconds(case.row, "work", case.visit, handle)
        case.ready = case.open = True
        case.came_at = at
        case.answered = False
        self._begin_visit(case)
        self._books.visits[case.row] = case.visit
        self._books.closed_at[case.row] = NAN
        self._open += 1
        self.tell(self.desk.reopen(case.id, now=at), at)

    # --- the work ------------------------------------------------------------------------------

    def _begin_visit(self, case: Case) -> None:
        """How many turns it has; the work is the same in each."""
        talk = self._drawn.kinds[case.kind].conversation
        case.turn = case.turns = 1
        if talk is not None:
            turns = self._drawn.seconds(case.row, "turns", case.visit, talk.turns)
            case.turns = max(1, round(turns))
        case.left = case.each = case.left / case.turns

    def _take_up(self, case: Case, at: float) -> None:
        """Whoever owns it has something to do with it."""
        if case.owner >= 0 and case.ready and not case.held:
            self._hands[case.owner].take(case, at)

    def _take_away(self, case: Case, at: float) -> None:
        """Nobody works on it for now."""
        if case.held:
            hands = self._hands[case.owner]
            hands.drop(case, at)
            self._freed.append(hands)

    def _put_down(self, case: Case, at: float) -> None:
        """Nobody owns it any more."""
        self._take_away(case, at)
        case.owner = -1
        case.called = False

    def begun(self, case: Case, at: float) -> None:
        """Somebody begins to work on it, or goes on."""
        if not case.begun:
            case.begun = True
            self._books.begun_at[case.row] = at
        if not case.answered and self._answers_at_start[case.kind]:
            self.plan(at, self._answer, case)
        if case.path:
            self.plan(at, self._acknowledge, case)

    def worked(self, agent: int, case: Case, since: float, at: float) -> None:
        """A stretch of work is over."""
        if at > since:
            self._books.stretches.extend((agent, case.row, since, at))

    def turn_done(self, case: Case, at: float) -> None:
        """It is answered, or done."""
        kind = self._drawn.kinds[case.kind]
        if kind.conversation is not None and case.turn < case.turns:
            self._await_customer(case, kind.conversation, at)
            return
        if kind.answers == "end" or (case.turns > 1 and kind.answers == "start"):
            self._reply(at, case)
        if case.open:
            self.tell(self.desk.close(case.id, now=at), at)

    def _await_customer(self, case: Case, talk: Conversation, at: float) -> None:
        turn = case.visit * _TURNS + case.turn
        wait = self._drawn.seconds(case.row, "customer", turn, talk.customer_after)
        case.turn += 1
        case.left = case.each
        if self._drawn.kinds[case.kind].answers != "never":
            self._reply(at, case)
        if talk.snoozes and case.owner >= 0:
            self.tell(self.desk.snooze(case.id, now=at), at)
        self.plan(at + wait, self._customer_replies, (case, case.visit))

    def at_rest(self, agent: int, at: float) -> None:
        """An agent who left has finished what he was working on."""
        self._attendance.at_rest(agent, at)

    def own_share(self, agent: int, case: Case) -> float:
        """The seconds that an agent needs for a second of the kind's work.

        Both times are at the same quantile. Where the kind's is nothing, so is his.
        """
        own = self._own[agent].get(case.kind)
        if own is None:
            return 1.0
        kind = self._drawn.kinds[case.kind]
        visit = case.visit if case.visit > 1 else 0
        if visit and kind.comes_back is not None and kind.comes_back.handle is not None:
            return 1.0
        everybodys = self._drawn.seconds(case.row, "work", visit, kind.handle)
        if everybodys == 0.0:
            return 1.0
        return self._drawn.seconds(case.row, "work", visit, own) / everybodys

    def _by_kind(self, entry: V | Mapping[str, V]) -> dict[int, V]:
        """What is given of an agent, by the place of the kind; all kinds have what is no mapping.

        A kind is named ``stream/kind``, or by its own name.
        """
        drawn = self._drawn
        if not isinstance(entry, Mapping):
            return dict.fromkeys(range(len(drawn.kinds)), entry)
        names = zip(drawn.kind_names, drawn.kinds, strict=True)
        return {
            k: entry[name]
            for k, (full, kind) in enumerate(names)
            if (name := full if full in entry else kind.name) in entry
        }
