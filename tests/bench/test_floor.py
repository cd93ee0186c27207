"""The bare loop does what a dispatcher must, and nothing else."""

from assignwork.bench.draws import S, draw_everything, draw_steady
from assignwork.bench.floor import BareLoop
from assignwork.bench.loops import run_everything, run_steady


def test_the_least_loaded_agent_gets_the_item():
    bare = BareLoop(1, [(0, 2), (0, 2)])
    given = [bare.submit(f"t-{n}", 0, 1) for n in range(3)]
    assert given == ["t-0", "t-1", "t-2"]
    assert bare.close("t-1") is None
    assert bare.submit("t-3", 0, 1) == "t-3"
    assert bare.submit("t-4", 0, 1) == "t-4"
    assert bare.submit("t-5", 0, 1) is None


def test_the_first_item_by_priority_goes_to_who_becomes_free():
    bare = BareLoop(1, [(0, 1)])
    bare.submit("t-1", 0, 1)
    bare.submit("t-2", 0, 3)
    bare.submit("t-3", 0, 2)
    assert [bare.close("t-1"), bare.close("t-3"), bare.close("t-2")] == ["t-3", "t-2", None]


def test_what_closes_while_it_waits_is_given_to_nobody():
    bare = BareLoop(1, [(0, 1)])
    for item in ("t-1", "t-2", "t-3"):
        bare.submit(item, 0, 1)
    assert bare.close("t-2") is None
    assert bare.close("t-1") == "t-3"


def test_who_comes_online_takes_what_he_can():
    bare = BareLoop(1, [(0, 2)], online=False)
    for item in ("t-1", "t-2", "t-3"):
        assert bare.submit(item, 0, 1) is None
    assert bare.come_online(0) == ["t-1", "t-2"]


def test_both_get_the_same_items_and_closes():
    for draws in (draw_steady(S, 50), draw_everything(S, 50)):
        ours = [(arrival[0].id, arrival[0].priority, arrival[1]) for arrival in draws.arrivals]
        bare = [(item, priority, closing) for item, _, priority, closing in draws.bare_arrivals]
        assert ours == bare


def test_the_same_seed_draws_the_same():
    assert draw_everything(S, 200) == draw_everything(S, 200)


def test_a_desk_sees_the_same_events_in_every_run():
    for draw, run in ((draw_steady, run_steady), (draw_everything, run_everything)):
        draws = draw(S, 200)
        assert run(draws).seen == run(draws).seen > 0
