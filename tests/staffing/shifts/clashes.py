"""Whether some rules of a tiny roster can be kept together, by trying all rosters there are."""

from cases import rosters

from assignwork.model.hours import DAY
from assignwork.staffing.shifts import check_roster
from assignwork.staffing.shifts._contract_rules import Days
from assignwork.staffing.shifts.check import _work
from assignwork.staffing.shifts.coverage import measure

FIRM = {"overlap", "skills", "weekday", "on_call_member"}
"""What no rule is that could give way."""


class Ground:
    """All rosters of a problem, each with the rules that it breaks."""

    def __init__(self, problem, rules):
        self.problem = problem
        self.rules = rules
        self.rosters = []
        for work, on_call in rosters(problem, nobody=True):
            found = check_roster(problem, work, on_call).violations
            if any(violation.kind in FIRM for violation in found):
                continue
            broken = {self.rule(v) for v in found if v.kind != "need"}
            self.rosters.append((frozenset(broken), work))

    def rule(self, violation):
        (found,) = (rule for rule in self.rules if self.is_of(rule, violation))
        return found

    def is_of(self, rule, violation):
        problem, day = self.problem, rule.day
        if rule.kind == "on_call":
            day = problem.on_call[rule.of].periods(problem.days)[rule.day][0]
        return (
            rule.kind == violation.kind
            and (rule.agent < 0 or problem.agents[rule.agent].id == violation.agent)
            and (rule.of < 0 or rule.of == violation.place)
            and (day < 0 or day == violation.day)
        )

    def possible(self, rules):
        needs = [self.problem.demand[rule.of] for rule in rules if rule.kind == "need"]
        return any(
            not broken & rules and not any(self.missing(needs, work))
            for broken, work in self.rosters
        )

    def missing(self, needs, work):
        days = {}
        for agent in self.problem.agents:
            mine = {day: name for who, day, name in work if who == agent.id}
            days[agent.id] = Days(self.problem, agent, mine)
        return measure(needs, _work(self.problem, days), self.problem.days * DAY).short
