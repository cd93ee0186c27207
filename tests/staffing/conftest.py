"""What the tests of staffing share."""

import sys
from pathlib import Path

# what the tests compare with is no test module
sys.path.append(str(Path(__file__).parent))
