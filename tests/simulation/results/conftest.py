"""Trials made by chance, and the same counted by hand, stand beside the tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
