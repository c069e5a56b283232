"""Word files as offices write them: what of their headings, lists, tables and links is read."""

import io
from datetime import UTC, datetime

import docx
import pytest

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.docx import parse_docx
from tests.support import document_files as files


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(document):
    """Title and Markdown of a document."""
    title, text, _ = parse_docx(saved(document))
    return title, text


def lines_of(document):
    """What residents can be answered from, line by line."""
    title, text = read(document)
    return [line for one in split_document(Document("d", title, text)) for line in one.text.split("\n")]


def table_of(document, *rows):
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    return table


@pytest.mark.parametrize(
    ("stated", "heading", "title"),
    [
        ("Fence permits", "Another heading", "Fence permits"),
        ("", "Fence permits", "Fence permits"),
        ("Word Document", "Fence permits", "Fence permits"),
        ("untitled", "Fence permits", "Fence permits"),
        ("", "Fees | *costs* [all]", "Fees | *costs* [all]"),
        ("Two\nlines", "", "Two lines"),
    ],
)
def test_the_title_is_the_stated_one_unless_word_made_it_up(stated, heading, title):
    document = docx.Document()
    document.core_properties.title = stated
    document.add_paragraph("Words.")
    if heading:
        document.add_heading(heading, 1)

    assert read(document)[0] == title


@pytest.mark.parametrize(
    ("level", "mark"), [(0, "# "), (1, "# "), (2, "## "), (6, "###### "), (7, "###### "), (9, "###### ")]
)
def test_headings_have_the_depth_of_their_style(level, mark):
    document = docx.Document()
    document.add_heading("Who needs one", level)

    assert read(document)[1].strip() == f"{mark}Who needs one"


@pytest.mark.parametrize("style", ["List Bullet", "List Number", "List Paragraph", "List Bullet 2"])
def test_items_of_any_list_are_items(style):
    document = docx.Document()
    document.add_paragraph("You need:")
    document.add_paragraph("a plan", style=style)
    document.add_paragraph("a fee", style=style)

    assert lines_of(document) == ["You need:", "- a plan", "- a fee"]


def test_an_item_that_was_numbered_by_hand_of_the_menu_is_an_item():
    document = docx.Document()
    paragraph = document.add_paragraph("a plan")
    paragraph._p.get_or_add_pPr().get_or_add_numPr()

    assert lines_of(document) == ["- a plan"]


def test_words_that_look_like_marks_are_said_as_they_were_written():
    document = docx.Document()
    document.add_paragraph("Form #12 costs *5* | see [a] <b> and C:\\forms")

    assert lines_of(document) == ["Form #12 costs *5* | see [a] <b> and C:\\forms"]


def test_empty_paragraphs_and_breaks_of_lines_part_no_words():
    document = docx.Document()
    document.add_paragraph("One\ntwo\tthree")
    document.add_paragraph("   ")
    document.add_paragraph("")
    document.add_paragraph("Four")

    assert lines_of(document) == ["One two three", "Four"]


@pytest.mark.parametrize(
    ("rows", "merged", "lines"),
    [
        ([["Kind", "Fee"], ["Wood", "$40"]], None, ["Wood: $40"]),
        (
            [["Kind", "Fee", "Days"], ["Wood", "$40", "5"]],
            None,
            ["Wood: Fee $40; Days 5"],
        ),
        ([["Kind", "Fee", "Days"], ["Wood", "", "5"]], None, ["Wood: Days 5"]),
        ([["Kind", "Fee"], ["", ""], ["Wood", "$40"]], None, ["Wood: $40"]),
        ([["Call 555-0100 at any time"]], None, ["Call 555-0100 at any time"]),
        ([["Office", "Mill Road 1"]], None, ["Office: Mill Road 1"]),
        (
            [["Kind", "Fee", "Days"], ["Wood", "$40", "5"], ["", "$50", "6"]],
            ((1, 0), (2, 0)),
            ["Wood: Fee $40; Days 5", "Wood: Fee $50; Days 6"],
        ),
        (
            [["Kind", "Fee", "Days"], ["Not in winter", "", ""], ["Wood", "$40", "5"]],
            ((1, 0), (1, 2)),
            ["Not in winter", "Wood: Fee $40; Days 5"],
        ),
    ],
    ids=[
        "two columns",
        "three columns",
        "an empty cell",
        "an empty row",
        "a box",
        "one row",
        "merged down",
        "merged across",
    ],
)
def test_a_table_reads_as_words_with_its_merged_and_missing_cells(rows, merged, lines):
    document = docx.Document()
    table = table_of(document, *rows)
    if merged:
        first, last = merged
        table.cell(*first).merge(table.cell(*last))

    assert lines_of(document) == lines


def test_a_table_stays_at_its_place_between_paragraphs():
    document = docx.Document()
    document.add_paragraph("Before.")
    table_of(document, ["Kind", "Fee"], ["Wood", "$40"])
    document.add_paragraph("Behind.")

    assert lines_of(document) == ["Before.", "Wood: $40", "Behind."]


@pytest.mark.parametrize(
    ("year", "reviewed"), [(2013, ""), (2026, "2026-02-03")], ids=["of the template", "of a person"]
)
def test_the_day_of_the_last_change_counts_as_review(year, reviewed):
    document = docx.Document()
    document.add_paragraph("Words.")
    document.core_properties.modified = datetime(year, 2, 3, 12, tzinfo=UTC)

    assert parse_docx(saved(document))[2]["reviewed"] == reviewed


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "docx_damaged"),
        (b"PK\x03\x04 and no more", "docx_damaged"),
        (files.archive({"word/document.xml": "<a/>"}), "docx_broken"),
        (files.archive({"word/document.xml": "<a>"}), None),
        (files.archive({"a.xml": "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"}), "docx_entities"),
        (files.archive({"a.xml": "<a/>"}, link="word/linked"), "docx_link"),
        (files.archive({"a.bin": b"\0" * (3 * 2**20)}), "docx_tight"),
        (files.archive({f"{number}.bin": b"" for number in range(2001)}), "docx_parts"),
    ],
    ids=["empty", "cut", "no Word file", "broken XML", "entities", "a link", "a bomb", "very many parts"],
)
def test_what_is_no_honest_word_file_says_why(data, code):
    with pytest.raises(UnreadableDocument) as refused:
        parse_docx(data)

    assert refused.value.failure.code in ({code} if code else {"docx_damaged", "docx_broken"})
