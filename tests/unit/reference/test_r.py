"""The reference model on priorities: cases computed by hand from rules R."""

from typing import Any

import pytest
from reference_desks import desk_of, submit, told

from assignwork import WorkItem
from assignwork.commands import Submit, UpdateItem
from assignwork.errors import ConfigurationError

MATRIX = {"matrix": [[1, 1, 2], [1, 2, 3], [2, 3, 4]]}
WEIGHTS = {"weights": {"impact": 2, "urgency": 1, "value": 1}, "thresholds": [6, 9, 12]}


@pytest.mark.parametrize(
    ("criteria", "fields", "decided"),
    [
        (None, {}, (3, "default")),
        (None, {"impact": 1}, (3, "default")),
        (MATRIX, {"priority": "high", "impact": 1}, (2, "given")),
        (MATRIX, {"priority": 7}, (7, "given")),
        (MATRIX, {}, (4, "impact+urgency")),  # both count as 4, the last row and column
        (MATRIX, {"impact": 1, "urgency": 3}, (2, "impact")),
        (MATRIX, {"urgency": 2}, (3, "urgency")),
        (WEIGHTS, {"impact": 1, "urgency": 2, "value": 2}, (1, "impact")),  # 2 + 2 + 2 = 6
        (WEIGHTS, {"impact": 3, "urgency": 1}, (3, "urgency")),  # 6 + 1 + 4 = 11; 2, 3, 0
        (WEIGHTS, {"impact": 2, "value": 1}, (2, "impact")),  # 4 + 4 + 1 = 9; 4, 0, 3
        (WEIGHTS, {"urgency": 1, "value": 1}, (3, "urgency")),  # 8 + 1 + 1 = 10; 0, 3, 3
        (WEIGHTS, {"risk": 1}, (4, "none")),  # 16; risk has no weight
    ],
)
def test_priority_and_what_decided_it(criteria: Any, fields: Any, decided: Any) -> None:
    desk = desk_of(agents=[], priority_criteria=criteria)
    (queued,) = submit(desk, category="vpn", **fields)
    assert (queued.priority, queued.decided_by, queued.category) == (*decided, "vpn")


def test_an_update_decides_anew() -> None:
    desk = desk_of(agents=[], priority_criteria=MATRIX)
    submit(desk, priority=4, impact=1)
    events = desk.handle(UpdateItem("1", {"priority": None}), 1.0)
    assert told(events, "changes") == [("item_updated", {"priority": None})]
    assert desk.state()["items"]["1"]["own_priority"] == 2
    for command in (UpdateItem("1", {"priority": "p0"}), Submit(WorkItem("2", "t", "p0"))):
        with pytest.raises(ConfigurationError):
            desk.handle(command, 1.0)
