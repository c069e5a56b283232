"""A sentence-transformers model of the city's own choice: by path, with prompts, of another dimension, or not to be had."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import SettingsError
from knowledge.imports.importing import import_paths
from knowledge.index.embedding import SentenceEmbedder, query_vector
from knowledge.index.encoder_export import ensure_export, export_folder
from knowledge.index.encoder_models import MULTILINGUAL, NOTE
from knowledge.index.export_child import WRONG_SETTING, load_model, main
from knowledge.index.prompts import prompts_of
from knowledge.search.library import Library
from tests.support.small_models import export_here, save_small_model

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


def small_embedder(tmp_path, name="model", **options):
    """An embedder of a tiny model whose export is there already."""
    folder = save_small_model(tmp_path / name, WORDS, **options)
    export_here(folder, tmp_path / "models")
    return SentenceEmbedder(str(folder), tmp_path / "models")


def test_a_model_by_path_answers_beside_the_multilingual_one(tmp_path):
    (tmp_path / "voting.md").write_text("# Voting\n\nRegister at the clerk.", encoding="utf-8")
    (tmp_path / "trash.md").write_text("# Trash\n\nPut out your cart.", encoding="utf-8")
    embedders = [small_embedder(tmp_path, dimension=24), SentenceEmbedder(MULTILINGUAL)]
    import_paths([tmp_path / "voting.md", tmp_path / "trash.md"], tmp_path / "knowledge", embedders)

    library = Library(tmp_path / "knowledge", embedders, 0.1)

    assert library.ask("where do I register to vote").found[0].passage.title == "Voting"
    assert [embedder.encode(["vote"]).shape for embedder in embedders] == [(1, 24), (1, 512)]


def test_a_question_gets_the_models_own_prompt_and_a_passage_the_other(tmp_path):
    plain = small_embedder(tmp_path, "plain")
    prompts = {"query": "query: ", "document": "passage: "}
    told = small_embedder(tmp_path, "told", prompts=prompts)

    for _ in range(2):  # the second time it is remembered
        assert np.allclose(query_vector(told, "vote"), plain.encode(["query: vote"])[0], atol=1e-5)
        assert np.allclose(told.encode(["vote"]), plain.encode(["passage: vote"]), atol=1e-5)
    assert np.allclose(told.encode(["vote", "trash"])[1], plain.encode(["passage: trash"])[0], atol=1e-5)


def test_a_model_without_prompts_encodes_questions_and_passages_alike(tmp_path):
    embedder = small_embedder(tmp_path)
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
        SentenceEmbedder(where).encode(["vote"])


def test_a_folder_without_a_model_is_said_in_one_sentence(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be loaded") as raised:
        load_model(str(tmp_path))
    assert "\n" not in str(raised.value)


def test_a_hub_model_without_a_network_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(SettingsError, match="without a network") as raised:
        load_model("owner/model")
    assert "CITYLINE_EMBEDDING_MODEL" in str(raised.value)


def test_a_tuned_model_keeps_its_name_and_languages_when_it_is_copied(tmp_path):
    folder = save_small_model(tmp_path / "model", WORDS)
    (folder / NOTE).write_text(json.dumps({"digest": "abc123", "languages": ["en"]}), encoding="utf-8")

    embedder = SentenceEmbedder(str(folder))

    assert (embedder.name, embedder.languages) == ("tuned-abc123", ("en",))


def test_the_copy_of_a_tuned_model_shares_its_export_and_any_other_has_one_for_each_place(tmp_path):
    plain, tuned = save_small_model(tmp_path / "plain", WORDS), save_small_model(tmp_path / "tuned", WORDS)
    (tuned / NOTE).write_text(json.dumps({"digest": "abc123", "languages": ["en"]}), encoding="utf-8")
    copies = [shutil.copytree(each, tmp_path / "copies" / each.name) for each in (plain, tuned)]

    folders = [export_folder(str(each), tmp_path / "models") for each in (plain, tuned, *copies)]

    assert folders[1] == folders[3]
    assert folders[0] != folders[2]


def test_a_text_that_a_model_cannot_read_has_a_vector_of_zeros(tmp_path):
    assert not small_embedder(tmp_path).encode(["", "vote"])[0].any()


def test_several_who_need_an_export_at_once_make_it_once_in_a_child(tmp_path):
    model, models = str(save_small_model(tmp_path / "model", WORDS)), tmp_path / "models"
    with ThreadPoolExecutor(3) as several:
        folders = set(several.map(lambda _each: ensure_export(model, models), range(3)))

    assert len(folders) == 1
    assert names_in(folders.pop()) == {"encoder.json", "encoder.onnx", "encoder.onnx.data", "tokenizer.json"}
    assert len(names_in(models / "encoders") - {".lock"}) == 1


def names_in(folder):
    return {path.name for path in folder.iterdir()}


def test_what_cannot_be_exported_ends_the_child_with_one_sentence(tmp_path, capsys):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    assert main([str(tmp_path), str(tmp_path / "made")]) == WRONG_SETTING
    assert "cannot be loaded" in capsys.readouterr().out


def test_the_childs_sentence_is_the_error_and_leaves_no_folder(tmp_path):
    (tmp_path / "model").mkdir()
    with pytest.raises(SettingsError, match="cannot be loaded"):
        ensure_export(str(tmp_path / "model"), tmp_path / "models")
    assert names_in(tmp_path / "models" / "encoders") == {".lock"}
