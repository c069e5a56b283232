"""What staff corrected is not overwritten by the file that it came from: both stand beside each other, and staff choose."""

from __future__ import annotations

import pytest
from rich.console import Console

from bot.foundation import lay_foundation
from bot.prepare import import_beside_staff
from knowledge.documents.documents import content_of, number_of, row_of
from knowledge.documents.incoming import count_incoming
from knowledge.imports.batches import NewItem, begin_import, count_fates, incoming_folder
from knowledge.index.fake_embedder import FakeEmbedder
from tests.support.console import ConsoleHouse

SAUNA = "# Sauna\n\nThe sauna opens at {} and takes towels."
OURS = "The sauna opens at nine and takes no towels."


@pytest.fixture
def house(tmp_path):
    house = ConsoleHouse(tmp_path)
    yield house
    house.close()


def work(house):
    while claims := house.app.jobs.queue.claim(1):
        house.app.jobs.work(claims[0])
    house.app.library.reload_if_changed()


def upload(house, hour):
    place = incoming_folder(house.app.jobs.folder) / f"sauna-{hour}.md"
    place.write_text(SAUNA.format(hour))
    about = {"kind": "files", "name": "upload", "language": "en", "department": "", "by": "Ana"}
    with house.app.database.writing() as session:
        items = [NewItem("sauna.md", f"file:{place}")]
        number = begin_import(session, **about, now=house.clock(), items=items)
        house.app.jobs.bring_in(session, number)
    work(house)
    with house.app.database.reading() as session:
        return count_fates(session, number)


def correct(house, number, text=OURS):
    editor = house.sign_in("editor")
    page = editor.get(f"/knowledge/documents/{number}/edit")
    page.submit("form#document", text=text, then="publish")
    work(house)
    return editor


def uploaded_and_corrected(house):
    upload(house, "seven")
    return correct(house, 1)


def answer(house):
    return house.app.library.ask("When does the sauna open?", "en").found[0].passage.text


def waiting(house):
    with house.app.database.reading() as session:
        return count_incoming(session)


def test_the_corrected_words_answer_until_staff_choose(house):
    editor = uploaded_and_corrected(house)
    assert upload(house, "eight") == {"asked": 1}
    assert (answer(house), waiting(house)) == (OURS, 1)
    assert "Still right? (1)" in editor.get("/knowledge").main
    assert "says something else now" in editor.get("/knowledge/documents/1").main

    page = editor.get("/knowledge/documents/1/incoming")
    assert "opens at eight" in page.soup.select_one("[aria-labelledby=theirs]").get_text()
    assert "opens at nine" in page.soup.select_one("[aria-labelledby=ours]").get_text()


def test_an_unchanged_source_leaves_the_correction_alone(house):
    uploaded_and_corrected(house)
    assert upload(house, "seven") == {"unchanged": 1}
    assert (answer(house), waiting(house)) == (OURS, 0)


def test_ours_is_kept_until_the_source_says_something_else_again(house):
    editor = uploaded_and_corrected(house)
    upload(house, "eight")
    editor.get("/knowledge/documents/1/incoming").submit("form#keep")
    assert upload(house, "eight") == {"unchanged": 1}
    assert (answer(house), waiting(house)) == (OURS, 0)
    assert upload(house, "ten") == {"asked": 1}


def test_theirs_is_taken_and_followed_from_then_on(house):
    editor = uploaded_and_corrected(house)
    upload(house, "eight")
    editor.get("/knowledge/documents/1/incoming").submit("form#take")
    work(house)
    assert "opens at eight" in answer(house)
    assert upload(house, "ten") == {"replaced": 1}
    assert waiting(house) == 0


def test_both_are_joined_by_hand(house):
    editor = uploaded_and_corrected(house)
    upload(house, "eight")
    page = editor.get("/knowledge/documents/1/edit?joins=yes")
    assert "opens at eight" in page.soup.select_one("#theirs").get_text()
    page.submit("form#document", text="The sauna opens at eight and takes no towels.", then="publish")
    work(house)
    assert answer(house) == "The sauna opens at eight and takes no towels."
    assert waiting(house) == 0
    assert upload(house, "eight") == {"unchanged": 1}


def test_a_source_that_agrees_with_staff_asks_nothing(house):
    uploaded_and_corrected(house)
    upload(house, "eight")
    with house.app.database.reading() as session:
        assert content_of(session, 1).text == OURS
    correct(house, 1, SAUNA.format("eight"))
    upload(house, "eight")
    assert waiting(house) == 0
    assert upload(house, "ten") == {"replaced": 1}


@pytest.fixture
def folder(house, tmp_path):
    """A city's folder, imported as the command line does it, and its document corrected."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "sauna.md").write_text(SAUNA.format("seven"))
    bring_in(house, folder)
    correct(house, document(house))
    return folder


def document(house):
    with house.app.database.reading() as session:
        return number_of(session, next(iter(house.app.library.ask("sauna", "en").found)).passage.document_id)


def bring_in(house, folder):
    base = lay_foundation(house.app.settings, house.clock)
    report = import_beside_staff(base, [FakeEmbedder()], [folder], Console(quiet=True), remove_missing=True)
    work(house)
    house.app.library.reload_if_changed()
    return [(fate.fate.value, fate.reason) for fate in report.fates]


def test_a_folder_import_asks_and_says_so(house, folder):
    (folder / "sauna.md").write_text(SAUNA.format("eight"))
    ((fate, reason),) = bring_in(house, folder)
    assert fate == "kept"
    assert "staff choose" in reason
    assert (answer(house), waiting(house)) == (OURS, 1)
    assert [fate for fate, _ in bring_in(house, folder)] == ["unchanged"]

    house.sign_in("editor").get(f"/knowledge/documents/{document(house)}/incoming").submit("form#keep")
    bring_in(house, folder)
    assert (answer(house), waiting(house)) == (OURS, 0)


def test_a_vanished_file_of_a_corrected_document_asks_before_it_goes(house, folder):
    number = document(house)
    (folder / "sauna.md").unlink()
    ((fate, reason),) = bring_in(house, folder)
    assert (fate, "until staff decide" in reason) == ("removed", True)
    assert (answer(house), waiting(house)) == (OURS, 1)

    page = house.sign_in("editor").get(f"/knowledge/documents/{number}/incoming")
    assert "is gone" in page.main
    page.submit("form#withdraw")
    work(house)
    with house.app.database.reading() as session:
        assert row_of(session, number).state == "withdrawn"
    assert waiting(house) == 0


def test_a_file_that_comes_back_asks_no_more(house, folder):
    (folder / "sauna.md").unlink()
    bring_in(house, folder)
    (folder / "sauna.md").write_text(SAUNA.format("seven"))
    bring_in(house, folder)
    assert (answer(house), waiting(house)) == (OURS, 0)
