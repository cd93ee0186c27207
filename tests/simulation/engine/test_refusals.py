"""Bad scenarios are refused with the field, the value, the limit and the way out."""

import pytest
from playing import agent, comes, desk, scenario

from assignwork.errors import (
    AssignworkError,
    ConfigurationError,
    InputError,
    UnknownAgentError,
    UnknownTeamError,
)
from assignwork.simulation import (
    Break,
    Conversation,
    Handling,
    Kind,
    OfferAnswers,
    RateTable,
    Return,
    Scenario,
    Stream,
    single_queue,
)


def a_day(*streams, agents=("ana",), **fields):
    return scenario(desk(*agents), *(streams or [comes("a", 0, 60)]), **fields)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: a_day(length=3600, warm_up=3600),
            "warm_up: nothing is left to be measured (allowed: below length (3600)); make the "
            "warm-up shorter, or the length longer",
        ),
        (
            lambda: a_day(comes("a", 0, 60, team="qeue")),
            "stream 'a': there is no team 'qeue'; did you mean 'queue'?",
        ),
        (
            lambda: a_day(pace={"anna": 1.2}),
            "pace: there is no agent 'anna'; did you mean 'ana'?",
        ),
        (
            lambda: a_day(pace={"ana": {"al": 1.2}}),
            "pace.ana.al: 'al' is not a kind of a stream; did you mean 'all'?",
        ),
        (
            lambda: Break("lunch", 60, at=["12:00"], every=60),
            "at: a break begins at local times or every so often; give one of at and every",
        ),
        (
            lambda: scenario(desk("ana")),
            "streams: () is not a list of streams; give at least one: somebody must come",
        ),
    ],
)
def test_words_of_refusals(make, message):
    with pytest.raises(AssignworkError) as refused:
        make()
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: a_day(length=0), "length"),
        (lambda: a_day(length=float("inf")), "length"),
        (lambda: a_day(warm_up=-1), "warm_up"),
        (lambda: a_day(drain=-1), "drain"),
        (lambda: a_day(threshold=-1), "threshold"),
        (lambda: a_day(start="2026-01-05T09:00"), "start"),
        (lambda: a_day(length=1e12), "length"),
        (lambda: a_day(name=""), "name"),
        (lambda: a_day(no_show=1.5), "no_show"),
        (lambda: a_day(no_show={"ana": -0.1}), "no_show.ana"),
        (lambda: a_day(no_show=True), "no_show"),
        (lambda: a_day(pace={"ana": 0}), "pace.ana"),
        (lambda: a_day(pace={"ana": {"all": -1}}), "pace.ana.all"),
        (lambda: a_day(handling={"at_once": 0}), "handling.at_once"),
        (lambda: a_day(handling_of={"ana": {"speeds": []}}), "handling_of.ana.speeds"),
        (lambda: a_day(breaks=[{"name": "x", "lasts": -1, "at": ["12:00"]}]), "breaks[0].lasts"),
        (lambda: a_day(offers={"declines": 2}), "offers.declines"),
        (lambda: a_day(comes("a", 0, 60), comes("a", 0, 60)), "streams"),
        (lambda: a_day(7), "streams[0]"),
        (lambda: Scenario(7, [comes("a", 0, 60)], length=60), "workspace"),
        (lambda: Scenario({"teems": []}, [comes("a", 0, 60)], length=60), "workspace.teems"),
        (
            lambda: a_day(Stream("a", RateTable([1]), Kind("queue", 60)), length=7200),
            "streams[0].arrivals.per_hour",
        ),
        (lambda: Stream("", 1, Kind("queue", 60)), "name"),
        (lambda: Stream("a", -1, Kind("queue", 60)), "arrivals"),
        (lambda: Stream("a", 1, []), "kinds"),
        (lambda: Stream("a", 1, [Kind("queue", 60), Kind("queue", 60)]), "kinds"),
        (lambda: Kind("", 60), "team"),
        (lambda: Kind("queue", -60), "handle"),
        (lambda: Kind("queue", 60, share=0), "share"),
        (lambda: Kind("queue", 60, patience="long"), "patience"),
        (lambda: Kind("queue", 60, answers="later"), "answers"),
        (lambda: Kind("queue", 60, places=1.5), "places"),
        (lambda: Kind("queue", 60, places=True), "places"),
        (lambda: Kind("queue", 60, weight=0), "weight"),
        (lambda: Kind("queue", 60, impact=9), "impact"),
        (lambda: Handling(speeds=[1, 0]), "speeds[1]"),
        (lambda: Handling(handover=-1), "handover"),
        (lambda: Handling(finishes=1), "finishes"),
        (lambda: Break("x", 60), "at"),
        (lambda: Break("x", 60, at=["25:00"]), "at[0]"),
        (lambda: Break("x", 60, at=["12:00"], timezone="Mars"), "timezone"),
        (lambda: Break("x", 60, at=["12:00"], groups=0), "groups"),
        (lambda: Break("x", 0, every=0), "every"),
        (lambda: Conversation(turns=3, customer_after=-1), "customer_after"),
        (lambda: Conversation(turns=3, customer_after=1, snoozes="yes"), "snoozes"),
        (lambda: Return(1.1, after=60), "probability"),
        (lambda: Return(0.1, after=60, at_most=0), "at_most"),
        (lambda: OfferAnswers(accept_after=-1), "accept_after"),
        (lambda: single_queue(0, per_hour=1, handle=1, length=1), "agents"),
    ],
)
def test_the_field_is_named(make, field):
    with pytest.raises(ConfigurationError) as refused:
        make()
    assert refused.value.field == field


@pytest.mark.parametrize(
    "fields",
    [
        {"handling_of": {"ben": {}}},
        {"no_show": {"ben": 0.1}},
        {"pace": {"ben": 1.1}},
        {"breaks": [{"name": "x", "lasts": 60, "at": ["12:00"], "agents": ["ben"]}]},
    ],
)
def test_agents_who_are_not_there_are_refused(fields):
    with pytest.raises(UnknownAgentError, match="no agent 'ben'"):
        a_day(**fields)


@pytest.mark.parametrize(
    "change", [lambda what: what.with_agents(1, like="ben"), lambda what: what.without("ben")]
)
def test_a_what_if_of_an_agent_who_is_not_there_is_refused(change):
    with pytest.raises(UnknownAgentError, match="no agent 'ben'"):
        change(a_day(agents=["ana", agent("bea")]))


def test_more_agents_may_differ_in_what_an_agent_has():
    desk = a_day(agents=["ana", agent("bea")])
    (*_, more) = desk.with_agents(1, like="ana", capacity=3).workspace.agents
    assert (more.id, more.capacity) == ("ana-2", 3)
    for name in ("capacty", "id"):
        with pytest.raises(ConfigurationError, match=f"{name}: .* is not a field of agents"):
            desk.with_agents(1, like="ana", **{name: "x"})


def test_teams_that_are_not_there_are_refused():
    with pytest.raises(UnknownTeamError, match="no team 'mail'"):
        a_day(comes("a", 0, 60, team="mail"))


def test_a_file_that_cannot_be_used_is_told_with_its_name_and_field(tmp_path):
    path = tmp_path / "day.json"
    path.write_text(
        '{"workspace": {"teams": [{"id": "queue"}]}, "streams": [{"name": "a"}], "length": 60}'
    )
    with pytest.raises(InputError, match=r"day\.json") as refused:
        Scenario.load(path)
    assert refused.value.field == "streams[0].arrivals"
