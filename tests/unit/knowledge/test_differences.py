"""What changed between two versions, as staff see it."""

from datetime import date

import pytest

from knowledge.documents.differences import changed_details, changed_lines
from knowledge.documents.documents import Content


def marked(before, after):
    """The comparison with `[-removed-]` and `[+added+]`, a line each; skipped lines as their number."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return [
        "".join(marks[piece.kind].format(piece.text) for piece in line.pieces) or line.skipped
        for line in changed_lines(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Open at nine.", "Open at ten.", ["Open at [-nine.-][+ten.+]"]),
        ("One.\nTwo.", "One.\nTwo.\nThree.", ["One.", "Two.", "[+Three.+]"]),
        ("One.\nTwo.", "Two.", ["[-One.-]", "Two."]),
        (
            "Quite other words here.",
            "Nothing alike at all!",
            ["[-Quite other words here.-]", "[+Nothing alike at all!+]"],
        ),
        ("<b>x</b> & y", "<b>x</b> & z", ["<b>x</b> & [-y-][+z+]"]),
        ("", "New.", ["[--]", "[+New.+]"]),
    ],
)
def test_lines_are_compared_word_by_word_where_they_are_alike(before, after, shown):
    assert marked(before, after) == shown


def test_what_did_not_change_is_left_out_but_for_a_little_around():
    lines = [f"Line {at}." for at in range(40)]
    changed = [*lines[:20], "Another.", *lines[21:]]

    shown = marked("\n".join(lines), "\n".join(changed))

    assert shown[0] == 18
    assert shown[1:3] == ["Line 18.", "Line 19."]
    assert shown[-1] == 17


def test_nothing_is_lost_or_made_up():
    before, after = "a b c\nd e f\ng", "a x c\nnew\ng h"
    pieces = [piece for line in changed_lines(before, after) for piece in line.pieces]

    assert "".join(p.text for p in pieces if p.kind != "added").replace(" ", "") == "abcdefg"
    assert "".join(p.text for p in pieces if p.kind != "removed").replace(" ", "") == "axcnewgh"


def test_fields_that_changed_are_named():
    before = Content("Glass", "x", keywords=("jar",), valid_from=date(2026, 1, 1))
    after = Content("Glass", "x", url="https://city.example", keywords=("jar", "bottle"))

    assert [(one.name, one.before, one.after) for one in changed_details(before, after)] == [
        ("url", "", "https://city.example"),
        ("valid_from", "2026-01-01", ""),
        ("keywords", "jar", "jar, bottle"),
    ]
