"""Random small scenarios with all features mixed, and many coincidences of instants."""

import attrs
from hypothesis import strategies as st
from playing import HOUR, MONDAY

from assignwork import EscalationPath, SlaPolicy, Team, Workspace
from assignwork.model import Agent
from assignwork.simulation import (
    Break,
    Conversation,
    Exponential,
    Handling,
    Kind,
    Logged,
    OfferAnswers,
    Poisson,
    Return,
    Scenario,
    Stream,
    Uniform,
)

START = MONDAY + 8 * HOUR
TEAMS = ("one", "two")
AGENTS = ("ana", "ben", "cleo", "dan")
CALENDARS = [
    {"id": "early", "hours": {"mon-sun": ["07:00-08:30", "09:00-10:00"]}},
    {"id": "late", "hours": {"mon-sun": ["08:30-23:00"]}},
    {"id": "night", "timezone": "Europe/Madrid", "hours": {"mon-sun": ["22:00-09:15"]}},
]


def seconds(*values):
    """Round numbers that often coincide, and some that never do."""
    mean = max(values)
    return st.one_of(
        st.sampled_from(values), st.sampled_from([Exponential(mean), Uniform(0, 2 * mean)])
    )


def optional(strategy):
    return st.one_of(st.none(), strategy)


@st.composite
def kinds(draw, name):
    talk = draw(
        optional(
            st.builds(Conversation, st.sampled_from([1, 2, 3]), seconds(0, 60, 600), st.booleans())
        )
    )
    back = draw(
        optional(
            st.builds(
                Return, st.sampled_from([0.5, 1.0]), seconds(0, 300, 1200),
                st.sampled_from([0.0, 60.0]), st.sampled_from([1, 2]),
            )
        )
    )  # fmt: skip
    return Kind(
        draw(st.sampled_from(TEAMS)),
        draw(seconds(0, 60, 300, 900)),
        name=name,
        patience=draw(optional(seconds(0, 60, 300))),
        answers=draw(st.sampled_from(["start", "end", "never"])),
        conversation=talk,
        comes_back=back,
        places=draw(st.one_of(st.none(), st.none(), st.sampled_from([0, 1, 3]))),
        priority=draw(st.sampled_from([None, 1, 4])),
        weight=draw(st.sampled_from([1, 1, 2])),
        skills=draw(st.sampled_from([{}, {}, {"spanish": 1}])),
        preferred_agent=draw(st.sampled_from([None, None, "ana"])),
        tags=draw(st.sampled_from([(), ("vip",)])),
    )


@st.composite
def streams(draw, name):
    arrivals = draw(
        st.one_of(
            st.sampled_from([Poisson(6), Poisson(20)]),
            st.lists(st.integers(0, 40), min_size=1, max_size=12).map(
                lambda at: Logged([START + 60 * minute for minute in at])
            ),
        )
    )
    mix = [draw(kinds(f"kind-{k}")) for k in range(draw(st.integers(1, 2)))]
    return Stream(name, arrivals, mix)


def teams(name):
    return st.builds(
        Team,
        st.just(name),
        selection=st.sampled_from(["balanced", "longest_idle", "round_robin", "best_skilled"]),
        secondary_rule=st.sampled_from(["primary_empty", "primary_full", {"after": 60}]),
        offer_timeout=st.sampled_from([None, None, 30]),
        missed_limit=st.sampled_from([None, 2]),
        min_shift_left=st.sampled_from([None, 600]),
    )


@st.composite
def agents(draw, name):
    primary = draw(st.sampled_from([["one"], ["two"], ["one", "two"]]))
    secondary = [team for team in TEAMS if team not in primary and draw(st.booleans())]
    return Agent(
        name,
        capacity=draw(st.integers(1, 4)),
        primary=primary,
        secondary=secondary,
        skills=draw(st.sampled_from([{}, {"spanish": 2}])),
        presence=draw(st.sampled_from(["active", "active", "away", "offline"])),
        shift=draw(st.sampled_from([None, None, "early", "late", "night", "24x7"])),
    )


POLICY = SlaPolicy(
    "sla", {"*": {"first_response": 120, "next_response": 300, "resolution": 1200}},
    pause_on_customer=True,
)  # fmt: skip
PATHS = [
    EscalationPath(
        "up",
        steps=[
            {"when": "unacknowledged", "after": 300, "do": {"assign": "ana"}},
            {"when": "unresolved", "after": 900, "do": {"transfer": "two", "priority": 1}},
        ],
        teams=["one"],
        ack_timeout=600,
    ),
    EscalationPath(
        "vip",
        steps=[{"when": "unassigned", "after": 0, "do": {"assign": "ben"}}],
        tags=["vip"],
        repeat=1,
    ),
]


@st.composite
def workspaces(draw):
    return Workspace(
        teams=[draw(teams(name)) for name in TEAMS],
        agents=[draw(agents(name)) for name in AGENTS],
        calendars=CALENDARS,
        snoozed_counts=draw(st.booleans()),
        customer_wait_counts=draw(st.booleans()),
        reassign=draw(st.sampled_from(["waiting", "all", "on_reply"])),
        over_capacity=draw(st.sampled_from(["keep", "release"])),
        auto_away_after=draw(st.sampled_from([None, None, 600])),
        auto_reassign_after=draw(st.sampled_from([None, None, 900])),
        auto_reassign_manual_away=draw(st.booleans()),
        sla=draw(st.sampled_from([[], [POLICY]])),
        paths=draw(st.sampled_from([[], PATHS])),
    )


def breaks():
    named = st.sampled_from([(), ("ana",), ("ana", "dan")])
    daily = st.builds(
        Break, st.just("lunch"), seconds(0, 300, 1800), at=st.sampled_from([["08:20"], ["09:10"]]),
        agents=named, stagger=st.sampled_from([0, 600]), groups=st.sampled_from([1, 2]),
    )  # fmt: skip
    unplanned = st.builds(
        Break, st.just("chat"), seconds(60, 300), every=seconds(600, 1200), agents=named
    )
    return st.lists(st.one_of(daily, unplanned), max_size=2)


@st.composite
def handlings(draw, handover):
    return Handling(
        at_once=draw(st.sampled_from([None, 1, 2])),
        speeds=draw(st.sampled_from([(1.0,), (1.0,), (1.0, 0.5), (0.8, 0.7, 0.6)])),
        finishes=draw(st.booleans()),
        handover=handover,
    )


@st.composite
def scenarios(draw):
    """A scenario of an hour or two; who comes back has a constant handle time."""
    handover = draw(st.sampled_from([0.0, 30.0]))
    made = Scenario(
        draw(workspaces()),
        [draw(streams(f"stream-{s}")) for s in range(draw(st.integers(1, 2)))],
        length=draw(st.sampled_from([HOUR, 2 * HOUR])),
        start=START,
        warm_up=draw(st.sampled_from([0.0, 600.0])),
        drain=draw(st.sampled_from([0.0, 1800.0, 86_400.0])),
        handling=draw(handlings(handover)),
        handling_of=draw(st.sampled_from([{}, {"ben": draw(handlings(handover))}])),
        pace=draw(st.sampled_from([{}, {"ana": 2.0}, {"ben": {"kind-0": 0.5}, "cleo": 1.5}])),
        breaks=draw(breaks()),
        no_show=draw(st.sampled_from([0.0, 0.0, 0.3, {"cleo": 1.0}])),
        offers=draw(
            st.builds(OfferAnswers, seconds(0, 5, 30, 60), st.sampled_from([0.0, 0.0, 0.3]))
        ),
    )
    # reading oneself in is not part of the work, nor is a return with a handle time of its own
    returns = any(kind.comes_back for stream in made.streams for kind in stream.kinds)
    if not handover and not returns:
        own = draw(st.sampled_from([{}, {"ben": {"kind-0": 90}}]))
        made = attrs.evolve(made, handle_of=own)
    backs = [kind.comes_back for stream in made.streams for kind in stream.kinds]
    assert all(back is None or back.handle is not None for back in backs)
    return made


def drained(scenario):
    """The same without an end of the drain that anybody would see."""
    return attrs.evolve(scenario, drain=30 * 86_400.0)
