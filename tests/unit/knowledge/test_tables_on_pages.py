"""Tables on the pages of cities: what a row says when cells are merged, missing, nested, or when the table only makes columns."""

import pytest

from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.html import parse_html


def rows_of(table):
    """What a page with this table says, line by line."""
    _, text, _ = parse_html(f"<body>{table}</body>".encode())
    passages = split_document(Document("d", "", text))
    return [line for passage in passages for line in passage.text.split("\n")]


HEAD = "<tr><th>Day<th>Hall<th>Opens"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "<tr><td rowspan=2>Monday<td>A<td>9<tr><td>B<td>10",
            ["Monday: Hall A; Opens 9", "Monday: Hall B; Opens 10"],
        ),
        (
            "<tr><td>Monday<td>A<td rowspan=2>9<tr><td>Tuesday<td>B",
            ["Monday: Hall A; Opens 9", "Tuesday: Hall B; Opens 9"],
        ),
        (
            "<tr><td>Monday<td rowspan=3>A<td>9<tr><td>Tuesday<td>10<tr><td>Friday<td>11<tr><td>Sunday<td>B<td>12",
            [
                "Monday: Hall A; Opens 9",
                "Tuesday: Hall A; Opens 10",
                "Friday: Hall A; Opens 11",
                "Sunday: Hall B; Opens 12",
            ],
        ),
        ("<tr><td>Monday<td colspan=2>closed", ["Monday: Hall closed; Opens closed"]),
        ("<tr><td colspan=2>Sunday<td>closed", ["Sunday: Opens closed"]),
        ("<tr><td colspan=3>In summer<tr><td>Monday<td>A<td>9", ["In summer", "Monday: Hall A; Opens 9"]),
        ("<tr><td>Monday<td><td>9", ["Monday: Opens 9"]),
        ("<tr><td>Monday<td>A", ["Monday: A"]),
        ("<tr><td rowspan=0>Monday<td colspan=x>A<td rowspan=-2>9", ["Monday: Hall A; Opens 9"]),
        ("<tr><td> <td>&nbsp;<td><tr><td>Monday<td>A<td>9", ["Monday: Hall A; Opens 9"]),
    ],
    ids=[
        "a day over two rows",
        "a time over two rows",
        "a hall over three rows",
        "closed in both columns",
        "two columns before",
        "a row of one cell",
        "an empty cell",
        "a missing cell",
        "spans that are none",
        "an empty row",
    ],
)
def test_a_cell_stays_below_the_name_of_its_column(rows, said):
    assert rows_of(f"<table>{HEAD}{rows}</table>") == said


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("<tr><th>Day<th>Opens<th>Closes", ["Monday: Opens 9; Closes 5"]),
        ("<thead><tr><th>Day<th>Opens<th>Closes</thead>", ["Monday: Opens 9; Closes 5"]),
        (
            "<tr><td><b>Day</b><td><p><strong>Opens</strong></p><td><b>Closes</b>",
            ["Monday: Opens 9; Closes 5"],
        ),
        ("<tr><td><th>Opens<th>Closes", ["Monday: Opens 9; Closes 5"]),
        ("<tr><th>Day<th colspan=2>Hours", ["Monday: Hours 9; Hours 5"]),
        (
            "<tr><th colspan=3>The pool<tr><th>Day<th>Opens<th>Closes",
            ["The pool", "Monday: Opens 9; Closes 5"],
        ),
        (
            "<caption>The pool</caption><tr><th>Day<th>Opens<th>Closes",
            ["The pool", "Monday: Opens 9; Closes 5"],
        ),
        ("<tr><td>Sunday<td>10<td>4", ["Sunday: 10; 4", "Monday: 9; 5"]),
        ("<tr><th>Sunday<td>10<td>4", ["Sunday: 10; 4", "Monday: 9; 5"]),
        ("", ["Monday: 9; 5"]),
    ],
    ids=[
        "cells that are heads",
        "a head of the table",
        "bold cells",
        "an empty corner",
        "a name over two columns",
        "a title over all columns",
        "a caption",
        "no names at all",
        "names of rows alone",
        "one row",
    ],
)
def test_a_first_row_that_names_no_columns_is_not_lost(head, said):
    assert rows_of(f"<table>{head}<tr><td>Monday<td>9<td>5</table>") == said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            "<table><tr><td>Left words<td><table><tr><td>Inner<td>x</table> behind<td>Right words</table>",
            ["Left words", "Inner: x", "behind: Right words"],
        ),
        (
            "<table><tr><td><table><tr><td>Phone<td>555-0100</table><td><table><tr><td>Office<td>Mill Road 1</table></table>",
            ["Phone: 555-0100", "Office: Mill Road 1"],
        ),
        (
            "<table><tr><td>Begun <table><tr><td>Inner</table></table><p>Behind.",
            ["Begun", "Inner", "Behind."],
        ),
        ("<table><tr><td>Call 555-0100 any day.</table>", ["Call 555-0100 any day."]),
        ("<table><tr><td>Never closed", ["Never closed"]),
        ("<table>Before <tr><td>In it<td>x</table> Behind", ["Before", "In it: x", "Behind"]),
        ("<tr><td>No table<td>x", ["No table: x"]),
        ("<table></table><p>Behind.", ["Behind."]),
    ],
    ids=[
        "a table in a cell",
        "a table in each cell",
        "words before it",
        "a box",
        "never closed",
        "words around rows",
        "cells without table",
        "empty",
    ],
)
def test_no_words_are_lost_where_a_table_only_makes_columns(table, said):
    assert rows_of(table) == said


def test_a_list_and_a_link_in_a_cell_stay_in_their_row():
    table = "<table><tr><th>What<th>How<tr><td>Sofa<td><ul><li>call<li><a href='https://city.example/b'>book</a></ul></table>"

    assert rows_of(table) == ["Sofa: call book (https://city.example/b)"]


def test_a_bar_in_a_cell_is_no_end_of_it():
    table = "<table><tr><th>Day<th>Opens<th>Closes<tr><td>Monday<td>9 | 10<td>5</table>"

    assert rows_of(table) == ["Monday: Opens 9 | 10; Closes 5"]


def test_cells_that_claim_to_span_very_much_do_not_blow_up_a_page():
    table = f"<table><tr><td colspan=99999 rowspan=99999>{'word ' * 200}</table>" + "<tr><td>x" * 50

    _, text, _ = parse_html(f"<body>{table}</body>".encode())

    assert len(text) < 5000
