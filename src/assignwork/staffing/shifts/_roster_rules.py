"""The names of a roster's rules, and whether a rule can be switched off."""

from __future__ import annotations

from typing import Any, NamedTuple


class Rule(NamedTuple):
    """A rule that could give way.

    Places are those in the problem: `agent` of the agents; `of` of the needs, posts, pins,
    rotations, sequences or templates; `day` a day, the first of a week, or a period.
    """

    kind: str
    agent: int = -1
    of: int = -1
    day: int = -1


class Book:
    """The model and its rules: all of them firm, or each behind a literal that may be assumed.

    Parameters
    ----------
    model : CpModel
    assumed : bool
        Whether rules get literals.
    """

    def __init__(self, model: Any, *, assumed: bool) -> None:
        self.model = model
        self.assumed = assumed
        self.literals: dict[Rule, Any] = {}

    def literal(self, rule: Rule) -> Any:
        """What switches the rule on."""
        found = self.literals.get(rule)
        if found is None:
            found = self.literals[rule] = self.model.new_bool_var("")
        return found

    def add(self, condition: Any, rule: Rule) -> None:
        """A linear condition that holds where the rule does."""
        made = self.model.add(condition)
        if self.assumed:
            made.only_enforce_if(self.literal(rule))

    def add_or(self, literals: list[Any], rule: Rule) -> None:
        """At least one of these, where the rule holds."""
        made = self.model.add_bool_or(literals)
        if self.assumed:
            made.only_enforce_if(self.literal(rule))
