"""A page that was answered from, asked again: its own sections only, and how far they stand behind the whole library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.base.model import AnsweredPage, Document
from knowledge.index.passages import split_document
from knowledge.index.snapshot import Snapshot, build_snapshot, open_snapshot
from knowledge.search.continuing import RankedOnPage, rank_on_page

SUBJECTS = ("dog", "boat", "cost", "apply", "fine")
PAGES = {
    "dogs": "# Dog licenses\n\n## What does it cost?\n\nA dog license is $12 a year.\n\n## How do I apply?\n\nYou apply for a dog at City Hall.\n",
    "boats": "# Boat permits\n\n## What does it cost?\n\nThe cost of a boat is $40, what a cost.\n\n## What is the fine?\n\nThe fine is $80.\n",
}


class Subjects:
    """Encodes a text as the subjects that it names."""

    learned, languages, name = True, (), "subjects"

    def encode(self, texts):
        vectors = np.array([[each in text.lower() for each in SUBJECTS] for text in texts], np.float32)
        vectors = np.hstack([vectors, np.full((len(texts), 1), 0.1, np.float32)])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


MODEL = Subjects()


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    documents = [
        Document(name, text.splitlines()[0][2:], text, language="en") for name, text in PAGES.items()
    ]
    passages = [passage for document in documents for passage in split_document(document)]
    return open_snapshot(tmp_path, build_snapshot(tmp_path, passages, [MODEL]).version)


def ask(snapshot: Snapshot, question: str, document: str = "dogs") -> tuple[list[str], RankedOnPage]:
    page = AnsweredPage(document, PAGES[document].splitlines()[0][2:])
    ranked = rank_on_page(snapshot, [MODEL], question, page, "en")
    assert ranked
    return [snapshot.passages[number].headings[-1] for number in ranked.numbers.tolist()], ranked


def test_the_new_words_say_which_section_of_the_page_it_is(snapshot: Snapshot) -> None:
    assert ask(snapshot, "how much does that cost")[0][0] == "What does it cost?"
    assert ask(snapshot, "where do I apply")[0][0] == "How do I apply?"
    assert ask(snapshot, "how much does that cost", "boats")[0][0] == "What does it cost?"


def test_a_page_without_an_id_is_known_by_what_stands_in_its_title(snapshot: Snapshot) -> None:
    ranked = rank_on_page(snapshot, [MODEL], "how much does that cost", AnsweredPage("", "boat"), "en")
    assert ranked
    assert {snapshot.passages[number].document_id for number in ranked.numbers.tolist()} == {"boats"}
    assert rank_on_page(snapshot, [MODEL], "how much does that cost", AnsweredPage("", "cat"), "en") is None


def test_no_other_page_is_among_them(snapshot: Snapshot) -> None:
    headings, ranked = ask(snapshot, "how much does that cost")
    assert sorted(headings) == ["How do I apply?", "What does it cost?"]
    assert {snapshot.passages[number].document_id for number in ranked.numbers.tolist()} == {"dogs"}


def test_words_that_another_page_knows_better_stand_far_behind(snapshot: Snapshot) -> None:
    _, of_this_page = ask(snapshot, "where do I apply")
    _, of_another = ask(snapshot, "what is the fine for a boat")
    assert of_this_page.behind == pytest.approx(0)
    assert of_another.behind > 0.5


def test_sureness_never_rises(snapshot: Snapshot) -> None:
    _, ranked = ask(snapshot, "how much does that cost")
    assert list(ranked.sure) == sorted(ranked.sure, reverse=True)
    assert 0 < ranked.sure[0] < 1


def test_a_page_that_is_gone_and_a_place_elsewhere_say_nothing(snapshot: Snapshot) -> None:
    gone = AnsweredPage("cats", "Cat licenses")
    assert rank_on_page(snapshot, [MODEL], "how much does that cost", gone, "en") is None
    dogs = AnsweredPage("dogs", "Dog licenses")
    assert rank_on_page(snapshot, [MODEL], "how much does that cost in Chicago", dogs, "en") is None
