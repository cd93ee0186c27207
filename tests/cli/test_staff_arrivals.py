"""Tables of arrivals as `assignwork staff` reads them."""

import gzip
import json

import pytest


def read(folder, *args):
    done = folder.run("staff", "--arrivals", "a.csv", *args, "--json")
    assert done.code == 0, done.stderr
    return json.loads(done.stdout)["arrivals"]


def refused(folder, *args):
    done = folder.run("staff", "--arrivals", "a.csv", *args)
    assert (done.code, done.stdout) == (2, "")
    return done.stderr


@pytest.mark.parametrize(
    "rows",
    [
        "2026-01-05T09:00+01:00,3\n2026-01-05T09:15+01:00,4\n",
        "1767600000,3\n1767600900,4\n",
        "1767600000.0,3\n1767600900.0,4\n",
        "2026-01-05T09:00,3\n2026-01-05T09:15:00,4\n",
        "2026-01-05 09:00,3\n2026-01-05 09:15,4\n",
        "20260105T0900,3\n20260105T0915,4\n",
        "2026-01-05T08:00Z,3\n\n2026-01-05T08:15Z,4.0\n",
        "2026-01-05T09:15,4\n2026-01-05T09:00,3\n",
    ],
)
def test_instants_are_written_in_several_ways(folder, rows):
    folder.write("a.csv", f"start,arrivals\n{rows}")
    found = read(folder, "--time-zone", "Europe/Madrid")
    assert (found["start_at"], found["interval"], found["counts"]) == (1767600000, 900, [3, 4])


def test_a_table_may_be_gzipped_and_begin_with_a_byte_order_mark(folder):
    text = "\ufeffstart,arrivals\n1767600000,3\n1767603600,4\n"
    folder.write("a.csv", gzip.compress(text.encode()))
    assert read(folder)["counts"] == [3, 4]


@pytest.mark.parametrize(
    ("args", "counts"),
    [
        ([], [3, 4]),
        (["--count-column", "mail"], [7, 8]),
        (["--time-column", "utc"], [3, 4]),
        (["--time-column", "utc", "--count-column", "mail"], [7, 8]),
    ],
)
def test_columns_are_the_first_two_or_those_named(folder, args, counts):
    at = "utc" if "--time-column" in args else "start"
    head = {"start": "start,calls,mail,utc", "utc": "calls,utc,mail,agent"}[at]
    lines = {
        "start": "1767600000,3,7,x\n1767603600,4,8,x\n",
        "utc": "3,1767600000,7,x\n4,1767603600,8,x\n",
    }[at]
    folder.write("a.csv", f"{head}\n{lines}")
    assert read(folder, *args)["counts"] == counts


def test_counts_are_added_up_to_longer_intervals_of_the_local_clock(folder):
    rows = [f"2026-01-05T{9 + i // 4:02}:{i % 4 * 15:02},{i}" for i in range(2, 11)]
    folder.write("a.csv", "start,n\n" + "\n".join(rows))
    found = read(folder, "--time-zone", "Asia/Kolkata", "--interval", 3600)
    # half past five hours to the east: whole hours of the local clock, not of UTC
    assert found["counts"] == [2 + 3, 4 + 5 + 6 + 7, 8 + 9 + 10]
    assert found["start_at"] == 1767583800 + 0


def test_a_closed_part_of_a_longer_interval_has_no_arrivals(folder):
    folder.write("a.csv", "s,n\n2026-01-05T09:30,5\n2026-01-05T10:00,6\n2026-01-05T10:30,7\n")
    found = read(folder, "--interval", 3600, "--hours", "mon=09:30-11:00")
    assert (found["counts"], found["open"]) == ([5, 13], [True, True])


def test_where_clocks_are_set_back_a_local_time_that_comes_again_is_the_second(folder):
    times = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    rows = "".join(f"2026-10-25T{at},{i}\n" for i, at in enumerate(times))
    folder.write("a.csv", f"start,n\n{rows}")
    assert read(folder, "--time-zone", "Europe/Madrid")["counts"] == [0, 1, 2, 3, 4, 5]


def test_what_comes_outside_of_the_hours_is_counted_and_told(folder):
    folder.write("a.csv", "s,n\n2026-01-05T08:00,5\n2026-01-05T09:00,6\n2026-01-05T10:00,7\n")
    found = read(folder, "--hours", "mon-fri=09:00-17:00")
    assert (found["arrivals"], found["outside_hours"], found["open"]) == (
        13, 5, [False, True, True],
    )  # fmt: skip
    done = folder.run("staff", "--arrivals", "a.csv", "--hours", "mon-fri=09:00-17:00")
    assert "13 arrivals in 2 open intervals" in done.stdout
    assert "5 came outside of the hours" in done.stdout


def test_hours_may_be_given_in_parts(folder):
    folder.write("a.csv", "s,n\n" + "".join(f"2026-01-05T{h:02}:00,1\n" for h in range(8, 13)))
    twice = read(folder, "--hours", "mon=08:00-09:00", "--hours", "mon=10:00-11:00")
    once = read(folder, "--hours", "mon=08:00-09:00,10:00-11:00")
    assert once["open"] == twice["open"] == [True, False, True, False, False]


# --- what is missing -----------------------------------------------------------------------------

GAP = "start,n\n2026-01-05T09:00,3\n2026-01-05T10:00,4\n2026-01-05T12:00,5\n"


def test_an_open_interval_without_a_row_is_an_error(folder):
    folder.write("a.csv", GAP)
    said = refused(folder)
    assert said.startswith("error: a.csv: Mon 2026-01-05 11:00 has no row, and nothing says")
    assert "--missing zero" in said
    assert read(folder, "--hours", "mon=09:00-11:00,12:00-13:00")["counts"] == [3, 4, None, 5]


def test_what_is_missing_may_be_nobody_or_not_known(folder):
    folder.write("a.csv", GAP)
    assert read(folder, "--missing", "zero")["counts"] == [3, 4, 0, 5]
    said = refused(folder, "--missing", "skip")
    assert said.startswith("error: --missing: 1 open intervals are not known")
    days = "".join(
        f"2026-01-{day:02}T{hour:02}:00,{hour}\n"
        for day in range(5, 26)
        for hour in range(24)
        if (day, hour) != (12, 3)
    )
    folder.write("a.csv", f"s,n\n{days}")
    args = ("--forecast", 1, "--method", "weekday-mean", "--missing")
    skipped, zero = (
        json.loads(folder.run("staff", "--arrivals", "a.csv", *args, how, "--json").stdout)
        for how in ("skip", "zero")
    )
    assert skipped["arrivals"]["counts"][7 * 24 + 3] is None
    assert zero["arrivals"]["counts"][7 * 24 + 3] == 0
    assert zero["forecast"]["mean"][3] < skipped["forecast"]["mean"][3] == 3


def test_a_part_that_is_not_known_makes_the_longer_interval_unknown(folder):
    rows = "".join(
        f"2026-01-{day:02}T{half // 2:02}:{half % 2 * 30:02},1\n"
        for day in range(5, 19)
        for half in range(48)
        if (day, half) != (6, 5)
    )
    folder.write("a.csv", f"s,n\n{rows}")
    args = ("--forecast", 1, "--method", "seasonal-naive", "--missing", "skip")
    found = read(folder, *args, "--interval", 3600)["counts"]
    assert (found[24 + 2], found[24 + 3]) == (None, 2)


# --- what cannot be used -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a.csv, line 1: the file is empty"),
        ("start\n1767600000\n", "a.csv, line 1: the header has no two columns"),
        ("start,n\n", "a.csv: the table has no row"),
        ("start,n\n1767600000,1\n", "a.csv: one row does not tell how long"),
        ("1767600000,3\n1767603600,4\n", "a.csv, line 1, field 1767600000: the first row is no"),
        ("2026-01-05T09:00,3\n", "a.csv, line 1, field 2026-01-05T09:00: the first row is no"),
        ("start,n\n0,1\nsoon,2\n", "a.csv, line 3, field start: 'soon' is not an instant"),
        ("start,n\n0,1\n0.5,2\n", "a.csv, line 3, field start: '0.5' is not a whole second"),
        ("start,n\n0,1\n3600,many\n", "a.csv, line 3, field n: 'many' is not a number of"),
        ("start,n\n0,1\n3600,-1\n", "a.csv, line 3, field n: '-1' is not a number of"),
        ("start,n\n0,1\n3600,nan\n", "a.csv, line 3, field n: 'nan' is not a number of"),
        ("start,n\n0,1\n3600\n", "a.csv, line 3: the row has 1 values"),
        (
            "start,n\n0,1\n3600,1\n0,2\n",
            "a.csv, line 4, field start: Thu 1970-01-01 00:00 is there",
        ),
        ("start,n\n0,1\n5400,1\n", "a.csv: from one row to the next are 1.5 h, which do not"),
        ("start,n\n0,1\n700,1\n", "a.csv: from one row to the next are 12 min, which do not"),
        ("start,n\n0,1\n1800,1\n4000,1\n", "a.csv, field start: Thu 1970-01-01 01:06 is no"),
        ("start,n\n60,1\n3660,1\n", "a.csv, field start: 60 is no whole interval"),
        ('start,n\n0,"1\n', "a.csv, line"),
        (b"start,n\n0,1\n3600,\xff\n", "a.csv, line 3: not utf-8"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_with_its_place(folder, text, said):
    folder.write("a.csv", text)
    error = refused(folder)
    assert error.startswith(f"error: {said}"), error
    assert ";" in error  # the way out
    assert "mapping" not in error


def test_a_local_time_that_the_clock_skips(folder):
    folder.write("a.csv", "start,n\n2026-03-29T01:00,1\n2026-03-29T02:00,2\n")
    said = refused(folder, "--time-zone", "Europe/Madrid")
    assert "line 3, field start: '2026-03-29T02:00' is no time of Europe/Madrid" in said


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--time-column", "stat"], "--time-column: a.csv has no column 'stat'; did you mean"),
        (["--count-column", "x"], "--count-column: a.csv has no column 'x'"),
    ],
)
def test_a_column_that_is_not_there_is_an_error_of_its_option(folder, args, said):
    folder.write("a.csv", "start,n\n0,1\n3600,1\n")
    assert refused(folder, *args).startswith(f"error: {said}")


def test_a_file_that_is_not_there(folder):
    assert "a.csv: cannot be read: no such file" in refused(folder)


def test_a_damaged_gzip_file(folder):
    folder.write("a.csv", gzip.compress(b"start,n\n" + b"0,1\n" * 5000)[:60])
    assert "cannot be read on from here" in refused(folder)
