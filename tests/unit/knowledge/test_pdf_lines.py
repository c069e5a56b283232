"""How the lines of a PDF become headings, lists and paragraphs again."""

import pytest

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.pdf import parse_pdf
from tests.support import document_files as files


def page(*lines, size=11, top=700, step=14):
    """A page of lines of one size below one another; a pair is a line of another size."""
    return [
        (
            line[0] if isinstance(line, tuple) else size,
            top - step * at,
            line[1] if isinstance(line, tuple) else line,
        )
        for at, line in enumerate(lines)
    ]


def markdown_of(*pages, title=""):
    """The Markdown of a PDF of these pages, without its empty lines."""
    _, text, _ = parse_pdf(files.pdf(list(pages), title=title))
    return [line for line in text.split("\n") if line]


FILL = "The city clears the main streets when there is more than an inch of snow on them,"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["The owner of the house clears the", "pavement before eight."],
            "The owner of the house clears the pavement before eight.",
        ),
        (["The city clears over-", "night."], "The city clears overnight."),
        (["The city clears Monday-", "Friday."], "The city clears Monday-Friday."),
        (["It is open 9-", "5 on all days."], "It is open 9-5 on all days."),
        (["Take the A-", "train."], "Take the A-train."),
        (["El año pasa-", "do."], "El año pasado."),
        (["A self-", "service kiosk is there."], "A self-service kiosk is there."),
        (["It takes twenty-", "four hours."], "It takes twenty-four hours."),
        (["The new recyc-", "ling calendar."], "The new recycling calendar."),
        (["Turn right -", "then left."], "Turn right - then left."),
        (["An FAA-", "approved plan."], "An FAA-approved plan."),
        (
            ["A door-to-door sale, or door-to-", "door, is one."],
            "A door-to-door sale, or door-to-door, is one.",
        ),
        (["Well-known rules, well-", "known to all."], "Well-known rules, well-known to all."),
    ],
    ids=[
        "flows on",
        "a word in two",
        "two names",
        "two hours",
        "a letter",
        "in Spanish",
        "self",
        "a number in words",
        "more than one",
        "a dash",
        "capitals",
        "three parts",
        "known from elsewhere",
    ],
)
def test_lines_of_a_paragraph_are_joined_and_words_in_two_made_whole(lines, text):
    assert markdown_of(page(*lines)) == [text]


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        (["Snow is cleared.", "Ice is salted."], ["Snow is cleared.", "Ice is salted."]),
        (["You need:", "a shovel"], ["You need:", "a shovel"]),
        (["Is it free?", "Yes, it is."], ["Is it free?", "Yes, it is."]),
        ([f"{FILL} also on Sundays.", "Ice is salted."], [f"{FILL} also on Sundays. Ice is salted."]),
    ],
    ids=["short sentences", "a colon", "a question", "a long line"],
)
def test_a_short_line_with_its_end_ends_the_paragraph(lines, paragraphs):
    assert markdown_of(page(*lines)) == paragraphs


def test_a_wide_gap_parts_paragraphs():
    lines = [(11, 700, "The owner clears"), (11, 640, "the city salts")]

    assert markdown_of(lines) == ["The owner clears", "the city salts"]


@pytest.mark.parametrize("bullet", ["\u2022", "-", "\u2013", "*"])
def test_items_are_told_by_any_of_the_usual_signs(bullet):
    assert markdown_of(page("You need:", f"{bullet} a shovel", f"{bullet} salt")) == [
        "You need:",
        "- a shovel",
        "- salt",
    ]


def test_an_item_that_goes_on_in_the_next_line_is_one_item():
    assert markdown_of(page("You need:", "- a shovel that is", "wide")) == [
        "You need:",
        "- a shovel that is wide",
    ]


@pytest.mark.parametrize(
    ("sizes", "marks"),
    [
        ([24, 18, 14], ["# ", "## ", "### "]),
        ([14], ["# "]),
        ([14, 24], ["## ", "# "]),
        ([12], [""]),
    ],
    ids=["three sizes", "one size", "the smaller first", "hardly larger"],
)
def test_headings_are_told_by_the_size_of_their_letters(sizes, marks):
    words = [FILL, f"{FILL} and salts them"]
    lines = [(11, 500 - 14 * at, text) for at, text in enumerate(words)]
    headings = [(size, 760 - 60 * at, f"Heading {at}") for at, size in enumerate(sizes)]

    assert markdown_of([*headings, *lines])[: len(sizes)] == [
        f"{mark}Heading {at}" for at, mark in enumerate(marks)
    ]


def test_a_heading_over_two_lines_is_one_heading():
    lines = [(18, 760, "Snow and"), (18, 738, "ice"), (11, 700, FILL), (11, 686, "and salts them.")]

    assert markdown_of(lines)[0] == "# Snow and ice"


def test_large_letters_of_a_whole_paragraph_are_words_and_no_heading():
    lines = [(14, 760, "Very large words " * 12), (11, 700, FILL * 4)]

    assert not markdown_of(lines)[0].startswith("#")


@pytest.mark.parametrize(
    ("stated", "first", "title"),
    [
        ("Snow clearing", (18, "Another"), "Snow clearing"),
        ("", (18, "Snow clearing"), "Snow clearing"),
        ("report_final.docx", (18, "Snow clearing"), "Snow clearing"),
        ("Microsoft Word - report", (18, "Snow clearing"), "Snow clearing"),
        ("Untitled", (18, "Snow clearing"), "Snow clearing"),
        ("", (11, "Words as large as all others"), ""),
    ],
)
def test_the_title_is_the_stated_one_unless_a_program_made_it_up(stated, first, title):
    size, words = first
    found, _, _ = parse_pdf(files.pdf([[(size, 760, words), (11, 700, FILL)]], title=stated))

    assert found == title


@pytest.mark.parametrize(
    "number", ["{}", "{} / 3", "Page {}", "Page {} of 3", "Seite {} von 3", "página {} de 3"]
)
def test_numbers_of_pages_are_nobodys_answer(number):
    pages = [[(11, 700, f"{FILL} {at}"), (9, 40, number.format(at))] for at in (1, 2, 3)]

    assert markdown_of(*pages) == [" ".join(f"{FILL} {at}" for at in (1, 2, 3))]


def test_what_only_one_page_has_at_its_edge_is_kept():
    bodies = [[f"Words number {number} of page {at}." for number in range(8)] for at in range(3)]
    bodies[1][0] = "Only here is this said."

    assert "Only here is this said." in markdown_of(*(page(*body) for body in bodies))


def test_two_pages_are_too_few_to_know_what_repeats():
    pages = [page("City of Somewhere.", *(f"Line {at} of it." for at in range(8))) for _ in range(2)]

    assert markdown_of(*pages).count("City of Somewhere.") == 2


def test_signs_of_markdown_in_a_pdf_are_said_as_they_stand():
    _, text, _ = parse_pdf(files.pdf([page("Form #12 costs *5* | see [a] and <b>.")]))
    (passage,) = split_document(Document("d", "", text))

    assert passage.text == "Form #12 costs *5* | see [a] and <b>."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pdf_damaged"),
        (b"%PDF-1.4 and no more", "pdf_damaged"),
        (files.locked_pdf(), "pdf_locked"),
        (files.pdf([[]]), "no_words"),
        (files.pdf([[(11, 700, " ")]]), "pdf_scan"),
        (files.pdf([[]] * 501), "pdf_pages"),
    ],
    ids=["empty", "cut", "locked", "nothing", "spaces", "too long"],
)
def test_a_pdf_without_words_to_read_says_why(data, code):
    with pytest.raises(UnreadableDocument) as refused:
        parse_pdf(data)

    assert refused.value.failure.code == code


BODY = [f"{FILL} which is line {at} of it" for at in range(6)]


@pytest.mark.parametrize(
    ("bold", "words", "headings"),
    [
        ([0], "Who clears the pavement?", ["# Who clears the pavement?"]),
        ([0], "Bring your own shovel.", []),
        ([0, 1, 2, 3, 4, 5], "Who clears the pavement?", []),
    ],
    ids=["a heading", "a sentence", "nearly all is bold"],
)
def test_a_short_bold_line_is_a_heading_where_little_is_bold(bold, words, headings):
    lines = [files.placed(72, 700, words, bold=0 in bold)] + [
        files.placed(72, 680 - 14 * at, text, bold=at + 1 in bold) for at, text in enumerate(BODY)
    ]

    assert [line for line in markdown_of(lines) if line.startswith("#")] == headings
