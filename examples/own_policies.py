"""Five rules of your own, one for each place where a desk takes them.

    python examples/own_policies.py

A policy is any object with a `name` and the method of its protocol. It is shown read-only views
of an item, an agent or a team, and answers the same for the same views: it reads no clock, draws
no number, remembers nothing. If it raises, the command that asked it is undone.
"""

# ruff: noqa: ARG002  # a policy has all parameters of its protocol

from __future__ import annotations

from typing import Any

from assignwork import Agent, AgentView, Dispatcher, ItemView, Team, TeamView, WorkItem, Workspace

TIERS = {"Acme": "gold", "Bolt": "silver"}  # anybody else is bronze
ACCOUNTS = {"ana": {"Bolt"}, "ben": {"Acme", "Corner Shop"}}  # which customers an agent knows


class ByCustomerTier:
    """Ordering: gold customers first, then silver, then everybody else."""

    name = "customer_tier"
    ranks = ("gold", "silver", "bronze")

    def key(self, item: ItemView) -> int:
        """A smaller key comes first."""
        return self.ranks.index(TIERS.get(item.item.customer or "", "bronze"))


class WhoKnowsTheCustomer:
    """Selection: agents who know the customer first, then the least load."""

    name = "knows_the_customer"

    def key(self, item: ItemView, agent: AgentView) -> list[Any]:
        """A smaller key is chosen; it stands in the event log, so it is JSON-ready."""
        return [item.item.customer not in ACCOUNTS.get(agent.id, ()), agent.load]


class DataStaysInItsRegion:
    """Eligibility: an item tagged `region:eu` is only for agents with that tag."""

    name = "data_region"

    def obstacle(self, item: ItemView, agent: AgentView) -> str | None:
        """What stops him, as `explain` will say it; None: nothing."""
        regions = [tag for tag in item.item.tags if tag.startswith("region:")]
        missing = [tag for tag in regions if tag not in agent.agent.tags]
        return f"he may not see data of {missing[0]}" if missing else None


class HelpWhenTheQueueIsLong:
    """Secondary rule: others help while more than so many items wait."""

    name = "long_queue"

    def __init__(self, most: int) -> None:
        self.most = most

    def obstacle(self, item: ItemView, agent: AgentView, team: TeamView) -> str | None:
        """Why he may not help now; None: he may."""
        return None if team.queued > self.most else f"{team.queued} wait, {self.most} may"


class KeepsTheImportantOnes:
    """Presence mode: who leaves gives everything back but the items of gold customers."""

    name = "keeps_gold"

    def on_leave(self, item: ItemView, agent: AgentView) -> bool:
        """Whether this item of his goes back to the queue at once."""
        return TIERS.get(item.item.customer or "") != "gold"

    def on_reply(self, item: ItemView, agent: AgentView) -> bool:
        """Whether it goes back when its customer replies: no, he is called for it."""
        return False


def make_desk() -> Dispatcher:
    """A desk with one of each."""
    return Dispatcher(
        Workspace(
            teams=[
                Team(
                    "support",
                    selection=WhoKnowsTheCustomer(),
                    secondary_rule=HelpWhenTheQueueIsLong(most=2),
                ),
            ],
            agents=[
                Agent("ana", capacity=2, primary=["support"]),
                Agent("ben", capacity=2, primary=["support"], tags=["region:eu"]),
                Agent("cem", capacity=2, secondary=["support"]),
            ],
            item_order=[ByCustomerTier(), "priority", "waiting"],
            eligibility=[DataStaysInItsRegion()],
            reassign=KeepsTheImportantOnes(),
        )
    )


def main() -> None:
    """Tell a short day at that desk."""
    desk = make_desk()

    def submit(name: str, customer: str, now: float, *tags: str) -> None:
        desk.submit(WorkItem(name, team="support", customer=customer, tags=tags), now=now)
        owner = desk.items[name].owner
        print(f"{now:4.0f} s  {name} of {customer}: {owner or 'waits'}")

    print("Selection: ana knows Bolt, ben knows Corner Shop.")
    submit("shop-1", "Corner Shop", 0.0)
    submit("bolt-1", "Bolt", 1.0)
    submit("bolt-2", "Bolt", 2.0)

    print("\nEligibility: ana may not see European data, so ben gets this one of Bolt.")
    submit("bolt-eu", "Bolt", 3.0, "region:eu")

    print("\nOrdering: both are full; Acme is gold and stands first, though it came last.")
    submit("tiny-1", "Tiny", 4.0)
    submit("acme-eu", "Acme", 5.0, "region:eu")
    print("         queue:", ", ".join(desk.queue()))
    print(desk.explain("acme-eu"))

    print("\nSecondary rule: with a third that waits, cem helps with what he may see.")
    submit("tiny-2", "Tiny", 6.0)
    print("         cem:", ", ".join(desk.agents["cem"].items))
    print("         queue:", ", ".join(desk.queue()))

    print("\nPresence mode: ben takes Acme, leaves, and keeps that one alone.")
    desk.close("bolt-eu", now=7.0)
    print("         ben:", ", ".join(desk.agents["ben"].items))
    desk.set_presence("ben", "away_reassign", reason="train", now=8.0)
    print("         ben:", ", ".join(desk.agents["ben"].items))
    print("         queue:", ", ".join(desk.queue()))


if __name__ == "__main__":
    main()
