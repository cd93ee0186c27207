"""115: agents who are active say so in time."""

import pytest
from playing import HOUR, comes, desk, play


@pytest.mark.parametrize("limit", ["auto_away_after", "auto_reassign_after"])
def test_who_is_active_is_not_sent_away_though_nothing_happens(limit):
    found = play(desk("ana", **{limit: 600}), comes("a", 0, 60), length=8 * HOUR)
    assert found.told("presence_changed") == []
    assert found.there("ana") == [(0.0, 8 * HOUR)]


def test_who_is_on_a_break_gives_none():
    found = play(
        desk("ana", auto_reassign_after=600, auto_reassign_manual_away=True),
        comes("a", 0, 60),
        breaks=[{"name": "tea", "lasts": 1800, "at": ["01:00"]}],
        length=8 * HOUR,
    )
    said = [
        (event.at - HOUR, event.presence, event.by)
        for event in found.events
        if event.kind == "presence_changed"
    ]
    # signs come twice as often as needed, and the last one was half of 600 s before the break
    assert said == [
        (0.0, "away", "agent"), (300.0, "away_reassign", "auto"), (1800.0, "active", "agent"),
    ]  # fmt: skip
