"""Days and times are read from the resident's words, seen from the city's clock, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from actions.reading.dates import Calendar
from core.texts import load_texts

CALENDAR = Calendar(load_texts(), ZoneInfo("America/New_York"))
NOW = datetime(2026, 6, 3, 16, tzinfo=UTC)  # a Wednesday, noon in New York


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("today", "2026-06-03"),
        ("yesterday", "2026-06-02"),
        ("yesterday 5pm", "2026-06-02T17:00"),
        ("yesterday at 5:30 pm", "2026-06-02T17:30"),
        ("at 17:45", "2026-06-03T17:45"),
        ("this morning", "2026-06-03"),
        ("yesterday morning", "2026-06-02T09:00"),
        ("noon", "2026-06-03T12:00"),
        ("3 days ago", "2026-05-31"),
        ("two weeks ago", "2026-05-20"),
        ("2 hours ago", "2026-06-03T10:00"),
        ("Monday", "2026-06-01"),
        ("last wednesday", "2026-05-27"),
        ("May 3", "2026-05-03"),
        ("the 3rd of May", "2026-05-03"),
        ("12/24", "2025-12-24"),
        ("5/4/2026", "2026-05-04"),
        ("2026-05-04", "2026-05-04"),
        ("2026-05-04 08:30", "2026-05-04T08:30"),
    ],
)
def test_english_days(text: str, when: str) -> None:
    assert str(CALENDAR.read(text, NOW, "en")) == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("hoy", "2026-06-03"),
        ("ayer a las 5 de la tarde", "2026-06-02T17:00"),
        ("anteayer", "2026-06-01"),
        ("hace 3 días", "2026-05-31"),
        ("hace dos semanas", "2026-05-20"),
        ("el lunes", "2026-06-01"),
        ("3 de mayo", "2026-05-03"),
        ("4/5/2026", "2026-05-04"),
        ("el sábado pasado", "2026-05-30"),
    ],
)
def test_spanish_days(text: str, when: str) -> None:
    assert str(CALENDAR.read(text, NOW, "es")) == when


@pytest.mark.parametrize(
    "text", ["", "never mind", "a while", "12", "99/99", "2026-13-45", "soon", "the day before the wedding"]
)
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert CALENDAR.read(text, NOW, "en") is None


@pytest.mark.parametrize(
    ("when", "language", "words"),
    [
        ("2026-06-02", "en", "Tuesday, June 2"),
        ("2026-06-02T17:00", "en", "Tuesday, June 2, 5:00 pm"),
        ("2026-06-02T17:00", "es", "martes 2 de junio, 17:00"),
        ("in the spring", "en", "in the spring"),
    ],
)
def test_days_are_said_in_words(when: str, language: str, words: str) -> None:
    assert CALENDAR.say(when, language) == words


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("今天", "2026-06-03"),
        ("昨天下午5点", "2026-06-02T17:00"),
        ("昨天下午五点半", "2026-06-02T17:30"),
        ("昨晚８点", "2026-06-02T20:00"),
        ("昨晚", "2026-06-02"),
        ("前天", "2026-06-01"),
        ("三天前", "2026-05-31"),
        ("两个星期前", "2026-05-20"),
        ("半小时前", "2026-06-03T11:30"),
        ("星期一", "2026-06-01"),
        ("上週三", "2026-05-27"),
        ("礼拜天下午三点", "2026-05-31T15:00"),
        ("5月3号", "2026-05-03"),
        ("十二月二十四日", "2025-12-24"),
        ("２０２５年５月４日", "2025-05-04"),
        ("上午十点", "2026-06-03T10:00"),
    ],
)
def test_chinese_days(text: str, when: str) -> None:
    assert str(CALENDAR.read(text, NOW, "zh")) == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("اليوم", "2026-06-03"),
        ("أمس الساعة 5 مساءً", "2026-06-02T17:00"),
        ("امبارح الساعة ٥ العصر", "2026-06-02T17:00"),
        ("مبارح بالليل", "2026-06-02T22:00"),
        ("أول أمس", "2026-06-01"),
        ("قبل ثلاثة أيام", "2026-05-31"),
        ("من يومين", "2026-06-01"),
        ("قبل أسبوع", "2026-05-27"),
        ("منذ أسبوعين", "2026-05-20"),
        ("من ساعتين", "2026-06-03T10:00"),
        ("قبل الساعة 5", "2026-06-03T05:00"),
        ("يوم الأربعاء الماضي", "2026-05-27"),
        ("٣ مايو", "2026-05-03"),
        ("3 أيار", "2026-05-03"),
        ("١٢ كانون الأول ٢٠٢٥", "2025-12-12"),
        ("٤/٥/٢٠٢٦", "2026-05-04"),
    ],
)
def test_arabic_days(text: str, when: str) -> None:
    assert str(CALENDAR.read(text, NOW, "ar")) == when


@pytest.mark.parametrize(
    ("text", "language", "when"),
    [
        ("tues", "en", "2026-06-02"),
        ("May 3, 2025", "en", "2025-05-03"),
        ("3 de mayo de 2025", "es", "2025-05-03"),
    ],
)
def test_other_names_and_years_are_read(text: str, language: str, when: str) -> None:
    assert str(CALENDAR.read(text, NOW, language)) == when


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "5月3日星期日 17:30"), ("ar", "الأحد 3 مايو، الساعة 5:30 م")],
)
def test_a_time_is_said_as_the_language_writes_it(language: str, said: str) -> None:
    assert CALENDAR.say("2026-05-03T17:30", language) == said


@pytest.mark.parametrize(
    ("text", "language", "when"),
    [
        ("hier", "fr", "2026-06-02"),
        ("hier à 17h", "fr", "2026-06-02T17:00"),
        ("hier à 5 heures du soir", "fr", "2026-06-02T17:00"),
        ("hier à 17h30", "fr", "2026-06-02T17:30"),
        ("avant-hier", "fr", "2026-06-01"),
        ("il y a 3 jours", "fr", "2026-05-31"),
        ("il y a deux semaines", "fr", "2026-05-20"),
        ("il y a une heure", "fr", "2026-06-03T11:00"),
        ("lundi", "fr", "2026-06-01"),
        ("mardi dernier", "fr", "2026-06-02"),
        ("le 3 mai", "fr", "2026-05-03"),
        ("3 mars", "fr", "2026-03-03"),
        ("4/5/2026", "fr", "2026-05-04"),
        ("ontem", "pt", "2026-06-02"),
        ("ontem às 5 da tarde", "pt", "2026-06-02T17:00"),
        ("ontem as 17h", "pt", "2026-06-02T17:00"),
        ("anteontem", "pt", "2026-06-01"),
        ("há 3 dias", "pt", "2026-05-31"),
        ("faz duas semanas", "pt", "2026-05-20"),
        ("3 dias atrás", "pt", "2026-05-31"),
        ("segunda-feira", "pt", "2026-06-01"),
        ("terça", "pt", "2026-06-02"),
        ("3 de março", "pt", "2026-03-03"),
        ("4/5/2026", "pt", "2026-05-04"),
        ("ayer a las cinco y media", "es", "2026-06-02"),
        ("hace una quincena", "es", "2026-05-19"),
        ("hier", "en", "2026-06-02"),
        ("٣ May", "en", "2026-05-03"),
    ],
)
def test_days_in_french_and_portuguese_and_mixed(text: str, language: str, when: str) -> None:
    assert str(CALENDAR.read(text, NOW, language)) == when


@pytest.mark.parametrize(
    ("when", "language", "words"),
    [
        ("2026-06-02", "fr", "mardi 2 juin"),
        ("2026-06-02T17:05", "fr", "mardi 2 juin à 17h05"),
        ("2026-06-02T17:05", "pt", "terça-feira, 2 de junho, 17:05"),
    ],
)
def test_days_are_said_in_french_and_portuguese(when: str, language: str, words: str) -> None:
    assert CALENDAR.say(when, language) == words
