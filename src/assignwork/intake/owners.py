"""Who held an item, as the log says: what a desk that assigns by itself does not ask for."""

from __future__ import annotations

from collections.abc import Container, Iterator

from assignwork.intake.cases import Case
from assignwork.intake.translation import statuses


def owners(case: Case, untaken: Container[str | None]) -> Iterator[tuple[float, str, str | None]]:
    """From which instant on who holds an item; None: nobody.

    It is the agent whom a row names; nobody while the item is in a queue, or in a state of
    `untaken`. Rows of closed items say nothing.

    Parameters
    ----------
    case : Case
    untaken : set of str
        States in which nobody has taken the item up, whoever made the row.

    Yields
    ------
    float, str, str or None
        POSIX seconds, item and agent, in time order; one for each row that says something.
    """
    for moment, status in statuses(case):
        if status == "done":
            continue
        taken = status != "queued" and moment.state not in untaken
        yield moment.at, case.id, moment.agent if taken else None
