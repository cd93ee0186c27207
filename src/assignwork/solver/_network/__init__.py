"""A problem, or a part of it, as a minimum-cost flow: groups, hubs, limits, agents, sink.

A *group* (`_groups`) is the items of one hub with the same owner, preferred agent and cost of
leaving: one supply node. Its arcs (`_model`): to its owner, to its preferred agent, to its hub, and
to the sink (without holder, one arc per urgency). Hubs lead to agents, through nodes for limits
inside capacity (`_entries`), agents to the sink by what each further unit of load costs. Flow on an
arc is a count of items; inside a group items are told apart by urgency (`_holders`).

For items of several weights `Network` states the linear relaxation: flow in units of load.
"""

from assignwork.solver._network._groups import everything
from assignwork.solver._network._model import Answer, Network

__all__ = ["Answer", "Network", "everything"]
