"""`benchmarks/heard.py`: what it counts, on rankings and readings written by hand."""

from __future__ import annotations

from benchmarks.heard import asked_sentences, scores, trained_sentences
from benchmarks.heard_entities import Finding, mistakes, rates
from tests.support.languages import LANGUAGES


def test_accuracy_and_the_share_that_is_sure_are_counted_by_language():
    asked = [{"intent": "greet", "language": language} for language in ("en", "en", "en", "en", "zh")]
    rankings = [[["greet", 0.9]], [["greet", 0.4]], [["thank", 0.6]], [["greet", 0.5]], [["thank", 0.2]]]

    assert scores(asked, rankings) == {
        "en": {"sentences": 4, "accuracy": 75.0, "sure_at_0.5": 75.0, "right_when_sure": 66.7},
        "zh": {"sentences": 1, "accuracy": 0.0, "sure_at_0.5": 0.0, "right_when_sure": 0.0},
    }


def test_a_wrong_value_counts_against_precision_and_recall():
    line = {"language": "en", "text": "some words", "entities": []}
    right, wrong = Finding(line, "place", "a", "a"), Finding(line, "place", "a", "b")
    missed, invented, silent = (Finding(line, "place", *pair) for pair in (("a", ""), ("", "b"), ("", "")))
    findings = [right, wrong, missed, invented, silent]

    assert rates(findings) == {"texts": 5, "entities": 3, "precision": 33.3, "recall": 33.3}
    assert [mistake["found"] for mistake in mistakes(findings)] == ["b", "", "b"]


def test_the_training_and_the_sentences_that_are_asked_are_read_with_their_languages():
    assert {line["language"] for line in trained_sentences()} == set(LANGUAGES)
    assert {*LANGUAGES, "mixed"} == {line["language"] for line in asked_sentences()}
