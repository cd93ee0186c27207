"""The one judge: what an outcome costs by term, and which hard rules it breaks.

Written from docs/design/0005-readings-of-rebalancing.md, 92 to 96, in plain whole numbers, item by
item. It shares nothing with the engines: no engine's answer counts before it has passed here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import attrs

from assignwork.solver.problem import Holder, OpenItem, Problem
from assignwork.solver.weights import TERMS

NOBODY = -1
"""The holder's place of an item that nobody holds."""

REMEMBERED = 4  # outcomes whose evaluation is kept: leaving all as it is, and the last ones

# Who may be asked for: team, required skills, preferred skills.
Need = tuple[str, tuple[tuple[str, int], ...], tuple[str, ...]]
# A limit of an agent and which of his items it counts.
Limit = tuple[str, str | None, int]

CAPACITY = "capacity"
TEAM = "agent_limit"
CHANNEL = "channel limit"
SECONDARY = "secondary_limit"


@attrs.frozen
class Evaluation:
    """What an outcome costs.

    Attributes
    ----------
    terms : mapping of str to int
        The cost of each term of `TERMS`.
    total : int
    moved : int
        Items that left their owner (95).
    fullest : float
        The highest load ÷ capacity of any agent; 0 without agents.
    """

    terms: Mapping[str, int]
    total: int
    moved: int
    fullest: float


class Judge:
    """Evaluates outcomes of one problem.

    An outcome is a sequence with, for each item of the problem, the place of its holder in
    `Problem.agents`, or `NOBODY`.

    Examples
    --------
    >>> from assignwork.solver import Problem
    >>> judge = Judge(Problem(
    ...     items=[{"id": "t-1", "team": "billing", "urgency": 3}],
    ...     agents=[{"id": "ana", "capacity": 1, "primary": ["billing"]}],
    ... ))
    >>> judge.evaluate([NOBODY]).total
    300
    >>> dict(judge.evaluate([0]).terms)["fairness"]
    20
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.present = problem.present
        self._best: dict[Need, int] = {}
        self._short: dict[tuple[Need, int], int] = {}
        self._needs: list[Need] = [_need(item) for item in problem.items]
        self._primary = [frozenset(agent.primary) for agent in problem.agents]
        self._held: dict[tuple[int, int], int] = {}
        self._evaluated: dict[tuple[int, ...], Evaluation] = {}
        # Most agents have no limit but their capacity.
        self._only: list[tuple[Limit, ...] | None] = [
            None
            if agent.team_limits or agent.channel_limits or agent.secondary_limit
            else ((CAPACITY, None, agent.capacity),)
            for agent in problem.agents
        ]

    # --- cost ----------------------------------------------------------------------------------

    def terms_of(self, place: int, holder: int) -> list[tuple[str, int]]:
        """What one item costs with one holder, by term; fairness left out."""
        problem = self.problem
        item = problem.items[place]
        weights = problem.weights
        owner = self.present[place]
        found = []
        if owner not in (NOBODY, holder):
            cost = weights.move + weights.conversation * item.in_conversation
            found.append(("move", cost + weights.put_back * (holder == NOBODY)))
        if holder == NOBODY:
            found.append(("unassigned", problem.left_out[place]))
            return found
        agent = problem.agents[holder]
        if weights.fit and (item.skills or item.preferred_skills):
            found.append(("fit", weights.fit * self._levels_short(self._needs[place], holder)))
        if item.team not in self._primary[holder]:
            found.append(("secondary", weights.secondary))
        if item.preferred_agent is not None and item.preferred_agent != agent.id:
            found.append(("affinity", weights.affinity))
        if (
            item.due_at is not None
            and agent.shift_ends_at is not None
            and agent.shift_ends_at < item.due_at
        ):
            found.append(("zone", weights.zone))
        if item.costs:
            found.append(("own", item.costs.get(agent.id, 0)))
        return found

    def cost(self, place: int, holder: int) -> int:
        """The sum of `terms_of`."""
        return sum(cost for _, cost in self.terms_of(place, holder))

    def weight(self, place: int, holder: int) -> int:
        """Units that an item takes from a holder."""
        item = self.problem.items[place]
        if not item.weights:
            return item.weight
        return item.weights.get(self.problem.agents[holder].id, item.weight)

    def loads(self, outcome: Sequence[int]) -> list[int]:
        """Units that each agent holds."""
        loads = [0] * len(self.problem.agents)
        for place, holder in enumerate(outcome):
            if holder != NOBODY:
                loads[holder] += self.weight(place, holder)
        return loads

    def held(self, holder: int, load: int) -> int:
        """The term `fairness` of an agent who holds so many units."""
        key = (self.problem.agents[holder].capacity, load)
        cost = self._held.get(key)
        if cost is None:
            cost = self._held[key] = self.problem.weights.held(*key)
        return cost

    def evaluate(self, outcome: Sequence[int]) -> Evaluation:
        """What the outcome costs, whether or not it keeps the hard rules."""
        key = tuple(outcome)
        found = self._evaluated.get(key)
        if found is None:
            if len(self._evaluated) >= REMEMBERED:
                self._evaluated.clear()
            found = self._evaluated[key] = self._evaluate(key)
        return found

    def _evaluate(self, outcome: Sequence[int]) -> Evaluation:
        terms = dict.fromkeys(TERMS, 0)
        moved = 0
        present = self.present
        terms_of = self.terms_of
        for place, holder in enumerate(outcome):
            for term, cost in terms_of(place, holder):
                terms[term] += cost
            if present[place] not in (NOBODY, holder):
                moved += 1
        agents = self.problem.agents
        fullest = 0.0
        for holder, load in enumerate(self.loads(outcome)):
            terms["fairness"] += self.held(holder, load)
            fullest = max(fullest, load / agents[holder].capacity)
        return Evaluation(terms, sum(terms.values()), moved, fullest)

    def _levels_short(self, need: Need, holder: int) -> int:
        found = self._short.get((need, holder))
        if found is None:
            if need not in self._best:
                self._best[need] = max(
                    (
                        _levels(need, agent)
                        for agent in self.problem.agents
                        if is_member(need[0], agent) and _has_skills(need, agent)
                    ),
                    default=0,
                )
            found = max(0, self._best[need] - _levels(need, self.problem.agents[holder]))
            self._short[need, holder] = found
        return found

    # --- hard rules ----------------------------------------------------------------------------

    def may_get(self, place: int, holder: int) -> bool:
        """Whether the agent may get the item from the queue or from another, limits apart."""
        return self.why_not(place, holder) is None

    def why_not(self, place: int, holder: int) -> str | None:  # noqa: PLR0911  # one per rule
        """What stops him from getting it, limits apart (92); None: nothing."""
        item = self.problem.items[place]
        agent = self.problem.agents[holder]
        if item.fixed:
            return "it is fixed"
        if item.pinned_to is not None and item.pinned_to != agent.id:
            return f"it is pinned to {item.pinned_to}"
        if not agent.accepts or agent.receives == 0:
            return "he accepts nothing"
        if not is_member(item.team, agent):
            return f"he is no member of {item.team}"
        if item.team in agent.closed_teams:
            return f"he gets nothing from {item.team} now"
        if not _has_skills(self._needs[place], agent):
            return "he lacks a skill"
        if agent.id in item.excluded:
            return "he is excluded"
        if item.only_agent is not None and item.only_agent != agent.id:
            return f"only {item.only_agent} may have it"
        return None

    def violations(self, outcome: Sequence[int]) -> list[str]:
        """All hard rules that the outcome breaks, in words; empty: none."""
        problem = self.problem
        found = []
        if len(outcome) != len(problem.items):
            return [f"{len(outcome)} holders for {len(problem.items)} items"]
        for place, holder in enumerate(outcome):
            item = problem.items[place]
            if item.pinned_to is not None and (
                holder == NOBODY or problem.agents[holder].id != item.pinned_to
            ):
                found.append(f"{item.id} is pinned to {item.pinned_to}")
            if holder == self.present[place]:
                continue
            if item.fixed:
                found.append(f"{item.id} is fixed")
            elif holder != NOBODY:
                reason = self.why_not(place, holder)
                if reason is not None:
                    found.append(f"{problem.agents[holder].id} may not get {item.id}: {reason}")
        found += [text for _, text in self.over_limits(outcome)]
        found += self._broken_sets(outcome)
        found += self.over_budget(outcome)
        return found

    def limits_of(self, place: int, holder: int) -> tuple[Limit, ...]:
        """The limits of an agent that an item of his touches, and how high they are (C3)."""
        only = self._only[holder]
        if only is not None:
            return only
        item = self.problem.items[place]
        agent = self.problem.agents[holder]
        found: list[Limit] = [(CAPACITY, None, agent.capacity)]
        limit = agent.team_limits.get(item.team)
        if limit is not None:
            found.append((TEAM, item.team, limit))
        if item.channel is not None:
            limit = agent.channel_limits.get(item.channel)
            if limit is not None:
                found.append((CHANNEL, item.channel, limit))
        if agent.secondary_limit is not None and item.team in agent.secondary:
            found.append((SECONDARY, None, agent.secondary_limit))
        return tuple(found)

    def _used(self, outcome: Sequence[int]) -> Counter[tuple[int, Limit]]:
        used: Counter[tuple[int, Limit]] = Counter()
        for place, holder in enumerate(outcome):
            if holder != NOBODY:
                for limit in self.limits_of(place, holder):
                    used[holder, limit] += self.weight(place, holder)
        return used

    def over_limits(self, outcome: Sequence[int]) -> list[tuple[int, str]]:
        """The agents who get more than a limit allows: their place, and which, in words."""
        problem = self.problem
        touched: dict[tuple[int, Limit], None] = {}
        got: Counter[int] = Counter()
        for place, holder in enumerate(outcome):
            if holder not in (NOBODY, self.present[place]):
                got[holder] += 1
                for limit in self.limits_of(place, holder):
                    touched[holder, limit] = None
        found = []
        for holder, count in got.items():
            most = problem.agents[holder].receives
            if most is not None and count > most:
                text = f"{problem.agents[holder].id} gets {count} items of {most}"
                found.append((holder, text))
        if not touched:
            return found
        before = self._used(self.present)
        after = self._used(outcome)
        for key in touched:
            holder, (name, of, most_units) = key
            load = max(before[key], after[key])
            if load > most_units:
                about = name if of is None else f"{name} of {of}"
                text = f"{problem.agents[holder].id}: load {load} > {about} {most_units}"
                found.append((holder, text))
        return found

    def _broken_sets(self, outcome: Sequence[int]) -> list[str]:
        places = self.problem.item_places
        found = []
        for names in self.problem.together:
            holders = [outcome[places[name]] for name in names]
            if len(set(holders)) > 1 and holders != [self.present[places[n]] for n in names]:
                found.append(f"{', '.join(names)} shall have one holder")
        return found

    def over_budget(self, outcome: Sequence[int]) -> list[str]:
        """The budgets of moves that are overdrawn, in words."""
        problem = self.problem
        moved = 0
        by_agent: defaultdict[int, int] = defaultdict(int)
        for before, after in zip(self.present, outcome, strict=True):
            if before not in (NOBODY, after):
                moved += 1
                by_agent[before] += 1
                if after != NOBODY:
                    by_agent[after] += 1
        found = []
        if problem.max_moves is not None and moved > problem.max_moves:
            found.append(f"{moved} moves of {problem.max_moves}")
        most = problem.max_moves_per_agent
        if most is not None:
            found += [
                f"{problem.agents[agent].id} takes part in {count} moves of {most}"
                for agent, count in by_agent.items()
                if count > most
            ]
        return found


def is_member(team: str, agent: Holder) -> bool:
    """Whether the team is one of the agent's."""
    return team in agent.primary or team in agent.secondary


def _need(item: OpenItem) -> Need:
    return item.team, tuple(item.skills.items()), item.preferred_skills


def _has_skills(need: Need, agent: Holder) -> bool:
    return all(agent.skills.get(name, 0) >= level for name, level in need[1])


def _levels(need: Need, agent: Holder) -> int:
    """The sum of his levels over what is required and preferred, each skill once."""
    required = {name for name, _ in need[1]}
    asked = [name for name, _ in need[1]] + [name for name in need[2] if name not in required]
    return sum(agent.skills.get(name, 0) for name in asked)
