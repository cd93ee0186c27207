"""A desk for the rules: little to write to make one, and its events as short sentences."""

from functools import partial

import pytest

from assignwork import Agent, Dispatcher, Team, WorkItem, Workspace
from assignwork.commands import VERBS

SENTENCES = {
    "queued": "queued {item} in {team}",
    "assigned": "assigned {item} to {agent}",
    "offered": "offered {item} to {agent} until {expires_at:g}",
    "offer_ended": "offer of {item} to {agent} {how}",
    "transferred": "transferred {item} from {from_team} to {team}",
    "released": "released {item} from {agent}: {why}",
    "snoozed": "snoozed {item}",
    "woken": "woken {item} for {agent}",
    "replied": "{by} replied to {item} of {agent}",
    "closed": "closed {item} of {agent}",
    "reopened": "reopened {item} for {agent}",
    "presence_changed": "{agent} {presence} by {by}",
    "item_updated": "updated {item}",
    "configured": "configured {what} {target}",
}


def sentence(event):
    """What happened; what is usual (dispatched to a primary agent, without flags) is not said."""
    data = event.to_dict()
    words = SENTENCES[event.kind].format_map(data)
    if event.kind == "assigned":
        words += {"secondary": " as secondary"}.get(event.tier, "")
        words += {"dispatch": "", "offer": " by offer"}.get(event.by, f" by {event.by}")
    if event.kind == "snoozed" and event.until is not None:
        words += f" until {event.until:g}"
    if event.kind == "transferred" and event.agent is not None:
        words += f" with {event.agent}"
    return ", ".join([words, *getattr(event, "flags", ())])


def told(events, now):
    """One sentence an event; what happened before `now` has its instant in front."""
    return [("" if e.at == now else f"{e.at:g}: ") + sentence(e) for e in events]


class Desk:
    """A desk that checks its invariants; the first team is everybody's who is only a name.

    Every command is a method that returns sentences; without `now` no time passes.
    """

    def __init__(self, *agents, teams=("t",), **settings):
        teams = [Team(team) if isinstance(team, str) else team for team in teams]
        agents = [Agent(a, primary=[teams[0].id]) if isinstance(a, str) else a for a in agents]
        self.real = Dispatcher(Workspace(teams, agents, **settings), validate=True)
        self.instant = 0.0
        self.home = teams[0].id
        self.log = []

    def submit(self, name, team=None, *, now=None, **fields):
        return self._do("submit", WorkItem(name, team=team or self.home, **fields), now=now)

    def _do(self, verb, *args, now=None, **options):
        instant = self.instant if now is None else now
        events = getattr(self.real, verb)(*args, now=instant, **options)
        self.instant = instant
        self.log.extend(events)
        return told(events, instant)

    def __getattr__(self, name):
        return partial(self._do, name) if name in VERBS else getattr(self.real, name)

    def held(self, agent):
        """What he owns and what is offered to him."""
        view = self.real.agents[agent]
        return [*view.items, *view.offers]

    def taken(self):
        """Who got what by an assignment of any kind, in order: `item>agent`."""
        return [f"{e.item}>{e.agent}" for e in self.log if e.kind == "assigned"]


@pytest.fixture
def make():
    """`make("ana", Agent(...), teams=[...], default_capacity=1)` makes a desk."""
    return Desk


@pytest.fixture
def sentences():
    """Events of a desk that is no `Desk` as sentences."""
    return lambda events: [sentence(event) for event in events]
