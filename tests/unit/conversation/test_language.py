"""The language of a message decides the language of the answer, unless the text is too short to tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conversation.understanding.language import LanguageOf, OfferedLanguages
from core.texts import Texts, load_texts
from tests.support.languages import EVERY_LANGUAGE, LANGUAGES


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


@pytest.fixture(scope="module")
def of_all() -> LanguageOf:
    return LanguageOf(LANGUAGES, load_texts())


SHORT = {
    "en": [
        "noise complaint", "office hours", "excessive noise", "dangerous intersection", "tremendous pothole", "important question",
        "pothole cor 3rd n elm", "pothole, 120 n. main", "natural gas odor", "man unconscious", "parking permit", "marriage license",
        "public records request", "bulk pickup", "illegal dumping", "code violation", "animal control", "property taxes",
        "recycling schedule", "permit application status", "vacant lot", "graffiti removal", "sidewalk repair", "large debris",
        "pole leaning", "traffic signal", "no heat", "rat infestation", "pothole on Calle de la Paz",
    ],
    "es": [
        "bache grande", "basura acumulada", "semáforo descompuesto", "luz fundida", "perro muerto", "fuga agua", "horario oficina",
        "permiso construcción", "ruido excesivo", "coche abandonado", "alcantarilla tapada", "árbol caído", "grafiti pared",
        "multa estacionamiento", "acta nacimiento", "pago impuestos",
    ],
    "fr": [
        "nid-de-poule énorme", "lampadaire cassé", "horaires mairie", "bruit excessif", "poubelle pleine", "arbre tombé", "carte parking",
        "feu tricolore cassé", "voiture abandonnée", "acte naissance", "animal mort", "eau trouble", "permis construire",
    ],
    "pt": [
        "buraco enorme", "poste apagado", "lixo acumulado", "horário prefeitura", "barulho excessivo", "carro abandonado", "árvore caída",
        "bueiro entupido", "sinal quebrado", "alvará construção", "animal morto", "certidão nascimento", "vazamento água",
    ],
    "zh": ["路灯坏了", "坑洼", "噪音投诉", "办公时间"],
    "ar": ["حفرة كبيرة", "شكوى ضجيج", "ساعات الدوام", "قمامة"],
}  # fmt: skip
"""Civic texts as people begin with them: a thing or two, and no small word."""


@pytest.mark.parametrize(
    ("language", "text"), [(one, text) for one, texts in SHORT.items() for text in texts]
)
@pytest.mark.parametrize("first", [True, False])
def test_a_short_text_without_a_small_word_flips_nothing(language, text, first, of_all):
    assert of_all(text, language, first=first) == language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trash not picked up", "en"),
        ("where is city hall", "en"),
        ("the light is out", "en"),
        ("hay un bache", "es"),
        ("dónde está el ayuntamiento", "es"),
        ("¿cuándo abren?", "es"),
        ("il y a un trou", "fr"),
        ("où est la mairie", "fr"),
        ("tem um buraco", "pt"),
        ("onde fica a prefeitura", "pt"),
        ("路灯坏了", "zh"),
        ("حفرة", "ar"),
    ],
)
@pytest.mark.parametrize("last", LANGUAGES)
def test_one_small_word_of_a_language_s_own_is_enough(text, expected, last, of_all):
    assert of_all(text, last) == expected


IN_DOUBT = [
    ("en", "the street light is out en mi calle desde ayer", "es"),
    ("en", "my neighbor deja su carro en la sidewalk every night", "es"),
    ("en", "i need pagar mi recibo de agua con tarjeta", "es"),
    ("en", "no entiendo", "es"),
    ("en", "c'est gratuit", "fr"),
    ("en", "le trottoir est broken devant my door", "fr"),
    ("en", "pourquoi?", "fr"),
    ("en", "我的 trash was not picked up", "zh"),
    ("en", "عندي question about parking", "ar"),
    ("es", "when?", "en"),
    ("es", "la oficina is open on friday?", "en"),
    ("fr", "le permit is too slow for me", "en"),
]
"""A conversation's language, a text that is not all in it, and the language that it may be in as well."""


@pytest.mark.parametrize(("spoken", "text", "other"), IN_DOUBT)
def test_a_text_in_two_languages_changes_nothing_and_is_in_doubt(of_all, spoken, text, other):
    assert of_all(text, spoken) == spoken
    assert of_all.perhaps(text, spoken) == other


NOT_IN_DOUBT = {
    "en": [
        "pothole on la cienega ave near el monte", "noise at the el toro bar", "quinceanera permit for the park", "de anza park lights",
        "hola, my trash was not picked up", "gracias, when will it be done", "is the pro shop open", "las flores blvd pothole", "ok thanks",
    ],
    "es": ["bache en 20 elm street", "hay basura en 45 oak ave", "no funciona el semaforo de main street", "12 mill road", "city hall"],
    "fr": ["trou devant 20 elm street", "lampadaire cassé sur main street", "12 mill road"],
    "pt": ["buraco na elm street", "na esquina da main com a 5th street"],
}  # fmt: skip
"""Names, streets, courtesies: no language of anybody."""


@pytest.mark.parametrize(
    ("spoken", "text"), [(one, text) for one, texts in NOT_IN_DOUBT.items() for text in texts]
)
@pytest.mark.parametrize("in_form", [False, True])
def test_names_streets_and_courtesies_raise_no_doubt(of_all, spoken, text, in_form):
    assert of_all(text, spoken, in_form=in_form) == spoken
    assert of_all.perhaps(text, spoken, in_form=in_form) is None


@EVERY_LANGUAGE
def test_nor_does_any_short_text_without_small_words(of_all, language):
    assert [text for text in SHORT[language] if of_all.perhaps(text, language)] == []


@pytest.mark.parametrize(
    "text",
    [
        "light out on calle de la paz",
        "pothole calle de la paz 40",
        "trash on rue de l'eglise",
        "12 avenida de los santos",
    ],
)
def test_a_street_keeps_its_name_in_every_language(of_all, text):
    assert of_all(text, "en") == "en"
    assert of_all.perhaps(text, "en", in_form=True) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("¿cuándo?", "es"),
        ("cuando pasan", "es"),
        ("la salle", None),
        ("de la cruz", None),
        ("el sol bar", None),
    ],
)
def test_in_a_form_few_words_count_only_where_they_ask(of_all, text, other):
    assert of_all.perhaps(text, "en", in_form=True) == other


DEV = Path(__file__).parents[4] / "shared" / "data"


def dev_texts(name: str, language: str) -> list[tuple[str, str]]:
    lines = (DEV / name).read_text(encoding="utf-8").splitlines()
    return [(row[language], row["text"]) for row in map(json.loads, lines) if row[language] in LANGUAGES]


@pytest.mark.data
@pytest.mark.skipif(not DEV.is_dir(), reason="../shared/data is not beside this checkout")
def test_of_real_short_texts_hardly_any_flips(of_all):
    texts = [
        *dev_texts("langid_civic/dev_texts.jsonl", "lang"),
        *dev_texts("residents/dev_first_messages.jsonl", "language"),
    ]
    short = [(language, text) for language, text in texts if len(text.split()) <= 4 and language in FOUR]
    flipped = [(language, text) for language, text in short if of_all(text, language, first=True) != language]
    assert len(short) > 80
    assert len(flipped) <= 0.02 * len(short), flipped


def test_when_the_city_offers_other_languages_they_are_told_apart_from_then_on():
    offered = ["en", "es"]
    language_of = OfferedLanguages(lambda: tuple(offered), load_texts())
    assert language_of("wo ist das rathaus bitte", "en") == "en"
    assert language_of("hay un bache en mi calle", "en") == "es"
    same = language_of.detector()
    assert language_of.detector() is same
    offered.remove("es")
    assert language_of("hay un bache en mi calle", "en") == "en"
