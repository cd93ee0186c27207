"""A roster on a desk: presence follows it, through midnight and the change of clocks."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import attrs
import pytest

from assignwork import Agent, Calendar, Dispatcher, Handoff, Shift, Team, WorkItem, Workspace
from assignwork.errors import ConfigurationError
from assignwork.model import Rotation
from assignwork.service.rotations import on_call
from assignwork.staffing import RosterProblem, plan_roster

HOUR = 3600
TEMPLATES = [
    {"id": "split", "hours": ["09:00-12:00", "13:00-17:00"]},
    {"id": "night", "hours": ["22:00-02:00", "03:00-06:00"]},
    {"id": "evening", "hours": "16:00-24:00"},
]
SPACE = Workspace(
    teams=[Team("help")],
    agents=[
        Agent("ana", primary=["help"]),
        Agent("ben", primary=["help"], shift=Shift("office", handoff=Handoff("all"))),
        Agent("eve", primary=["help"], shift="office"),
    ],
    calendars=[Calendar("office", hours={"mon-fri": ["09:00-17:00"]})],
)


def roster(shifts, *, starts_on="2026-03-28", days=3, **rules):
    agents = {"ana": {"id": "ana"}, "ben": {"id": "ben"}}
    for name, fields in rules.pop("people", {}).items():
        agents[name] = {"id": name, **fields}
    pins = [{"agent": agent, "day": day, "template": name} for agent, day, name in shifts]
    return plan_roster(
        RosterProblem(
            days=days,
            starts_on=starts_on,
            agents=list(agents.values()),
            templates=TEMPLATES,
            demand=[],
            pins=pins,
            **rules,
        )
    )


def presence(space, agent, at):
    desk = Dispatcher(space)
    desk.advance(now="2026-03-20T00:00:00Z")
    desk.advance(now=at)
    return desk.agents[agent].presence


def test_presence_follows_the_roster():
    space = roster([("ana", 0, "split")]).workspace(SPACE, "UTC")
    seen = [
        presence(space, "ana", f"2026-03-28T{clock}:00Z")
        for clock in ("08:59", "09:00", "12:30", "13:00", "17:00")
    ]
    assert [found == "active" for found in seen] == [False, True, False, True, False]
    assert presence(space, "ana", "2026-03-29T10:00:00Z") != "active"
    assert presence(space, "ana", "2026-04-10T10:00:00Z") != "active"


def test_a_night_runs_into_the_next_date_with_its_break():
    space = roster([("ana", 1, "night")]).workspace(SPACE, "UTC")
    seen = [
        presence(space, "ana", f"2026-03-{when}:00Z") == "active"
        for when in ("29T21:59", "29T22:00", "30T01:59", "30T02:30", "30T05:59", "30T06:00")
    ]
    assert seen == [False, True, True, False, True, False]


def test_hours_are_those_of_the_local_clock_when_it_changes():
    """In Lisbon 01:00 to 02:00 on 2026-03-29 is skipped; the offset is an hour from then on."""
    space = roster([("ana", 0, "night"), ("ana", 1, "evening")]).workspace(SPACE, "Europe/Lisbon")
    seen = [
        presence(space, "ana", f"2026-03-{when}:00Z") == "active"
        for when in ("28T22:00", "29T00:59", "29T01:30", "29T02:00", "29T04:59", "29T05:00")
    ]
    assert seen == [True, True, False, True, True, False]
    evening = ("29T14:59", "29T15:00", "29T22:59", "29T23:00")
    seen = [presence(space, "ana", f"2026-03-{when}:00Z") == "active" for when in evening]
    assert seen == [False, True, True, False]


def test_the_night_before_the_first_day_ends_on_it():
    people = {"ana": {"history": [None, "night"]}}
    space = roster([], people=people).workspace(SPACE, "UTC")
    seen = [
        presence(space, "ana", f"2026-03-{when}:00Z") == "active"
        for when in ("27T21:59", "27T22:00", "28T05:00", "28T06:00", "28T12:00")
    ]
    assert seen == [False, True, True, False, False]


def test_the_dispatcher_gives_work_to_who_is_on_the_roster():
    planned = roster([("ana", 0, "split"), ("ben", 0, "evening"), ("ben", 1, "split")])
    desk = Dispatcher(planned.workspace(SPACE, "UTC"))
    owners = []
    for i, at in enumerate(("28T10:00", "28T20:00", "29T10:00")):
        desk.submit(WorkItem(f"t{i}", team="help"), now=f"2026-03-{at}:00Z")
        owners.append(desk.items[f"t{i}"].owner)
    assert owners == ["ana", "ben", "ben"]


def test_handoffs_stay_and_who_is_not_planned_stays_as_he_is():
    space = roster([]).workspace(SPACE, "UTC", calendar="plan")
    ana, ben, eve = space.agents
    assert (ana.shift.calendar, ben.shift.handoff, eve.shift) == (
        "plan",
        Handoff("all"),
        Shift("office"),
    )
    assert [calendar.id for calendar in space.calendars] == ["office", "plan"]


def test_turns_on_call_become_a_rotation():
    planned = roster([], on_call=[{"id": "duty", "days": 1, "every": 2}], days=4)
    (rotation,) = planned.rotations("Europe/Lisbon")
    at = [
        f"2026-03-{when}:30Z"
        for when in ("28T00:00", "28T23:59", "29T00:00", "29T22:59", "29T23:00")
    ]
    first, second = (planned.on_call[day].agents[0] for day in (0, 1))
    assert first != second
    assert [on_call(rotation, when) for when in at] == [first, first, second, second, first]


ZONES = [
    ("UTC", "2026-03-28"),
    ("Europe/Lisbon", "2026-03-27"),  # 01:00 to 02:00 of the 29th is skipped
    ("America/Santiago", "2026-04-02"),  # 23:00 to 24:00 of the 4th comes twice
    ("America/Santiago", "2026-09-03"),  # the 6th begins at 01:00
    ("Pacific/Apia", "2011-12-27"),  # the 30th is skipped
]


@pytest.mark.parametrize(("zone", "starts_on"), ZONES)
@pytest.mark.parametrize(("days", "agents"), [(1, 1), (2, 1), (1, 2)])
def test_whom_the_desk_has_on_call_is_whom_the_roster_planned(zone, starts_on, days, agents):
    planned = roster(
        [],
        starts_on=starts_on,
        days=5,
        people={"eve": {}, "cai": {}},
        on_call=[
            {"id": "duty", "days": days, "agents": agents, "every": 2},
            {"id": "other", "members": ["cai", "eve"]},
        ],
    )
    space = attrs.evolve(SPACE, agents=[*SPACE.agents, Agent("cai", primary=["help"])])
    desk = Workspace.from_dict(planned.workspace(space, zone).to_dict())
    first = date.fromisoformat(starts_on)
    at = datetime.combine(first, time(), ZoneInfo(zone)).timestamp()
    seen = set()
    while (day := (datetime.fromtimestamp(at, ZoneInfo(zone)).date() - first).days) < 5:
        by_roster = {"duty": set(), "other": set()}
        for turn in planned.on_call:
            if day in turn.days:
                by_roster[turn.rotation] |= set(turn.agents)
        by_desk = {"duty": set(), "other": set()}
        for rotation in desk.rotations:
            by_desk[rotation.id.split()[0]].add(on_call(rotation, at))
        assert by_desk == by_roster
        assert len(by_desk["duty"]) == agents
        seen.add(day)
        at += 1800
    assert len(seen) == 5 - (zone == "Pacific/Apia")


def test_a_rotation_that_the_desk_has_is_as_before_outside_of_the_days_planned():
    before = Rotation(
        "duty",
        ["eve", "ben"],
        starts_on="2026-01-05",
        time="08:00",
        overrides=[
            {"starts_at": f"2026-{start}:00Z", "ends_at": f"2026-{end}:00Z", "member": "cai"}
            for start, end in (
                ("03-20T00", "03-21T00"),
                ("03-27T00", "03-28T12"),
                ("03-29T06", "03-29T07"),
                ("03-30T12", "04-02T00"),
            )
        ],
    )
    other = Rotation("other", ["eve"])
    planned = roster([], on_call=[{"id": "duty", "days": 3, "members": ["ana"]}])
    space = attrs.evolve(SPACE, rotations=[before, other])
    after, same = planned.workspace(space, "UTC").rotations
    assert same == other
    since, until = (datetime.fromisoformat(f"2026-03-{day}T00:00Z").timestamp() for day in (28, 31))
    for hour in range(-24 * 15, 24 * 15):
        at = since + 3600 * hour
        expected = "ana" if since <= at < until else on_call(before, at)
        assert on_call(after, at) == expected, hour


def test_an_override_longer_than_the_plan_holds_before_and_after_it():
    whole = {"starts_at": "2026-03-20T00:00Z", "ends_at": "2026-04-20T00:00Z", "member": "cai"}
    space = attrs.evolve(SPACE, rotations=[Rotation("duty", ["eve"], overrides=[whole])])
    planned = roster([], on_call=[{"id": "duty", "days": 3, "members": ["ana"]}])
    (found,) = planned.workspace(space, "UTC").rotations
    seen = [on_call(found, f"2026-{day}T12:00Z") for day in ("03-27", "03-29", "04-01", "04-21")]
    assert seen == ["cai", "ana", "cai", "eve"]


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: roster([], starts_on="sat").shifts("UTC"), "starts_on"),
        (lambda: roster([]).shifts("Lisbon"), "timezone"),
        (lambda: roster([]).rotations("Lisbon"), "timezone"),
        (lambda: roster([], people={"cai": {}}).workspace(SPACE, "UTC"), "workspace.agents"),
        (lambda: roster([]).workspace(SPACE, "UTC", "office"), "calendars"),
        (lambda: roster([("ana", 0, "night")], most_at_once=0).shifts("UTC"), "roster"),
        (
            lambda: roster([], on_call=[{"id": "d", "agents": 2}, {"id": "d 2"}]).rotations("UTC"),
            r"on_call\[0\].id",
        ),
    ],
)
def test_what_a_desk_cannot_use_is_refused(call, field):
    with pytest.raises(ConfigurationError, match=field):
        call()


def test_a_roster_is_plain_data_text_and_a_small_table():
    planned = roster([("ana", 0, "night")], on_call=[{"id": "duty", "days": 2, "members": ["ben"]}])
    data = planned.to_dict()
    assert data["assignments"] == [
        {"agent": "ana", "day": 0, "template": "night", "date": "2026-03-28"}
    ]
    assert data["on_call"][1] == {
        "rotation": "duty", "first_day": 2, "last_day": 2, "agents": ["ben"],
    }  # fmt: skip
    assert str(planned) == (
        "1 shift, optimal, 480 points\n"
        "                Sat 2026-03-28  Sun 2026-03-29  Mon 2026-03-30\n"
        "  ana                    night\n"
        "  ben\n"
        "  on call duty             ben             ben             ben"
    )
    assert planned._repr_html_().count("<tr>") == 4
