"""Short texts in a row are one story: where people write in pieces, what comes within a few seconds is read together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from actions.turn.turn import Fit
from channels.registry import traits_of
from conversation.delivery.collecting import Collected, NotYet, join_messages
from conversation.delivery.payload_marks import ALARMED, APOLOGISED, CALM, TOLD_TO_WAIT, URGENT
from conversation.delivery.services import ConversationServices
from conversation.hearing import in_form, match_rule
from conversation.store.conversations import ConversationState
from core.model import InboundMessage
from core.queue import Claim

LONGEST_NAP = 1.0
"""Seconds after which it is looked whether something has come that ends the story, such as a command."""
NO_FRAGMENT = frozenset({URGENT, ALARMED, CALM, TOLD_TO_WAIT, APOLOGISED})
"""Marks in the payload of a message that is answered by itself."""


def join_fragments(
    services: ConversationServices, claim: Claim, collected: Collected, known: ConversationState
) -> Collected:
    """The message with the plain texts that follow it closely. Raises `NotYet` while more may come.

    Danger, commands, answers, buttons, pictures and places are read at once, and end the story before them.
    """
    message, silence = collected.message, timedelta(seconds=services.fragment_silence)
    if not silence or not begins_story(services, claim, message, known):
        return collected
    joined, newest = list(collected.others), message.received_at
    for item_id, payload in services.inbox.followers(claim):
        other = services.memory.unpack(payload, claim.lane)
        if NO_FRAGMENT & payload.keys() or not is_fragment(services, other, known):
            return Collected(message, tuple(joined))
        joined.append(item_id)
        newest = other.received_at
        message = join_messages(message, other)
    if (rest := (newest + silence - services.now()).total_seconds()) > 0:
        raise NotYet(min(rest, LONGEST_NAP))
    return Collected(message, tuple(joined))


def begins_story(
    services: ConversationServices, claim: Claim, message: InboundMessage, known: ConversationState
) -> bool:
    """Whether more words may follow that belong to these: nothing else is going on that they answer."""
    if NO_FRAGMENT & claim.payload.keys() or known.with_staff or in_form(known):
        return False
    if services.assistant.fit(message, known.dialogue, known.language) is not Fit.NO:
        return False
    return is_fragment(services, message, known)


def is_fragment(services: ConversationServices, message: InboundMessage, known: ConversationState) -> bool:
    """Whether this is nothing but words, on a channel where people write in pieces, and none of them is a command."""
    if not traits_of(message.channel).comes_in_pieces or not message.text:
        return False
    if message != replace(bare_text(message), text=message.text):
        return False
    return match_rule(services, message, known, calm=False) is None


def bare_text(message: InboundMessage) -> InboundMessage:
    """A message of the same sender that holds nothing at all."""
    return InboundMessage(
        message.channel,
        message.provider_id,
        message.sender,
        message.received_at,
        language_hint=message.language_hint,
        networks=message.networks,
    )
