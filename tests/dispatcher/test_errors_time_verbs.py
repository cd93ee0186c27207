"""What the verbs of promises, paths, protocols and approvals refuse, changing nothing (D6, 81)."""

import json

import pytest

import assignwork as aw
from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace

STEP = {"when": "manual", "do": {"notify": ["lead"]}}


def refused(desk, error, verb, *args, now=None, **options):
    """The error of a command that must not change anything."""
    before = json.dumps(desk.snapshot())
    with pytest.raises(error) as found:
        getattr(desk, verb)(*args, now=desk.now if now is None else now, **options)
    assert type(found.value) is error
    assert json.dumps(desk.snapshot()) == before
    return found.value


@pytest.fixture
def desk():
    """At 10, an item in each state, named after it; each follows a path and has a protocol."""
    desk = Dispatcher(
        Workspace.from_dict(
            {
                "schema": 1,
                "teams": [{"id": "t"}, {"id": "calls", "offer_timeout": 60}, {"id": "hand"}],
                "agents": [{"id": "ana", "primary": ["t", "calls"]}],
                "groups": {"staff": ["ana"]},
                "paths": {"p": {"steps": [STEP] * 9}},
                "protocols": {"all": {"required": ["status"], "report_on_close": ["cause"]}},
                "catalog": {"vpn": {"team": "t", "approvals": ["boss"], "groups": ["staff"]}},
            }
        ),
        validate=True,
    )
    for name, team in [
        ("queued", "hand"),
        ("offered", "calls"),
        ("assigned", "t"),
        ("snoozed", "t"),
        ("closed", "t"),
    ]:
        desk.submit(WorkItem(name, team=team), now=0.0)
    desk.submit(WorkItem("held", catalog="vpn", requester="ana"), now=1.0)
    desk.snooze("snoozed", 500.0, now=4.0)
    desk.close("closed", now=10.0)
    assert {view.id: view.state for view in desk.items.values()} == {
        name: name for name in desk.items
    }
    return desk


OPEN = ("queued", "offered", "assigned", "snoozed")
VERBS = {
    "acknowledge": ((), {}, OPEN),
    "escalate": ((), {}, OPEN),
    "approve": (("boss",), {}, ("held",)),
    "reject": (("boss",), {}, ("held",)),
    "post_update": ((), {"status": "down"}, OPEN),
    "post_report": ((), {"cause": "rust"}, ("closed",)),
    "rate": ((5,), {}, (*OPEN, "closed")),
}
STATES = ("held", *OPEN, "closed")


@pytest.mark.parametrize(
    ("verb", "state"), [(verb, state) for verb, (*_, fine) in VERBS.items() for state in fine]
)
def test_s4_a_verb_works_in_these_states(desk, verb, state):
    args, options, _ = VERBS[verb]
    events = getattr(desk, verb)(state, *args, now=20.0, **options)
    assert {(event.item, event.at) for event in events} == {(state, 20.0)}
    assert desk.now == 20.0


@pytest.mark.parametrize(
    ("verb", "state"),
    [(verb, state) for verb, (*_, fine) in VERBS.items() for state in STATES if state not in fine],
)
def test_s4_a_verb_works_in_no_other_state(desk, verb, state):
    args, options, fine = VERBS[verb]
    error = refused(desk, aw.InvalidTransitionError, verb, state, *args, now=20.0, **options)
    assert (error.value, error.limit) == (state, ", ".join(fine))


@pytest.mark.parametrize("verb", VERBS)
def test_an_item_that_was_never_submitted_is_refused(desk, verb):
    args, options, _ = VERBS[verb]
    error = refused(desk, aw.UnknownItemError, verb, "t-9", *args, now=20.0, **options)
    assert str(error) == "no item 't-9' was ever submitted; submit it first"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", [None, 5, "", ["queued"]])
def test_what_is_no_name_of_an_item_is_refused(desk, verb, name):
    args, options, _ = VERBS[verb]
    refused(desk, aw.ConfigurationError, verb, name, *args, now=20.0, **options)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", [5, "", ["ana"]])
def test_what_is_no_name_of_a_person_is_refused(desk, verb, who):
    args, options, fine = VERBS[verb]
    options = options if verb in ("approve", "reject") else {**options, "by": who}
    args = (who,) if verb in ("approve", "reject") else args
    error = refused(desk, aw.ConfigurationError, verb, fine[-1], *args, now=20.0, **options)
    assert error.field == "by"


@pytest.mark.parametrize("verb", VERBS)
def test_time_that_goes_back_is_refused(desk, verb):
    args, options, fine = VERBS[verb]
    refused(desk, aw.ClockRegressionError, verb, fine[-1], *args, now=9.99, **options)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("now", ["soon", None, True, float("nan")])
def test_what_is_no_instant_is_refused(desk, verb, now):
    args, options, fine = VERBS[verb]
    before = json.dumps(desk.snapshot())
    with pytest.raises(aw.ConfigurationError, match="now: "):
        getattr(desk, verb)(fine[-1], *args, now=now, **options)
    assert json.dumps(desk.snapshot()) == before


@pytest.mark.parametrize("score", [0, 6, -1, 4.5, 5.0, True, "5", None])
def test_a_score_is_1_to_5(desk, score):
    error = refused(desk, aw.ConfigurationError, "rate", "closed", score, now=20.0)
    assert (error.field, error.value) == ("score", score)


@pytest.mark.parametrize("score", [1, 5])
def test_a_rating_says_score_and_by_whom(desk, score):
    (event,) = desk.rate("closed", score, by="kim", now=20.0)
    expected = {"at": 20.0, "event": "rated", "item": "closed", "score": score, "by": "kim"}
    assert event.to_dict() == {"seq": event.seq, **expected}


@pytest.mark.parametrize(("verb", "item"), [("escalate", "queued"), ("reject", "held")])
def test_a_reason_is_text(desk, verb, item):
    args, options, _ = VERBS[verb]
    error = refused(desk, aw.ConfigurationError, verb, item, *args, reason=5, now=20.0, **options)
    assert error.field == "reason"


@pytest.mark.parametrize(
    ("verb", "item", "field"),
    [("post_update", "queued", "status"), ("post_report", "closed", "cause")],
)
def test_what_is_required_must_be_said(desk, verb, item, field):
    error = refused(desk, aw.ConfigurationError, verb, item, now=20.0)
    assert (error.field, error.limit) == (f"content.{field}", field)
    error = refused(desk, aw.ConfigurationError, verb, item, {field: " "}, now=20.0)
    assert error.field == f"content.{field}"
    assert refused(desk, aw.ConfigurationError, verb, item, "all is well", now=20.0)


def test_a_report_that_is_not_due_is_refused(desk):
    desk.post_report("closed", cause="rust", now=20.0)
    error = refused(desk, aw.InvalidTransitionError, "post_report", "closed", cause="rust")
    assert "no report is due" in str(error)


def test_an_item_that_follows_no_path_is_not_escalated(desk):
    for _ in range(9):
        desk.escalate("queued", now=20.0)
    error = refused(desk, aw.InvalidTransitionError, "escalate", "queued", "burns")
    assert "it follows no path" in str(error)


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_who_may_not_answer_is_refused(desk, verb):
    error = refused(desk, aw.AccessDeniedError, verb, "held", "zoe", now=20.0)
    assert (error.value, error.limit) == ("zoe", "boss")
    assert str(error).startswith(f"'zoe' cannot {verb} item 'held'")


@pytest.mark.parametrize(
    ("requester", "words"),
    [
        ("zoe", "'zoe' may not ask for 'vpn' (allowed: staff); "),
        (None, "'vpn' is for some groups only, and nobody is named who asks for it "),
    ],
)
def test_who_may_not_ask_is_refused(desk, requester, words):
    item = WorkItem("new", catalog="vpn", requester=requester)
    error = refused(desk, aw.AccessDeniedError, "submit", item, now=20.0)
    assert (error.value, error.limit) == (requester, "staff")
    assert str(error).startswith(words)


def test_an_item_without_a_team_needs_a_catalog():
    with pytest.raises(aw.ConfigurationError) as found:
        WorkItem("new")
    assert found.value.field == "team"


# --- policies that fail ---------------------------------------------------------------------------


class Moody:
    """A selection that raises while it is in a bad mood."""

    name = "moody"
    bad = False

    def key(self, item, agent):
        if self.bad:
            raise RuntimeError(item.id)
        return agent.load


PROMISED = {
    "sla": {
        "s": {
            "targets": {
                "1": {"first_response": 100, "next_response": 30, "resolution": 400},
                "3": {"first_response": 300, "next_response": 60, "resolution": 900},
            },
            "pause_on_customer": True,
        }
    },
    "paths": {
        "p": {
            "steps": [
                {"when": "unacknowledged", "after": 50, "do": {"priority": 1, "transfer": "u"}},
                {"when": "breached", "target": "next_response", "do": {"assign": "ben"}},
                {"when": "unresolved", "after": 500, "do": {"transfer": "t"}},
            ],
            "ack_timeout": 200,
            "repeat": 1,
        }
    },
    "protocols": {"c": {"audiences": ["board"], "update_every": 70, "report_on_close": True}},
    "catalog": {"vpn": {"team": "t", "approvals": ["boss"], "clock_from": "submit"}},
}
STORY = [
    (0.0, "submit", [WorkItem("1", team="t")], {}),
    (0.0, "submit", [WorkItem("2", team="u", catalog="vpn")], {}),
    (10.0, "acknowledge", ["1"], {}),
    (20.0, "approve", ["2", "boss"], {}),
    (80.0, "reply", ["1"], {"by": "agent"}),
    (90.0, "reply", ["1"], {"by": "customer"}),
    (95.0, "release", ["1"], {}),
    (130.0, "post_update", ["1"], {}),
    (150.0, "escalate", ["2"], {}),
    (230.0, "transfer", ["1", "u"], {}),
    (240.0, "close", ["2"], {}),
    (250.0, "reopen", ["2"], {}),
    (255.0, "update_item", ["2"], {"priority": 1}),
    (260.0, "transfer", ["2", "t"], {}),
    (600.0, "snooze", ["2"], {}),
    (800.0, "wake", ["2"], {}),
    (900.0, "close", ["1"], {}),
]


@pytest.fixture
def of_mood():
    """A policy, and a desk that asks it."""

    def make():
        mood = Moody()
        teams = [Team(name, selection=mood) for name in ("t", "u")]
        agents = [Agent("ana", primary=["t", "u"]), Agent("ben", primary=["t"])]
        return mood, Dispatcher(Workspace(teams, agents, **PROMISED), validate=True)

    return make


def test_d6_a_policy_that_fails_undoes_promises_paths_and_protocols_too(of_mood):
    (_, calm), (mood, desk) = of_mood(), of_mood()
    failed = []
    for now, verb, args, options in STORY:
        assert desk.advance(now=now) == calm.advance(now=now)
        before = json.dumps(desk.snapshot())
        mood.bad = True
        try:
            events = getattr(desk, verb)(*args, now=now, **options)
        except RuntimeError:
            assert json.dumps(desk.snapshot()) == before
            failed.append(verb)
            mood.bad = False
            events = getattr(desk, verb)(*args, now=now, **options)
        mood.bad = False
        assert events == getattr(calm, verb)(*args, now=now, **options)
    assert failed == ["submit", "approve", "release", "escalate", "transfer", "transfer", "wake"]
    assert json.dumps(desk.snapshot()) == json.dumps(calm.snapshot())


def test_d6_a_policy_that_fails_in_a_timer_leaves_it_due(of_mood):
    (_, calm), (mood, desk) = of_mood(), of_mood()
    for one in (calm, desk):
        one.submit(WorkItem("1", team="t"), now=0.0)
    before = json.dumps(desk.snapshot())
    mood.bad = True
    with pytest.raises(RuntimeError, match="1"):
        desk.advance(now=60.0)  # a step raises the item and gives it to another team
    assert json.dumps(desk.snapshot()) == before
    mood.bad = False
    assert desk.advance(now=60.0) == calm.advance(now=60.0)
