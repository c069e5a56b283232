"""How an import knows a file again when the folder, the file or the whole installation has moved."""

import os
import shutil

import pytest

from knowledge.base.model import Document
from knowledge.base.store import DocumentStore, SourceRecord
from knowledge.documents.sources import Sources, walk_files
from knowledge.imports.importing import ImportOutcome, import_paths
from knowledge.index.fake_embedder import FakeEmbedder


class Shelf:
    """A library and the city's folders, with what a folder import says."""

    def __init__(self, place):
        self.place = place
        self.library = place / "library"

    def write(self, name, text="# Glass\n\nGreen bank."):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def bring(self, *names, whole=False, kept=()):
        """The fate of each file, by the end of its name."""
        paths = [self.place / name for name in names]
        report = import_paths(paths, self.library, [FakeEmbedder()], remove_missing=whole, kept=kept)
        return {one.name.rpartition("/")[2]: one.fate.value for one in report.fates}

    def ids(self):
        return sorted(one.document_id for one in DocumentStore(self.library))

    def move(self, name, to):
        (self.place / to).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.place / name, self.place / to)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def test_a_folder_that_moved_as_a_whole_is_the_same_and_nobody_is_answered_twice(shelf):
    shelf.write("old/documents/glass.md")
    shelf.bring("old/documents")
    known = shelf.ids()
    shelf.move("old/documents", "new/documents")

    assert shelf.bring("new/documents") == {"glass.md": "unchanged"}
    assert shelf.ids() == known


def test_a_file_that_moved_and_changed_keeps_its_identity(shelf):
    shelf.write("old/documents/glass.md")
    shelf.bring("old/documents")
    known = shelf.ids()
    shelf.move("old/documents", "new/documents")
    shelf.write("new/documents/glass.md", "# Glass\n\nBrown bank.")

    assert shelf.bring("new/documents") == {"glass.md": "replaced"}
    assert shelf.ids() == known


def test_two_folders_of_one_name_that_are_both_there_are_two(shelf):
    shelf.write("roads/documents/index.md", "# Roads\n\nRepair.")
    shelf.write("parks/documents/index.md", "# Parks\n\nTrees.")

    shelf.bring("roads/documents")

    assert shelf.bring("parks/documents") == {"index.md": "added"}
    assert len(shelf.ids()) == 2
    assert shelf.bring("roads/documents", "parks/documents") == {"index.md": "unchanged"}


def test_a_file_under_another_name_is_another_document(shelf):
    shelf.write("documents/glass.md")
    shelf.bring("documents")
    shelf.move("documents/glass.md", "documents/bottles.md")

    assert shelf.bring("documents") == {"bottles.md": "added", "glass.md": "removed"}
    assert len(shelf.ids()) == 1


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "some"])
def test_what_is_gone_from_its_very_folder_goes_at_once(shelf, whole):
    shelf.write("documents/glass.md")
    shelf.write("documents/paper.md", "# Paper\n\nBlue bin.")
    shelf.bring("documents", whole=whole)
    (shelf.place / "documents/paper.md").unlink()

    fates = shelf.bring("documents", whole=whole)

    assert fates == {"glass.md": "unchanged", "paper.md": "removed"}
    assert len(shelf.ids()) == 1


def test_what_is_gone_from_one_folder_takes_nothing_from_another(shelf):
    shelf.write("documents/glass.md")
    shelf.write("more/paper.md", "# Paper\n\nBlue bin.")
    shelf.bring("documents", "more", whole=True)

    assert shelf.bring("documents", whole=True) == {"glass.md": "unchanged"}
    assert len(shelf.ids()) == 2


def test_what_staff_took_over_outlives_its_file_and_is_not_overwritten(shelf):
    shelf.write("documents/glass.md")
    shelf.bring("documents", whole=True)
    kept = shelf.ids()
    shelf.write("documents/glass.md", "# Glass\n\nBrown bank.")

    assert shelf.bring("documents", whole=True, kept=kept) == {"glass.md": "kept"}
    assert [one.text for one in DocumentStore(shelf.library)] == ["# Glass\n\nGreen bank."]

    (shelf.place / "documents/glass.md").unlink()
    assert shelf.bring("documents", whole=True, kept=kept) == {"glass.md": "removed"}
    assert shelf.ids() == kept


def test_a_file_that_became_unreadable_leaves_what_was_known_of_it(shelf):
    path = shelf.write("documents/glass.md")
    shelf.bring("documents")
    path.write_bytes(b"\0" * 100)

    assert shelf.bring("documents") == {"glass.md": "unreadable"}
    assert [one.text for one in DocumentStore(shelf.library)] == ["# Glass\n\nGreen bank."]

    shelf.write("documents/glass.md")
    assert shelf.bring("documents") == {"glass.md": "unchanged"}


def test_a_row_that_left_its_table_leaves_the_library(shelf):
    shelf.write("documents/faq.csv", "question,answer\nOne?,1\nTwo?,2\n")
    shelf.bring("documents")
    shelf.write("documents/faq.csv", "question,answer\nTwo?,2\n")

    assert shelf.bring("documents") == {"faq.csv": "replaced"}
    assert [one.title for one in DocumentStore(shelf.library)] == ["Two?"]


def test_a_document_that_two_files_give_stays_until_both_are_gone(shelf):
    line = '{"id": "glass", "title": "Glass", "text": "Green bank."}'
    shelf.write("documents/a.jsonl", line)
    shelf.write("documents/b.jsonl", line)
    shelf.bring("documents", whole=True)
    for name, left in (("a", ["glass"]), ("b", [])):
        (shelf.place / f"documents/{name}.jsonl").unlink()
        shelf.write("documents/other.md", "# Other\n\nWords.")
        shelf.bring("documents", whole=True)
        assert [one for one in shelf.ids() if one == "glass"] == left


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("glass.md", True),
        ("deep/er/glass.md", True),
        (".glass.md", False),
        (".git/glass.md", False),
        ("~$glass.docx", False),
        ("deep/~$tmp/glass.md", False),
    ],
)
def test_hidden_files_and_those_that_word_has_open_are_no_documents(tmp_path, name, is_read):
    path = tmp_path / "documents" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Words.")

    assert [file.inside for file in walk_files([tmp_path / "documents"])] == ([name] if is_read else [])


def test_a_file_that_is_named_twice_is_read_once_and_folders_in_their_order(tmp_path):
    for name in ("b.md", "a.md", "c/d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Words.")

    files = list(walk_files([tmp_path / "c" / "d.md", tmp_path, tmp_path / "a.md"]))

    assert [(file.inside, file.alone) for file in files] == [("d.md", True), ("a.md", False), ("b.md", False)]


@pytest.mark.parametrize(
    ("kept", "stays"), [((), "first"), (("second",), "second")], ids=["the oldest", "the one of staff"]
)
def test_of_doubles_that_an_older_release_left_one_stays(tmp_path, kept, stays):
    """Before places were known, each place where the folder ever lay gave its documents once more."""
    path = tmp_path / "now" / "city" / "documents" / "glass.md"
    path.parent.mkdir(parents=True)
    path.write_text("Words.")
    store = DocumentStore(tmp_path / "library")
    records = {}
    for at, name in enumerate(("first", "second")):
        store.put(Document(name, "Glass", "Words."))
        os.utime(store._path_of(name), (1000.0 + at, 1000.0 + at))
        place = f"/gone/{name}/documents/glass.md"
        records[place] = SourceRecord("digest", (name,), name, place)
    store.put_sources(records)
    (file,) = walk_files([tmp_path / "now" / "city" / "documents"])
    sources = Sources(store, [file], kept)

    place, record, doubles = sources.claim(file, "digest")

    assert place == "documents/glass.md"
    assert (record.documents, doubles) == ((stays,), {"first", "second"} - {stays})
    assert set(sources.records) == {"documents/glass.md"}


def test_a_path_that_is_not_there_is_reported_and_stops_nothing(shelf):
    shelf.write("documents/glass.md")

    assert shelf.bring("gone.md", "documents") == {
        "gone.md": ImportOutcome.UNREADABLE.value,
        "glass.md": ImportOutcome.ADDED.value,
    }
