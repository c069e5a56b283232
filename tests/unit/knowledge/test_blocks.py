"""Markdown line by line into headings, paragraphs, list items and table rows: what of it is kept, and as what."""

import pytest

from knowledge.index.blocks import MOST_HEADING, blocks_of, row_as_text


def kinds_of(markdown):
    """The blocks of a text as pairs; a heading with its level."""
    return [
        (f"{block.kind} {block.level}" if block.level else block.kind, block.text)
        for block in blocks_of(markdown)
    ]


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        ("# Glass\nGreen bank.", [("heading 1", "Glass"), ("paragraph", "Green bank.")]),
        ("## Glass ##", [("heading 2", "Glass")]),
        ("####### Seven marks", [("paragraph", "####### Seven marks")]),
        ("#Hashtag", [("paragraph", "#Hashtag")]),
        ("Glass\n=====\nBank.", [("heading 1", "Glass"), ("paragraph", "Bank.")]),
        ("Glass\n---\nBank.", [("heading 2", "Glass"), ("paragraph", "Bank.")]),
        ("One line\nand another\n---", [("paragraph", "One line and another")]),
        ("- an item\n---\nBank.", [("item", "- an item"), ("paragraph", "Bank.")]),
        ("Before.\n\n* * *\n\nBehind.", [("paragraph", "Before."), ("paragraph", "Behind.")]),
        ("# **Glass** and [paper](p.md)", [("heading 1", "Glass and paper")]),
    ],
    ids=[
        "marks before",
        "marks around",
        "seven marks",
        "no space",
        "underlined twice",
        "underlined once",
        "a line below two lines",
        "a line below an item",
        "a line across",
        "emphasis and links",
    ],
)
def test_headings_are_told_from_lines_across_and_hashtags(markdown, blocks):
    assert kinds_of(markdown) == blocks


def test_a_heading_without_end_is_words_and_no_heading_above_each_passage():
    assert kinds_of("# " + "word " * (MOST_HEADING // 4))[0][0] == "paragraph"


@pytest.mark.parametrize(
    ("markdown", "items"),
    [
        ("- a\n* b\n+ c\n• d", ["- a", "- b", "- c", "- d"]),
        ("1. a\n2) b\n10. c", ["1. a", "2) b", "10. c"]),
        ("- a\n  goes on\n- b", ["- a goes on", "- b"]),
        ("  - deeper\n    1. deeper still", ["- deeper", "1. deeper still"]),
        ("-no item", ["-no item"]),
        ("2026. a year and no number of a list", ["2026. a year and no number of a list"]),
        ("- ", []),
    ],
)
def test_items_keep_their_numbers_and_the_lines_that_go_on(markdown, items):
    assert [text for _, text in kinds_of(markdown)] == items


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_what_stands_in_a_fence_is_read_line_by_line_and_as_words(fence):
    text = f"{fence}\n# a comment\n- a dash\n| a | b |\n{fence}\n# Heading"

    assert kinds_of(text) == [
        ("paragraph", "# a comment"),
        ("paragraph", "- a dash"),
        ("paragraph", "| a | b |"),
        ("heading 1", "Heading"),
    ]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("| Call 555-0100 any day |", ["Call 555-0100 any day"]),
        ("| Office | Main Street 1 |", ["Office: Main Street 1"]),
        ("| Office | Main Street 1 |\n\nBehind it.", ["Office: Main Street 1", "Behind it."]),
        ("| Office | Main Street 1 |\n## Behind", ["Office: Main Street 1", "Behind"]),
        ("| Office | Main Street 1 |\n- an item", ["Office: Main Street 1", "- an item"]),
        ("| Office |\n\n| Pool |", ["Office", "Pool"]),
        ("| Day | Opens |\n|---|---|", []),
        ("| | |\n| Monday | 9 | 5 |", ["Monday: 9; 5"]),
        ("| Day | Opens |\n| | |\n| Monday | 9 |", ["Monday: Opens 9"]),
    ],
    ids=[
        "a box",
        "two cells",
        "words behind",
        "a heading behind",
        "an item behind",
        "two boxes",
        "names of columns alone",
        "columns without names",
        "an empty row",
    ],
)
def test_a_table_of_one_row_is_not_lost_as_names_of_columns(table, rows):
    assert [text for _, text in kinds_of(table)] == rows


@pytest.mark.parametrize(
    ("header", "cells", "words"),
    [
        (["Day", "Opens", "Closes"], ["Monday", "9", "5"], "Monday: Opens 9; Closes 5"),
        (["Day", "Opens"], ["Monday", "9", "5"], "Monday: Opens 9; 5"),
        (["Day", "Opens", "Closes"], ["Monday", "9"], "Monday: Opens 9"),
        (["Day", "Opens", "Closes"], ["Monday", "", "5"], "Monday: Closes 5"),
        (["Day", "Opens", "Closes"], ["", "9", "5"], "Opens 9; Closes 5"),
        (["", "Opens", ""], ["Monday", "9", "5"], "Monday: Opens 9; 5"),
        (["Day"], ["Monday"], "Monday"),
        ([], [], ""),
        (["Licence", "Amount"], ["Dog", "15"], "Dog: Amount 15"),
        (["Rate", "2026"], ["Water", "3.25"], "Water: 2026 3.25"),
        (["Licence", "Amount"], ["Dog", "$15"], "Dog: $15"),
        (["Day", "Hours"], ["Monday", "9 to 5"], "Monday: 9 to 5"),
        (["", ""], ["Report of:", "the clerk"], "Report of: the clerk"),
        ([], ["Dog", "15"], "Dog: 15"),
    ],
    ids=[
        "whole",
        "more cells",
        "fewer cells",
        "a gap",
        "no name",
        "columns without names",
        "one",
        "none",
        "a bare number",
        "a decimal",
        "a price",
        "hours",
        "a colon",
        "a bare number without a head",
    ],
)
def test_a_row_with_missing_cells_says_only_what_it_has(header, cells, words):
    assert row_as_text(header, cells) == words


def test_a_bar_that_is_escaped_parts_no_cells():
    assert kinds_of("| Day | Hours |\n|---|---|\n| Mon | 9 \\| 5 |") == [("row", "Mon: 9 | 5")]
