"""From which day until which residents are answered from a document, and what the library still has to learn."""

from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge.base.model import Document
from knowledge.base.store import DocumentStore, content_digest
from knowledge.documents.adoption import adopt_import, kept_by_staff
from knowledge.documents.documents import (
    Content,
    NoSuchDocument,
    content_of,
    create_draft,
    document_versions,
    number_of,
    restore_version,
    row_of,
    save_version,
)
from knowledge.publishing import (
    AT_ONCE,
    Applied,
    has_pending,
    pending_changes,
    publish_documents,
    settle_changes,
    withdraw_from_library,
    would_be,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)


def draft(session, title="Pool", text="Opens at nine.", **details):
    return create_draft(session, title=title, text=text, language="en", by="Ana", now=NOON, **details)


def published(session, **details):
    number = draft(session, **details)
    publish_documents(session, [number], by="Ana", now=NOON)
    return number


def settled(session, today=TODAY):
    """The library knows everything of this day."""
    changes = pending_changes(session, today)
    settle_changes(session, Applied(tuple(changes)))
    return changes


def learnt(session, today=TODAY):
    """What the library has to learn: the titles that come, with a minus those that go."""
    return [
        one.document.title if one.document else f"-{one.library_id.partition('-')[0]}"
        for one in pending_changes(session, today)
    ]


def test_a_draft_is_nothing_that_the_library_has_to_learn(session):
    draft(session)

    assert not has_pending(session, TODAY)


@pytest.mark.parametrize(
    ("begins", "ends", "answered"),
    [
        (None, None, True),
        (TODAY, None, True),
        (None, TODAY, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
        (TODAY - DAY, TODAY + DAY, True),
    ],
    ids=[
        "always",
        "from today",
        "until today",
        "today alone",
        "from tomorrow",
        "until yesterday",
        "around today",
    ],
)
def test_a_document_answers_on_both_of_its_days_and_between(session, begins, ends, answered):
    published(session, valid_from=begins, valid_until=ends)

    assert has_pending(session, TODAY) is answered


def test_a_document_goes_the_day_after_its_last_and_only_once(session):
    published(session, valid_until=TODAY)
    settled(session)

    assert (learnt(session), learnt(session, TODAY + DAY)) == ([], ["-staff"])

    settled(session, TODAY + DAY)
    assert not has_pending(session, TODAY + DAY)


def test_what_was_saved_after_publishing_waits_for_the_next_publication(session):
    number = published(session)
    settled(session)
    save_version(session, number, Content("Pool", "Opens at ten.", "en"), by="Ana", now=NOON)

    assert not has_pending(session, TODAY)

    publish_documents(session, [number], by="Ana", now=NOON)
    (change,) = pending_changes(session, TODAY)
    assert (change.version, change.document.text) == (2, "Opens at ten.")


def test_days_that_were_only_saved_do_not_count_before_they_are_published(session):
    number = published(session)
    settled(session)
    over = Content("Pool", "Opens at nine.", "en", valid_until=TODAY - DAY)
    save_version(session, number, over, by="Ana", now=NOON)

    assert not has_pending(session, TODAY)

    publish_documents(session, [number], by="Ana", now=NOON)
    assert learnt(session) == ["-staff"]


def test_what_is_withdrawn_goes_and_comes_back_when_it_is_published_again(session):
    number = published(session)
    settled(session)

    withdraw_from_library(session, number, by="Ana", now=NOON)
    assert learnt(session) == ["-staff"]

    settled(session)
    publish_documents(session, [number], by="Ana", now=NOON)
    assert learnt(session) == ["Pool"]


def test_what_was_withdrawn_before_the_library_learnt_of_it_never_comes(session):
    number = published(session)

    withdraw_from_library(session, number, by="Ana", now=NOON)

    assert not has_pending(session, TODAY)


def test_what_goes_goes_first_and_what_was_changed_last_comes_first(session):
    gone = published(session, title="Gone")
    settled(session)
    for minute, title in enumerate(("First", "Second")):
        number = draft(session, title=title)
        publish_documents(session, [number], by="Ana", now=NOON + timedelta(minutes=minute))
    withdraw_from_library(session, gone, by="Ana", now=NOON)

    assert learnt(session) == ["-staff", "Second", "First"]


def test_a_long_import_is_learnt_piece_by_piece(session):
    numbers = [draft(session, title=f"Document {at}") for at in range(AT_ONCE + 3)]
    publish_documents(session, numbers, by="Ana", now=NOON)

    assert [len(settled(session)) for _ in range(3)] == [AT_ONCE, 3, 0]


def test_what_is_published_again_while_the_library_learns_stays_to_be_learnt(session):
    number = published(session)
    changes = pending_changes(session, TODAY)
    save_version(session, number, Content("Pool", "Opens at ten.", "en"), by="Ana", now=NOON)
    publish_documents(session, [number], by="Ana", now=NOON)

    settle_changes(session, Applied(tuple(changes)))

    assert [one.document.text for one in pending_changes(session, TODAY)] == ["Opens at ten."]


def test_what_would_be_published_is_the_newest_version(session):
    number = published(session, reviewed_on=date(2026, 5, 1), keywords=("swim",))
    save_version(session, number, Content("Pool", "Opens at ten.", "en"), by="Ana", now=NOON)

    (document,) = would_be(session, [number])

    assert (document.text, document.reviewed, document.keywords) == ("Opens at ten.", "", ())


def test_a_version_that_is_brought_back_is_a_new_one_and_not_yet_published(session):
    number = published(session)
    settled(session)
    save_version(session, number, Content("Pool", "Opens at ten.", "en"), by="Ana", now=NOON)

    assert restore_version(session, number, 1, by="Ben", now=NOON) == 3

    row = row_of(session, number)
    assert (row.published_version, content_of(session, number).text) == (1, "Opens at nine.")
    assert [one.saved_by for one in document_versions(session, number)] == ["Ben", "Ana", "Ana"]


@pytest.mark.parametrize("do", [publish_documents, withdraw_from_library])
def test_nobody_publishes_or_withdraws_what_is_not_there(session, do):
    with pytest.raises(NoSuchDocument):
        do(session, [9] if do is publish_documents else 9, by="Ana", now=NOON)


FILE = Document("file-1", "Glass", "Green bank.", language="en", origin="glass.md")


def adopt(session, folder, *documents, gone=()):
    """What an import leaves in the library, taken into staff's list."""
    store = DocumentStore(folder)
    store.remove(gone)
    for document in documents:
        store.put(document)
    found = adopt_import(session, folder, NOON)
    return found.new, found.changed, found.gone


def row_called(session, library_id="file-1"):
    return row_of(session, number_of(session, library_id))


def test_a_document_of_a_folder_stands_in_the_list_as_published_and_nothing_is_left_to_learn(
    session, tmp_path
):
    assert adopt(session, tmp_path, FILE) == (1, 0, 0)

    row = row_called(session)
    assert (row.state, row.keeper, row.version, row.live_version) == ("published", "folder", 1, 1)
    assert row.live_digest == content_digest(FILE)
    assert not has_pending(session, TODAY)
    assert adopt(session, tmp_path) == (0, 0, 0)


def test_a_file_that_changed_is_a_version_and_one_that_went_is_withdrawn(session, tmp_path):
    adopt(session, tmp_path, FILE)

    assert adopt(session, tmp_path, Document("file-1", "Glass", "Brown bank.", origin="glass.md")) == (
        0,
        1,
        0,
    )
    assert (row_called(session).version, row_called(session).published_version) == (2, 2)

    assert adopt(session, tmp_path, gone=["file-1"]) == (0, 0, 1)
    assert (row_called(session).state, row_called(session).live_version) == ("withdrawn", None)
    assert not has_pending(session, TODAY)


def test_what_staff_took_over_is_put_right_after_an_import_touched_it(session, tmp_path):
    adopt(session, tmp_path, FILE)
    number = row_called(session).id
    save_version(session, number, Content("Glass", "Staff's words.", "en"), by="Ana", now=NOON)
    publish_documents(session, [number], by="Ana", now=NOON)
    settled(session)
    assert kept_by_staff(session) == {"file-1"}

    assert adopt(session, tmp_path, Document("file-1", "Glass", "The file's words.")) == (0, 0, 0)

    assert [one.document.text for one in pending_changes(session, TODAY)] == ["Staff's words."]


def test_what_staff_published_comes_back_when_the_library_lost_it(session, tmp_path):
    adopt(session, tmp_path, FILE)
    publish_documents(session, [row_called(session).id], by="Ana", now=NOON)

    assert adopt(session, tmp_path, gone=["file-1"]) == (0, 0, 1)

    assert (row_called(session).state, learnt(session)) == ("published", ["Glass"])


def test_a_file_without_title_or_with_a_day_that_is_none_stands_in_the_list_all_the_same(session, tmp_path):
    adopt(session, tmp_path, Document("file-1", "", "Green bank.\nBrown bank.", reviewed="2026-13-40"))

    assert row_called(session).title == "Green bank. Brown bank."
    assert content_of(session, row_called(session).id).reviewed_on is None
