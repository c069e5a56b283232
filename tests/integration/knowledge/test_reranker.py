"""A cross-encoder of the city's own choice: exported once, orders what the library found first, and is said to fail where it does."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from core.errors import CitylineError, SettingsError
from knowledge.imports.importing import import_paths
from knowledge.index.encoder_export import ROOT, WRONG_SETTING, make_once
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.index.reranker import CrossEncoder, make_reranker, reranker_folder
from knowledge.index.reranker_child import QUESTION, SAMPLES, export_reranker, load_cross_encoder
from knowledge.search.library import Library
from tests.support.small_models import save_small_cross_encoder

WORDS = [*QUESTION.lower().replace("?", " ?").split(), *" ".join(SAMPLES).lower().split()]
PAGES = {"Trash": "Put out your cart.", "Voting": "Register at the clerk.", "Parks": "Parks close at ten."}


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory):
    """A tiny one, exported already."""
    folder = tmp_path_factory.mktemp("reranker")
    model = save_small_cross_encoder(folder / "model", WORDS)
    reranker = CrossEncoder(str(model), folder / "models")
    make_once(reranker_folder(str(model), folder / "models"), lambda made: export_reranker(str(model), made))
    return reranker


@pytest.fixture
def folder(tmp_path):
    for title, text in PAGES.items():
        (tmp_path / f"{title}.md").write_text(f"# {title}\n\n{text}", encoding="utf-8")
    import_paths([tmp_path], tmp_path / "knowledge", [FakeEmbedder()])
    return tmp_path / "knowledge"


class Liking:
    """A reranker that likes texts with one word and fails as long as it is told to."""

    name = "liking"

    def __init__(self, word="", fails=""):
        self.word, self.fails, self.read = word, fails, []

    def score(self, question, texts):
        if self.fails:
            raise CitylineError(self.fails)
        self.read.append((question, len(texts)))
        return np.array([float(self.word in text) for text in texts])


def test_it_gives_the_numbers_of_the_model_itself(cross_encoder):
    import torch

    model, tokenizer = load_cross_encoder(cross_encoder._model)
    texts = [SAMPLES[0], SAMPLES[1], "clerk"]
    cut = {"truncation": "only_second", "max_length": 64, "return_tensors": "pt"}
    with torch.no_grad():
        own = [float(model(**tokenizer(QUESTION, text, **cut)).logits[0, 0]) for text in texts]
    assert np.allclose(cross_encoder.score(QUESTION, texts), own, atol=1e-4)


def test_the_first_few_come_in_its_order(folder):
    plain = Library(folder, [FakeEmbedder()], 0.5)
    order = [found.passage.title for found in plain.ask("where do I register to vote").found]
    reranker = Liking("Parks close")
    reranked = Library(folder, [FakeEmbedder()], 0.5, reranker=reranker).ask("where do I register to vote")
    assert order[0] != "Parks"
    assert next(found.passage.title for found in reranked.found) == "Parks"
    assert sorted(found.passage.title for found in reranked.found) == sorted(order)
    assert reranker.read == [("where do I register to vote", len(order))]


def test_a_real_one_orders_by_its_numbers(folder, cross_encoder):
    answer = Library(folder, [FakeEmbedder()], 0.5, reranker=cross_encoder).ask("when is my trash collected")
    texts = [f"{each.passage.title}\n{each.passage.text}" for each in answer.found]
    scores = cross_encoder.score("when is my trash collected", texts)
    assert list(scores) == sorted(scores, reverse=True)


def test_while_it_cannot_the_librarys_own_order_stands_and_health_says_why(folder):
    plain = Library(folder, [FakeEmbedder()], 0.5).ask("trash cart")
    failing = Liking(fails="There was no memory left.")
    library = Library(folder, [FakeEmbedder()], 0.5, reranker=failing)
    assert library.ask("trash cart").found == plain.found
    assert (library.health().ok, library.health().detail) == (False, "There was no memory left.")
    failing.fails = ""
    library.ask("trash cart")
    assert library.health().ok


def test_a_damaged_export_is_said_in_a_sentence_and_the_librarys_order_stands(folder, tmp_path):
    model = save_small_cross_encoder(tmp_path / "model", WORDS)
    make_once(reranker_folder(str(model), tmp_path), lambda made: (made / "encoder.onnx").write_text("no"))
    library = Library(folder, [FakeEmbedder()], 0.5, reranker=CrossEncoder(str(model), tmp_path))
    assert library.ask("trash cart").found
    assert "cannot be read" in library.health().detail


def test_none_is_named_by_preset_and_a_folder_that_is_not_there_is_said_at_once(tmp_path):
    assert make_reranker("  ") is None
    with pytest.raises(SettingsError, match=r"There is no folder '.*/missing' .* CITYLINE_RERANKER"):
        make_reranker(f"{tmp_path}/missing")


def test_a_model_that_gives_more_than_one_number_is_refused_in_a_sentence(tmp_path):
    model = save_small_cross_encoder(tmp_path / "model", WORDS, labels=3)
    command = [sys.executable, "-m", "knowledge.index.reranker_child", str(model), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == WRONG_SETTING
    assert "it gives 3 numbers a pair instead of one" in done.stdout
