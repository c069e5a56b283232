"""The runner of the quality benchmarks: what it lacks, what it reads, what it remembers, what the page says."""

from __future__ import annotations

import json
import sys

import psutil
import pytest

from benchmarks import quality
from benchmarks.quality_page import page
from benchmarks.retrieval import Outcome, by_pair, curve
from tests.support.web_chat import wait_until

PART = {
    "name": "toy",
    "subject": "Toys",
    "title": "a toy",
    "command": ["toy.py"],
    "curve": "curve",
    "figures": [
        {"name": "share", "key": "sets.a.share", "times": 100, "unit": "%", "aim": 60, "baselines": {"BM25": 41.5}},
        {"name": "wrong", "key": "wrong", "aim": 1, "less": True},
        {"name": "not printed", "key": "nowhere"},
    ],
}  # fmt: skip
PRINTED = {"sets": {"a": {"share": 0.6251}}, "wrong": 2, "curve": [[50, 90.0, 0.7], [100, 80.0, 0.1]]}
MACHINE = {"cores": 2, "memory_mb": 24576, "python": "3.11.7"}


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(quality, "ROOT", tmp_path)
    monkeypatch.setattr(quality, "WORK", tmp_path / "work")
    monkeypatch.setattr(quality, "MEASURED", tmp_path / "measured.json")
    return tmp_path


def test_every_part_of_the_list_has_what_the_runner_needs():
    parts = quality.read_parts()
    assert len({part["name"] for part in parts}) == len(parts)
    for part in parts:
        assert {"name", "subject", "title", "command", "minutes", "figures"} <= set(part)
        assert all({"name", "key"} <= set(figure) for figure in part["figures"]), part["name"]


def test_the_page_is_what_the_list_and_the_measured_figures_give():
    assert quality.PAGE.read_text(encoding="utf-8") == page(quality.read_parts(), quality.read_measured())


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (PART, "its program toy.py is not here"),
        (PART | {"program": "there.py", "needs": ["set/rows.jsonl"]}, "its data is not here: set/rows.jsonl"),
        (PART | {"program": "there.py"}, ""),
    ],
)
def test_a_part_that_lacks_something_is_named_with_the_reason(root, part, why):
    (root / "there.py").touch()
    assert quality.lacking(part, root / "data") == why


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("a.b", 1.0),
        ("rows.1.x", 2.0),
        (["a", "with.dots"], 3.0),
        ("a.nothing", None),
        ("rows.9.x", None),
        ("a", None),
        ("text", None),
    ],
)
def test_a_key_leads_to_a_figure_or_to_nothing(key, value):
    assert (
        quality.value_at({"a": {"b": 1, "with.dots": 3}, "rows": [{}, {"x": 2}], "text": "x"}, key) == value
    )


def run_program(root, words):
    (root / "toy.py").write_text(words, encoding="utf-8")
    return quality.measure([PART], root)


def test_a_part_is_measured_by_its_program_and_remembered(root):
    assert run_program(root, f"print('a word before'); print({json.dumps(json.dumps(PRINTED))})")

    known = quality.read_measured()["toy"]
    assert known["figures"] == {"share": 62.5, "wrong": 2.0}
    assert known["curve"] == PRINTED["curve"]
    assert known["why"] == "its program printed no figure for: not printed"
    assert known["machine"]["python"] == sys.version.split()[0]


def test_a_part_that_fails_keeps_its_figures_and_says_why(root):
    run_program(root, f"print({json.dumps(json.dumps(PRINTED))})")

    assert not run_program(root, "raise SystemExit('no memory left')")

    known = quality.read_measured()["toy"]
    assert known["figures"] == {"share": 62.5, "wrong": 2.0}
    assert known["why"] == "its program failed (no memory left)"


def is_over(process: int) -> bool:
    """Whether it has ended; somebody else's child may wait a while to be taken note of."""
    try:
        return psutil.Process(process).status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
    except psutil.NoSuchProcess:
        return True


def test_a_part_that_takes_too_long_is_ended_with_all_that_it_started(root):
    (root / "toy.py").write_text(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child.pid', 'w').write(str(child.pid))\n"
        "child.wait()\n",
        encoding="utf-8",
    )

    result = quality.run(PART | {"minutes": 0.1}, root)

    assert result["why"] == "it took longer than 0.1 minutes"
    child = int((root / "child.pid").read_text())
    wait_until(lambda: is_over(child), 20)


def test_the_page_shows_figure_aim_baselines_and_curve():
    result = {"figures": {"share": 62.5, "wrong": 2.0}, "curve": PRINTED["curve"], "date": "2026-06-01"}
    result |= {"configuration": "abc", "processor_seconds": 5, "machine": MACHINE}

    written = page([PART], {"toy": result})

    assert "| a toy | share, % | **62.5** | 60.0, reached | BM25 41.5 |" in written
    assert "| a toy | wrong | **2.0** | at most 1.0, not reached |  |" in written
    assert "| a toy | 90 (0.70) | 80 (0.10) |" in written
    assert "| `toy` | 2026-06-01 | `abc` | none drawn | 5 s | 2 cores, 24 GB, Python 3.11.7 |" in written


def test_the_page_names_what_was_not_measured():
    assert "not measured: its data is not here" in page([PART], {"toy": {"why": "its data is not here"}})


def outcome(rank, score, *, answerable=True):
    return Outcome(rank, score, confident=True, answerable=answerable, milliseconds=1.0)


def test_precision_falls_as_more_is_answered_and_answers_in_vain_count_as_wrong():
    outcomes = [outcome(1, 0.9), outcome(2, 0.5), outcome(0, 0.7, answerable=False), outcome(1, 0.8)]

    rows = {share: (right, least) for share, right, least in curve(outcomes)}

    assert (rows[50], rows[80], rows[100]) == ((100.0, 0.8), (66.7, 0.7), (50.0, 0.5))


def test_without_queries_there_is_no_curve():
    assert curve([]) == []


def test_by_pair_tells_the_language_of_the_question_and_of_its_documents():
    queries = [
        {"language": "fr", "written_in": "en"},
        {"language": "fr", "written_in": "en"},
        {"language": "es", "written_in": "en+es"},
        {"language": "es", "written_in": ""},
    ]

    pairs = by_pair(queries, [outcome(1, 0.9), outcome(4, 0.9), outcome(0, 0.9), outcome(0, 0.9)])["pairs"]

    assert pairs["fr to en"] == {"queries": 2, "R@1": 50.0, "R@5": 100.0}
    assert pairs["es to en+es"] == {"queries": 1, "R@1": 0.0, "R@5": 0.0}
    assert by_pair(queries[3:], [outcome(0, 0.1)]) == {}
