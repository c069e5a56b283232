"""In each language a question finds a text that says the word in another form, with or without its accents."""

import pytest

from knowledge.base.language import detect_language, stop_words
from knowledge.index.word_index import letter_pieces, word_tokens


@pytest.mark.parametrize(
    ("language", "asked", "written"),
    [
        ("en", "permits", "permit"),
        ("es", "permisos", "permiso"),
        ("fr", "permis", "permis"),
        ("de", "Mülltonnen", "Mülltonne"),
        ("it", "rifiuti", "rifiuto"),
        ("pt", "licenças", "licença"),
        ("nl", "vergunningen", "vergunning"),
        ("ru", "мусора", "мусор"),
        ("sv", "lampor", "lampa"),
        ("da", "hundene", "hunden"),
        ("no", "hundene", "hunden"),
        ("fi", "koirat", "koira"),
        ("hu", "házak", "ház"),
        ("ro", "parcului", "parcul"),
        ("tr", "çöpler", "çöp"),
    ],
)
def test_a_word_is_found_in_another_form(language, asked, written):
    assert word_tokens(asked, language) == word_tokens(written, language) != []


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("es", "jardin", "jardín"),
        ("fr", "dechet", "déchet"),
        ("pt", "iluminacao", "iluminação"),
        ("en", "cafe", "café"),
        ("en", "ＰＥＲＭＩＴ", "permit"),
        ("en", "resident’s", "resident's"),
    ],
)
def test_a_word_is_found_as_phones_type_it(language, typed, written):
    assert set(letter_pieces(typed, language)) == set(letter_pieces(written, language)) != set()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("停車證", ["停車", "車證"]),
        ("水曜日", ["水曜", "曜日"]),
        ("水", ["水"]),
        ("在線 permit 停車", ["在線", "permit", "停車"]),
    ],
)
def test_writing_without_spaces_becomes_pairs(text, tokens):
    assert word_tokens(text, "zh") == tokens


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "de", "it", "nl", "ru", "sv", "tr"])
def test_common_words_alone_are_still_words(language):
    common = max(stop_words(language), key=lambda word: (len(word), word))

    assert word_tokens(common, language)


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("쓰레기는 언제 버리나요", "en", "ko"),
        ("Когда вывозят мусор?", "en", "ru"),
        ("ทิ้งขยะที่ไหน", "en", "th"),
        ("東京都", "ja", "ja"),
        ("東京都", "en", "zh"),
        ("555-0100", "", ""),
        ("Main Street", "es", "es"),
    ],
)
def test_a_script_tells_its_language_and_a_name_does_not(text, hint, language):
    assert detect_language(text, hint) == language
