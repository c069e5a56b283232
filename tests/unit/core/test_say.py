"""What the catalogue gives for a key, and what it does where a language has no text of its own."""

from __future__ import annotations

import pytest

from core.texts import Texts, han_figures, is_unspaced, list_languages, load_texts, script_of

TEXTS = Texts(
    {
        "en": {"case.number": "Your number is {number}.", "case.none": "There is none."},
        "es": {"case.number": "Su número es {number}.", "case.none": ""},
    },
    {"en": {"gate.help": ("help", "info")}, "es": {"gate.help": ("ayuda",)}, "ar": {"gate.yes": ("نعم",)}},
)


@pytest.mark.parametrize(
    ("key", "language", "values", "said"),
    [
        ("case.number", "es", {"number": "ABC-12345"}, "Su número es ABC-12345."),
        ("case.number", "zh", {"number": 7}, "Your number is 7."),
        ("case.none", "es", {}, "There is none."),
        ("case.number", "en", {"number": "{number} {0} {x.y}"}, "Your number is {number} {0} {x.y}."),
        ("case.number", "en", {"number": "1", "more": "unused"}, "Your number is 1."),
    ],
    ids=["its own", "no catalogue", "a text left empty", "braces of a resident", "a value too many"],
)
def test_a_text_is_said_with_its_values_as_they_are(key, language, values, said):
    assert TEXTS.say(key, language, **values) == said


@pytest.mark.parametrize("key", ["case.gone", "case.number"], ids=["unknown", "a place without a value"])
def test_a_mistake_of_ours_is_not_said_to_a_resident(key):
    with pytest.raises(KeyError):
        TEXTS.say(key, "es")


@pytest.mark.parametrize(("language", "words"), [("es", ("ayuda",)), ("ar", ()), ("zh", ())])
def test_lists_of_words_have_no_fallback(language, words):
    assert TEXTS.words("gate.help", language) == words


@pytest.mark.parametrize(
    ("language", "lists"),
    [("es", [("ayuda",), ("help", "info"), ()]), ("zh", [(), ("help", "info"), ("ayuda",), ()])],
    ids=["its own first", "one without words"],
)
def test_the_words_of_a_language_come_before_those_of_others(language, lists):
    assert list(TEXTS.words_first("gate.help", language)) == lists


def test_the_language_that_others_fall_back_to_stands_first():
    assert TEXTS.languages == ("en", "es")
    assert Texts({"fr": {}, "es": {}}, {}).languages == ("es", "fr")


def test_a_catalogue_is_read_from_a_folder_for_each_language(tmp_path):
    for language, words in [("en", 'greeting = "Hello"\nyes = ["yes", "y"]'), ("pt", 'greeting = "Olá"')]:
        (tmp_path / language).mkdir()
        (tmp_path / language / "talk.toml").write_text(words, encoding="utf-8")
    (tmp_path / "en" / "case.toml").write_text('gone = "Gone"', encoding="utf-8")
    (tmp_path / "empty").mkdir()
    texts = load_texts(tmp_path)
    assert list_languages(tmp_path) == texts.languages == ("en", "pt")
    assert [texts.say("talk.greeting", language) for language in ("en", "pt")] == ["Hello", "Olá"]
    assert texts.say("case.gone", "pt") == "Gone"
    assert texts.words("talk.yes", "en") == ("yes", "y")


@pytest.mark.parametrize(
    ("written", "figures"),
    [
        ("二十一号", "21号"),
        ("一百零五", "105"),
        ("两千零二十六年", "2026年"),
        ("二〇二六年", "2026年"),
        ("十点", "10点"),
        ("三万", "3万"),
        ("一二三路", "123路"),
        ("两三天", "两三天"),
        ("八九个", "八九个"),
        ("百", "100"),
        ("Mill Road 12", "Mill Road 12"),
    ],
)
def test_numbers_in_chinese_are_read_and_two_or_three_stays_unsure(written, figures):
    assert han_figures(written) == figures


@pytest.mark.parametrize(
    ("sign", "script", "unspaced"),
    [
        ("ñ", "LATIN", False),
        ("я", "CYRILLIC", False),
        ("ن", "ARABIC", False),
        ("水", "CJK", True),
        ("ひ", "HIRAGANA", True),
        ("ไ", "THAI", True),
        ("한", "HANGUL", False),
        ("7", "", False),
        ("!", "", False),
    ],
)
def test_the_script_of_a_letter(sign, script, unspaced):
    assert (script_of(sign), is_unspaced(sign)) == (script, unspaced)
