"""Rules S: the states of an item."""

import pytest

from assignwork import Agent, InvalidTransitionError, Team

MANUAL = Team("t", manual=True)  # what is queued stays queued
OFFERS = Team("o", offer_timeout=60)


def test_s1_an_item_walks_through_the_states_one_at_a_time(make):
    desk = make("ana", teams=[Team("t", offer_timeout=60)])
    seen = []
    for verb, *args in [
        ("set_presence", "ana", "away"), ("submit", "1"), ("set_presence", "ana", "active"),
        ("accept", "1", "ana"), ("snooze", "1"), ("wake", "1"), ("close", "1"), ("reopen", "1"),
    ]:  # fmt: skip
        getattr(desk, verb)(*args)
        seen += [view.state for view in desk.items.values()]
    assert seen == [
        "queued", "offered", "assigned", "snoozed", "assigned", "closed", "assigned",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "in_queue", "owner", "offered_to", "open_"),
    [
        ("queued", True, None, None, True),
        ("offered", False, None, "ana", True),
        ("assigned", False, "ana", None, True),
        ("snoozed", False, "ana", None, True),
        ("closed", False, "ana", None, False),
    ],
)
def test_s2_where_an_item_is_in_each_state(at, state, in_queue, owner, offered_to, open_):
    desk = at(state)
    view = desk.items["1"]
    assert (
        view.state, "1" in desk.queue(), view.owner, view.offered_to, "1" in desk.open_items,
    ) == (state, in_queue, owner, offered_to, open_)  # fmt: skip


def test_s2_a_snoozed_item_may_be_owned_by_nobody(make):
    desk = make(teams=[MANUAL])
    desk.submit("1")
    desk.snooze("1")
    assert (desk.items["1"].state, desk.items["1"].owner) == ("snoozed", None)


# --- S3: since when the customer waits ------------------------------------------------------------


@pytest.mark.parametrize(
    ("created_at", "since"), [(None, 100.0), (40, 40.0), (100, 100.0), (250, 100.0)]
)
def test_s3_the_wait_begins_at_created_at_but_never_later_than_now(make, created_at, since):
    desk = make(teams=[MANUAL])
    desk.submit("1", created_at=created_at, now=100.0)
    assert desk.items["1"].waiting_since == since


def test_s3_the_customers_wait_begins_and_ends_with_the_messages(make):
    desk = make("ana")
    desk.submit("1")
    seen = []
    for verb, options, now in [
        ("reply", {"by": "customer"}, 5.0),  # he waits already: the wait goes on
        ("reply", {"by": "agent"}, 10.0),
        ("reply", {"by": "customer"}, 15.0),
        ("reply", {"by": "customer"}, 20.0),
        ("close", {}, 30.0),
        ("reopen", {}, 40.0),
    ]:
        getattr(desk, verb)("1", now=now, **options)
        seen.append(desk.items["1"].waiting_since)
    assert seen == [0.0, None, 15.0, 15.0, None, 40.0]


# --- S4: what a command needs of the state --------------------------------------------------------

STATES = ("queued", "offered", "assigned", "snoozed", "closed")
COMMANDS = {
    "assign": ("assign", ("1", "ben"), {}),
    "release": ("release", ("1",), {}),
    "transfer": ("transfer", ("1", "u"), {}),
    "transfer with its agent": ("transfer", ("1", "u"), {"keep_agent": True}),
    "snooze": ("snooze", ("1",), {}),
    "wake": ("wake", ("1",), {}),
    "agent's reply": ("reply", ("1",), {"by": "agent"}),
    "customer's reply": ("reply", ("1",), {"by": "customer"}),
    "close": ("close", ("1",), {}),
    "reopen": ("reopen", ("1",), {}),
    "accept": ("accept", ("1", "ana"), {}),
    "decline": ("decline", ("1", "ana"), {}),
    "update_item": ("update_item", ("1",), {"priority": 1}),
}
# Each line: from queued, offered, assigned, snoozed, closed; "-" is refused.
TABLE = {
    "assign": "assigned assigned assigned assigned -",
    "release": "- - queued - -",
    "transfer": "queued queued queued snoozed -",
    "transfer with its agent": "queued queued assigned snoozed -",
    "snooze": "snoozed - snoozed - -",
    "wake": "- - - assigned -",
    "agent's reply": "queued offered assigned snoozed -",
    "customer's reply": "queued offered assigned assigned assigned",
    "close": "closed closed closed closed -",
    "reopen": "- - - - assigned",
    "accept": "- assigned - - -",
    "decline": "- queued - - -",
    "update_item": "queued offered assigned snoozed -",
}
PAIRS = [
    (command, state, then)
    for command, line in TABLE.items()
    for state, then in zip(STATES, line.split(), strict=True)
]


@pytest.fixture
def at(make):
    """A desk whose item `1` is in that state; nothing that is queued there moves by itself."""

    def lead(state):
        team = "o" if state == "offered" else "t"
        ana = Agent("ana", primary=["t", "o"])
        desk = make(ana, Agent("ben"), teams=[MANUAL, OFFERS, Team("u", manual=True)])
        desk.submit("1", team)
        if state in ("assigned", "snoozed", "closed"):
            desk.assign("1", "ana")
        if state == "snoozed":
            desk.snooze("1")
        if state == "closed":
            desk.close("1")
        assert desk.items["1"].state == state
        return desk

    return lead


@pytest.mark.parametrize(("command", "state", "then"), PAIRS)
def test_s4_a_command_on_an_item_in_a_state(at, command, state, then):
    desk = at(state)
    verb, args, options = COMMANDS[command]
    before = desk.snapshot()
    if then == "-":
        with pytest.raises(InvalidTransitionError, match=f"it is {state}"):
            getattr(desk, verb)(*args, **options)
        assert desk.snapshot() == before
    else:
        getattr(desk, verb)(*args, **options)
        assert desk.items["1"].state == then


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_s4_only_whom_it_is_offered_to_may_accept_or_decline(at, verb):
    with pytest.raises(InvalidTransitionError, match="offered to 'ana', not to 'ben'"):
        getattr(at("offered"), verb)("1", "ben")


@pytest.mark.parametrize("state", ["assigned", "snoozed"])
def test_s4_an_assign_to_the_present_owner_is_no_event(at, state):
    desk = at(state)
    assert (desk.assign("1", "ana"), desk.items["1"].state) == ([], state)


def test_s4_an_assign_ends_an_open_offer_even_to_that_agent(at):
    assert at("offered").assign("1", "ana") == [
        "offer of 1 to ana withdrawn",
        "assigned 1 to ana by hand",
    ]


def test_s4_a_close_ends_an_open_offer(at):
    assert at("offered").close("1") == ["offer of 1 to ana withdrawn", "closed 1 of None"]


@pytest.mark.parametrize(
    ("state", "keep", "events"),
    [
        ("queued", False, ["transferred 1 from t to u", "queued 1 in u"]),
        ("queued", True, ["transferred 1 from t to u", "queued 1 in u"]),
        (
            "offered",
            False,
            ["transferred 1 from o to u", "offer of 1 to ana withdrawn", "queued 1 in u"],
        ),
        (
            "assigned",
            False,
            ["transferred 1 from t to u", "released 1 from ana: transfer", "queued 1 in u"],
        ),
        ("assigned", True, ["transferred 1 from t to u with ana"]),
        ("snoozed", False, ["transferred 1 from t to u"]),
        ("snoozed", True, ["transferred 1 from t to u with ana"]),
    ],
)
def test_s4_a_transfer_says_so_first(at, state, keep, events):
    assert at(state).transfer("1", "u", keep_agent=keep) == events


@pytest.mark.parametrize(("keep", "owner"), [(False, None), (True, "ana")])
def test_s4_a_snoozed_item_sleeps_on_when_transferred(at, keep, owner):
    desk = at("snoozed")
    desk.transfer("1", "u", keep_agent=keep)
    assert (desk.items["1"].state, desk.items["1"].owner) == ("snoozed", owner)


def test_s4_an_update_cannot_change_the_team(at):
    with pytest.raises(ValueError, match="use transfer"):
        at("queued").update_item("1", team="u")
