"""What staff see of an uploaded file: its pages beside the passages, what was left out, the file to take along, and no more of it."""

import pytest

from knowledge.imports.originals import original_of
from tests.support import document_files as files
from tests.support.console import ConsoleHouse

FEES = files.pdf(
    [
        [(18, 700, "Dog licences"), (11, 660, "A licence for a dog costs $12 until May 30, 2031.")],
        [(11, 700, "Page two.")],
    ]
)
EVIL = b"<html><title>Glass</title><body><script>alert(1)</script><p>Glass goes into the green one.</p></body></html>"


@pytest.fixture
def house(tmp_path):
    house = ConsoleHouse(tmp_path)
    yield house
    house.close()


def work(house):
    while claims := house.app.jobs.queue.claim(1):
        house.app.jobs.work(claims[0])


def uploaded(house, editor, name, data):
    """The path of the document that this file became."""
    page = editor.get("/knowledge/upload").submit("form#upload", files=[("files", (name, data, "text/html"))])
    work(house)
    return editor.get(page.path).soup.select_one("tbody a")["href"].partition("/console")[2]


def test_a_document_stands_beside_the_pages_of_its_file(house):
    editor = house.sign_in("editor")
    path = uploaded(house, editor, "fees.pdf", FEES)

    page = editor.get(f"{path}/beside")

    assert "A licence for a dog costs $12" in page.soup.select_one(".answers").get_text()
    assert "May 30, 2031" in page.main
    assert "Page 1 of 2" in page.main
    picture = editor.client.get(f"/console{path}/original/2")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert editor.client.get(f"/console{path}/original/3").status_code == 404


@pytest.mark.parametrize(("name", "data"), [("glass.html", EVIL), ("fees.pdf", FEES)])
def test_a_file_is_only_ever_downloaded_as_it_came(house, name, data):
    editor = house.sign_in("editor")
    path = uploaded(house, editor, name, data)

    kept = editor.client.get(f"/console{path}/original")

    assert kept.content == data
    assert kept.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in kept.headers["content-security-policy"]


def test_what_is_no_page_is_not_drawn(house):
    editor = house.sign_in("editor")
    path = uploaded(house, editor, "glass.html", EVIL)

    assert editor.client.get(f"/console{path}/original/1").status_code == 404
    assert "<script>alert" not in editor.get(f"{path}/beside").text
    assert "download it to compare" in editor.get(f"{path}/beside").main


def test_a_document_that_was_written_here_has_no_original(house):
    editor = house.sign_in("editor")
    page = editor.get("/knowledge/documents/new").submit(
        "form#document", title="Glass", text="Into the green one.", then="save"
    )

    assert "No original is kept" in editor.get(f"{page.path}/beside").main
    assert editor.client.get(f"/console{page.path}/original").status_code == 404


def test_a_draft_is_deleted_for_good_with_its_file(house):
    editor = house.sign_in("editor")
    path = uploaded(house, editor, "fees.pdf", FEES)
    assert original_of(house.app.jobs.folder, "upload:/fees.pdf")

    page = editor.get(path).submit("form#delete")

    assert "deleted for good" in page.said
    assert editor.client.get(f"/console{path}").status_code == 404
    assert original_of(house.app.jobs.folder, "upload:/fees.pdf") is None


def test_what_residents_are_answered_from_is_withdrawn_before_it_is_deleted(house):
    editor = house.sign_in("editor")
    path = uploaded(house, editor, "fees.pdf", FEES)
    page = editor.get(path).submit("form#publish")
    work(house)
    assert not editor.get(page.path).soup.select("form#delete")

    editor.get(path).submit("form#withdraw")
    work(house)
    page = editor.get(path).submit("form#delete")

    assert "deleted for good" in page.said
    house.app.library.reload_if_changed()
    assert not house.app.library.ask("What does a dog licence cost?", "en").found
