"""Tests of the reference model on time share the desks of `reference_desks`."""

import sys
from pathlib import Path

# what the tests share is no test module
sys.path.append(str(Path(__file__).parent))
