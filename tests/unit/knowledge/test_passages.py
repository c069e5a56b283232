"""How documents are cut into passages that stand alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.base.model import Document
from knowledge.base.text import count_words, escape_markdown, readable_text, split_sentences
from knowledge.index.passages import MOST_WORDS, passage_context, split_document


def document(text, title="Waste"):
    return Document("d", title, text, url="https://city.example", reviewed="2026-01-01", language="en")


def cut(text, title="Waste"):
    return [(passage.headings, passage.text) for passage in split_document(document(text, title))]


def test_a_passage_keeps_the_headings_above_it_and_the_source():
    text = (
        "Intro.\n\n# Waste\n\n## Glass\n\nGreen bank.\n\n### Colours\n\nSort them.\n\n## Paper\n\nBlue bin."
    )

    assert cut(text) == [
        ((), "Intro."),
        (("Glass",), "Green bank."),
        (("Glass", "Colours"), "Sort them."),
        (("Paper",), "Blue bin."),
    ]
    assert {passage.url for passage in split_document(document(text))} == {"https://city.example"}


def test_a_list_stays_with_the_line_that_introduces_it():
    filler = " ".join(["word"] * 100) + "."
    text = f"{filler}\n\nBring:\n\n- a bag\n- a **form** that\n  goes on\n1. first"

    assert cut(text)[-1][1].endswith("Bring:\n- a bag\n- a form that goes on\n1. first")


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("| Day | Opens |\n|---|---|\n| Mon | 9 |\n| Tue | 10 |", "Mon: Opens 9\nTue: Opens 10"),
        ("| Day | Opens | Closes |\n|:--|--|--:|\n| Mon | 9 | 5 |", "Mon: Opens 9; Closes 5"),
        ("| Day | Opens | Closes |\n|---|---|---|\n| Sun | | |", "Sun"),
    ],
)
def test_a_table_row_reads_as_words(table, rows):
    assert cut(table)[0][1] == rows


def test_a_document_that_is_only_a_title_is_its_own_passage():
    assert cut("", title="Dead animal pickup") == [((), "Dead animal pickup")]


def test_short_paragraphs_share_a_passage_and_long_ones_do_not():
    short = "\n\n".join(
        "Twelve words are in this paragraph, which is short enough for sharing." for _ in range(4)
    )
    long = "\n\n".join(" ".join(["Many words in this sentence."] * 25) for _ in range(3))

    assert len(cut(short)) == 1
    assert len(cut(long)) == 3


def test_a_paragraph_too_long_is_cut_between_sentences_and_loses_nothing():
    written = " ".join(f"Sentence number {number} of a long paragraph says little." for number in range(60))

    texts = [text for _, text in cut(written)]

    assert " ".join(texts) == written
    assert all(text.endswith(".") for text in texts)


def test_the_same_document_gives_the_same_passages():
    assert split_document(document("Some words.")) == split_document(document("Some words."))


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**Tip:** see [the page](https://a.b/c_d(e)).", "Tip: see the page (https://a.b/c_d(e))."),
        ("[a@b.example](mailto:a@b.example)", "a@b.example"),
        ("[555-0100](tel:+15550100)", "555-0100"),
        ("[here](/relative) and ![picture](x.png) end", "here and end"),
        ("<https://city.example> and <b>bold</b>", "https://city.example and bold"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        (r"\*not bold\* &amp; `code`", "*not bold* & code"),
        ("one<br>two", "one\ntwo"),
    ],
)
def test_marks_are_read_not_shown(markdown, words):
    assert readable_text(markdown) == words


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="&"),
        min_size=1,
        max_size=60,
    )
)
def test_escaped_words_read_as_they_were_written(text):
    assert readable_text(escape_markdown(text)) == text


def test_sentences_do_not_end_at_abbreviations_or_small_letters():
    text = "Go to 12 Main St. Boston at 9 a.m. daily! Really? Yes. 停車證。請帶身分證。"

    assert split_sentences(text) == [
        "Go to 12 Main St. Boston at 9 a.m. daily!",
        "Really?",
        "Yes.",
        "停車證。",
        "請帶身分證。",
    ]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=3000))
def test_any_text_is_cut_into_passages_of_bearable_length(text):
    for passage in split_document(document(text)):
        assert passage.text.strip()
        assert count_words(passage.text) <= MOST_WORDS * 2


def test_the_context_names_title_and_headings_once():
    passage = split_document(document("# Waste\n\n## Is it free?\n\nYes."))[0]

    assert passage_context(passage) == "Waste. Is it free?"


def test_a_table_that_is_cut_says_what_stands_above_it_above_each_piece():
    rows = "\n".join(f"| Permit number {at} for buildings | {at} dollars | paid once |" for at in range(60))
    pieces = [text for _, text in cut(f"Fees of the clerk\n\n| Permit | Fee | When |\n|---|---|---|\n{rows}")]

    assert len(pieces) > 1
    assert [piece.split("\n")[0] for piece in pieces] == ["Fees of the clerk"] * len(pieces)
    assert [line for piece in pieces for line in piece.split("\n")[1:]] == [
        f"Permit number {at} for buildings: Fee {at} dollars; When paid once" for at in range(60)
    ]


def test_a_list_that_is_cut_says_once_what_stands_above_it():
    items = "\n".join(f"- Thing number {at} that is brought to the clerk" for at in range(60))
    pieces = [text for _, text in cut(f"You need:\n\n{items}")]

    assert [piece.count("You need:") for piece in pieces] == [1] + [0] * (len(pieces) - 1)
