"""The words: exactly what the protocol's events carry, and the caller's own."""

import pytest

from assignwork import ConfigurationError
from assignwork.events import (
    Announced,
    Escalated,
    ReportDue,
    ReportPosted,
    UpdateDue,
    UpdateOverdue,
    UpdatePosted,
)
from assignwork.integrations.notify._messages import Templates, addressed, severity

AT = 1_772_355_600.0  # 2026-03-01 09:00 UTC
BOARD, CHANNELS = ("board", "lead"), ("mail", "chat")


def escalated(**changes):
    fields = {
        "seq": 9,
        "at": AT,
        "item": "INC-7",
        "path": "network-down",
        "level": 2,
        "lap": 1,
        "when": "unacknowledged",
        "by": "path",
        "reason": None,
        "category": None,
        "team": None,
        "agent": None,
        "priority": None,
        "watchers": (),
        "notified": ("ben",),
    }
    return Escalated(**{**fields, **changes})


CASES = {
    "announced": (
        Announced(2, AT, "INC-7", "major", "opened", BOARD, CHANNELS),
        "warning",
        "[#2] INC-7: opened",
        """
Item: INC-7
Occasion: opened
At: 2026-03-01 09:00:00+00:00
Protocol: major
To: board, lead
""",
    ),
    "resolved": (
        Announced(3, AT, "INC-7", "major", "resolved", ("board",), ()),
        "success",
        "[#3] INC-7: resolved",
        """
Item: INC-7
Occasion: resolved
At: 2026-03-01 09:00:00+00:00
Protocol: major
To: board
""",
    ),
    "escalated by the path": (
        escalated(),
        "warning",
        "[#9] INC-7: escalated, network-down level 2",
        """
Item: INC-7
Path: network-down
Level: 2
Round: 1
Why: unacknowledged
By: path
Notified: ben
At: 2026-03-01 09:00:00+00:00
""",
    ),
    "escalated with all there is": (
        escalated(
            lap=3, when="manual", by="ana", reason="The customer\ncalled twice", category="network",
            team="core", agent="zoe", priority=1, watchers=("cto",), notified=("ben", "eva"),
        ),
        "warning",
        "[#9] INC-7: escalated, network-down level 2",
        """
Item: INC-7
Category: network
Path: network-down
Level: 2
Round: 3
Why: manual
Reason: The customer
  called twice
By: ana
Priority raised to: 1
Transferred to: core
Assigned to: zoe
Watchers: cto
Notified: ben, eva
At: 2026-03-01 09:00:00+00:00
""",
    ),
    "update due": (
        UpdateDue(4, AT, "INC-7", "major", BOARD, CHANNELS, ("status", "actions", "eta")),
        "info",
        "[#4] INC-7: update due",
        """
Item: INC-7
Due: 2026-03-01 09:00:00+00:00
Required:
- status
- actions
- eta
Protocol: major
To: board, lead
""",
    ),
    "update due, nothing required": (
        UpdateDue(4, AT, "INC-7", "major", ("lead",), (), ()),
        "info",
        "[#4] INC-7: update due",
        """
Item: INC-7
Due: 2026-03-01 09:00:00+00:00
Protocol: major
To: lead
""",
    ),
    "update overdue": (
        UpdateOverdue(5, AT, "INC-7", "major", BOARD, CHANNELS, AT - 1800.0),
        "warning",
        "[#5] INC-7: update overdue",
        """
Item: INC-7
Was due: 2026-03-01 08:30:00+00:00
At: 2026-03-01 09:00:00+00:00
Protocol: major
To: board, lead
""",
    ),
    "update posted": (
        UpdatePosted(
            6, AT, "INC-7", "major", "ana", BOARD, CHANNELS,
            {
                "status": "Core switch down\neta: never",
                "actions": "Swapping it",
                "eta": "14:00",
                "affected": "<all> & everybody",
            },
        ),
        "info",
        "[#6] INC-7: update",
        """
status: Core switch down
  eta: never
actions: Swapping it
eta: 14:00
affected: <all> & everybody

Item: INC-7
By: ana
At: 2026-03-01 09:00:00+00:00
Protocol: major
To: board, lead
""",
    ),
    "update posted, without protocol": (
        UpdatePosted(6, AT, "INC-7", None, None, ("lead",), (), {}),
        "info",
        "[#6] INC-7: update",
        """
Item: INC-7
At: 2026-03-01 09:00:00+00:00
To: lead
""",
    ),
    "report due": (
        ReportDue(7, AT, "INC-7", "major", BOARD, CHANNELS, ("root_cause", "prevention")),
        "info",
        "[#7] INC-7: report due",
        """
Item: INC-7
Since: 2026-03-01 09:00:00+00:00
Sections:
- root_cause
- prevention
Protocol: major
To: board, lead
""",
    ),
    "report posted": (
        ReportPosted(
            8, AT, "INC-7", "major", "ana", BOARD, CHANNELS,
            {"root_cause": "A loop", "resolution": "New switch", "prevention": "Spanning tree"},
        ),
        "info",
        "[#8] INC-7: report",
        """
root_cause: A loop
resolution: New switch
prevention: Spanning tree

Item: INC-7
By: ana
At: 2026-03-01 09:00:00+00:00
Protocol: major
To: board, lead
""",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("event", "look", "title", "body"), CASES.values(), ids=CASES)
def test_a_message_says_exactly_what_its_event_says(event, look, title, body):
    assert Templates().render(event) == (title, body.strip())
    assert severity(event) == look
    assert addressed(event)


def test_what_people_write_is_no_template():
    event = UpdatePosted(
        6, AT, "{{ seq }}", "major", "ana", BOARD, (), {"status": "{% for %}{{ by }}"}
    )
    title, body = Templates().render(event)
    assert title == "[#6] {{ seq }}: update"
    assert body.startswith("status: {% for %}{{ by }}\n")


def test_a_line_break_in_a_name_makes_no_second_line():
    event = Announced(1, AT, "INC\r\nBcc: x@y.z", "major", "opened", ("bo\nard",), ())
    title, body = Templates().render(event)
    assert title == "[#1] INC Bcc: x@y.z: opened"
    assert body.splitlines()[0] == "Item: INC Bcc: x@y.z"
    assert body.splitlines()[-1] == "To: bo ard"


def test_instants_are_shown_in_the_zone_of_the_readers():
    event = Announced(1, AT, "INC-7", "major", "opened", ("board",), ())
    _, body = Templates(time_zone="Asia/Kolkata").render(event)
    assert "At: 2026-03-01 14:30:00+05:30" in body


# --- the caller's own -----------------------------------------------------------------------------

POSTED = UpdatePosted(6, AT, "INC-7", "major", "ana", BOARD, (), {"status": "down", "eta": "soon"})


def test_a_part_of_a_template_can_be_ones_own():
    own = Templates({"update_posted": {"title": "{{ content.status | upper }} ({{ item }})"}})
    title, body = own.render(POSTED)
    assert title == "[#6] DOWN (INC-7)"
    assert body == Templates().render(POSTED)[1]
    announced = CASES["announced"][0]
    assert own.render(announced) == Templates().render(announced)


def test_both_parts_can_be_ones_own():
    own = Templates(
        {"update_posted": {"title": "Update", "body": "{{ content['eta'] }} {{ at | instant }}\n"}}
    )
    assert own.render(POSTED) == ("[#6] Update", "soon 2026-03-01 09:00:00+00:00")


@pytest.mark.parametrize(
    ("own", "field", "said"),
    [
        (
            {"announced": {"title": "{{ itm }}"}},
            "templates.announced.title",
            "an announced event has no field 'itm'; did you mean 'item'?",
        ),
        (
            {"announced": {"body": "{% if occasion == 'x' %}{{ required }}{% endif %}"}},
            "templates.announced.body",
            "has no field 'required'",
        ),
        (
            {"update_due": {"body": "{{ item.name }}"}},
            "templates.update_due.body",
            "cannot be rendered",
        ),
        ({"update_due": {"body": "{{ range(9) }}"}}, "templates.update_due.body", "no field 'ran"),
        (
            {"update_due": {"body": "{{ item.__class__.__mro__ }}"}},
            "templates.update_due.body",
            "cannot be rendered",
        ),
        (
            {"update_due": {"body": "a\n{% for x in required %}"}},
            "templates.update_due.body",
            "line 2: ",
        ),
        ({"update_due": {"body": "{{ at | moment }}"}}, "templates.update_due.body", "moment"),
        ({"updated": {"body": "x"}}, "templates", "'updated' is no kind of event"),
        ({"assigned": {"body": "x"}}, "templates", "'assigned' is no kind of event"),
        ({"update_due": {"text": "x"}}, "templates.update_due", "'text' is no part of a template"),
        ({"update_due": {"body": 5}}, "templates.update_due.body", "5 is not a text"),
        ({"update_due": "x"}, "templates.update_due", "is not a mapping"),
    ],
)
def test_a_template_that_is_wrong_is_refused_when_it_is_made(own, field, said):
    with pytest.raises(ConfigurationError) as error:
        Templates(own)
    assert error.value.field == field
    assert said in str(error.value)
    assert error.value.remedy


def test_content_that_is_not_there_makes_a_dead_letter_and_no_error(web, notifier_of):
    own = {"update_posted": {"body": "{{ content.eta }}"}}
    notifier = notifier_of({"board": web.url(), "lead": web.url("/lead")}, templates=own)
    without = UpdatePosted(1, AT, "INC-7", None, None, BOARD, (), {"status": "down"})
    notifier.publish((without, POSTED))
    assert notifier.flush(5)
    assert [payload["message"] for payload in web.got] == ["soon", "soon"]
    assert [
        (letter.reason, letter.message.seq, letter.message.to, letter.message.body)
        for letter in notifier.dead
    ] == [("template", 1, ("board",), ""), ("template", 1, ("lead",), "")]
    assert "has no attribute 'eta'" in notifier.dead[0].error
    assert notifier.retry_dead() == 0
    assert notifier.settled_up_to == 6


def test_content_that_may_be_missing_can_be_asked_for(web, notifier_of):
    own = {"update_posted": {"body": "{{ content.eta | default('not known') }}"}}
    without = UpdatePosted(1, AT, "INC-7", None, None, ("board",), (), {"status": "down"})
    assert Templates(own).render(without)[1] == "not known"
