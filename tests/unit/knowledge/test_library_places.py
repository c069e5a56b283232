"""Files of the library are known by their places: listed by them, taken out by them, and gone when they are gone from their folder."""

import pytest

from knowledge.base.store import DocumentStore
from knowledge.imports.importing import ImportOutcome, import_paths, list_sources, remove_sources
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.search.library import Library

QUESTIONS = "question,answer\nWhen is glass taken?,On Monday.\nWhen is paper taken?,On Friday.\n"


class Shelf:
    """A library and a folder of documents."""

    def __init__(self, place):
        self.library, self.folder = place / "library", place / "city/documents"
        for name, text in {
            "glass.md": "# Glass\n\nGreen bank.",
            "parking/permits.md": "# Permits\n\nAt the desk.",
            "parking/fines.md": "# Fines\n\nBy mail.",
            "faq.csv": QUESTIONS,
        }.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def bring(self, **how):
        return import_paths([self.folder], self.library, [FakeEmbedder()], **how)

    def take(self, *places, kept=()):
        return remove_sources(places, self.library, [FakeEmbedder()], kept=kept)

    def titles(self):
        return sorted(one.title for one in DocumentStore(self.library))

    def passages(self):
        """The words of all passages that residents can be answered from."""
        library = Library(self.library, [FakeEmbedder()], threshold=0.0)
        asked = ("Green bank", "At the desk", "By mail", "On Monday", "On Friday")
        return {one.passage.text for question in asked for one in library.ask(question, "en").found}


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path)
    made.bring()
    return made


def test_the_library_is_listed_by_places_wherever_its_folder_lies(shelf):
    assert [
        (one.place, [document.title for document in one.documents]) for one in list_sources(shelf.library)
    ] == [
        ("documents/faq.csv", ["When is glass taken?", "When is paper taken?"]),
        ("documents/glass.md", ["Glass"]),
        ("documents/parking/fines.md", ["Fines"]),
        ("documents/parking/permits.md", ["Permits"]),
    ]


def test_what_staff_wrote_has_no_place_and_is_listed_all_the_same(shelf):
    store = DocumentStore(shelf.library)
    sources = store.sources()
    del sources["documents/glass.md"]
    store.put_sources(sources)

    last = list_sources(shelf.library)[-1]

    assert (last.place, [one.title for one in last.documents]) == ("", ["Glass"])


@pytest.mark.parametrize(
    ("places", "left"),
    [
        (["documents/glass.md"], ["Fines", "Permits", "When is glass taken?", "When is paper taken?"]),
        (["documents/faq.csv"], ["Fines", "Glass", "Permits"]),
        (["documents/parking/"], ["Glass", "When is glass taken?", "When is paper taken?"]),
        (["documents/"], []),
        (["documents/glass.md", "documents/parking/"], ["When is glass taken?", "When is paper taken?"]),
    ],
)
def test_files_and_folders_are_taken_out_with_their_documents(shelf, places, left):
    report = shelf.take(*places)

    assert shelf.titles() == left
    assert report.documents == len(left)
    assert {one.fate for one in report.fates} == {ImportOutcome.REMOVED}


@pytest.mark.parametrize(
    "place", ["glass.md", "documents/parking", "documents/gla", "/documents/glass.md", "", "parking/"]
)
def test_a_place_that_is_not_there_takes_nothing_out(shelf, place):
    before = shelf.titles()

    report = shelf.take(place)

    assert shelf.titles() == before
    assert [one.fate for one in report.fates] == [ImportOutcome.UNREADABLE]
    assert "knowledge list" in report.fates[0].reason


def test_what_staff_took_over_is_not_taken_out(shelf):
    (glass,) = next(one for one in list_sources(shelf.library) if one.place == "documents/glass.md").documents

    report = shelf.take("documents/glass.md", kept=[glass.document_id])

    assert "Glass" in shelf.titles()
    assert (report.fates[0].documents, "stay until staff decide" in report.fates[0].reason) == (0, True)


def test_a_file_that_is_still_in_its_folder_comes_back_with_the_next_import(shelf):
    before = shelf.titles()
    shelf.take("documents/glass.md")

    shelf.bring()

    assert shelf.titles() == before


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("gone", ["glass.md", "parking/permits.md", "faq.csv"])
def test_a_file_that_is_gone_from_its_folder_takes_its_passages_along_at_once(shelf, gone, whole):
    (shelf.folder / gone).unlink()

    report = shelf.bring(remove_missing=whole)

    assert report.count(ImportOutcome.REMOVED) == 1
    assert f"documents/{gone}" not in {one.place for one in list_sources(shelf.library)}
    assert {"glass.md": "Green bank.", "parking/permits.md": "At the desk.", "faq.csv": "On Monday."}[
        gone
    ] not in shelf.passages()


def test_a_file_that_is_shorter_takes_what_it_lost_along_at_once(shelf):
    shelf.write("faq.csv", QUESTIONS.replace("When is glass taken?,On Monday.\n", ""))

    shelf.bring()

    assert "When is glass taken?" not in shelf.titles()
    assert "On Monday." not in shelf.passages()
    assert "On Friday." in shelf.passages()


def test_files_of_another_folder_of_that_name_stay_where_nobody_says_that_one_is_all(shelf, tmp_path):
    other = tmp_path / "other/documents"
    other.mkdir(parents=True)
    (other / "snow.md").write_text("# Snow\n\nBy eight.", encoding="utf-8")
    before = shelf.titles()

    import_paths([other], shelf.library, [FakeEmbedder()])

    assert shelf.titles() == sorted([*before, "Snow"])
