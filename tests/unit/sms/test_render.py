"""Replies as text messages: numbered choices, the source named, few segments, nothing torn apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms.render import CARRIER_WORDS, SENTENCE_END, Style, render_reply, split_reply
from core.model import Choice, Picture, Reply, Source
from core.segments import Encoding, count_segments
from core.texts import load_texts, plain_words
from tests.support.languages import EVERY_LANGUAGE

STYLE = Style(load_texts())
HOURS = (
    "The Main Library is open Monday to Thursday from 9 am to 8 pm, Friday and Saturday from 9 am to 5 pm. "
    "It is closed on Sundays and city holidays. "
)
SOURCE = Source("Library hours", "Main Library", "https://penstock.example/library/hours", "2026-03-14")
HELPFUL = (Choice("more", "More about this"), Choice("yes", "That helped"), Choice("no", "That did not help"))


def choices(*labels):
    return tuple(Choice(f"key{number}", label) for number, label in enumerate(labels))


def test_choices_are_numbered_and_the_rest_is_plain():
    reply = Reply("What is it about?", choices=choices("Pothole", "Street  light\nout"))
    assert render_reply(reply, STYLE) == "What is it about?\n1 Pothole\n2 Street light out"


def test_a_quotation_names_its_source():
    text = render_reply(Reply("“We open at 9 – daily.”", source=SOURCE), STYLE)
    assert text == (
        '"We open at 9 - daily."\n'
        "From: Library hours (checked 2026-03-14). https://penstock.example/library/hours"
    )
    assert count_segments(text).encoding is Encoding.GSM_7


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (Reply("Please call.", phone="555-0100"), "Please call.\nCall 555-0100"),
        (Reply("Call 555 0100 now.", phone="555-0100"), "Call 555 0100 now."),
        (Reply("Llame ya.", "es", phone="911"), "Llame ya.\nLlame al 911"),
    ],
)
def test_the_phone_number_is_there_once(reply, shown):
    assert render_reply(reply, STYLE) == shown


@pytest.mark.parametrize("word", ["Yes", "YES!", "Cancel", "End", "Stop", "Help", "start"])
def test_a_choice_that_carriers_would_act_on_is_asked_for_by_number(word):
    text = render_reply(Reply("Is it still there?", choices=choices(word, "Gone")), STYLE)
    assert text == f"Is it still there?\nReply with the number.\n1 {word}\n2 Gone"


def test_accents_are_kept_unless_a_setting_folds_them():
    reply = Reply("¿Dónde está el niño?", "es")
    assert render_reply(reply, STYLE) == "¿Dónde está el niño?"
    assert render_reply(reply, Style(STYLE.texts, fold_accents=True)) == "¿Donde esta el niño?"


def test_a_short_reply_is_one_text_that_renders_to_itself():
    reply = Reply("What is it about?", "en", choices=choices("Pothole", "Yes"), urgent=True)
    (part,) = split_reply(reply, STYLE)
    assert part.text == render_reply(reply, STYLE) == render_reply(part, STYLE)
    assert part.urgent
    assert part.choices == ()


def test_a_long_quotation_is_cut_at_a_sentence_before_anything_else():
    reply = Reply(HOURS * 8, source=SOURCE, choices=HELPFUL)
    (part,) = split_reply(reply, STYLE)
    quotation, source, *below = part.text.split("\n")
    assert re.search(r"\. \.\.\.$", quotation)
    assert HOURS.startswith(quotation[:100])
    assert source.startswith("From: Library hours")
    assert below == ["1 More about this", "2 That helped", "3 That did not help"]
    assert count_segments(part.text).count <= 3


def test_a_quotation_without_sentences_is_cut_between_words():
    words = "library " * 200
    (part,) = split_reply(Reply(words, source=SOURCE, choices=HELPFUL), STYLE)
    assert re.match(r"(library )+\.\.\.\n", part.text)


def test_a_long_notice_becomes_several_texts_with_the_question_and_its_choices_whole():
    reply = Reply(f"{HOURS * 5}\n\nDid that help?", choices=HELPFUL)
    parts = split_reply(reply, STYLE)
    assert len(parts) == 2
    assert parts[-1].text.endswith("Did that help?\n1 More about this\n2 That helped\n3 That did not help")
    assert " ".join(" ".join(part.text for part in parts).split()).startswith((HOURS * 5).strip())


def test_a_list_that_is_too_long_goes_on_in_the_next_text_with_its_numbers():
    labels = [f"{number} things that can be broken in a street somewhere" for number in range(30)]
    texts = [part.text for part in split_reply(Reply("Which?", choices=choices(*labels)), STYLE)]
    lines = "\n".join(texts).split("\n")
    assert lines == ["Which?", *(f"{number} {label}" for number, label in enumerate(labels, 1))]
    assert all(STYLE.fits(text) for text in texts)


def test_a_link_is_never_divided():
    link = "https://penstock.example/" + "a-long-way/" * 20
    texts = [part.text for part in split_reply(Reply(f"{HOURS * 4} See {link} for more. {HOURS}"), STYLE)]
    assert sum(link in text for text in texts) == 1


def test_spanish_is_counted_as_it_is_sent():
    text = "La biblioteca está cerrada los domingos y días feriados. " * 12
    parts = split_reply(Reply(text, "es"), STYLE)
    assert all(count_segments(part.text).count <= 3 for part in parts)
    assert len(parts) > len(split_reply(Reply(text, "es"), Style(STYLE.texts, fold_accents=True)))


HOURS_ZH = "图书馆周一到周五早上九点开门，晚上八点关门。周末上午十点开门！"
HOURS_AR = "تفتح المكتبة من الاثنين إلى الجمعة في التاسعة صباحًا. وهل تغلق يوم الأحد؟ نعم، تغلق. "


@pytest.mark.parametrize(("hours", "language", "ends"), [(HOURS_ZH, "zh", "。！"), (HOURS_AR, "ar", ".؟")])
def test_chinese_and_arabic_are_divided_at_their_sentences(hours, language, ends):
    parts = split_reply(Reply(hours * 16, language), STYLE)
    assert len(parts) > 2
    assert all(count_segments(part.text).count <= 3 for part in parts)
    assert all(part.text[-1] in ends for part in parts)
    assert "".join(part.text for part in parts).replace(" ", "") == (hours * 16).replace(" ", "")


@pytest.mark.parametrize(("hours", "language"), [(HOURS_ZH, "zh"), (HOURS_AR, "ar")])
def test_a_long_quotation_in_chinese_or_arabic_is_cut_at_a_sentence(hours, language):
    (part,) = split_reply(Reply(hours * 16, language, source=SOURCE, choices=HELPFUL), STYLE)
    assert re.search(r"[.؟。！] \.\.\.$", part.text.split("\n")[0])
    assert count_segments(part.text).count <= 3


def test_whatsapp_counts_characters_only():
    style = Style(STYLE.texts, segments=0)
    assert len(split_reply(Reply("word " * 300), style)) == 1
    assert len(split_reply(Reply("word " * 600), style)) == 2


PIECES = st.sampled_from(
    [
        "word",
        "¿Qué?",
        "👩‍👩‍👧",
        "🇺🇸",
        "https://a.example/b",
        "\n",
        "\n\n",
        ". ",
        "é",
        "á",
        "x" * 300,
        "漢字",
        "“q”",
        "e\u0301",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=120), st.lists(st.text(max_size=30), max_size=8), st.booleans())
def test_whatever_is_said_fits_and_nothing_is_torn(pieces, labels, quoted):
    reply = Reply(" ".join(pieces), choices=choices(*labels), source=SOURCE if quoted else None)
    parts = split_reply(reply, STYLE)
    for part in parts:
        assert STYLE.fits(part.text)
        assert render_reply(part, STYLE) == part.text
        assert not re.search(r"(^|\s)\u200d|\u200d($|\s)", part.text)
    if not quoted:
        said = re.sub(r"\s", "", "".join(part.text for part in parts))
        assert said == re.sub(r"\s", "", render_reply(reply, STYLE))


@EVERY_LANGUAGE
def test_the_first_text_says_who_this_is_and_how_to_stop(language):
    words = STYLE.texts.say("menu.intro_by_text", language, city="Penstock", emergency="911")
    assert "Penstock" in words
    assert "911" in words
    stops = (*STYLE.texts.words_of_all("gate.stop"), *STYLE.texts.words_of_all("gate.stop_or_leave"))
    assert {plain_words(word) for word in stops} & set(plain_words(words).split())
    told = count_segments(words)
    assert told.count <= (1 if told.encoding is Encoding.GSM_7 else 2)


def test_no_text_of_this_door_asks_for_a_word_that_carriers_take():
    for language in STYLE.texts.languages:
        for key in ("by_number", "call", "upload"):
            asked = STYLE.texts.say(f"sms.{key}", language, phone="1", link="x").casefold()
            assert not CARRIER_WORDS & set(re.findall(r"\w+", asked))


def test_a_scale_is_one_line_of_figures():
    reply = Reply("How do you like it, from 1 to 5?", choices=choices("1", "2", "3", "4", "5"))
    assert render_reply(reply, STYLE) == "How do you like it, from 1 to 5?\n1 2 3 4 5"


def test_the_question_and_its_choices_stay_together_behind_a_long_summary():
    lines = [f"Línea número {number} del resumen, con acentos á í ó ú" for number in range(6)]
    reply = Reply("\n".join([*lines, "¿Lo envío?"]), "es", choices=choices("Sí", "Cambiar algo", "Borrarlo"))
    *before, last = split_reply(reply, STYLE)
    assert before
    assert last.text.endswith("¿Lo envío?\n1 Sí\n2 Cambiar algo\n3 Borrarlo")


def pictured(count: int, text: str = "It is fixed.", **more) -> Reply:
    page = "https://city.example/f/abcdefghijkl"
    pictures = tuple(
        Picture(f"m{n}", "image/jpeg", "Photo of SR-1", page, f"{page}/{n}.jpg") for n in range(count)
    )
    return Reply(text, pictures=pictures, **more)


@pytest.mark.parametrize(
    ("most", "count", "expected"),
    [
        (0, 2, [("It is fixed.\nSee the photo: https://city.example/f/abcdefghijkl", 0)]),
        (10, 2, [("It is fixed.", 2)]),
        (1, 1, [("It is fixed.", 1)]),
        (1, 3, [("Photo of SR-1", 1), ("Photo of SR-1", 1), ("It is fixed.", 1)]),
        (2, 3, [("Photo of SR-1", 1), ("It is fixed.", 2)]),
        (10, 0, [("It is fixed.", 0)]),
    ],
)
def test_pictures_go_along_where_a_message_carries_them_and_as_a_link_elsewhere(most, count, expected):
    style = Style(load_texts(), pictures=most)
    parts = split_reply(pictured(count), style)
    assert [(render_reply(part, style), len(part.pictures)) for part in parts] == expected


def test_the_link_to_a_picture_stands_before_the_choices():
    reply = pictured(1, choices=(Choice("yes", "Yes, it is fixed"), Choice("no", "No")))
    assert render_reply(reply, Style(load_texts())).splitlines()[1:] == [
        "See the photo: https://city.example/f/abcdefghijkl",
        "1 Yes, it is fixed",
        "2 No",
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("See p. 3 or 4.", ["See p.", "3 or 4."]),
        ("vs. the city", ["vs. the city"]),
        ("Où ? Ça va.", ["Où ?", "Ça va."]),
        ("一句。两句！三句", ["一句。", "两句！", "三句"]),
        ("أين؟ هنا. شكرا", ["أين؟", "هنا.", "شكرا"]),
    ],
)
def test_a_text_may_be_divided_between_sentences_of_every_script(text, sentences):
    assert [part for part in SENTENCE_END.split(text) if part] == sentences


def test_chinese_and_arabic_are_divided_into_texts_of_the_segments_that_are_wanted():
    for sentence in ("市政厅周一至周五上午八点半到下午四点半开放。", "تفتح البلدية من الاثنين إلى الجمعة. "):
        parts = split_reply(Reply(sentence * 20, "zh"), STYLE)
        assert len(parts) > 1
        assert all(count_segments(part.text).encoding is Encoding.UCS_2 for part in parts)
        assert all(count_segments(part.text).count <= STYLE.segments for part in parts)


def test_a_quotation_that_fits_alone_is_followed_by_its_source_rather_than_cut_to_pieces():
    quoted = "تفتح المكتبة من الاثنين إلى الجمعة في التاسعة صباحًا، وتغلق في الثامنة مساءً، ويوم السبت في الخامسة. وتبقى مفتوحة أيام العطل."
    first, second = split_reply(Reply(quoted, "ar", source=SOURCE, choices=HELPFUL), STYLE)
    assert first.text == quoted
    assert SOURCE.title in second.text
