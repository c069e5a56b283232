"""Bringing in files and publishing by background jobs, one after the other, as a worker would."""

import json
import threading
import time
from datetime import timedelta

import pytest

from knowledge.documents.documents import create_draft, row_of
from knowledge.documents.tables import ImportItemRow, ImportRow
from knowledge.imports.batches import (
    NewItem,
    begin_import,
    count_fates,
    documents_of,
    incoming_folder,
    stop_import,
)
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.publishing import publish_documents
from knowledge.search.library import Library
from nlu.fake import WordNluClient
from tests.support import document_files as files
from tests.support.installation import House


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path, WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


def work(house, most=1000):
    """Do what waits, as far as `most` jobs."""
    queue = house.app.jobs.queue
    while most and (claims := queue.claim(1)):
        house.app.jobs.work(claims[0])
        most -= 1


def upload(house, **contents):
    """An import of files with these names (`__` for the dot) and contents; its number."""
    place = incoming_folder(house.app.jobs.folder)
    items = []
    for key, content in contents.items():
        name = key.replace("__", ".")
        path = place / f"{len(list(place.iterdir()))}.{name.rpartition('.')[2]}"
        path.write_bytes(content)
        items.append(NewItem(name, f"{'zip' if name.endswith('.zip') else 'file'}:{path}"))
    return start(house, items)


def start(house, items, **options):
    about = {"kind": "files", "name": "upload", "language": "", "department": "", "by": "Ana"} | options
    with house.app.database.writing() as session:
        number = begin_import(session, **about, now=house.clock(), items=items)
        house.app.jobs.bring_in(session, number)
    return number


def fates(house, number):
    with house.app.database.reading() as session:
        return count_fates(session, number)


def items_of(house, number):
    with house.app.database.reading() as session:
        rows = session.query(ImportItemRow).where(ImportItemRow.import_id == number).order_by("number")
        return {row.name: (row.fate, row.reason) for row in rows}


def state_of(house, number):
    with house.app.database.reading() as session:
        return session.get(ImportRow, number).state


def publish_all(house, number):
    with house.app.database.writing() as session:
        publish_documents(session, documents_of(session, number), by="Ana", now=house.clock())
        house.app.jobs.index(session)


def test_uploaded_files_become_drafts_that_answer_once_they_are_published(house):
    number = upload(
        house,
        sauna__md=b"# Sauna\n\nThe sauna opens at seven.",
        pool__html=b"<title>Pool</title><main><p>The pool is heated to 26 degrees.</p></main>",
        rink__docx=files.word_document(),
    )
    work(house)
    assert (state_of(house, number), fates(house, number)) == ("done", {"added": 3})
    assert house.app.library.is_empty

    publish_all(house, number)
    work(house)

    house.app.library.reload_if_changed()
    assert house.app.library.ask("When does the sauna open?").found[0].passage.title == "Sauna"


def test_the_same_file_again_is_unchanged_and_a_newer_one_replaces_it(house):
    upload(house, sauna__md=b"# Sauna\n\nThe sauna opens at seven.")
    work(house)

    again = upload(house, sauna__md=b"# Sauna\n\nThe sauna opens at seven.")
    newer = upload(house, sauna__md=b"# Sauna\n\nThe sauna opens at eight.")
    work(house)

    assert (fates(house, again), fates(house, newer)) == ({"unchanged": 1}, {"replaced": 1})


def test_an_archive_gives_its_files_and_names_what_it_leaves_out(house):
    data = files.archive(
        {
            "a/sauna.md": "# Sauna\n\nThe sauna opens at seven.",
            "../../escape.md": "# Escape\n\nWords.",
            "/etc/passwd.md": "# Root\n\nWords.",
            "inner.zip": files.archive({"x.md": "words"}),
            "tool.exe": b"MZ",
        },
        link="link.md",
    )
    number = upload(house, all__zip=data)
    work(house)

    found = items_of(house, number)
    assert found["all.zip"][0] == "opened"
    assert found["a/sauna.md"][0] == "added"
    assert "leads out" in found["../../escape.md"][1]
    assert "leads out" in found["/etc/passwd.md"][1]
    assert "archive" in found["inner.zip"][1]
    assert "type" in found["tool.exe"][1]
    assert "link" in found["link.md"][1]
    assert not list(house.app.jobs.folder.parent.rglob("escape*"))
    assert state_of(house, number) == "done"


def test_an_import_that_is_stopped_leaves_the_rest_out_and_keeps_what_is_there(house):
    number = upload(house, **{f"page{at}__md": f"# Page {at}\n\nWord{at}.".encode() for at in range(6)})
    work(house, most=2)

    with house.app.database.writing() as session:
        stop_import(session, number, house.clock())
    work(house)

    assert state_of(house, number) == "stopped"
    assert fates(house, number) == {"added": 2, "stopped": 4}


def test_a_worker_that_died_over_an_item_is_replaced(house):
    number = upload(house, sauna__md=b"# Sauna\n\nThe sauna opens at seven.")
    (dead,) = house.app.jobs.queue.claim(1)
    assert house.app.jobs.queue.claim(1) == []

    house.clock.move(timedelta(minutes=5).total_seconds())
    work(house)
    house.app.jobs.work(dead)  # it was only slow, and comes too late

    assert fates(house, number) == {"added": 1}


def test_a_department_does_not_overwrite_the_document_of_another_one(house):
    text = b"---\nid: shared\n---\n# Sauna\n\nThe sauna opens at %s."
    upload(house, sauna__md=text % b"seven")
    work(house)
    place = incoming_folder(house.app.jobs.folder) / "other.md"
    place.write_bytes(text % b"nine")

    number = start(house, [NewItem("sauna.md", f"file:{place}")], department="parks")
    work(house)

    assert items_of(house, number)["sauna.md"][0] == "unreadable"
    assert "another department" in items_of(house, number)["sauna.md"][1]


def test_a_thousand_pages_come_in_with_progress_and_in_one_publication(house):
    rows = "\n".join(f'{{"title": "Page {at}", "text": "Word{at} is here."}}' for at in range(1000))
    number = upload(house, pages__jsonl=rows.encode())
    work(house)
    assert fates(house, number) == {"added": 1}

    publish_all(house, number)
    work(house)

    house.app.library.reload_if_changed()
    assert house.app.library.health().facts["documents"] == 1000


def test_a_document_whose_days_begin_comes_into_the_index_by_itself(house):
    tomorrow = house.app.jobs.today() + timedelta(days=1)
    with house.app.database.writing() as session:
        number = create_draft(
            session,
            title="Fair",
            text="The fair is on the square.",
            language="en",
            by="Ana",
            now=house.clock(),
            valid_from=tomorrow,
        )
        publish_documents(session, [number], by="Ana", now=house.clock())
    documents, *_ = house.app.jobs.rounds()
    documents.do()
    work(house)
    assert live(house, number) is None

    house.clock.move(86_400)
    documents.do()
    work(house)

    assert live(house, number) == 1


def test_an_index_of_an_older_format_is_not_opened_and_built_again_by_itself(house):
    number = upload(house, sauna__md=b"# Sauna\n\nThe sauna opens at seven.")
    work(house)
    publish_all(house, number)
    work(house)
    folder = house.app.jobs.folder
    manifest = next((folder / "snapshots").glob("*/manifest.json"))
    about = json.loads(manifest.read_text())
    del about["format"]
    manifest.write_text(json.dumps(about))
    later = Library(folder, [FakeEmbedder()], 0.0)
    assert later.is_empty
    assert "import again" in later.health().detail

    documents, *_ = house.app.jobs.rounds()
    documents.do()
    work(house)

    again = Library(folder, [FakeEmbedder()], 0.0)
    assert again.ask("When does the sauna open?").found[0].passage.title == "Sauna"


def live(house, number):
    with house.app.database.reading() as session:
        return row_of(session, number).live_version


BOMBS = {
    "a zip of zeros": ("bomb.zip", lambda: files.archive({"a.md": b"\0" * 150_000_000})),
    "a zip that adds up": (
        "bomb.zip",
        lambda: files.archive({f"{n}.md": b"a" * 900_000 for n in range(300)}),
    ),
    "a zip of very many": ("bomb.zip", lambda: files.archive({f"{n}.md": b"" for n in range(5001)})),
    "a picture called zip": ("bomb.zip", lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000)),
    "a zip cut short": ("bomb.zip", lambda: files.archive({"a.md": b"word " * 5000})[:-40]),
    "a page of nested tags": ("bomb.html", lambda: b"<div>" * 1_000_000),
    "a document of zeros": ("bomb.docx", lambda: files.archive({"word/document.xml": b"a" * 90_000_000})),
    "a document of entities": (
        "bomb.docx",
        lambda: files.archive(
            {"word/document.xml": '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>'}
        ),
    ),
    "a PDF that unpacks to very much": ("bomb.pdf", files.pdf_bomb),
    "a program called PDF": ("bomb.pdf", lambda: b"MZ" + bytes(4000)),
    "a picture of enormous size": ("bomb.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000)),
    "brackets called JSON": ("bomb.jsonl", lambda: b"[" * 200_000),
    "bytes called text": ("bomb.txt", lambda: bytes(range(256)) * 1000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_a_reason_within_two_seconds(house, name):
    file_name, make = BOMBS[name]
    data = make()
    number = upload(house, **{file_name.replace(".", "__"): data})
    started = time.process_time() + _children()

    work(house)

    fate, reason = items_of(house, number)[file_name]
    assert fate == "unreadable"
    assert reason.endswith(".")
    assert time.process_time() + _children() - started < 2
    assert not list(incoming_folder(house.app.jobs.folder).glob("*.*")), "its bytes were kept"


def _children():
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_answers_go_on_while_documents_are_published_and_every_process_gets_them(house):
    """Two libraries at one folder stand for two processes; one is asked without a pause."""
    first = upload(house, sauna__md=b"# Sauna\n\nThe sauna opens at seven.")
    work(house)
    publish_all(house, first)
    work(house)
    other = Library(house.app.jobs.folder, house.app.embedders, 0.2)
    answers, stopping = [], threading.Event()

    def ask():
        while not stopping.is_set():
            answers.append(len(other.ask("When does the sauna open?").found))

    asking = threading.Thread(target=ask)
    asking.start()
    for name in ("pool", "rink", "court"):
        number = upload(house, **{f"{name}__md": f"# The {name}\n\nThe {name} is green.".encode()})
        work(house)
        publish_all(house, number)
        work(house)
    deadline = time.monotonic() + 10
    while other.ask("the court").found[0].passage.title != "The court" and time.monotonic() < deadline:
        pass
    stopping.set()
    asking.join(10)

    assert min(answers) >= 1
    for library in (other, house.app.library):
        library.reload_if_changed()
        assert library.ask("the court").found[0].passage.title == "The court"
