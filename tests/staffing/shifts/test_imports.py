"""The formulas cost no solver."""

import subprocess
import sys

import pytest

LOADED = "import sys, {}; print(*sorted({{'numpy', 'ortools', 'scipy'}} & set(sys.modules)))"


@pytest.mark.parametrize("module", ["assignwork.staffing", "assignwork.staffing.shifts"])
def test_no_solver_is_loaded_before_it_is_asked(module):
    run = subprocess.run(
        [sys.executable, "-c", LOADED.format(module)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []
