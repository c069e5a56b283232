"""How much nearer a whole language is to a question, and that a page is not found for that alone."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from knowledge.base.model import Document
from knowledge.index.language_centres import SMOOTHED, CentreCounter, LanguageCentres
from knowledge.index.passages import split_document
from knowledge.index.snapshot import build_snapshot, current_version, open_snapshot
from knowledge.search.ranking import order_candidates
from knowledge.search.retrieval import gather_signals

ENGLISH, SPANISH, PORTUGUESE = np.eye(3, dtype=np.float32)


def counted(tmp_path, english, spanish, languages=("en", "es")):
    """The centres of so many vectors in each language."""
    counter = CentreCounter(languages, ["en"] * len(english) + ["es"] * len(spanish))
    vectors = np.array([*english, *spanish], np.float32)
    deque(counter.watch([vectors[:3], vectors[3:]]), maxlen=0)
    counter.write(tmp_path / "centres.npy")
    return LanguageCentres.open(tmp_path / "centres.npy", languages)


def test_a_language_nearer_to_the_question_is_in_excess_and_the_main_one_never(tmp_path):
    centres = counted(tmp_path, [ENGLISH] * 500, [SPANISH] * 500)

    excess = centres.excess_nearness(SPANISH, ["es", "en", "fr", ""])

    assert excess.tolist() == [pytest.approx(500 / (500 + SMOOTHED)), 0, 0, 0]
    assert not centres.excess_nearness(ENGLISH, ["es", "en"]).any()


def test_the_middle_of_two_pages_says_little_about_their_language(tmp_path):
    centres = counted(tmp_path, [ENGLISH] * 100, [SPANISH] * 2)
    assert centres.excess_nearness(SPANISH, ["es"])[0] == pytest.approx(2 / 22)


def test_a_language_that_the_encoder_does_not_read_is_as_near_as_the_main_one(tmp_path):
    centres = counted(tmp_path, [ENGLISH] * 100, [np.zeros(3)] * 100)
    assert not centres.excess_nearness(SPANISH, ["es"]).any()


def test_an_encoder_that_does_not_read_the_main_language_finds_none_nearer_than_another(tmp_path):
    centres = counted(tmp_path, [np.zeros(3)] * 100, [SPANISH] * 50)
    assert not centres.excess_nearness(SPANISH, ["en", "es"]).any()


def test_blocks_pass_unchanged(tmp_path):
    blocks = [np.eye(3, dtype=np.float32), 2 * np.eye(3, dtype=np.float32)]
    passed = list(CentreCounter(["en"], ["en"] * 6).watch(blocks))
    assert all(one is other for one, other in zip(passed, blocks, strict=True))


def test_centres_of_other_languages_are_refused(tmp_path):
    counted(tmp_path, [ENGLISH] * 3, [])
    with pytest.raises(ValueError, match="has 2 centres, not 1"):
        LanguageCentres.open(tmp_path / "centres.npy", ["en"])


class KeepsLanguagesApart:
    """Subjects are three numbers, and languages three that are larger; Spanish and Portuguese lie side by side."""

    name, languages, learned = "apart", (), True
    SUBJECTS = ("dog", "tax", "bus"), ("perro", "impuesto", "autobus"), ("cachorro", "imposto", "onibus")

    def encode(self, texts):
        vectors = np.zeros((len(texts), 6), np.float32)
        for row, text in enumerate(texts):
            for language, subjects in enumerate(self.SUBJECTS):
                for at, subject in enumerate(subjects):
                    if subject in text.lower():
                        vectors[row, at] = 1
                        vectors[row, 3:] = ((1.4, 0, 0), (0, 1.4, 0), (0, 1.3, 0.5))[language]
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def test_a_portuguese_question_finds_what_it_asks_for_and_not_what_is_written_in_a_language_like_its_own(
    tmp_path,
):
    embedder = KeepsLanguagesApart()
    pages = [("en", "tax"), ("en", "bus"), ("en", "dog"), ("es", "impuesto"), ("es", "autobus")]
    documents = [
        Document(f"{language}-{subject}-{copy}", "", f"{subject} {copy}", language=language)
        for language, subject in pages
        for copy in range(20)
    ]
    build_snapshot(tmp_path, [one for each in documents for one in split_document(each)], [embedder])
    snapshot = open_snapshot(tmp_path, current_version(tmp_path))

    signals = gather_signals(snapshot, [embedder], "cachorro", "pt")

    first = snapshot.passages[int(signals.numbers[order_candidates(signals)[0]])]
    assert first.document_id.startswith("en-dog")
