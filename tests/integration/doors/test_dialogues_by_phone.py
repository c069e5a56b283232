"""Every written dialogue once more, by text message and on Telegram: real webhooks in, and what the phones got.

tests/dialogues/transcripts/ has what arrived, to read aloud; docs/dialogue.md tells how it is written anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogues.real import NOT_HERE
from tests.integration.doors.playing import NOT_ON, TALKS, as_text, hold_habits, play
from tests.integration.doors.town import Town, more
from tests.support.dialogue_runner import FOLDER

FILES = sorted(file for file in FOLDER.glob("*.txt") if file.stem not in NOT_HERE)
KEPT = FOLDER / "transcripts"
CASES = [(channel, file) for channel in TALKS for file in FILES if (channel, file.stem) not in NOT_ON]


@pytest.mark.rasa
@pytest.mark.parametrize(("channel", "file"), CASES, ids=lambda part: getattr(part, "stem", part))
def test_a_phone_gets_the_whole_dialogue(channel: str, file: Path, town: Town, rewrite: bool) -> None:
    on_the_web = town.on_the_web(file)
    before, sent = town.stored(), len(town.twilio.ledger) + len(town.telegram.ledger)
    talk = play(file, town, channel)
    hold_habits(talk, file.stem)
    assert more(town.stored(), before) == on_the_web
    assert len(town.twilio.ledger) + len(town.telegram.ledger) > sent or file.stem.startswith("stop")
    kept = KEPT / channel / file.name
    if rewrite:
        kept.write_text(as_text(talk, file), encoding="utf-8")
    assert as_text(talk, file) == kept.read_text(encoding="utf-8")


def test_no_transcript_is_kept_of_a_dialogue_that_is_gone() -> None:
    kept = {(file.parent.name, file.name) for file in KEPT.glob("*/*.txt")}
    assert kept == {(channel, file.name) for channel, file in CASES}
