"""The encoders in Rasa's Python give the vectors that the library's embedders give for the same text."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from knowledge.index.embedding import SentenceTransformerEmbedder, UniversalSentenceEmbedder
from nlu.environment import in_rasa
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
]
PROGRAM = """
import json, sys
from nlu.components.encoders import ENCODERS
texts = json.load(sys.stdin)
print(json.dumps({name: encoder().encode(texts).tolist() for name, encoder in ENCODERS.items()}))
"""


@pytest.fixture(scope="module")
def vectors():
    if not RASA_PYTHON.is_file():
        pytest.skip("Rasa's Python is not installed (.venv-rasa): run `make environments`")
    command = in_rasa(RASA_PYTHON, "unused")[:-2]
    done = subprocess.run(
        [*command, "-c", PROGRAM], input=json.dumps(TEXTS), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: np.array(rows) for name, rows in json.loads(done.stdout).items()}


@pytest.mark.parametrize(
    ("name", "embedder", "cosine"),
    [("use", UniversalSentenceEmbedder, 0.99999), ("minilm", SentenceTransformerEmbedder, 0.995)],
)
def test_a_vector_is_the_one_the_library_computes(vectors, name, embedder, cosine):
    told = [row for row, text in enumerate(TEXTS) if text.strip()]
    expected = np.asarray(embedder().encode([TEXTS[row] for row in told]))

    likeness = (vectors[name][told] * expected).sum(axis=1)
    assert likeness.min() >= cosine, dict(zip([TEXTS[row] for row in told], likeness, strict=True))


@pytest.mark.parametrize(("name", "size"), [("use", 512), ("minilm", 384)])
def test_every_text_has_a_vector_of_length_one(vectors, name, size):
    assert vectors[name].shape == (len(TEXTS), size)
    assert np.allclose(np.linalg.norm(vectors[name], axis=1), 1, atol=1e-4)
