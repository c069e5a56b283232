"""Files that lie with a provider: fetched at once where that is quick, else in a queue of their own while their words are answered.

A file that comes later is a message of its own in the conversation's lane, so that it is heard like any photo without a word; one that
does not come within `PATIENCE` is said so. A provider that just had trouble is not asked at once for a while: nobody's worker waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from conversation.delivery.codes import DeliveryCode
from conversation.store.conversations import ConversationStore
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


@dataclass
class LateFiles:
    """Fetches what residents sent. `queue` holds what did not come promptly, `inbox` takes what came after all."""

    database: Database
    queue: Queue
    inbox: Queue
    memory: ConversationStore
    media: MediaStore
    channels: Mapping[str, PushChannel]
    now: Callable[[], datetime]
    arrived: Callable[[], None] = lambda: None
    prompt: float = PROMPT
    ticking: Callable[[], float] = time.monotonic
    _tired_until: dict[str, float] = field(default_factory=dict, repr=False)

    def promptly(self, message: InboundMessage) -> InboundMessage:
        """The message with the files that can be had at once; the others stay in its `remote_media`, and its trouble says so."""
        if self._tired_until.get(message.channel, 0.0) <= self.ticking():
            ends = self.ticking() + self.prompt
            message = self._message_with_files(message, lambda: ends - self.ticking())
        if message.remote_media and (message.text or not message.attachments):
            return replace(message, trouble=message.trouble or Trouble.FILE_LATE)
        return message

    def put(self, session: Statements, claim: Claim, message: InboundMessage) -> None:
        """Have the files of this message that are still missing fetched, within the caller's transaction."""
        files = InboundMessage(
            message.channel,
            f"files {message.provider_id}",
            message.sender,
            message.received_at,
            language_hint=message.language_hint,
            remote_media=message.remote_media,
            answered=message.answered,
        )
        lane = f"{claim.lane} {claim.item_id}"
        key = f"{message.channel} {files.provider_id}"
        self.queue.put(session, lane, key, self.memory.pack(files), door=message.channel)

    def work(self, claim: Claim) -> None:
        """Fetch what is missing of one message, and hand it in when all of it is there or the patience is over."""
        lane = claim.lane.partition(" ")[0]
        message = self.memory.unpack(claim.payload, lane)
        received_at = message.received_at
        try:
            if claim.is_worn_out:
                message = replace(message, remote_media=(), trouble=Trouble.BAD_FILE)
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
        trouble = Trouble.FILE_LOST if message.remote_media and not message.attachments else message.trouble
        message = replace(message, remote_media=(), trouble=None if message.attachments else trouble)
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            self.inbox.put(session, lane, claim.key, self.memory.pack(message))
            self.queue.finish(session, claim)
        self.arrived()

    def _message_with_files(self, message: InboundMessage, left: Callable[[], float]) -> InboundMessage:
        """The message with the files that came; what may come later stays. `left` are the seconds that there are for the next one."""
        attachments, missing, trouble = list(message.attachments), [], message.trouble
        for file in message.remote_media:
            try:
                attachments.append(self._fetch_file(message, file, left()))
            except BadUpload as error:
                trouble = trouble or error.trouble
            except SendLater as error:
                log.warning("file_is_late", channel=message.channel, reason=str(error))
                missing.append(file)
        return replace(message, attachments=tuple(attachments), remote_media=tuple(missing), trouble=trouble)

    def _fetch_file(self, message: InboundMessage, file: RemoteMedia, within: float) -> Attachment:
        if within <= 0:
            raise SendLater(SendCode.FILE_LATE, detail="there was no time left for it")
        ends = self.ticking() + within
        try:
            data = self._channel_named(message.channel).fetch(file, within)
        except SendLater:
            self._tired_until[message.channel] = self.ticking() + TIRED
            raise
        return self.media.take(data, f"{message.channel} {message.sender}", max(0.0, ends - self.ticking()))

    def _channel_named(self, name: str) -> PushChannel:
        if name not in self.channels:
            raise SendLater(DeliveryCode.NO_CHANNEL, channel=name)
        return self.channels[name]
