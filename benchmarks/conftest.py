"""Sizes: small ones that run in seconds, the full ones with --full."""

from pathlib import Path

import pytest

from assignwork.bench import Plan

SERVICENOW = Path(__file__).parents[2] / "shared" / "data" / "servicenow_incidents.csv.gz"


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="full sizes, as `assignwork bench`")


@pytest.fixture(scope="session")
def plan(request):
    return Plan(small=not request.config.getoption("--full"), log=SERVICENOW)
