"""Trials without a simulator: any rows at all, and a queue by Lindley's recursion."""

import os
import time

import numpy as np

from assignwork.errors import ConfigurationError
from assignwork.simulation.replications import run_replications
from assignwork.simulation.trial import (
    NOBODY,
    Customers,
    Presences,
    Promises,
    Stays,
    Stretches,
    Trial,
    Visits,
)

START = 1_767_225_600.0


def codes(values):
    return np.asarray(values, np.int32)


def trial(customers, *, visits=None, stretches=(), presences=(), stays=(), promises=(), **others):
    """A trial of rows; what is left out of a customer has a plain value, and one visit."""
    blank = {
        "arrived_at": START, "stream": 0, "kind": 0, "team": 0, "priority": 3, "work": 60.0,
        "patience": np.inf, "assigned_at": np.nan, "agent": NOBODY, "begun_at": np.nan,
        "answered_at": np.nan, "closed_at": np.nan, "abandoned": False, "visits": 1,
        "blocked": False,
    }  # fmt: skip
    kinds = {name: np.int32 if type(value) is int else type(value) for name, value in blank.items()}
    rows = [{**blank, **row} for row in customers]
    columns = {name: np.array([row[name] for row in rows], kinds[name]) for name in blank}

    def table(cls, rows, *types):
        made = zip(*rows, strict=True) if rows else [()] * len(types)
        return cls(*(np.array(column, kind) for column, kind in zip(made, types, strict=True)))

    given = {
        "number": 0, "seed": 1, "begin": START, "end": START + 3600, "ended_at": START + 7200,
        "timezone": "UTC", "streams": ("customers",), "kinds": ("customers/mail",),
        "teams": ("queue",), "agents": ("ana",), "targets": (), "channels": (None,),
        "thresholds": (20.0,),
        "commands": 0, "events": 0,
    }  # fmt: skip
    i, t = np.int32, np.float64
    if visits is None:
        visits = [(at, row["arrived_at"], row["closed_at"]) for at, row in enumerate(rows)]
    return Trial(
        **{**given, **others},
        customers=Customers(**columns),
        visits=table(Visits, visits, i, t, t),
        stretches=table(Stretches, list(stretches), i, i, t, t),
        presences=table(Presences, list(presences), i, t, t),
        stays=table(Stays, list(stays), i, i, t, t),
        promises=table(Promises, list(promises), i, i, np.bool_),
    )


FATES = ["served", "gave up", "waits", "open", "blocked"]


class Rows:
    """Rows that no desk would write, but that all have a meaning; instants often coincide."""

    def __init__(self, seed, agents):
        self.draw, self.agents = np.random.default_rng(seed), agents
        self.people, self.stretches, self.stays, self.promises = [], [], [], []

    def later(self, at, most):
        return at + float(self.draw.integers(0, most))

    def come(self, at):
        row, kind = len(self.people), int(self.draw.integers(0, 3))
        person = {
            "arrived_at": at, "stream": kind // 2, "kind": kind,
            "team": int(self.draw.integers(0, 2)), "priority": int(self.draw.choice([1, 3, 7])),
        }  # fmt: skip
        fate = self.draw.choice(FATES, p=[0.5, 0.2, 0.1, 0.1, 0.1])
        until = self.later(at, 3 if self.draw.random() < 0.3 else 600)
        stayed = {"waits": np.nan, "blocked": at}.get(str(fate), until)
        self.stays.append((row, person["team"], at, stayed))
        if fate == "gave up":
            person |= {"abandoned": True, "closed_at": until}
        elif fate == "blocked":
            person |= {"blocked": True, "closed_at": at}
        elif fate != "waits":
            served, now = self.serve(row, until)
            person |= {**served, "closed_at": now if fate == "served" else np.nan}
        self.people.append(person)

    def serve(self, row, now):
        draw = self.draw
        found = {"assigned_at": now, "agent": int(draw.integers(0, self.agents))}
        if int(now) % 2:  # some of those of whom nothing follows take no time
            found["begun_at"] = now
        for _ in range(int(draw.integers(0, 4))):
            begin = self.later(now, 200)
            found.setdefault("begun_at", begin)
            now = self.later(begin, 400)
            self.stretches.append((int(draw.integers(0, self.agents)), row, begin, now))
        if draw.random() < 0.7:
            found["answered_at"] = now
        if draw.random() < 0.2:
            found["visits"] = 2
            self.stays.append((row, int(draw.integers(0, 2)), now, self.later(now, 100)))
        made = [target for target in range(2) if draw.random() < 0.5]
        self.promises += [(row, target, bool(draw.random() < 0.7)) for target in made]
        return found, now

    def presences(self):
        for agent in range(self.agents - 1):  # the last one is never there
            at = START - 100
            for _ in range(3):
                begin = self.later(at, 1000)
                at = self.later(begin, 1500)
                yield agent, begin, at


def by_chance(seed, customers=40, agents=4, timezone="Asia/Kathmandu"):
    """Any customers at all, of two streams, four kinds, three teams and three priorities.

    The window has parts of two hours of the day where clocks show a quarter past.
    """
    rows = Rows(seed, agents)
    for at in np.sort(rows.draw.integers(0, 3000, customers)):
        rows.come(START + float(at))
    return trial(
        rows.people, stretches=rows.stretches, presences=rows.presences(), stays=rows.stays,
        promises=rows.promises, begin=START + 500, end=START + 3000, ended_at=START + 5000,
        timezone=timezone, seed=seed, streams=("mail", "phone"),
        kinds=("mail/a", "mail/b", "phone/c", "phone/never"),
        teams=("billing", "technical", "empty"), targets=("reply", "solve"),
        channels=("mail", None, "phone", "phone"), thresholds=(120.0, 60.0, 20.0, 20.0),
        agents=tuple(f"a{i}" for i in range(agents)),
    )  # fmt: skip


def one_server(seed, number, customers=2000, rate=0.8, service=1.0, warm_up=0.0):
    """M/M/1 in order of arrival by Lindley's recursion; seconds of a mean handle time of 1."""
    draw = np.random.default_rng([seed, number])
    arrived = START + np.cumsum(draw.exponential(1 / rate, customers))
    work = draw.exponential(service, customers)
    begins, free = [], START
    for at, seconds in zip(arrived.tolist(), work.tolist(), strict=True):
        begins.append(max(at, free))
        free = begins[-1] + seconds
    begun = np.array(begins)
    end = begun + work
    rows = np.arange(customers)
    nobody = np.zeros(customers, np.int32)
    whole = np.ones(customers, np.int32)
    ended_at = float(end[-1])
    return Trial(
        number=number, seed=seed, begin=START + warm_up, end=START + customers / rate,
        ended_at=ended_at, timezone="UTC", streams=("customers",), kinds=("customers/queue",),
        teams=("queue",), agents=("ana",), targets=(), channels=(None,), thresholds=(1.0,),
        customers=Customers(
            arrived_at=arrived, stream=nobody, kind=nobody, team=nobody, priority=3 * whole,
            work=work, patience=np.full(customers, np.inf), assigned_at=begun, agent=nobody,
            begun_at=begun, answered_at=begun, closed_at=end, abandoned=np.zeros(customers, bool),
            visits=whole, blocked=np.zeros(customers, bool),
        ),
        visits=Visits(codes(rows), arrived, end),
        stretches=Stretches(nobody, codes(rows), begun, end),
        presences=Presences(codes([0]), np.array([START]), np.array([ended_at])),
        stays=Stays(codes(rows), nobody, arrived, begun),
        promises=Promises(codes([]), codes([]), np.array([], np.bool_)),
        commands=0, events=0,
    )  # fmt: skip


def fails_at_three(seed, number):
    """Replication 3 fails; the others are the queue."""
    if number == 3:
        message = "the desk is on fire"
        raise ValueError(message)
    return one_server(seed, number, 50)


class UnsendableError(Exception):
    """It can be pickled, but not read again."""

    def __init__(self, one, other):
        super().__init__(f"{one} and {other}")


def unsendable(seed, number):
    raise UnsendableError(7, 8)


def dies(seed, number):
    os._exit(1)


def only_two_end(seed, number):
    """Replications 0 and 1; later ones take ten minutes."""
    if number > 1:
        time.sleep(600)
    return one_server(seed, number, 20)


def within_a_daemon(said):
    """Writes what `run_replications` says to a process that may have none of its own."""
    try:
        run_replications(one_server, 2, seed=1, processes=2)
    except ConfigurationError as error:
        said.write_text(str(error), encoding="utf-8")
