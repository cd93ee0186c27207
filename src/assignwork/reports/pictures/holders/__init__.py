"""Who held an item when, and where it was handed on at a shift's end (rules T3, T4).

`Holdings` takes the events one by one, as `Metrics` does, and keeps what `holders` draws of them:
open items, those that were handed on, and when each agent was active. There is a row per agent,
grouped by the time zones of the shifts or, where there is but one, by team; above them stands
what was said of the items.

What is kept (`_holdings`), where it stands (`_layout`), its colours and marks (`_looks`), its words
(`_words`) and the drawing itself (`_drawing`) are private rooms.
"""

from assignwork.reports.pictures.holders._drawing import holders
from assignwork.reports.pictures.holders._holdings import Holdings, Member

__all__ = ["Holdings", "Member", "holders"]
