"""The fake keeps the promises of the real ones."""

import numpy as np
import pytest

from knowledge.index.fake_embedder import FakeEmbedder


def test_texts_that_share_words_are_near_and_others_are_not():
    trash, garbage_day, water = FakeEmbedder().encode(["trash collection day", "the trash day", "water bill"])

    assert trash @ garbage_day > 0.7
    assert abs(trash @ water) < 0.3


@pytest.mark.parametrize("texts", [["one"], ["", "two words"], ["一", "العربية"]])
def test_vectors_have_length_one_and_never_change(texts):
    first, second = FakeEmbedder().encode(texts), FakeEmbedder().encode(texts)

    assert np.allclose(np.linalg.norm(first, axis=1), 1)
    assert (first == second).all()
    assert first.dtype == np.float32


def test_the_name_tells_the_dimension():
    assert FakeEmbedder(64).name != FakeEmbedder().name
