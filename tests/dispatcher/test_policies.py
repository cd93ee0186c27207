"""Policies of the caller's: one of each protocol works, and none can hurt the desk (D6)."""

import json
import random

import pytest

from assignwork import (
    Agent,
    AssignworkError,
    ConfigurationError,
    Dispatcher,
    Move,
    Team,
    WorkItem,
    Workspace,
    commands,
)
from assignwork.commands import Advance
from assignwork.dispatcher._invariants import check
from assignwork.policies import protocols
from assignwork.testing.generation import (
    RandomDice,
    generate_command,
    generate_instant,
    generate_workspace,
)


class BrokenPolicyError(Exception):
    """What a policy of these tests raises."""


class Fuse:
    """Blows at the nth question that any policy of the set is asked."""

    def __init__(self, error=BrokenPolicyError):
        self.error = error
        self.left = None  # questions until it blows; None: it is sound

    def asked(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise self.error


class Lightest:
    """An ordering: light items first."""

    name = "lightest"

    def __init__(self, fuse=None):
        self.fuse = fuse or Fuse()

    def key(self, item):
        self.fuse.asked()
        return (item.weight, item.item.customer or "")


class Newest:
    """A selection: who was registered last, of those with even load."""

    name = "newest"

    def __init__(self, fuse=None):
        self.fuse = fuse or Fuse()

    def key(self, item, agent):
        self.fuse.asked()
        return [agent.load % 2, -agent.registration]


class NoVoiceForTheBusy:
    """An eligibility: calls only for who holds nothing."""

    name = "no_voice_for_the_busy"

    def __init__(self, fuse=None):
        self.fuse = fuse or Fuse()

    def obstacle(self, item, agent):
        self.fuse.asked()
        if item.channel == "voice" and agent.load:
            return f"it is a call and he holds {agent.load}"
        return None


class TwoWait:
    """A secondary rule: help when two wait."""

    name = "two_wait"

    def __init__(self, fuse=None):
        self.fuse = fuse or Fuse()

    def obstacle(self, item, agent, team):
        self.fuse.asked()
        return None if team.queued >= 2 else f"only {team.queued} wait"


class KeepsUrgent:
    """A presence mode: urgent items stay, others go; on a reply the light ones."""

    name = "keeps_urgent"

    def __init__(self, fuse=None):
        self.fuse = fuse or Fuse()

    def on_leave(self, item, agent):
        self.fuse.asked()
        return item.priority > 1

    def on_reply(self, item, agent):
        self.fuse.asked()
        return item.weight == 1


KINDS = (Lightest, Newest, NoVoiceForTheBusy, TwoWait, KeepsUrgent)
PROTOCOLS = (
    protocols.Ordering,
    protocols.Selection,
    protocols.Eligibility,
    protocols.SecondaryRule,
    protocols.PresenceMode,
)


def a_set(fuse=None):
    return {kind.name: kind(fuse) for kind in KINDS}


# --- one of each works ----------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "protocol"), [*zip(KINDS, PROTOCOLS, strict=True)])
def test_a_policy_is_whatever_has_the_methods(kind, protocol):
    assert isinstance(kind(), protocol)


def owners(desk):
    return {name: view.owner for name, view in desk.items.items()}


def test_an_ordering():
    desk = Dispatcher(Workspace([Team("t", manual=True)], item_order=[Lightest(), "priority"]))
    for name, weight, priority in [("1", 2, 1), ("2", 1, 5), ("3", 1, 4)]:
        desk.submit(WorkItem(name, team="t", weight=weight, priority=priority), now=0.0)
    assert desk.queue() == ("3", "2", "1")
    assert desk.explain("2").key[:2] == (("lightest", (1, "")), ("priority", 5))


def test_a_selection():
    agents = [Agent(name, primary=["t"]) for name in ("ana", "ben")]
    desk = Dispatcher(Workspace([Team("t", selection=Newest())], agents), validate=True)
    for name in "123":
        desk.submit(WorkItem(name, team="t"), now=0.0)
    assert owners(desk) == {"1": "ben", "2": "ana", "3": "ben"}


def test_an_eligibility():
    ana = Agent("ana", primary=["t"])
    desk = Dispatcher(Workspace([Team("t")], [ana], eligibility=[NoVoiceForTheBusy()]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    desk.submit(WorkItem("2", team="t", channel="voice"), now=0.0)
    desk.submit(WorkItem("3", team="t", channel="chat"), now=0.0)
    assert owners(desk) == {"1": "ana", "2": None, "3": "ana"}
    assert str(desk.explain("2").agents[0].obstacle) == (
        "no_voice_for_the_busy it is a call and he holds 2"
    )
    desk.close("1", now=1.0)
    assert [event.kind for event in desk.close("3", now=1.0)] == ["closed", "assigned"]


def test_a_secondary_rule():
    ana = Agent("ana", secondary=["t"], capacity=9)
    desk = Dispatcher(Workspace([Team("t", secondary_rule=TwoWait())], [ana]), validate=True)
    desk.submit(WorkItem("1", team="t"), now=0.0)
    assert str(desk.explain("1").agents[0].obstacle) == "two_wait only 1 wait"
    desk.submit(WorkItem("2", team="t"), now=0.0)
    assert owners(desk) == {"1": "ana", "2": None}


def test_a_presence_mode():
    ana = Agent("ana", primary=["t"])
    desk = Dispatcher(Workspace([Team("t")], [ana], reassign=KeepsUrgent()), validate=True)
    desk.submit(WorkItem("urgent", team="t", priority=1, weight=2), now=0.0)
    desk.submit(WorkItem("light", team="t", priority=1), now=0.0)
    desk.submit(WorkItem("plain", team="t"), now=0.0)
    desk.set_presence("ana", "away_reassign", now=1.0)
    assert owners(desk) == {"urgent": "ana", "light": "ana", "plain": None}
    for name in ("urgent", "light"):
        desk.reply(name, by="customer", now=2.0)
    assert owners(desk) == {"urgent": "ana", "light": None, "plain": None}


def test_the_built_in_secondary_rule_goes_back_in_force_when_it_is_set_again():
    ana = Agent("ana", secondary=["t"])
    desk = Dispatcher(Workspace([Team("t", secondary_rule=TwoWait())], [ana]), validate=True)
    desk.submit(WorkItem("1", team="t"), now=0.0)
    desk.update_team("t", secondary_rule="primary_full", now=1.0)
    assert owners(desk) == {"1": "ana"}


def test_a_policy_needs_a_name():
    class Nameless:
        def key(self, item, agent):
            return 0

    with pytest.raises(ConfigurationError, match=r"selection\.name: None is not a non-empty"):
        Team("t", selection=Nameless())


def test_policies_stand_in_a_workspace_by_name_and_are_given_when_it_is_read():
    given = a_set()
    workspace = Workspace(
        [Team("t", selection=given["newest"], secondary_rule=given["two_wait"])],
        item_order=[given["lightest"], "priority"],
        eligibility=[given["no_voice_for_the_busy"]],
        reassign=given["keeps_urgent"],
    )
    wire = json.loads(json.dumps(workspace.to_dict()))
    assert wire["teams"][0]["selection"] == {"policy": "newest"}
    assert Workspace.from_dict(wire, given) == workspace
    with pytest.raises(ConfigurationError, match="no policy 'newest' was given"):
        Workspace.from_dict(wire, {k: v for k, v in given.items() if k != "newest"})


# --- one that raises ------------------------------------------------------------------------------


def prepared(policies):
    """A desk in which each of the set is asked: ana away, two items wait, one is hers."""
    desk = Dispatcher(
        Workspace(
            [Team("t", selection=policies["newest"], secondary_rule=policies["two_wait"])],
            [
                Agent("ana", primary=["t"], capacity=2),
                Agent("ben", primary=["t"], presence="away"),
                Agent("cem", secondary=["t"], presence="away"),
            ],
            item_order=[policies["lightest"]],
            eligibility=[policies["no_voice_for_the_busy"]],
            reassign=policies["keeps_urgent"],
        )
    )
    for name in "1234":
        desk.submit(WorkItem(name, team="t", channel="chat"), now=0.0)
    return desk


ASKED = {
    "lightest": commands.Submit(WorkItem("new", team="t")),
    "newest": commands.SetPresence("ben", "active"),
    "no_voice_for_the_busy": commands.SetPresence("ben", "active"),
    "two_wait": commands.SetPresence("cem", "active"),
    "keeps_urgent": commands.SetPresence("ana", "away_reassign"),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("error", [BrokenPolicyError(), KeyError("no"), KeyboardInterrupt()])
def test_a_policy_that_raises_undoes_the_command(name, error):
    policies = a_set()
    desk, twin = prepared(policies), prepared(a_set())
    before = json.dumps(desk.snapshot())
    policies[name].fuse = Fuse(error)
    policies[name].fuse.left = 0
    with pytest.raises(type(error)) as found:
        desk.handle(ASKED[name], now=5.0)
    assert found.value is error
    if isinstance(error, Exception):
        assert name in "".join(found.value.__notes__)
    assert json.dumps(desk.snapshot()) == before
    policies[name].fuse.left = None
    check(desk)
    for command, now in [(ASKED[name], 6.0), (commands.Close("1"), 7.0)]:
        assert desk.handle(command, now=now) == twin.handle(command, now=now)
    assert desk.snapshot() == twin.snapshot()


BRINGS = {
    "newest": lambda it: commands.UpdateTeam("t", {"selection": it, "manual": False}),
    "two_wait": lambda it: commands.UpdateTeam("t", {"secondary_rule": it, "manual": False}),
    "lightest": lambda it: commands.UpdateWorkspace({"item_order": [it]}),
}


@pytest.mark.parametrize("name", BRINGS)
def test_a_policy_that_raises_when_it_is_first_set_undoes_that(name):
    """The desk had no policy of a caller's until then."""
    tier = "secondary" if name == "two_wait" else "primary"
    desk = Dispatcher(Workspace([Team("t", manual=True)], [Agent("ana", **{tier: ["t"]})]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    before = json.dumps(desk.snapshot())
    fuse = Fuse()
    fuse.left = 0
    with pytest.raises(BrokenPolicyError):
        desk.handle(BRINGS[name](a_set(fuse)[name]), now=1.0)
    assert json.dumps(desk.snapshot()) == before
    check(desk)
    assert [event.kind for event in desk.pull("ana", now=2.0)] == ["assigned"]


def test_an_eligibility_that_raises_when_it_is_first_set_undoes_that():
    desk = Dispatcher(Workspace([Team("t")], [Agent("ana", primary=["t"])], default_capacity=1))
    for name in "12":
        desk.submit(WorkItem(name, team="t"), now=0.0)
    fuse = Fuse()
    fuse.left = 0
    before = json.dumps(desk.snapshot())
    with pytest.raises(BrokenPolicyError):
        desk.update_workspace(eligibility=[NoVoiceForTheBusy(fuse)], default_capacity=2, now=1.0)
    assert json.dumps(desk.snapshot()) == before
    check(desk)
    assert [event.kind for event in desk.close("1", now=2.0)] == ["closed", "assigned"]


class Incomparable:
    """Its keys cannot be compared with each other."""

    name = "incomparable"

    def key(self, item, agent=None):
        who = agent.id if agent is not None else item.id
        return who if who in ("ana", "1", "0") else 5


def test_keys_of_agents_that_cannot_be_compared_undo_the_command():
    agents = [Agent("ana", primary=["t"]), Agent("ben", primary=["t"], presence="away")]
    desk = Dispatcher(Workspace([Team("t", selection=Incomparable())], agents))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    desk.set_presence("ben", "active", now=1.0)
    before = json.dumps(desk.snapshot())
    with pytest.raises(TypeError):
        desk.submit(WorkItem("2", team="t"), now=2.0)
    assert json.dumps(desk.snapshot()) == before
    desk.set_presence("ana", "away", now=3.0)
    (_, assigned) = desk.submit(WorkItem("2", team="t"), now=4.0)
    assert assigned.agent == "ben"
    check(desk)


def test_keys_of_items_that_cannot_be_compared_undo_the_command():
    desk = Dispatcher(Workspace([Team("t", manual=True)], item_order=[Incomparable()]))
    desk.submit(WorkItem("1", team="t"), now=0.0)
    before = json.dumps(desk.snapshot())
    for _ in range(3):
        with pytest.raises(TypeError):
            desk.submit(WorkItem("2", team="t"), now=2.0)
        assert json.dumps(desk.snapshot()) == before
    check(desk)
    desk.submit(WorkItem("0", team="t"), now=4.0)
    assert desk.queue() == ("0", "1")


def timed(policies):
    """At 10 two snoozes end, the second of which makes the policies be asked."""
    desk = prepared(policies)
    desk.snooze("1", 10.0, now=1.0)
    desk.snooze("2", 10.0, now=1.0)
    desk.set_presence("ana", "away_reassign", now=1.0)
    desk.set_presence("ben", "active", now=1.0)
    return desk


@pytest.mark.parametrize("asked", range(12))
def test_a_policy_that_raises_while_a_timer_fires_leaves_it_due(asked):
    fuse = Fuse()
    desk, twin = timed(a_set(fuse)), timed(a_set())
    fuse.left = asked
    try:
        first = desk.advance(now=20.0)
    except BrokenPolicyError:
        assert desk.next_wakeup() == 10.0
        assert desk.now <= 10.0
        fuse.left = 0
        again = json.dumps(desk.snapshot())
        with pytest.raises(BrokenPolicyError):
            desk.advance(now=20.0)
        assert json.dumps(desk.snapshot()) == again
        first = ()
    fuse.left = None
    check(desk)
    assert first + desk.advance(now=20.0) == twin.advance(now=20.0)
    assert desk.snapshot() == twin.snapshot()


def test_the_way_out_of_a_timer_that_cannot_fire_is_a_mended_policy():
    fuse = Fuse()
    desk, twin = timed(a_set(fuse)), timed(a_set())
    fuse.left = 0
    with pytest.raises(BrokenPolicyError):
        desk.advance(now=20.0)
    mended = Dispatcher.restore(
        json.loads(json.dumps(desk.snapshot())), policies=a_set(), validate=True
    )
    assert mended.advance(now=20.0) == twin.advance(now=20.0)


def test_explain_passes_on_what_a_policy_raises_and_changes_nothing():
    fuse = Fuse()
    ana = Agent("ana", primary=["t"])
    desk = Dispatcher(Workspace([Team("t")], [ana], eligibility=[NoVoiceForTheBusy(fuse)]))
    for name in "12":
        desk.submit(WorkItem(name, team="t", channel="voice"), now=0.0)
    before = json.dumps(desk.snapshot())
    fuse.left = 0
    with pytest.raises(BrokenPolicyError):
        desk.explain("2")
    assert json.dumps(desk.snapshot()) == before


PLAN = commands.Rebalance([Move("1", "ben", "ana"), Move("2", None, "cem")])


def planned(fuse):
    """A desk that asks three policies while it judges and carries out the plan."""
    desk = Dispatcher(
        Workspace(
            [Team("t", selection=Newest(fuse))],
            [Agent(name, primary=["t"], capacity=2) for name in ("ana", "ben", "cem")],
            item_order=[Lightest(fuse)],
            eligibility=[NoVoiceForTheBusy(fuse)],
            assignment_rate={"items": 9, "per": 60},
        )
    )
    for name, agent in (("1", "ana"), ("2", "cem")):
        desk.submit(WorkItem(name, team="t"), now=0.0)
        desk.assign(name, agent, now=0.0)
    return desk


def test_a_policy_that_raises_while_a_plan_is_judged_or_carried_out_undoes_it():
    """At whichever question it raises."""
    fuse = Fuse()
    desk = planned(fuse)
    fuse.left = 100
    sound = desk.handle(PLAN, now=5.0)
    asked = 100 - fuse.left
    kinds = ["rebalanced", "released", "released", "queued", "assigned", "assigned"]
    assert [event.kind for event in sound] == kinds
    assert asked > 3
    for left in range(asked):
        fuse = Fuse()
        desk = planned(fuse)
        before = json.dumps(desk.snapshot())
        fuse.left = left
        with pytest.raises(BrokenPolicyError) as found:
            desk.handle(PLAN, now=5.0)
        assert found.value.__notes__
        assert json.dumps(desk.snapshot()) == before
        fuse.left = None
        check(desk)
        assert desk.handle(PLAN, now=5.0) == sound


REMOVALS = {
    "reopen": commands.Reopen("1"),
    "remove_agent": commands.RemoveAgent("ana"),
    "remove_team": commands.RemoveTeam("t", "u"),
}


@pytest.mark.parametrize("verb", REMOVALS)
def test_what_an_undone_command_took_out_is_put_back_in_its_place(verb):
    fuse = Fuse()
    teams = [Team("t", manual=True), Team("u", selection=Newest(fuse))]
    agents = [Agent("ana", primary=["t", "u"]), Agent("ben", primary=["u"])]
    desk = Dispatcher(Workspace(teams, agents))
    for name, team in [("1", "u"), ("2", "u"), ("3", "t"), ("4", "u")]:
        desk.submit(WorkItem(name, team=team), now=0.0)
    desk.close("1", now=1.0)
    desk.close("2", now=1.0)
    desk.assign("4", "ana", now=1.0)
    if verb == "reopen":
        desk.update_agent(desk.items["1"].owner, primary=[], now=1.0)  # so it is queued
    before = json.dumps(desk.snapshot())
    fuse.left = 0
    with pytest.raises(BrokenPolicyError):
        desk.handle(REMOVALS[verb], now=2.0)
    assert json.dumps(desk.snapshot()) == before
    assert (list(desk.agents), list(desk.teams)) == (["ana", "ben"], ["t", "u"])


# --- faults at random -----------------------------------------------------------------------------


def with_policies(workspace, policies, pick):
    """Some of the set put into a made-up workspace."""
    data = workspace.to_dict()
    if pick & 1:
        data["item_order"] = [{"policy": "lightest"}, "priority"]
    if pick & 2:
        for team in data["teams"]:
            team["selection"] = {"policy": "newest"}
    if pick & 4:
        data["eligibility"] = [{"policy": "no_voice_for_the_busy"}]
    if pick & 8:
        for team in data["teams"][::2]:
            team["secondary_rule"] = {"policy": "two_wait"}
    if pick & 16:
        data["reassign"] = {"policy": "keeps_urgent"}
    return Workspace.from_dict(data, policies)


def another_policy(random_, teams):
    """A change of configuration that brings a policy, or takes all of a kind away."""
    team = random_.choice(teams or ["t0"])
    return random_.choice(
        [
            lambda p: commands.UpdateTeam(team, {"selection": p["newest"]}),
            lambda p: commands.UpdateTeam(team, {"selection": "balanced"}),
            lambda p: commands.UpdateTeam(team, {"secondary_rule": p["two_wait"]}),
            lambda p: commands.UpdateTeam(team, {"secondary_rule": "primary_empty"}),
            lambda p: commands.UpdateWorkspace({"item_order": [p["lightest"]]}),
            lambda p: commands.UpdateWorkspace({"item_order": ["priority"]}),
            lambda p: commands.UpdateWorkspace({"eligibility": [p["no_voice_for_the_busy"]]}),
            lambda p: commands.UpdateWorkspace({"eligibility": []}),
            lambda p: commands.UpdateWorkspace({"reassign": p["keeps_urgent"]}),
            lambda p: commands.AddTeam(Team("t5", selection=p["newest"])),
        ]
    )


def lines(events):
    return [json.dumps(event.to_dict()) for event in events]


@pytest.mark.parametrize("seed", range(40))
def test_faults_at_random_leave_no_trace(seed, state_of):
    """One desk's policies raise now and then; its twin is told only what succeeded."""
    random_ = random.Random(seed)
    dice = RandomDice(random_)
    fuse = Fuse()
    faulty, sound = a_set(fuse), a_set()
    made = generate_workspace(dice)
    pick = random_.randrange(1, 32)
    desk = Dispatcher(with_policies(made, faulty, pick))
    twin = Dispatcher(with_policies(made, sound, pick), validate=True)
    told, expected, failures, seen = [], [], 0, 0.0
    for _ in range(120):
        now = generate_instant(dice, twin.now or 0.0, twin.next_wakeup())
        now = seen = max(now, seen)  # what failed has let time pass, too
        if random_.random() < 0.06:
            make = another_policy(random_, list(twin.teams))
        else:
            command = generate_command(dice, state_of(twin), now)
            make = lambda _, command=command: command  # noqa: E731  # as the others
        due = desk.next_wakeup() is not None and desk.next_wakeup() <= now
        before = json.dumps(desk.snapshot())
        fuse.left = int(random_.expovariate(0.1)) if random_.random() < 0.5 else None
        if isinstance(make(sound), Advance):
            fuse.left = None  # a failed one has said already that nothing more comes in time
        try:
            events = desk.handle(make(faulty), now=now)
        except BrokenPolicyError:
            failures += 1
            fuse.left = None
            if not due:
                assert json.dumps(desk.snapshot()) == before
            check(desk)
            continue
        except AssignworkError as error:
            fuse.left = None
            with pytest.raises(type(error)):
                twin.handle(make(sound), now=now)
            continue
        fuse.left = None
        told += lines(events)
        expected += lines(twin.handle(make(sound), now=now))
        assert told == expected
        check(desk)
    end = max(desk.now or 0.0, twin.now or 0.0) + 100.0
    assert lines(desk.advance(now=end)) == lines(twin.advance(now=end))
    assert desk.snapshot() == twin.snapshot()
