"""What is told of an item: updates, the report (rule U2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs

from assignwork import _fields as f
from assignwork._fields import FrozenDict
from assignwork.commands._base import Command


def _content(value: Mapping[str, str], field: str = "") -> Mapping[str, str]:
    return FrozenDict(
        {name: f.written(text, f"{field}.{name}") for name, text in f.pairs(value, field)}
    )


@attrs.frozen(field_transformer=f.named)
class PostUpdate(Command):
    """An update on an open item, with the content its protocol requires (rule U2)."""

    verb: ClassVar[str] = "post_update"
    item: str = attrs.field(converter=f.identifier)
    content: Mapping[str, str] = attrs.field(default=FrozenDict(), converter=_content)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)


@attrs.frozen(field_transformer=f.named)
class PostReport(Command):
    """The report on a closed item (rule U2)."""

    verb: ClassVar[str] = "post_report"
    item: str = attrs.field(converter=f.identifier)
    content: Mapping[str, str] = attrs.field(default=FrozenDict(), converter=_content)
    by: str | None = attrs.field(default=None, converter=f.optional_identifier)
