"""Every error, provoked through the public face: its words, its parts, and nothing changed (D6)."""

import json
import math
from datetime import datetime, timedelta, timezone

import pytest

import assignwork as aw
from assignwork import Agent, Calendar, Dispatcher, Move, Team, WorkItem, Workspace, commands


@pytest.fixture
def desk():
    """At 10: `mine` is ana's, `open` is offered to her, `waits` queued, `parked`, `done`, `held`.

    `mine` follows a path and a protocol, of `done` a report is due.
    """
    desk = Dispatcher(
        Workspace(
            [
                Team("billing"),
                Team("calls", offer_timeout=60),
                Team("empty"),
                Team("hand", manual=True),
            ],
            [
                Agent("ana", capacity=2, primary=["billing", "calls"]),
                Agent("ben", primary=["hand"], presence="away"),
                Agent("cem", capacity=1, primary=["hand"]),
            ],
            ageing={"every": 1000},
            calendars=[Calendar("office", hours={"mon-fri": ["09:00-17:00"]})],
            paths=[{
                "id": "net", "categories": ["net"],
                "steps": [{"when": "unresolved", "after": 5000, "do": {"assign": "ben"}}],
            }],
            protocols=[{
                "id": "major", "priorities": [1], "required": ["status"], "report_on_close": True,
            }],
            catalog=[
                {"id": "vpn", "team": "billing", "groups": ["staff"], "approvals": ["it", "dan"]},
            ],
            groups={"staff": ["fay"], "it": ["gil"]},
        ),
        validate=True,
    )  # fmt: skip
    desk.submit(WorkItem("mine", team="billing", priority=1, category="net"), now=0.0)
    desk.submit(WorkItem("open", team="calls"), now=1.0)
    desk.submit(WorkItem("waits", team="hand", weight=2), now=2.0)
    desk.submit(WorkItem("parked", team="hand"), now=3.0)
    desk.snooze("parked", 500.0, now=4.0)
    desk.submit(WorkItem("done", team="hand", priority=1), now=5.0)
    desk.submit(WorkItem("held", catalog="vpn", requester="fay"), now=6.0)
    desk.close("done", now=10.0)
    return desk


def refused(desk, error, verb, *args, now=20.0, **options):
    """The error of a command that must not change anything."""
    before = json.dumps(desk.snapshot())
    with pytest.raises(error) as found:
        getattr(desk, verb)(*args, now=now, **options)
    assert type(found.value) is error
    assert json.dumps(desk.snapshot()) == before
    assert desk.now == 10.0
    return found.value


CASES = {
    "unknown agent, a near one named": (
        aw.UnknownAgentError, ("assign", "mine", "anna"), {},
        "there is no agent 'anna'; did you mean 'ana'?", "anna", None,
    ),
    "unknown agent, none near": (
        aw.UnknownAgentError, ("heartbeat", "zoltan"), {},
        "there is no agent 'zoltan'; add the agent first", "zoltan", None,
    ),
    "unknown team": (
        aw.UnknownTeamError, ("transfer", "mine", "bill"), {},
        "there is no team 'bill'; did you mean 'billing'?", "bill", None,
    ),
    "unknown item": (
        aw.UnknownItemError, ("close", "t-9"), {},
        "no item 't-9' was ever submitted; submit it first", "t-9", None,
    ),
    "item submitted twice": (
        aw.DuplicateItemError, ("submit", WorkItem("mine", team="billing")), {},
        "item 'mine' was submitted before; give it an id of its own, or reopen the old one",
        "mine", None,
    ),
    "closed item submitted again": (
        aw.DuplicateItemError, ("submit", WorkItem("done", team="billing")), {},
        "item 'done' was submitted before; give it an id of its own, or reopen the old one",
        "done", None,
    ),
    "agent added twice": (
        aw.DuplicateAgentError, ("add_agent", Agent("ana")), {},
        "there is an agent 'ana' already; give him another id, or use update_agent", "ana", None,
    ),
    "team added twice": (
        aw.DuplicateTeamError, ("add_team", Team("billing")), {},
        "there is a team 'billing' already; give it another id, or use update_team",
        "billing", None,
    ),
    "wrong state": (
        aw.InvalidTransitionError, ("release", "waits"), {},
        "cannot release item 'waits': it is queued (allowed: assigned); "
        "it waits in its team's queue already",
        "queued", "assigned",
    ),
    "wrong state, closed": (
        aw.InvalidTransitionError, ("assign", "done", "ana"), {},
        "cannot assign item 'done': it is closed (allowed: queued, offered, assigned, snoozed); "
        "reopen it first",
        "closed", "queued, offered, assigned, snoozed",
    ),
    "offered to somebody else": (
        aw.InvalidTransitionError, ("accept", "open", "ben"), {},
        "cannot accept item 'open': it is offered to 'ana', not to 'ben' (allowed: offered); "
        "look at its state first",
        "offered", "offered",
    ),
    "team not empty": (
        aw.TeamNotEmptyError, ("remove_team", "hand"), {},
        "2 items are open in team 'hand' (allowed: 0); "
        "close or transfer them, or name a team in move_to",
        2, 0,
    ),
    "strict: over capacity": (
        aw.CapacityExceededError, ("assign", "waits", "cem"), {"strict": True},
        "agent 'cem' cannot take item 'waits': load 0 + 2 > capacity 1 "
        "(allowed: load 0 + 2 > capacity 1); "
        "raise the limit, release an item, or pass strict=False",
        2, "load 0 + 2 > capacity 1",
    ),
    "strict: not active": (
        aw.NotActiveError, ("assign", "waits", "ben"), {"strict": True},
        "agent 'ben' is away (allowed: active); "
        "wait until he is back, choose another, or pass strict=False",
        "away", "active",
    ),
    "strict: not a member": (
        aw.NotMemberError, ("assign", "waits", "ana"), {"strict": True},
        "agent 'ana' is no member of team 'hand' (allowed: billing, calls); "
        "make the team one of his, choose another, or pass strict=False",
        "hand", "billing, calls",
    ),
    "time goes back": (
        aw.ClockRegressionError, ("close", "mine"), {"now": 9.0},
        "now is 9.0, but the desk has already seen 10.0 (allowed: at least 10.0); "
        "give commands in the order of their instants",
        9.0, "at least 10.0",
    ),
    "a field that cannot be changed": (
        aw.ConfigurationError, ("update_item", "mine"), {"team": "calls"},
        "changes.team: the team of an item cannot be changed by an update; use transfer",
        "calls", None,
    ),
    "an unknown field": (
        aw.ConfigurationError, ("update_agent", "ana"), {"capcity": 3},
        "changes.capcity: unknown key; did you mean 'capacity'?", "capcity", None,
    ),
    "a value that cannot be used": (
        aw.ConfigurationError, ("update_agents", {}), {"capacity": -1},
        "changes.capacity: -1 is not a positive integer (1 to 2147483647); "
        "give a positive integer (1 to 2147483647)",
        -1, None,
    ),
    "no changes": (
        aw.ConfigurationError, ("update_team", "billing"), {},
        "changes: {} is not an object with at least one field to change; "
        "give an object with at least one field to change",
        {}, None,
    ),
    "an agent of an unknown team": (
        aw.ConfigurationError, ("add_agent", Agent("dan", primary=["bil"])), {},
        "primary[0]: agent 'dan' names the unknown team 'bil'; did you mean 'billing'?",
        "bil", None,
    ),
    "a presence that there is not": (
        aw.ConfigurationError, ("set_presence", "ana", "busy"), {},
        "presence: 'busy' is not one of active, away, away_reassign, offline; "
        "known are: active, away, away_reassign, offline",
        "busy", None,
    ),
    "a snooze into the past": (
        aw.ConfigurationError, ("snooze", "mine", 20.0), {},
        "until: 20.0 is not an instant after now (20.0); give an instant after now (20.0)",
        20.0, None,
    ),
    "what is no work item": (
        aw.ConfigurationError, ("submit", {"id": "1"}), {},
        "item: {'id': '1'} is not a WorkItem; give a WorkItem", {"id": "1"}, None,
    ),
    "what is no command": (
        aw.ConfigurationError, ("handle", "close"), {},
        "command: str is no command; give an object of assignwork.commands", "close", None,
    ),
    "an unknown condition": (
        aw.ConfigurationError, ("update_agents", {"skil": "vip"}), {"capacity": 1},
        "where.skil: unknown condition; did you mean 'skill'?", "skil", None,
    ),
    "not of the groups that may ask": (
        aw.AccessDeniedError, ("submit", WorkItem("new", catalog="vpn", requester="gil")), {},
        "'gil' may not ask for 'vpn' (allowed: staff); "
        "let somebody of these groups ask, or give the requester one of them",
        "gil", "staff",
    ),
    "nobody asks for what some may ask": (
        aw.AccessDeniedError, ("submit", WorkItem("new", catalog="vpn")), {},
        "'vpn' is for some groups only, and nobody is named who asks for it (allowed: staff); "
        "let somebody of these groups ask, or give the requester one of them",
        None, "staff",
    ),
    "not the next to approve": (
        aw.AccessDeniedError, ("approve", "held", "dan"), {},
        "'dan' cannot approve item 'held': it is 'it' who answers next (allowed: it); "
        "let him answer, in the order of the chain",
        "dan", "it",
    ),
    "not the next to reject": (
        aw.AccessDeniedError, ("reject", "held", "fay", "no"), {},
        "'fay' cannot reject item 'held': it is 'it' who answers next (allowed: it); "
        "let him answer, in the order of the chain",
        "fay", "it",
    ),
    "no entry of the catalog": (
        aw.ConfigurationError, ("submit", WorkItem("new", catalog="vnp")), {},
        "item.catalog: there is no entry 'vnp' in the catalog; did you mean 'vpn'?", "vnp", None,
    ),
    "no level, at submit": (
        aw.ConfigurationError, ("submit", WorkItem("new", team="billing", priority="hihg")), {},
        "item.priority: there is no priority level 'hihg'; did you mean 'high'?", "hihg", None,
    ),
    "no level, at an update": (
        aw.ConfigurationError, ("update_item", "mine"), {"priority": "hihg"},
        "changes.priority: there is no priority level 'hihg'; did you mean 'high'?", "hihg", None,
    ),
    "a catalog entry cannot be changed": (
        aw.ConfigurationError, ("update_item", "mine"), {"catalog": "vpn"},
        "changes.catalog: the catalog of an item cannot be changed by an update; leave it out",
        "vpn", None,
    ),
    "held": (
        aw.InvalidTransitionError, ("assign", "held", "ana"), {},
        "cannot assign item 'held': it is held (allowed: queued, offered, assigned, snoozed); "
        "look at its state first",
        "held", "queued, offered, assigned, snoozed",
    ),
    "not held": (
        aw.InvalidTransitionError, ("approve", "mine", "it"), {},
        "cannot approve item 'mine': it is assigned (allowed: held); look at its state first",
        "assigned", "held",
    ),
    "rated before it was let in": (
        aw.InvalidTransitionError, ("rate", "held", 5), {},
        "cannot rate item 'held': it is held "
        "(allowed: queued, offered, assigned, snoozed, closed); look at its state first",
        "held", "queued, offered, assigned, snoozed, closed",
    ),
    "no path to go on": (
        aw.InvalidTransitionError, ("escalate", "waits"), {},
        "cannot escalate item 'waits': it follows no path; "
        "give the workspace a path that matches it, or transfer it by hand",
        "queued", None,
    ),
    "a report on what is open": (
        aw.InvalidTransitionError, ("post_report", "mine"), {},
        "cannot post_report item 'mine': it is assigned (allowed: closed); "
        "close it first, then report",
        "assigned", "closed",
    ),
    "an update without what it must say": (
        aw.ConfigurationError, ("post_update", "mine", {"eta": "noon"}), {},
        "content.status: this field is missing (allowed: status); "
        "give it: the item's protocol requires it",
        None, "status",
    ),
    "an update that says nothing": (
        aw.ConfigurationError, ("post_update", "mine"), {"status": " "},
        "content.status: ' ' is not a text that says something; give a text that says something",
        " ", None,
    ),
    "a report without a section": (
        aw.ConfigurationError, ("post_report", "done", {"root_cause": "a worm"}), {},
        "content.resolution: this field is missing (allowed: root_cause, resolution, prevention); "
        "give it: the item's protocol requires it",
        None, "root_cause, resolution, prevention",
    ),
    "a score that there is not": (
        aw.ConfigurationError, ("rate", "mine", 6), {},
        "score: 6 is not a score, 1 (worst) to 5 (best); give a score, 1 (worst) to 5 (best)",
        6, None,
    ),
    "a shift by no calendar": (
        aw.ConfigurationError, ("add_agent", Agent("new", shift="ofice")), {},
        "shift.calendar: agent 'new' names the unknown calendar 'ofice'; did you mean 'office'?",
        "ofice", None,
    ),
    "another shift by no calendar": (
        aw.ConfigurationError, ("update_agent", "ana"), {"shift": "ofice"},
        "shift.calendar: agent 'ana' names the unknown calendar 'ofice'; did you mean 'office'?",
        "ofice", None,
    ),
    "a team that the catalog names": (
        aw.ConfigurationError, ("remove_team", "billing"), {"move_to": "hand"},
        "catalog[0].team: team 'billing' cannot be removed: the workspace names it; "
        "change that first, with update_workspace",
        "billing", None,
    ),
    "an agent whom a path assigns to": (
        aw.ConfigurationError, ("remove_agent", "ben"), {},
        "paths[0].steps[0].do.assign: agent 'ben' cannot be removed: a path assigns to him; "
        "change the paths first, with update_workspace",
        "ben", None,
    ),
    "a policy that names nothing": (
        aw.ConfigurationError, ("update_workspace",),
        {"sla": [{"id": "gold", "targets": {"resolution": 60}, "calendar": "ofice"}]},
        "changes.sla[0].calendar: SLA policy 'gold' names the unknown calendar 'ofice'; "
        "did you mean 'office'?",
        "ofice", None,
    ),
    "an item that a plan moves twice": (
        aw.ConfigurationError, ("rebalance", [Move("mine", "cem", "ana"), Move("mine", "ana")]), {},
        "moves[1].item: item 'mine' is moved twice (allowed: one move for an item); name it once",
        "mine", "one move for an item",
    ),
    "a plan of another desk": (
        aw.StalePlanError, ("rebalance", []), {"seen": 1000},
        "the plan was made after 1000 events, this desk has emitted 12 (allowed: at most 12); "
        "it is another desk, or an older copy: plan anew on this one",
        1000, "at most 12",
    ),
    "a plan that no longer fits": (
        aw.StalePlanError,
        ("rebalance", [Move("mine", None, "ana"), Move("waits", "ben"), Move("done", "cem")]),
        {"all_or_nothing": True},
        "2 of 3 moves no longer fit, first of item 'waits': not_eligible, P1 he is away "
        "(allowed: 0); plan anew, or leave all_or_nothing out to carry out the others",
        2, 0,
    ),
    "what is no plan": (
        aw.ConfigurationError, ("apply", "mine"), {},
        "plan: 'mine' is no plan; give what plan_rebalance returned, or use rebalance for moves of "
        "your own",
        "mine", None,
    ),
    "a group that the catalog names": (
        aw.ConfigurationError, ("update_workspace",), {"groups": {}},
        "changes.catalog[0].groups[0]: catalog entry 'vpn' names the unknown group 'staff'; "
        "none is known",
        "staff", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_error_says_what_the_value_the_limit_and_the_way_out(desk, case):
    error, call, options, text, value, limit = CASES[case]
    found = refused(desk, error, *call, **options)
    assert (str(found), found.value, found.limit) == (text, value, limit)


COVERED = {case[0] for case in CASES.values()} | {
    aw.AssignworkError,  # the root
    aw.SnapshotError,  # test_snapshots
    aw.InputError,  # tests/cli, tests/unit/test_wire
}


def test_no_error_is_left_out():
    public = {
        getattr(aw, name)
        for name in aw.__all__
        if isinstance(getattr(aw, name), type) and issubclass(getattr(aw, name), Exception)
    }
    assert public == COVERED


def test_a_refused_reopen_of_an_item_whose_team_is_gone(desk):
    desk.close("waits", now=10.0)
    desk.close("parked", now=10.0)
    desk.remove_team("hand", now=10.0)
    found = refused(desk, aw.UnknownTeamError, "reopen", "done")
    assert str(found) == (
        "the team 'hand' of the closed item 'done' was removed; "
        "add a team of that id again, then reopen it"
    )


BAD_INSTANTS = {
    "naive": (datetime(2026, 1, 1), "it has no time zone; give it a time zone"),  # noqa: DTZ001  # on purpose
    "naive text": ("2026-01-01T00:00:00", "it has no time zone; give it an offset, such as"),
    "no text of an instant": ("soon", "give POSIX seconds or ISO 8601 with an offset"),
    "nan": (math.nan, "is not a finite instant"),
    "infinite": (math.inf, "is not a finite instant"),
    "minus infinite": (-math.inf, "is not a finite instant"),
    "too large a whole number": (10**400, "is not a finite instant"),
    "true": (True, "give POSIX seconds as a number, or an aware datetime"),
    "none": (None, "give POSIX seconds as a number, or an aware datetime"),
    "a list": ([20.0], "give POSIX seconds as a number, or an aware datetime"),
}
EVERY_VERB = {
    "submit": (WorkItem("new", team="billing"),),
    "assign": ("waits", "ana"),
    "release": ("mine",),
    "transfer": ("mine", "calls"),
    "pull": ("ana",),
    "snooze": ("mine",),
    "wake": ("parked",),
    "close": ("mine",),
    "reopen": ("done",),
    "accept": ("open", "ana"),
    "decline": ("open", "ana"),
    "set_presence": ("ana", "away"),
    "heartbeat": ("ana",),
    "advance": (),
    "acknowledge": ("mine",),
    "escalate": ("mine",),
    "approve": ("held", "gil"),
    "reject": ("held", "gil"),
    "post_update": ("mine", {"status": "down"}),
    "post_report": ("done", dict.fromkeys(("root_cause", "resolution", "prevention"), "a worm")),
    "rate": ("mine", 5),
    "rebalance": ([Move("mine", None, "ana")],),
    "add_agent": (Agent("new"),),
    "remove_agent": ("ana",),
    "add_team": (Team("new"),),
    "remove_team": ("empty",),
    "handle": (commands.Close("mine"),),
}
WITH_FIELDS = {
    "reply": (("mine",), {"by": "agent"}),
    "update_item": (("mine",), {"priority": 1}),
    "update_agent": (("ana",), {"capacity": 9}),
    "update_agents": (({},), {"capacity": 9}),
    "update_team": (("hand",), {"rank": 1}),
    "update_workspace": ((), {"strict": True}),
}
DOORS = {**{verb: (args, {}) for verb, args in EVERY_VERB.items()}, **WITH_FIELDS}


def test_no_verb_is_left_out():
    assert set(DOORS) == {*commands.VERBS, "handle"}


@pytest.mark.parametrize("verb", DOORS)
@pytest.mark.parametrize("what", BAD_INSTANTS)
def test_every_door_refuses_what_is_no_instant(desk, verb, what):
    now, text = BAD_INSTANTS[what]
    args, options = DOORS[verb]
    found = refused(desk, aw.ConfigurationError, verb, *args, now=now, **options)
    assert str(found).startswith("now: ")
    assert text in str(found)


@pytest.mark.parametrize("verb", DOORS)
def test_every_door_refuses_time_that_goes_back(desk, verb):
    args, options = DOORS[verb]
    refused(desk, aw.ClockRegressionError, verb, *args, now=9.99, **options)


@pytest.mark.parametrize("verb", DOORS)
def test_every_door_opens_for_a_good_instant(desk, verb):
    args, options = DOORS[verb]
    getattr(desk, verb)(*args, now=10, **options)
    assert desk.now == 10.0


def test_an_aware_datetime_is_the_instant_it_means():
    desk = Dispatcher(Workspace([Team("t")]))
    moment = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    (event,) = desk.submit(WorkItem("1", team="t"), now=moment)
    assert (event.at, type(event.at)) == (1767225600.0, float)


NAMES = {
    verb: [args[i] for i in range(len(args)) if isinstance(args[i], str)]
    for verb, (args, _) in DOORS.items()
    if verb not in ("submit", "handle", "add_agent", "add_team", "advance")
}
PLACES = [(verb, i) for verb, names in NAMES.items() for i in range(len(names))]


@pytest.mark.parametrize("value", [None, 5, "", ["mine"], {}])
@pytest.mark.parametrize(("verb", "place"), PLACES)
def test_what_is_no_name_is_refused(desk, verb, place, value):
    args, options = DOORS[verb]
    given = [*args]
    given[place] = value
    refused(desk, aw.ConfigurationError, verb, *given, **options)


@pytest.mark.parametrize("value", [None, 5, "", ["mine"], {}])
@pytest.mark.parametrize("question", ["load", "position", "explain"])
def test_a_question_about_what_is_no_name_is_refused(desk, question, value):
    with pytest.raises(aw.ConfigurationError):
        getattr(desk, question)(value)


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ("load", aw.UnknownAgentError),
        ("position", aw.UnknownItemError),
        ("explain", aw.UnknownItemError),
        ("queue", aw.UnknownTeamError),
    ],
)
def test_a_question_about_what_is_unknown_is_refused(desk, question, error):
    with pytest.raises(error, match="'nothing'"):
        getattr(desk, question)("nothing")


@pytest.mark.parametrize("mapping", ["items", "open_items", "agents", "teams"])
def test_a_view_of_what_is_unknown_is_a_key_error(desk, mapping):
    with pytest.raises(KeyError, match="nothing"):
        getattr(desk, mapping)["nothing"]


def test_a_desk_needs_a_workspace():
    with pytest.raises(aw.ConfigurationError, match="is not a Workspace"):
        Dispatcher({"teams": []})
