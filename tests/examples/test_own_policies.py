"""The example of policies of one's own runs, and says what it says."""

import importlib.util
import json
from pathlib import Path

import pytest

from assignwork import Dispatcher
from assignwork.policies import protocols

SCRIPT = Path(__file__).parents[2] / "examples" / "own_policies.py"
spec = importlib.util.spec_from_file_location("own_policies", SCRIPT)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)

TOLD = """\
Selection: ana knows Bolt, ben knows Corner Shop.
   0 s  shop-1 of Corner Shop: ben
   1 s  bolt-1 of Bolt: ana
   2 s  bolt-2 of Bolt: ana

Eligibility: ana may not see European data, so ben gets this one of Bolt.
   3 s  bolt-eu of Bolt: ben

Ordering: both are full; Acme is gold and stands first, though it came last.
   4 s  tiny-1 of Tiny: waits
   5 s  acme-eu of Acme: waits
         queue: acme-eu, tiny-1
"""
THEN = """\
Secondary rule: with a third that waits, cem helps with what he may see.
   6 s  tiny-2 of Tiny: waits
         cem: tiny-1
         queue: acme-eu, tiny-2

Presence mode: ben takes Acme, leaves, and keeps that one alone.
         ben: shop-1, acme-eu
         ben: acme-eu
         queue: shop-1, tiny-2
"""


def test_it_tells_what_happened(capsys):
    example.main()
    told = capsys.readouterr().out
    assert told.startswith(TOLD)
    assert told.endswith(THEN)
    assert "data_region he may not see data of region:eu" in told


POLICIES = {
    "customer_tier": (example.ByCustomerTier(), protocols.Ordering),
    "knows_the_customer": (example.WhoKnowsTheCustomer(), protocols.Selection),
    "data_region": (example.DataStaysInItsRegion(), protocols.Eligibility),
    "long_queue": (example.HelpWhenTheQueueIsLong(2), protocols.SecondaryRule),
    "keeps_gold": (example.KeepsTheImportantOnes(), protocols.PresenceMode),
}


@pytest.mark.parametrize("name", POLICIES)
def test_there_is_one_of_each_kind(name):
    policy, protocol = POLICIES[name]
    assert isinstance(policy, protocol)
    assert policy.name == name


def test_its_desk_survives_a_snapshot():
    document = json.loads(json.dumps(example.make_desk().snapshot()))
    given = {name: policy for name, (policy, _) in POLICIES.items()}
    assert Dispatcher.restore(document, policies=given).snapshot() == document
