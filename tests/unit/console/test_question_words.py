"""The pages about questions: where a page of the list begins, which document is meant, and why a passage was found."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from console.questions.common import MOST_ID
from console.questions.groups import _group_languages, _read_place, _written_place
from console.questions.must import _library_id
from console.questions.try_it import SHOWN, _in_common, _percent_of, _shown_candidate
from knowledge.base.model import Found, Passage
from knowledge.documents.documents import create_draft, row_of
from knowledge.questions.groups import groups_page
from tests.support.builders import NOON

AT = NOON.isoformat()


@pytest.mark.parametrize(
    ("order", "after", "place"),
    [
        ("often", "12~7", ("12", 7)),
        ("newest", f"{AT}~7", (AT, 7)),
        ("often", "", None),
        ("often", "12", None),
        ("often", "12~", None),
        ("often", "~7", None),
        ("often", "many~7", None),
        ("often", f"{AT}~7", None),
        ("often", f"{10**30}~7", None),
        ("often", f"12~{MOST_ID}", ("12", MOST_ID)),
        ("often", f"12~{MOST_ID + 1}", None),
        ("often", f"12~-{10**30}", None),
        ("newest", "12~7", None),
        ("newest", "2026-06-01~7", None),
        ("newest", "2026-06-01T12:00:00~7", None),
        ("newest", "0001-01-01T00:00:00+05:00~7", None),
    ],
)
def test_a_page_begins_where_it_says_or_at_the_beginning(database, order, after, place):
    found = _read_place(after, order)
    assert found == place
    with database.reading() as session:
        assert groups_page(session, order=order, after=found) == ([], None)
    assert found is None or _written_place(found) == after


@pytest.mark.parametrize(
    ("asked", "languages"),
    [(["es", "en"], ["es", "en"]), (["vi", "es"], ["es"]), (["vi"], ["en"]), ([], ["en"])],
    ids=["the commonest first", "those that are answered", "none of them", "nobody knows"],
)
def test_a_group_is_answered_in_the_languages_that_it_was_asked_in(asked, languages):
    visit = SimpleNamespace(console=SimpleNamespace(languages=["en", "es"]))
    assert _group_languages(visit, SimpleNamespace(languages=asked)) == languages


@pytest.fixture
def document(database):
    """A document's number, and what the library calls it."""
    with database.writing() as session:
        words = {"title": "Trash", "text": "On Monday.", "language": "en", "department": ""}
        number = create_draft(session, by="Ana", now=NOON, **words)
        return number, row_of(session, number).library_id


@pytest.mark.parametrize("typed", ["", "/", "trash", "999", "-1", "9" * 30, "²", "1.5"])
def test_what_names_no_document_is_refused(clerk, document, typed):
    assert document
    with pytest.raises(ValueError):  # noqa: PT011  whatever its words
        _library_id(clerk, typed)


@pytest.mark.parametrize(
    ("share", "percent"), [(0.0, 0), (0.004, 0), (0.715, 72), (1.0, 100), (1.3, 100), (-0.2, 0)]
)
def test_how_sure_the_library_is_stays_between_nothing_and_all(share, percent):
    assert _percent_of(share) == percent


def passage(text="Carts out.", headings=()):
    return Passage("p", "d", "Trash days", text, headings, language="en")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("When are trash days?", ("trash", "days")),
        ("trash trash TRASH", ("trash",)),
        ("cart", ("cart",)),
        ("swimming pool", ()),
        ("", ()),
    ],
    ids=["in the title", "each once", "in another form", "nothing", "no words"],
)
def test_words_in_common_are_those_of_the_question(asked, words):
    assert tuple(word for word in _in_common(asked, passage()) if word not in {"when", "are"}) == words


@pytest.mark.parametrize(
    ("asked", "headed"),
    [("trash days", True), ("Trash days?", True), ("bulk items", True), ("trash", False)],
)
def test_a_passage_that_is_headed_by_the_question_says_so(asked, headed):
    found = Found(passage(headings=("Trash", "Bulk items")), 0.5)
    assert _shown_candidate(asked, found, 3).is_heading is headed


def test_a_long_passage_is_cut_between_words():
    shown = _shown_candidate("x", Found(passage(text="word " * 400), 0.5), None).text
    assert shown.endswith("word …")
    assert len(shown) <= SHOWN + 2
