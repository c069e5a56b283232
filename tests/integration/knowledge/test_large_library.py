"""A library above the size from which vectors stand in groups, with that size made small."""

import json

import numpy as np
import pytest

from knowledge.base.model import Passage
from knowledge.index import ivf_index as meaning_groups
from knowledge.index import snapshot
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.index.snapshot import build_snapshot, current_version, open_snapshot
from knowledge.search.library import Library

SUBJECTS = [
    "waste",
    "glass",
    "parking",
    "permit",
    "school",
    "library",
    "museum",
    "water",
    "taxes",
    "voting",
    "bicycle",
    "playground",
]
PLACES = [f"{first}{second}" for first in ("north", "east", "south", "west") for second in SUBJECTS]
QUESTIONS = [f"What about {subject} in {place}?" for subject in SUBJECTS for place in PLACES[::7]]


def passages(count=900):
    chance = np.random.default_rng(7)
    made = []
    for number in range(count):
        subject, place = (str(chance.choice(words)) for words in (SUBJECTS, PLACES))
        text = f"About {subject} in {place}: " + " ".join(chance.choice(SUBJECTS + PLACES, 6))
        made.append(
            Passage(
                f"p{number}", f"d{number // 3}", f"{subject} in {place}", text, (f"{subject}",), language="en"
            )
        )
    return made


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(snapshot, "LARGE", 500)


def build(folder, some, embedder=None):
    return build_snapshot(folder, some, [embedder or FakeEmbedder()])


def opened(folder):
    return open_snapshot(folder, current_version(folder))


def ranking(folder, question):
    found = Library(folder, [FakeEmbedder()], 0.5).ask(question, "en", limit=10).found
    return [(one.passage.passage_id, round(one.score, 2)) for one in found]


def test_a_large_library_answers_as_an_exact_one_does(tmp_path, monkeypatch):
    build(tmp_path / "exact", passages())
    monkeypatch.setattr(snapshot, "LARGE", 500)
    monkeypatch.setattr(meaning_groups, "ENOUGH", 1.0)
    build(tmp_path / "large", passages())

    assert opened(tmp_path / "exact").manifest.tuned == ()
    assert len(opened(tmp_path / "large").manifest.tuned) == 1
    libraries = [Library(tmp_path / name, [FakeEmbedder()], 0.5) for name in ("exact", "large")]
    for question in QUESTIONS:
        exact, large = (library.ask(question, "en", limit=5).found for library in libraries)
        # Vectors of two bytes differ in the fourth digit, and sureness is steep in the middle.
        assert [one.score for one in large] == pytest.approx([one.score for one in exact], abs=0.03)


def test_how_a_large_index_is_searched_stands_in_the_manifest(tmp_path, large):
    version = build(tmp_path, passages()).version

    manifest = json.loads((tmp_path / "snapshots" / version / "manifest.json").read_text())

    [tuned] = manifest["tuned"]
    assert tuned["recall"] >= meaning_groups.ENOUGH or tuned["probes"] == tuned["groups"]
    assert 1 <= tuned["probes"] <= tuned["groups"]


def test_a_document_more_in_a_large_library_is_found(tmp_path, large):
    build(tmp_path, passages())
    library = Library(tmp_path, [FakeEmbedder()], 0.5)
    one = Passage("new", "new", "Zither museum", "The zither museum opens at noon.", language="en")

    build(tmp_path, [*passages(), one])

    assert library.reload_if_changed()
    assert library.ask("When does the zither museum open?", "en").found[0].passage == one


def test_a_library_that_grows_beyond_the_size_and_shrinks_again_stays_whole(tmp_path, large):
    kinds = []
    for count in (400, 900, 300):
        build(tmp_path, passages(count))
        kinds.append(type(opened(tmp_path).meanings[0]).__name__)
        assert ranking(tmp_path, QUESTIONS[0])

    assert kinds == ["FaissIndex", "GroupedIndex", "FaissIndex"]


@pytest.mark.parametrize(
    "file", ["meaning-0.faiss", "meaning-0.npy", "passages.jsonl", "passages.starts.npy"]
)
@pytest.mark.parametrize("damage", ["gone", "empty", "cut short"])
def test_a_damaged_large_snapshot_leaves_the_old_one_in_use(tmp_path, large, file, damage):
    build(tmp_path, passages())
    library = Library(tmp_path, [FakeEmbedder()], 0.5)
    before = library.version
    version = build(tmp_path, passages(901)).version
    path = tmp_path / "snapshots" / version / file
    whole = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(whole[: len(whole) // 2] if damage == "cut short" else b"")

    library.reload_if_changed()

    if (file, damage) == ("passages.starts.npy", "gone"):  # found again by the ends of the lines
        assert library.version == version
    else:
        assert library.version == before
        assert "import again" in library.health().detail
    assert library.ask(QUESTIONS[0], "en").found


def test_damaged_groups_are_made_anew_at_the_next_building(tmp_path, large):
    version = build(tmp_path, passages()).version
    (tmp_path / "snapshots" / version / "meaning-0.faiss").write_bytes(b"IwSq")

    build(tmp_path, passages(901))

    assert ranking(tmp_path, QUESTIONS[0])


def test_a_snapshot_of_the_format_before_is_read(tmp_path):
    version = build(tmp_path, passages()).version
    place = tmp_path / "snapshots" / version
    (place / "passages.starts.npy").unlink()
    manifest = json.loads((place / "manifest.json").read_text())
    del manifest["tuned"]
    (place / "manifest.json").write_text(json.dumps(manifest))

    snapshot_of_before = opened(tmp_path)

    assert [snapshot_of_before.passages[at] for at in (0, 450, 899)] == [
        passages()[at] for at in (0, 450, 899)
    ]


def test_passages_are_read_one_by_one_with_every_letter(tmp_path):
    some = [
        Passage(f"p{at}", "d", "Título", text, ("Ünter", "Über"), keywords=("a", "b"), language="es")
        for at, text in enumerate(("¿Dónde?\nAquí.", "水道\u2028局", "plain", "🙂", "\ud800"))
    ]
    build(tmp_path, some)

    read = opened(tmp_path).passages

    assert [read[at] for at in range(len(read))] == some
    for beyond in (-1, 5):
        with pytest.raises(IndexError):
            read[beyond]
