"""Which language the city answers in: the page's at first, then the writer's own; never one that nobody spoke."""

from __future__ import annotations

import uuid

import pytest

from actions.handlers.language import wished_languages
from core.texts import load_texts
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House
from tests.support.languages import EVERY_LANGUAGE


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("language"), WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


def languages(replies) -> set[str]:
    return {reply.language for reply in replies}


@EVERY_LANGUAGE
@pytest.mark.parametrize(
    "text",
    ["noise complaint", "office hours", "bache grande", "buraco enorme", "12 Mill Road", "STOP", "???"],
)
def test_the_page_s_or_phone_s_language_counts_for_a_short_first_message(house, language, text):
    assert languages(house.talk(language).say(text)) == {language}


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        ("en", "hay un bache enorme frente a mi casa", "es"),
        ("es", "there is a hole in front of my house", "en"),
        ("fr", "tem um buraco enorme na minha rua", "pt"),
        ("es", "hello", "en"),
        ("en", "路灯坏了", "zh"),
    ],
)
def test_a_sentence_in_another_language_counts_for_more_than_the_page(house, page, text, expected):
    assert languages(house.talk(page).say(text)) == {expected}


@pytest.mark.parametrize(
    "title",
    ["Multas de estacionamiento y cómo pagarlas", "Les encombrants sont ramassés chez vous", "垃圾收集日"],
)
def test_a_press_never_changes_the_language(house, title):
    talk = house.talk()
    talk.say("hello")
    assert languages(talk.say(title, choice="answer.0")) == {"en"}
    assert languages(talk.say("office hours")) == {"en"}


def test_nor_does_the_title_of_a_choice_that_is_typed(house):
    sender = uuid.uuid4().hex
    house.app.inbox.accept(inbound("hello", sender=sender, language_hint="en"))
    house.work()
    title = "Multas de estacionamiento y cómo se pagan en la ciudad"
    dialogue = {"version": 1, "offer": {"name": "answer", "choices": [["0", title]], "data": {}}}
    assert house.app.assistant.picks(inbound(title, sender=sender), dialogue, "en")
    assert not house.app.assistant.picks(inbound("¿y cómo se paga una multa?"), dialogue, "en")


@EVERY_LANGUAGE
def test_a_word_of_danger_is_answered_in_the_conversation_s_language(house, language):
    talk = house.talk(language)
    talk.say(load_texts().words("gate.greet", language)[0])
    assert languages(talk.say("gas leak odor basement apartment building")) == {language}


ABOUT_SOMEBODY = [
    "my mom doesnt speak english",
    "my grandmother only speaks spanish",
    "is spanish spoken at city hall",
    "does anyone there speak portuguese",
    "i don't speak english very well",
    "mi mamá no habla inglés",
    "no hablo inglés",
    "¿hay alguien que hable francés?",
    "ma mère ne parle pas anglais",
    "je ne parle pas bien anglais",
    "minha mãe não fala inglês",
    "não falo inglês",
    "我妈妈不会说英语",
    "我不懂英文",
    "امي ما بتحكي انجليزي",
    "لا اتكلم الانجليزية",
]


@pytest.mark.parametrize("text", ABOUT_SOMEBODY)
def test_what_somebody_speaks_or_does_not_speak_switches_nothing(house, text):
    assert wished_languages(house.app.assistant.context, text) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can we talk in spanish please", "es"),
        ("i dont speak english, spanish please", "es"),
        ("no hablo inglés, prefiero español", "es"),
        ("can you speak french with me", "fr"),
        ("quiero hablar en portugués", "pt"),
        ("on peut parler arabe ?", "ar"),
        ("我不懂英文，请说中文", "zh"),
        ("بدي نحكي بالعربي", "ar"),
    ],
)
def test_a_wish_for_this_conversation_counts(house, text, language):
    assert wished_languages(house.app.assistant.context, text) == [language]


def test_who_says_that_somebody_speaks_no_english_is_offered_the_languages(house):
    talk = house.talk()
    talk.say("hello")
    (reply,) = talk.say("my mom doesnt speak english")
    assert reply.text == house.app.texts.say("language.which", "en")
    assert len(reply.choices) >= 2


def test_who_writes_a_language_that_is_not_offered_is_told_so_in_it(house):
    talk = house.talk()
    reply = talk.say("vor meinem Haus ist ein großes Schlagloch")[-1]
    phone = house.app.assistant.context.city.profile.city_phone
    assert reply.text.startswith("Ich kann hier leider nicht auf Deutsch antworten.")
    assert phone in reply.text
    assert reply.phone == phone
    assert [choice.key for choice in reply.choices] == ["menu.person"]
    assert languages(talk.say("office hours")) == {"en"}


def test_within_a_form_it_is_an_answer_like_any_other(house):
    talk = house.talk()
    talk.say("there is a pothole")
    assert "Deutsch" not in talk.say("in der Mühlstraße vor dem Haus mit der Nummer 12")[-1].text


def in_both(house, *codes: str) -> str:
    return "\n".join(house.app.texts.say("language.go_on", code) for code in codes)


def test_who_mixes_two_languages_is_answered_and_asked_once_in_both(house):
    talk = house.talk()
    talk.say("hello")
    reply = talk.say("my neighbor deja su carro en la sidewalk every night")[-1]
    assert reply.text.endswith(in_both(house, "es", "en"))
    assert {choice.label for choice in reply.choices} >= {"Español", "English"}
    again = talk.say("the street light is out en mi calle desde ayer")
    assert not any(in_both(house, "es", "en") in each.text for each in again)


def test_the_answer_changes_the_language_and_is_not_asked_again(house):
    talk = house.talk()
    talk.say("there is a pothole")
    asked = talk.say("¿cuándo?")[-1]
    assert asked.text.endswith(in_both(house, "es", "en"))
    assert languages(talk.say("Español", choice="language.es")) == {"es"}
    assert languages(talk.say("in front of the old mill")) == {"es"}


def test_yes_in_one_of_the_two_is_that_language(house):
    talk = house.talk()
    talk.say("there is a pothole")
    talk.say("¿cuándo?")
    assert talk.say("sí")[0].text == house.app.texts.say("language.changed", "es")


def test_what_was_only_answered_is_answered_again_in_the_other_language(house):
    talk = house.talk()
    talk.say("hello")
    asked = talk.say("the qwertz is out en mi calle desde lunes")
    assert languages(asked) == {"en"}
    again = talk.say("Español", choice="language.es")
    assert languages(again) == {"es"}
    assert again[0].text != house.app.texts.say("language.changed", "es")


def test_by_text_the_languages_are_words_to_write_where_choices_have_numbers(house):
    talk = house.talk(channel="sms")
    reply = talk.say("the qwertz is out en mi calle desde lunes")[-1]
    say = house.app.texts.say
    assert say("language.go_on_by_word", "es", name="ESPAÑOL") in reply.text
    assert "Español" not in {choice.label for choice in reply.choices}
    assert languages(talk.say("ESPAÑOL")) == {"es"}


def test_danger_is_no_place_to_ask_for_a_language(house):
    talk = house.talk()
    talk.say("hello")
    replies = talk.say("my abuela no respira, please help, se cayó en la calle")
    assert replies[0].urgent
    assert not any(in_both(house, "es", "en") in each.text for each in replies)


def test_a_button_of_a_language_works_beside_what_stood_open(house):
    talk = house.talk()
    first = talk.say("menu")[-1]
    assert languages(talk.say("Français", choice="language.fr")) == {"fr"}
    pressed = first.choices[0]
    assert talk.say(pressed.label, choice=pressed.key)[0].text != house.app.texts.say(
        "forms.old_button", "fr"
    )
