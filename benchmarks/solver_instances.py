"""Rebalancing problems from a seed, drawn like the desk of a large support team.

>>> make(1000, 50, seed=1) == make(1000, 50, seed=1)
True
"""

import numpy as np

from assignwork.solver import Holder, OpenItem, Problem

SKILLS = tuple(f"s{n}" for n in range(12))
TEAM_SKILLS = 5  # of the twelve, the ones that a team's work asks for
# Kinds of work of each team, by how many skills they require; two of them prefer one more.
KINDS = (0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2)
PREFERRING = 2
# How often an agent has a skill that his team asks for, and another one; less: more items are left.
TEAM_SKILL, OTHER_SKILL = 0.4, 0.1
LEVELS = 3  # an item asks for 1 to 3, an agent has 1 to 4
PRIORITY_SHARES = (0.05, 0.2, 0.45, 0.3)
URGENCY_LEVELS = (32**3, 32**2, 32, 1)
QUARTERS_MEAN, QUARTERS_MOST = 6.0, 96
NOW = 1_800_000_000.0
HOUR = 3600.0
SHIFT_ENDS = (None, NOW + 2 * HOUR, NOW + 4 * HOUR, NOW + 8 * HOUR)
OWNED, HELPING, CONVERSING, PREFERRED, DUE = 0.6, 0.3, 0.1, 0.1, 0.3
SPARE = 1.1  # total capacity ÷ total weight


def make(items, agents, *, seed, weighted=False, max_moves=None) -> Problem:
    """A problem of that many items and agents, the same for the same arguments.

    Drawn are, in this order, each independent of the others unless said:

    - 5 to 8 teams; each asks for 5 of the 12 skills. A team has between half and one and a half
      times the average number of agents, and items in proportion to its agents, give or take 15 %.
    - agents: a primary team; three in ten also help in one other team. An agent has each skill of
      his primary team with 0.4, every other with 0.1, at level 1 to 4. One of four shift ends
      (none, in 2, 4 or 8 hours), the same share each.
    - 14 kinds of work per team: 4 require no skill, 7 one, 3 two skills of the team, at level 1 to
      3 (of two: 1 or 2); two of the 14 prefer one more skill. Their shares fall off as 1 ÷ (rank +
      1) in random order, so that mostly several agents can take an item, but some skills are short.
    - items: kind; priority 1 to 4 (5, 20, 45, 30 %); weight 1, or 1, 2 or 3 with a third each; time
      waited, exponential with a mean of 6 quarter hours, at most 96; urgency is 32768, 1024, 32, 1
      by priority, as a desk's, times (1 + quarter hours waited). Three in ten are due, within 10
      hours from now.
    - capacities: 0.7 to 1.3 times the average, adding up to 1.1 times the total weight.
    - owners: items in random order get one of the agents who may get them and have room left, some
      agents being three times as likely as others, until 60 % of the items have one. (Items for
      which there is nobody stay queued.) So the present state keeps all rules.
    - one in ten of those that have an owner is in conversation; one in ten of all items prefers an
      agent of its team.
    """
    rng = np.random.default_rng([seed, items, agents, int(weighted)])
    teams = int(rng.integers(5, 9))
    shares = rng.uniform(0.5, 1.5, teams)
    primary = np.sort(rng.choice(teams, agents, p=shares / shares.sum()))
    primary[:teams] = np.arange(teams)[:agents]  # none is empty
    asked = np.array([rng.choice(len(SKILLS), TEAM_SKILLS, replace=False) for _ in range(teams)])
    secondary = (primary + rng.integers(1, teams, agents)) % teams
    secondary[rng.random(agents) >= HELPING] = -1
    levels = _agents_levels(rng, primary, asked)
    kinds = _kinds(rng, asked)

    demand = np.bincount(primary, minlength=teams) * rng.uniform(0.85, 1.15, teams)
    kind = _kind_of_items(rng, items, demand / demand.sum())
    priority = rng.choice(4, items, p=PRIORITY_SHARES)
    weight = rng.integers(1, 4, items) if weighted else np.ones(items, np.int64)
    waited = np.minimum(rng.exponential(QUARTERS_MEAN, items), QUARTERS_MOST).astype(np.int64)
    urgency = np.array(URGENCY_LEVELS)[priority] * (1 + waited)
    due = np.where(rng.random(items) < DUE, np.round(rng.uniform(0, 10 * HOUR, items)), -1.0)
    capacity = _capacities(rng, agents, int(np.ceil(SPARE * weight.sum())))
    owner = _owners(rng, kind, weight, capacity, _able(kinds, primary, secondary, levels))
    conversing = (rng.random(items) < CONVERSING) & (owner >= 0)
    preferred = _preferred(rng, kind, primary, secondary)

    agent_ids = [f"a{n}" for n in range(agents)]
    shift = rng.integers(0, len(SHIFT_ENDS), agents)
    return Problem(
        items=_open_items(
            kinds,
            zip(
                kind.tolist(),
                (priority + 1).tolist(),
                weight.tolist(),
                urgency.tolist(),
                [None if place < 0 else agent_ids[place] for place in owner.tolist()],
                conversing.tolist(),
                [None if place < 0 else agent_ids[place] for place in preferred.tolist()],
                [None if after < 0 else NOW + after for after in due.tolist()],
                strict=True,
            ),
        ),
        agents=tuple(
            Holder(
                agent_ids[n],
                capacity=int(capacity[n]),
                primary=(f"t{primary[n]}",),
                secondary=() if secondary[n] < 0 else (f"t{secondary[n]}",),
                skills={s: int(v) for s, v in zip(SKILLS, levels[n], strict=True) if v},
                shift_ends_at=SHIFT_ENDS[shift[n]],
            )
            for n in range(agents)
        ),
        max_moves=max_moves,
    )


def _agents_levels(rng, primary, asked):
    """Agents by skills; 0: he has not got it."""
    size = len(primary), len(SKILLS)
    chance = np.full(size, OTHER_SKILL)
    chance[np.arange(len(primary))[:, None], asked[primary]] = TEAM_SKILL
    return np.where(rng.random(size) < chance, rng.integers(1, LEVELS + 2, size), 0)


def _kinds(rng, asked):
    """(team, required skill -> level, preferred skills) of each kind of work, team by team."""
    found = []
    for team, of_team in enumerate(asked):
        preferring = rng.choice(len(KINDS), PREFERRING, replace=False)
        for rank, count in enumerate(KINDS):
            skills = rng.choice(of_team, count + 1, replace=False)
            top = LEVELS if count < 2 else LEVELS - 1
            required = {int(skill): int(rng.integers(1, top + 1)) for skill in skills[:count]}
            found.append((team, required, [int(skills[count])] if rank in preferring else []))
    return found


def _kind_of_items(rng, items, team_shares):
    shares = []
    for share in team_shares:
        ranks = 1 / (rng.permutation(len(KINDS)) + 2)
        shares.append(share * ranks / ranks.sum())
    return rng.choice(len(KINDS) * len(team_shares), items, p=np.concatenate(shares))


def _capacities(rng, agents, total):
    """They add up to the total, and nobody has none."""
    parts = rng.uniform(0.7, 1.3, agents)
    found = np.maximum(np.floor(parts * total / parts.sum()).astype(np.int64), 1)
    short = max(total - int(found.sum()), 0)
    found += short // agents
    found[rng.permutation(agents)[: short % agents]] += 1
    return found


def _able(kinds, primary, secondary, levels):
    """For each kind of work, the agents who may get it."""
    found = []
    for team, required, _ in kinds:
        able = (primary == team) | (secondary == team)
        for skill, level in required.items():
            able &= levels[:, skill] >= level
        found.append(np.flatnonzero(able))
    return found


def _owners(rng, kind, weight, capacity, able):
    """An able agent with room for 60 % of the items; -1: none."""
    popular = rng.integers(1, 4, len(capacity))
    pools = [np.repeat(places, popular[places]).tolist() for places in able]
    room = capacity.tolist()
    weights, kinds = weight.tolist(), kind.tolist()
    wanted = round(OWNED * len(kinds))
    owner = [-1] * len(kinds)
    picks = rng.random((len(kinds), 4)).tolist()
    for place, tries in zip(rng.permutation(len(kinds)).tolist(), picks, strict=True):
        if not wanted:
            break
        pool, units = pools[kinds[place]], weights[place]
        found = [pool[int(pick * len(pool))] for pick in tries if pool]
        holder = next((one for one in found if room[one] >= units), None)
        if holder is None:  # mostly full: whoever has room
            with_room = [one for one in pool if room[one] >= units]
            if not with_room:
                continue
            holder = with_room[int(tries[0] * len(with_room))]
        room[holder] -= units
        owner[place] = holder
        wanted -= 1
    return np.array(owner)


def _preferred(rng, kind, primary, secondary):
    """For one item in ten, an agent of its team; -1: none."""
    found = np.full(len(kind), -1)
    chosen = np.flatnonzero(rng.random(len(kind)) < PREFERRED)
    team = kind[chosen] // len(KINDS)
    picks = rng.random(len(chosen))
    for one in range(int(primary.max()) + 1):
        members = np.flatnonzero((primary == one) | (secondary == one))
        of_team = team == one
        found[chosen[of_team]] = members[(picks[of_team] * len(members)).astype(np.int64)]
    return found


def _open_items(kinds, columns):
    of_kind = [
        (f"t{team}", {SKILLS[s]: level for s, level in required.items()}, [SKILLS[s] for s in also])
        for team, required, also in kinds
    ]
    for place, (kind, priority, weight, urgency, owner, talks, preferred, due) in enumerate(
        columns
    ):
        team, required, also = of_kind[kind]
        yield OpenItem(
            f"i{place}",
            team,
            priority=priority,
            weight=weight,
            urgency=urgency,
            owner=owner,
            in_conversation=talks,
            skills=required,
            preferred_skills=also,
            preferred_agent=preferred,
            due_at=due,
        )
