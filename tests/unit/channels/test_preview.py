"""What staff see of a reply is what the doors would send."""

from __future__ import annotations

import pytest

from channels.registry import PREVIEWED, InstallationSettings, make_preview
from core.model import Choice, Reply, Source
from core.texts import load_texts

ANSWER = Reply(
    "Put your cart at the curb by 6:30.",
    choices=(Choice("answer.helpful", "That helped"), Choice("answer.unhelpful", "That did not help")),
    source=Source("Trash days", "The cart", "https://penstock.example/trash", "2026-02-10"),
)


@pytest.fixture(scope="module")
def preview():
    return make_preview(load_texts(), InstallationSettings(_env_file=None))


@pytest.mark.parametrize("channel", PREVIEWED)
def test_every_door_shows_words_choices_and_source(preview, channel):
    shown = preview(channel, ANSWER)
    everything = " ".join(f"{one.text} {one.buttons} {one.source} {one.link}" for one in shown)
    for words in ("6:30", "That helped", "Trash days", "penstock.example/trash"):
        assert words in everything


def test_a_text_is_numbered_and_its_segments_are_counted(preview):
    (text,) = preview("sms", ANSWER)
    assert "2 That did not help" in text.text
    assert text.segments == 1


def test_accents_may_cost_more_segments(preview):
    accents = Reply("á" * 100 + "ő", language="es")
    assert preview("sms", accents)[0].segments == 2
    folded = make_preview(load_texts(), InstallationSettings(_env_file=None, twilio_fold_accents=True))
    assert folded("sms", accents)[0].segments == 1


def test_other_doors_count_no_segments(preview):
    assert [one.segments for channel in ("web", "telegram") for one in preview(channel, ANSWER)] == [0, 0]
