"""Hypothesis profiles: `ci` (the default: the same examples each time) and `long`.

Choose by the environment variable HYPOTHESIS_PROFILE.
"""

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# `fuzz` is a program as well as what the property tests compare with, so it is no test module.
sys.path.append(str(Path(__file__).parent / "properties"))

# A desk and its reference are slow to set up, and their commands large to draw; both on purpose.
PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)

settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=100,
    stateful_step_count=50,
    suppress_health_check=PATIENT,
)
settings.register_profile(
    "long",
    deadline=None,
    max_examples=2000,
    stateful_step_count=150,
    suppress_health_check=PATIENT,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# Long runs of what other tests cover, too: traced, they would take several times as long.
LONG = ("properties", "simulation/queueing", "simulation/test_sizing", "simulation/test_simulate")


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the longest runs and those on real logs, which are run without coverage."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            place = item.path.relative_to(here).as_posix()
            if place.startswith(LONG) or item.get_closest_marker("data"):
                item.add_marker("untraced")


def pytest_collection_finish() -> None:
    """The collector need not walk, again and again, ten thousand tests and what they import."""
    gc.collect()
    gc.freeze()
