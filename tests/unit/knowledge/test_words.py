"""How a text becomes words to search by, in each language."""

from collections import Counter

import numpy as np
import pytest

from knowledge.base.language import detect_language, primary_language
from knowledge.index import word_index as words
from knowledge.index.word_index import WordIndex, letter_pieces, query_tokens, word_tokens
from knowledge.index.word_index_builder import WordIndexWriter


def index_of(folder, texts, block=10**6):
    """The index of these lists of words, which come in blocks."""
    numbers = {}
    writer = WordIndexWriter(folder / "words")
    counts = [Counter(text or [""]) for text in texts]
    counted = [
        (
            np.array([numbers.setdefault(word, len(numbers)) for word in count], np.int32),
            np.array(list(count.values()), np.int32),
        )
        for count in counts
    ]
    for start in range(0, len(texts), block):
        writer.add(counted[start : start + block])
    writer.finish({number: word for word, number in numbers.items()})
    return WordIndex.open(folder / "words", len(texts))


@pytest.mark.parametrize(
    ("language", "text", "stems"),
    [
        ("en", "Where do I throw the bottles?", ["throw", "bottl"]),
        ("en", "the and of", ["the", "and", "of"]),
        ("es", "¿Dónde puedo tirar las botellas?", ["tir", "botell"]),
        ("de", "Die Straßenbeleuchtung", ["strassenbeleucht"]),
        ("fr", "L'école et l’église", ["ecol", "eglis"]),
        ("zh", "停車證", ["停車", "車證"]),
        ("zh", "水", ["水"]),
        ("", "Mill Road", ["mill", "road"]),
        ("xx", "Mill Road", ["mill", "road"]),
        ("en", "?!", []),
    ],
)
def test_a_text_becomes_stems_without_accents_and_common_words(language, text, stems):
    found = word_tokens(text, language)

    assert [stem for stem in stems if stem not in found] == []
    assert len(found) <= len(stems) + 2


def test_a_question_is_stemmed_as_each_language_of_the_documents_would():
    views = query_tokens("botellas", ["en", "es"], "es")

    assert set(word_tokens("botellas", "es")) | set(word_tokens("botellas", "en")) == set(views)


def test_pieces_find_a_compound_by_its_parts_and_a_word_by_its_misspelling():
    compound, part = set(letter_pieces("Gewerbeanmeldung", "de")), set(letter_pieces("Anmeldung", "de"))
    right, wrong = set(letter_pieces("recycling", "en")), set(letter_pieces("recyclin", "en"))

    assert len(compound & part) >= 4
    assert len(right & wrong) >= 5


def test_the_word_index_scores_rarer_words_higher_and_survives_its_folder(tmp_path):
    opened = index_of(tmp_path, [["a", "b"], ["a", "c"], ["a"], []])

    scores = opened.scores(["b", "a", "unknown"], np.arange(4))

    assert scores.argmax() == 0
    assert scores[3] == 0
    assert opened.scores(["unknown"], np.arange(4)).tolist() == [0, 0, 0, 0]
    assert opened.best(["b", "a", "unknown"], 3).tolist() == [0, 1, 2]
    assert opened.best(["a"], 50).tolist() == [0, 1, 2]
    assert opened.best(["unknown"], 3).tolist() == []
    rarity = opened.rarity(["a", "b", "unknown"])
    assert rarity["a"] < rarity["b"] < rarity["unknown"]


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("¿Dónde puedo votar?", "en", "es"),
        ("Where can I vote this year?", "es", "en"),
        ("pothole", "es", "es"),
        ("12345", "es", "es"),
        ("", "", ""),
        ("Où puis-je déposer les déchets de la maison ?", "", "fr"),
        ("Onde posso deixar o lixo da minha casa?", "", "pt"),
        ("我在哪里登记投票？", "en", "zh"),
        ("أين أسجل للتصويت؟", "en", "ar"),
        ("ごみはどこに出しますか", "", "ja"),
        ("Wo kann ich mein Auto anmelden und was kostet es?", "", "de"),
    ],
)
def test_the_language_is_told_by_script_and_common_words_else_by_the_hint(text, hint, language):
    assert detect_language(text, hint) == language


@pytest.mark.parametrize(("tag", "language"), [("es-MX", "es"), ("zh_Hant", "zh"), ("EN", "en"), ("", "")])
def test_a_language_tag_has_a_primary_part(tag, language):
    assert primary_language(tag) == language


@pytest.mark.parametrize("block", [1, 7, 60])
def test_the_scores_are_those_that_bm25s_itself_computes(tmp_path, block):
    import bm25s

    random = np.random.default_rng(7)
    texts = [[f"w{n}" for n in random.zipf(1.6, size)] for size in random.integers(0, 90, 60)]
    reference = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    reference.index([text or [""] for text in texts], create_empty_token=True, show_progress=False)

    index = index_of(tmp_path, texts, block)

    for asked in (["w1"], ["w2", "w3"], ["w1", "w9", "w40"]):
        known = [word for word in asked if word in reference.vocab_dict]
        assert np.allclose(index.scores(asked, np.arange(60)), reference.get_scores(known), atol=1e-5)


@pytest.mark.parametrize("short", [0, 10**9], ids=["frequent words cut short", "every word added up"])
@pytest.mark.parametrize("count", [1, 10, 50])
def test_the_best_are_the_best_of_all_scores(tmp_path, monkeypatch, short, count):
    monkeypatch.setattr(words, "SHORT", short)
    monkeypatch.setattr(words, "LOOK_AGAIN", 10**9)
    random = np.random.default_rng(7)
    index = index_of(tmp_path, [[f"w{n}" for n in random.zipf(1.3, 40) % 3000] for _ in range(8000)])

    for asked in ([f"w{n}" for n in random.zipf(1.3, size) % 3000] for size in (1, 2, 5, 12, 30)):
        everything = index.scores(asked, np.arange(8000))
        best = index.best(asked, count)

        assert sorted(everything[best]) == sorted(
            score for score in np.sort(everything)[-count:] if score > 0
        )


def test_of_frequent_words_only_the_passages_within_reach_are_looked_at(tmp_path):
    texts = [["often", "rare" if n % 1000 == 0 else "other"] for n in range(20_000)]
    index = index_of(tmp_path, texts)
    often, rare = (index._known_terms([word])[0] for word in ("often", "rare"))
    sums = np.zeros(20_000, np.float32)
    np.add.at(sums, *index._postings_of(rare))

    within = index._within_reach(sums, [often], [1.0], 10)

    assert within.tolist() == list(range(0, 20_000, 1000))
