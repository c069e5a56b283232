"""Staff's documents from the first word to the answer and back: saving, publishing, withdrawing, imports beside it."""

from datetime import UTC, date, datetime

import pytest

from knowledge.documents.adoption import adopt_import, kept_by_staff
from knowledge.documents.documents import (
    BadDocument,
    ChangedMeanwhile,
    Content,
    content_of,
    create_draft,
    document_versions,
    restore_version,
    row_of,
    save_version,
)
from knowledge.imports.importing import ImportOutcome, import_paths
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.publishing import (
    bring_up_to_date,
    draft_document,
    has_pending,
    publish_documents,
    settle_changes,
    trial_library,
    withdraw_from_library,
    would_be,
)
from knowledge.search.library import Library

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
EMBEDDERS = [FakeEmbedder()]
GLASS = "Glass goes into the green container on Elm Street."


class Desk:
    """What staff do, on one database and one library."""

    def __init__(self, database, folder):
        self.database = database
        self.folder = folder

    def draft(self, title="Glass", text=GLASS, **details):
        with self.database.writing() as session:
            return create_draft(session, title=title, text=text, language="en", by="Ana", now=NOW, **details)

    def save(self, number, text, since=None, **details):
        with self.database.writing() as session:
            content = Content(details.pop("title", "Glass"), text, "en", **details)
            return save_version(session, number, content, by="Ben", now=NOW, since=since)

    def publish(self, *numbers, today=TODAY):
        with self.database.writing() as session:
            publish_documents(session, numbers, by="Ana", now=NOW)
        return self.index(today)

    def withdraw(self, number):
        with self.database.writing() as session:
            withdraw_from_library(session, number, by="Ana", now=NOW)
        return self.index()

    def index(self, today=TODAY):
        applied = bring_up_to_date(self.database, self.folder, EMBEDDERS, today)
        with self.database.writing() as session:
            settle_changes(session, applied)
        return applied

    def bring_in(self, *paths, **options):
        with self.database.reading() as session:
            kept = kept_by_staff(session)
        report = import_paths(paths, self.folder, EMBEDDERS, kept=kept, **options)
        with self.database.writing() as session:
            adopted = adopt_import(session, self.folder, NOW)
        self.index()
        return report, adopted

    def row(self, number):
        with self.database.reading() as session:
            return row_of(session, number)

    def answer(self, question="Where does glass go?"):
        found = Library(self.folder, EMBEDDERS, 0.2).ask(question, "en").found
        return found[0].passage.text if found else ""


@pytest.fixture
def desk(database, tmp_path):
    return Desk(database, tmp_path / "knowledge")


def test_a_draft_answers_nobody_until_it_is_published(desk):
    number = desk.draft()
    desk.index()
    assert desk.answer() == ""

    desk.publish(number)

    assert desk.answer() == GLASS
    assert desk.row(number).live_version == 1


def test_a_saved_change_answers_only_after_the_next_publication(desk):
    number = desk.draft()
    desk.publish(number)
    desk.save(number, "Glass goes into the blue container.")
    desk.index()
    assert desk.answer() == GLASS

    desk.publish(number)

    assert "blue" in desk.answer()


def test_what_is_withdrawn_answers_no_more_and_can_be_published_again(desk):
    number = desk.draft()
    desk.publish(number)
    desk.withdraw(number)
    assert desk.answer() == ""
    assert desk.row(number).state == "withdrawn"

    desk.publish(number)

    assert desk.answer() == GLASS


def test_several_publications_go_into_the_index_in_one_run(desk):
    numbers = [desk.draft(f"Thing {at}", f"Word{at} stands here.") for at in range(5)]

    applied = desk.publish(*numbers)

    assert {change.number for change in applied.changes} == set(numbers)
    assert desk.index().changes == ()


@pytest.mark.parametrize(
    ("today", "answered"),
    [("2026-03-09", False), ("2026-03-10", True), ("2026-03-20", True), ("2026-03-21", False)],
)
def test_a_document_answers_between_its_days_both_included(desk, today, answered):
    number = desk.draft(valid_from=date(2026, 3, 10), valid_until=date(2026, 3, 20))
    desk.publish(number, today=date.fromisoformat(today))

    assert bool(desk.answer()) is answered


def test_the_end_of_its_days_takes_a_document_out_without_anybody_doing_it(desk):
    desk.publish(desk.draft(valid_until=date(2026, 3, 20)))
    with desk.database.reading() as session:
        assert not has_pending(session, date(2026, 3, 20))
        assert has_pending(session, date(2026, 3, 21))

    desk.index(date(2026, 3, 21))

    assert desk.answer() == ""


def test_a_run_that_was_cut_is_simply_done_again(desk):
    number = desk.draft()
    with desk.database.writing() as session:
        publish_documents(session, [number], by="Ana", now=NOW)
    bring_up_to_date(desk.database, desk.folder, EMBEDDERS, TODAY)  # and no `settle`

    assert [change.number for change in desk.index().changes] == [number]
    assert desk.answer() == GLASS


def test_every_save_is_a_version_that_can_be_brought_back(desk):
    number = desk.draft(note="first words")
    assert desk.save(number, "Other words.", url="https://city.example/glass") == 2
    assert desk.save(number, "Other words.", url="https://city.example/glass") == 2, "nothing was changed"
    with desk.database.writing() as session:
        assert restore_version(session, number, 1, by="Ana", now=NOW) == 3

    with desk.database.reading() as session:
        assert content_of(session, number).text == GLASS
        assert [(version.number, version.saved_by) for version in document_versions(session, number)] == [
            (3, "Ana"),
            (2, "Ben"),
            (1, "Ana"),
        ]


def test_of_two_who_edit_at_once_the_second_is_told(desk):
    number = desk.draft()
    desk.save(number, "The first one's words.", since=1)

    with pytest.raises(ChangedMeanwhile):
        desk.save(number, "The second one's words.", since=1)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"title": "  "}, "title"),
        ({"text": " \n "}, "text"),
        ({"text": "word " * 500_000}, "text"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"valid_from": date(2026, 5, 2), "valid_until": date(2026, 5, 1)}, "valid_until"),
    ],
)
def test_what_cannot_be_saved_is_named(desk, details, field):
    with pytest.raises(BadDocument) as refusal:
        desk.draft(**details)

    assert refusal.value.field == field


def test_a_trial_answers_as_if_it_were_published_and_touches_nothing(desk):
    old = desk.draft()
    desk.publish(old)
    new = desk.draft("Glass at weekends", "On Sundays glass goes to the harbour depot.")
    with desk.database.reading() as session:
        published = would_be(session, [new])
    before = sorted(path for path in desk.folder.rglob("*") if "prepared" not in path.parts)

    with trial_library(desk.folder, EMBEDDERS, 0.2, published=published) as library:
        assert library.ask("harbour depot on Sundays", "en").found[0].passage.title == "Glass at weekends"
    with trial_library(desk.folder, EMBEDDERS, 0.2, withdrawn=[desk.row(old).library_id]) as library:
        assert library.is_empty
    with trial_library(
        desk.folder, EMBEDDERS, 0.2, published=[draft_document(Content("Paper", "Paper is blue."))]
    ) as library:
        assert library.ask("paper", "en").found[0].passage.text == "Paper is blue."

    assert sorted(path for path in desk.folder.rglob("*") if "prepared" not in path.parts) == before


@pytest.fixture
def city_folder(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "glass.md").write_text(f"# Glass\n\n{GLASS}\n", encoding="utf-8")
    (folder / "paper.md").write_text("# Paper\n\nPaper goes into the blue container.\n", encoding="utf-8")
    return folder


def listed(desk):
    from sqlalchemy import select

    from knowledge.documents.tables import DocumentRow

    with desk.database.reading() as session:
        return {row.title: row for row in session.scalars(select(DocumentRow))}


def test_imported_documents_stand_in_the_list_as_published(desk, city_folder):
    _, adopted = desk.bring_in(city_folder)

    assert adopted.new == 2
    rows = listed(desk)
    assert {title: (row.state, row.keeper, row.live_version) for title, row in rows.items()} == {
        "Glass": ("published", "folder", 1),
        "Paper": ("published", "folder", 1),
    }
    assert desk.bring_in(city_folder)[1].new == 0


def test_a_changed_file_is_a_new_version_and_a_lost_one_is_withdrawn(desk, city_folder):
    desk.bring_in(city_folder)
    (city_folder / "glass.md").write_text("# Glass\n\nGlass goes to the depot.\n", encoding="utf-8")
    (city_folder / "paper.md").unlink()

    desk.bring_in(city_folder, remove_missing=True)

    rows = listed(desk)
    assert (rows["Glass"].version, rows["Glass"].live_version) == (2, 2)
    assert rows["Paper"].state == "withdrawn"
    assert desk.answer() == "Glass goes to the depot."


def test_what_staff_edited_or_withdrew_no_import_overwrites_and_it_says_so(desk, city_folder):
    desk.bring_in(city_folder)
    rows = listed(desk)
    desk.save(rows["Glass"].id, "Glass goes to the staff's own place.")
    desk.publish(rows["Glass"].id)
    desk.withdraw(rows["Paper"].id)
    for name in ("glass.md", "paper.md"):
        (city_folder / name).write_text("# Glass\n\nThe file's newer words about glass.\n", encoding="utf-8")

    report, _ = desk.bring_in(city_folder)

    assert [fate.fate for fate in report.fates] == [ImportOutcome.KEPT, ImportOutcome.KEPT]
    assert all("Staff" in fate.reason for fate in report.fates)
    assert "staff's own place" in desk.answer()
    assert listed(desk)["Paper"].state == "withdrawn"


def test_a_library_that_lost_its_files_gets_staffs_documents_back(desk):
    number = desk.draft()
    desk.publish(number)
    (path,) = (desk.folder / "documents").iterdir()
    path.unlink()

    desk.bring_in()

    assert desk.row(number).live_version == 1
    assert desk.answer() == GLASS
