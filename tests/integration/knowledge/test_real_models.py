"""The models that ship with the packages, on a handful of documents: what no fake can tell."""

import numpy as np
import pytest

from knowledge.imports.importing import import_paths, rebuild_index
from knowledge.index.embedding import SentenceEmbedder, make_embedders
from knowledge.search.library import Library

DOCUMENTS = {
    "voting.md": "# Voting\n\nRegister at the clerk's office until 20 days before the election. Bring proof of your address.",
    "trash.md": "# Trash collection\n\nPut your cart at the curb by 7 a.m. on your collection day.",
    "pets.md": "# Lost pets\n\nCall animal control when your cat or dog has run away.",
    "water.md": "# Water bill\n\nThe bill comes every three months and is due in 30 days.",
    "library.md": "# Library card\n\nA library card is free for everybody who lives here.",
}


@pytest.fixture(scope="module")
def embedders():
    return make_embedders("minilm+use")


@pytest.fixture(scope="module")
def library(embedders, tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    documents = folder / "documents"
    documents.mkdir()
    for name, text in DOCUMENTS.items():
        (documents / name).write_text(text, encoding="utf-8")
    import_paths([documents], folder / "knowledge", embedders)
    return Library(folder / "knowledge", embedders, 0.5)


@pytest.mark.parametrize(
    ("question", "language", "title"),
    [
        ("when do I have to put out my garbage", "en", "Trash collection"),
        ("how do I sign up for the election", "en", "Voting"),
        ("my puppy disappeared", "en", "Lost pets"),
        ("¿Dónde me registro para votar?", "es", "Voting"),
        ("se me perdió el perro", "es", "Lost pets"),
        ("Quand dois-je payer la facture d'eau ?", "fr", "Water bill"),
        ("Como faço um cartão da biblioteca?", "pt", "Library card"),
        ("我在哪里登记投票？", "zh", "Voting"),
        ("كيف أحصل على بطاقة المكتبة؟", "ar", "Library card"),
    ],
)
def test_a_question_in_any_language_finds_the_english_document(library, question, language, title):
    assert library.ask(question, language).found[0].passage.title == title


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("what is the weather on mars", "en"),
        ("tell me a joke", "en"),
        ("cuéntame un chiste", "es"),
        ("asdf qwer", "en"),
    ],
)
def test_what_the_documents_do_not_hold_is_not_answered(library, question, language):
    assert not library.ask(question, language).confident


def test_vectors_have_length_one_and_a_name_that_tells_the_version(embedders):
    for embedder in embedders:
        vectors = embedder.encode(["one text", "another text", ""])
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
        assert any(character.isdigit() for character in embedder.name)


def test_a_change_of_models_is_healed_by_an_import_of_nothing(library, tmp_path):
    (tmp_path / "a.md").write_text("Some words about trees.", encoding="utf-8")
    folder = tmp_path / "knowledge"
    one = [SentenceEmbedder("use")]
    import_paths([tmp_path / "a.md"], folder, make_embedders("minilm+use"))
    assert Library(folder, one, 0.5).is_empty

    report = rebuild_index(folder, one)

    assert report.built
    assert not Library(folder, one, 0.5).is_empty
