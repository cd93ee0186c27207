"""Logged lines are parsed back, and say what the events said; whatever an id holds."""

import io
import json
import logging
import logging.handlers
import queue
import subprocess
import sys
from datetime import datetime

import attrs
import pytest
import structlog

from assignwork import Agent, ConfigurationError, Dispatcher, Team, WorkItem, Workspace
from assignwork.events import KINDS, Closed, Escalated, Queued, UpdatePosted
from assignwork.integrations.logs import EventLogger, JsonFormatter

WORKSPACE = Workspace(
    teams=[Team("billing"), Team("calls", offer_timeout=20.0)],
    agents=[Agent("ana", capacity=2, primary=["billing", "calls"])],
)
ESCALATED = Escalated(
    9, 60.0, "t-1", "net", 2, 1, "unassigned", "path", None, None, "l2", None, 1, ("eva",), ()
)


def day(desk):
    for number in range(3):
        yield desk.submit(WorkItem(f"t-{number}", team="billing", weight=1), now=1.5 * number)
    yield desk.submit(WorkItem("c-1", team="calls"), now=10.0)
    yield desk.close("t-0", now=20.0)
    yield desk.assign("t-2", "ana", now=30.0)
    yield desk.update_item("t-2", tags=["vip"], now=35.0)
    yield desk.set_presence("ana", "away_reassign", reason="lunch", now=40.0)
    yield desk.add_team(Team("new"), now=50.0)


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def standard(out, request):
    """A logger of the standard library that writes to `out`, and how it was made is undone."""
    logger = logging.getLogger(f"test.{request.node.name}")
    logger.setLevel("DEBUG")
    logger.propagate = False
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    yield logger
    logger.handlers.clear()


def struct(out, *processors, renderer=None):
    """A logger of structlog that writes to `out`."""
    return structlog.wrap_logger(
        structlog.WriteLogger(out),
        processors=[*processors, renderer or structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )


def lines(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def told(event, **more):
    """What a record must hold of an event."""
    wire = json.loads(json.dumps(event.to_dict()))
    instant = datetime.fromtimestamp(event.at, tz=None).astimezone()
    return wire | {"at_iso": instant} | more


def read(line):
    """A logged line, its instant read from ISO 8601 and the log's own time left out."""
    found = dict(line)
    found.pop("timestamp", None)
    return found | {"at_iso": datetime.fromisoformat(found["at_iso"])}


# --- what is logged -----------------------------------------------------------------------------


def test_each_event_is_a_line_of_json_by_the_standard_library(standard, out):
    desk = Dispatcher(WORKSPACE)
    log = EventLogger(standard)
    events = []
    for found in day(desk):
        log(found)
        events += found
    expected = [told(event, level="info", logger=standard.name) for event in events]
    assert [read(line) for line in lines(out)] == expected
    assert len(events) > 10


def test_each_event_is_a_line_of_json_by_structlog(out):
    desk = Dispatcher(WORKSPACE)
    log = EventLogger(
        struct(
            out,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        )
    )
    events = []
    for found in day(desk):
        log(found)
        events += found
    assert [read(line) for line in lines(out)] == [told(event, level="info") for event in events]


def test_structlog_may_hand_the_records_on_to_the_standard_library(standard, out):
    logger = structlog.wrap_logger(
        standard,
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    event = Closed(7, 5.0, "t-1", "ana")
    EventLogger(logger, level="warning").observe([event])
    expected = told(event, level="warning", logger=standard.name)
    assert [read(line) for line in lines(out)] == [expected]


def test_what_structlog_has_bound_stays_on_the_record(out):
    EventLogger(struct(out).bind(tenant="acme"))([Closed(7, 5.0, "t-1", None)])
    assert lines(out)[0]["tenant"] == "acme"


@pytest.mark.parametrize("at", [0.0, 1772409600.123456, -1.5, 253402214400.0, -62135510400.0])
def test_the_instant_stands_in_seconds_and_in_iso_8601(standard, out, at):
    EventLogger(standard)([Closed(7, at, "t-1", None)])
    (line,) = lines(out)
    assert line["at"] == at
    read_back = datetime.fromisoformat(line["at_iso"])
    assert read_back.utcoffset().total_seconds() == 0
    assert 0 <= at - read_back.timestamp() < 0.001


def test_an_instant_beyond_any_calendar_is_logged_in_seconds_alone(standard, out):
    EventLogger(standard)([Closed(7, 1e18, "t-1", None)])
    assert (lines(out)[0]["at"], lines(out)[0]["at_iso"]) == (1e18, None)


@pytest.mark.parametrize("kind", ["standard", "structlog"])
def test_the_level_of_an_escalation_is_not_lost_to_the_level_of_the_record(standard, out, kind):
    adding = structlog.stdlib.add_log_level
    EventLogger(standard if kind == "standard" else struct(out, adding), level="error")([ESCALATED])
    (line,) = lines(out)
    assert (line["event_level"], line["level"]) == (2, "error")
    assert (line["path"], line["watchers"], line["team"]) == ("net", ["eva"], "l2")


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_of_any_kind_is_lost(standard, out, kind):
    names = [field.name for field in attrs.fields(KINDS[kind]) if field.name not in ("at", "flags")]
    event = KINDS[kind](at=5.0, **{name: f"<{name}>" for name in names})
    logger = struct(out, structlog.stdlib.add_log_level)
    EventLogger(logger)([event])
    EventLogger(standard)([event])
    for line in lines(out):
        assert {f"<{name}>" for name in names} <= set(line.values())
        assert line["event"] == kind


def test_a_plain_formatter_shows_all_fields(standard, out):
    standard.handlers[0].setFormatter(logging.Formatter("%(levelname)s %(message)s %(item)s"))
    EventLogger(standard)([Closed(7, 5.0, "100 %s", "ana")])
    assert out.getvalue() == (
        'INFO closed seq=7 at=5.0 at_iso="1970-01-01T00:00:05.000+00:00" '
        'item="100 %s" agent="ana" 100 %s\n'
    )


def test_records_keep_their_fields_through_a_queue(standard, out):
    waiting = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(waiting, *standard.handlers)
    standard.handlers[:] = [logging.handlers.QueueHandler(waiting)]
    event = Closed(7, 5.0, "t-1", "ana")
    listener.start()
    EventLogger(standard)([event])
    listener.stop()
    assert [read(line) for line in lines(out)] == [told(event, level="info", logger=standard.name)]


def test_a_record_names_the_line_that_gave_the_events(standard, out):
    standard.handlers[0].setFormatter(logging.Formatter("%(filename)s %(funcName)s"))
    EventLogger(standard)([Closed(7, 5.0, "t-1", None)])
    assert out.getvalue() == "test_logs.py test_a_record_names_the_line_that_gave_the_events\n"


# --- what cannot be forged ----------------------------------------------------------------------

CONTROLS = [
    *map(chr, [*range(32), *range(127, 160)]),
    "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\r\n",
]  # fmt: skip
FORGED = '{0}{{"event": "closed", "item": "t-9"}}{0}closed item="t-9"{0}\x1b[2J'


RENDERERS = {
    "json": structlog.processors.JSONRenderer(),
    "json, letters as they are": structlog.processors.JSONRenderer(ensure_ascii=False),
    "key and value": structlog.processors.KeyValueRenderer(),
    "console": structlog.dev.ConsoleRenderer(colors=False),
    "logfmt": structlog.processors.LogfmtRenderer(),
}


def assert_one_line(text):
    assert len(text.splitlines()) == 1
    assert text.endswith("\n")
    assert not [letter for letter in text[:-1] if letter in CONTROLS]


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_a_control_character_ends_no_line_and_commands_no_terminal(standard, control):
    text = FORGED.format(control)
    desk = Dispatcher(Workspace([Team("t")], [Agent(text, primary=["t"])]))
    desk.submit(WorkItem(text, team="t"), now=0.0)
    (event,) = desk.close(text, now=1.0)
    assert event.item == event.agent == text
    for formatter in (JsonFormatter(), logging.Formatter("%(message)s %(item)s %(agent)s")):
        found = io.StringIO()
        standard.handlers[0].setStream(found)
        standard.handlers[0].setFormatter(formatter)
        EventLogger(standard)([event])
        assert_one_line(found.getvalue())
    for name, renderer in RENDERERS.items():
        found = io.StringIO()
        EventLogger(struct(found, renderer=renderer))([event])
        assert_one_line(found.getvalue())
        if name.startswith("json"):
            (line,) = lines(found)
            assert line["event"] == "closed"
            assert line["item"] == line["agent"] != "t-9"


def test_nor_does_one_within_a_list_a_mapping_or_a_key(standard, out):
    content = {"status\n": {"a\r": ["x\x1by"]}}
    event = UpdatePosted(1, 0.0, "t-1", "p\n", None, ("board\n",), (), content)
    EventLogger(standard)([event])
    EventLogger(struct(out, renderer=structlog.dev.ConsoleRenderer(colors=False)))([event])
    first, second = out.getvalue().splitlines()
    assert json.loads(first)["content"] == {"status\\n": {"a\\r": ["x\\x1by"]}}
    assert "\x1b" not in second


@pytest.mark.parametrize(
    "text", ["Ñandú", "チケット\u3000一", "a b\\n", 'say "hi"', "🙂", "a\u00a0b"]
)
def test_other_text_is_logged_as_it_is(standard, out, text):
    EventLogger(standard)([Closed(7, 5.0, text, None)])
    EventLogger(struct(out))([Closed(7, 5.0, text, None)])
    assert [line["item"] for line in lines(out)] == [text, text]


# --- which, and how loud ------------------------------------------------------------------------


def test_only_the_chosen_kinds_are_logged(standard, out):
    desk = Dispatcher(WORKSPACE)
    log = EventLogger(standard, kinds=["closed", "presence_changed"])
    for found in day(desk):
        log(found)
    assert [line["event"] for line in lines(out)] == ["closed", "presence_changed"]


@pytest.mark.parametrize(
    "level", ["debug", "info", "WARNING", "error", "critical", logging.WARNING]
)
def test_the_level_is_that_of_the_records(standard, out, level):
    event = Closed(7, 5.0, "t-1", None)
    EventLogger(standard, level=level)([event])
    EventLogger(struct(out, structlog.stdlib.add_log_level), level=level)([event])
    expected = "warning" if level == logging.WARNING else level.lower()
    assert [line["level"] for line in lines(out)] == [expected, expected]


def test_what_is_below_the_loggers_level_is_not_logged(standard, out):
    standard.setLevel("WARNING")
    EventLogger(standard)([Closed(7, 5.0, "t-1", None)])
    quiet = structlog.wrap_logger(
        structlog.WriteLogger(out),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    EventLogger(quiet)([Closed(7, 5.0, "t-1", None)])
    assert out.getvalue() == ""


def test_without_a_logger_it_is_that_of_the_standard_library(caplog):
    with caplog.at_level("INFO", logger="assignwork.events"):
        EventLogger()([Closed(7, 5.0, "t-1", None)])
    (record,) = caplog.records
    assert (record.name, record.event, record.item) == ("assignwork.events", "closed", "t-1")


def test_the_library_logs_nothing_unless_it_is_asked(caplog, capfd):
    caplog.set_level("DEBUG")
    desk = Dispatcher(WORKSPACE)
    log = EventLogger()
    assert [found for found in day(desk) if found]
    log(())
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("logger", ["desk", 7, logging.LoggerAdapter(logging.getLogger("x"), {})])
def test_what_is_no_logger_is_refused(logger):
    with pytest.raises(ConfigurationError, match=r"logging.getLogger\(...\)"):
        EventLogger(logger)


@pytest.mark.parametrize("level", ["loud", "", 0, 21, True, None, 20.5])
def test_what_is_no_level_is_refused(level):
    with pytest.raises(ConfigurationError, match="debug, info, warning, error, critical"):
        EventLogger(level=level)


def test_an_unknown_kind_is_refused_with_the_nearest_known_one():
    with pytest.raises(ConfigurationError, match="did you mean 'closed'"):
        EventLogger(kinds=["close"])
    with pytest.raises(ConfigurationError, match="a list of kinds"):
        EventLogger(kinds="closed")


# --- the formatter ------------------------------------------------------------------------------


def test_records_from_elsewhere_are_lines_of_json_too(standard, out):
    standard.warning("two\nlines of %s", "text", extra={"level": "mine", "user": object})
    try:
        int("bad\nid")
    except ValueError:
        standard.exception("failed")
    first, second = lines(out)
    assert first.pop("timestamp") <= second.pop("timestamp")
    assert first == {
        "level": "warning",
        "logger": standard.name,
        "event": "two\nlines of text",
        "extra_level": "mine",
        "user": "<class 'object'>",
    }
    assert second["exception"].endswith("'bad\\nid'")


def test_a_number_that_json_does_not_know_is_text(standard, out):
    event = Queued(1, 0.0, "t-1", "t", 3, float("inf"), "given", None)
    EventLogger(standard)([event])
    assert lines(out)[0]["weight"] == "inf"


def test_the_standard_library_is_enough():
    code = (
        "import sys, logging; sys.modules['structlog'] = None\n"
        "from assignwork.events import Closed\n"
        "from assignwork.integrations.logs import EventLogger, JsonFormatter\n"
        "handler = logging.StreamHandler(sys.stdout)\n"
        "handler.setFormatter(JsonFormatter())\n"
        "logging.basicConfig(level='INFO', handlers=[handler])\n"
        "EventLogger()([Closed(7, 5.0, 't-1', None)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["item"] == "t-1"
