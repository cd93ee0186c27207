"""What the tests of forecasts share."""

import csv
import gzip
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assignwork.model import Calendar
from assignwork.staffing.forecast import ArrivalHistory

sys.path.append(str(Path(__file__).parent))  # the makers are no test module

DATA = Path(__file__).parents[4] / "shared" / "data"
CLOSED = ("2003-04-04", "2003-04-07", "2003-05-26", "2003-07-04", "2003-09-01", "2003-10-14")
ZONE = "America/New_York"


@pytest.fixture(scope="session")
def bank():
    """Calls to a bank per five minutes, 2003-03-03 to 2003-10-24."""
    path = DATA / "bank_calls_5min.csv.gz"
    if not path.is_file():
        pytest.skip("the real logs are not at ../shared/data")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    zone = ZoneInfo(ZONE)
    starts = [datetime.fromisoformat(row["DateTime"]).replace(tzinfo=zone) for row in rows]
    hours = {"mon-fri": ["07:00-21:05"]}
    calendar = Calendar("bank", ZONE, hours, {day: [] for day in CLOSED})
    counts = [float(row["Calls"]) for row in rows]
    return ArrivalHistory.of_intervals(starts, counts, 300, calendar=calendar)
