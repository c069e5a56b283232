"""A transcriber without a model: a sound file of its is the words themselves. For tests, and to try the dialogue out."""

from __future__ import annotations

from core.errors import BadUpload
from core.model import Trouble

SECONDS_A_WORD = 0.4
"""How fast people speak, about: 150 words a minute."""


class WordTranscriber:
    """Hears a file of UTF-8 as the words in it (`core.ports.Transcriber`); anything else is noise."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def transcribe(self, sound: bytes, language: str, most_seconds: int) -> str:
        """The words of the file; each call is kept in `heard` with its language."""
        try:
            words = sound.decode()
        except UnicodeDecodeError:
            raise BadUpload("There is no sound in the file.", Trouble.VOICE_UNCLEAR) from None
        if len(words.split()) * SECONDS_A_WORD > most_seconds:
            raise BadUpload("The voice message is too long.", Trouble.VOICE_TOO_LONG)
        self.heard.append((words, language))
        return words
