"""A small log with three lines, worked out by hand: lives, replays, the study, its refusals."""

import json
from math import inf

import pytest

from assignwork import ConfigurationError, Dispatcher, InputError
from assignwork.intake import study_escalations
from assignwork.intake.escalations import desk_of
from assignwork.intake.line_figures import courses
from assignwork.intake.line_replay import ALONE, LOGGED, NET, RUNS, Waits, replay_lines
from assignwork.intake.lines import CLOSED, HELD, QUEUED, Life, Stay

from .conftest import MAPPING, small_csv

H = 3600.0
PLAN = {
    "sla": [{"id": "s", "targets": {"3": {"first_response": H, "resolution": 10 * H}}}],
    "paths": [
        {
            "id": "slow",
            "teams": ["line-1"],
            "steps": [
                {"when": "unassigned", "after": H, "do": {"transfer": "line-2"}},
                {"when": "unresolved", "after": 4 * H, "do": {"transfer": "line-2"}},
                {"when": "unresolved", "after": 8 * H, "do": {"transfer": "line-3"}},
                {"when": "unresolved", "after": 20 * H, "do": {"notify": ["boss"]}},
            ],
        },
        {
            "id": "slower",
            "teams": ["line-2"],
            "steps": [{"when": "unresolved", "after": 8 * H, "do": {"transfer": "line-3"}}],
        },
    ],
}
DESK = desk_of([1, 2, 3], PLAN)


def life(*stays, name="t-1", priority=3, category=None, opened_at=0.0):
    """Stays as (line, state, hours)."""
    made = tuple(Stay(line, state, hours * H) for line, state, hours in stays)
    return Life(name, opened_at, priority, category, made)


def story(*lives, moves, desk=DESK, hours=100.0):
    """What happened, in short: hour, kind, and team or agent."""
    replay = replay_lines(lives, desk, moves=moves, until=hours * H)
    kinds = ("assigned", "released", "transferred", "closed", "reopened", "queued")
    return [
        (event.at / H, event.kind, getattr(event, "team", None) or event.agent)
        for event in replay.events
        if event.kind in kinds
    ]


# --- lives ----------------------------------------------------------------------------------------


def lives_of(take_rows, tmp_path):
    from assignwork.intake.cases import Tally, read_cases  # noqa: PLC0415
    from assignwork.intake.imports import mapping_of, rows_of  # noqa: PLC0415
    from assignwork.intake.lines import lives  # noqa: PLC0415
    from assignwork.wire import Source  # noqa: PLC0415

    path = tmp_path / "small.csv"
    path.write_text(small_csv(*take_rows))
    how = mapping_of("csv", {**MAPPING, "groups": {"lines": {"2nd": 2, "3rd": 3}}})
    cases = read_cases(rows_of(Source(path), how), how, "small.csv", Tally())
    return lives(cases, how)


def test_a_life_has_a_stay_for_each_line_and_state(tmp_path):
    (found,) = lives_of(
        [
            "a 0 queued G1 - 2", "a 1 open G1 ana 2", "a 2 open G1 bob 2", "a 4 waiting G1 bob 2",
            "a 7 queued G7 - 2", "a 8 queued G2_2nd - 2", "a 10 open G2_2nd cai 2",
            "a 11 odd G9_3rd cai 2", "a 15 done G9_3rd cai 2", "a 20 open G1 ana 2",
            "a 21 done G1 ana 2", "a 30 done G1 ana 2",
        ],
        tmp_path,
    )  # fmt: skip
    assert [(stay.line, stay.state, stay.seconds / 60) for stay in found.stays] == [
        (1, QUEUED, 1), (1, HELD, 6), (1, QUEUED, 1), (2, QUEUED, 2), (2, HELD, 5),
        (2, CLOSED, 5), (1, HELD, 1),
    ]  # fmt: skip
    assert (found.priority, found.held_for) == (2, 12 * 60)
    assert list(found.entries()) == [(2, 120.0)]


def test_an_item_that_no_row_ends_goes_on_for_ever(tmp_path):
    (found,) = lives_of(["a 0 open G1_3rd ana -"], tmp_path)
    assert found.stays == (Stay(3, HELD, inf),)
    assert found.priority == 3


def test_an_item_whose_rows_only_resolve_it_has_a_moment(tmp_path):
    (found,) = lives_of(["a 5 done G1 ana 1"], tmp_path)
    assert found.stays == (Stay(1, HELD, 0.0),)


# --- replays --------------------------------------------------------------------------------------

STUCK = life((1, QUEUED, 0.5), (1, HELD, 6), (2, QUEUED, 3), (2, HELD, 2))


def test_with_the_logs_moves_and_no_path_the_replay_is_the_log():
    found = story(STUCK, moves=True, desk=desk_of([1, 2, 3], {"sla": PLAN["sla"]}))
    assert found == [
        (0.0, "queued", "line-1"),
        (0.5, "assigned", "line-1"),
        (6.5, "transferred", "line-2"),
        (6.5, "released", "line-2"),
        (6.5, "queued", "line-2"),
        (9.5, "assigned", "line-2"),
        (11.5, "closed", "line-2"),
    ]


def test_the_path_alone_moves_and_the_work_is_done_all_the_same():
    """At 4 h the first line has worked 3.5 of 6 h; the second needs 3 h to take it, as logged."""
    found = story(STUCK, moves=False)
    assert found == [
        (0.0, "queued", "line-1"),
        (0.5, "assigned", "line-1"),
        (4.0, "transferred", "line-2"),
        (4.0, "released", "line-2"),
        (4.0, "queued", "line-2"),
        (7.0, "assigned", "line-2"),
        (8.0, "transferred", "line-3"),
        (8.0, "released", "line-3"),
        (8.0, "queued", "line-3"),
        (8.0, "assigned", "line-3"),
        (11.5, "closed", "line-3"),  # 3.5 + 1 + 3.5 of 6 + 2 h
    ]


def test_what_needs_a_higher_line_waits_in_the_queue_for_the_path():
    quick = life((1, HELD, 0.25), (2, QUEUED, 0.5), (2, HELD, 1))
    assert story(quick, moves=False) == [
        (0.0, "queued", "line-1"),
        (0.0, "assigned", "line-1"),
        (0.25, "released", "line-1"),
        (0.25, "queued", "line-1"),
        (1.0, "transferred", "line-2"),
        (1.0, "queued", "line-2"),
        (1.5, "assigned", "line-2"),
        (2.5, "closed", "line-2"),
    ]


def test_an_item_may_need_two_lines_more():
    far = life((1, HELD, 0.25), (3, HELD, 1))
    found = story(far, moves=False)
    assert found[4:] == [
        (1.0, "transferred", "line-2"),
        (1.0, "queued", "line-2"),
        (1.0, "assigned", "line-2"),  # no log has such a move: no wait
        (1.0, "released", "line-2"),
        (1.0, "queued", "line-2"),
        (8.0, "transferred", "line-3"),
        (8.0, "queued", "line-3"),
        (8.0, "assigned", "line-3"),
        (9.0, "closed", "line-3"),
    ]


def test_waits_within_a_line_take_place_and_those_of_moves_not_made_do_not():
    about = life(
        (1, QUEUED, 0.1), (1, HELD, 0.1), (1, QUEUED, 0.2), (1, HELD, 5.6),  # the path at 4 h
        (2, QUEUED, 0.5), (2, HELD, 0.5), (1, QUEUED, 9), (1, HELD, 0.5), (2, QUEUED, 7),
        (2, HELD, 0.25),
    )  # fmt: skip
    found = story(about, moves=False)
    assert found[:6] == [
        (0.0, "queued", "line-1"), (0.1, "assigned", "line-1"), (0.2, "released", "line-1"),
        (0.2, "queued", "line-1"), (0.4, "assigned", "line-1"), (4.0, "transferred", "line-2"),
    ]  # fmt: skip
    assert [entry for entry in found if entry[1] == "closed"] == [
        (4.0 + 0.5 + (5.6 - 3.6) + 0.5 + 0.5 + 0.25, "closed", "line-2")
    ]


def test_below_what_people_do_the_path_moves_what_lies():
    left = life((1, QUEUED, 5), (2, QUEUED, 1), (2, HELD, 1))
    assert story(left, moves=True) == [
        (0.0, "queued", "line-1"),
        (1.0, "transferred", "line-2"),
        (1.0, "queued", "line-2"),
        (2.0, "assigned", "line-2"),
        (3.0, "closed", "line-2"),
    ]


def test_people_move_down_as_logged_and_the_path_begins_anew():
    back = life((1, HELD, 1), (2, HELD, 1), (1, HELD, 9))
    found = story(back, moves=True)
    assert [(at, team) for at, kind, team in found if kind == "transferred"] == [
        (1.0, "line-2"), (2.0, "line-1"), (6.0, "line-2"), (10.0, "line-3"),
    ]  # fmt: skip


def test_what_was_closed_comes_back_when_the_log_says_so():
    again = life((1, HELD, 0.5), (1, CLOSED, 10), (1, QUEUED, 0.25), (1, HELD, 0.5))
    expected = [
        (0.0, "queued", "line-1"),
        (0.0, "assigned", "line-1"),
        (0.5, "closed", "line-1"),
        (10.5, "reopened", "line-1"),
        (10.5, "released", "line-1"),
        (10.5, "queued", "line-1"),
        (10.75, "assigned", "line-1"),
        (11.25, "closed", "line-1"),
    ]
    assert story(again, moves=True) == story(again, moves=False) == expected


def test_a_target_met_at_its_very_due_is_met():
    ten = life((1, HELD, 10))
    quiet = desk_of([1, 2, 3], {"sla": PLAN["sla"]})
    replay = replay_lines([ten], quiet, moves=True, until=99 * H)
    kinds = [(e.kind, e.target) for e in replay.events if e.kind.startswith("sla")]
    assert ("sla_met", "resolution") in kinds
    assert ("sla_breached", "resolution") not in kinds


def test_the_typical_wait_is_of_line_and_priority_else_of_the_line():
    waits = Waits(
        [
            life((1, HELD, 1), (2, QUEUED, hours), (2, HELD, 1), name=f"t-{hours}", priority=p)
            for hours, p in ((1, 3), (2, 3), (9, 3), (5, 4))
        ]
    )
    assert waits.typical(2, 3) == 2 * H
    assert waits.typical(2, 4) == 5 * H
    assert waits.typical(2, 1) == 2 * H
    assert waits.typical(3, 3) == 0.0


def test_a_replay_is_a_log_that_replays():
    replay = replay_lines([STUCK], DESK, moves=False, until=30 * H)
    desk = Dispatcher(replay.workspace)
    again = [e for at, command in replay.commands for e in desk.handle(command, now=at)]
    assert tuple(again) == replay.events


def random_lives(seed, number=60):
    import random  # noqa: PLC0415

    rng = random.Random(seed)
    found = []
    for i in range(number):
        stays, state = [], rng.choice((QUEUED, HELD))
        for _ in range(rng.randint(1, 9)):
            line = rng.choice((1, 1, 1, 2, 2, 3))
            stays.append((line, state, rng.choice((0, 0.01, 0.3, 1, 4, 9))))
            state = HELD if state in (QUEUED, CLOSED) else rng.choice((QUEUED, HELD, CLOSED))
        if stays[-1][1] != HELD:
            stays.append((stays[-1][0], HELD, 0.5))
        found.append(life(*stays, name=f"t-{i}", opened_at=rng.randint(0, 50) * 600.0))
    return found


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("moves", [True, False])
def test_work_is_neither_lost_nor_added(seed, moves):
    given = random_lives(seed)
    replay = replay_lines(given, DESK, moves=moves, until=10_000 * H)
    found = courses(replay)
    for each in given:
        course = found[each.id]
        assert course.state == "closed"
        held = sum(course.spent.values()) - sum(course.waited.values())
        assert held == pytest.approx(each.held_for, abs=1e-3)
    closings = sum(event.kind == "closed" for event in replay.events)
    assert closings == len(given) + sum(s.state == CLOSED for each in given for s in each.stays)


@pytest.mark.parametrize("seed", range(4))
def test_without_a_path_time_and_waiting_are_those_of_the_log(seed):
    given = random_lives(seed)
    quiet = desk_of([1, 2, 3], {})
    found = courses(replay_lines(given, quiet, moves=True, until=10_000 * H))
    for each in given:
        for line in {stay.line for stay in each.stays}:
            time = sum(s.seconds for s in each.stays if s.line == line and s.state != CLOSED)
            wait = sum(s.seconds for s in each.stays if s.line == line and s.state == QUEUED)
            assert found[each.id].spent.get(line, 0.0) == pytest.approx(time, abs=1e-3)
            assert found[each.id].waited.get(line, 0.0) == pytest.approx(wait, abs=1e-3)


# --- the study ------------------------------------------------------------------------------------

ROWS = (
    "a 0 open G1 ana 3", "a 30 queued G2_2nd - 3", "a 40 open G2_2nd bob 3", "a 55 done G2_2nd - 3",
    "b 0 queued G1 - 3", "b 50 open G1 ana 3", "b 59 done G1 ana 3",
    "c 1 open G2_2nd bob 2", "c 2 done G2_2nd bob 2",
)  # fmt: skip
MINUTES = {
    "sla": [{"id": "s", "targets": {"3": {"first_response": 600, "resolution": 3600}}}],
    "paths": [
        {"id": "quick", "teams": ["line-1"],
         "steps": [{"when": "unassigned", "after": 1200,
                    "do": {"transfer": "line-2", "notify": ["boss"]}}]}
    ],
}  # fmt: skip
LINES = {**MAPPING, "groups": {"lines": {"2nd": 2, "3rd": 3}}, "notes": ["made up"]}


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text(small_csv(*ROWS))
    return path


@pytest.fixture
def study(small):
    return study_escalations("csv", small, mapping=LINES, plan=MINUTES)


def test_shares_times_and_targets_of_the_three_replays(study):
    moved = {run: study.figures[run].overall.moved for run in RUNS}
    assert [(row.items, row.escalated) for row in moved.values()] == [(3, 1), (3, 1), (3, 2)]
    logged, alone, net = (study.figures[run].by_priority[3] for run in RUNS)
    assert logged.until_first.max == 30 * 60
    assert alone.until_first.max == 20 * 60
    assert (logged.by_path, alone.by_path, net.by_path) == (0, 1, 1)
    assert (logged.notified, alone.notified, net.notified) == (0, 1, 1)
    assert logged.lines[1].time.max == 59 * 60
    assert logged.lines[1].waiting.max == 50 * 60
    assert logged.lines[2].waiting.max == 10 * 60
    assert (logged.targets["first_response"].met, logged.targets["first_response"].breached) == (
        1, 1,
    )  # fmt: skip
    assert logged.targets["resolution"].share == 1.0


def test_who_agrees_with_whom(study):
    """The path would move b, which people left; a is held when it looks, and never needs it."""
    found = study.agreement["3"]
    assert (found.both, found.logged, found.path, found.neither) == (0, 1, 1, 0)
    assert study.agreement["all"].neither == 1


def test_text_page_and_data_say_the_same(study, tmp_path):
    text = str(study)
    assert "Escalation study: 3 items of small.csv" in text
    assert "quick: after 20 min if nobody has it to line-2, tell boss." in text
    assert "Of the log: made up." in text
    assert "3, resolution" in study._repr_html_()
    found = study.to_dict()
    assert json.loads(json.dumps(found)) == found
    assert list(found["runs"]) == [LOGGED, ALONE, NET]
    assert found["plan"]["paths"][0]["id"] == "quick"
    page = tmp_path / "page.html"
    study.write_html(page)
    html = page.read_text()
    for part in ('id="escalation-study"', 'id="study-moved"', 'id="study-met"', "What to keep"):
        assert (part in html) == (part != "What to keep")
    assert "path alone" in html


def test_the_same_study_gives_the_same_page(small, tmp_path):
    for name in ("1.html", "2.html"):
        study_escalations("csv", small, mapping=LINES).write_html(tmp_path / name)
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()


def test_the_replays_are_written_as_logs(study, tmp_path):
    written = study.write(tmp_path / "out")
    assert [path.name for path in written] == [
        f"{run}-{part}"
        for run in ("logged", "path", "net")
        for part in ("workspace.json", "commands.jsonl", "events.jsonl")
    ]
    assert all(path.stat().st_size for path in written)


def test_a_log_without_lines_is_refused(small):
    with pytest.raises(ConfigurationError, match="knows no support lines"):
        study_escalations("csv", small, mapping=MAPPING)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"pahts": []}, "pahts: unknown key; did you mean 'paths'"),
        ({"teams": []}, "teams: unknown key"),
        ([], "is not a plan"),
        ({"paths": [{"id": "p", "steps": [{"when": "unresolved", "after": 0,
                                           "do": {"transfer": "line-2"}}]}]},
         "paths[0].steps[0].after: a step of a study fires some time after"),
        ({"paths": [{"id": "p", "steps": [{"when": "unresolved", "after": 9,
                                           "do": {"assign": "line-2"}}]}]},
         "paths[0].steps[0].do.assign: a step of a study may not assign"),
        ({"paths": [{"id": "p", "steps": [{"when": "unresolved", "after": 9,
                                           "do": {"transfer": "line-9"}}]}]},
         "unknown team 'line-9'"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_used_is_refused(plan, said):
    with pytest.raises(ConfigurationError) as refused:
        desk_of([1, 2, 3], plan)
    assert said in str(refused.value)


def test_a_plan_may_be_a_file_whose_errors_name_it(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text('[[sla]]\nid = "s"\ntargets = { 3 = { resolution = 9 } }\n')
    assert desk_of([1, 2], plan).sla[0].id == "s"
    plan.write_text("pahts = []\n")
    with pytest.raises(InputError, match=r"plan\.toml, field pahts: unknown key"):
        desk_of([1, 2], plan)
    plan.write_text("not toml")
    with pytest.raises(InputError, match=r"plan\.toml: not TOML"):
        desk_of([1, 2], plan)
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read"):
        desk_of([1, 2], tmp_path / "nowhere.json")


def test_what_the_plan_brings_nowhere_waits_to_the_end():
    far = life((1, HELD, 1), (3, HELD, 1))
    desk = desk_of([1, 2, 3], {"sla": PLAN["sla"]})
    replay = replay_lines([far], desk, moves=False, until=50 * H)
    (course,) = courses(replay).values()
    assert (course.state, course.spent, course.waited) == ("queued", {1: 50 * H}, {1: 49 * H})
