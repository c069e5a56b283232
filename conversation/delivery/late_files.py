"""Files that lie with a provider: fetched at once where that is quick, else in a queue of their own while their words are answered.

Voice messages are listened to in that queue, where the city wants that at all. A file that comes later is a message of its own in the conversation's lane, so that it is heard like any photo without a word; one that
does not come within `PATIENCE` is said so. A provider that just had trouble is not asked at once for a while: nobody's worker waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from channels.clean import clean_text, readable_beginning
from conversation.delivery.codes import DeliveryCode
from conversation.delivery.payload_marks import URGENT
from conversation.store.conversations import ConversationStore
from conversation.voice.notes import VoiceNotes
from core.database import Database, Statements
from core.errors import BadUpload, LeaseLost, SendCode, SendLater
from core.failures import fail_with, fail_with_fault
from core.model import Attachment, InboundMessage, RemoteMedia, Trouble
from core.ports import MediaStore, PushChannel
from core.queue import Claim, Queue

log = structlog.get_logger()

PROMPT = 8.0
"""Seconds that a message's words wait for its files."""
TIRED = 60.0
"""Seconds for which a provider that had trouble handing out a file is not asked before the words are answered."""
AT_LEISURE = 30.0
"""Seconds for which one file may be fetched while nobody waits."""
PATIENCE = timedelta(minutes=10)
"""How long a provider that has trouble handing out a file is asked again before the resident is."""
RETRY_SECONDS = 10.0


def sounds_of(message: InboundMessage) -> tuple[RemoteMedia, ...]:
    """The voice messages in a message."""
    return tuple(file for file in message.remote_media if file.is_sound)


def without_sounds(message: InboundMessage) -> InboundMessage:
    """The message with the files that are to be seen alone."""
    return replace(message, remote_media=tuple(file for file in message.remote_media if not file.is_sound))


@dataclass
class LateFiles:
    """Fetches what residents sent. `queue` holds what did not come promptly, `inbox` takes what came after all.

    Without `voice_notes` nobody listens. What a voice message says is urgent where it `tells_danger`.
    """

    database: Database
    queue: Queue
    inbox: Queue
    memory: ConversationStore
    media: MediaStore
    channels: Mapping[str, PushChannel]
    now: Callable[[], datetime]
    arrived: Callable[[], None] = lambda: None
    voice_notes: VoiceNotes | None = None
    tells_danger: Callable[[str], bool] = lambda _text: False
    prompt: float = PROMPT
    ticking: Callable[[], float] = time.monotonic
    _tired_until: dict[str, float] = field(default_factory=dict, repr=False)

    def promptly(self, message: InboundMessage) -> InboundMessage:
        """The message with the files that can be had at once; the others stay in its `remote_media`, and its trouble says so.

        To listen takes too long for that: voice messages always stay.
        """
        sounds = sounds_of(message)
        message = without_sounds(message)
        if message.remote_media and self._tired_until.get(message.channel, 0.0) <= self.ticking():
            ends = self.ticking() + self.prompt
            message = self._message_with_files(message, lambda: ends - self.ticking())
        if message.remote_media and (message.text or not message.attachments):
            message = replace(message, trouble=message.trouble or Trouble.FILE_LATE)
        return replace(message, remote_media=message.remote_media + sounds)

    def without_unheard(self, message: InboundMessage) -> InboundMessage:
        """The message without the voice messages that nobody listens to: what was said before and is sent anew, or all."""
        if self.voice_notes and not (message.edits or message.answered):
            return message
        return without_sounds(message)

    def put(self, session: Statements, claim: Claim, message: InboundMessage) -> None:
        """Have the files of this message that are still missing fetched, within the caller's transaction: pictures together, and each
        voice message for itself, as its words are answered by themselves.
        """
        parts = {f"files {message.provider_id}": without_sounds(message).remote_media}
        for number, file in enumerate(sounds_of(message), 1):
            parts[f"voice {message.provider_id} {number}"] = (file,)
        for number, (provider_id, files) in enumerate(parts.items()):
            if files:
                lane, key = f"{claim.lane} {claim.item_id} {number}", f"{message.channel} {provider_id}"
                part = self.memory.pack(_part_of(message, provider_id, files))
                self.queue.put(session, lane, key, part, door=message.channel)

    def work(self, claim: Claim) -> None:
        """Fetch what is missing of one message, and hand it in when all of it is there or the patience is over."""
        lane = claim.lane.partition(" ")[0]
        message = self.memory.unpack(claim.payload, lane)
        received_at = message.received_at
        try:
            if claim.is_worn_out:
                message = replace(message, remote_media=(), trouble=_trouble_of(message, Trouble.BAD_FILE))
            else:
                message = self._at_leisure(claim, message)
            if message.remote_media and self.now() - received_at < PATIENCE:
                late = fail_with(SendCode.FILE_LATE, detail=f"attempt {claim.attempt}")
                self.queue.postpone(claim, RETRY_SECONDS, late, self.memory.pack(message))
            else:
                self._hand_in(claim, lane, message)
        except LeaseLost:
            log.warning("files_taken_over", item=claim.item_id)
        except Exception as error:
            log.exception("files_failed", item=claim.item_id, attempt=claim.attempt)
            failure = fail_with_fault(error, claim.attempt)
            if self.now() - received_at < PATIENCE:
                self.queue.postpone(claim, RETRY_SECONDS, failure)
            else:
                self.queue.give_up(claim, failure)

    def _at_leisure(self, claim: Claim, message: InboundMessage) -> InboundMessage:
        def left() -> float:
            claim.sign_of_life()
            return AT_LEISURE

        return self._message_with_files(message, left)

    def _hand_in(self, claim: Claim, lane: str, message: InboundMessage) -> None:
        is_lost = message.remote_media and not message.attachments
        trouble = _trouble_of(message, Trouble.FILE_LOST) if is_lost else message.trouble
        message = replace(message, remote_media=(), trouble=None if message.attachments else trouble)
        urgent = message.spoken and self.tells_danger(message.text)
        payload = self.memory.pack(message) | ({URGENT: True} if urgent else {})
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            self.inbox.put(session, lane, claim.key, payload, urgent=urgent)
            self.queue.finish(session, claim)
        self.arrived()

    def _message_with_files(self, message: InboundMessage, left: Callable[[], float]) -> InboundMessage:
        """The message with the files that came; what may come later stays. `left` are the seconds that there are for the next one."""
        attachments, missing, trouble = list(message.attachments), [], message.trouble
        text = message.text
        for file in message.remote_media:
            try:
                if file.is_sound:
                    text = self._words_in(message, file, left)
                else:
                    attachments.append(self._fetch_picture(message, file, left()))
            except BadUpload as error:
                trouble = trouble or error.trouble
            except SendLater as error:
                log.warning("file_is_late", channel=message.channel, reason=str(error))
                missing.append(file)
        return replace(
            message,
            text=text,
            spoken=text != message.text,
            attachments=tuple(attachments),
            remote_media=tuple(missing),
            trouble=trouble,
        )

    def _words_in(self, message: InboundMessage, file: RemoteMedia, left: Callable[[], float]) -> str:
        """What is said in a voice message, in the language that the conversation had when it came; no hint leaves that to the ear."""
        if self.voice_notes is None:
            raise BadUpload("Nobody listens to voice messages here.", Trouble.VOICE)
        self.voice_notes.admit(file)
        try:
            sound = self._fetch_file(message, file, left())
        except BadUpload as error:
            is_big = error.trouble is Trouble.FILE_TOO_BIG
            trouble = Trouble.VOICE_TOO_LONG if is_big else Trouble.VOICE_UNCLEAR
            raise BadUpload(str(error), trouble) from error
        left()
        language = (message.language_hint or "").partition("-")[0].lower()
        return readable_beginning(clean_text(self.voice_notes.words_in(sound, language)))

    def _fetch_picture(self, message: InboundMessage, file: RemoteMedia, within: float) -> Attachment:
        ends = self.ticking() + within
        data = self._fetch_file(message, file, within)
        return self.media.take(data, f"{message.channel} {message.sender}", max(0.0, ends - self.ticking()))

    def _fetch_file(self, message: InboundMessage, file: RemoteMedia, within: float) -> bytes:
        if within <= 0:
            raise SendLater(SendCode.FILE_LATE, detail="there was no time left for it")
        try:
            return self._channel_named(message.channel).fetch(file, within)
        except SendLater:
            self._tired_until[message.channel] = self.ticking() + TIRED
            raise

    def _channel_named(self, name: str) -> PushChannel:
        if name not in self.channels:
            raise SendLater(DeliveryCode.NO_CHANNEL, channel=name)
        return self.channels[name]


def _part_of(message: InboundMessage, provider_id: str, files: tuple[RemoteMedia, ...]) -> InboundMessage:
    """A message of the same sender that is these files alone."""
    return InboundMessage(
        message.channel,
        provider_id,
        message.sender,
        message.received_at,
        language_hint=message.language_hint,
        remote_media=files,
        answered=message.answered,
    )


def _trouble_of(message: InboundMessage, otherwise: Trouble) -> Trouble:
    """What to say of files that never came: of a voice message, that it could not be listened to."""
    return Trouble.VOICE if sounds_of(message) else otherwise
