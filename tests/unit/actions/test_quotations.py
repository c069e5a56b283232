"""How long a quotation is on each channel and in each script, and that what was left out of it can still be read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from actions.handlers import ask
from actions.handlers.quote_length import room_for
from actions.turn.turn import PreparedSearches, Turn
from channels.traits import QuotationLimit
from core.segments import Encoding, as_sent, count_segments, encoding_of
from knowledge.base.model import Answer, Found, Passage
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

QUESTION = "box 5"
SENTENCES = {
    "en": "Bring box {} to the depot before the gate closes in the evening.",
    "es": "Lleve la caja {} al depósito antes de que cierre la puerta por la tarde.",
    "fr": "Apportez la boîte {} au dépôt avant la fermeture de la grille le soir.",
    "pt": "Leve a caixa {} ao depósito antes que o portão feche ao fim da tarde, não à noite.",
    "zh": "请在傍晚关门之前把第{}号箱子送到城东的回收站并在门口登记。",
    "ar": "أحضر الصندوق رقم {} إلى المستودع قبل إغلاق البوابة في المساء.",
}
LANGUAGES = tuple(SENTENCES)


@pytest.fixture
def desk(house: House):
    return house.assistant.context


def sentences_in(language, count=16):
    return [SENTENCES[language].format(number) for number in range(1, count + 1)]


def passage(language, name="p1", count=16):
    between = "" if language == "zh" else " "
    return Passage(name, name, "Box", between.join(sentences_in(language, count)), language=language)


def shown(desk, channel, language, *passages):
    """All that is shown, page by page, until there is no more."""
    found = tuple(Found(one, 0.9) for one in passages)
    prepared = PreparedSearches(QUESTION, Answer(QUESTION, confident=True, found=found))
    turn = Turn(inbound(QUESTION, channel=channel), "", language, {}, Session(), NOON, prepared=prepared)
    replies = ask.answer_question(desk, turn, QUESTION)
    while any(choice.key == "answer.more" for choice in replies[-1].choices):
        replies += ask.show_more(desk, turn)
    return replies


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_of_a_text_message_is_two_segments_in_the_encoding_of_the_whole(desk, language, folded):
    settings = desk.settings.model_copy(update={"twilio_fold_accents": folded})
    for reply in shown(replace(desk, settings=settings), "sms", language, passage(language)):
        quoted = as_sent(reply.text, fold_accents=folded)
        labels = " ".join(choice.label for choice in reply.choices)
        encoding = encoding_of(quoted + as_sent(labels, fold_accents=folded))
        assert count_segments(quoted, encoding).count <= 2


@pytest.mark.parametrize(
    ("text", "beside", "folded", "has_room"),
    [
        ("a" * 306, ("en", "Box"), False, True),
        ("a" * 307, ("en", "Box"), False, False),
        ("[" * 152, ("en", "Box"), False, True),
        ("[" * 153, ("en", "Box"), False, False),
        ("“" * 306, ("en", "Box"), False, True),
        ("…" * 102, ("en", "Box"), False, True),
        ("…" * 103, ("en", "Box"), False, False),
        ("ê" * 134, ("en", "Box"), False, True),
        ("ê" * 135, ("en", "Box"), False, False),
        ("ê" * 306, ("en", "Box"), True, True),
        ("a" * 134, ("en", "Boîte"), False, True),
        ("a" * 135, ("en", "Boîte"), False, False),
        ("水" * 134, ("zh", "Box"), True, True),
        ("水" * 135, ("zh", "Box"), True, False),
        ("a" * 135, ("ar", "Box"), True, False),
    ],
)
def test_room_on_a_phone_is_counted_as_it_is_sent(desk, text, beside, folded, has_room):
    language, title = beside
    desk = replace(desk, settings=desk.settings.model_copy(update={"twilio_fold_accents": folded}))
    fits = room_for(desk, "sms", language, Passage("p", "d", title, ""))

    assert fits(text) is has_room


@pytest.mark.parametrize("channel", ["web", "telegram", "whatsapp"])
def test_elsewhere_characters_count(desk, channel):
    fits = room_for(desk, channel, "zh", passage("zh"))

    assert fits("水" * QuotationLimit().characters)
    assert not fits("水" * (QuotationLimit().characters + 1))


@pytest.mark.parametrize("channel", ["sms", "web"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_more_shows_the_rest_of_the_passage_before_the_next(desk, language, channel):
    long, next_one = passage(language, count=24), Passage("p2", "p2", "Lid", "A lid.", language=language)

    *pages, last = shown(desk, channel, language, long, next_one)

    assert SENTENCES[language].format(5) in pages[0].text
    assert len(pages) > 1
    for sentence in sentences_in(language, 24):
        assert sum(sentence in page.text for page in pages) == 1
    assert {page.source.title for page in pages} == {"Box"}
    assert last.text == "A lid."


def test_a_title_that_was_chosen_shows_all_of_its_passage(desk):
    turn = Turn(inbound("0", channel="sms"), "", "en", {}, Session(), NOON)
    pages = ask._pages_of_answer(desk, turn, QUESTION, [passage("en"), passage("en", "p2", count=2)])
    data = {"question": QUESTION, "pages": [ask.asdict(page) for page in pages]}

    first = ask.take_choice(desk, turn, "0", data)[0]
    rest = ask.show_more(desk, turn)[0]
    other = ask.take_choice(desk, turn, "1", data)[0]

    assert SENTENCES["en"].format(5) in first.text
    assert rest.text not in first.text
    assert other.text == " ".join(sentences_in("en", 2))


def test_encodings_are_what_the_table_above_says():
    assert encoding_of(SENTENCES["en"]) is Encoding.GSM_7
    assert {encoding_of(SENTENCES[language]) for language in LANGUAGES[1:]} == {Encoding.UCS_2}
