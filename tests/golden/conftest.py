"""`pytest tests/golden --update-golden` writes the expected events anew; look at the difference."""

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden event logs anew instead of comparing with them",
    )


@pytest.fixture
def updating(request):
    # the option is unknown where pytest was not started on this folder
    return request.config.getoption("update_golden", default=False)
