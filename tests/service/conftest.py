"""What the tests of working time share: instants by their local time."""

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

# what the tests compare with is no test module
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def local():
    """Turn ``"2026-01-05 10:00"`` in a zone into POSIX seconds; `fold` 1: the second of two."""

    def at(text, zone="UTC", fold=0):
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()

    return at
