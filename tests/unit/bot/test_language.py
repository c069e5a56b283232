"""The language of a message decides the language of the answer, unless the text is too short to tell."""

from __future__ import annotations

import pytest

from bot.language import LanguageOf
from bot.texts import Texts, load_texts


@pytest.mark.parametrize(
    ("text", "last", "expected"),
    [
        ("there is a huge hole in front of my house", "es", "en"),
        ("hay un hoyo enorme frente a mi casa", "en", "es"),
        ("no pasaron por la basura", "en", "es"),
        ("trash not picked up", "es", "en"),
        ("si", "en", "en"),
        ("no", "es", "es"),
        ("12", "es", "es"),
        ("", "es", "es"),
        ("Bache", "en", "en"),
        ("Heron Park", "en", "en"),
        ("LINK CFH KMP", "en", "en"),
        ("LINK CFH KMP", "es", "es"),
        ("hay un bache en 20 Elm Street", "en", "es"),
        ("hay un bache", "en", "es"),
        ("the light at Calle de la Paz is out", "es", "en"),
        ("HAY MUCHA BASURA EN LA CALLE", "en", "es"),
        ("don't know where it is", "es", "en"),
    ],
)
def test_a_sentence_tells_its_language_and_a_word_keeps_the_last(text, last, expected):
    assert LanguageOf(("en", "es"), load_texts())(text, last) == expected


def test_a_city_with_one_language_never_changes_it():
    assert LanguageOf(("es",), load_texts())("there is a huge hole in front of my house", "es") == "es"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Calle de la Paz 12", "en"), ("la escuela", "en"), ("no sé, está cerca de la escuela grande", "es")],
)
def test_in_a_form_only_a_whole_sentence_changes_the_language(text, expected):
    assert LanguageOf(("en", "es"), load_texts())(text, "en", in_form=True) == expected


FOUR = ("en", "es", "fr", "pt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il y a un gros trou devant chez moi", "fr"),
        ("le lampadaire ne marche plus", "fr"),
        ("poubelles pas ramassées dans ma rue", "fr"),
        ("c'est quand le ramassage des encombrants", "fr"),
        ("a kel heure ouvre la bibliotheque", "fr"),
        ("tem um buraco enorme na minha rua", "pt"),
        ("não recolheram o lixo hoje", "pt"),
        ("nao passou o caminhao do lixo", "pt"),
        ("que horas abre a biblioteca", "pt"),
        ("poste sem luz na rua", "pt"),
        ("hay un bache en la calle", "es"),
        ("no pasaron por la basura", "es"),
        ("a qué hora abre la biblioteca", "es"),
        ("there is a hole in front of my house", "en"),
        ("trash not picked up", "en"),
    ],
)
@pytest.mark.parametrize("last", FOUR)
def test_kindred_languages_are_told_apart_whatever_was_spoken_before(text, last, expected):
    assert LanguageOf(FOUR, load_texts())(text, last) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("bonjour", "fr"), ("oi", "pt"), ("hola", "es"), ("hello", "en"), ("menu", "en"), ("aide", "fr")],
)
def test_the_first_word_of_somebody_may_be_a_greeting(text, expected):
    assert LanguageOf(FOUR, load_texts())(text, "en", first=True) == expected


def texts_of(**own: str) -> Texts:
    """A catalogue of one sentence for each language."""
    return Texts({language: {"a.b": sentence} for language, sentence in own.items()}, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("路灯", "zh"),
        ("مرحبا", "ar"),
        ("路灯 on Main Street 坏了很久了", "zh"),
        ("Main Street", "en"),
        ("12", "en"),
        ("Привет", "en"),
    ],
)
def test_a_script_that_one_language_has_tells_it_by_one_word_also_in_a_form(text, expected):
    texts = texts_of(en="What can I do?", zh="我能帮您什么？{city} WhatsApp", ar="كيف أساعدك؟")
    assert LanguageOf(("en", "zh", "ar"), texts)(text, "en", in_form=True) == expected


def test_a_script_that_two_languages_share_tells_neither():
    texts = texts_of(en="What can I do?", ar="كيف أساعدك؟", fa="چه کمکی؟")
    assert LanguageOf(("en", "ar", "fa"), texts)("سلام", "en") == "en"


@pytest.mark.parametrize(
    ("text", "last", "expected"),
    [
        ("路灯坏了", "en", "zh"),
        ("你好", "en", "zh"),
        ("12 Mill Road 门口有个坑", "en", "zh"),
        ("我要报修 streetlight", "en", "zh"),
        ("在 Main Street", "zh", "zh"),
        ("40 Mill Road", "zh", "zh"),
        ("在 400 Eastgate Boulevard 和 Elm Street", "zh", "zh"),
        ("حفرة", "en", "ar"),
        ("في حفرة كبيرة أمام 12 Mill Road", "en", "ar"),
        ("12 Mill Road", "ar", "ar"),
        ("٣", "ar", "ar"),
        ("there is a hole in front of my house", "ar", "en"),
    ],
)
def test_another_script_tells_the_language_even_around_an_english_address(text, last, expected):
    assert LanguageOf(("en", "es", "zh", "ar"), load_texts())(text, last, in_form=False) == expected
