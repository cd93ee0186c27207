"""What holds for every demand, whatever its numbers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assignwork.staffing import Need, RosterProblem, check_roster, plan_roster, schedule_shifts
from assignwork.staffing.shifts._clock import spans_of
from assignwork.staffing.shifts.coverage import measure

TEMPLATES = [
    {"id": "early", "hours": "06:00-14:00"},
    {"id": "late", "hours": "14:00-22:00"},
    {"id": "night", "hours": "22:00-06:00"},
]
blocks = st.lists(st.integers(0, 4), min_size=6, max_size=6)
quick = settings(max_examples=40, deadline=None)


def needs(counts, skill=None):
    hours = ("00:00-04:00", "07:00-09:00", "12:00-15:00", "20:00-23:00")
    return [Need.on(i // 3, hours[i % 3 + i // 3], count, skill) for i, count in enumerate(counts)]


@quick
@given(counts=blocks, day=st.integers(0, 5))
def test_one_more_agent_needed_never_costs_less(counts, day):
    more = [count + (i == day) for i, count in enumerate(counts)]
    less, dearer = (
        schedule_shifts(TEMPLATES, needs(found), days=2, circular=True) for found in (counts, more)
    )
    assert less.cost <= dearer.cost
    assert all(row.planned >= row.need.agents for row in dearer.coverage)


@quick
@given(counts=blocks)
def test_days_that_repeat_cost_no_more_than_days_that_end(counts):
    ends = schedule_shifts(TEMPLATES, needs([0, *counts[1:]]), days=2)
    repeats = schedule_shifts(TEMPLATES, needs([0, *counts[1:]]), days=2, circular=True)
    assert repeats.cost <= ends.cost


@quick
@given(counts=blocks, people=st.integers(1, 5))
def test_a_roster_keeps_its_rules_and_its_costs_are_the_judges(counts, people):
    agents = [{"id": f"a{i}", "contract": "k"} for i in range(people)]
    problem = RosterProblem(
        days=2,
        agents=agents,
        templates=TEMPLATES,
        demand=needs(counts),
        contracts=[{"id": "k", "min_rest": 11 * 3600}],
        coverage="soft",
    )
    roster = plan_roster(problem, time_limit=20)
    judged = check_roster(problem, roster.assignments)
    assert judged.violations == ()
    assert roster.status == "optimal"
    assert roster.bound == roster.cost == judged.cost
    heads = schedule_shifts(
        TEMPLATES,
        needs(counts),
        days=2,
        coverage="soft",
        weights={"shortage": 20},
        most_per_day=people,
    )
    assert heads.cost <= roster.cost  # who works is not asked there


skills = st.frozensets(st.sampled_from(["es", "fr", "de"]))


@quick
@given(
    crowd=st.lists(skills, max_size=5),
    wanted=st.dictionaries(st.sampled_from([None, "es", "fr", "de"]), st.integers(0, 3)),
)
def test_nobody_serves_two_needs_at_once_and_as_many_as_can_be_are_met(crowd, wanted):
    asked = [Need(0, 60, count, skill) for skill, count in wanted.items()]
    found = measure(asked, [(who, 0, 1, 1) for who in crowd], 1440)

    def most(needed, who):
        if not who:
            return 0
        options = [s for s, n in needed.items() if n and (s is None or s in who[0])]
        served = [1 + most(needed | {s: needed[s] - 1}, who[1:]) for s in options]
        return max([most(needed, who[1:]), *served])

    met = sum(wanted.values()) - sum(found.short)
    assert met == most(wanted, crowd)
    if wanted:
        assert found.over == len(crowd) - met


@given(start=st.integers(0, 23), length=st.integers(1, 23))
def test_hours_that_pass_midnight_end_on_the_next_day(start, length):
    end = "24:00" if (start + length) % 24 == 0 else f"{(start + length) % 24:02}:00"
    assert spans_of([f"{start:02}:00-{end}"]) == ((60 * start, 60 * (start + length)),)
