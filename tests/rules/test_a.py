"""Rules A: which agent gets it."""

import pytest

from assignwork import Agent, ConfigurationError, Team


def teamed(selection, **fields):
    return [Team("t", selection=selection, **fields), Team("hand", manual=True)]


def load(desk, **units):
    """Give agents weight by hand, from another team."""
    for agent, weight in units.items():
        desk.submit(f"load of {agent}", "hand", weight=weight)
        desk.assign(f"load of {agent}", agent)


def chosen(desk, name="1", **fields):
    desk.submit(name, **fields)
    return desk.items[name].owner


# --- A1 -------------------------------------------------------------------------------------------


def test_a1_balanced_chooses_the_least_load(make):
    desk = make("ana", "ben", "cem", teams=teamed("balanced"))
    load(desk, ana=2, ben=1, cem=3)
    assert chosen(desk) == "ben"


def test_a1_balanced_is_the_default(make):
    desk = make("ana", "ben")
    for name in "1234":
        desk.submit(name)
    assert (desk.log[1].selection, desk.taken()) == (
        "balanced",
        ["1>ana", "2>ben", "3>ana", "4>ben"],
    )


def test_a1_least_occupied_divides_by_capacity(make):
    big, small = Agent("big", primary=["t"], capacity=10), Agent("small", primary=["t"], capacity=3)
    desk = make(small, big, teams=teamed("least_occupied"))
    load(desk, big=2, small=1)
    assert chosen(desk) == "big"


def test_a1_most_headroom_looks_at_what_is_left(make):
    big, small = Agent("big", primary=["t"], capacity=10), Agent("small", primary=["t"], capacity=3)
    desk = make(small, big, teams=teamed("most_headroom"))
    load(desk, big=6)
    assert chosen(desk) == "big"


def test_a1_longest_idle_chooses_whose_load_became_zero_first(make):
    desk = make("ana", "ben", teams=teamed("longest_idle"))
    load(desk, ana=1, ben=1)
    desk.close("load of ben", now=10.0)
    desk.close("load of ana", now=20.0)
    assert chosen(desk) == "ben"


@pytest.mark.parametrize(("closed", "owner"), [(3.0, "ana"), (6.0, "ben")])
def test_a1_longest_idle_takes_the_instant_of_adding_for_who_never_had_any(make, closed, owner):
    desk = make("ana", teams=teamed("longest_idle"))
    load(desk, ana=1)
    for now in (3.0, 5.0, 6.0):
        if now == closed:
            desk.close("load of ana", now=now)
        if now == 5.0:
            desk.add_agent(Agent("ben", primary=["t"]), now=now)
    assert chosen(desk) == owner


def test_a1_longest_idle_puts_the_least_load_next_where_nobody_is_idle(make):
    desk = make("ana", "ben", teams=teamed("longest_idle"))
    load(desk, ana=2, ben=1)
    assert chosen(desk) == "ben"


def test_a1_best_skilled_sums_the_levels_of_required_and_preferred_skills(make):
    ana = Agent("ana", primary=["t"], skills={"es": 3})
    ben = Agent("ben", primary=["t"], skills={"es": 2, "vip": 2})
    cem = Agent("cem", primary=["t"], skills={"es": 1, "vip": 1, "other": 9})
    desk = make(ana, ben, cem, teams=teamed("best_skilled"))
    assert chosen(desk, "1", skills={"es": 1}) == "ana"
    assert chosen(desk, "2", skills={"es": 1}, preferred_skills=["vip"]) == "ben"


def test_a1_best_skilled_counts_a_skill_once_that_is_required_and_preferred(make):
    ana = Agent("ana", primary=["t"], skills={"es": 3})
    ben = Agent("ben", primary=["t"], skills={"es": 2, "vip": 2})
    desk = make(ana, ben, teams=teamed("best_skilled"))
    assert chosen(desk, skills={"es": 1}, preferred_skills=["es", "vip"]) == "ben"  # 4 to 3


def test_a1_best_skilled_then_least_load(make):
    desk = make("ana", "ben", teams=teamed("best_skilled"))
    load(desk, ana=2, ben=1)  # so ben is not the least recently assigned
    assert chosen(desk) == "ben"


def test_a1_round_robin_goes_round_whatever_the_load(make):
    desk = make("ana", "ben", "cem", teams=teamed("round_robin"))
    load(desk, ben=4)
    for name in "1234":
        desk.submit(name)
    assert desk.taken()[1:] == ["1>ana", "2>ben", "3>cem", "4>ana"]


def test_a1_round_robin_does_not_ignore_limits(make):
    desk = make("ana", Agent("ben", primary=["t"], capacity=1), "cem", teams=teamed("round_robin"))
    load(desk, ben=1)
    for name in "123":
        desk.submit(name)
    assert desk.taken()[1:] == ["1>ana", "2>cem", "3>ana"]


def test_a1_round_robin_goes_on_behind_whoever_was_chosen_by_affinity(make):
    desk = make("ana", "ben", "cem", teams=teamed("round_robin"))
    desk.submit("1", preferred_agent="ben")
    assert chosen(desk, "2") == "cem"


@pytest.mark.parametrize("way", ["hand", "pull"])
def test_a1_round_robin_is_moved_by_neither_hand_nor_pull(make, way):
    desk = make("ana", "ben", "cem", teams=teamed("round_robin"))
    assert chosen(desk, "1") == "ana"
    desk.update_team("t", manual=True)
    desk.submit("2")
    if way == "hand":
        desk.assign("2", "ben")
    else:
        desk.pull("ben")
    desk.update_team("t", manual=False)
    assert chosen(desk, "3") == "ben"


def test_a1_round_robin_moves_with_an_offer(make):
    desk = make("ana", "ben", teams=teamed("round_robin", offer_timeout=60))
    desk.submit("1")
    desk.close("1")
    assert desk.submit("2")[1] == "offered 2 to ben until 60"


def test_a1_round_robin_outlives_the_removal_of_the_last_chosen(make):
    desk = make("ana", "ben", "cem", teams=teamed("round_robin"))
    desk.submit("1")
    desk.submit("2")
    desk.close("2")
    desk.remove_agent("ben")
    assert chosen(desk, "3") == "cem"


@pytest.mark.parametrize(
    "selection",
    ["balanced", "least_occupied", "most_headroom", "longest_idle", "best_skilled", "round_robin"],
)
def test_a1_the_last_tie_break_is_registration_order(make, selection):
    assert chosen(make("zoe", "ben", "ana", teams=teamed(selection))) == "zoe"


# --- A2 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "selection",
    ["balanced", "least_occupied", "most_headroom", "best_skilled"],
)
def test_a2_among_equals_the_least_recently_assigned(make, selection):
    desk = make("ana", "ben", "cem", teams=teamed(selection))
    for name in ("1", "2", "3", "4", "5"):
        desk.submit(name)
        desk.close(name)
    assert desk.taken() == ["1>ana", "2>ben", "3>cem", "4>ana", "5>ben"]


def test_a2_longest_idle_too_where_idle_since_is_equal(make):
    desk = make("ana", "ben", teams=teamed("longest_idle"))
    for name in ("1", "2", "3"):
        desk.submit(name)
        desk.close(name)
    assert desk.taken() == ["1>ana", "2>ben", "3>ana"]


@pytest.mark.parametrize("way", ["hand", "pull"])
def test_a2_an_assignment_of_any_kind_counts(make, way):
    desk = make("ana", "ben", teams=[Team("t", manual=True)])
    desk.submit("1")
    if way == "hand":
        desk.assign("1", "ana")
    else:
        desk.pull("ana")
    desk.close("1")
    desk.update_team("t", manual=False)
    assert chosen(desk, "2") == "ben"


def test_a2_never_assigned_comes_first(make):
    desk = make("ana")
    desk.submit("1")
    desk.close("1")
    desk.add_agent(Agent("ben", primary=["t"]))
    assert chosen(desk, "2") == "ben"


# --- A3 -------------------------------------------------------------------------------------------


def test_a3_criteria_compose(make):
    skilled = {"primary": ["t"], "skills": {"es": 2}}
    desk = make("ana", Agent("ben", **skilled), Agent("cem", **skilled), teams=[
        Team("t", selection=["best_skilled", "round_robin"]),
    ])  # fmt: skip
    for name in "123":
        desk.submit(name, preferred_skills=["es"])
    assert desk.taken() == ["1>ben", "2>cem", "3>ben"]


def test_a3_in_a_composition_only_the_last_brings_its_own_ties(make):
    # `best_skilled` alone would go on with the load; composed, `most_headroom` comes next.
    big, small = Agent("big", primary=["t"], capacity=9), Agent("small", primary=["t"], capacity=2)
    desk = make(small, big, teams=teamed(["best_skilled", "most_headroom"]))
    load(desk, big=3)
    assert chosen(desk) == "big"


def test_a3_round_robin_can_only_come_last():
    with pytest.raises(ConfigurationError, match="put it last"):
        Team("t", selection=["round_robin", "balanced"])


def test_a3_a_policy_of_the_callers_chooses(make):
    class ByName:
        name = "by_name"

        def key(self, item, agent):
            return agent.id

    desk = make("zoe", "ben", "ana", teams=teamed(ByName()))
    assert (chosen(desk), desk.log[1].selection, desk.log[1].key) == (
        "ana",
        "by_name",
        ("ana", 0, 2),
    )


def test_a3_a_policy_sees_only_what_it_cannot_change(make):
    class Meddler:
        name = "meddler"

        def key(self, item, agent):
            for view in (item, agent, item.item, agent.agent):
                with pytest.raises(AttributeError):
                    view.id = "other"
            with pytest.raises(TypeError):
                agent.skills["es"] = 9
            return 0

    assert chosen(make("ana", teams=teamed(Meddler()))) == "ana"


# --- A4 -------------------------------------------------------------------------------------------


def test_a4_a_manual_team_waits_for_a_hand_or_a_pull(make):
    desk = make("ana", teams=[Team("t", manual=True)])
    assert desk.submit("1") == ["queued 1 in t"]
    assert desk.submit("2") == ["queued 2 in t"]
    assert desk.advance(now=9999.0) == []
    assert desk.assign("2", "ana") == ["assigned 2 to ana by hand"]
    assert desk.pull("ana") == ["assigned 1 to ana by pull"]
