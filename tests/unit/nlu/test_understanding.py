"""The draws of the public sets and the figures over languages are the same for everybody who makes them."""

from __future__ import annotations

import csv
import json

import pytest

from benchmarks.languages import as_asked
from benchmarks.understanding import SETS, draw, mean

ROWS = [{"text": f"{intent} {number}", "intent": intent} for intent in "abc" for number in range(12)]


def test_a_draw_takes_so_many_of_each_intent_and_leaves_the_others():
    taken, left = draw(ROWS, 10, seed=1)

    assert [[row["intent"] for row in taken].count(intent) for intent in "abc"] == [10, 10, 10]
    assert sorted(row["text"] for row in taken + left) == sorted(row["text"] for row in ROWS)


def test_a_draw_is_decided_by_its_seed():
    assert draw(ROWS, 10, seed=1) == draw(ROWS, 10, seed=1)
    assert draw(ROWS, 10, seed=1) != draw(ROWS, 10, seed=2)


def test_an_intent_with_few_sentences_is_taken_whole():
    assert draw(ROWS[:3], 10, seed=1) == (ROWS[:3], [])


def test_the_mean_of_draws_names_how_many_there_were():
    assert mean([{"accuracy": 80.0}, {"accuracy": 84.0}]) == {"accuracy": 82.0, "draws": 2}


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path):
    """The four sets in their published forms, small."""
    for name in ("hwu64", "clinc150", "banking77", "kit_civic_nlu"):
        (tmp_path / name).mkdir()
    write_lines(tmp_path / "hwu64" / "fold1_train.jsonl", ROWS)
    write_lines(tmp_path / "hwu64" / "fold1_test.jsonl", ROWS[:2])
    pairs = [[row["text"], row["intent"]] for row in ROWS]
    parts = {
        "train": pairs,
        "val": pairs[:4],
        "oos_val": [["why", "oos"]],
        "oos_train": [["who", "oos"]],
    }
    (tmp_path / "clinc150" / "train_val.json").write_text(json.dumps(parts), encoding="utf-8")
    with (tmp_path / "banking77" / "train.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([("text", "category"), *pairs])
    rare = [{"text": "once", "intent": "rare", "domain": "other"}]
    civic = [{**row, "domain": "streets"} for row in ROWS]
    write_lines(tmp_path / "kit_civic_nlu" / "dev_utterances.jsonl", [*civic, *rare])
    return tmp_path


@pytest.mark.parametrize(
    ("name", "trained", "asked", "strange"),
    [
        ("hwu64", 30, 2, 0),
        ("clinc150", 30, 4, 2),
        ("banking77", 30, 6, 0),
        ("kit_civic_nlu", 9, 27, 1),
        ("kit_civic_domains", 10, 26, 0),
    ],
)
def test_a_set_is_read_in_its_published_form(data, name, trained, asked, strange):
    folder, make = SETS[name]
    drawn = make(data / folder, 1)

    assert tuple(map(len, drawn)) == (trained, asked, strange)
    assert all(set(row) >= {"text", "intent"} for row in drawn.training + drawn.test)


def test_nothing_that_is_trained_on_is_asked_of_an_own_split(data):
    drawn = SETS["banking77"][1](data / "banking77", 1)

    assert not {row["text"] for row in drawn.training} & {row["text"] for row in drawn.test}


def test_languages_are_asked_from_every_other_and_from_their_own():
    def always_english(_text, last):
        return last if last == "fr" else "en"

    rows = [{"lang": "en", "text": "x"}, {"lang": "es", "text": "y"}]

    assert as_asked(always_english, ("en", "es", "fr"), rows) == {
        "texts": 2,
        "told": 25.0,
        "kept": 75.0,
        "wrong": 0.0,
        "misled": 50.0,
    }
