"""What writing here costs: said in every language, as far as the city can know it."""

from __future__ import annotations

import pytest

from core.segments import count_segments
from core.texts import load_texts
from tests.support.direct_talk import DirectTalk, House

TEXTS = load_texts()
EVERY_LANGUAGE = pytest.mark.parametrize("language", TEXTS.languages)


@EVERY_LANGUAGE
def test_who_asks_in_so_many_words_is_answered_without_the_nlu(language: str, house: House) -> None:
    talk = DirectTalk(house, language)
    talk.ear_up = False
    for asked in TEXTS.words("gate.cost", language):
        assert [reply.text for reply in talk.say(asked)][-1] == TEXTS.say("cost.elsewhere", language)


@EVERY_LANGUAGE
def test_by_text_the_phone_companys_price_is_left_open_in_one_segment(language: str, house: House) -> None:
    talk = DirectTalk(house, language, channel="sms")
    said = talk.say(TEXTS.words("gate.cost", language)[0])[-1].text
    assert said == TEXTS.say("cost.by_text", language)
    assert count_segments(said).count == 1
