"""Communication protocols: who is told, which updates and reports are due (U, 76 to 78)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assignwork import commands as do
from assignwork import errors as e
from assignwork import events as ev
from assignwork.testing.reference._clocks import Clocks
from assignwork.testing.reference._records import ItemRecord, refuse_transition


class Communication(Clocks):
    """What becomes of an item's protocol."""

    def _match_protocol(self, item: ItemRecord) -> None:
        """Reading 76: another protocol is entered; the same goes on, none ends the old one."""
        found, present = self._find_protocol(item), item.protocol
        if found is not None and present is not None and found.id == present.id:
            return
        item.protocol = found
        self._cancel(item.spec.id, ("cadence",))
        self._announce(item, "opened")
        self._begin_cadence(item)

    def _announce(self, item: ItemRecord, occasion: str) -> None:
        protocol = item.protocol
        if protocol is not None and protocol.told(occasion):
            self._emit(
                ev.Announced, item=item.spec.id, protocol=protocol.id, occasion=occasion,
                audiences=protocol.told(occasion), channels=protocol.channels,
            )  # fmt: skip

    def _begin_cadence(self, item: ItemRecord) -> None:
        item.updates_since, item.ticks = self._clock, 0
        if item.protocol is not None and item.protocol.update_every is not None:
            self._arm("cadence", item.spec.id, due=self._tick(item, 1))

    def _tick(self, item: ItemRecord, number: int) -> float:
        """When the update of that number is due (reading 77)."""
        every = None if item.protocol is None else item.protocol.update_every
        assert every is not None  # noqa: S101  # only asked of one with a cadence
        return item.updates_since + number * every

    def _fire_cadence(self, item: ItemRecord) -> None:
        protocol = item.protocol
        assert protocol is not None  # noqa: S101  # else the timer would be gone
        item.ticks += 1
        told = {
            "item": item.spec.id, "protocol": protocol.id, "audiences": protocol.told("updates"),
            "channels": protocol.channels,
        }  # fmt: skip
        if item.ticks > 1:
            self._emit(ev.UpdateOverdue, **told, due=self._tick(item, item.ticks - 1))
        self._emit(ev.UpdateDue, **told, required=protocol.required)
        self._arm("cadence", item.spec.id, due=self._tick(item, item.ticks + 1))

    def _close_communication(self, item: ItemRecord) -> None:
        """Reading 78."""
        self._announce(item, "resolved")
        protocol, item.protocol = item.protocol, None
        self._cancel(item.spec.id, ("cadence",))
        if protocol is not None and protocol.report_on_close:
            item.report = protocol
            self._emit(
                ev.ReportDue, item=item.spec.id, protocol=protocol.id,
                audiences=protocol.told("resolved"), channels=protocol.channels,
                sections=protocol.report_on_close,
            )  # fmt: skip

    def _post_update(self, item: ItemRecord, command: do.PostUpdate) -> None:
        """Reading 77."""
        protocol = item.protocol
        content = _written(command.content, () if protocol is None else protocol.required)
        self._emit(
            ev.UpdatePosted, item=item.spec.id, by=command.by, content=content,
            protocol=None if protocol is None else protocol.id,
            audiences=() if protocol is None else protocol.told("updates"),
            channels=() if protocol is None else protocol.channels,
        )  # fmt: skip
        self._begin_cadence(item)

    def _post_report(self, item: ItemRecord, command: do.PostReport) -> None:
        """Reading 78."""
        protocol = item.report
        if protocol is None:
            refuse_transition(item, "post_report")
        content = _written(command.content, protocol.report_on_close)
        item.report = None
        self._emit(
            ev.ReportPosted, item=item.spec.id, protocol=protocol.id, by=command.by,
            audiences=protocol.told("resolved"), channels=protocol.channels,
            content=content,
        )  # fmt: skip


def _written(content: Mapping[str, str], needed: Iterable[str]) -> dict[str, str]:
    """What is needed first, the rest by name; that it says something, the command has seen to."""
    for name in needed:
        if name not in content:
            raise e.ConfigurationError(
                "this field is missing", field=f"content.{name}", remedy="say something in it"
            )
    return {name: content[name] for name in dict.fromkeys((*needed, *sorted(content)))}
