"""A language that the city does not offer is known, and answered in; what residents write in offered ones never passes for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conversation.understanding.language import LanguageOf, OfferedLanguages
from conversation.understanding.not_offered import NotOffered
from core.other_languages import other_languages, say_not_offered
from core.texts import load_texts
from tests.support.languages import EVERY_LANGUAGE, LANGUAGES

SHORT = Path(__file__).parent / "short_texts"
"""What people type in two to four words, mostly without small words: a file a language."""

OTHERS = {
    "de": ["vor meinem Haus ist ein großes Schlagloch", "wann wird bei uns der Müll abgeholt?"],
    "nl": ["er is een groot gat in de weg voor mijn huis"],
    "it": ["davanti a casa mia c'è una buca enorme nella strada"],
    "pl": ["na ulicy przed moim domem jest duża dziura"],
    "ro": ["este o groapă mare pe strada mea, vă rog să veniți"],
    "sv": ["det finns ett stort hål på min gata"],
    "tr": ["evimin önünde sokakta büyük bir çukur var"],
    "vi": ["đèn đường trước nhà tôi bị hỏng", "co mot o ga lon truoc nha toi tren duong Main"],
    "tl": ["may malaking butas sa kalsada sa harap ng bahay namin"],
    "ht": ["gen yon gwo twou nan lari a devan lakay mwen"],
    "so": ["waxaa jira god weyn oo ku yaal wadada gurigayga hortiisa"],
    "sw": ["kuna shimo kubwa katika barabara mbele ya nyumba yangu"],
    "ru": ["на улице большая яма", "привет"],
    "uk": ["на вулиці велика яма, їздити неможливо"],
    "ko": ["길에 큰 구멍이 있어요", "안녕하세요"],
    "ja": ["家の前の街灯が壊れています"],
    "hi": ["सड़क पर बड़ा गड्ढा है"],
    "bn": ["রাস্তায় বড় গর্ত আছে"],
    "am": ["በመንገድ ላይ ትልቅ ጉድጓድ አለ"],
    "he": ["יש בור גדול ברחוב"],
    "th": ["มีหลุมใหญ่บนถนนหน้าบ้าน"],
    "el": ["υπάρχει μια μεγάλη τρύπα στον δρόμο"],
    "fa": ["در خیابان جلوی خانه ما یک چاله بزرگ است"],
    "ur": ["میرے گھر کے سامنے سڑک پر ایک بڑا گڑھا ہے"],
}


def short_texts(language: str) -> list[str]:
    return (SHORT / f"{language}.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def of_all() -> LanguageOf:
    return LanguageOf(LANGUAGES, load_texts())


@pytest.fixture(scope="module")
def not_offered() -> NotOffered:
    return NotOffered(LANGUAGES, load_texts())


@EVERY_LANGUAGE
@pytest.mark.parametrize("first", [False, True], ids=["later", "first"])
def test_short_texts_never_change_the_language(of_all: LanguageOf, language: str, first: bool) -> None:
    texts = short_texts(language)
    assert len(texts) >= 75
    assert [text for text in texts if of_all(text, language, first=first) != language] == []


@EVERY_LANGUAGE
def test_nor_do_they_change_it_to_a_third(of_all: LanguageOf, language: str) -> None:
    others = [each for each in LANGUAGES if each != language]
    changed = {(text, last): of_all(text, last) for text in short_texts(language) for last in others}
    assert {told for told, now in changed.items() if now not in {language, told[1]}} == set()


@EVERY_LANGUAGE
def test_what_is_written_in_an_offered_language_passes_for_no_other(
    not_offered: NotOffered, language: str
) -> None:
    sentences = [re.sub(r"\{\w+\}", "", each) for each in load_texts().sentences[language].values()]
    mistaken = [text for text in (*short_texts(language), *sentences) if not_offered(text)]
    assert mistaken == []


@pytest.mark.parametrize(("language", "text"), [(code, text) for code in OTHERS for text in OTHERS[code]])
def test_a_language_that_is_not_offered_is_known_and_switches_nothing(
    not_offered: NotOffered, of_all: LanguageOf, language: str, text: str
) -> None:
    assert not_offered(text) == language
    assert of_all(text, "es") == "es"


def test_every_language_that_can_be_answered_in_can_be_told() -> None:
    assert set(OTHERS) == set(other_languages()) - set(LANGUAGES)


@pytest.mark.parametrize(
    ("offered", "text", "language"),
    [
        (("en", "es"), "il y a un grand trou devant ma maison", "fr"),
        (("en", "es"), "tem um buraco enorme na minha rua, não dá", "pt"),
        (("en", "es"), "路灯坏了", "zh"),
        (("en", "es"), "توجد حفرة كبيرة في الشارع", "ar"),
        (("en", "es"), "there is a hole in front of my house", None),
        (("es", "fr"), "there is a hole in front of my house", "en"),
        (("en",), "hay un bache enorme en mi calle", "es"),
    ],
)
def test_of_a_language_that_has_a_catalogue_it_counts_whether_it_is_offered(
    offered: tuple[str, ...], text: str, language: str | None
) -> None:
    assert OfferedLanguages(lambda: offered, load_texts()).not_offered(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 Mill Road",
        "Schlagloch",
        "Guten Tag",
        "die was am",
        "Herr der Ringe library book",
        "の字坏了的路灯在这里",
        "La Via Roma",
    ],
)
def test_names_and_few_words_are_left_to_the_conversation(not_offered: NotOffered, text: str) -> None:
    assert not_offered(text) is None


@pytest.mark.parametrize("code", sorted(other_languages()))
def test_each_sentence_names_the_languages_and_the_numbers(code: str) -> None:
    said = say_not_offered(code, "English, Español", "555-0100", "911")
    assert "English, Español" in said
    assert "555-0100" in said
    assert "911" in said
    assert "{" not in said
    assert "555" not in say_not_offered(code, "English", "", "911")
