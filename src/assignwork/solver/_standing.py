"""An outcome that changes step by step: what a change costs, and whether it keeps the hard rules.

The same rules as the judge's, kept as running sums, so that a step costs no more than what it
touches. What comes out of it is judged anew as a whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from assignwork.solver.evaluation import NOBODY, Judge, Limit

Changes = Mapping[int, int]
"""Item's place -> its new holder's place, or `NOBODY`."""


class Standing:
    """Running sums of one outcome.

    Attributes
    ----------
    outcome : list of int
    loads : list of int
        Units that each agent holds.
    sets : list of list of int
        Places of the items that shall have one holder.
    """

    def __init__(self, judge: Judge, outcome: Sequence[int]) -> None:
        self.judge = judge
        self.problem = judge.problem
        self.outcome = list(judge.present)
        self.loads = judge.loads(self.outcome)
        self._before: Counter[tuple[int, Limit]] = Counter()
        for place, holder in enumerate(self.outcome):
            if holder != NOBODY:
                weight = judge.weight(place, holder)
                for limit in judge.limits_of(place, holder):
                    self._before[holder, limit] += weight
        self._used = self._before.copy()
        self._coming: Counter[tuple[int, Limit]] = Counter()
        self._came: Counter[int] = Counter()
        self._moves: Counter[int] = Counter()
        self.moved = 0
        places = self.problem.item_places
        self.sets = [[places[name] for name in names] for names in self.problem.together if names]
        self._set_of = {
            place: number for number, members in enumerate(self.sets) for place in members
        }
        self.apply({p: h for p, h in enumerate(outcome) if h != self.outcome[p]})

    def delta(self, changes: Changes) -> int:
        """How much more the outcome costs with these changes; negative: less."""
        judge = self.judge
        total = 0
        loads: dict[int, int] = {}
        for place, holder in changes.items():
            old = self.outcome[place]
            total += judge.cost(place, holder) - judge.cost(place, old)
            if old != NOBODY:
                loads[old] = loads.get(old, 0) - judge.weight(place, old)
            if holder != NOBODY:
                loads[holder] = loads.get(holder, 0) + judge.weight(place, holder)
        if self.problem.weights.fairness:
            for agent, change in loads.items():
                if change:
                    load = self.loads[agent]
                    total += judge.held(agent, load + change) - judge.held(agent, load)
        return total

    def apply(self, changes: Changes) -> None:
        """Carry the changes out, whether or not they keep the rules."""
        for place, holder in changes.items():
            self._shift(place, self.outcome[place], -1)
            self.outcome[place] = holder
            self._shift(place, holder, 1)

    def _shift(self, place: int, holder: int, sign: int) -> None:
        judge = self.judge
        present = judge.present[place]
        moves = present not in (NOBODY, holder)
        if moves:
            self.moved += sign
            self._moves[present] += sign
        if holder == NOBODY:
            return
        weight = judge.weight(place, holder) * sign
        self.loads[holder] += weight
        for limit in judge.limits_of(place, holder):
            self._used[holder, limit] += weight
            if holder != present:
                self._coming[holder, limit] += sign
        if holder != present:
            self._came[holder] += sign
            if moves:
                self._moves[holder] += sign

    def fits(self, changes: Changes) -> bool:
        """Whether an outcome that keeps the hard rules keeps them with these changes.

        The outcome itself stays as it is.
        """
        judge = self.judge
        for place, holder in changes.items():
            item = self.problem.items[place]
            if holder == judge.present[place]:
                if item.pinned_to is not None and item.pinned_to != item.owner:
                    return False
            elif holder == NOBODY:
                if item.fixed or item.pinned_to is not None:
                    return False
            elif not judge.may_get(place, holder):
                return False
        back = {place: self.outcome[place] for place in changes}
        self.apply(changes)
        holds = self._holds(changes, back)
        self.apply(back)
        return holds

    def _holds(self, changes: Changes, back: Changes) -> bool:
        problem = self.problem
        agents = {h for h in (*changes.values(), *back.values()) if h != NOBODY}
        for agent in agents:
            most = problem.agents[agent].receives
            if most is not None and self._came[agent] > most:
                return False
        for place, holder in changes.items():
            if holder == NOBODY:
                continue
            for limit in self.judge.limits_of(place, holder):
                key = (holder, limit)
                if self._coming[key] and max(self._used[key], self._before[key]) > limit[2]:
                    return False
        return self._within_budgets(changes, agents) and self._whole_sets(changes)

    def _within_budgets(self, changes: Changes, agents: set[int]) -> bool:
        problem = self.problem
        if problem.max_moves is not None and self.moved > problem.max_moves:
            return False
        most = problem.max_moves_per_agent
        if most is None:
            return True
        owners = {self.judge.present[place] for place in changes} - {NOBODY}
        return all(self._moves[agent] <= most for agent in agents | owners)

    def _whole_sets(self, changes: Changes) -> bool:
        if not self._set_of:
            return True
        for number in {self._set_of[place] for place in changes if place in self._set_of}:
            places = self.sets[number]
            holders = [self.outcome[place] for place in places]
            if len(set(holders)) > 1 and holders != [self.judge.present[p] for p in places]:
                return False
        return True

    def set_of(self, place: int) -> list[int]:
        """The items that shall have one holder with this one, itself included."""
        number = self._set_of.get(place)
        return [place] if number is None else self.sets[number]


def bundles(before: Sequence[int], after: Sequence[int]) -> list[dict[int, int]]:
    """The difference of two outcomes as chains and rounds of changes.

    A chain hands one place on from agent to agent; with unit weights any choice of them leads to
    loads between those of the two outcomes.

    Examples
    --------
    >>> bundles([0, 1, -1], [1, 2, 0])
    [{2: 0, 0: 1, 1: 2}]
    """
    chains = _Chains(before, after)
    found = [chains.follow(NOBODY) for _ in range(len(chains.leaving[NOBODY]))]
    for agent in sorted(chains.lacks):
        found += [chains.follow(agent) for _ in range(chains.lacks[agent])]
    for agent in sorted(chains.leaving):
        while chains.leaving[agent]:
            found.append(chains.follow(agent))
    return found


class _Chains:
    """The items that change hands, taken chain by chain.

    `leaving`: by holder, what leaves him; `lacks` and `takes`: by agent, how many more items leave
    than come, or come than leave.
    """

    def __init__(self, before: Sequence[int], after: Sequence[int]) -> None:
        self.leaving: defaultdict[int, list[int]] = defaultdict(list)
        self._after = after
        balance: Counter[int] = Counter()
        for place in range(len(before) - 1, -1, -1):
            if before[place] != after[place]:
                self.leaving[before[place]].append(place)
                balance[before[place]] -= 1
                balance[after[place]] += 1
        del balance[NOBODY]
        self._takes = {agent: count for agent, count in balance.items() if count > 0}
        self.lacks = {agent: -count for agent, count in balance.items() if count < 0}

    def follow(self, start: int) -> dict[int, int]:
        """The chain that begins with what leaves `start`."""
        chain: dict[int, int] = {}
        node = start
        while self.leaving[node]:
            place = self.leaving[node].pop()
            node = self._after[place]
            chain[place] = node
            if node == NOBODY:
                break
            if self._takes.get(node):
                self._takes[node] -= 1
                break
        return chain
