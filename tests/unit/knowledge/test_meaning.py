"""Search by meaning: an exact index, and groups of vectors in a large library."""

import faiss
import numpy as np
import pytest

from knowledge.index import ivf_index as meaning_groups
from knowledge.index.ivf_index import ENOUGH, GroupedIndex, nearest_exactly, write_groups
from knowledge.index.vector_index import FaissIndex, write_exact

SIZE, DIMENSION = 6000, 32


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors():
    chance = np.random.default_rng(7)
    subjects = chance.normal(size=(300, DIMENSION))
    return unit(subjects[chance.integers(300, size=SIZE)] + chance.normal(scale=0.5, size=(SIZE, DIMENSION)))


@pytest.fixture(scope="module")
def questions(vectors):
    chance = np.random.default_rng(8)
    return unit(vectors[::40] + chance.normal(scale=0.1, size=(SIZE // 40, DIMENSION)))


def blocks(vectors, size=1700):
    return (vectors[start : start + size] for start in range(0, len(vectors), size))


def recall(index, vectors, questions, count):
    exact = np.argsort(-(questions @ vectors.T), axis=1)[:, :count]
    found = [index.search(question, count) for question in questions]
    return np.mean([np.isin(known, some).mean() for known, some in zip(exact, found, strict=True)])


def centres_of(path):
    index = faiss.read_index(str(path))
    return faiss.downcast_index(index.quantizer).reconstruct_n().copy()


def test_the_exact_index_finds_the_nearest_in_order(tmp_path, vectors, questions):
    write_exact(tmp_path / "m.faiss", blocks(vectors))

    index = FaissIndex.open(tmp_path / "m.faiss")

    assert recall(index, vectors, questions, 10) == 1
    assert index.search(vectors[5], 3)[0] == 5


def test_groups_find_enough_of_the_nearest_for_questions_that_they_were_not_tuned_with(
    tmp_path, vectors, questions
):
    tuned = write_groups(tmp_path / "m.faiss", SIZE, blocks(vectors), questions[::2])

    index = GroupedIndex.open(tmp_path / "m.faiss")

    assert tuned.recall >= ENOUGH
    assert tuned.probes < tuned.groups
    assert recall(index, vectors, questions[1::2], 50) >= 0.97
    assert index.search(vectors[5], 3)[0] == 5
    numbers = np.array([3, 77, 5999])
    assert np.allclose(index.cosines(questions[0], numbers), vectors[numbers] @ questions[0], atol=1e-3)


def test_the_wish_for_more_recall_is_paid_with_more_groups(tmp_path, vectors, questions, monkeypatch):
    probes = []
    for enough in (0.5, 0.9, 1.0):
        monkeypatch.setattr(meaning_groups, "ENOUGH", enough)
        tuned = write_groups(tmp_path / "m.faiss", SIZE, blocks(vectors), questions)
        probes.append(tuned.probes)
        assert tuned.recall >= enough or tuned.probes == tuned.groups
        assert GroupedIndex.open(tmp_path / "m.faiss")._index.nprobe == tuned.probes

    assert probes == sorted(set(probes))


def test_texts_that_the_model_cannot_read_are_in_no_group(tmp_path, vectors, questions):
    some = vectors.copy()
    some[::2] = 0
    write_groups(tmp_path / "m.faiss", SIZE, blocks(some), questions)

    index = GroupedIndex.open(tmp_path / "m.faiss")

    found = index.search(questions[0], 50)
    assert len(found) == 50
    assert (found % 2 == 1).all()
    assert index.cosines(questions[0], np.array([0, 2])).tolist() == [0, 0]


def test_a_library_that_the_model_cannot_read_at_all_finds_nothing(tmp_path, questions):
    write_groups(tmp_path / "m.faiss", SIZE, blocks(np.zeros((SIZE, DIMENSION), np.float32)), questions)

    assert GroupedIndex.open(tmp_path / "m.faiss").search(questions[0], 50).tolist() == []


def test_a_later_index_keeps_the_groups_of_the_one_before(tmp_path, vectors, questions):
    write_groups(tmp_path / "a.faiss", SIZE, blocks(vectors), questions)
    more = np.concatenate([vectors, questions])
    write_groups(tmp_path / "b.faiss", len(more), blocks(more), questions, tmp_path / "a.faiss")
    write_groups(tmp_path / "c.faiss", len(more), blocks(more), questions)

    centres = [centres_of(tmp_path / name) for name in ("a.faiss", "b.faiss", "c.faiss")]
    assert np.array_equal(centres[0], centres[1])
    assert not np.array_equal(centres[0], centres[2])
    index = GroupedIndex.open(tmp_path / "b.faiss")
    assert index.search(questions[3], 1).tolist() == [SIZE + 3]
    assert recall(index, more, questions, 50) >= 0.97


@pytest.mark.parametrize("block", [37, 6000])
def test_the_exact_search_by_blocks_is_the_exact_search(monkeypatch, vectors, questions, block):
    monkeypatch.setattr(meaning_groups, "BLOCK", block)

    found = nearest_exactly(vectors.astype(np.float16), questions, 50)

    expected = np.argsort(-(questions @ vectors.astype(np.float16).astype(np.float32).T), axis=1)[:, :50]
    assert np.mean([np.isin(a, b).mean() for a, b in zip(found, expected, strict=True)]) == 1


def test_vectors_of_another_index_are_refused(tmp_path, vectors, questions):
    write_groups(tmp_path / "m.faiss", SIZE, blocks(vectors), questions)
    np.save(tmp_path / "m.npy", np.zeros((10, DIMENSION), np.float16))

    with pytest.raises(ValueError, match="do not belong together"):
        GroupedIndex.open(tmp_path / "m.faiss")


def test_vectors_that_do_not_all_come_make_no_index(tmp_path, vectors, questions):
    with pytest.raises(ValueError, match="6000 vectors came, not 6001"):
        write_groups(tmp_path / "m.faiss", SIZE + 1, blocks(vectors), questions)
