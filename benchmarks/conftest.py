"""Sizes: small ones that run in seconds, the full ones with --full."""

import sys
from pathlib import Path

import pytest

from assignwork.bench import Plan

# programs of their own, which the cases call
sys.path.append(str(Path(__file__).parent))

SERVICENOW = Path(__file__).parents[2] / "shared" / "data" / "servicenow_incidents.csv.gz"


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="full sizes, as `assignwork bench`")


@pytest.fixture(scope="session")
def plan(request):
    return Plan(small=not request.config.getoption("--full"), log=SERVICENOW)
