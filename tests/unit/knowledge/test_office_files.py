"""Files as offices save them: Markdown with front matter, tables of questions, lines of JSON; what each becomes."""

import json

import pytest

from core.errors import UnreadableDocument
from knowledge.base.text import clean_text
from knowledge.readers.parts import front_matter
from knowledge.readers.registry import read_documents


def documents_of(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_documents(path, name)


def document_of(folder, name, content):
    (document,) = documents_of(folder, name, content)
    return document


def refusal_of(folder, name, content):
    with pytest.raises(UnreadableDocument) as refused:
        documents_of(folder, name, content)
    return refused.value.failure.code


@pytest.mark.parametrize(
    ("front", "values"),
    [
        ("title: Parking", {"title": "Parking"}),
        ("Title:Parking", {"title": "Parking"}),
        ("title: 'Parking: what it costs'", {"title": "Parking: what it costs"}),
        ("# a remark: none\ntitle: Parking", {"title": "Parking"}),
        ("url: https://city.example/p", {"url": "https://city.example/p"}),
        ("keywords:\n  - sofa\n  - 'couch'", {"keywords": "sofa, couch"}),
        ("keywords:\n- sofa\n- a: b\ntitle: Parking", {"keywords": "sofa, a: b", "title": "Parking"}),
        ("title: Parking\nmenu:\n  main: yes\n  weight: 3", {"title": "Parking", "menu": ""}),
        ("- sofa\ntitle: Parking", {"title": "Parking"}),
    ],
    ids=[
        "plain",
        "no space",
        "a colon in it",
        "a remark",
        "an address",
        "a list",
        "a list without spaces",
        "values of others",
        "a list of nothing",
    ],
)
def test_front_matter_is_read_as_people_write_it(front, values):
    assert front_matter(f"---\n{front}\n---\nWords.") == (values, "Words.")


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("---\n---\nWords.\n---\nMore.", "Words.\n---\nMore."),
        ("---\nWords of a chapter.\n\n---\nMore.", "---\nWords of a chapter.\n\n---\nMore."),
        ("---\ntitle without end\nWords.", "---\ntitle without end\nWords."),
        ("Words.\n---\ntitle: x\n---\n", "Words.\n---\ntitle: x\n---\n"),
        ("---- \ntitle: x\n---\n", "---- \ntitle: x\n---\n"),
    ],
    ids=["empty", "a line across", "no end", "not at the top", "four dashes"],
)
def test_words_between_lines_across_are_not_lost_as_front_matter(text, below):
    assert front_matter(text) == ({}, below)


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        ("# **Parking** permits", "Parking permits"),
        ("# [Parking](parking.md) permits", "Parking permits"),
        ("# Snow &amp; ice", "Snow & ice"),
        ("# Fees \\* and costs", "Fees * and costs"),
        ("# Parking #", "Parking"),
        ("## Only a second one", "x"),
        ("Snow\n====", "Snow"),
    ],
)
def test_a_title_has_no_marks_of_markdown(tmp_path, markdown, title):
    assert document_of(tmp_path, "x.md", f"{markdown}\n\nWords.").title == title


@pytest.mark.parametrize(
    ("stated", "language"),
    [
        ("es", "es"),
        ("es-MX", "es"),
        ("zh_Hant_TW", "zh"),
        ("EN", "en"),
        ("fil", "fil"),
        ("English", "en"),
        ("Portuguese (Brazil)", "en"),
        ("1", "en"),
        ("", "en"),
    ],
)
def test_a_language_is_a_code_or_told_by_the_words(tmp_path, stated, language):
    text = f"---\nlang: {stated}\n---\nWhere do I get the form, and what does it cost to have a copy?"

    assert document_of(tmp_path, "x.md", text).language == language


@pytest.mark.parametrize(
    ("stated", "reviewed"),
    [
        ("2026-02-03", "2026-02-03"),
        ("2026-02-03T10:00:00+02:00", "2026-02-03"),
        ("last looked at 2026-02-03 by hand", "2026-02-03"),
        ("03/02/2026", ""),
        ("soon", ""),
    ],
)
def test_a_day_of_review_is_one_that_cannot_be_misread(tmp_path, stated, reviewed):
    assert document_of(tmp_path, "x.md", f"---\nreviewed: {stated}\n---\nWords.").reviewed == reviewed


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://city.example/a", "https://city.example/a"),
        ("http://city.example", "http://city.example"),
        ("www.city.example", ""),
        ("javascript:alert(1)", ""),
        ("/a/page", ""),
    ],
)
def test_only_an_address_of_the_web_is_shown_as_source(tmp_path, address, kept):
    assert document_of(tmp_path, "x.md", f"---\nurl: {address}\n---\nWords.").url == kept


@pytest.mark.parametrize(
    ("table", "pairs"),
    [
        ("question,answer\nOne?,1\n", [("One?", "1")]),
        ('question,answer\n"One, two?","1\n2"\n', [("One, two?", "1\n2")]),
        ("Question , ANSWER\nOne?,1\n", [("One?", "1")]),
        ("id,answer,notes,question\n7,1,x,One?\n", [("One?", "1")]),
        ("question;answer\nOne, or two?;1, or 2\n", [("One, or two?", "1, or 2")]),
        ("question|answer\nOne?|1\n", [("One?", "1")]),
        ("\n,,\nquestion,answer\n\nOne?,1\n", [("One?", "1")]),
        (
            "question,answer\nOne?,1\nOnly asked?\n,only answered\nTwo?,2,left,over\n",
            [("One?", "1"), ("Two?", "2")],
        ),
        ("question,answer\r\nOne?,1\r\n", [("One?", "1")]),
        ("question,answer\rOne?,1\r", [("One?", "1")]),
        ("Frage\tAntwort\nEins?\t1\n", [("Eins?", "1")]),
        ("Pregunta,Respuesta\n¿Uno?,1\n", [("¿Uno?", "1")]),
    ],
    ids=[
        "plain",
        "quoted",
        "spaces and capitals",
        "other columns",
        "semicolons",
        "bars",
        "empty rows first",
        "rows with missing cells",
        "Windows",
        "old Mac",
        "German with tabs",
        "Spanish",
    ],
)
def test_a_table_of_questions_is_read_however_it_was_saved(tmp_path, table, pairs):
    assert [(one.title, one.text) for one in documents_of(tmp_path, "x.csv", table)] == pairs


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("", "table_empty"),
        ("question,answer\n", "table_rows"),
        ("question,answer\n,\nOne?,\n", "table_rows"),
    ],
    ids=["empty", "no rows", "no filled rows"],
)
def test_a_table_without_answers_says_what_it_lacks(tmp_path, table, code):
    assert refusal_of(tmp_path, "x.csv", table) == code


@pytest.mark.parametrize(
    ("line", "title", "text"),
    [
        ({"title": "A", "text": "Words."}, "A", "Words."),
        ({"question": "A?", "answer": "Words."}, "A?", "Words."),
        ({"name": "A", "body": "Words."}, "A", "Words."),
        ({"title": "A", "text": " ", "content": "Words."}, "A", "Words."),
        ({"title": "A", "text": None, "description": "Words."}, "A", "Words."),
        ({"title": "A", "text": ["no", "words"]}, "A", ""),
        ({"text": "Words."}, "", "Words."),
        ({"title": 2026, "text": "Words."}, "2026", "Words."),
        ({"title": "A", "text": "One\r\ntwo\u202e\u200b\ufefftail\u0007"}, "A", "One\ntwotail"),
        ({"title": "A\nB", "text": "Words\ud83d."}, "A B", "Words."),
    ],
    ids=[
        "plain",
        "question and answer",
        "other names",
        "an empty text",
        "none",
        "no text",
        "no title",
        "a number",
        "signs that nobody sees",
        "half a sign",
    ],
)
def test_a_line_of_json_is_a_document_with_clean_words(tmp_path, line, title, text):
    document = document_of(tmp_path, "x.jsonl", json.dumps(line))

    assert (document.title, document.text) == (title, text)
    assert json.dumps(document.text, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("", "jsonl_empty"),
        ("\n \n", "jsonl_empty"),
        ('{"title": "A"}\n{"title": ', "jsonl_line"),
        ("[1]", "jsonl_object"),
        ('"words"', "jsonl_object"),
        ("{}", "jsonl_nothing"),
        ('{"url": "https://city.example"}', "jsonl_nothing"),
        ("[" * 100_000, "jsonl_line"),
    ],
    ids=["empty", "blank", "cut", "a list", "words", "an empty object", "an address alone", "nested"],
)
def test_lines_that_are_no_documents_say_why(tmp_path, lines, code):
    assert refusal_of(tmp_path, "x.jsonl", lines) == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.md", b"", "no_words"),
        ("x.txt", b" \n-- ?!\n", "no_words"),
        ("x.md", b"%PDF-1.4 and so on", "not_text"),
        ("x.txt", b"PK\x03\x04 and so on", "not_text"),
        ("x.csv", b"question,answer\x00", "not_text"),
        ("x.txt", bytes(range(1, 256)) * 4, "not_utf8"),
        ("x.xls", b"words", "type"),
        ("x", b"words", "type"),
    ],
    ids=["empty", "signs alone", "a PDF", "a zip", "zeros", "rubbish", "unknown", "no ending"],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_the_reason(tmp_path, name, content, code):
    assert refusal_of(tmp_path, name, content) == code


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u00a0b", "a b"),
        ("e\u0301", "é"),
        ("a\u202eb\u2066c", "abc"),
        ("tab\tstays", "tab\tstays"),
        ("\ufeffmark", "mark"),
        ("half \ud83d left", "half  left"),
        ("whole 😀 stays", "whole 😀 stays"),
    ],
)
def test_words_are_cleaned_of_what_nobody_sees(text, clean):
    assert clean_text(text) == clean
