"""`benchmarks/nlu.py` takes any data of its shape, however odd, and prints what it promises."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.nlu import plain_intent, plain_text, rasa_yaml
from nlu.environment import ROOT
from tests.support.rasa import RASA_PYTHON

ODD = {
    "card_arrival?": [
        "where is [my card](card)",
        "card: not here - yet",
        "#card",
        "{card} late",
        'my "card"',
        "'card' is lost",
    ],
    "yes": ["yes", "no: wait, yes", "- yes", "true", "null", "\u2028yes\x85please\x00"],
    "billing/refund": [
        "refund me",
        "money\nback",
        "give me 5 % back",
        "| refund",
        "> money back",
        "@refund & money",
    ],
}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("where is [my card](card)", "where is (my card)(card)"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("ordinary, with: signs - 100%", "ordinary, with: signs - 100%"),
    ],
)
def test_a_text_loses_only_what_would_be_markup(text, plain):
    assert plain_text(text) == plain


def test_an_intent_is_never_a_retrieval_intent():
    assert plain_intent("billing/refund") == "billing_refund"


def test_every_text_becomes_one_line_of_its_intent():
    written = rasa_yaml([{"text": text, "intent": intent} for intent, texts in ODD.items() for text in texts])

    assert written.count("\n    - ") == sum(map(len, ODD.values()))


@pytest.mark.rasa
@pytest.mark.timeout(300)
def test_it_trains_and_measures_the_real_pipeline(tmp_path):
    if not RASA_PYTHON.is_file():
        pytest.skip("Rasa's Python is not installed (.venv-rasa): run `make environments`")
    lines = [{"text": text, "intent": intent} for intent, texts in ODD.items() for text in texts]
    for name, some in (
        ("train", lines),
        ("test", lines),
        ("oos", [{"text": "the moon is far", "intent": "oos"}]),
    ):
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in some), encoding="utf-8")
    files = [
        "--train",
        str(tmp_path / "train"),
        "--test",
        str(tmp_path / "test"),
        "--oos",
        str(tmp_path / "oos"),
    ]

    done = subprocess.run(
        [sys.executable, "benchmarks/nlu.py", *files], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["n_train"] == answer["n_test"] == len(lines)
    assert answer["accuracy"] >= 90
    assert {
        "macro_f1",
        "oos_auc",
        "train_seconds",
        "ms_per_parse_p50",
        "ms_per_parse_p95",
        "memory_mb",
    } <= set(answer)
