"""What cannot be imported: each refusal names file, line, field, value and remedy."""

import gzip
import json

import pytest

from assignwork.errors import ConfigurationError, InputError
from assignwork.intake import import_log, load_mapping

from .conftest import MAPPING, XES_HEAD, small_csv, with_tables, xes

GOOD = small_csv("a 0 open x ana 3", "a 5 done x ana 3")
XES = with_tables(
    reader="xes",
    fields={"case": "case:concept:name", "at": "time:timestamp", "group": "org:group"},
)
EVENT = {"time:timestamp": "1970-01-01T00:00:00Z", "org:group": "x"}


@pytest.fixture
def refusal(tmp_path):
    """The error of importing such a file; its path stands as FILE."""

    def run(content, kind="csv", mapping=None, **window):
        path = tmp_path / "log"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        given = mapping or (XES if kind == "xes" else with_tables(reader=kind))
        with pytest.raises(ConfigurationError) as caught:
            import_log(kind, path, mapping=given, **window)
        return str(caught.value).replace(str(path), "FILE"), caught.value

    return run


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "FILE: the file is empty; give an export with a header and a row for each event"),
        (
            GOOD.splitlines()[0],
            "FILE: the file has a header but no row; give an export with rows",
        ),
        (
            GOOD.replace("group", "grupo"),
            (
                "FILE, line 1, field fields.group: there is no column 'group', which "
                "the mapping names; "
                "did you mean 'grupo'?; correct the mapping, or give the export it is for"
            ),
        ),
        (
            GOOD.replace("state,", "at,"),
            (
                "FILE, line 1, field fields.at: the column 'at' is there twice; "
                "give each column its own name"
            ),
        ),
        (
            GOOD + "b,1970-01-01\n",
            (
                "FILE, line 4: the row has 2 values, the header 6 columns; "
                "quote values that hold the delimiter, or give the right file.delimiter"
            ),
        ),
        (
            GOOD + 'b,1970-01-01,open,"x,ana,3\n',
            (
                "FILE, line 4: not CSV: unexpected end of data; "
                "close the quotes on that line, or give the right file.delimiter"
            ),
        ),
        (
            GOOD.encode() + b"b,1970-01-01,open,\xfc,ana,3\n",
            (
                "FILE, line 4: not utf-8: byte 0xfc at column 19; "
                "set file.encoding of the mapping, such as cp1252 or latin-1"
            ),
        ),
        (
            GOOD.encode("utf-16-be"),
            ("FILE, line 1: a zero byte: this is no text; save the file as UTF-8 CSV"),
        ),
        (
            "x" * (2**20 + 2),
            (
                "FILE, line 1: the line is too long (allowed: at most 1048576 bytes); "
                "give a CSV file with a line for each row"
            ),
        ),
        (
            gzip.compress((GOOD * 100).encode(), mtime=0)[:-20],
            (
                "FILE, line 1: cannot be read on from here: compressed file ended before the "
                "end-of-stream marker was reached; the file is damaged or cut off; "
                "give the whole file"
            ),
        ),
        (
            GOOD + ",1970-01-01,open,x,ana,3\n",
            "FILE, line 4, field id: no case id; give each row one, or correct fields.case",
        ),
        (
            GOOD + "b,,open,x,ana,3\n",
            ("FILE, line 4, field at: no instant; give each row one, or correct fields.at"),
        ),
        (
            GOOD + "b,2016-02-30,open,x,ana,3\n",
            (
                "FILE, line 4, field at: '2016-02-30' is no instant written as ISO 8601; mend the "
                "value, set time.format, or name the mark of a missing value in file.missing"
            ),
        ),
        (
            GOOD + "b,1970-01-01,opne,x,ana,3\n",
            (
                "FILE, line 4, field state: the state 'opne' is in no list of the "
                "mapping; add it to "
                "one of states.open, waiting, parked, done or ignored (did you mean 'open'?), "
                "or set states.other"
            ),
        ),
        (
            GOOD + "b,1970-01-01,open,x,ana,high\n",
            (
                "FILE, line 4, field priority: 'high' is no priority of the mapping; "
                "add it to levels.priority"
            ),
        ),
        (
            GOOD + f"{'b' * 513},1970-01-01,open,x,ana,3\n",
            (
                "FILE, line 4, field id: a name of 513 characters; give 1 to 512, or name the mark "
                "of a missing value in file.missing"
            ),
        ),
    ],
    ids=[
        "empty",
        "no row",
        "no column",
        "column twice",
        "short row",
        "open quote",
        "bytes",
        "utf-16",
        "long line",
        "cut gzip",
        "no id",
        "no instant",
        "bad instant",
        "bad state",
        "bad priority",
        "long id",
    ],
)
def test_csv(refusal, content, said):
    message, error = refusal(content)
    assert message == said
    assert isinstance(error, InputError)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "FILE: the file is empty; give an XES log with traces and events"),
        (
            XES_HEAD + "</log>",
            "FILE: there is no event in any trace; give an XES log with traces and events",
        ),
        (
            "<html/>",
            (
                "FILE, line 1: the document is a 'html', not an XES log; "
                "give an XES file, or the format that the file has"
            ),
        ),
        (
            XES_HEAD + "<trace>\n<event></trace>",
            (
                "FILE, line 4: not XML: mismatched tag at column 10; "
                "the file is damaged or cut off; give the whole file"
            ),
        ),
        (
            xes({"a": [EVENT]})[:-10],
            (
                "FILE, line 8: not XML: unclosed token at column 1; "
                "the file is damaged or cut off; give the whole file"
            ),
        ),
        (
            '<!DOCTYPE log [<!ENTITY a "aaaa">]><log>&a;</log>',
            (
                "FILE, line 1: the file declares a document type, which XES has not; "
                "take the DOCTYPE out of the file"
            ),
        ),
        (
            xes({"a": [{"time:timestamp": "1970-01-01", "org:gruop": "x"}]}),
            (
                "FILE, field fields.group: there is no column 'org:group', which the "
                "mapping names; "
                "did you mean 'org:gruop'?; correct the mapping, or give the export it is for"
            ),
        ),
        (
            xes({"a": [EVENT, {"time:timestamp": "soon"}]}),
            (
                "FILE, line 8, field time:timestamp: 'soon' is no instant written as "
                "ISO 8601; mend "
                "the value, set time.format, or name the mark of a missing value in file.missing"
            ),
        ),
        (
            gzip.compress(xes({"a": [EVENT] * 100}).encode(), mtime=0)[:-20],
            (
                "FILE, line 1: cannot be read on from here: compressed file ended before the "
                "end-of-stream marker was reached; the file is damaged or cut off; "
                "give the whole file"
            ),
        ),
    ],
    ids=[
        "empty",
        "no event",
        "other document",
        "mismatched",
        "cut off",
        "document type",
        "no attribute",
        "bad instant",
        "cut gzip",
    ],
)
def test_xes(refusal, content, said):
    assert refusal(content, "xes")[0] == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "FILE: the file is empty: it holds no rows"),
        ("[1]\n", "FILE, line 1: a row is no JSON object"),
        ('{"id": 1, "at": "x"', "FILE, line 1: the file ends in the middle of this line"),
        ('{"id": "a"}\n', "FILE, line 1, field at: no instant"),
        (
            '{"id": "a", "at": "1970-01-01"}\n',
            "FILE, field fields.state: there is no column 'state', which the mapping names",
        ),
    ],
)
def test_json_lines(refusal, content, said):
    assert refusal(content, "jsonl")[0].startswith(said)


def test_a_file_that_is_not_there():
    with pytest.raises(InputError, match=r"^none.csv: cannot be read: no such file"):
        import_log("servicenow", "none.csv")


def test_a_window_without_any_case(refusal):
    message, _ = refusal(GOOD, start="1999-01-01")
    assert message == (
        "FILE, field start: no case was opened from 915148800.0 to None; the log has 1, opened "
        "from 0.0 to 0.0; give a start and an end that hold some of them"
    )


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"start": "2016-13-01"}, "start: '2016-13-01' is not a date; give a date such as "),
        ({"start": "2016-03-01T00:00"}, "start: '2016-03-01T00:00' is not an instant"),
        ({"end": "tomorrow"}, "end: 'tomorrow' is not an instant; give POSIX seconds or ISO 8601"),
        ({"end": "9999-12-31"}, "end: '9999-12-31' is not a date of this era"),
        ({"start": 5.0, "end": 5.0}, "end: the window ends at 5.0 before it starts at 5.0; give"),
    ],
)
def test_bounds_that_cannot_be_used(refusal, window, said):
    assert refusal(GOOD, **window)[0].startswith(said)


def test_an_unknown_format():
    with pytest.raises(ConfigurationError) as caught:
        import_log("servicenaw", "x")
    assert str(caught.value) == (
        "format: 'servicenaw' is no format (allowed: italy, servicenow, volvo, csv, xes, jsonl); "
        "did you mean 'servicenow'?"
    )


@pytest.mark.parametrize(
    ("kind", "mapping", "said"),
    [
        ("csv", None, "mapping: the format 'csv' needs a mapping that says what its columns mean"),
        ("xes", MAPPING, "mapping.reader: the mapping 'small' is for csv files, not xes; import"),
        ("csv", {"name": "x"}, "mapping.reader: this field is missing"),
        ("csv", with_tables(colour=1), "mapping.colour: unknown key; "),
        ("csv", with_tables(fields={"case": "id"}), "mapping.fields.at: neither at nor opened_at"),
        ("csv", with_tables(fields={"case": []}), "mapping.fields.case: [] is not a column or"),
        ("csv", with_tables(states={"opn": []}), "mapping.states.opn: unknown key; did you mean "),
        (
            "csv",
            with_tables(states={"open": ["a"], "done": ["a"]}),
            "mapping.states.done: 'a' is in open as well; name it in one list",
        ),
        ("csv", with_tables(time={"format": "%H:%M"}), "mapping.time.format: '%H:%M' is not a for"),
        ("csv", with_tables(time={"format": "%Q"}), "mapping.time.format: '%Q' is not a format"),
        ("csv", with_tables(time={"zone": "Rome"}), "mapping.time.zone: 'Rome' is not an IANA ti"),
        ("csv", with_tables(file={"encoding": "utf-16"}), "mapping.file.encoding: 'utf-16' is no"),
        ("csv", with_tables(file={"delimiter": "::"}), "mapping.file.delimiter: '::' is not a si"),
        ("csv", with_tables(file={"missing": "?"}), "mapping.file.missing: '?' is not a list of"),
        (
            "csv",
            with_tables(levels={"impact": {"low": 5}}),
            "mapping.levels.impact.low: 5 is not a factor from 1 (highest) to 4",
        ),
        (
            "csv",
            with_tables(people={"secondary_share": 2}),
            "mapping.people.secondary_share: 2 is not a share from 0 to 1",
        ),
        (
            "csv",
            with_tables(people={"capacity_percentile": 0}),
            "mapping.people.capacity_percentile: 0 is not a percentile above 0",
        ),
        (
            "csv",
            with_tables(workspace={"teams": []}),
            "mapping.workspace.teams: the import makes these itself",
        ),
    ],
)
def test_a_mapping_that_cannot_be_used(kind, mapping, said):
    with pytest.raises(ConfigurationError) as caught:
        import_log(kind, "none.csv", mapping=mapping)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("workspace", [{"ageing": 3}, {"item_ordr": []}])
def test_a_field_that_no_workspace_has(refusal, workspace):
    message, _ = refusal(GOOD, mapping=with_tables(workspace=workspace))
    assert message.startswith(f"mapping.workspace.{next(iter(workspace))}: ")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("m.toml", b"name = ", "FILE: not TOML: "),
        ("m.json", b"{", "FILE: not JSON: "),
        ("m.json", b"[]", "FILE: a mapping is one object"),
        ("m.toml", b'name = "a"\nb = "\xff"', "FILE, line 2: not UTF-8: byte 0xff at position 16"),
        ("m.toml", b'name = "a"\nreeder = "csv"', "FILE, field reeder: unknown key; did you mean"),
        (
            "m.json",
            json.dumps(with_tables(fields={"case": "id", "at": 3})).encode(),
            "FILE, field fields.at: 3 is not a list of names",
        ),
    ],
)
def test_a_mapping_file_that_cannot_be_used(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_mapping(path)
    assert str(caught.value).replace(str(path), "FILE").startswith(said)


def test_a_mapping_file_that_is_not_there():
    with pytest.raises(InputError, match=r"^none.toml: cannot be read: no such file"):
        import_log("csv", "x.csv", mapping="none.toml")
