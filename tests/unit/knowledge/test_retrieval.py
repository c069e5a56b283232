"""Candidates and what speaks for each, with embedders that know a handful of texts."""

import numpy as np
import pytest

from knowledge.base.model import Document
from knowledge.index.heading_vectors import HeadingVectors
from knowledge.index.passages import split_document
from knowledge.index.snapshot import build_snapshot, open_snapshot
from knowledge.index.vector_file import write_vectors
from knowledge.search.retrieval import gather_signals

SUBJECTS = ("dog", "cat", "perro", "tax")
TAXES = "# Taxes\n\nAll about tax.\n\n## When is it due?\n\nThe tax is due in January.\n"


class Knows:
    """Encodes a text as the subjects that it names; `as_one` names subjects that mean the same to it."""

    learned = True

    def __init__(self, name, languages=(), as_one=()):
        self.name, self.languages, self._as_one = name, languages, dict(as_one)

    def encode(self, texts):
        vectors = np.zeros((len(texts), len(SUBJECTS) + 1), np.float32)
        for row, text in enumerate(texts):
            for subject in SUBJECTS:
                if subject in text.lower():
                    vectors[row, SUBJECTS.index(self._as_one.get(subject, subject))] = 1
            vectors[row, -1] = 0.1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


ENGLISH = Knows("english", ("en",))
ANY = Knows("any", as_one={"perro": "dog", "cat": "dog"})


@pytest.fixture
def snapshot(tmp_path):
    def build(embedders):
        documents = [
            Document(
                "dogs", "Dogs", "# Dogs\n\n## Does my dog need a license?\n\nEvery dog does.\n", language="en"
            ),
            Document(
                "cats", "Cats", "# Cats\n\n## Does my cat need a license?\n\nNo cat does.\n", language="en"
            ),
            Document(
                "perros", "Perros", "# Perros\n\n## ¿Mi perro la necesita?\n\nTodo perro.\n", language="es"
            ),
            Document("taxes", "Taxes", TAXES, language="en"),
            Document(
                "fish",
                "Fish",
                f"# Fish\n\n## Which?\n\n{'Cod and eel. ' * 50}\n\n{'Perch or tench. ' * 50}\n",
            ),
            Document("bare", "", "The tax office is closed.", language="en"),
        ]
        passages = [passage for document in documents for passage in split_document(document)]
        build_snapshot(tmp_path, passages, embedders)
        version = (tmp_path / "CURRENT").read_text()
        return open_snapshot(tmp_path, version)

    return build


def row_of(snapshot, signals, document, heading=None):
    passages = [snapshot.passages[number] for number in signals.numbers.tolist()]
    return next(
        at
        for at, one in enumerate(passages)
        if one.document_id == document and (heading is None or bool(one.headings) == heading)
    )


def test_an_embedder_made_for_both_languages_judges_alone(snapshot):
    opened = snapshot([ENGLISH, ANY])

    asked = gather_signals(opened, [ENGLISH, ANY], "does my dog need a license", "en")

    dogs, cats, perros = (row_of(opened, asked, name) for name in ("dogs", "cats", "perros"))
    assert asked.meaning[dogs] > 0.9
    assert asked.meaning[cats] < 0.2  # the other one takes cats for dogs
    assert asked.meaning[perros] > 0.9
    assert asked.own_language[[dogs, cats, perros]].tolist() == [True, True, False]


def test_what_stands_above_a_passage_speaks_for_it_and_a_passage_under_nothing_for_itself(snapshot):
    opened = snapshot([ANY])

    asked = gather_signals(opened, [ANY], "tax", "en")

    due, bare = row_of(opened, asked, "taxes", heading=True), row_of(opened, asked, "bare")
    assert asked.headings[due] > 0.9
    assert asked.headings[bare] == pytest.approx(asked.meaning[bare])


def test_the_opening_of_a_page_with_sections_is_known(snapshot):
    opened = snapshot([ANY])

    asked = gather_signals(opened, [ANY], "tax", "en")

    assert asked.openings[row_of(opened, asked, "taxes", heading=False)]
    assert not asked.openings[row_of(opened, asked, "taxes", heading=True)]
    assert not asked.openings[row_of(opened, asked, "bare")]


def test_rivals_are_other_sections_of_one_language(snapshot):
    opened = snapshot([ENGLISH, ANY])

    asked = gather_signals(opened, [ENGLISH, ANY], "does my dog need a license", "en")

    dogs, perros, taxes = (row_of(opened, asked, name) for name in ("dogs", "perros", "taxes"))
    assert asked.rivals[dogs, taxes]
    assert not asked.rivals[dogs, perros]
    assert not asked.rivals[dogs, dogs]
    opening, due = (row_of(opened, asked, "taxes", heading=heading) for heading in (False, True))
    assert asked.rivals[opening, due] or asked.meaning[opening] == asked.meaning[due]
    assert not asked.rival_pages[opening, due]


def test_two_passages_of_one_section_are_no_rivals(snapshot):
    opened = snapshot([ANY])

    asked = gather_signals(opened, [ANY], "which fish may I keep", "en")

    passages = [opened.passages[number] for number in asked.numbers.tolist()]
    parts = [at for at, one in enumerate(passages) if one.document_id == "fish"]
    assert len(parts) == 2
    assert not asked.rivals[np.ix_(parts, parts)].any()


def test_headings_of_another_index_are_refused(tmp_path):
    write_vectors(tmp_path / "h.npy", 2, [np.eye(2, dtype=np.float32)])

    assert HeadingVectors.open(tmp_path / "h.npy", 2).vectors(np.array([1])).tolist() == [[0, 1]]
    with pytest.raises(ValueError, match="has 2 vectors, not 3"):
        HeadingVectors.open(tmp_path / "h.npy", 3)


def test_headings_that_do_not_all_come_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="2 vectors came, not 3"):
        write_vectors(tmp_path / "h.npy", 3, [np.eye(2, dtype=np.float32)])
