"""Voice messages: what is listened to, and what becomes of a listener that fails."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import structlog

from core.errors import BadUpload, SendCode, SendLater
from core.model import RemoteMedia, Trouble
from core.ports import Transcriber

log = structlog.get_logger()

TURN = 20.0
"""Seconds that a message waits for the one before it; then it is tried again later."""


@dataclass(frozen=True, slots=True)
class VoiceNotes:
    """Has voice messages written down, one at a time: to listen takes all that one processor has."""

    transcriber: Transcriber
    most_seconds: int
    most_bytes: int
    turn: float = TURN
    _listening: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def admit(self, file: RemoteMedia) -> None:
        """`BadUpload` for one that is too long or too big by what the provider says of it, so that it is not even fetched."""
        if file.seconds > self.most_seconds or file.size > self.most_bytes:
            raise BadUpload("The voice message is too long to be listened to.", Trouble.VOICE_TOO_LONG)

    def words_in(self, sound: bytes, language: str) -> str:
        """What is said in a voice message.

        Raises `BadUpload` with the trouble to tell the resident about, and `SendLater` where others have to be heard first.
        """
        if len(sound) > self.most_bytes:
            raise BadUpload("The voice message is too big to be listened to.", Trouble.VOICE_TOO_LONG)
        if not self._listening.acquire(timeout=self.turn):
            raise SendLater(SendCode.FILE_LATE, detail="other voice messages are listened to first")
        try:
            words = self.transcriber.transcribe(sound, language, self.most_seconds)
        except BadUpload:
            raise
        except Exception as error:
            log.exception("voice_message_not_heard")
            raise BadUpload("The voice message could not be listened to.", Trouble.VOICE) from error
        finally:
            self._listening.release()
        if not any(map(str.isalnum, words)):
            raise BadUpload("Nothing is said in the voice message.", Trouble.VOICE_UNCLEAR)
        return words
