"""Explain (rules X): what it says of each obstacle, from the log alone, and how it is shown."""

import json

import attrs
import pytest

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace, explain_event
from assignwork.events import Assigned, Offered

# --- X1: obstacles --------------------------------------------------------------------------------


def stands(agent, item, *, others=(), team=None, before=(), **settings):
    """(what stops the first agent, what would have to change) for item `1` at instant 10."""
    teams = [Team("t", **(team or {})), Team("own"), Team("hand", manual=True)]
    desk = Dispatcher(Workspace(teams, [agent, *others], **settings), validate=True)
    for name, fields in before:
        desk.submit(WorkItem(name, **{"team": "t", **fields}), now=0.0)
    desk.submit(WorkItem("1", **{"team": "t", **item}), now=4.0)
    desk.advance(now=10.0)
    assert desk.items["1"].state == "queued"
    standing = next(s for s in desk.explain("1").agents if s.agent == agent.id)
    return str(standing.obstacle), standing.obstacle.remedy


FREE = "he finishes or gives back work, or the limit is raised"
FULL_CASES = {
    "capacity": (
        {"agent": Agent("ana", capacity=5, primary=["t"]), "item": {"weight": 2},
         "before": [("0", {"weight": 4})]},
        "C3 load 4 + 2 > capacity 5", FREE,
    ),
    "agent_limit": (
        {"agent": Agent("ana", primary=["t"]), "item": {"weight": 2}, "team": {"agent_limit": 3},
         "before": [("0", {"weight": 2})]},
        "C3 load from t 2 + 2 > agent_limit 3", FREE,
    ),
    "channel limit": (
        {"agent": Agent("ana", primary=["t"], channel_limits={"chat": 1}),
         "item": {"channel": "chat"}, "before": [("0", {"channel": "chat"})]},
        "C3 load on chat 1 + 1 > channel limit 1", FREE,
    ),
    "secondary limit": (
        {"agent": Agent("ana", secondary=["t"], secondary_limit=1), "item": {},
         "before": [("0", {})]},
        "C3 load from secondary inboxes 1 + 1 > secondary_limit 1", FREE,
    ),
    "away": (
        {"agent": Agent("ana", primary=["t"], presence="away"), "item": {}},
        "P1 he is away", "he becomes active",
    ),
    "no skill": (
        {"agent": Agent("ana", primary=["t"]), "item": {"skills": {"lang:es": 2}}},
        "K1 skill lang:es: none < 2", "he learns lang:es",
    ),
    "too low a level": (
        {"agent": Agent("ana", primary=["t"], skills={"lang:es": 1}),
         "item": {"skills": {"lang:es": {"level": 2, "relax_after": 60}}}},
        "K1 skill lang:es: level 1 < 2", "he learns lang:es, or it has been queued for 60 s",
    ),
    "rate": (
        {"agent": Agent("ana", primary=["t"]), "item": {}, "before": [("0", {})],
         "assignment_rate": {"items": 1, "per": 60}},
        "C6 given 1 of 1 items in 60 s", "50 s pass",
    ),
    "only somebody else": (
        {"agent": Agent("ana", primary=["t"]), "others": [Agent("ben")],
         "item": {"only_agent": "ben"}},
        "F2 only ben may have it", "only_agent is cleared",
    ),
    "waits for somebody else": (
        {"agent": Agent("ana", primary=["t"]),
         "others": [Agent("ben", primary=["t"], capacity=1)],
         "item": {"preferred_agent": "ben", "affinity_wait": 60},
         "before": [("0", {"preferred_agent": "ben"})]},
        "F1 it waits for ben alone until 64", "54 s pass, or ben leaves",
    ),
    "primary_empty": (
        {"agent": Agent("ana", primary=["own"], secondary=["t"]), "others": [Agent("ben")],
         "item": {}, "before": [("0", {"team": "own", "only_agent": "ben"})]},
        "D1 primary_empty: 0 in his own own waits for him",
        "his own inboxes hold nothing that he can take",
    ),
    "primary_full": (
        {"agent": Agent("ana", secondary=["t"]), "others": [Agent("ben", primary=["t"])],
         "team": {"secondary_rule": "primary_full"}, "item": {"only_agent": "ana"}},
        "D1 primary_full: ben of the team's own can take it",
        "no primary agent of the team can take it",
    ),
    "after": (
        {"agent": Agent("ana", secondary=["t"]),
         "others": [Agent("ben", primary=["t"], capacity=1)],
         "team": {"secondary_rule": {"after": 60}}, "item": {}, "before": [("0", {})]},
        "D1 after: queued for 6 of 60 s", "54 s pass, or no primary agent of the team is active",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FULL_CASES)
def test_an_obstacle_has_its_rule_its_numbers_and_its_remedy(what):
    case, text, remedy = FULL_CASES[what]
    assert stands(**case) == (text, remedy)


def test_who_declined_is_told_until_when_he_is_not_asked():
    desk = Dispatcher(Workspace([Team("t", offer_timeout=60)], [Agent("ana", primary=["t"])]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    desk.decline("1", "ana", now=5.0)
    desk.advance(now=10.0)
    (standing,) = desk.explain("1").agents
    assert str(standing.obstacle) == "O3 he declined or missed it and is not asked before 305"
    assert standing.obstacle.remedy == "295 s pass, or somebody assigns it by hand"


def test_of_several_obstacles_the_first_by_rule_c4_is_told():
    ana = Agent("ana", primary=["t"], capacity=1, presence="away")
    assert stands(ana, {"weight": 2, "skills": {"vip": 1}})[0] == "P1 he is away"
    ana = Agent("ana", primary=["t"], capacity=1)
    assert stands(ana, {"weight": 2, "skills": {"vip": 1}})[0] == "K1 skill vip: none < 1"


def test_a_manual_inbox_says_so():
    desk = Dispatcher(Workspace([Team("t", manual=True)], [Agent("ana", primary=["t"])]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    found = desk.explain("1")
    assert found.agents[0].obstacle is None
    assert "A4 team t is manual: somebody assigns it or pulls" in str(found)
    assert "eligible" in str(found)


def test_a_team_without_agents_says_so():
    desk = Dispatcher(Workspace([Team("t")]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    assert "team t has no agents: make it a team of somebody's" in str(desk.explain("1"))


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("assigned", "item 1 is assigned in team t, owned by ana"),
        ("offered", "item 1 is offered in team t, offered to ana until 60"),
        ("snoozed", "item 1 is snoozed in team t, owned by ana, until 90"),
        ("asleep", "item 1 is snoozed in team t, owned by ana, until its customer replies"),
        ("closed", "item 1 is closed in team t, last owned by ana"),
    ],
)
def test_what_is_not_queued_says_whose_it_is(state, line):
    timeout = 60 if state == "offered" else None
    desk = Dispatcher(Workspace([Team("t", offer_timeout=timeout)], [Agent("ana", primary=["t"])]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    if state in ("snoozed", "asleep"):
        desk.snooze("1", 90.0 if state == "snoozed" else None, now=1.0)
    if state == "closed":
        desk.close("1", now=1.0)
    assert str(desk.explain("1")).splitlines()[0] == line


@pytest.mark.parametrize("seed", range(15))
def test_what_explain_says_is_what_dispatch_does(seed, make_up, drive):
    """Nobody is called eligible for what waits in an inbox that is dispatched."""
    workspace, log = make_up(seed, 150)
    desk = Dispatcher(workspace)
    for entry in log:
        drive(desk, [entry])
        before = json.dumps(desk.snapshot())
        for found in map(desk.explain, desk.queue()):
            assert found.manual or all(s.obstacle is not None for s in found.agents)
        for name in desk.agents:
            desk.explain(name)
        assert json.dumps(desk.snapshot()) == before


# --- X2: from the log alone -----------------------------------------------------------------------

KEYS = {
    "balanced": ["load", "last assignment", "registration"],
    "least_occupied": ["load / capacity", "last assignment", "registration"],
    "most_headroom": ["-headroom", "last assignment", "registration"],
    "longest_idle": ["busy", "idle since", "load", "last assignment", "registration"],
    "best_skilled": ["-skill levels", "load", "last assignment", "registration"],
    "round_robin": ["wrapped", "registration"],
    ("best_skilled", "balanced"): ["-skill levels", "load", "last assignment", "registration"],
    ("balanced", "best_skilled"): [
        "load", "-skill levels", "load", "last assignment", "registration",
    ],
    ("least_recently_assigned",): ["last assignment", "last assignment", "registration"],
    ("best_skilled", "round_robin"): ["-skill levels", "wrapped", "registration"],
}  # fmt: skip


def a_log(selection, *, timeout=None, steps=30):
    agents = [
        Agent(name, capacity=2 + i, primary=["t"], skills={"vip": i + 1})
        for i, name in enumerate(("ana", "ben", "cem"))
    ]
    helper = Agent("dan", secondary=["t"])
    team = Team("t", selection=selection, offer_timeout=timeout)
    desk = Dispatcher(Workspace([team], [*agents, helper]))
    log = []
    for i in range(steps):
        log += desk.submit(WorkItem(f"{i}", team="t", preferred_skills=["vip"]), now=float(i))
        if i % 3 == 2:
            log += desk.close(f"{i - 2}", now=float(i))
    return log


@pytest.mark.parametrize("selection", KEYS)
def test_every_value_of_a_decision_has_its_name(selection):
    log = a_log(selection)
    gifts = [event for event in log if isinstance(event, Assigned)]
    assert {event.tier for event in gifts} == {"primary", "secondary"}
    for event in gifts:
        found = explain_event(log, event.seq)
        assert [name for name, _ in found.key] == KEYS[selection]
        assert tuple(value for _, value in found.key) == event.key
        assert f"by {event.selection} among the {event.tier} agents" in str(found)
        if event.runner_up is not None:
            assert f"before {event.runner_up}, the runner-up" in str(found)


def test_an_accepted_offer_is_explained_by_its_offer():
    desk = Dispatcher(Workspace([Team("t", offer_timeout=60)], [Agent("ana", primary=["t"])]))
    log = [*desk.submit(WorkItem("1", team="t"), now=0.0), *desk.accept("1", "ana", now=9.0)]
    found = explain_event(log, log[-1].seq)
    assert isinstance(found.event, Assigned)
    assert isinstance(found.decision, Offered)
    assert str(found).splitlines()[:2] == [
        "item 1 went to ana at 9: first by balanced among the primary agents, "
        "the only one eligible",
        "offered at 0, accepted at 9",
    ]
    assert str(explain_event(log, 2)).startswith("item 1 was offered to ana at 0: ")


def test_hands_pulls_and_affinity_are_told_apart():
    ana = Agent("ana", primary=["t", "m"], capacity=1)
    desk = Dispatcher(Workspace([Team("t"), Team("m", manual=True)], [ana]))
    log = []
    for name, team in [("1", "t"), ("2", "m"), ("3", "m")]:
        log += desk.submit(WorkItem(name, team=team, preferred_agent="ana"), now=0.0)
    log += desk.assign("2", "ana", now=1.0)
    for name in "12":
        log += desk.close(name, now=2.0)
    log += desk.pull("ana", now=3.0)
    said = [str(explain_event(log, e.seq)) for e in log if isinstance(e, Assigned)]
    assert said == [
        "item 1 went to ana at 0: it prefers him, and he was eligible as a primary agent (F1)",
        "item 2 went to ana at 1: somebody assigned it by hand (M1)\nin spite of: over_capacity",
        "item 3 went to ana at 3: he pulled it, as a primary agent (M3)",
    ]


@pytest.mark.parametrize("seed", range(10))
def test_every_gift_of_a_made_up_log_has_its_explanation(seed, make_up):
    workspace, log = make_up(seed, 150)
    desk = Dispatcher(workspace)
    events = []
    for now, command in log:
        try:
            events += desk.handle(command, now=now)
        except ValueError:
            continue
        except Exception as error:  # noqa: BLE001  # refusals; their order of classes is no matter
            assert type(error).__module__ == "assignwork.errors"  # noqa: PT017
    gifts = [event for event in events if isinstance(event, (Assigned, Offered))]
    for event in gifts:
        found = explain_event(events, event.seq)
        assert len(found.key) == len(found.decision.key)
        json.dumps(found.to_dict(), allow_nan=False)
        assert str(found)


# --- X3: agents -----------------------------------------------------------------------------------


def a_desk(**ana):
    ana = {"primary": ["t"], "secondary": ["u"], "capacity": 4, **ana}
    settings = {"assignment_rate": {"items": 9, "per": 60}}
    teams = [Team("t", agent_limit=3), Team("u"), Team("m", manual=True)]
    return Dispatcher(Workspace(teams, [Agent("ana", **ana)], **settings))


def test_headroom_under_each_limit():
    desk = a_desk(channel_limits={"chat": 2}, secondary_limit=2)
    desk.submit(WorkItem("1", team="t", channel="chat"), now=0.0)
    desk.submit(WorkItem("2", team="u", weight=2), now=0.0)
    found = desk.explain("ana")
    assert [(h.limit, h.used, h.allowed, h.left) for h in found.limits] == [
        ("capacity", 3, 4, 1),
        ("agent_limit of t", 1, 3, 2),
        ("channel chat", 1, 2, 1),
        ("secondary_limit", 2, 2, 0),
        ("assignment rate per 60 s", 2, 9, 7),
    ]


@pytest.mark.parametrize(
    ("ana", "items", "next_item", "why"),
    [
        ({}, [], None, "nothing that waits in his inboxes would come to him"),
        ({}, [{"skills": {"vip": 1}}], None, "nothing that waits in his inboxes would come to him"),
        (
            {"presence": "away"},
            [{}],
            "0",
            "0, the first in item order that his skills and inboxes allow (primary in t), "
            "once he becomes active: P1 he is away",
        ),
        (
            {"presence": "away"},
            [{"skills": {"vip": 1}, "priority": 1}, {"priority": 4}, {"priority": 2}],
            "2",
            "2, the first in item order that his skills and inboxes allow (primary in t), "
            "once he becomes active: P1 he is away",
        ),
        ({"primary": ["m"]}, [{"team": "m"}], "0", "0, by a pull: team m is manual"),
    ],
)
def test_what_he_would_get_next_and_why(ana, items, next_item, why):
    desk = a_desk(**ana)
    for i, fields in enumerate(items):
        desk.submit(WorkItem(f"{i}", **{"team": "t", **fields}), now=0.0)
    found = desk.explain("ana")
    assert (found.next_item, found.why) == (next_item, why)


def test_what_somebody_away_would_get_next_he_gets_when_he_comes():
    """Skills that he lacks do not count: the first that he can take."""
    desk = a_desk(presence="away")
    desk.submit(WorkItem("hard", team="t", priority=1, skills={"vip": 1}), now=0.0)
    desk.submit(WorkItem("theirs", team="u", priority=1), now=0.0)
    desk.submit(WorkItem("his", team="t", priority=5), now=0.0)
    predicted = desk.explain("ana").next_item
    events = desk.set_presence("ana", "active", now=1.0)
    assert predicted == next(e.item for e in events if isinstance(e, Assigned))


def test_an_agent_as_text():
    desk = a_desk()
    desk.submit(WorkItem("1", team="t", weight=3), now=0.0)
    desk.submit(WorkItem("2", team="t"), now=0.0)
    desk.set_presence("ana", "away", reason="lunch", now=9.0)
    assert str(desk.explain("ana")).splitlines()[:3] == [
        "agent ana is away (by agent, lunch)",
        "holds 1",
        "next: 2, the first in item order that his skills and inboxes allow (primary in t), "
        "once he becomes active: P1 he is away",
    ]


def test_an_id_that_names_both_means_the_item():
    desk = Dispatcher(Workspace([Team("t")], [Agent("ana")]))
    assert str(desk.explain("ana")).startswith("agent ana")
    desk.submit(WorkItem("ana", team="t"), now=0.0)
    assert str(desk.explain("ana")).startswith("item ana")


# --- how it is shown ------------------------------------------------------------------------------


def shown():
    nasty = "<b>&\"'</b>"
    desk = Dispatcher(
        Workspace([Team(nasty), Team("u")], [Agent(nasty + "1", primary=[nasty], presence="away")])
    )
    log = [*desk.submit(WorkItem(nasty, team=nasty), now=0.0)]
    desk.set_presence(nasty + "1", "away", reason="<script>alert(1)</script>", now=0.0)
    waiting = desk.explain(nasty), desk.explain(nasty + "1")
    log += desk.assign(nasty, nasty + "1", now=1.0)
    return [*waiting, desk.explain(nasty), explain_event(log, log[-1].seq)]


@pytest.mark.parametrize("found", shown(), ids=lambda found: type(found).__name__)
def test_in_a_notebook_it_is_a_table_and_what_users_wrote_is_escaped(found):
    page = found._repr_html_()
    assert "<b>" not in page
    assert "<script>" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("found", shown(), ids=lambda found: type(found).__name__)
def test_as_data_it_is_ready_for_json(found):
    again = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert list(again) == [field.name for field in attrs.fields(type(found))]


def test_the_data_of_an_item_hold_what_the_text_says():
    desk = Dispatcher(Workspace([Team("t")], [Agent("ana", primary=["t"], presence="away")]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    data = json.loads(json.dumps(desk.explain("1").to_dict()))
    assert data["agents"] == [
        {
            "agent": "ana",
            "tier": "primary",
            "obstacle": {"rule": "P1", "text": "he is away", "remedy": "he becomes active"},
        }
    ]
    assert (data["position"], data["item"]["state"]) == (1, "queued")
    assert data["key"][1] == ["due", None]  # "none" is no number
