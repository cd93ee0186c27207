"""Sizes: small ones that run in seconds, the full ones with --full."""

import pytest

from assignwork.bench import Plan


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="full sizes, as `assignwork bench`")


@pytest.fixture(scope="session")
def plan(request):
    return Plan(small=not request.config.getoption("--full"))
