"""Explain (rules X): what it says of each obstacle, from the log alone, and how it is shown."""

import json
from html import escape

import attrs
import pytest

from assignwork import (
    Agent,
    Calendar,
    Dispatcher,
    Move,
    Team,
    WorkItem,
    Workspace,
    explain_event,
)
from assignwork.events import Assigned, Offered

# All these desks begin at 1970-01-01 00:00, a Thursday.
LATE = Calendar("late", hours={"thu": ["01:00-02:00"]})
SPLIT = Calendar("split", hours={"thu": ["00:00-00:01", "00:30-01:00"]})

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
    "off shift": (
        {"agent": Agent("ana", primary=["t"], shift="late"), "item": {}, "calendars": [LATE]},
        "P1 he is away_reassign: his shift begins at 3600", "3590 s pass, or he becomes active",
    ),
    "away, his shift still to come": (
        {"agent": Agent("ana", primary=["t"], shift="late", presence="away"), "item": {},
         "calendars": [LATE]},
        "P1 he is away", "he becomes active, at the latest when his shift begins at 3600",
    ),
    "shift nearly over": (
        {"agent": Agent("ana", primary=["t"], shift="split"), "item": {}, "calendars": [SPLIT],
         "team": {"min_shift_left": 58}},
        "T3 his shift has 50 s to go, of min_shift_left 58", "his next shift begins, at 1800",
    ),
    "last shift nearly over": (
        {"agent": Agent("ana", primary=["t"], shift={"calendar": "once"}), "item": {},
         "calendars": [Calendar("once", exceptions={"1970-01-01": ["00:00-00:01"]})],
         "team": {"min_shift_left": 58}},
        "T3 his shift has 50 s to go, of min_shift_left 58", "his next shift begins",
    ),
    "waits for somebody whose shift begins in time": (
        {"agent": Agent("ana", primary=["t"]),
         "others": [Agent("ben", primary=["t"], shift="late")],
         "item": {"preferred_agent": "ben", "affinity_wait": 4000}, "calendars": [LATE]},
        "F1 it waits for ben alone until 4004", "3994 s pass, or ben leaves",
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


def shows_the_same(found):
    """In a terminal, in a notebook and as data."""
    page = found._repr_html_()
    _, rows = found._table()
    said = [*found._lines(), *(cell for row in rows for cell in row)]
    assert all(escape(line) in page for line in said)
    text = str(found)
    assert all(line in text for line in said)
    json.dumps(found.to_dict(), allow_nan=False)


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
        for name in (*desk.items, *desk.agents):
            shows_the_same(desk.explain(name))
        assert json.dumps(desk.snapshot()) == before


# --- X1: priority, promises, paths, communication -------------------------------------------------


def lines(desk, name="1"):
    """What is said of an item, but for its agents."""
    return [line for line in str(desk.explain(name)).splitlines() if not line.startswith("  ")]


def said(desk, rule, name="1"):
    """What is said of it by one rule."""
    return [line for line in lines(desk, name) if line.startswith(f"{rule} ")]


MATRIX = {"priority_criteria": {"matrix": [[1, 2], [3, 4]]}}
WEIGHTS = {"priority_criteria": {"weights": {"risk": 1}, "thresholds": [1, 2]}}
VPN = {"catalog": [{"id": "vpn", "team": "t", "priority": "high"}]}


@pytest.mark.parametrize(
    ("item", "settings", "line"),
    [
        ({"priority": 2}, {}, None),
        ({"priority": 2}, {"item_order": ["age"]}, "R1 its own priority is 2, as given"),
        ({"priority": "high"}, {}, None),
        ({}, {}, "R1 its own priority is 3, by default"),
        ({"impact": 1, "urgency": 2}, MATRIX, "R1 its own priority is 2, decided by impact"),
        ({"urgency": 1}, MATRIX, "R1 its own priority is 3, decided by urgency"),
        (
            {"impact": 1, "urgency": 1}, MATRIX,
            "R1 its own priority is 1, decided by impact and urgency",
        ),
        ({}, WEIGHTS, "R1 its own priority is 3, decided by no factor"),
        ({"catalog": "vpn"}, VPN, "R1 its own priority is 2, as catalog entry vpn says"),
        (
            {"priority": 4}, {"ageing": {"every": 4}},
            "R1 its own priority is 4, as given; ageing has made it 2 (Q4)",
        ),
    ],
)  # fmt: skip
def test_its_own_priority_and_what_decided_it(item, settings, line):
    desk = Dispatcher(Workspace([Team("t")], **settings))
    desk.submit(WorkItem("1", team="t", **item), now=0.0)
    desk.advance(now=10.0)
    assert said(desk, "R1") == ([] if line is None else [line])


def test_a_closed_item_keeps_what_decided_its_priority():
    desk = Dispatcher(Workspace([Team("t")]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    desk.close("1", now=5.0)
    assert lines(desk) == ["item 1 is closed in team t", "R1 its own priority is 3, by default"]


def promising(**sla):
    """Both targets and more run on calendars: `1` of ana's, from 0 on."""
    targets = {
        "first_response": 600,
        "next_response": 300,
        "resolution": {"seconds": 120, "calendar": "split"},
    }
    desk = Dispatcher(
        Workspace(
            [Team("t"), Team("other")],
            [Agent("ana", primary=["t"])],
            calendars=[SPLIT],
            sla=[{"id": "gold", "targets": targets, "teams": ["t"], **sla}],
        ),
        validate=True,
    )
    desk.submit(WorkItem("1", team="t"), now=0.0)
    return desk


def test_each_target_has_its_state_its_due_and_the_time_left():
    desk = promising()
    desk.advance(now=30.0)
    assert said(desk, "L1") == [
        "L1 first_response by gold: running, due at 600, 570 s left",
        "L1 resolution by gold: running, due at 1860, 90 s left on calendar split",
    ]
    desk.reply("1", by="agent", now=90.0)
    desk.reply("1", by="customer", now=100.0)
    assert said(desk, "L1") == [
        "L1 first_response by gold: met, 510 s were left",
        "L1 next_response by gold: running, due at 400, 300 s left",
        "L1 resolution by gold: running, due at 1860, 60 s left on calendar split",
    ]
    desk.advance(now=350.0)
    assert (
        said(desk, "L1")[1] == "L1 next_response by gold: running, at risk, due at 400, 50 s left"
    )
    desk.advance(now=500.0)
    assert said(desk, "L1")[1] == "L1 next_response by gold: breached at 400; it is still to be met"
    desk.reply("1", by="agent", now=600.0)
    assert said(desk, "L1")[1] == "L1 next_response by gold: breached at 400"


def test_a_target_that_stands_still_says_why():
    desk = promising(pause_on_customer=True)
    desk.reply("1", by="agent", now=30.0)
    (found,) = (line for line in said(desk, "L1") if "resolution" in line)
    assert found == (
        "L1 resolution by gold: paused, 90 s left on calendar split; we wait for the customer"
    )
    desk.snooze("1", now=40.0)
    assert said(desk, "L1")[-1].endswith("; the item is snoozed")
    desk.wake("1", now=40.0)
    desk.transfer("1", "other", now=50.0)
    assert said(desk, "L1")[-1] == ("L1 resolution: paused; no policy has such a target for it now")


def test_targets_of_a_closed_item():
    desk = promising()
    desk.close("1", now=30.0)
    assert said(desk, "L1") == [
        "L1 first_response by gold: paused, 570 s left; the item is closed",
        "L1 resolution by gold: met, 90 s were left on calendar split",
    ]


def escalating(*steps, **path):
    """`1` waits for nobody on a path of these steps, from 0 on."""
    settings = {name: path.pop(name) for name in ("sla", "calendars") if name in path}
    desk = Dispatcher(
        Workspace(
            [Team("t", manual=True), Team("l2", manual=True)],
            [Agent("ana", primary=["t"]), Agent("ben", primary=["l2"])],
            paths=[
                {"id": "major", "steps": steps, **path},
                {"id": "last", "teams": ["l2"],
                 "steps": [{"when": "manual", "do": {"notify": ["eve"]}}]},
            ],
            rotations=[{"id": "night", "members": ["ana", "ben"], "days": 1, "time": "00:10",
                        "starts_on": "1970-01-01"}],
            **settings,
        ),
        validate=True,
    )  # fmt: skip
    desk.submit(WorkItem("1", team="t"), now=0.0)
    return desk


TELL = {"notify": ["eve"]}
RESPONSE = [{"id": "gold", "targets": {"first_response": 600}}]


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (
            {"when": "unassigned", "after": 60},
            "E1 path major, step 1 of 1: at 60, if nobody owns it then: notify eve",
        ),
        (
            {"when": "unacknowledged", "after": 60},
            "E1 path major, step 1 of 1: at 60, if nobody has acknowledged it then: notify eve",
        ),
        (
            {"when": "no_response", "after": 60},
            "E1 path major, step 1 of 1: at 60, if no agent has replied by then: notify eve",
        ),
        (
            {"when": "unresolved", "after": 60},
            "E1 path major, step 1 of 1: at 60, if it is still open then: notify eve",
        ),
        (
            {"when": "unresolved", "after": 61, "calendar": "split"},
            "E1 path major, step 1 of 1: at 1801, if it is still open then: notify eve",
        ),
        (
            {"when": "at_risk", "target": "first_response"},
            "E1 path major, step 1 of 1: at 480, when first_response is at risk: notify eve",
        ),
        (
            {"when": "breached", "target": "first_response"},
            "E1 path major, step 1 of 1: at 600, when first_response is breached: notify eve",
        ),
        (
            {"when": "manual"},
            "E1 path major, step 1 of 1: when somebody escalates it by hand: notify eve",
        ),
    ],
)
def test_the_next_step_of_its_path_and_when_it_fires(step, line):
    desk = escalating({**step, "do": TELL}, sla=RESPONSE, calendars=[SPLIT])
    assert said(desk, "E1") == [line]


def test_what_a_step_waits_for_that_stands_still_has_no_instant():
    sla = [{"id": "gold", "targets": {"resolution": 600}}]
    desk = escalating({"when": "breached", "target": "resolution", "do": TELL}, sla=sla)
    desk.snooze("1", now=5.0)
    assert said(desk, "E1") == [
        "E1 path major, step 1 of 1: when resolution is breached: notify eve"
    ]


@pytest.mark.parametrize(
    ("do", "what"),
    [
        ({"priority": "high"}, "raise its priority to high"),
        ({"transfer": "l2"}, "transfer it to l2"),
        ({"assign": "ana"}, "assign it to ana"),
        ({"watchers": ["eve", "dan"]}, "add as watchers eve, dan"),
        ({"path": "last"}, "go on with path last"),
        (
            {"assign": {"on_call": "night"}, "notify": [{"on_call": "night"}, "eve"]},
            "assign it to ben (on call in night); notify ben (on call in night), eve",
        ),
    ],
)
def test_what_the_next_step_does(do, what):
    """Who is on call then, not who is now: at 600 ana's turn ends."""
    desk = escalating({"when": "unresolved", "after": 90_000, "do": do})
    assert said(desk, "E1") == [
        f"E1 path major, step 1 of 1: at 90000, if it is still open then: {what}"
    ]


def test_a_step_keeps_the_name_of_a_rotation_that_is_gone():
    desk = escalating({"when": "manual", "do": {"notify": [{"on_call": "night"}]}})
    desk.update_workspace(paths=[], rotations=[], now=5.0)
    assert said(desk, "E1")[0].endswith(": notify nobody (on call in night)")


@pytest.mark.parametrize(
    ("when", "command", "why"),
    [
        ("unassigned", lambda desk: desk.assign("1", "ana", now=5.0), "assigned"),
        ("unacknowledged", lambda desk: desk.acknowledge("1", now=5.0), "acknowledged"),
        ("no_response", lambda desk: desk.reply("1", by="agent", now=5.0), "answered"),
        ("no_response", lambda desk: desk.snooze("1", now=5.0), "snoozed"),
    ],
)
def test_a_step_that_will_be_skipped_as_things_stand(when, command, why):
    desk = escalating({"when": when, "after": 60, "do": TELL})
    assert desk.explain("1").step.skipped is None
    command(desk)
    assert said(desk, "E1")[0].endswith(f": notify eve; as things stand it is skipped ({why})")


def test_rounds_of_a_path_and_an_acknowledgement_that_may_lapse():
    steps = ({"when": "unacknowledged", "after": 60, "do": TELL},)
    desk = escalating(*steps, repeat=2, ack_timeout=300)
    desk.acknowledge("1", now=5.0)
    assert said(desk, "E3") == ["E3 acknowledged until 305"]
    desk.advance(now=70.0)
    assert said(desk, "E1") == []
    assert said(desk, "E3") == [
        "E3 path major, all 1 steps had their turn, lap 1 of 3: "
        "when the acknowledgement lapses at 305, step 1 is next",
        "E3 acknowledged until 305",
    ]
    desk.advance(now=310.0)
    assert said(desk, "E1") == [
        "E1 path major, step 1 of 1, lap 2 of 3: at 365, if nobody has acknowledged it then: "
        "notify eve"
    ]
    assert said(desk, "E3") == []


def test_an_acknowledgement_for_good_and_who_watches():
    desk = escalating({"when": "manual", "do": {"watchers": ["eve", "dan"]}})
    desk.acknowledge("1", now=5.0)
    desk.escalate("1", now=5.0)
    assert lines(desk)[-3:-1] == ["E3 acknowledged", "watched by eve, dan"]
    assert desk.explain("1").step is None


def told(**protocol):
    settings = {"protocols": [{"id": "major", "audiences": ["board"], **protocol}]}
    desk = Dispatcher(Workspace([Team("t")], **settings), validate=True)
    desk.submit(WorkItem("1", team="t"), now=0.0)
    return desk


def test_its_protocol_and_when_the_next_update_is_due():
    desk = told(update_every=100, required=["status", "eta"])
    assert said(desk, "U1") == ["U1 protocol major: the next update (status, eta) is due at 100"]
    desk.advance(now=250.0)
    assert said(desk, "U1") == [
        "U1 protocol major: an update (status, eta) is due since 100, one more at 300"
    ]
    desk.post_update("1", status="down", eta="noon", now=260.0)
    assert said(desk, "U1") == ["U1 protocol major: the next update (status, eta) is due at 360"]
    assert said(told(), "U1") == ["U1 protocol major: no updates are due"]


def test_the_report_that_is_due_on_a_closed_item():
    desk = told(report_on_close=True)
    desk.close("1", now=5.0)
    assert said(desk, "U1") == []
    assert said(desk, "U2") == ["U2 a report is due: root_cause, resolution, prevention"]
    sections = dict.fromkeys(("root_cause", "resolution", "prevention"), "a worm")
    desk.post_report("1", sections, now=6.0)
    assert said(desk, "U2") == []


def test_a_held_item_says_whose_approval_is_next():
    desk = Dispatcher(
        Workspace(
            [Team("t")],
            [Agent("ana", primary=["t"])],
            catalog=[{"id": "vpn", "team": "t", "approvals": ["it", "dan"]}],
            groups={"it": ["gil", "fay"]},
        )
    )
    desk.submit(WorkItem("1", catalog="vpn"), now=0.0)
    assert lines(desk)[:2] == [
        "item 1 is held in team t",
        "G2 it waits for the approval of it (gil or fay), then of dan",
    ]
    assert desk.explain("1").approvers == ("it", "gil", "fay")
    desk.approve("1", "fay", now=5.0)
    assert said(desk, "G2") == ["G2 it waits for the approval of dan"]
    desk.approve("1", "dan", now=6.0)
    assert said(desk, "G2") == []


@pytest.mark.parametrize("seed", range(30))
def test_what_is_foretold_comes_to_pass(seed, make_up, drive):
    """Time alone passes: what explain says comes at an instant, comes at that instant."""
    workspace, log = make_up(seed, 120)
    desk = Dispatcher(workspace)
    drive(desk, log)
    document = desk.snapshot()
    for name in desk.items:
        found = desk.explain(name)
        until, lapses = found.step and found.step.at, found.acknowledged_until
        for at, kinds in [
            (until, ("escalated", "escalation_skipped", "acknowledgement_lapsed")),
            (lapses, ("acknowledgement_lapsed",)),
            (found.updates and found.updates.next_at, ("update_due",)),
            *((target.due_at, ("sla_breached",)) for target in found.targets
              if target.state == "running"),
        ]:  # fmt: skip
            if at is None:
                continue
            assert at >= desk.now
            events = Dispatcher.restore(document).advance(now=at)
            own = [e for e in events if getattr(e, "item", None) == name and e.at == at]
            # unless a step of its path has changed its priority or team before
            assert {e.kind for e in own} & set(kinds) or any(
                e.kind in ("escalated", "acknowledgement_lapsed")
                for e in events
                if getattr(e, "item", None) == name and e.at < at
            )
        for target in found.targets:
            assert target.left is None or target.left >= 0.0
            if target.state == "running" and target.calendar == "24x7":
                assert target.left == pytest.approx(target.due_at - desk.now)


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


def test_a_plan_is_told_apart_from_a_choice():
    agents = [Agent("ana", primary=["t"]), Agent("ben", secondary=["t"])]
    desk = Dispatcher(Workspace([Team("t")], agents))
    log = [*desk.submit(WorkItem("1", team="t"), now=0.0)]
    log += desk.rebalance([Move("1", "ben", "ana")], now=4.0)
    assert str(explain_event(log, log[-1].seq)) == (
        "item 1 went to ben at 4: a rebalancing plan gave it to him, as a secondary agent (B)"
    )


def test_a_step_of_a_path_is_named_with_who_asked_for_it():
    desk = escalating(
        {"when": "unassigned", "after": 60, "do": {"assign": "ana"}},
        {"when": "manual", "do": {"transfer": "l2", "assign": "ben"}},
    )
    log = [*desk.advance(now=60.0), *desk.escalate("1", "stuck", by="eve", now=70.0)]
    said = [str(explain_event(log, e.seq)) for e in log if isinstance(e, Assigned)]
    assert said == [
        "item 1 went to ana at 60: step 1 of path major, unassigned, assigned it (E1)",
        "item 1 went to ben at 70: "
        "step 2 of path major, manual, assigned it (E1), when eve escalated it (E4): stuck",
    ]
    later = [event for event in log if isinstance(event, Assigned)]
    assert explain_event(log, later[0].seq).step.level == 1
    assert explain_event(later, later[0].seq).step is None  # the log begins too late
    assert str(explain_event(later, later[0].seq)).endswith("a step of its path assigned it (E1)")


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


ALWAYS_ON = "T3 on shift (calendar 24x7), which never ends"


@pytest.mark.parametrize(
    ("shift", "now", "line"),
    [
        (None, 10.0, None),
        ("24x7", 10.0, ALWAYS_ON),
        ("split", 10.0, "T3 on shift (calendar split) until 60; the next begins at 1800"),
        ("split", 60.0, "T3 off shift (calendar split); the next begins at 1800"),
        ("late", 3600.0, "T3 on shift (calendar late) until 7200; the next begins at 608400"),
        ("once", 10.0, "T3 on shift (calendar once) until 60; none follows"),
        ("once", 60.0, "T3 off shift (calendar once); none follows"),
    ],
)
def test_an_agents_shift(shift, now, line):
    once = Calendar("once", exceptions={"1970-01-01": ["00:00-00:01"]})
    ana = Agent("ana", primary=["t"], shift=shift)
    desk = Dispatcher(Workspace([Team("t")], [ana], calendars=[LATE, SPLIT, once]))
    assert desk.explain("ana").on_shift is None  # nobody knows when it is
    desk.advance(now=0.0)
    desk.advance(now=now)
    found = desk.explain("ana")
    assert [text for text in str(found).splitlines() if text.startswith("T3")] == (
        [] if line is None else [line]
    )
    assert found.on_shift is (None if line is None else line.startswith("T3 on"))


def test_what_an_agent_off_shift_would_get_next_and_when():
    ana = Agent("ana", primary=["t"], shift="late")
    desk = Dispatcher(Workspace([Team("t")], [ana], calendars=[LATE]))
    desk.submit(WorkItem("1", team="t"), now=10.0)
    assert str(desk.explain("ana")).splitlines()[:4] == [
        "agent ana is away_reassign (by shift)",
        "T3 off shift (calendar late); the next begins at 3600",
        "holds nothing",
        "next: 1, the first in item order that his skills and inboxes allow (primary in t), "
        "once 3590 s pass, or he becomes active: "
        "P1 he is away_reassign: his shift begins at 3600",
    ]
    assert [event.kind for event in desk.advance(now=3600.0)] == ["presence_changed", "assigned"]


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
    return [*waiting, desk.explain(nasty), explain_event(log, log[-1].seq), *promises(nasty)]


def promises(nasty):
    """Of an item with all that may be promised, of a held one, and of who came by a path."""
    desk = Dispatcher(
        Workspace(
            [Team(nasty, manual=True)],
            [Agent(nasty + "1", primary=[nasty], shift=nasty)],
            calendars=[Calendar(nasty, hours={"thu": ["00:00-01:00"]})],
            sla=[{"id": nasty, "targets": {"resolution": 600}, "calendar": nasty}],
            paths=[{
                "id": nasty,
                "steps": [
                    {"when": "manual", "do": {"assign": nasty + "1", "watchers": [nasty]}},
                    {"when": "unresolved", "after": 60, "do": {"notify": [nasty]}},
                ],
            }],
            protocols=[{"id": nasty, "update_every": 60, "required": [nasty]}],
            catalog=[{"id": nasty, "team": nasty, "approvals": [nasty, "eve"]}],
        )
    )  # fmt: skip
    desk.submit(WorkItem(nasty, team=nasty), now=0.0)
    log = desk.escalate(nasty, nasty, by=nasty, now=1.0)
    gift = next(event for event in log if isinstance(event, Assigned))
    desk.submit(WorkItem("held", catalog=nasty), now=2.0)
    found = [desk.explain(name) for name in (nasty, "held", nasty + "1")]
    return [*found, explain_event(log, gift.seq)]


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
    assert (data["decided_by"], data["item"]["own_priority"]) == ("default", 3)


def test_the_data_of_promises_hold_what_the_text_says():
    desk = promising()
    desk.advance(now=30.0)
    data = json.loads(json.dumps(desk.explain("1").to_dict()))
    assert data["targets"][1] == {
        "target": "resolution", "policy": "gold", "calendar": "split", "state": "running",
        "at_risk": False, "due_at": 1860.0, "left": 90.0, "why": "",
    }  # fmt: skip
    desk = escalating({"when": "unresolved", "after": 60, "do": {"assign": {"on_call": "night"}}})
    data = json.loads(json.dumps(desk.explain("1").to_dict()))
    assert data["step"] == {
        "path": "major", "level": 1, "steps": 1, "lap": 1, "laps": 1, "at": 60.0,
        "when": "if it is still open then", "do": {"assign": {"on_call": "night"}},
        "what": "assign it to ben (on call in night)", "skipped": None,
    }  # fmt: skip
    data = json.loads(json.dumps(told(update_every=60, required=["eta"]).explain("1").to_dict()))
    assert data["updates"] == {
        "protocol": "major", "required": ["eta"], "due_since": None, "next_at": 60.0,
    }  # fmt: skip
