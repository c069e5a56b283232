"""Danger that is heard at the door, so that nothing delays it: what tells of danger is claimed before all else, and its pictures follow it.

Where something stands before it in its lane, whom to call is said in the transaction that accepts the message. It goes through its lane
all the same; its turn does what else can be done, and does not say the number again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from actions.handlers import emergency
from conversation.delivery.services import ConversationServices
from conversation.store.conversations import ConversationState
from conversation.understanding.danger.detector import Danger, Detector, Level
from core.model import InboundMessage, Reply


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is to be said at the door, and in which conversation."""

    known: ConversationState
    reply: Reply


class Alarms:
    """Hears danger in messages as they come.

    Words that name a danger are looked for in every message, which takes a fifth of a millisecond; what is only meant is looked for where
    something stands before the message, as it is heard at once otherwise.
    """

    def __init__(self, detector: Detector, services: ConversationServices) -> None:
        self._detector = detector
        self._hall = services

    def hears(self, message: InboundMessage, lane: str) -> Danger | None:
        """The sure danger that this message tells of."""
        if not message.text or message.choice or message.start or message.consent or message.answered:
            return None
        if not self._detector.is_named(message.text) and not self._hall.inbox.is_busy(lane):
            return None
        danger = self._detector(message.text)
        return danger if danger and danger.level is Level.SURE else None

    def alarm(self, message: InboundMessage, lane: str, danger: Danger) -> Alarm | None:
        """What to say at once; None where the lane is free, so that its turn says it, to somebody whose first message is not answered yet, and
        to those who were told often enough in this hour.
        """
        services = self._hall
        if not services.inbox.is_busy(lane):
            return None
        known = services.memory.recall(message, services.languages[0])
        if known.is_new or not services.rate_limits.may_alarm(known, message):
            return None
        named = [language for language in danger.languages if language in services.languages]
        languages = (known.language,) if known.language in named else (*named[:1], known.language)
        return Alarm(known, emergency.reply_with_number(services.assistant.context, languages, danger.kind))

    def sound(self, session: Session, message: InboundMessage, alarm: Alarm) -> None:
        """Say it, within the transaction that accepts the message."""
        services = self._hall
        known, language = alarm.known, alarm.reply.language
        known.lines.append(("resident", Reply(text=message.text, language=language), ()))
        known.lines.append(("city", alarm.reply, ()))
        services.memory.add_lines(session, message, known, services.now())
        services.rate_limits.count_alarm(session, known, message)
        key = f"alarm {message.provider_id}"
        services.post(
            session, message.channel, known.conversation_id, key, [alarm.reply], though_stopped=True
        )

    def ring(self, message: InboundMessage) -> None:
        """It is said: let whoever shows or sends it know."""
        self._hall.notifier.ring(message.channel, message.sender)
