"""What is said beside an answer, and the newer version in place of the older one."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.base.model import Found, Passage, Remark
from knowledge.base.reviews import is_long_unreviewed
from knowledge.freshness.looking import remarks_in
from knowledge.freshness.remarks import FILE, Remarks, read_remarks

SIDES = {
    "sides": [
        {"sentence": "A dog license costs $12 a year.", "said": "$12"},
        {"sentence": "A dog license costs $15 a year.", "said": "$15"},
    ]
}
RULES = {"titles": ["Rules 2024", "Rules 2019"]}


def passage(document: str, text: str, number: int = 0) -> Passage:
    return Passage(f"{document}-{number}", document, document.title(), text)


def remarks(*rows: tuple[str, list[str], dict, str]) -> Remarks:
    values = remarks_in(rows)
    return Remarks(values["newer"], values["contradicted"])


def test_both_pages_say_what_the_other_says_until_somebody_decides() -> None:
    told = remarks(("contradiction", ["dogs", "fees"], SIDES, ""))
    assert told.on(passage("dogs", ""), "It is easy.\nA dog license costs $12 a  year.") == Remark("$15")
    assert told.on(passage("fees", ""), "A dog license costs $15 a year.") == Remark("$12")


def test_nothing_is_said_where_the_sentence_is_not_quoted() -> None:
    told = remarks(("contradiction", ["dogs", "fees"], SIDES, ""))
    assert told.on(passage("dogs", ""), "Bring proof of a rabies shot.") == Remark()
    assert told.on(passage("cats", ""), "A dog license costs $12 a year.") == Remark()


def test_of_a_settled_pair_only_the_wrong_page_says_what_is_right() -> None:
    told = remarks(("contradiction", ["dogs", "fees"], SIDES, "first"))
    assert told.on(passage("dogs", ""), "A dog license costs $12 a year.") == Remark()
    assert told.on(passage("fees", ""), "A dog license costs $15 a year.") == Remark(
        "$12", elsewhere_is_right=True
    )


def test_the_newer_version_answers_where_it_says_the_same() -> None:
    told = remarks(("versions", ["new", "old"], RULES, ""))
    old, new = (
        passage("old", "Members speak for five minutes."),
        passage("new", "Members speak for three minutes."),
    )
    other = passage("swim", "The pool is open.")
    ranked = [Found(old, 0.9), Found(other, 0.5), Found(new, 0.4)]
    assert told.put_newer_first(ranked) == [Found(new, 0.9), Found(other, 0.5)]
    assert told.on(new, new.text) == Remark(has_older=True)


def test_the_older_version_answers_what_the_newer_one_does_not_say() -> None:
    told = remarks(("versions", ["new", "old"], RULES, ""))
    old, new = (
        passage("old", "Signs are not allowed in the chamber."),
        passage("new", "Members speak for three minutes."),
    )
    ranked = [Found(old, 0.9), Found(new, 0.2)]
    assert told.put_newer_first(ranked) == ranked
    assert told.on(old, old.text) == Remark(newer="Rules 2024")


def test_a_missing_or_damaged_file_says_nothing(tmp_path) -> None:
    assert read_remarks(tmp_path) == Remarks()
    (tmp_path / FILE).write_text("{")
    assert read_remarks(tmp_path) == Remarks()


@pytest.mark.parametrize(
    ("reviewed", "years", "is_long"),
    [
        ("2021-05-01", 3, True),
        ("2024-12-01", 3, False),
        ("2021-05-01", 0, False),
        ("", 3, False),
        ("spring", 3, False),
    ],
)
def test_a_review_is_too_long_ago_after_some_years(reviewed: str, years: int, *, is_long: bool) -> None:
    assert is_long_unreviewed(reviewed, date(2026, 11, 30), years) is is_long
