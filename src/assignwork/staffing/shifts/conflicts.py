"""Why there is no schedule: the rules that clash, in words, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

MOST_LINES = 20
"""Rules that the text of a conflict names; the rest is counted."""


@attrs.frozen
class Clash:
    """A rule that takes part in a conflict.

    Attributes
    ----------
    kind : str
        Such as ``need``, ``leave``, ``min_rest``; ``hours``: a week asks for more of them than the
        agents can work.
    text : str
        The rule in words, with its numbers.
    remedy : str
        What giving way would be.
    agent : str or None
        Whose rule it is.
    """

    kind: str
    text: str
    remedy: str
    agent: str | None = None


@attrs.frozen
class Conflict:
    """Rules that cannot all be kept.

    Attributes
    ----------
    clashes : tuple of Clash
    irreducible : bool
        Whether leaving any one of them out ends this conflict; False: time ran out before all
        were tried.
    facts : tuple of str
        What nobody can change by giving way, such as who has a skill.
    helps : tuple of Clash
        Of the clashes, those that alone repair the whole: without one of them there is a schedule.
        Empty: not known, or there are other conflicts besides.
    repair : tuple of Clash
        Fewest rules found that have to give way so that there is a schedule; empty: not known.
    fewest : bool
        Whether fewer than those of `repair` are proven not to do; False: time ran out before.
    """

    clashes: tuple[Clash, ...]
    irreducible: bool
    facts: tuple[str, ...] = ()
    helps: tuple[Clash, ...] = ()
    repair: tuple[Clash, ...] = ()
    fewest: bool = True

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "clashes": [attrs.asdict(clash) for clash in self.clashes],
            "irreducible": self.irreducible,
            "facts": list(self.facts),
            "helps": [attrs.asdict(clash) for clash in self.helps],
            "repair": [attrs.asdict(clash) for clash in self.repair],
            "fewest": self.fewest,
        }

    def __str__(self) -> str:
        lines = [
            "these rules cannot all be kept:"
            if self.irreducible
            else "some of these rules cannot all be kept (there was no time to find out which):"
        ]
        lines += _shown([clash.text for clash in self.clashes])
        if self.facts:
            lines += ["where", *_shown(self.facts)]
        if self.helps:
            lines += ["any one of these alone would help:", *_shown(_remedies(self.helps))]
        elif self.repair:
            proven = "" if self.fewest else " (not proven fewest)"
            lines.append(f"all of these together would help{proven}:")
            lines += _shown(_remedies(self.repair))
        return "\n".join(lines)


def _remedies(clashes: Sequence[Clash]) -> list[str]:
    return [clash.remedy for clash in clashes]


def _shown(lines: Sequence[str]) -> list[str]:
    found = [f"  - {line}" for line in lines[:MOST_LINES]]
    more = len(lines) - MOST_LINES
    return [*found, f"  - and {more} more"] if more > 0 else found
