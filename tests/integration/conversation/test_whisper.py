"""The real engine with real weights hears a clip that espeak-ng speaks; left out where one of them is not installed."""

from __future__ import annotations

import shutil
import subprocess
import wave
from io import BytesIO
from pathlib import Path

import pytest

from conversation.voice.whisper import WhisperTranscriber, open_whisper
from core.errors import BadUpload, SettingsError
from core.model import Trouble


@pytest.fixture(scope="module")
def transcriber() -> WhisperTranscriber:
    try:
        return open_whisper("tiny.en")
    except SettingsError as missing:
        pytest.skip(str(missing))


def silence(seconds: int) -> bytes:
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * seconds))
    return out.getvalue()


def test_words_are_heard(transcriber: WhisperTranscriber, tmp_path: Path) -> None:
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        pytest.skip("espeak-ng is not installed")
    clip = tmp_path / "clip.wav"
    words = "The street light on Maple Street is broken."
    subprocess.run([espeak, "-v", "en-us", "-s", "140", "-w", str(clip), words], check=True, timeout=60)
    heard = transcriber.transcribe(clip.read_bytes(), "en", 60).casefold()
    assert "street" in heard
    assert "broken" in heard


def test_where_nobody_speaks_nothing_is_heard(transcriber: WhisperTranscriber) -> None:
    assert transcriber.transcribe(silence(3), "en", 60) == ""


@pytest.mark.parametrize(
    ("sound", "language", "trouble"),
    [
        (silence(12), "en", Trouble.VOICE_TOO_LONG),
        (silence(2), "es", Trouble.VOICE),
        (b"OggS, and then nothing of the kind" * 50, "en", Trouble.VOICE_UNCLEAR),
        (b"", "en", Trouble.VOICE_UNCLEAR),
    ],
    ids=["too long", "a language that it does not know", "no sound", "empty"],
)
def test_what_it_refuses(
    transcriber: WhisperTranscriber, sound: bytes, language: str, trouble: Trouble
) -> None:
    with pytest.raises(BadUpload) as raised:
        transcriber.transcribe(sound, language, 10)
    assert raised.value.trouble is trouble
