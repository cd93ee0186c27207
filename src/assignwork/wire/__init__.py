"""The wire: workspaces, command logs and event logs in files.

Logs are JSON Lines, plain or gzip, read as streams in bounded memory. Every error names file,
line, field, value and remedy. What is written replaces its target only when it is whole.
"""

from assignwork.wire.commands import command_line, read_commands, write_commands
from assignwork.wire.events import event_line, read_events, write_events
from assignwork.wire.lines import MAX_LINE_BYTES, Source, read_lines
from assignwork.wire.targets import replacing
from assignwork.wire.workspaces import read_workspace, workspace_text, write_workspace

__all__ = [
    "MAX_LINE_BYTES",
    "Source",
    "command_line",
    "event_line",
    "read_commands",
    "read_events",
    "read_lines",
    "read_workspace",
    "replacing",
    "workspace_text",
    "write_commands",
    "write_events",
    "write_workspace",
]
