"""Erlang B, C and A: published values, one against the other, and what they refuse."""

import json
import math
import pickle
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from assignwork.errors import ConfigurationError
from assignwork.staffing import Performance, erlang_a, erlang_b, erlang_c, mmc, mmck

LOADS = (1e-6, 0.01, 0.5, 3.0, 18.0, 99.0, 480.0, 2500.0)
SHARES = ("waiting", "abandonment", "blocked", "service_level", "service_level_of_answered")


class TestPublished:
    def test_erlang_b(self):
        # 15 lines carry 8.108 erlangs at a loss of 1 % (erlang.com, calculator manual, "How much
        # traffic?")
        assert erlang_b(8.108, 15) == pytest.approx(0.01, abs=5e-6)

    def test_a_table_of_erlang_c(self):
        # Erlang C table of a book on TETRA radio (Digital Mobile Communications and the TETRA
        # System, A.3.3): 8 channels carry 3.87 erlangs with 5 % delayed, 10 carry 4.08 with 1 %
        assert erlang_c(3.87, 8) == pytest.approx(0.05, abs=2e-4)
        assert erlang_c(4.08, 10) == pytest.approx(0.01, abs=1e-4)

    @pytest.mark.parametrize(("agents", "beyond"), [(8, 0.016), (10, 0.0022)])
    def test_waits_longer_than_the_handle_time(self, agents, beyond):
        # the same book's example: of those delayed at 3.87 erlangs, 1.6 % and 0.22 % wait for
        # longer than the mean holding time
        found = mmc(3.87, 1.0, agents, interval=1, threshold=1.0)
        late = (1.0 - found.service_level) / found.waiting
        assert late == pytest.approx(beyond, rel=0.02)

    @pytest.mark.parametrize(
        ("load", "agents", "log"),
        [(120, 100, -1.62826407041), (12000, 10000, -1.78927734649),
         (20, 100, -84.1661482002), (10000, 100, -0.01004931575)],
    )  # fmt: skip
    def test_erlang_b_of_many_agents(self, load, agents, log):
        # logarithms by Mathematica, in the tests of a public library for capacity planning
        assert math.log(erlang_b(load, agents)) == pytest.approx(log, rel=2e-9)

    @pytest.mark.parametrize(
        ("load", "agents", "log"),
        [(90, 100, -1.52813224460), (9000, 10000, -56.8266885378), (10, 100, -143.375505741)],
    )
    def test_erlang_c_of_many_agents(self, load, agents, log):
        # as above
        assert math.log(erlang_c(load, agents)) == pytest.approx(log, rel=1e-10)

    def test_an_example_of_a_planning_library(self):
        # pyworkforce 0.1.0, the example of its page: 100 calls in 30 minutes of 3 minutes each
        found = mmc(100, 180.0, 14, interval=1800, threshold=20.0)
        assert found.service_level == pytest.approx(0.8883500191794669, rel=1e-12)
        assert found.occupancy == pytest.approx(0.7142857142857143, rel=1e-12)
        assert found.waiting == pytest.approx(0.1741319335950498, rel=1e-12)

    def test_one_queue_with_and_without_abandonment(self):
        # an example often quoted with Garnett, Mandelbaum and Reiman (2002): 50 agents, 48 calls a
        # minute of one minute each, patience two minutes; 3.1 % abandon, waits of 3.7 and 20.8 s,
        # queues of 3 and 17, 93 % and 96 % busy
        with_it = erlang_a(48, 60.0, 50, 120.0, interval=60)
        without = mmc(48, 60.0, 50, interval=60)
        assert round(with_it.abandonment, 3) == 0.031
        assert (round(with_it.mean_wait, 1), round(without.mean_wait, 1)) == (3.7, 20.8)
        assert (round(with_it.queue_length), round(without.queue_length)) == (3, 17)
        assert (round(with_it.occupancy, 2), round(without.occupancy, 2)) == (0.93, 0.96)

    def test_an_overloaded_queue_sheds_what_is_too_much(self):
        # 100 agents, handle time and patience of 300 s, threshold 20 s: at 100 % load about 70 %
        # in time and about 4 % lost, at 150 % nearly none and a third (figures of a paper on
        # staffing with abandonment, by its text)
        full, over = (erlang_a(load, 300.0, 100, 300.0, interval=300) for load in (100, 150))
        assert full.service_level == pytest.approx(0.7, abs=0.05)
        assert full.abandonment == pytest.approx(0.04, abs=0.005)
        assert over.service_level < 0.02
        assert over.abandonment == pytest.approx(1 / 3, abs=1e-4)


class TestAnchors:
    def test_twenty_agents_nine_tenths_busy(self):
        found = mmc(18, 1.0, 20, interval=1)
        assert round(found.waiting, 4) == round(erlang_c(18.0, 20), 4) == 0.5508
        assert round(found.mean_wait, 4) == 0.2754

    def test_the_same_with_patience_of_two_handle_times(self):
        found = erlang_a(18, 1.0, 20, 2.0, interval=1)
        assert round(found.waiting, 4) == 0.3978
        assert round(found.mean_wait, 4) == 0.0757
        assert round(found.abandonment, 4) == 0.0378

    def test_one_agent(self):
        assert erlang_b(2.0, 1) == pytest.approx(2 / 3, rel=1e-15)
        assert erlang_c(0.7, 1) == pytest.approx(0.7, rel=1e-15)

    def test_nobody_comes(self):
        assert (erlang_b(0, 3), erlang_c(0, 3)) == (0.0, 0.0)


class TestAgainstEachOther:
    @pytest.mark.parametrize("load", LOADS)
    @pytest.mark.parametrize("share", [0.3, 0.8, 0.98])
    def test_c_from_b(self, load, share):
        agents = math.ceil(load / share)
        loss = erlang_b(load, agents)
        expected = agents * loss / (agents - load * (1.0 - loss))
        assert erlang_c(load, agents) == pytest.approx(expected, rel=1e-12)

    @pytest.mark.parametrize("load", LOADS)
    @pytest.mark.parametrize("share", [0.3, 0.8, 0.98])
    def test_a_with_endless_patience_is_c(self, load, share):
        agents = math.ceil(load / share)
        calm = erlang_a(load, 100.0, agents, 1e9, interval=100)
        deaf = mmc(load, 100.0, agents, interval=100)
        assert calm.waiting == pytest.approx(erlang_c(load, agents), rel=1e-4)
        for name in ("mean_wait", "queue_length", "mean_wait_of_waiting", "service_level"):
            assert getattr(calm, name) == pytest.approx(getattr(deaf, name), rel=2e-4)
        assert calm.abandonment < 1e-5

    @pytest.mark.parametrize("load", LOADS)
    @pytest.mark.parametrize("agents", [1, 3, 20, 450])
    def test_a_without_patience_is_b(self, load, agents):
        found = erlang_a(load, 1e4, agents, 1e-3, interval=1e4)
        loss = erlang_b(load, agents)
        assert found.waiting == pytest.approx(loss, rel=1e-3)
        assert found.abandonment == pytest.approx(loss, rel=1e-3, abs=1e-300)
        assert found.service_level == pytest.approx(1.0 - loss, rel=1e-2)

    @pytest.mark.parametrize("load", [0.5, 3.0, 18.0, 99.0])
    @pytest.mark.parametrize("share", [0.3, 0.9, 1.4])
    def test_patience_equal_to_the_handle_time(self, load, share):
        """Then the number in the system is Poisson: each leaves at the same rate, served or not."""
        agents = max(1, round(load / share))
        found = erlang_a(load, 60.0, agents, 60.0, interval=60)
        assert found.waiting == pytest.approx(poisson.sf(agents - 1, load), rel=1e-11)

    @pytest.mark.parametrize("load", LOADS)
    @pytest.mark.parametrize("agents", [1, 20, 450])
    def test_without_places_is_b(self, load, agents):
        found = mmck(load, 60.0, agents, 0, interval=60)
        assert found.blocked == pytest.approx(erlang_b(load, agents), rel=1e-12)
        assert (found.waiting, found.queue_length, found.mean_wait_of_waiting) == (0, 0, 0)
        assert found.service_level == pytest.approx(1.0 - found.blocked, rel=1e-12)

    @pytest.mark.parametrize("load", [0.5, 3.0, 18.0, 99.0])
    def test_with_many_places_is_c(self, load):
        agents = math.ceil(load / 0.9)
        limited = mmck(load, 60.0, agents, 2000, interval=60).to_dict()
        free = mmc(load, 60.0, agents, interval=60).to_dict()
        for name in (*SHARES, "mean_wait", "mean_wait_of_waiting", "queue_length", "occupancy"):
            assert limited[name] == pytest.approx(free[name], rel=1e-9, abs=1e-12)

    def test_laws_of_little_and_of_patience(self):
        found = erlang_a(900, 300.0, 140, 200.0, interval=1800)
        assert found.queue_length == pytest.approx(900 / 1800 * found.mean_wait, rel=1e-12)
        assert found.abandonment == pytest.approx(found.mean_wait / 200.0, rel=1e-12)
        answered = 1.0 - found.abandonment
        assert found.occupancy == pytest.approx(found.load * answered / 140, rel=1e-12)
        share = found.service_level / answered
        assert found.service_level_of_answered == pytest.approx(share, rel=1e-12)
        assert found.mean_wait == pytest.approx(found.waiting * found.mean_wait_of_waiting)

    def test_units_do_not_matter(self):
        half_hour = erlang_a(360, 240.0, 45, 120.0, interval=1800)
        second = erlang_a(0.2, 240.0, 45, 120.0, interval=1)
        assert half_hour.waiting == pytest.approx(second.waiting, rel=1e-12)
        assert half_hour.mean_wait == pytest.approx(second.mean_wait, rel=1e-12)


AGENTS = (1, 2, 10, 100, 1000, 10_000)
RATIOS = (1e-3, 0.1, 1.0, 30.0, 1e3)  # patience ÷ handle time
WIDE_LOADS = (1e-6, 0.5, 10.0, 99.99999, 100.0, 1000.0, 9999.9, 1e4)


class TestExtremes:
    @pytest.mark.parametrize("ratio", RATIOS)
    def test_every_figure_is_finite_and_in_its_range(self, ratio):
        for load in WIDE_LOADS:
            for agents in AGENTS:
                before = 0.0
                for threshold in (0.0, 1.0, 30.0, 1e3, 1e6):
                    found = erlang_a(
                        load, 100.0, agents, 100.0 * ratio, interval=100, threshold=threshold
                    )
                    self.check(found)
                    assert found.service_level >= before - 1e-12
                    before = found.service_level
                # whoever does not abandon is answered in the end
                assert found.service_level == pytest.approx(1.0 - found.abandonment, abs=1e-9)

    def check(self, found):
        for name in (*SHARES, "occupancy"):
            assert 0.0 <= getattr(found, name) <= 1.0, (name, found)
        for name in ("mean_wait", "mean_wait_of_waiting", "queue_length"):
            assert 0.0 <= getattr(found, name) < math.inf, (name, found)

    @pytest.mark.parametrize("ratio", RATIOS)
    @pytest.mark.parametrize("load", WIDE_LOADS)
    def test_more_agents_are_better(self, load, ratio):
        """Also from 1,000 to 1,001, and where the way to calculate changes."""
        near = round(load)
        numbers = sorted({*AGENTS, 1001, 9999, *(max(1, near + d) for d in (-2, -1, 0, 1, 2))})
        found = [erlang_a(load, 100.0, n, 100.0 * ratio, interval=100) for n in numbers]
        for fewer, more in pairwise(found):
            for name in ("waiting", "mean_wait", "abandonment", "queue_length", "occupancy"):
                assert getattr(more, name) <= getattr(fewer, name) * (1 + 1e-11), name
            for name in ("service_level", "service_level_of_answered"):
                assert getattr(more, name) >= getattr(fewer, name) - 1e-12, name

    @pytest.mark.parametrize("ratio", RATIOS)
    @pytest.mark.parametrize("agents", AGENTS)
    def test_more_load_is_worse(self, agents, ratio):
        steps = (0.999999, 1 - 1e-9, 1.0, 1 + 1e-9, 1.000001)
        loads = sorted({*WIDE_LOADS, *(agents * step for step in steps)})
        found = [erlang_a(load, 100.0, agents, 100.0 * ratio, interval=100) for load in loads]
        for less, more in pairwise(found):
            for name in ("waiting", "mean_wait", "abandonment", "queue_length", "occupancy"):
                assert getattr(more, name) >= getattr(less, name) * (1 - 1e-11), name
            assert more.service_level <= less.service_level + 1e-12

    @given(
        st.floats(-6, 3.3), st.integers(1, 1500), st.floats(-3, 3), st.floats(0, 500),
        st.floats(1e-9, 0.5), st.integers(1, 50),
    )  # fmt: skip
    def test_monotone(self, log_load, agents, log_ratio, threshold, growth, more):
        def found(load, number):
            patience = 100.0 * 10.0**log_ratio
            return erlang_a(load, 100.0, number, patience, interval=100, threshold=threshold)

        load = 10.0**log_load
        base, helped = found(load, agents), found(load, agents + more)
        busier = found(load * (1 + growth), agents)
        for better, worse in ((helped, base), (base, busier)):
            for name in ("waiting", "mean_wait", "abandonment", "queue_length", "occupancy"):
                assert getattr(better, name) <= getattr(worse, name) * (1 + 1e-11), name
            for name in ("service_level", "service_level_of_answered"):
                assert getattr(better, name) >= getattr(worse, name) - 1e-12, name

    @given(st.floats(-6, 3.3), st.integers(1, 1500), st.floats(1e-9, 0.5))
    def test_erlang_b_and_c_are_monotone(self, log_load, agents, growth):
        load = 10.0**log_load
        loss = erlang_b(load, agents)
        assert erlang_b(load, agents + 1) <= loss <= erlang_b(load * (1 + growth), agents)
        if load * (1 + growth) < agents:
            wait = erlang_c(load, agents)
            assert loss <= wait <= erlang_c(load * (1 + growth), agents) * (1 + 1e-12)
            assert erlang_c(load, agents + 1) <= wait

    def test_erlang_b_and_c_of_ten_thousand_agents(self):
        assert erlang_b(1e-6, 10_000) == 0.0
        assert erlang_c(9999.999, 10_000) == pytest.approx(1.0, abs=1e-4)
        assert erlang_b(1e4, 1) == pytest.approx(1e4 / 10_001, rel=1e-15)
        # Jagerman (1974): with load = agents about sqrt(2 / (pi agents))
        assert erlang_b(1e4, 10_000) == pytest.approx(math.sqrt(2 / (math.pi * 1e4)), rel=0.01)


class TestRefusals:
    @pytest.mark.parametrize(
        ("load", "agents", "field"),
        [(-1.0, 3, "load"), (math.nan, 3, "load"), (math.inf, 3, "load"), (True, 3, "load"),
         ("2", 3, "load"), (None, 3, "load"), (2e6, 3, "load"), (1.0, 0, "agents"),
         (1.0, -2, "agents"), (1.0, 2.0, "agents"), (1.0, True, "agents"),
         (1.0, 1_000_001, "agents"), (np.array([1.0]), 3, "load")],
    )  # fmt: skip
    @pytest.mark.parametrize("formula", [erlang_b, erlang_c])
    def test_loads_and_agents(self, formula, load, agents, field):
        with pytest.raises(ConfigurationError) as caught:
            formula(load, agents)
        assert caught.value.field == field
        assert caught.value.limit
        assert caught.value.remedy

    @pytest.mark.parametrize("name", ["arrivals", "handle_time", "patience", "interval"])
    @pytest.mark.parametrize("value", [-1, 0, math.nan, math.inf, -math.inf, True, "60", None, []])
    def test_durations_and_arrivals(self, name, value):
        given = {"arrivals": 10, "handle_time": 60.0, "agents": 2, "patience": 60.0}
        with pytest.raises(ConfigurationError) as caught:
            erlang_a(**{**given, "interval": 1800, name: value})
        assert caught.value.field == name
        assert caught.value.limit
        assert caught.value.remedy

    @pytest.mark.parametrize("value", [-1, math.nan, math.inf, True, "20"])
    def test_thresholds(self, value):
        with pytest.raises(ConfigurationError, match="threshold") as caught:
            mmc(10, 60.0, 2, interval=1800, threshold=value)
        assert caught.value.field == "threshold"

    @pytest.mark.parametrize("places", [-1, 1.5, True, 10**7])
    def test_places(self, places):
        with pytest.raises(ConfigurationError, match="places"):
            mmck(10, 60.0, 2, places, interval=1800)

    def test_a_queue_that_grows_forever(self):
        with pytest.raises(ConfigurationError) as caught:
            mmc(360, 240.0, 48, interval=1800)
        assert str(caught.value) == (
            "agents: 48 agents cannot handle 48 erlangs: rho is 1, and where nobody gives up the "
            "queue grows forever (allowed: at least 49); give 49 agents or more, or the patience "
            "of those who wait (Erlang A)"
        )
        with pytest.raises(ConfigurationError, match="at least 49"):
            erlang_c(48.5, 3)
        assert mmc(360, 240.0, 49, interval=1800).occupancy < 1

    def test_a_forgotten_interval(self):
        with pytest.raises(ConfigurationError, match="give the interval") as caught:
            mmc(36_000, 240.0, 48, interval=1)
        assert caught.value.field == "arrivals"

    def test_arrivals_too_few_to_calculate_with(self):
        with pytest.raises(ConfigurationError, match="too few"):
            mmc(5e-324, 1e-3, 1, interval=1e9)


class TestResults:
    def test_plain_data(self):
        found = mmck(np.float64(10), np.int64(60), np.int32(2), 4, interval=300)
        data = found.to_dict()
        assert {type(value) for value in data.values()} <= {int, float, str, type(None)}
        assert Performance(**json.loads(json.dumps(data))) == found
        assert pickle.loads(pickle.dumps(found)) == found

    def test_text_and_table(self):
        found = mmck(100, 180.0, 8, 4, interval=1800)
        assert "turned away" in str(found)
        table = found._repr_html_()
        assert table.startswith("<table><caption>8 agents, 100 arrivals in 30 min")
        assert table.count("<tr>") == len(str(found).splitlines()) - 1

    def test_what_almost_nobody_sees_is_not_shown_as_none(self):
        text = str(erlang_a(100, 180.0, 30, 300.0, interval=1800))
        assert "abandon                                    <0.1 %" in text
        assert ">99.9 %" in text

    def test_it_cannot_be_changed(self):
        found = mmc(10, 60.0, 3, interval=600)
        with pytest.raises(AttributeError):
            found.agents = 4


def test_importing_it_is_cheap():
    program = (
        "import sys; import assignwork.staffing as s; s.erlang_c(3.0, 5); "
        "s.erlang_a(10, 60.0, 3, 60.0, interval=600); "
        "assert not {'numpy', 'scipy', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
