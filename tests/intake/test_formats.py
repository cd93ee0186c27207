"""The shipped mappings on small logs of their shapes, and the three file formats."""

import json
import tomllib
from pathlib import Path

import pytest

from assignwork import Workspace
from assignwork.intake import (
    FORMATS,
    Imported,
    LogMapping,
    import_log,
    load_mapping,
    shipped_mapping,
)
from assignwork.wire import read_commands

from .conftest import MAPPING, pack, replay, servicenow_csv, small_csv, with_tables, xes

SERVICENOW = servicenow_csv(
    {
        "number": "I1", "opened_at": "1/3/2016 08:00", "sys_updated_at": "1/3/2016 08:05",
        "incident_state": "New", "assignment_group": "Network", "priority": "4 - Low",
        "impact": "3 - Low", "urgency": "3 - Low", "contact_type": "Phone", "category": "VPN",
        "caller_id": "Caller A", "u_symptom": "no route", "sys_updated_by": "Ann",
        "resolved_at": "1/3/2016 09:30",
    },
    {"sys_updated_at": "1/3/2016 08:10", "assigned_to": "ann", "incident_state": "Active"},
    {"sys_updated_at": "1/3/2016 08:20"},
    {"sys_updated_at": "1/3/2016 08:25", "sys_updated_by": "Updated by 908"},
    {"sys_updated_at": "1/3/2016 08:30", "priority": "2 - High", "impact": "1 - High",
     "urgency": "2 - Medium", "sys_updated_by": "Ann"},
    {"sys_updated_at": "1/3/2016 08:40", "incident_state": "Awaiting User Info"},
    {"sys_updated_at": "1/3/2016 09:00", "incident_state": "Active"},
    {"sys_updated_at": "1/3/2016 09:10", "assignment_group": "Servers", "assigned_to": "?"},
    {"sys_updated_at": "1/3/2016 09:35", "incident_state": "Resolved", "assigned_to": "bob"},
    {"sys_updated_at": "6/3/2016 10:00", "incident_state": "Closed"},
    {"number": "I2", "opened_at": "1/6/2016 00:00", "sys_updated_at": "1/6/2016 00:00"},
)  # fmt: skip
EIGHT = 1456819200.0
"""2016-03-01T08:00Z."""


def volvo(minute, name, transition, group, resource, impact="Medium"):
    return {
        "org:group": group,
        "org:resource": resource,
        "concept:name": name,
        "impact": impact,
        "product": "PROD1",
        "lifecycle:transition": transition,
        "time:timestamp": f"2012-04-02T10:{minute:02}:00+02:00",
    }


VOLVO = xes(
    {
        "1-1": [
            volvo(0, "Accepted", "In Progress", "G1", "Jan", "High"),
            volvo(5, "Queued", "Awaiting Assignment", "G2 2nd", "Jan", "High"),
            volvo(9, "Accepted", "In Progress", "G2 2nd", "Ewa", "High"),
            volvo(20, "Completed", "Resolved", "G2 2nd", "Ewa", "High"),
            volvo(50, "Completed", "Closed", "G2 2nd", "Siebel", "High"),
        ]
    }
)
TEN = 1333353600.0
"""2012-04-02T10:00+02:00."""


def test_servicenow(tmp_path):
    found = import_log("servicenow", pack(tmp_path / "log.csv.gz", SERVICENOW))
    assert [command.to_dict((at - EIGHT) / 60) for at, command in found.commands] == [
        {
            "at": 0,
            "do": "submit",
            "item": {
                "id": "I1", "team": "Network", "priority": 4, "channel": "Phone",
                "created_at": EIGHT, "impact": 3, "urgency": 3, "category": "VPN",
                "customer": "Caller A", "subject": "no route",
            },
        },
        {"at": 20, "do": "reply", "item": "I1", "by": "agent"},
        {"at": 30, "do": "update_item", "item": "I1",
         "changes": {"priority": 2, "impact": 1, "urgency": 2}},
        {"at": 40, "do": "reply", "item": "I1", "by": "agent"},
        {"at": 60, "do": "reply", "item": "I1", "by": "customer"},
        {"at": 70, "do": "transfer", "item": "I1", "team": "Servers"},
        {"at": 90, "do": "close", "item": "I1"},
    ]  # fmt: skip
    assert found.workspace.to_dict() == {
        "schema": 1,
        "teams": [{"id": "Network"}, {"id": "Servers"}],
        "agents": [
            {"id": "ann", "capacity": 1, "primary": ["Network"]},
            {"id": "bob", "capacity": 1, "primary": ["Servers"]},
        ],
        "item_order": ["priority", "due", "age"],
    }
    replay(found)


def test_the_report_counts_what_was_read_kept_and_dropped(tmp_path):
    (tmp_path / "log.csv").write_text(SERVICENOW)
    report = import_log("servicenow", tmp_path / "log.csv").report
    assert json.loads(json.dumps(report)) == report
    assert report["read"] == {"rows": 11, "cases": 2}
    assert report["kept"] == {"rows": 10, "cases": 1}
    assert report["dropped"] == {
        "cases opened after the window": 1,
        "rows of cases already closed": 1,
    }
    assert report["commands"] == {
        "close": 1, "reply by agent": 2, "reply by customer": 1, "submit": 1, "transfer": 1,
        "update_item": 1,
    }  # fmt: skip
    assert report["window"] == {"start": EIGHT - 8 * 3600, "end": 1464739200.0}
    assert report["priority_matrix"] == {
        "rows": 11,
        "agree": 11,
        "cells": [
            {"impact": 1, "urgency": 2, "priority": 2, "rows": 7},
            {"impact": 3, "urgency": 3, "priority": 4, "rows": 4},
        ],
        "unseen": [{"impact": 1, "urgency": 3}, {"impact": 3, "urgency": 2}],
    }


def test_volvo(tmp_path):
    found = import_log("volvo", pack(tmp_path / "log.xes.gz", VOLVO))
    assert [command.to_dict((at - TEN) / 60) for at, command in found.commands] == [
        {
            "at": 0,
            "do": "submit",
            "item": {
                "id": "1-1", "team": "G1", "priority": 2, "created_at": TEN, "impact": 2,
                "category": "PROD1",
            },
        },
        {"at": 5, "do": "transfer", "item": "1-1", "team": "G2 2nd"},
        {"at": 20, "do": "close", "item": "1-1"},
    ]  # fmt: skip
    assert [(team.id, team.rank) for team in found.workspace.teams] == [("G1", 1), ("G2 2nd", 2)]
    assert [agent.id for agent in found.workspace.agents] == ["Ewa", "Jan"]
    assert found.report["lines"] == {"groups": {"1": 1, "2": 1}, "moves_up": 1, "moves_down": 0}
    replay(found)


def test_italy(tmp_path):
    event = {
        "org:resource": "Value 1", "workgroup": "Value 3", "product": "Value 2",
        "customer": "Value 7", "seriousness_2": "Value 2", "service_level": "Value 4",
    }  # fmt: skip
    steps = ["Assign seriousness", "Take in charge ticket", "Wait", "Resolve ticket", "Closed"]
    log = xes(
        {
            "Case 1": [
                {
                    "concept:name": step,
                    "time:timestamp": f"1970-01-01T00:0{n}:00+00:00",
                    **event,
                }
                for n, step in enumerate(steps)
            ]
        }
    )
    found = import_log("italy", pack(tmp_path / "log.xes.gz", log))
    assert [command.to_dict(at / 60) for at, command in found.commands] == [
        {
            "at": 0,
            "do": "submit",
            "item": {
                "id": "Case 1", "team": "Value 3", "created_at": 0.0, "category": "Value 2",
                "tags": ["seriousness:Value 2", "service:Value 4"], "customer": "Value 7",
            },
        },
        {"at": 2, "do": "snooze", "item": "Case 1"},
        {"at": 3, "do": "close", "item": "Case 1"},
    ]  # fmt: skip
    replay(found)


def test_json_lines_are_flattened(tmp_path):
    rows = [
        {"id": 1, "at": 60, "now": {"state": "open", "team": "x"}, "who": "ana", "tags": ["a"]},
        {"id": 1, "at": 120, "now": {"state": "done", "team": None}, "who": None, "vip": True},
    ]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    fields = {
        "case": "id", "at": "at", "state": "now.state", "group": "now.team", "agent": "who",
        "tags": {"vip": "vip"},
    }  # fmt: skip
    mapping = with_tables(reader="jsonl", fields=fields, time={"format": "posix"})
    found = import_log("jsonl", tmp_path / "log.jsonl", mapping=mapping)
    assert [(at, command.verb) for at, command in found.commands] == [
        (60, "submit"),
        (120, "close"),
    ]
    item = found.commands[0][1].item
    assert (item.id, item.team, item.tags) == ("1", "x", ("vip:true",))


def test_xes_reads_the_attributes_of_traces_and_events_only(tmp_path):
    log = """<log>
      <global scope="event"><string key="state" value="wrong"/></global>
      <string key="state" value="wrong"/>
      <trace>
        <event>
          <string key="state" value="done"><string key="state" value="wrong"/></string>
          <date key="at" value="1970-01-01T00:01:00Z"/>
          <list key="state"><values><string key="state" value="wrong"/></values></list>
        </event>
        <string key="id" value="a"/>
      </trace></log>"""
    (tmp_path / "log.xes").write_text(log)
    fields = {"case": "case:id", "at": "at", "state": "state"}
    found = import_log(
        "xes", tmp_path / "log.xes", mapping=with_tables(reader="xes", fields=fields)
    )
    assert [(at, command.verb) for at, command in found.commands] == [(60, "submit"), (60, "close")]


def test_another_encoding_delimiter_and_quoted_lines(tmp_path):
    text = 'id;at;group\n"a\nb";1970-01-01T00:01;"Zürich; Süd"\n\nc;1970-01-01T00:02;x\n'
    (tmp_path / "log.csv").write_bytes(text.encode("cp1252"))
    mapping = with_tables(
        fields={"case": "id", "at": "at", "group": "group"},
        file={"encoding": "cp1252", "delimiter": ";"},
    )
    found = import_log("csv", tmp_path / "log.csv", mapping=mapping)
    assert [command.item.id for _, command in found.commands] == ["a\nb", "c"]
    assert found.workspace.teams[0].id == "Zürich; Süd"


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    (tmp_path / "log.csv").write_text(small_csv("a 0 open x ana 3"), encoding="utf-8-sig")
    assert len(import_log("csv", tmp_path / "log.csv", mapping=MAPPING).commands) == 1


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (None, None, "abc"),
        ("1970-01-02", None, "bc"),
        (None, "1970-01-02", "ab"),
        (86400.0, 172800.0, "b"),
        ("1970-01-01T00:00:01+00:00", "1970-01-02T00:00:01Z", "b"),
    ],
)
def test_a_window_keeps_what_was_opened_in_it(tmp_path, start, end, kept):
    rows = ["a,1970-01-01", "b,1970-01-02", "c,1970-01-03"]
    (tmp_path / "log.csv").write_text("\n".join(["id,at", *rows]))
    found = import_log(
        "csv", tmp_path / "log.csv", mapping=with_tables(fields={"case": "id", "at": "at"}),
        start=start, end=end,
    )  # fmt: skip
    assert "".join(command.item.id for _, command in found.commands) == kept


def test_days_of_a_window_are_those_of_the_mappings_zone(tmp_path):
    (tmp_path / "log.csv").write_text("id,at\na,2026-01-01T23:30:00Z\n")
    mapping = with_tables(fields={"case": "id", "at": "at"}, time={"zone": "Europe/Rome"})
    found = import_log("csv", tmp_path / "log.csv", mapping=mapping, start="2026-01-02")
    assert found.report["kept"]["cases"] == 1


def test_what_is_written_can_be_read_again(tmp_path, take):
    found = take("a 0 open x ana 3", "a 1 waiting x ana 2", "a 2 done x ana 2")
    found.write(tmp_path / "w.json", tmp_path / "c.jsonl.gz")
    assert Workspace.load(tmp_path / "w.json") == found.workspace
    read = tuple((at, command) for _, at, command in read_commands(tmp_path / "c.jsonl.gz"))
    assert read == found.commands


def test_the_same_log_gives_the_same_bytes(tmp_path):
    (tmp_path / "log.csv").write_text(SERVICENOW)
    written = []
    for turn in "ab":
        found = import_log("servicenow", str(tmp_path / "log.csv"))
        assert isinstance(found, Imported)
        found.write(tmp_path / f"{turn}.json", tmp_path / f"{turn}.jsonl")
        written.append([(tmp_path / f"{turn}{end}").read_bytes() for end in (".json", ".jsonl")])
    assert written[0] == written[1]


def test_a_mapping_is_an_object_its_wire_form_or_a_file(tmp_path):
    (tmp_path / "log.csv").write_text(small_csv("a 0 open x ana 3"))
    (tmp_path / "m.json").write_text(json.dumps(MAPPING))
    (tmp_path / "m.toml").write_text(
        'name = "small"\nreader = "csv"\n[fields]\ncase = "id"\nat = "at"\n'
    )
    loaded = load_mapping(tmp_path / "m.json")
    given = [MAPPING, loaded, tmp_path / "m.json"]
    found = [import_log("csv", tmp_path / "log.csv", mapping=mapping) for mapping in given]
    assert found[0] == found[1] == found[2]
    assert import_log("csv", tmp_path / "log.csv", mapping=str(tmp_path / "m.toml")).commands


def test_a_mapping_replaces_the_shipped_one(tmp_path):
    (tmp_path / "log.csv").write_text(small_csv("a 0 open x ana 3"))
    assert import_log("servicenow", tmp_path / "log.csv", mapping=MAPPING).report["mapping"] == (
        "small"
    )


def test_the_wire_form_of_a_mapping_makes_it_again():
    for name in FORMATS[:3]:
        mapping = shipped_mapping(name)
        assert type(mapping).from_dict(mapping.to_dict()) == mapping
        assert json.loads(json.dumps(mapping.to_dict())) == mapping.to_dict()


def test_the_workspace_takes_more_fields_from_the_mapping(take):
    found = take("a 0 open x ana 3", workspace={"ageing": {"every": 60}, "default_capacity": 3})
    assert found.workspace.ageing.every == 60
    assert found.workspace.default_capacity == 3


def test_the_mapping_that_the_manual_shows_is_a_mapping():
    manual = (Path(__file__).parents[2] / "docs" / "imports.md").read_text("utf-8")
    shown = manual.partition("```toml\n")[2].partition("```")[0]
    mapping = LogMapping.from_dict(tomllib.loads(shown))
    assert mapping.states.waiting == ("Pending/Customer",)
