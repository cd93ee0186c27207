"""What the tests of shifts share."""

import sys
from pathlib import Path

# the random cases, and what they are compared with, are no test modules
sys.path.append(str(Path(__file__).parent))
