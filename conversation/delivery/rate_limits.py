"""What one sender may ask of the city, at every door alike: so many messages, so many segments, so many words about danger.

Whoever asks for more is told so once and then not answered for a while. Everything they write is kept for staff; STOP and danger are
heard all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from actions.turn.turn import Turn
from channels.registry import paid_terms, traits_of
from conversation.store.conversations import ConversationState
from conversation.store.usage import Counts, Usage, Used, Window
from core.database import Statements
from core.model import InboundMessage, Outcome, Reply
from core.settings import Settings

log = structlog.get_logger()

HEARD_ALL_THE_SAME = frozenset({"emergency", "ask_danger", "stop"})
"""Rules of the gate that count whatever limit is reached."""
HOURS_A_DAY = 3
"""So many hours a day somebody may be answered in full about danger as often as in one."""
OFTEN = 24
"""Shortest words about danger in a day after which they are said once an hour: what is kept for danger is for everybody."""
LAST_WORD = 6
"""Segments above its budget that a number may be sent, so that it is told that there are no more."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So much of something within a window; `told` is the window in which reaching it is told once. `most` 0 lifts it."""

    what: Used
    window: Window
    most: int
    told: Window

    def is_reached(self, counts: Counts) -> bool:
        """Whether no more of it may be used."""
        return 0 < self.most <= counts.get((self.what, self.window), 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sender stands when a message of theirs is handled: what they have used, and the limit that they have reached, if any."""

    counts: Counts
    reached: Limit | None = None

    @property
    def is_told(self) -> bool:
        """Whether they know already that they are not answered."""
        return self.reached is None or (Used.NOTICES, self.reached.told) in self.counts


class RateLimits:
    """The limits of an installation over the counts that it keeps."""

    def __init__(self, settings: Settings, usage: Usage) -> None:
        self.usage = usage
        self._dangers = settings.sender_dangers_per_hour
        terms = paid_terms(settings)
        self._limits = (
            Limit(Used.MESSAGES, Window.DAY, settings.sender_messages_per_day, Window.DAY),
            Limit(Used.SEGMENTS, Window.DAY, terms.per_day, Window.DAY),
            Limit(Used.MESSAGES, Window.MINUTE, settings.sender_messages_per_minute, Window.HOUR),
            Limit(Used.SEGMENTS, Window.HOUR, terms.per_hour, Window.HOUR),
        )

    def standing(self, known: ConversationState, message: InboundMessage, *, late: bool) -> Standing:
        """How this sender stands before this message. It counts by when it came, not by when we come to it."""
        if known.is_new or not traits_of(message.channel).is_limited:
            return Standing({})
        counts = self.usage.of(known.conversation_id, message.received_at)
        return Standing(counts, None if late else self._reached_limit(counts))

    def may_send(self, conversation_id: str, now: datetime) -> bool:
        """Whether the budget of segments of this conversation's number has room for another answer, or for the word that it has none."""
        counts = self.usage.of(conversation_id, now)
        budgets = [limit for limit in self._limits if limit.what is Used.SEGMENTS]
        return not any(
            replace(budget, most=budget.most and budget.most + LAST_WORD).is_reached(counts)
            for budget in budgets
        )

    def count(self, session: Statements, known: ConversationState, message: InboundMessage) -> None:
        """A message of theirs was handled."""
        if traits_of(message.channel).is_limited:
            windows = (Window.MINUTE, Window.DAY)
            self.usage.add(session, known.conversation_id, Used.MESSAGES, message.received_at, windows)

    def tell(
        self, session: Statements, known: ConversationState, message: InboundMessage, limit: Limit
    ) -> None:
        """They are told now that they are not answered."""
        at, windows = message.received_at, (limit.told,)
        log.warning("sender_reached_a_limit", what=limit.what.value, window=limit.window.name.lower())
        self.usage.add(session, known.conversation_id, Used.NOTICES, at, windows)

    def may_alarm(self, known: ConversationState, message: InboundMessage) -> bool:
        """Whether full words about danger may be said to them once more."""
        counts = self.usage.of(known.conversation_id, message.received_at)
        return self._in_full(counts)

    def count_alarm(self, session: Statements, known: ConversationState, message: InboundMessage) -> None:
        """Full words about danger are said to them."""
        self._count_danger(session, known.conversation_id, message.received_at)

    def _count_danger(self, session: Statements, conversation_id: str, at: datetime) -> None:
        self.usage.add(session, conversation_id, Used.DANGERS, at, (Window.HOUR, Window.DAY))

    def measured(
        self, turn: Turn, known: ConversationState, standing: Standing, replies: Sequence[Reply], short: str
    ) -> list[Reply]:
        """The replies with words about danger measured out: in full so often an hour, then `short` once in five minutes, and at last once an hour."""
        if not any(reply.urgent for reply in replies) or not traits_of(turn.message.channel).is_limited:
            return list(replies)
        used, at = standing.counts, turn.message.received_at
        who = known.conversation_id
        if self._in_full(used):
            self._count_danger(turn.session, who, at)
            return list(replies)
        others = [reply for reply in replies if not reply.urgent]
        rest = Window.FIVE_MINUTES if used.get((Used.SHORT_DANGERS, Window.DAY), 0) < OFTEN else Window.HOUR
        if (Used.SHORT_DANGERS, rest) in used:
            return others
        windows = (Window.FIVE_MINUTES, Window.HOUR, Window.DAY)
        self.usage.add(turn.session, who, Used.SHORT_DANGERS, at, windows)
        urgent = next(reply for reply in replies if reply.urgent)
        return [Reply(short, urgent.language, urgent=True, outcome=Outcome.WARNED), *others]

    def _in_full(self, used: Counts) -> bool:
        """Whether words about danger are said in full: so often an hour, and a few times that a day."""
        most, lately = self._dangers, used.get((Used.DANGERS, Window.HOUR), 0)
        return not most or (lately < most and used.get((Used.DANGERS, Window.DAY), 0) < most * HOURS_A_DAY)

    def _reached_limit(self, counts: Counts) -> Limit | None:
        return next((limit for limit in self._limits if limit.is_reached(counts)), None)
