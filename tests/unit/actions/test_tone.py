"""How the catalogue speaks: one form of address, one word for one thing, plain words, and signs that a text message can carry."""

from __future__ import annotations

import re

import pytest

from core.segments import TYPOGRAPHY, Encoding, as_sent, count_segments
from core.texts import load_texts

TEXTS = load_texts()
LATIN = ("en", "es", "fr", "pt")
ON_PAGES = ("web.", "telegram.")
"""Texts that are never sent by SMS."""
SPOKEN = {
    language: {key: text for key, text in said.items() if not key.startswith("language.")}
    for language, said in TEXTS.sentences.items()
}

TOO_FAMILIAR = {
    "es": r"\b(?:tú|tu|tus|te|ti|contigo|puedes|quieres|tienes|eres|escríbeme|envíame|dime|cuéntame|olvídalo)\b",
    "fr": r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt'",
    "pt": r"\b(?:tu|teu|tua|teus|tuas|contigo|ti|o senhor|a senhora|vossa|ligue-nos)\b",
    "zh": "你",
    "ar": r"(?<!\w)(?:اكتب|اتصل|أرسلها|أجب|افتح|اختر|ابدأ|تريد|تقصد|لديك|معك|رقمك|بلاغك|هاتفك|وقتك|يمكنك|خذ)(?!\w)",
}
"""Forms of address beside the one that the language uses everywhere: usted, vous, você, 您, and the plural in Arabic. The sample city's fund is called "Tu Calle"."""

OTHER_WORDS = {
    "en": r"\b(?:ticket|case|requests?|position|bot|chatbot)\b",
    "es": r"\b(?:ticket|folio|caso|solicitud|novedades|posición|cuadrilla|añadir|añadí)\b",
    "fr": r"\b(?:ticket|dossier|demandes|enquête|croisement)\b",
    "pt": r"\b(?:relato|chamado|protocolo|solicitação|ticket|novidades?|posição)\b",
    "zh": r"上报|工单|案件|代号",
    "ar": r"(?<!\w)(?:تذكرة|شكوى|الشكوى|طلبك)(?!\w)",
}
"""Words for a report, its news or a place beside the one that is used everywhere."""
OF_DATA = "privacy."
"""What somebody asks for under the privacy laws is a request."""

JARGON = {
    "en": r"\b(?:submit|submitted|invalid|database|utterance|session|kindly|utilize|please be advised|unable to|in order to|"
    r"need not|reside|script|error)\b",
    "es": r"\b(?:inválid[oa]|base de datos|sesión|usuario|usuaria|proceder|error|dicho|dicha)\b",
    "fr": r"\b(?:invalide|base de données|session|veuillez|utilisateur|erreur|afin de)\b",
    "pt": r"\b(?:inválid[oa]|banco de dados|sessão|usuári[oa]|prezad[oa]|erro|a fim de)\b",
    "zh": r"无效|数据库|会话|用户|贵方",
    "ar": r"(?<!\w)(?:قاعدة بيانات|جلسة|المستخدم|عزيزي)(?!\w)",
}
"""Words of offices and of machines."""

MARKS = {**dict.fromkeys(LATIN, "«»„“”"), "ar": "\"“”'", "zh": "\"'«»"}
"""Quotation marks that the language does not use here."""


def found_in(language: str, pattern: str, but: tuple[str, ...] = ()) -> dict[str, str]:
    wanted = re.compile(pattern, re.IGNORECASE)
    said = {key: re.sub(r"\{\w+\}", "X", text) for key, text in SPOKEN[language].items()}
    return {key: text for key, text in said.items() if not key.startswith(but) and wanted.search(text)}


@pytest.mark.parametrize("language", sorted(TOO_FAMILIAR))
def test_everybody_is_addressed_in_one_way(language: str) -> None:
    assert found_in(language, TOO_FAMILIAR[language], but=("web.page_news_",)) == {}


@pytest.mark.parametrize("language", sorted(OTHER_WORDS))
def test_the_same_thing_has_the_same_name_everywhere(language: str) -> None:
    assert found_in(language, OTHER_WORDS[language], but=(OF_DATA,)) == {}


@pytest.mark.parametrize("language", sorted(JARGON))
def test_nothing_is_said_in_the_words_of_an_office_or_a_machine(language: str) -> None:
    assert found_in(language, JARGON[language]) == {}


@pytest.mark.parametrize("language", sorted(MARKS))
def test_a_language_has_one_kind_of_quotation_marks(language: str) -> None:
    said = {key: text.replace("n't", "") for key, text in SPOKEN[language].items()}
    assert {key: text for key, text in said.items() if set(text) & set(MARKS[language])} == {}


@pytest.mark.parametrize("language", LATIN)
def test_what_goes_by_text_has_no_sign_that_makes_it_dearer(language: str) -> None:
    dear = {chr(sign) for sign in TYPOGRAPHY}
    said = {key: text for key, text in SPOKEN[language].items() if not key.startswith(ON_PAGES)}
    assert {key: text for key, text in said.items() if set(text) & dear} == {}


@pytest.mark.parametrize("language", LATIN)
@pytest.mark.parametrize(
    "key", ["menu.intro_by_text", "menu.intro_by_text_warned", "menu.help_by_text", "sms.call"]
)
def test_the_most_frequent_texts_are_one_segment_once_accents_are_folded(language: str, key: str) -> None:
    said = TEXTS.say(key, language, city="Springfield", emergency="911", phone="555-0100")
    told = count_segments(as_sent(said, fold_accents=True))
    assert (told.encoding, told.count) == (Encoding.GSM_7, 1)


def test_arabic_has_arabic_punctuation() -> None:
    assert found_in("ar", r"[\u0621-\u064a][,;?]") == {}


def test_chinese_has_chinese_punctuation_without_spaces_around() -> None:
    wide = "。！？；：，、（）“”"
    assert found_in("zh", rf"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff] ?[()]|[{wide}] | [{wide}]") == {}
    assert {
        key: text
        for key, text in SPOKEN["zh"].items()
        if re.search(r"[\u4e00-\u9fff] \{(?!link)|(?<!link)\} [\u4e00-\u9fff]", text)
    } == {}


@pytest.mark.parametrize("language", TEXTS.languages)
@pytest.mark.parametrize("key", ["menu.intro_warned", "menu.intro_by_text_warned"])
def test_who_was_told_whom_to_call_in_danger_is_not_told_again(language: str, key: str) -> None:
    assert "{emergency}" not in TEXTS.sentences[language][key]
    assert "{emergency}" in TEXTS.sentences[language][key.removesuffix("_warned")]
