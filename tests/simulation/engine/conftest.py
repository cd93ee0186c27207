"""What plays a scenario, and what reads its events once more, stand beside the tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
