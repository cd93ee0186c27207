"""Handle times, patience, returns and conversations of a known scenario come back."""

import attrs
import numpy as np
import pytest
from known_desks import MONDAY, calls, log_of

from assignwork import Team, WorkItem, Workspace
from assignwork.commands import Close, Submit
from assignwork.model import Agent
from assignwork.simulation import (
    Constant,
    Conversation,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Kind,
    LogNormal,
    Mixture,
    Return,
    Scenario,
    Stream,
    Weibull,
    logged_events,
    simulate_once,
)
from assignwork.simulation.fitting import fit_scenario
from assignwork.simulation.fitting._behaviour import kaplan_meier, lean, patience


def fitted(scenario, **options):
    return fit_scenario(scenario.workspace, log_of(scenario), shifts="keep", **options)


@pytest.mark.parametrize(
    "handle", [LogNormal(300, 0.8), Gamma(300, 0.5), Exponential(300), Weibull(300, 0.6)], ids=repr
)
def test_the_family_and_its_parameters_come_back(handle):
    found = fitted(calls(handle=handle)).kinds[0]
    assert type(found.work) is type(handle)
    assert found.work.mean == pytest.approx(300, rel=0.05)
    assert found.work.variance**0.5 == pytest.approx(handle.variance**0.5, rel=0.1)
    assert found.work_fit.best.distance < 0.03


def test_times_that_are_always_the_same_come_back():
    assert fitted(calls(handle=240)).kinds[0].work == Constant(240.0)


def test_what_no_family_fits_is_drawn_from_the_log():
    handle = Mixture((0.5, 0.5), (LogNormal(60, 0.1), LogNormal(900, 0.1)))
    fit = fitted(calls(handle=handle))
    found = fit.kinds[0]
    assert isinstance(found.work, Empirical)
    assert found.work.mean == pytest.approx(480, rel=0.03)
    assert any("No family fits the handle times of 100.0 %" in line for line in fit.caveats)


def test_a_large_sample_is_made_small_without_changing_its_mean():
    values = LogNormal(300, 2.0).at(np.random.default_rng(1).random(3656))
    found = lean(Empirical(values))
    assert len(found.values) == 1000
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)


def test_patience_comes_back_though_most_are_assigned_before():
    scenario = calls(per_hour=60, patience=Exponential(400))
    found = fitted(scenario).kinds[0]
    assert found.abandoned > 400
    assert found.patience_mean == pytest.approx(400, rel=0.1)


def test_without_anybody_who_leaves_nobody_is_impatient():
    found = fitted(calls())
    assert found.scenario.streams[0].kinds[0].patience is None
    assert found.kinds[0].patience_mean is None


def test_patience_that_is_not_exponential_is_that_of_kaplan_and_meier():
    rng = np.random.default_rng(1)
    own, offered = 300 + 20 * rng.standard_normal(3000), rng.exponential(300, 3000)
    found = patience(np.minimum(own, offered), own < offered, "all")
    assert isinstance(found.distribution, Empirical)
    assert found.distribution.mean == pytest.approx(300, rel=0.05)
    assert found.distance > 0.1


def test_kaplan_and_meier_tell_the_true_share_in_spite_of_censoring():
    rng = np.random.default_rng(2)
    own, offered = rng.exponential(100, 20_000), rng.exponential(60, 20_000)
    at, stays = kaplan_meier(np.minimum(own, offered), own < offered)
    assert stays[np.searchsorted(at, 100)] == pytest.approx(np.exp(-1), abs=0.02)


def test_those_closed_without_an_agent_may_be_left_out():
    scenario = calls(per_hour=60, patience=Exponential(400))
    left_out = fitted(scenario, unassigned="left out")
    everybody = fitted(scenario)
    assert left_out.scenario.streams[0].kinds[0].patience is None
    assert sum(k.count for k in left_out.kinds) < sum(k.count for k in everybody.kinds)
    assert any("closed without anybody assigned" in line for line in left_out.caveats)


def test_returns_come_back():
    scenario = calls(per_hour=20, comes_back=Return(0.2, after=7200, handle=Exponential(120)))
    fit = fitted(scenario)
    back = fit.scenario.streams[0].kinds[0].comes_back
    assert back.probability == pytest.approx(0.2, abs=0.02)
    assert back.after.mean == pytest.approx(7200, rel=0.01)
    assert back.handle.mean == pytest.approx(120, rel=0.1)
    assert fit.kinds[0].work.mean == pytest.approx(300, rel=0.05)


def test_conversations_come_back():
    talk = Conversation(turns=Geometric(3), customer_after=Exponential(600))
    scenario = calls(per_hour=15, agents=6, capacity=5, conversation=talk)
    fit = fitted(scenario)
    found = fit.scenario.streams[0].kinds[0].conversation
    assert isinstance(found.turns, Geometric)
    assert found.turns.mean == pytest.approx(3, rel=0.05)
    assert found.customer_after.mean == pytest.approx(600, rel=0.05)
    assert not found.snoozes
    assert fit.kinds[0].work.mean == pytest.approx(300, rel=0.05)


def test_conversations_with_snoozes_are_known():
    talk = Conversation(turns=3, customer_after=Exponential(600), snoozes=True)
    scenario = calls(per_hour=15, agents=6, capacity=5, conversation=talk)
    found = fitted(scenario).scenario.streams[0].kinds[0].conversation
    assert found.snoozes
    assert found.turns.mean == pytest.approx(3)


@pytest.mark.parametrize("answers", ["start", "end", "never"])
def test_when_agents_answer_comes_back(answers):
    found = fitted(calls(answers=answers)).scenario.streams[0].kinds[0]
    assert found.answers == answers
    assert found.conversation is None


def two_teams():
    workspace = Workspace(
        [Team("billing"), Team("sales")],
        [
            Agent("ana", capacity=9, primary=["billing"]),
            Agent("ben", capacity=9, primary=["sales"], skills={"lang:es": 2}),
        ],
    )
    streams = [
        Stream("b", 9, [
            Kind("billing", 60, name="much", share=0.99, priority=2),
            Kind("billing", 600, name="little", share=0.01, priority=1),
        ]),
        Stream("s", 9, Kind("sales", 1200, priority=2, channel="chat", skills={"lang:es": 1})),
    ]  # fmt: skip
    return Scenario(workspace, streams, length=10 * 86_400, start=MONDAY)


def test_what_is_common_has_a_stream_and_the_rare_shares_one():
    fit = fitted(two_teams())
    counts = {stream.stream: stream.count for stream in fit.streams}
    assert set(counts) == {"billing p2", "sales p2", "rest"}
    assert counts["rest"] < 50
    assert any("1 classes" in line and "share streams" in line for line in fit.caveats)


def test_fewer_are_enough_for_a_stream_if_so_wished():
    assert "billing p1" in {stream.stream for stream in fitted(two_teams(), least=5).streams}


def test_a_rare_kind_takes_the_handle_times_of_a_wider_pool():
    fit = fitted(two_teams())
    rare = next(kind for kind in fit.kinds if kind.kind.startswith("rest"))
    assert rare.work_from == "billing"


def test_channel_and_skills_come_from_the_items():
    scenario = two_teams()
    log = log_of(scenario)

    items = [
        WorkItem(event.item, team=event.team, channel="chat", skills={"lang:es": 1})
        for event in log
        if event.kind == "queued" and event.team == "sales"
    ]
    found = fit_scenario(scenario.workspace, log, items=items, shifts="keep").scenario
    sales = next(stream for stream in found.streams if stream.name.startswith("sales"))
    assert sales.name == "sales p2 chat"
    assert sales.kinds[0].channel == "chat"
    assert sales.kinds[0].skills["lang:es"].level == 1


def test_pools_together_have_the_mean_of_the_log():
    """What is common does not lend its times to what is rare, or the mean would be another."""
    true = two_teams()
    rare = [
        Kind("billing", 6000, name=f"rare-{k}", share=0.03, priority=k, weight=1) for k in (3, 4, 5)
    ]
    common = attrs.evolve(true.streams[0], kinds=[*true.streams[0].kinds, *rare])
    true = true.changed(streams=[common, true.streams[1]], length=5 * 86_400)
    fit = fitted(true, end=true.end + 86_400)
    total = sum(kind.count for kind in fit.kinds)
    drawn = sum(kind.count * kind.work.mean for kind in fit.kinds) / total
    trial = simulate_once(true, 1, 0)
    assert drawn == pytest.approx(trial.customers.work.mean(), rel=0.01)
    assert "billing rest" in {kind.work_from for kind in fit.kinds}


# --- kinds of which nobody does it --------------------------------------------------------------


def phones_and_mail(phone, mail, hours=240):
    """Two teams, one of 45 calls an hour and one of 10 mails; what each of their customers does."""
    agents = [Agent(f"p-{k}", capacity=1, primary=["phone"]) for k in range(1, 4)]
    agents.append(Agent("m", capacity=1, primary=["mail"]))
    if "conversation" in phone:
        agents = [attrs.evolve(agent, capacity=9) for agent in agents]
    streams = [
        Stream("calls", 45, Kind("phone", Exponential(240), **phone)),
        Stream("mails", 10, Kind("mail", Exponential(300), priority=4, **mail)),
    ]
    workspace = Workspace([Team("phone"), Team("mail")], agents)
    return Scenario(workspace, streams, length=hours * 3600, start=MONDAY)


def kind_of(fit, team):
    return next(k for s in fit.scenario.streams for k in s.kinds if k.team == team)


def test_mail_that_never_gives_up_does_not_get_the_patience_of_calls():
    fit = fitted(phones_and_mail({"patience": Exponential(180)}, {}))
    assert kind_of(fit, "phone").patience.mean == pytest.approx(180, rel=0.15)
    assert kind_of(fit, "mail").patience is None


def test_mail_that_never_comes_back_does_not_get_the_returns_of_calls():
    fit = fitted(phones_and_mail({"comes_back": Return(0.2, after=600)}, {}))
    assert kind_of(fit, "phone").comes_back.probability == pytest.approx(0.2, abs=0.02)
    assert kind_of(fit, "mail").comes_back is None


def test_mail_without_a_talk_does_not_get_the_turns_of_calls():
    talk = Conversation(turns=Geometric(3), customer_after=Exponential(300))
    fit = fitted(phones_and_mail({"conversation": talk}, {}))
    assert kind_of(fit, "phone").conversation.turns.mean == pytest.approx(3, rel=0.05)
    assert kind_of(fit, "mail").conversation is None


def test_turns_of_few_among_many_are_theirs():
    """Chats are 1 visit in 150, and nearly all visits of their own."""
    talk = Conversation(turns=3, customer_after=Exponential(300))
    true = phones_and_mail({}, {"conversation": talk})
    calls_, mails = true.streams
    more = [Agent(f"q-{k}", capacity=20, primary=["phone"]) for k in range(3)]
    workspace = attrs.evolve(true.workspace, agents=[*true.workspace.agents, *more])
    true = true.changed(
        workspace=workspace,
        streams=[attrs.evolve(calls_, arrivals=75), attrs.evolve(mails, arrivals=0.5)],
    )
    fit = fitted(true)
    assert kind_of(fit, "mail").conversation.turns.mean == pytest.approx(3)
    assert kind_of(fit, "phone").conversation is None


@pytest.mark.parametrize(("waited", "own"), [(99, False), (100, True)])
def test_a_kind_speaks_for_itself_from_a_hundred_who_waited(waited, own):
    """Mails of nobody gives up; the same customers are closed in the queue or assigned later."""
    desk = Workspace(
        [Team("phone"), Team("mail")],
        [Agent("a", capacity=9999, primary=["phone", "mail"])],
    )
    commands, owners = [], []
    for k in range(200):
        team = "phone" if k % 2 else "mail"
        if team == "mail" and k // 2 >= waited:
            continue
        at = MONDAY + 60.0 * k
        commands.append((at, Submit(WorkItem(f"i-{k}", team=team))))
        gives_up = team == "phone" and k % 4 == 1
        if not gives_up:
            owners.append((at + 30, f"i-{k}", "a"))
        commands.append((at + (20 if gives_up else 50), Close(f"i-{k}")))
    log = logged_events(desk, commands, owners)
    found = fit_scenario(desk, log, shifts="keep", least=5)
    assert kind_of(found, "phone").patience is not None
    assert (kind_of(found, "mail").patience is None) is own
