"""Which questions a model is tuned on, which are held back, and when a tuned model is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from core.errors import TuningError
from knowledge.base.model import Passage
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.tuning.questions import (
    Asked,
    from_file,
    judge_ranks,
    nearest_passage,
    new_setting,
    rank_by_meaning,
    rank_figures,
    resolve_questions,
    split_questions,
)

PASSAGES = [
    Passage("p1", "voting", "Voting", "Register at the clerk's office."),
    Passage("p2", "voting", "Voting", "Bring a proof of your address."),
    Passage("p3", "trash", "Trash", "Put the cart out by 7 a.m."),
    *(Passage(f"q{n}", f"office-{n}", "Office", "The office opens at nine.") for n in range(4)),
]


@dataclass
class Confirmed:
    question: str = "how?"
    group: str = ""
    passage_id: str = ""
    document_id: str = ""
    words: str = ""


def asked(question, group="", documents=("d",), passages=(0,)):
    return Asked(question, group, frozenset(documents), passages)


def encoded(questions):
    return FakeEmbedder().encode([one.question for one in questions])


@pytest.mark.parametrize(
    ("known", "numbers"),
    [
        (Confirmed(passage_id="p2"), (1,)),
        (Confirmed(document_id="voting"), (0, 1)),
        (Confirmed(words="7 A.M."), (2,)),
        (Confirmed(words="cart\n7 a.m."), (2,)),
        (Confirmed(passage_id="of an older version"), None),
        (Confirmed(document_id="withdrawn"), None),
        (Confirmed(words="words that nobody wrote"), None),
        (Confirmed(words="opens at nine"), None),
        (Confirmed(question=" ", passage_id="p2"), None),
    ],
    ids=[
        "a passage", "a document", "words, whatever their case", "two wordings at once", "a passage that is gone",
        "a document that is gone", "words that stand nowhere", "words that stand in many places", "no question",
    ],
)  # fmt: skip
def test_what_answers_a_question_is_found_among_the_passages(known, numbers):
    assert [one.passages for one in resolve_questions([known], PASSAGES)] == (
        [] if numbers is None else [numbers]
    )


def test_a_file_names_documents_or_the_files_they_came_from(tmp_path):
    file = tmp_path / "questions.jsonl"
    rows = [("vote", ["voting"]), ("bin", ["trash.md"]), ("unknown", ["nowhere"])]
    file.write_text("\n".join(json.dumps({"query": q, "relevant": r}) for q, r in rows), encoding="utf-8")

    found = from_file(file, PASSAGES, {"city/trash.md": ["trash"]})

    assert [(one.question, set(one.documents)) for one in found] == [("vote", {"voting"}), ("bin", {"trash"})]


@pytest.mark.parametrize("line", ["no json", '{"query": "without an answer"}', "[]"])
def test_a_line_that_is_no_question_is_named_by_its_number(tmp_path, line):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"query": "vote", "relevant": ["voting"]}\n' + line, encoding="utf-8")
    with pytest.raises(TuningError, match="Line 2"):
        from_file(file, PASSAGES, {})


def test_a_quarter_is_held_back_and_questions_of_one_meaning_stay_together():
    words = [
        "vote",
        "trash",
        "water",
        "tax",
        "pool",
        "dog",
        "bus",
        "tree",
        "park",
        "fire",
        "noise",
        "snow",
        "street",
        "light",
        "bike",
        "school",
    ]
    questions = [
        asked(f"{word} {ending}", group=word) for word in words for ending in ("when", "where", "price")
    ]
    questions += [asked("What about the ferry?"), asked("what about the FERRY")]

    learn, held = split_questions(questions, encoded(questions), seed=3)

    assert sorted(learn + held) == list(range(len(questions)))
    assert 0.2 <= len(held) / len(questions) <= 0.35
    meanings = [one.group or "ferry" for one in questions]
    assert not {meanings[at] for at in learn} & {meanings[at] for at in held}


def test_the_same_seed_holds_back_the_same_and_another_seed_others():
    questions = [asked(f"question number{n} about thing{n}") for n in range(60)]
    vectors = np.eye(60, dtype=np.float32)

    assert split_questions(questions, vectors, 1) == split_questions(questions, vectors, 1)
    assert split_questions(questions, vectors, 1) != split_questions(questions, vectors, 2)


def test_the_passage_to_learn_from_is_the_nearest_of_those_that_answer():
    vectors = FakeEmbedder().encode([passage.text for passage in PASSAGES])
    question = FakeEmbedder().encode(["proof of address"])[0]

    assert nearest_passage(asked("proof", passages=(0, 1)), question, vectors) == 1
    assert nearest_passage(asked("proof", passages=(0,)), question, vectors) == 0


def test_a_document_ranks_where_its_best_passage_does():
    vectors = FakeEmbedder().encode([passage.text for passage in PASSAGES])
    questions = [
        asked("put the cart out", documents=["trash"]),
        asked("proof address cart", documents=["trash"]),
    ]

    assert rank_by_meaning(questions, encoded(questions), vectors, PASSAGES) == [1, 2]


def test_figures_are_percent_of_questions():
    assert rank_figures([1, 2, 5, 11]) == {"R@1": 25.0, "R@5": 75.0, "MRR@10": 42.5}


def test_no_questions_have_figures_too():
    assert rank_figures([]) == {"R@1": 0.0, "R@5": 0.0, "MRR@10": 0.0}


MANY, FEW = 100, 4


@pytest.mark.parametrize(
    ("alone", "whole", "kept", "words"),
    [
        (([2] * MANY, [1] * MANY), ([2] * MANY, [1] * MANY), True, "a clear gain: kept"),
        (([2] * MANY, [1] * MANY), ([1] * MANY, [1] * MANY), False, "no clear gain"),
        (([2] * MANY, [1] * MANY), ([1] * MANY, [2] * MANY), False, "no clear gain"),
        (([1] * MANY, [2] * MANY), ([2] * MANY, [1] * MANY), False, "by itself got worse"),
        (([2] * FEW, [1] * FEW), ([2, 1, 2, 2], [1, 2, 1, 2]), False, "may be chance"),
    ],
    ids=["better", "the library is as before", "the library is worse", "the model alone is worse", "by luck"],
)
def test_a_model_is_kept_only_when_it_is_clearly_better(alone, whole, kept, words):
    verdict = judge_ranks(alone, whole, seed=1)

    assert verdict.kept is kept
    assert words in verdict.why


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("minilm+use", "NEW+use"),
        ("use+minilm", "use+NEW"),
        ("use", "NEW+use"),
        ("owner/model", "NEW"),
        ("minilm + owner/model + use", "NEW+owner/model+use"),
    ],
)
def test_the_tuned_model_takes_the_place_of_the_one_before(before, after):
    assert new_setting(before, "NEW", "use") == after
