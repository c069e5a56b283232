"""The pages about documents, as staff use them: write, publish, compare, withdraw, upload, and who may what."""

import time

import pytest

from tests.support import document_files as files
from tests.support.console import ConsoleHouse

GLASS = "Glass goes into the green container on Elm Street."


@pytest.fixture
def house(tmp_path):
    house = ConsoleHouse(tmp_path, fetch_hosts=("city.example",))
    yield house
    house.close()


def work(house):
    """Do what waits in the background."""
    while claims := house.app.jobs.queue.claim(1):
        house.app.jobs.work(claims[0])
    house.app.library.reload_if_changed()


def write(editor, title="Glass", text=GLASS, then="save", **fields):
    return editor.get("/knowledge/documents/new").submit(
        "form#document", title=title, text=text, then=then, **fields
    )


def answer(house, question="Where does glass go?"):
    found = house.app.library.ask(question, "en").found
    return found[0].passage.text if found else ""


def test_a_document_is_written_published_and_answers(house):
    editor = house.sign_in("editor")
    page = write(editor)
    assert "A draft" in page.main
    assert answer(house) == ""

    page = page.submit("form#publish")
    assert "being put into the index" in page.main
    work(house)

    assert answer(house) == GLASS
    assert "Residents are answered from this document" in editor.get(page.path).main


def test_saving_and_publishing_is_one_step(house):
    page = write(house.sign_in("editor"), then="publish")
    work(house)

    assert "Published: 1" in page.said
    assert answer(house) == GLASS


def test_a_preview_saves_nothing_and_runs_nothing_of_the_writer(house):
    text = '## Hours\n\n<script>alert(1)</script> [link](javascript:alert(2)) ![x](https://e.example/x.png) <img src=x onerror="alert(3)">\n\n# Big\n\nWords.'
    page = write(house.sign_in("editor"), text=text, then="preview")

    preview = page.soup.select_one("#preview")
    assert preview.find("script") is None
    assert preview.find("img") is None
    assert not [link for link in preview.find_all("a") if "javascript" in str(link.get("href"))]
    assert "alert(1)" in preview.get_text()
    assert [heading.name for heading in preview.select("article h1, h2, h3, h4")] == ["h2", "h3", "h3"]
    assert page.soup.select_one("textarea#text").get_text().strip() == text
    assert "No document fits" in house.sign_in("viewer").get("/knowledge").main


def test_what_is_wrong_is_said_at_its_field_and_the_words_are_kept(house):
    page = write(house.sign_in("editor"), title=" ", url="javascript:alert(1)", text="My long words.")

    assert page.status == 422
    assert page.soup.select_one("#title-error").get_text() == "This is needed."
    assert "My long words." in page.soup.select_one("textarea#text").get_text()
    assert write(house.sign_in("editor"), url="nowhere").soup.select_one("#url-error") is not None
    later = write(house.sign_in("editor"), valid_from="2026-05-02", valid_until="2026-05-01")
    assert later.soup.select_one("#valid_until-error") is not None


def test_versions_are_compared_and_brought_back(house):
    editor = house.sign_in("editor", name="Ana")
    page = write(editor)
    page = page.follow("Edit").submit(
        "form#document", text=GLASS.replace("green", "blue"), then="save", note="New colour"
    )
    assert "New colour" in page.main

    compared = page.follow("What changed")
    assert [one.get_text() for one in compared.soup.select(".difference del")] == [
        "removed: green end of removed "
    ]
    assert "added: blue" in compared.soup.select_one(".difference ins").get_text()

    page = editor.get(page.path).submit("form#restore-1")
    assert "Version 1 is the newest again" in page.said
    assert "green" in page.soup.select_one("article").get_text()


def test_of_two_editors_the_second_keeps_their_words_and_is_told(house):
    ana, ben = house.sign_in("editor", name="Ana"), house.sign_in("editor", name="Ben")
    path = write(ana).path
    hers, his = ana.get(f"{path}/edit"), ben.get(f"{path}/edit")
    hers.submit("form#document", text="Hers.", then="save")

    page = his.submit("form#document", text="His.", then="save")
    assert page.status == 409
    assert "Ana saved a newer version" in page.main
    assert page.soup.select_one("textarea#text").get_text().strip() == "His."

    assert "His." in page.submit("form#document", then="save").soup.select_one("article").get_text()


def test_what_is_withdrawn_answers_no_more(house):
    page = write(house.sign_in("editor"), then="publish")
    work(house)

    page = page.submit("form#withdraw")
    work(house)

    assert answer(house) == ""
    assert "Withdrawn" in page.said


def test_the_list_is_filtered_and_what_is_due_stands_on_top(house):
    editor = house.sign_in("editor")
    write(editor, "Glass", then="publish", review_by="2020-01-01")
    write(editor, "Paper", language="es")
    everything = editor.get("/knowledge")

    assert "Glass" in everything.soup.select_one(".due").get_text()
    assert titles(editor.get("/knowledge?state=draft")) == ["Paper"]
    assert titles(editor.get("/knowledge?language=es")) == ["Paper"]
    assert titles(everything.submit("form#filters", title="gLÁ")) == ["Glass"]
    assert titles(editor.get("/knowledge?state=due")) == ["Glass"]


def test_a_page_whose_own_dates_are_over_is_to_be_looked_at(house):
    editor = house.sign_in("editor")
    write(editor, "Pool", text="The pool is closed until November 30, 2020.", then="publish")
    due = editor.get("/knowledge?state=due")

    assert titles(due) == ["Pool"]
    link = due.soup.select_one("form#several tbody th a")["href"]
    assert "over" in editor.get(link).soup.select_one("dl.facts").get_text()


def titles(page):
    return [cell.get_text() for cell in page.soup.select("form#several tbody th")]


def test_pages_of_the_list_lead_back_and_forth(house):
    from knowledge.documents.documents import create_draft

    with house.app.database.writing() as session:
        for at in range(120):
            create_draft(
                session, title=f"Page {at}", text="Words.", language="en", by="Ana", now=house.clock()
            )
            house.clock.move(1)
    viewer = house.sign_in("viewer")
    first = viewer.get("/knowledge")
    second = viewer.get(first.soup.select_one("a[rel=next]")["href"])
    third = viewer.get(second.soup.select_one("a[rel=next]")["href"])

    assert [len(titles(page)) for page in (first, second, third)] == [50, 50, 20]
    assert third.soup.select_one("a[rel=next]") is None
    assert titles(viewer.get(second.soup.select_one("a[rel=prev]")["href"])) == titles(first)


def test_ticked_documents_are_published_together(house):
    editor = house.sign_in("editor")
    write(editor, "Glass")
    write(editor, "Paper", "Paper goes into the blue container.")
    page = editor.get("/knowledge")
    numbers = [box["value"] for box in page.soup.select("input[name=numbers]")]

    page = page.submit("form#several", numbers=numbers)
    work(house)

    assert "Published: 2" in page.said
    assert answer(house, "paper") == "Paper goes into the blue container."


def test_an_editor_of_a_department_changes_only_its_documents(house):
    theirs = write(house.sign_in("editor"), "Glass", department="parks").path
    roads = house.sign_in("editor", departments=("streets",))
    number = theirs.rsplit("/", 1)[1]

    page = roads.get(theirs)
    assert page.status == 200
    assert page.soup.select_one("form#publish") is None
    assert roads.get(f"{theirs}/edit").status == 403
    for action in ("publish", "withdraw", "restore/1"):
        assert roads.post(f"{theirs}/{action}").status == 403
    assert roads.post("/knowledge/publish", {"numbers": [number]}).status == 403
    stolen = roads.post(
        "/knowledge/documents/new", {"title": ["x"], "text": ["x"], "department": ["parks"], "then": ["save"]}
    )
    assert stolen.status == 403
    assert write(roads, "Potholes", department="streets").status == 200


@pytest.mark.parametrize(
    "path", ["/knowledge/documents/999", "/knowledge/imports/999", "/knowledge/documents/999/edit"]
)
def test_what_is_not_there_is_said(house, path):
    assert house.sign_in("administrator").get(path).status == 404


def test_files_are_uploaded_their_fates_shown_and_published_together(house):
    editor = house.sign_in("editor")
    sent = [
        ("files", ("sauna.md", b"# Sauna\n\nThe sauna opens at seven.", "text/markdown")),
        ("files", ("tool.exe", b"MZ", "application/octet-stream")),
        ("files", ("bomb.docx", files.archive({"word/document.xml": b"a" * 90_000_000}), "x/y")),
        ("files", ("../../etc/evil.md", b"# Evil\n\nSome evil words.", "text/markdown")),
        (
            "files",
            ("pages.zip", files.archive({"pool.md": "# Pool\n\nThe pool is warm."}), "application/zip"),
        ),
    ]
    page = editor.get("/knowledge/upload").submit("form#upload", files=sent)
    assert "1 of 5 done" in page.main
    work(house)

    page = editor.get(page.path)
    rows = {row.th.get_text(): row.td.get_text(strip=True) for row in page.soup.select("tbody tr")}
    assert rows == {
        "sauna.md": "new",
        "tool.exe": "not read",
        "bomb.docx": "not read",
        "evil.md": "new",
        "pages.zip": "opened",
        "pool.md": "new",
    }
    assert "bomb" in page.main
    page = page.submit("form#publish")
    work(house)
    assert "All that came in is published" in editor.get(page.path).main
    assert answer(house, "When does the sauna open?") == "The sauna opens at seven."


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "Left out, as its author deleted or struck it: “$10”. Left out, as it is hidden: “Draft of May”.",
        ),
        (
            "es",
            "tachó: “$10”. No se incluye, porque está oculto: “Draft of May”.",
        ),
    ],
)
def test_what_was_left_out_of_a_file_stands_beside_it(house, language, told):
    editor = house.sign_in("editor", language=language)
    page = b"<main><h1>Fees</h1><p>A dog costs <s>$10</s> $15.</p><p hidden>Draft of May</p></main>"
    sent = [("files", ("fees.html", page, "text/html"))]
    page = editor.get("/knowledge/upload").submit("form#upload", files=sent)
    work(house)

    (cell,) = editor.get(page.path).soup.select("tbody td:last-child")

    assert told in cell.get_text()


def test_an_import_can_be_stopped_and_its_rest_is_left_out(house):
    editor = house.sign_in("editor")
    sent = [("files", (f"{at}.md", f"# {at}\n\nWord{at}.".encode(), "text/markdown")) for at in range(4)]
    page = editor.get("/knowledge/upload").submit("form#upload", files=sent)

    page = page.submit("form#stop")
    work(house)

    assert "Stopped" in page.main
    assert "left out: 4" in editor.get(page.path).main
    assert "stopped" in editor.get("/knowledge/imports").main


def test_an_upload_without_files_and_an_address_of_elsewhere_are_explained(house):
    editor = house.sign_in("editor")

    assert editor.get("/knowledge/upload").submit("form#upload").status == 422
    page = editor.get("/knowledge/address").submit("form#address", url="https://elsewhere.example/")
    assert page.status == 422
    assert "not on the list" in page.main
    assert "This is not a web address" in page.submit("form#address", url="file").main


def test_a_publication_that_breaks_an_answer_that_must_be_asks_first(house):
    from knowledge.questions.must_answer import write_entry as must

    editor = house.sign_in("editor")
    write(editor, then="publish")
    work(house)
    with house.app.database.writing() as session:
        must(
            session,
            "Where does glass go?",
            "en",
            "words",
            "Elm Street",
            by="Ana",
            now=house.clock(),
        )
    page = editor.get("/knowledge/documents/1/edit").submit(
        "form#document", text="Glass goes to the depot.", then="publish"
    )
    assert "Publish although answers change" in page.main
    assert "Elm Street" in page.main
    work(house)
    assert answer(house) == GLASS

    page.submit("form#sure")
    work(house)

    assert answer(house) == "Glass goes to the depot."


def test_publishing_is_written_into_the_audit_log(house):
    write(house.sign_in("editor", name="Ana"), then="publish")

    page = house.sign_in("administrator").get("/audit")

    assert "document.published" in page.text


def test_a_list_of_many_is_answered_quickly(house):
    from datetime import UTC, datetime, timedelta

    from knowledge.documents.tables import DocumentRow

    begin = datetime(2026, 1, 1, tzinfo=UTC)
    row = {
        "keeper": "staff",
        "language": "en",
        "department": "",
        "audience": "",
        "origin": "",
        "version": 1,
        "live_digest": "",
        "changed_by": "Ana",
    }
    with house.app.database.noting() as connection:
        connection.execute(
            DocumentRow.__table__.insert(),
            [
                row
                | {
                    "library_id": f"d{at}",
                    "state": ("draft", "published")[at % 2],
                    "title": f"Page {at}",
                    "title_folded": f"page {at}",
                    "changed_at": begin + timedelta(seconds=at),
                }
                for at in range(10_000)
            ],
        )
    viewer = house.sign_in("viewer")
    for path in ("/knowledge", "/knowledge?state=draft", "/knowledge?title=page+77"):
        assert min(seconds_of(viewer, path) for _ in range(5)) < 0.3


def seconds_of(colleague, path):
    started = time.process_time()
    colleague.client.get(f"/console{path}")
    return time.process_time() - started
