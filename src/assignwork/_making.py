"""Fast makers of immutable objects.

An attrs class that is frozen sets its fields through `object.__setattr__`, which costs more than
all else about a small object. What is made here is filled as an object of a twin class, which has
the same slots and no lock, and then turned into the frozen class: the result is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import attrs

T = TypeVar("T")


def maker(cls: type[T]) -> Callable[..., T]:
    """A function that makes what ``cls(*fields)`` makes, of a class without converters."""
    fields = attrs.fields(cls)  # type: ignore[arg-type]  # callers give attrs classes
    space: dict[str, Any] = {"twin": _twin(cls), "cls": cls, "new": object.__new__}
    lines = [
        f"def make({_parameters(fields, space)}, new=new, twin=twin, cls=cls):",
        "    made = new(twin)",
        *_filling("made", fields),
        "    return made",
    ]
    return _function(lines, space)  # type: ignore[no-any-return]  # its lines say what


def quickly_made(cls: type[T]) -> type[T]:
    """For a frozen class of `named` converters: its `__init__` converts only what was given.

    A field that was left at its default needs no conversion: that was tried once, here. Everything
    else, the order of the fields and every error, is as attrs has it. The class must inherit from
    another with slots, such as `Record`, which holds the slot for weak references.

    Examples
    --------
    >>> from assignwork._fields import flag, named
    >>> from assignwork.model.records import Record
    >>> @quickly_made
    ... @attrs.frozen(field_transformer=named)
    ... class Break(Record):
    ...     paid: bool = attrs.field(default=False, converter=flag)
    >>> Break(), Break(True)
    (Break(paid=False), Break(paid=True))
    >>> Break(0)
    Traceback (most recent call last):
    ...
    assignwork.errors.ConfigurationError: paid: 0 is not true or false; give true or false
    """
    fields = attrs.fields(cls)  # type: ignore[arg-type]  # used on attrs classes
    original = cls.__init__
    space: dict[str, Any] = {
        "twin": _twin(cls), "cls": cls, "original": original, "set": object.__setattr__,
    }  # fmt: skip
    given = ", ".join(field.name for field in fields)
    lines = [
        f"def __init__(self, {_parameters(fields, space)}):",
        "    if self.__class__ is not cls:",  # a subclass may have another layout
        f"        return original(self, {given})",
        *(line for field in fields for line in _conversion(field, space)),
        "    set(self, '__class__', twin)",
        *_filling("self", fields),
        *(["    self.__attrs_post_init__()"] if hasattr(cls, "__attrs_post_init__") else []),
    ]
    init = _function(lines, space)
    for name in ("__module__", "__qualname__", "__doc__", "__annotations__"):
        setattr(init, name, getattr(original, name))
    cls.__init__ = init  # type: ignore[method-assign]  # it takes what the other took
    return cls


def _twin(cls: type[Any]) -> type[Any]:
    """A class of the same layout whose objects can be changed."""
    return type(
        f"_Open{cls.__name__}",
        cls.__bases__,
        {
            "__slots__": cls.__dict__["__slots__"],
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
        },
    )


def _parameters(fields: tuple[attrs.Attribute[Any], ...], space: dict[str, Any]) -> str:
    """The fields as parameters; their defaults are put into the function's globals."""
    parameters = []
    for field in fields:
        if field.default is attrs.NOTHING:
            parameters.append(field.name)
        else:
            space[f"{field.name}_default"] = field.default
            parameters.append(f"{field.name}={field.name}_default")
    return ", ".join(parameters)


def _conversion(field: attrs.Attribute[Any], space: dict[str, Any]) -> list[str]:
    """The lines that convert a field that was given."""
    converter: Any = field.converter
    if converter is None:
        return []
    if type(converter) is not partial:
        raise TypeError(f"{field.name}: give the class field_transformer=named")
    name = field.name
    space[f"{name}_convert"] = converter.func
    convert = f"{name} = {name}_convert({name}, {name!r})"
    default = field.default
    if default is attrs.NOTHING or converter(default) is not default:
        return [f"    {convert}"]
    return [
        f"    if {name} is not {None if default is None else f'{name}_default'}:",
        f"        {convert}",
    ]


def _filling(target: str, fields: tuple[attrs.Attribute[Any], ...]) -> list[str]:
    """The lines that fill an open object and lock it."""
    return [
        *(f"    {target}.{field.name} = {field.name}" for field in fields),
        f"    {target}.__class__ = cls",
    ]


def _function(lines: list[str], space: dict[str, Any]) -> Any:
    """The function that these lines define."""
    name = lines[0].split()[1].partition("(")[0]
    exec("\n".join(lines), space)  # noqa: S102  # our own text, as attrs itself does it
    return space[name]
