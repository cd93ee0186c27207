"""Rule E2: a step fires once a lap, also when an acknowledgement's lapse takes the path back."""

from assignwork import Dispatcher, Team, WorkItem, Workspace


def test_e2_a_lapse_fires_what_was_skipped_and_nothing_twice():
    path = {
        "id": "p",
        "ack_timeout": 1000,
        "steps": [
            {"when": "unacknowledged", "after": 100, "do": {"notify": ["one"]}},
            {"when": "unresolved", "after": 200, "do": {"notify": ["two"]}},
            {"when": "unacknowledged", "after": 300, "do": {"notify": ["three"]}},
        ],
    }
    desk = Dispatcher(Workspace([Team("t")], paths=[path]), validate=True)
    desk.submit(WorkItem("1", team="t"), now=0.0)
    desk.acknowledge("1", now=50.0)
    told = desk.advance(now=5000.0)
    fired = [(event.at, event.level) for event in told if event.kind == "escalated"]
    assert fired == [(200.0, 2), (1050.0, 1), (1250.0, 3)]
    assert [event.kind for event in told][-1] == "path_ended"
