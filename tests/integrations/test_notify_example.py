"""The example: an incident whose lead is told late, and all the same of everything."""

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "examples" / "notify_major_incident.py"

TOLD = ["opened", "update due", "update", "resolved", "report due"]


def test_the_example_tells_everybody_everything():
    run = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True)
    said = run.stdout
    assert "For the desk it is closed already." in said
    assert re.findall(r"^/board  \[#\d+\] INC-7: (.*)$", said, re.MULTILINE) == TOLD
    assert re.findall(r"^/lead  \[#\d+\] INC-7: (.*)$", said, re.MULTILINE) == TOLD
    assert re.findall(r"^lead did not get '\[#\d+\] INC-7: (.*)': ", said, re.MULTILINE) == TOLD
    assert said.index("That webhook is up again: 5 messages anew.") < said.index("/lead")
    assert said.rstrip().endswith("<Notifier: 2 URLs, 0 pending, 0 dead, settled up to 8>")
    assert "Traceback" not in run.stderr
