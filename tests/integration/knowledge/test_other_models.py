"""A sentence-transformers model of the city's own choice: by path, with prompts, of another dimension, or not to be had."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import SettingsError
from knowledge.imports.importing import import_paths
from knowledge.index.embedding import NOTE, SentenceTransformerEmbedder, make_embedders, query_vector
from knowledge.index.prompts import prompts_of
from knowledge.search.library import Library
from tests.support.small_models import save_small_model

WORDS = [
    "query",
    ":",
    "passage",
    "where",
    "do",
    "i",
    "vote",
    "trash",
    "cart",
    "register",
    "at",
    "the",
    "clerk",
    "put",
    "out",
    "your",
]


def test_a_model_by_path_answers_beside_the_multilingual_one(tmp_path):
    setting = f"{save_small_model(tmp_path / 'model', WORDS, dimension=24)}+use"
    (tmp_path / "voting.md").write_text("# Voting\n\nRegister at the clerk.", encoding="utf-8")
    (tmp_path / "trash.md").write_text("# Trash\n\nPut out your cart.", encoding="utf-8")
    embedders = make_embedders(setting)
    import_paths([tmp_path / "voting.md", tmp_path / "trash.md"], tmp_path / "knowledge", embedders)

    library = Library(tmp_path / "knowledge", embedders, 0.1)

    assert library.ask("where do I register to vote").found[0].passage.title == "Voting"
    assert [embedder.encode(["vote"]).shape for embedder in embedders] == [(1, 24), (1, 512)]


def test_a_question_gets_the_models_own_prompt_and_a_passage_the_other(tmp_path):
    plain = SentenceTransformerEmbedder(str(save_small_model(tmp_path / "plain", WORDS)))
    prompts = {"query": "query: ", "document": "passage: "}
    told = SentenceTransformerEmbedder(str(save_small_model(tmp_path / "told", WORDS, prompts=prompts)))

    for _ in range(2):  # the second time it is remembered
        assert np.allclose(query_vector(told, "vote"), plain.encode(["query: vote"])[0], atol=1e-5)
        assert np.allclose(told.encode(["vote"]), plain.encode(["passage: vote"]), atol=1e-5)
    assert np.allclose(told.encode(["vote", "trash"])[1], plain.encode(["passage: trash"])[0], atol=1e-5)


def test_a_model_without_prompts_encodes_questions_and_passages_alike(tmp_path):
    embedder = SentenceTransformerEmbedder(str(save_small_model(tmp_path / "model", WORDS)))
    assert np.array_equal(query_vector(embedder, "vote"), embedder.encode(["vote"])[0])


E5, E5_TOLD = ("query: ", "passage: "), {"query": "Q ", "passage": "P "}


@pytest.mark.parametrize(
    ("name", "own", "expected"),
    [
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, E5),
        ("/models/e5_base_v2", {}, E5),
        ("intfloat/multilingual-e5-small", E5_TOLD, ("Q ", "P ")),
        ("BAAI/bge-small-en-v1.5", {}, ("Represent this sentence for searching relevant passages: ", "")),
        ("sentence-transformers/all-MiniLM-L6-v2", {"query": "", "document": ""}, ("", "")),
        ("owner/some5model", {}, ("", "")),
    ],
)
def test_prompts_are_the_models_own_or_those_known_of_its_name(name, own, expected):
    assert prompts_of(SimpleNamespace(prompts=own), name) == expected


@pytest.mark.parametrize("where", ["./no/such/folder", "/no/such/folder", "var/models/gone"])
def test_a_folder_that_is_not_there_is_said_at_once_and_no_network_is_asked(where):
    with pytest.raises(SettingsError, match="There is no folder"):
        SentenceTransformerEmbedder(where).encode(["vote"])


def test_a_folder_without_a_model_is_said_in_one_sentence(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be loaded") as raised:
        SentenceTransformerEmbedder(str(tmp_path)).encode(["vote"])
    assert "\n" not in str(raised.value)


def test_a_hub_model_without_a_network_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(SettingsError, match="without a network") as raised:
        SentenceTransformerEmbedder("owner/model").encode(["vote"])
    assert "CITYLINE_EMBEDDING_MODEL" in str(raised.value)


def test_a_tuned_model_keeps_its_name_and_languages_when_it_is_copied(tmp_path):
    folder = save_small_model(tmp_path / "model", WORDS)
    (folder / NOTE).write_text(json.dumps({"digest": "abc123", "languages": ["en"]}), encoding="utf-8")

    embedder = SentenceTransformerEmbedder(str(folder))

    assert (embedder.name, embedder.languages) == ("tuned-abc123", ("en",))
