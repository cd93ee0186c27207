"""The life of an offer: accepted, declined, missed, withdrawn (O); and how work is given back."""

from __future__ import annotations

from typing import Any

from assignwork.dispatcher._clocks import Clocks
from assignwork.dispatcher._making import Assigned, OfferEnded
from assignwork.dispatcher._state import ASSIGNED, AgentRecord, ItemRecord
from assignwork.events import Event, Released


class OfferCommands(Clocks):
    """Commands on offers."""

    __slots__ = ()

    def accept(self, item: str, agent: str, *, now: Any) -> tuple[Event, ...]:
        """The agent takes what is offered to him (O1).

        Raises
        ------
        UnknownItemError, UnknownAgentError
        InvalidTransitionError
            When it is not offered, or not to him.
        """
        now = self._enter(now)
        record, to = self._offer(item, agent, "accept")
        self._begin(now)
        self._touch(record)
        self._touch(to)
        extra = record.more()
        self._stop_offer(record, "accepted")
        record.state = ASSIGNED
        to.stamp += 1
        to.misses = 0
        self._seq += 1
        self._out.append(
            Assigned(
                self._seq,
                now,
                record.id,
                record.team.id,
                to.id,
                extra.offer_tier,
                now - record.queued_at,
                "offer",
                "offer",
                (),
                None,
            )
        )
        if record.care is not None:
            self._hand_over(record, record.care, to)
        self._seen(to)
        return self._finish()

    def decline(self, item: str, agent: str, *, now: Any) -> tuple[Event, ...]:
        """The agent does not take what is offered to him; he is not asked again for a while (O3).

        Raises
        ------
        UnknownItemError, UnknownAgentError, InvalidTransitionError
        """
        now = self._enter(now)
        record, to = self._offer(item, agent, "decline")
        self._begin(now)
        self._touch(record)
        self._touch(to)
        to.misses = 0
        self._end_offer(record, "declined")
        self._requeue_excluding(record, to)
        return self._finish()

    def _offer(self, item: str, agent: str, verb: str) -> tuple[ItemRecord, AgentRecord]:
        record = self._item(item, verb)
        self._expect(record, verb)
        to = self._agent(agent)
        if record.agent is not to:
            other = "nobody" if record.agent is None else record.agent.id
            raise self._wrong_state(item, verb, "offered", f" to {other!r}, not to {agent!r}")
        return record, to

    def _stop_offer(self, item: ItemRecord, how: str) -> None:
        """The offer is over; in whose hands the item is does not change here."""
        extra = item.more()
        self._timers.cancel(extra.offer_timer)
        extra.offer_timer = 0
        agent = item.agent
        assert agent is not None  # an offered item has one
        self._seq += 1
        self._out.append(OfferEnded(self._seq, self._clock, item.id, agent.id, how))

    def _end_offer(self, item: ItemRecord, how: str) -> None:
        """The offer is over and the agent's headroom is his again."""
        self._touch(item)
        self._stop_offer(item, how)
        self._take_from(item)

    def _requeue_excluding(self, item: ItemRecord, agent: AgentRecord) -> None:
        """Back to the queue; the agent is not asked again for `decline_cooldown` (O3)."""
        cooldown = item.team.spec.decline_cooldown
        extra = item.more()
        if cooldown > 0:
            extra.excluded[agent.id] = 0
        self._enqueue(item)
        if cooldown > 0:
            extra.excluded[agent.id] = self._timers.add(
                self._clock + cooldown, "exclusion", item.id, agent.id
            )

    def _clear_exclusions(self, item: ItemRecord) -> None:
        extra = item.extra
        if extra is not None:
            for number in extra.excluded.values():
                self._timers.cancel(number)
            extra.excluded = {}

    def _on_exclusion(self, item: str, agent: str) -> None:
        """The end of an exclusion (O3)."""
        record = self._items[item]
        self._touch(record)
        record.more().excluded.pop(agent, None)
        self._relane(record)

    def _on_offer(self, item: str, _: Any) -> None:
        """An offer was missed (O1, O3, O4)."""
        record = self._items[item]
        self._touch(record)
        agent = record.agent
        assert agent is not None  # an offered item has one
        self._touch(agent)
        self._end_offer(record, "missed")
        self._requeue_excluding(record, agent)
        agent.misses += 1
        self._after_miss(agent, record.team)

    def _seen(self, agent: AgentRecord) -> None:
        """A sign of life (P4)."""
        raise NotImplementedError

    def _after_miss(self, agent: AgentRecord, team: Any) -> None:
        """Rule O4."""
        raise NotImplementedError

    # --- giving back ---------------------------------------------------------------------------

    def _release(self, item: ItemRecord, why: str) -> None:
        """An assigned item goes back to its team's queue."""
        owner = item.agent
        assert owner is not None  # an assigned item has one
        self._touch(item)
        self._take_from(item)
        self._emit_released(item, owner, why)
        if why == "shift":
            item.cared().handed_from = owner.id
        self._enqueue(item)

    def _emit_released(self, item: ItemRecord, owner: AgentRecord, why: str) -> None:
        item.last_owner = owner.id
        self._seq += 1
        self._out.append(Released(self._seq, self._clock, item.id, item.team.id, owner.id, why))


OfferCommands._HANDLERS.update(
    {
        "exclusion": OfferCommands._on_exclusion,
        "offer": OfferCommands._on_offer,
    }
)
