"""What becomes of each file or page that somebody brings in, and of the import as a whole."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from core.failures import fail_with, read_failure
from knowledge.base.model import Document
from knowledge.base.unreadable import UnreadableCode
from knowledge.documents.documents import (
    Content,
    content_of,
    document_versions,
    number_of,
    row_of,
    save_version,
)
from knowledge.documents.tables import ImportRow
from knowledge.imports.batches import (
    MOST_DOCUMENTS,
    MOST_ITEMS,
    NewItem,
    Taken,
    add_items,
    begin_import,
    count_fates,
    documents_of,
    forget_files,
    forget_old_files,
    incoming_folder,
    item_of,
    note_item,
    stop_import,
    take_item,
    waiting_items,
)
from knowledge.imports.fetching import Fetcher
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.readers.left_out import LeftOutCode

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
POOL = Document("pool", "Pool", "The pool opens at nine.", url="https://city.example/pool", language="en")


def begin(session, *items, department="", language=""):
    """An import of these names; its number."""
    return begin_import(
        session,
        kind="files",
        name="An import",
        language=language,
        department=department,
        by="Ana",
        now=NOON,
        items=[item if isinstance(item, NewItem) else NewItem(item, f"file:{item}") for item in items],
    )


def bring(session, *documents, department=""):
    """An import of one file that held these documents; its number and the fate."""
    number = begin(session, "a.md", department=department)
    note_item(session, number, 1, Taken(documents=documents), now=NOON)
    return number, item_of(session, number, 1).fate


def state_of(session, number):
    return session.get(ImportRow, number).state


def test_files_wait_in_their_order_and_refused_ones_say_why_at_once(session):
    refused = NewItem("b.exe", "", fail_with(UnreadableCode.TYPE, types="md, pdf"))
    number = begin(session, "a.md", refused, "c.md")

    assert waiting_items(session, number) == [1, 3]
    assert item_of(session, number, 2).reason == "Files of this type are not read; what is read: md, pdf."
    assert count_fates(session, number) == {"waiting": 2, "unreadable": 1}
    assert state_of(session, number) == "running"


def test_an_import_of_nothing_that_can_be_read_is_done_at_once(session):
    number = begin(session, NewItem("b.exe", "", fail_with(UnreadableCode.NO_WORDS)))

    assert state_of(session, number) == "done"


def test_an_import_takes_no_more_than_so_many_files(session):
    number = begin(session, "a.md")

    add_items(session, number, (NewItem(f"{at}.md", f"file:{at}") for at in range(MOST_ITEMS + 5)))

    assert len(waiting_items(session, number)) == MOST_ITEMS


@pytest.mark.parametrize(
    ("again", "fate", "versions"),
    [
        (POOL, "unchanged", 1),
        (Document("pool", "Pool", "The pool opens at ten.", language="en"), "replaced", 2),
        (Document("pool", "The pool", POOL.text, POOL.url, language="en"), "replaced", 2),
        (Document("hall", "Hall", "The hall opens at ten.", language="en"), "added", 1),
        (Document("pool", "Pool", "?!", language="en"), "unreadable", 1),
    ],
    ids=["the same", "other words", "another title", "another document", "no words left"],
)
def test_a_document_that_comes_again_is_the_next_version_of_itself(session, again, fate, versions):
    first = bring(session, POOL)

    second = bring(session, again)

    assert (first[1], second[1]) == ("added", fate)
    assert len(document_versions(session, number_of(session, "pool"))) == versions


def test_what_staff_said_about_a_document_outlives_its_next_import(session):
    bring(session, POOL, department="parks")
    number = number_of(session, "pool")
    days = {"valid_from": NOON.date(), "review_by": NOON.date() + timedelta(days=90)}
    staffs = Content("Pool", "Staff's words.", "en", "parks", audience="families", **days)
    save_version(session, number, staffs, by="Ben", now=NOON)

    assert bring(session, POOL, department="parks")[1] == "replaced"

    content = content_of(session, number)
    assert (content.text, content.audience, content.valid_from) == (POOL.text, "families", NOON.date())
    assert content.review_by == days["review_by"]


@pytest.mark.parametrize(
    ("first", "second", "fate"),
    [
        ("parks", "parks", "unchanged"),
        ("parks", "", "unchanged"),
        ("", "parks", "unreadable"),
        ("parks", "roads", "unreadable"),
    ],
)
def test_a_department_changes_only_its_own_documents(session, first, second, fate):
    bring(session, POOL, department=first)

    number, found = bring(session, POOL, department=second)

    assert found == fate
    assert row_of(session, number_of(session, "pool")).department == first
    assert (item_of(session, number, 1).failure or {}).get("code") == (
        "other_department" if fate == "unreadable" else None
    )


def test_a_file_of_several_documents_has_the_best_of_their_fates_and_names_the_fault(session):
    bring(session, POOL)
    hall = Document("hall", "Hall", "The hall opens at ten.")

    number, fate = bring(session, POOL, Document("bad", "Bad", "--"), hall)

    item = item_of(session, number, 1)
    assert fate == "added"
    assert item.reason == "Of one document the text is missing."
    assert documents_of(session, number) == [number_of(session, "pool"), number_of(session, "hall")]


def test_a_document_without_title_is_named_by_its_first_words(session):
    bring(session, Document("pool", "", "The pool opens at nine.\nOn Sundays at ten."))

    assert row_of(session, number_of(session, "pool")).title == "The pool opens at nine. On Sundays at ten."


def test_an_archive_gives_items_of_which_each_comes_once(session):
    number = begin(session, "a.md", "all.zip")
    parts = (
        NewItem("a.md", "file:a.md"),
        NewItem("b.md", "file:b.md"),
        NewItem("c.exe", "file:a.md", fail_with(UnreadableCode.A_LINK)),
    )

    note_item(session, number, 2, Taken(items=parts), now=NOON)

    assert item_of(session, number, 2).fate == "opened"
    assert [(item_of(session, number, at).name, item_of(session, number, at).fate) for at in (3, 4)] == [
        ("b.md", "waiting"),
        ("c.exe", "unreadable"),
    ]


def test_an_import_that_is_stopped_keeps_what_came_and_takes_nothing_more(session):
    number = begin(session, "a.md", "b.md", "c.md")
    note_item(session, number, 1, Taken(documents=(POOL,)), now=NOON)

    stop_import(session, number, NOON)
    note_item(session, number, 2, Taken(documents=(Document("hall", "Hall", "Words."),)), now=NOON)

    assert count_fates(session, number) == {"added": 1, "stopped": 2}
    assert (state_of(session, number), number_of(session, "hall")) == ("stopped", None)


def test_stopping_what_is_done_changes_nothing(session):
    number = begin(session)

    stop_import(session, number, NOON + timedelta(days=1))

    row = session.get(ImportRow, number)
    assert (row.state, row.ended_at) == ("done", NOON)


def test_an_item_that_is_done_is_not_written_twice(session):
    number, _ = bring(session, POOL)

    note_item(session, number, 1, Taken(refused=fail_with(UnreadableCode.SLOW)), now=NOON)
    note_item(session, number, 9, Taken(documents=(POOL,)), now=NOON)

    assert (item_of(session, number, 1).fate, item_of(session, number, 1).reason) == ("added", "")


def test_what_a_file_left_out_stands_beside_it_though_it_was_read(session):
    number = begin(session, "pool.docx")
    left_out = fail_with(LeftOutCode.HIDDEN, words="“Mobile”")

    note_item(session, number, 1, Taken(documents=(POOL,), left_out=left_out), now=NOON)

    item = item_of(session, number, 1)
    assert (item.fate, item.reason) == ("added", "Left out, as it is hidden: “Mobile”.")
    assert read_failure(item.failure, item.reason) == left_out


def taken(folder, source, name="a.csv", language=""):
    return take_item(
        source,
        name,
        folder=folder,
        fetcher=Fetcher(["city.example"]),
        embedders=[FakeEmbedder()],
        language=language,
    )


def stored(folder, name, content):
    path = incoming_folder(folder) / name
    path.write_text(content, encoding="utf-8")
    return f"file:{path}"


def test_a_question_that_a_table_answers_twice_keeps_both_answers(session, tmp_path):
    source = stored(
        tmp_path, "a.csv", "question,answer\nHours?,The pool opens at nine.\nHours?,The hall opens at ten.\n"
    )

    found = taken(tmp_path, source)
    number = begin(session, "a.csv")
    note_item(session, number, 1, found, now=NOON)

    assert [content_of(session, each).text for each in documents_of(session, number)] == [
        "The pool opens at nine.",
        "The hall opens at ten.",
    ]


@pytest.mark.parametrize(("stated", "language"), [("es", "es"), ("", "en")])
def test_the_language_that_staff_state_counts_more_than_the_words(tmp_path, stated, language):
    source = stored(
        tmp_path, "a.csv", "question,answer\nWhen is it open?,It is open on all days of the week.\n"
    )

    assert [one.language for one in taken(tmp_path, source, language=stated).documents] == [language]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("file:{folder}/gone.md", "not_there"),
        ("zip:{folder}/gone.zip", "not_there"),
        ("page:https://other.example/x", "host_not_listed"),
        ("page:ftp://city.example/x", "no_address"),
        ("sitemap:https://other.example/x", "host_not_listed"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(tmp_path, source, code):
    assert taken(tmp_path, source.format(folder=tmp_path)).refused.code == code


def test_a_file_of_very_many_documents_is_refused(tmp_path):
    rows = "".join(f"Q{at}?,A\n" for at in range(MOST_DOCUMENTS + 1))

    assert (
        taken(tmp_path, stored(tmp_path, "a.csv", f"question,answer\n{rows}")).refused.code
        == "many_documents"
    )


def test_the_bytes_of_what_is_done_are_removed_and_addresses_are_no_files(tmp_path):
    kept, done = stored(tmp_path, "kept.md", "Words."), stored(tmp_path, "done.md", "Words.")

    forget_files(done)
    forget_files(done)
    forget_files(f"page:{kept.removeprefix('file:')}")

    assert [each.name for each in incoming_folder(tmp_path).iterdir()] == ["kept.md"]


def test_uploads_that_nobody_read_go_after_their_time_with_what_was_unpacked(tmp_path):
    for name in ("old.md", "old-unpacked", "new.md"):
        place = incoming_folder(tmp_path) / name
        if name == "old-unpacked":
            place.mkdir()
            (place / "0.md").write_text("Words.")
        else:
            place.write_text("Words.")
        os.utime(place, (2000.0, 2000.0) if name == "new.md" else (1000.0, 1000.0))

    forget_old_files(tmp_path, 1500.0)

    assert [each.name for each in incoming_folder(tmp_path).iterdir()] == ["new.md"]
