"""Required agents: the fewest for the targets, and what is refused."""

import json
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assignwork.errors import ConfigurationError
from assignwork.staffing import (
    RequirementTable,
    Targets,
    erlang_a,
    mmc,
    required_agents,
    required_agents_table,
)

LEVEL = {"service_level": 0.8}


def performance(need, agents, patience=None):
    given = (need.arrivals, need.handle_time, agents)
    options = {"interval": need.interval, "threshold": need.targets.threshold}
    if patience is None:
        return mmc(*given, **options)
    return erlang_a(*given, patience, **options)


def meets(targets, found):
    level = found.service_level
    if targets.counted == "answered":
        level = found.service_level_of_answered
    return (
        (targets.service_level is None or level >= targets.service_level)
        and (targets.mean_wait is None or found.mean_wait <= targets.mean_wait)
        and (targets.occupancy is None or found.occupancy <= targets.occupancy)
        and (targets.abandonment is None or found.abandonment <= targets.abandonment)
    )


SHARE = st.floats(0.01, 0.999)


@st.composite
def targets(draw, patience):
    kinds = ["service_level", "mean_wait", "occupancy"]
    if patience is not None:
        kinds.append("abandonment")
    found = {}
    for kind in draw(st.sets(st.sampled_from(kinds), min_size=1)):
        found[kind] = draw(st.floats(0.1, 600.0) if kind == "mean_wait" else SHARE)
    found["threshold"] = draw(st.sampled_from([0, 5, 20, 120]))
    found["counted"] = draw(st.sampled_from(["arrivals", "answered"]))
    return Targets(**found)


@st.composite
def questions(draw):
    handle_time = draw(st.floats(10.0, 1200.0))
    load = draw(st.floats(0.01, 300.0))
    patience = draw(st.none() | st.floats(5.0, 3000.0))
    return {
        "arrivals": load / handle_time * 1800,
        "handle_time": handle_time,
        "interval": 1800,
        "targets": draw(targets(patience)),
        "patience": patience,
    }


class TestFewest:
    @given(questions())
    def test_they_are_enough_and_one_fewer_is_not(self, asked):
        need = required_agents(**asked)
        patience = asked["patience"]
        found = performance(need, need.agents, patience)
        assert found == need.performance
        assert meets(asked["targets"], found)
        if need.agents == 1:
            assert need.binding == ()
        elif need.binding == ("stability",):
            assert patience is None
            assert need.agents - 1 <= need.load
        else:
            fewer = performance(need, need.agents - 1, patience)
            assert not meets(asked["targets"], fewer)
            assert need.binding
            assert set(need.binding) <= set(asked["targets"].asked())

    @given(questions(), st.floats(1.0, 3.0))
    def test_more_arrivals_need_no_fewer(self, asked, factor):
        more = {**asked, "arrivals": asked["arrivals"] * factor}
        assert required_agents(**more).agents >= required_agents(**asked).agents

    @given(questions(), st.lists(st.integers(0, 400), min_size=1, max_size=6))
    def test_a_table_is_single_calls(self, asked, arrivals):
        assume(max(arrivals) / 1800 * asked["handle_time"] < 300)
        rest = {name: asked[name] for name in ("handle_time", "interval", "targets", "patience")}
        table = required_agents_table(arrivals, **rest, shrinkage=0.25)
        single = [required_agents(count, **rest, shrinkage=0.25) for count in arrivals]
        assert list(table) == single
        assert required_agents_table(np.array(arrivals), **rest, shrinkage=0.25) == table

    @given(st.integers(1, 9), st.integers(0, 999))
    def test_the_schedule_leaves_enough_after_shrinkage_and_no_more(self, arrivals, thousandths):
        shrinkage = thousandths / 1000
        need = required_agents(
            arrivals * 30, 60.0, interval=600, targets=LEVEL, shrinkage=shrinkage
        )
        left = 1 - Fraction(thousandths, 1000)
        assert need.scheduled * left >= need.agents
        assert (need.scheduled - 1) * left < need.agents

    def test_shrinkage_is_taken_as_it_was_written(self):
        """21 ÷ (1 - 0.3) is a little more than 30 in binary, and 30 in fact."""
        need = required_agents(
            100, 360.0, interval=1800, targets={"occupancy": 0.96}, shrinkage=0.3
        )
        assert math.ceil(21 / (1 - 0.3)) == 31
        assert (need.agents, need.scheduled) == (21, 30)

    def test_the_example_of_a_planning_library(self):
        # pyworkforce 0.1.0: 14 positions, 20 with 30 % shrinkage
        need = required_agents(
            100, 180.0, interval=1800, shrinkage=0.3,
            targets=Targets(service_level=0.8, threshold=20, occupancy=0.85),
        )  # fmt: skip
        assert (need.agents, need.scheduled) == (14, 20)

    def test_patience_needs_fewer(self):
        calm, hasty = (
            required_agents(360, 240.0, interval=1800, targets=LEVEL, patience=patience)
            for patience in (None, 120.0)
        )
        assert (calm.agents, hasty.agents) == (54, 49)

    def test_nobody_comes(self):
        need = required_agents(0, 180.0, interval=1800, targets=LEVEL, shrinkage=0.3)
        assert (need.agents, need.scheduled, need.performance, need.binding) == (0, 0, None, ())
        assert "nobody comes" in str(need)
        assert "nobody comes" in need._repr_html_()

    def test_stability_alone(self):
        need = required_agents(360, 240.0, interval=1800, targets={"occupancy": 1})
        assert (need.agents, need.binding) == (49, ("stability",))
        assert "a queue that does not grow forever" in str(need)

    def test_thousands_of_agents(self):
        need = required_agents(
            60_000, 300.0, interval=1800, targets={**LEVEL, "abandonment": 0.02}, patience=600.0
        )
        assert need.load == 10_000
        assert 9_700 < need.agents < 10_300
        assert not need.targets.missed(need.performance)

    def test_different_handle_times(self):
        table = required_agents_table([100, 100], [180, 240.0], interval=1800, targets=LEVEL)
        assert table.agents == tuple(
            required_agents(100, seconds, interval=1800, targets=LEVEL).agents
            for seconds in (180, 240)
        )


class TestImpossible:
    def refused(self, targets, **options):
        with pytest.raises(ConfigurationError) as caught:
            required_agents(100, 180.0, interval=1800, targets=targets, **options)
        assert caught.value.limit
        assert caught.value.remedy
        return caught.value

    @pytest.mark.parametrize(
        ("name", "value", "why"),
        [("service_level", 1.0, "some may find all of them busy"),
         ("service_level", 1, "some may find all of them busy"),
         ("mean_wait", 0, "some may have to wait"),
         ("occupancy", 0.0, "keeps somebody busy"),
         ("abandonment", 0, "whoever waits may give up")],
    )  # fmt: skip
    def test_targets_that_no_number_of_agents_meets(self, name, value, why):
        error = self.refused({name: value}, patience=60.0)
        assert error.field == f"targets.{name}"
        assert why in str(error)

    def test_a_million_agents_are_not_enough(self):
        error = self.refused({"occupancy": 1e-6})
        assert error.field == "targets.occupancy"
        assert "not even 1,000,000 agents reach this: with them it is 1e-05" in str(error)

    def test_abandonment_without_patience(self):
        error = self.refused({"abandonment": 0.05})
        assert error.field == "targets.abandonment"
        assert "give the mean patience" in str(error)

    def test_no_target(self):
        error = self.refused({"threshold": 20})
        assert error.field == "targets"
        assert "no target" in str(error)

    @pytest.mark.parametrize("name", ["service_level", "mean_wait", "occupancy", "abandonment"])
    @pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, True, False, "0.8", []])
    def test_bad_numbers(self, name, value):
        error = self.refused({name: value}, patience=60.0)
        assert error.field == f"targets.{name}"

    @pytest.mark.parametrize("name", ["service_level", "occupancy", "abandonment"])
    def test_per_cent_for_shares(self, name):
        assert "give 80 % as 0.8" in str(self.refused({name: 80}, patience=60.0))

    def test_other_targets(self):
        error = self.refused({"service_levels": 0.8})
        assert "did you mean 'service_level'?" in str(error)
        assert self.refused("fast").field == "targets"
        with pytest.raises(ConfigurationError, match=r"targets\.counted: .* one of arrivals, answ"):
            required_agents(9, 60.0, interval=1800, targets={**LEVEL, "counted": "calls"})
        assert self.refused({**LEVEL, "threshold": -1}).field == "targets.threshold"

    @pytest.mark.parametrize("value", [-0.1, 1, 1.0, 30, math.nan, True, "0.3", None])
    def test_shrinkage(self, value):
        assert self.refused(LEVEL, shrinkage=value).field == "shrinkage"

    @pytest.mark.parametrize("value", [0, -5, math.nan, math.inf, True, "60"])
    def test_patience(self, value):
        assert self.refused(LEVEL, patience=value).field == "patience"

    def test_a_million_erlangs(self):
        with pytest.raises(ConfigurationError, match="need more than 1,000,000 agents"):
            required_agents(1_000_000, 1.0, interval=1, targets=LEVEL)


class TestTables:
    def asked(self, arrivals, handle_time=180.0, **options):
        return required_agents_table(
            arrivals, handle_time, **{"interval": 1800, "targets": LEVEL, **options}
        )

    @pytest.mark.parametrize("arrivals", [[], (), np.array([])])
    def test_no_interval(self, arrivals):
        with pytest.raises(ConfigurationError, match="the table has no interval") as caught:
            self.asked(arrivals)
        assert caught.value.field == "arrivals"

    @pytest.mark.parametrize("value", [-1, math.nan, math.inf, True, None, "4", [3]])
    def test_which_interval_is_wrong(self, value):
        with pytest.raises(ConfigurationError) as caught:
            self.asked([10, value])
        assert caught.value.field == "arrivals[1]"

    @pytest.mark.parametrize("arrivals", ["10, 20", {"9:00": 10}, 10, None, np.float64(3)])
    def test_what_is_no_list(self, arrivals):
        with pytest.raises(ConfigurationError) as caught:
            self.asked(arrivals)
        assert caught.value.field == "arrivals"

    def test_handle_times(self):
        with pytest.raises(ConfigurationError, match="3 handle times for 2 intervals"):
            self.asked([10, 20], [1.0, 2.0, 3.0])
        with pytest.raises(ConfigurationError) as caught:
            self.asked([10, 20], [60.0, 0])
        assert caught.value.field == "handle_time[1]"
        for wrong in (0, "60"):
            with pytest.raises(ConfigurationError) as caught:
                self.asked([10, 20], wrong)
            assert caught.value.field == "handle_time"
        with pytest.raises(ConfigurationError) as caught:
            self.asked([10, 20], interval=-1)
        assert caught.value.field == "interval"

    def test_two_dimensions(self):
        with pytest.raises(ConfigurationError) as caught:
            self.asked(np.ones((2, 2)))
        assert caught.value.field == "arrivals[0]"

    def test_a_series_of_pandas(self):
        assert self.asked(pd.Series([40, 100])) == self.asked([40, 100])

    def test_it_is_a_sequence(self):
        table = self.asked([40, 100, 0], shrinkage=0.3)
        assert isinstance(table, RequirementTable)
        assert len(table) == 3
        assert table[1].agents == 14
        assert [need.agents for need in table] == [7, 14, 0]
        assert table[:2] == table.intervals[:2]
        assert table.scheduled == (10, 20, 0)
        assert table.agent_hours == 15.0

    def test_plain_data(self):
        table = self.asked(np.array([40, 100, 0]), patience=90.0, shrinkage=0.3)
        data = json.loads(json.dumps(table.to_dict()))
        assert data["agent_hours"] == table.agent_hours
        assert [entry["agents"] for entry in data["intervals"]] == list(table.agents)
        assert data["intervals"][0]["targets"]["service_level"] == 0.8
        assert data["intervals"][2]["performance"] is None

    def test_text_and_table(self):
        table = self.asked([40, 100, 0], shrinkage=0.3)
        lines = str(table).splitlines()
        assert lines[0] == "3 intervals of 30 min for 80.0 % within 20 s: 15.0 agent hours"
        assert len(lines) == 5
        page = table._repr_html_()
        assert page.count("<tr>") == 4
        assert page.count("<th ") == 8

    def test_counted_answered_shows_that_share(self):
        options = {"targets": {**LEVEL, "counted": "answered"}, "patience": 60.0}
        table = self.asked([100], **options)
        need = table[0]
        assert f"{100 * need.performance.service_level_of_answered:.1f} %" in str(table)
        assert "80.0 % of the answered within 20 s" in str(need)
        assert need._repr_html_().startswith(f"<table><caption>{need.agents} agents for")


def test_targets_in_words():
    asked = Targets(service_level=0.9, mean_wait=30, occupancy=0.85, abandonment=0.03, threshold=0)
    assert str(asked) == (
        "90.0 % within 0 s, mean wait at most 30 s, occupancy at most 85.0 %, "
        "abandonment at most 3.0 %"
    )
    assert Targets(**asked.to_dict()) == asked
