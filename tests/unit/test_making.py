"""What is made fast is what attrs would have made."""

import copy
import inspect
import pickle

import attrs
import pytest

from assignwork import _fields as f
from assignwork import events
from assignwork._making import maker, quickly_made
from assignwork.errors import ConfigurationError
from assignwork.model import WorkItem
from assignwork.model.items import Requirement
from assignwork.model.records import Record


@attrs.frozen(field_transformer=f.named)
class Slow(Record):
    """As attrs makes it."""

    id: str = attrs.field(converter=f.identifier)
    units: int = attrs.field(default=1, converter=f.positive_int)
    pause: float = attrs.field(default=5, converter=f.seconds)
    tags: tuple[str, ...] = attrs.field(default=(), converter=f.names)
    note: object = None

    def __attrs_post_init__(self):
        if self.units > 9:
            f.refuse("units", self.units, "at most 9")


@quickly_made
@attrs.frozen(field_transformer=f.named)
class Quick(Slow):
    """The same, made fast."""


class Ours(Quick):
    """A class of a caller's, with a dict."""


GIVEN = [
    {"id": "a"},
    {"id": "a", "units": 2, "pause": 0, "tags": ["x", "y"], "note": [1]},
    {"id": "a", "tags": []},
    {"id": "a", "pause": 5},
]
REFUSED = [
    {"id": ""},
    {"id": "a", "units": 0},
    {"id": "a", "units": True},  # equals the default, and is another
    {"id": "a", "units": 1.0},
    {"id": "a", "tags": "x"},
    {"id": "a", "units": 0, "tags": "x"},  # the first field is named
    {"id": "a", "units": 10},
    {"id": "a", "colour": "red"},
    {},
]


@pytest.mark.parametrize("given", GIVEN)
def test_a_record_is_as_attrs_makes_it(given):
    assert attrs.astuple(Quick(**given)) == attrs.astuple(Slow(**given))


def test_a_default_is_converted_as_any_value():
    assert type(Quick("a").pause) is float


@pytest.mark.parametrize("given", REFUSED)
def test_what_attrs_refuses_is_refused_in_the_same_words(given):
    with pytest.raises((ConfigurationError, TypeError)) as slow:
        Slow(**given)
    with pytest.raises(type(slow.value)) as quick:
        Quick(**given)
    assert str(quick.value) == str(slow.value).replace("Slow", "Quick")


def test_a_record_cannot_be_changed():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Quick("a").units = 2


def test_a_record_made_anew_cannot_be_changed_in_place():
    record = Quick("a")
    record.__init__("b")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.units = 2


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, attrs.evolve, lambda r: pickle.loads(pickle.dumps(r))]
)
def test_a_copy_is_equal_and_of_the_same_class(again):
    item = WorkItem("t-1", "a", priority=2, skills={"es": Requirement(2, 60)}, tags=["vip"])
    copied = again(item)
    assert (type(copied), copied, hash(copied)) == (WorkItem, item, hash(item))


def test_an_evolved_record_is_checked():
    with pytest.raises(ConfigurationError, match="weight: 0 is not a positive integer"):
        attrs.evolve(WorkItem("t-1", "a"), weight=0)


def test_a_subclass_of_a_callers_is_made_and_checked():
    made = Ours("a", tags=["x"])
    assert (type(made), made.tags, made.pause) == (Ours, ("x",), 5.0)
    with pytest.raises(ConfigurationError, match="units: 0 is not a positive integer"):
        Ours("a", units=0)


def test_the_signature_says_what_may_be_given():
    quick, slow = inspect.signature(Quick), inspect.signature(Slow)
    assert quick == slow
    assert Quick.__init__.__qualname__ == "Quick.__init__"


def test_converters_must_know_their_field():
    with pytest.raises(TypeError, match="id: give the class field_transformer=named"):

        @quickly_made
        @attrs.frozen
        class _Nameless(Record):
            id: str = attrs.field(converter=f.identifier)


def test_an_event_is_as_its_class_makes_it():
    made = maker(events.Woken)(1, 2.0, "t-1", None)
    assert made == events.Woken(1, 2.0, "t-1", None)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.seq = 2
