"""The action server joined to the conversation: a call is a message like any other, and its answer is what the transcript then says.

Part of the composition root. The message goes through the durable inbox and the workers; here it is only waited for. So a call that Rasa
repeats does its effect once, and whatever the city has said meanwhile (news, a colleague's words) comes along with the next answer.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.applications import Starlette

from actions.rasa_server import Answered, Call, EventLine, action_server
from actions.routes import OFFERS
from actions.turn.state import read_state
from bot.app import App
from channels.clean import clean_message
from channels.rasa import RASA
from channels.web.chat import WebChat
from channels.web.rasa import bot_uttered
from conversation.delivery.inbox import DurableInbox
from conversation.store.conversations import ConversationState, ConversationStore
from core.model import Attachment, InboundMessage, TranscriptEntry, Trouble
from core.ports import Notifier

PATH = "/rasa"
WITHIN = 15.0
"""Seconds until a call is answered with the promise to answer later. Rasa itself waits 300, its resident does not."""
LOOK_EVERY = 0.5
"""Seconds between looks for an answer that another process on the same database may have written."""
RECENT, MOST = 200, 1000
"""Lines in which the answer to a repeated call is looked for when Rasa has lost its memory; lines that are handed on at once."""
NEEDED = frozenset({"busy", *(offer.name for offer in OFFERS.values() if offer.is_needed)})
"""Offers without an answer to which nothing goes on; the others may be left for something else of the assistant's."""


@dataclass
class RasaActions:
    """Answers calls. `show` makes lines of an entry of the transcript, `patience` is what is said when the answer takes longer."""

    inbox: DurableInbox
    memory: ConversationStore
    notifier: Notifier
    now: Callable[[], datetime]
    show: Callable[[TranscriptEntry], Iterator[EventLine]]
    patience: Callable[[str], str]
    first_language: str
    within: float = WITHIN

    def __call__(self, call: Call) -> Answered:
        """Hand the message to the inbox and wait for what it says."""
        message = self.message(call)
        known = self._recall_state(message)
        last = known.last_sequence
        seen = call.seen if call.seen is not None and 0 <= call.seen <= last else None
        entries, is_done = self._worked_on(message, max(0, last - RECENT) if seen is None else seen)
        known = self._recall_state(message)
        said = [
            line
            for entry in entries
            if entry.sender != "resident" and (seen is not None or entry.answers == message.provider_id)
            for line in self.show(entry)
        ]
        if not is_done:
            told = said[-1].sequence if said else last if seen is None else seen
            said.append(EventLine(self.patience(known.language), told))
        return Answered(tuple(said), city_holds(known))

    def message(self, call: Call) -> InboundMessage:
        """The call as a message; the same call is the same message."""
        parts = f"{call.sender}\0{call.message_id}\0{call.action}"
        text, is_cut = clean_message(call.text)
        return InboundMessage(
            channel=RASA.name,
            provider_id=hashlib.blake2b(parts.encode(), digest_size=20).hexdigest(),
            sender=call.sender,
            received_at=self.now(),
            text=text,
            trouble=Trouble.TOO_LONG if is_cut else None,
            choice=call.choice,
            start=call.start,
            language_hint=call.language,
            intent=call.intent,
        )

    def _recall_state(self, message: InboundMessage) -> ConversationState:
        return self.memory.recall(message, message.language_hint or self.first_language)

    def _worked_on(self, message: InboundMessage, since: int) -> tuple[list[TranscriptEntry], bool]:
        """The lines after `since`, once the message is among them or it takes too long, and which of both it is."""
        until = time.monotonic() + self.within
        news = threading.Event()
        stop_listening = self.notifier.listen(RASA.name, message.sender, news.set)
        try:
            self.inbox.accept(message)
            while True:
                news.clear()
                entries = self.memory.after(RASA.name, message.sender, since, MOST)
                is_done = any(entry.answers == message.provider_id for entry in entries)
                left = until - time.monotonic()
                if is_done or left <= 0:
                    return entries, is_done
                news.wait(min(left, LOOK_EVERY))
        finally:
            stop_listening()


def city_holds(known: ConversationState) -> bool:
    """Whether the next message belongs to the city: a question of its stands open, or a person has the conversation."""
    state = read_state(known.dialogue)
    offered = state.offer
    is_asked = state.form is not None or state.expects_question
    return known.with_staff or is_asked or (offered is not None and offered.name in NEEDED)


def lines_of(
    chat: WebChat, picture: Callable[[Attachment], str], entry: TranscriptEntry
) -> Iterator[EventLine]:
    """An entry of the transcript in words, as Rasa's web widgets show it in plain text; a line of its own for each picture."""
    reply = entry.reply
    say = partial(chat.say, language=chat.language(reply.language))
    text = str(bot_uttered(entry, say, plain=True)["text"])
    choices = () if reply.several else reply.choices
    if text:
        yield EventLine(text, entry.sequence, choices)
    for attachment in entry.attachments:
        if address := picture(attachment):
            yield EventLine("", entry.sequence, image=address)


def rasa_actions(app: App, chat: WebChat, within: float = WITHIN) -> Starlette:
    """The action server of this installation; only to be made when there is a token."""
    public = str(app.settings.public_url or "").rstrip("/")

    def picture(attachment: Attachment) -> str:
        key = chat.keys.picture_key(attachment.media_id)
        return f"{public}/chat/media/{attachment.media_id}?key={key}" if public else ""

    answer = RasaActions(
        inbox=app.inbox,
        memory=app.memory,
        notifier=app.notifier,
        now=app.now,
        show=partial(lines_of, chat, picture),
        patience=partial(app.texts.say, "general.takes_longer"),
        first_language=app.languages[0],
        within=within,
    )
    return action_server(answer, app.settings.actions_token)
