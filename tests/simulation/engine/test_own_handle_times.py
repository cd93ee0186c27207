"""110: agents whose handle times are of another form than everybody's."""

import numpy as np
import pytest
from playing import MONDAY, agent, comes, desk, play, scenario, shift

from assignwork import UnknownAgentError
from assignwork.errors import ConfigurationError
from assignwork.simulation import (
    Conversation,
    Exponential,
    Kind,
    Logged,
    LogNormal,
    Return,
    Scenario,
    Stream,
)
from assignwork.simulation.balance import balances

INSTANTS = [4000.0 * n for n in range(20)]


def lasted(found, agent="ana"):
    return [ended - begun for _, begun, ended in found.work(agent=agent)]


def test_his_time_with_a_customer_is_at_the_same_quantile():
    what = [desk("ana"), comes("a", INSTANTS, LogNormal(100, cv=0.5))]
    everybodys = play(*what)
    own = play(*what, handle_of={"ana": {"all": Exponential(60)}})
    work = everybodys.trial.customers.work
    assert lasted(everybodys) == pytest.approx(work)
    quantiles = LogNormal(100, cv=0.5).cdf(work)
    assert lasted(own) == pytest.approx(Exponential(60).at(quantiles))
    assert (own.trial.customers.work == work).all()


def test_others_take_as_long_as_before():
    found = play(
        desk("ana", "ben"),
        comes("a", [0.0, 0.0], 100),
        handle_of={"ana": {"all": 40}},
    )
    assert (lasted(found), lasted(found, "ben")) == ([40.0], [100.0])


@pytest.mark.parametrize(
    ("own", "hard_for", "easy_for"),
    [
        ({"hard": 30}, 30, 100),
        ({"calls/hard": 30}, 30, 100),
        ({"hard": 30, "calls/hard": 40, "easy": 50}, 40, 50),
    ],
)
def test_a_kind_is_named_by_itself_or_with_its_stream_first(own, hard_for, easy_for):
    kinds = [Kind("queue", 100, name="hard"), Kind("queue", 100, name="easy")]
    found = play(desk("ana"), Stream("calls", Logged(INSTANTS), kinds), handle_of={"ana": own})
    customers = found.trial.customers
    took = np.array([hard_for, easy_for])[customers.kind]
    assert set(customers.kind.tolist()) == {0, 1}
    assert (customers.closed_at - customers.arrived_at).tolist() == took.tolist()


def test_a_pace_comes_on_top():
    found = play(desk("ana"), comes("a", 0, 100), handle_of={"ana": {"all": 40}}, pace={"ana": 1.5})
    assert lasted(found) == [60.0]


def test_the_turns_of_a_conversation_share_it():
    talk = Conversation(turns=4, customer_after=10)
    found = play(desk("ana"), comes("a", 0, 100, conversation=talk), handle_of={"ana": {"all": 40}})
    assert lasted(found) == [10.0] * 4


def test_who_is_slowed_down_is_so_in_his_own_time():
    found = play(
        desk(agent("ana", capacity=2)),
        comes("a", [0.0, 0.0], 100),
        handle_of={"ana": {"all": 40}},
        handling={"speeds": [1, 0.5]},
    )
    assert lasted(found) == [80.0, 80.0]


def test_work_that_moves_goes_on_as_long_as_its_next_owner_takes_for_the_rest():
    found = play(
        desk(
            agent("ana", shift="early"),
            agent("ben", shift="late"),
            calendars=[shift("early", "00:00-00:01"), shift("late", "00:01-01:00")],
            reassign="all",
        ),
        comes("a", MONDAY, 100),
        handle_of={"ana": {"all": 240}, "ben": {"all": 40}},
        handling={"handover": 5},
        start=MONDAY,
    )
    # a quarter of it is done; ben takes 30 s for the rest, and 5 s to read himself in
    assert found.work("a") == [
        ("ana", MONDAY, MONDAY + 60), ("ben", MONDAY + 60, MONDAY + 95),
    ]  # fmt: skip


def test_a_return_is_new_work_and_one_with_times_of_its_own_keeps_them():
    back = Return(probability=1, after=10, at_most=1)
    what = [desk("ana"), Exponential(100)]
    own = {"ana": {"all": Exponential(200)}}
    twice = [
        lasted(play(what[0], comes("a", INSTANTS, what[1], comes_back=back), handle_of=entry))
        for entry in ({}, own)
    ]
    assert twice[1] == pytest.approx([2 * seconds for seconds in twice[0]])
    assert len(set(twice[0])) == 40
    back = Return(probability=1, after=10, at_most=1, handle=7)
    found = play(what[0], comes("a", 0, what[1], comes_back=back), handle_of=own)
    assert lasted(found)[1] == 7.0


def test_what_takes_everybody_no_time_takes_him_none():
    found = play(desk("ana"), comes("a", 0, 0), handle_of={"ana": {"all": 40}})
    assert found.customer("a").closed_at == 0.0


def test_it_goes_there_and_back_and_more_agents_are_like_him():
    what = scenario(
        desk("ana"), comes("a", 0, 100), handle_of={"ana": {"all": LogNormal(50, cv=0.3)}}
    )
    assert Scenario.from_dict(what.to_dict()) == what
    more = what.with_agents(1, like="ana")
    assert more.handle_of["ana-2"] == what.handle_of["ana"]


def test_the_balance_knows_who_is_quick():
    what = scenario(desk("ana", "ben"), comes("a", 0, 100), handle_of={"ana": {"all": 50}})
    assert balances(what)[0].places == pytest.approx(3.0)


def test_whom_or_what_nobody_knows_is_refused():
    with pytest.raises(UnknownAgentError, match="handle_of: there is no agent 'anna'"):
        scenario(desk("ana"), comes("a", 0, 100), handle_of={"anna": {"all": 40}})
    with pytest.raises(ConfigurationError, match=r"handle_of\.ana\.al: 'al' is not a kind"):
        scenario(desk("ana"), comes("a", 0, 100), handle_of={"ana": {"al": 40}})


def test_a_mean_of_nothing_is_refused():
    with pytest.raises(ConfigurationError, match=r"handle_of\.ana\.all: .*mean above 0"):
        scenario(desk("ana"), comes("a", 0, 100), handle_of={"ana": {"all": 0}})


def test_reading_oneself_in_is_nobodys_own_time_even_when_it_is_cut_short():
    """Ben has read himself in for a minute of five when his shift ends; Ana's is read anew."""
    found = play(
        desk(
            agent("ana", shift="early"),
            agent("ben", shift="middle"),
            agent("cem", shift="late"),
            calendars=[
                shift("early", "00:00-00:01"),
                shift("middle", "00:01-00:02"),
                shift("late", "00:02-09:00"),
            ],
            reassign="all",
        ),
        comes("a", MONDAY, 120),
        handle_of={"ben": {"all": 1200}, "cem": {"all": 240}},
        handling={"handover": 300, "finishes": False},
        start=MONDAY,
    )
    # 60 s of the work are left, 120 s of Cem's; 240 s of Ben's reading, and 300 of his own
    assert lasted(found, "ben") == [60.0]
    assert lasted(found, "cem") == [120.0 + 240.0 + 300.0]
