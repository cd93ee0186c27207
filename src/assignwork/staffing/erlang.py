"""Erlang B, C and A, and the queue with limited places.

All assume arrivals at random times at a steady rate (Poisson), one queue in order of arrival,
agents who are alike and work on one item at a time, and a steady state. Erlang B needs no more; the
others also assume that handle times and patience are exponentially distributed.
"""

from __future__ import annotations

import math
from typing import Any

from assignwork.errors import ConfigurationError
from assignwork.staffing import _inputs as i
from assignwork.staffing._palm import Excess, beyond, excess
from assignwork.staffing.performance import Performance


class Blocking:
    """Erlang B of one load, for as many agents as were asked for so far.

    The recursion of Erlang's formula, B(n) = R B(n-1) ÷ (n + R B(n-1)), has positive terms only and
    loses no digits, and it goes to 0 without error where the probability is below the smallest
    number. It is kept as odds, B ÷ (1 - B), because 1 - B is needed as exactly as B.
    """

    def __init__(self, load: float) -> None:
        self._load = load
        self._odds = [math.inf]

    def odds(self, agents: int) -> float:
        """B(agents) ÷ (1 - B(agents))."""
        odds = self._odds
        for n in range(len(odds), agents + 1):
            before = odds[-1]
            share = 1.0 if n == 1 else before / (1.0 + before)
            odds.append(self._load * share / n)
        return odds[agents]


def erlang_b(load: float, agents: int) -> float:
    """Share of arrivals that find all agents busy where nobody waits (M/M/c/c; Erlang 1917).

    It holds for every distribution of handle times.

    Parameters
    ----------
    load : float
        Erlangs: arrivals per second times mean handle time in seconds; 0 to 1,000,000.
    agents : int
        1 to 1,000,000.

    Raises
    ------
    ConfigurationError
        For numbers out of range; so for the other functions.

    References
    ----------
    A. K. Erlang (1917), Solution of some problems in the theory of probabilities of significance in
    automatic telephone exchanges.

    Examples
    --------
    >>> round(erlang_b(8.108, 15), 4)
    0.01
    """
    odds = Blocking(i.erlangs(load)).odds(i.count(agents, "agents"))
    return odds / (1.0 + odds)


def erlang_c(load: float, agents: int) -> float:
    """Share of arrivals that have to wait where nobody gives up (M/M/c; Erlang 1917).

    C = B ÷ (1 - rho (1 - B)) with rho = load ÷ agents and B of Erlang B.

    Parameters
    ----------
    load : float
        Erlangs; below `agents`.
    agents : int

    Raises
    ------
    ConfigurationError
        Also where the load is not below the number of agents: the queue then grows forever.

    Examples
    --------
    >>> round(erlang_c(18.0, 20), 4)
    0.5508
    """
    servers = i.count(agents, "agents")
    offered = i.erlangs(load)
    stable(offered, servers)
    odds = Blocking(offered).odds(servers)
    return odds / (odds + (servers - offered) / servers)


def fewest_stable(load: float) -> int:
    """The fewest agents with whom a queue that nobody leaves does not grow forever."""
    return math.floor(load) + 1


def stable(load: float, agents: int) -> None:
    """Refuse a load that the agents cannot handle."""
    if load >= agents:
        fewest = fewest_stable(load)
        raise ConfigurationError(
            f"{agents} agents cannot handle {load:,.6g} erlangs: rho is {load / agents:.4g}, "
            "and where nobody gives up the queue grows forever",
            field="agents",
            value=agents,
            limit=f"at least {fewest}",
            remedy=f"give {fewest} agents or more, or the patience of those who wait (Erlang A)",
        )


def mmc(
    arrivals: float,
    handle_time: float,
    agents: int,
    *,
    interval: float,
    threshold: float = 20.0,
) -> Performance:
    """Erlang C in full: waits, queue, service level and occupancy where nobody gives up (M/M/c).

    With h the handle time, the wait of those who wait is exponential with mean
    h ÷ (agents - load) (Erlang 1917).

    Parameters
    ----------
    arrivals : float
        Per interval; above 0.
    handle_time : float
        Mean, in seconds, with what is done after the contact.
    agents : int
    interval : float
        Seconds that the arrivals are of: 1800 for a half hour, 1 for a rate per second.
    threshold : float, default 20
        Seconds, of the service level.

    Raises
    ------
    ConfigurationError
        Also where the load is not below the number of agents.

    Examples
    --------
    >>> print(mmc(360, 240.0, 55, interval=1800, threshold=15))
    55 agents, 360 arrivals in 30 min, 4 min each (M/M/c)
      load                          48 erlangs
      have to wait                      23.9 %
      answered within 15 s, of all      84.6 %
      mean wait, of all                  8.2 s
      mean wait, of those who wait      34.3 s
      mean queue                         1.637
      occupancy                         87.3 %
    """
    work = i.demand(arrivals, handle_time, interval)
    servers = i.count(agents, "agents")
    stable(work.load, servers)
    return of_mmc(work, servers, i.seconds(threshold, "threshold"), Blocking(work.load))


def of_mmc(work: i.Demand, agents: int, threshold: float, blocking: Blocking) -> Performance:
    """As `mmc`, of what was checked before."""
    spare = agents - work.load
    odds = blocking.odds(agents)
    waiting = odds / (odds + spare / agents)
    each = work.handle_time / spare
    level = 1.0 - waiting * math.exp(-threshold / each)
    return Performance(
        model="M/M/c",
        **_asked(work, agents, threshold),
        patience=None,
        places=None,
        waiting=waiting,
        mean_wait=waiting * each,
        mean_wait_of_waiting=each,
        abandonment=0.0,
        blocked=0.0,
        service_level=level,
        service_level_of_answered=level,
        queue_length=waiting * work.load / spare,
        occupancy=work.load / agents,
    )


def erlang_a(
    arrivals: float,
    handle_time: float,
    agents: int,
    patience: float,
    *,
    interval: float,
    threshold: float = 20.0,
) -> Performance:
    """Erlang A: as Erlang C, but who waits gives up after an exponential time (M/M/c+M).

    It has a steady state with any number of agents: what is too much leaves.

    Parameters
    ----------
    arrivals : float
        Per interval; above 0.
    handle_time : float
        Mean, in seconds.
    agents : int
    patience : float
        Mean seconds that somebody would wait before he gives up; not the mean wait of those who
        did give up, which is shorter. Estimate it as the wait of all together ÷ the number of
        those who gave up.
    interval : float
        Seconds that the arrivals are of.
    threshold : float, default 20
        Seconds, of the service levels: `service_level` counts all arrivals,
        `service_level_of_answered` only those who were answered.

    Notes
    -----
    The probabilities of the chain are those of Palm (1957); the relation of abandonment and mean
    wait, and how the figures behave with many agents, are in Garnett, Mandelbaum and Reiman (2002);
    the distribution of the wait is the exponential case of Mandelbaum and Zeltyn's M/M/n+G. They
    are calculated for loads of 1e-6 to 1e4 erlangs, up to 10,000 agents, and patience of 1/1000 to
    1000 handle times to about 10 digits.

    References
    ----------
    C. Palm (1957), Research on telephone traffic carried by full availability groups.
    O. Garnett, A. Mandelbaum, M. Reiman (2002), Designing a call center with impatient customers,
    Manufacturing & Service Operations Management 4(3).
    S. Zeltyn, A. Mandelbaum (2005), Call centers with impatient customers, Queueing Systems 51.
    A. Mandelbaum, S. Zeltyn (2007), Service engineering in action: the Palm/Erlang-A queue.

    Examples
    --------
    >>> print(erlang_a(360, 240.0, 45, 120.0, interval=1800))
    45 agents, 360 arrivals in 30 min, 4 min each (M/M/c+M)
      load                                   48 erlangs
      have to wait                               58.3 %
      answered within 20 s, of all               67.0 %
      answered within 20 s, of the answered      74.8 %
      mean wait, of all                          12.5 s
      mean wait, of those who wait               21.4 s
      mean queue                                  2.491
      abandon                                    10.4 %
      occupancy                                  95.6 %
    """
    work = i.demand(arrivals, handle_time, interval)
    servers = i.count(agents, "agents")
    lasting = i.duration(patience, "patience")
    limit = i.seconds(threshold, "threshold")
    return of_erlang_a(work, servers, lasting, limit, Blocking(work.load))


def of_erlang_a(
    work: i.Demand, agents: int, patience: float, threshold: float, blocking: Blocking
) -> Performance:
    """As `erlang_a`, of what was checked before."""
    ratio = patience / work.handle_time
    a, x = agents * ratio, work.load * ratio
    busy = excess(a, x)
    inverse = math.exp(-busy.log)
    odds = blocking.odds(agents)
    waiting, at_once = odds / (odds + inverse), inverse / (odds + inverse)
    per_erlang = agents / work.load
    answered = at_once + waiting * min(1.0, per_erlang * busy.above)
    late = waiting * _late(a, x, agents / work.load, busy, threshold / patience)
    level = min(1.0, max(at_once, answered - late))
    abandonment = waiting * busy.leaving
    return Performance(
        model="M/M/c+M",
        **_asked(work, agents, threshold),
        patience=patience,
        places=None,
        waiting=waiting,
        mean_wait=abandonment * patience,
        mean_wait_of_waiting=busy.leaving * patience,
        abandonment=abandonment,
        blocked=0.0,
        service_level=level,
        service_level_of_answered=min(1.0, level / answered),
        queue_length=waiting * busy.leaving * x,
        occupancy=min(1.0, answered / per_erlang),
    )


def _late(a: float, x: float, per_erlang: float, busy: Excess, decay: float) -> float:
    """Of those who find all agents busy, the share answered after the threshold."""
    tail, above = beyond(a, x, busy, decay)
    return tail * per_erlang * above


def mmck(
    arrivals: float,
    handle_time: float,
    agents: int,
    places: int,
    *,
    interval: float,
    threshold: float = 20.0,
) -> Performance:
    """Erlang C with a limited number of places to wait (M/M/c/K): who finds none is turned away.

    With no place it is Erlang B, with many Erlang C. It has a steady state under any load.

    Parameters
    ----------
    arrivals : float
        Per interval; above 0.
    handle_time : float
        Mean, in seconds.
    agents : int
    places : int
        How many can wait besides those who are being served; 0 to 1,000,000. K is agents + places.
    interval : float
        Seconds that the arrivals are of.
    threshold : float, default 20
        Seconds, of the service levels.

    Examples
    --------
    >>> line = mmck(100, 180.0, 8, 4, interval=1800)
    >>> round(line.blocked, 4), round(line.service_level, 4), round(line.occupancy, 4)
    (0.2402, 0.2897, 0.9497)
    """
    import numpy as np  # noqa: PLC0415  # importing this package shall stay cheap
    from scipy.special import gammaincc  # noqa: PLC0415  # as above

    work = i.demand(arrivals, handle_time, interval)
    servers = i.count(agents, "agents")
    room = i.count(places, "places", low=0)
    limit = i.seconds(threshold, "threshold")
    queued = np.arange(room + 1)
    logs = queued * math.log(work.load / servers)
    weights = np.exp(logs - logs.max())  # of 0, 1, ... waiting; the largest is 1
    weights /= weights.sum()
    odds = Blocking(work.load).odds(servers)
    busy, at_once = odds / (odds + weights[0]), weights[0] / (odds + weights[0])
    blocked = busy * weights[-1]
    waiting = busy * weights[:-1].sum()
    length = busy * float(queued @ weights)
    # who finds j waiting is served after j + 1 departures, at the rate of all agents together
    left = gammaincc(queued[:-1] + 1.0, servers * limit / work.handle_time)
    level = at_once + waiting - busy * float(left @ weights[:-1])
    let_in = at_once + waiting
    return Performance(
        model="M/M/c/K",
        **_asked(work, servers, limit),
        patience=None,
        places=room,
        waiting=float(waiting),
        mean_wait=float(length / (work.rate * let_in)),
        mean_wait_of_waiting=float(length / (work.rate * waiting)) if waiting else 0.0,
        abandonment=0.0,
        blocked=float(blocked),
        service_level=float(min(1.0, level)),
        service_level_of_answered=float(min(1.0, level / let_in)),
        queue_length=float(length),
        occupancy=float(min(1.0, work.load * let_in / servers)),
    )


def _asked(work: i.Demand, agents: int, threshold: float) -> dict[str, Any]:
    return {
        "arrivals": work.arrivals,
        "interval": work.interval,
        "handle_time": work.handle_time,
        "load": work.load,
        "agents": agents,
        "threshold": threshold,
    }
