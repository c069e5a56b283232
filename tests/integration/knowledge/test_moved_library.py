"""A library whose folders move: the same documents, ids and answers, and doubles of older versions brought together."""

import json
import os
import shutil
from hashlib import sha256

import pytest
import structlog
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import cli
from bot.foundation import lay_foundation
from bot.migrate import upgrade_database
from bot.prepare import import_documents_if_changed
from core.settings import load_settings
from knowledge.base.store import DocumentStore
from knowledge.base.text import text_digest
from knowledge.documents.tables import DocumentRow
from knowledge.imports.importing import ImportOutcome, import_paths
from knowledge.index import snapshot
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.readers.registry import VERSION, read_documents
from knowledge.search.library import Library
from tests.integration.knowledge.test_staff_documents import Desk, listed
from tests.support.small_models import export_here, save_small_model

SUBJECTS = ("glass", "paper", "parking", "water", "snow", "dogs", "taxes", "trees")
DOCUMENTS = len(SUBJECTS) + 2


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def city_at(folder):
    """A city's documents below `folder`, none with an id of its own."""
    documents = folder / "springfield" / "documents"
    for at, subject in enumerate(SUBJECTS):
        name = f"more/{subject}.md" if at % 2 else f"{subject}.md"
        write(documents / name, f"# {subject.title()}\n\nThe office for {subject} is open on day {at}.\n")
    write(
        documents / "faq.csv",
        "question,answer\nWhere is the zoo?,In Park Lane.\nWho cleans the lake?,The lake crew.\n",
    )
    return documents


def bring_in(folder, *paths, **options):
    return import_paths(paths, folder, [FakeEmbedder()], **options)


def ids(folder):
    return sorted(document.document_id for document in DocumentStore(folder))


def texts(folder):
    return sorted(document.text for document in DocumentStore(folder))


def answers(folder):
    library = Library(folder, [FakeEmbedder()], 0.2)
    asked = [library.ask(f"When is the office for {subject} open?", "en") for subject in SUBJECTS]
    return [(answer.confident, [(one.passage, one.score) for one in answer.found]) for answer in asked]


def write_as_before(folder, documents, age=0):
    """What an older version brought in from `documents`: known by full paths, the ids made of them."""
    store = DocumentStore(folder)
    file = folder / "sources.json"
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for path in sorted(path for path in documents.rglob("*") if path.is_file()):
        found = read_documents(path, str(path))
        for document in found:
            store.put(document)
            stored = folder / "documents" / f"{text_digest(document.document_id)}.json"
            os.utime(stored, (1_700_000_000 - age, 1_700_000_000 - age))
        seen = text_digest(VERSION, sha256(path.read_bytes()).hexdigest())
        rows[str(path)] = {"digest": seen, "documents": [one.document_id for one in found]}
    file.write_text(json.dumps(rows), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "knowledge"
    path.mkdir()
    return path


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("old_stays", [True, False])
def test_a_library_whose_city_moved_holds_the_same_documents_and_answers_the_same(
    tmp_path, folder, whole, old_stays
):
    old = city_at(tmp_path / "old")
    bring_in(folder, old, remove_missing=whole)
    before = ids(folder), answers(folder)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    if not old_stays:
        shutil.rmtree(tmp_path / "old")

    report = bring_in(folder, tmp_path / "new/springfield/documents", remove_missing=whole)

    assert len(before[0]) == report.documents == DOCUMENTS
    assert (ids(folder), answers(folder)) == before
    assert {fate.fate for fate in report.fates} == {ImportOutcome.UNCHANGED}


def test_after_a_move_a_changed_file_replaces_and_a_lost_one_goes_though_the_old_folder_is_still_there(
    tmp_path, folder
):
    bring_in(folder, city_at(tmp_path / "old"), remove_missing=True)
    before = ids(folder)
    new = shutil.copytree(tmp_path / "old", tmp_path / "new") / "springfield/documents"
    write(new / "glass.md", "# Glass\n\nThe office for glass has closed.\n")
    (new / "more/paper.md").unlink()

    report = bring_in(folder, new, remove_missing=True)

    assert report.documents == DOCUMENTS - 1
    assert set(ids(folder)) < set(before)
    assert "The office for glass has closed." in "\n".join(texts(folder))
    assert not any("office for paper" in text for text in texts(folder))


@pytest.mark.parametrize("moves", [1, 2, 3])
def test_a_library_that_doubled_with_every_move_is_mended_by_the_next_import(tmp_path, folder, moves):
    first = city_at(tmp_path / "place0")
    write_as_before(folder, first, age=1000)
    bring_in(folder)
    oldest = ids(folder)
    for move in range(1, moves + 1):
        shutil.move(tmp_path / f"place{move - 1}", tmp_path / f"place{move}")
        write_as_before(folder, tmp_path / f"place{move}/springfield/documents", age=1000 - move)
    assert len(ids(folder)) == DOCUMENTS * (moves + 1)

    report = bring_in(folder, tmp_path / f"place{moves}/springfield/documents", remove_missing=True)

    assert report.documents == DOCUMENTS
    assert ids(folder) == oldest


def test_an_old_library_that_never_moved_keeps_its_ids_and_needs_no_new_index(tmp_path, folder):
    documents = city_at(tmp_path)
    write_as_before(folder, documents)
    version = bring_in(folder).version
    before = ids(folder)

    report = bring_in(folder, documents, remove_missing=True)

    assert (ids(folder), report.version, report.built) == (before, version, False)
    assert all(name.startswith("documents/") for name in DocumentStore(folder).sources())


def test_a_file_that_went_before_the_library_was_mended_answers_no_more(tmp_path, folder):
    write_as_before(folder, city_at(tmp_path / "old"), age=10)
    shutil.move(tmp_path / "old", tmp_path / "new")
    documents = tmp_path / "new/springfield/documents"
    (documents / "glass.md").unlink()
    write_as_before(folder, documents)

    report = bring_in(folder, documents, remove_missing=True)

    assert report.documents == DOCUMENTS - 1
    assert not any("office for glass" in text for text in texts(folder))


def test_two_doubled_folders_that_only_share_a_name_stay_apart(tmp_path, folder):
    ours = write(tmp_path / "a/documents/hours.md", "# Hours\n\nThe town hall opens at nine.\n").parent
    theirs = write(tmp_path / "b/documents/hours.md", "# Hours\n\nThe library opens at noon.\n").parent
    write_as_before(folder, ours)
    write_as_before(folder, theirs)

    bring_in(folder, ours, remove_missing=True)

    assert [text.splitlines()[-1] for text in texts(folder)] == [
        "The library opens at noon.",
        "The town hall opens at nine.",
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("a/documents/hours.md", "b/documents/hours.md"),
        ("a/hours.md", "b/hours.md"),
        ("a/x/y/documents/hours.md", "b/x/y/documents/hours.md"),
        ("documents/hours.md", "hours.md"),
        ("documents/hours.md", "documents/more/hours.md"),
        ("a/documents/hours.md", "documents/hours.md"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("alone", [True, False])
def test_two_files_of_one_name_in_different_folders_stay_two(tmp_path, folder, names, together, alone):
    files = [
        write(tmp_path / "files" / names[0], "# Hours\n\nThe town hall opens at nine.\n"),
        write(tmp_path / "files" / names[1], "# Hours\n\nThe library opens at noon.\n"),
    ]
    given = files if alone else [file.parent for file in files]
    for _ in range(2):
        for paths in [given] if together else [[one] for one in given]:
            report = bring_in(folder, *paths)

    assert report.documents == 2
    assert [text.splitlines()[-1] for text in texts(folder)] == [
        "The library opens at noon.",
        "The town hall opens at nine.",
    ]


def test_a_single_file_that_moved_is_the_same_document(tmp_path, folder):
    file = write(tmp_path / "old/hours.md", "# Hours\n\nWe open at nine.\n")
    bring_in(folder, file)
    before = ids(folder)
    file.unlink()

    bring_in(folder, write(tmp_path / "new/hours.md", "# Hours\n\nWe open at ten.\n"))

    assert ids(folder) == before
    assert "We open at ten." in texts(folder)[0]


@pytest.mark.parametrize("moved", [True, False])
def test_a_file_of_a_folder_named_alone_is_the_folders_document(tmp_path, folder, moved):
    documents = city_at(tmp_path / "old")
    bring_in(folder, documents, remove_missing=True)
    before = ids(folder)
    if moved:
        shutil.move(tmp_path / "old", tmp_path / "new")
        documents = tmp_path / "new/springfield/documents"
    write(documents / "more/paper.md", "# Paper\n\nThe office for paper has moved.\n")

    bring_in(folder, documents / "more/paper.md")
    bring_in(folder, documents / "more")
    bring_in(folder, documents, remove_missing=True)

    assert ids(folder) == before


def test_a_folder_named_by_a_link_or_from_within_is_the_same_folder(tmp_path, folder, monkeypatch):
    documents = city_at(tmp_path / "release-1")
    (tmp_path / "now").mkdir()
    link = tmp_path / "now/documents"
    link.symlink_to(documents)
    bring_in(folder, link, remove_missing=True)
    before = ids(folder)
    link.unlink()
    link.symlink_to(shutil.copytree(documents, tmp_path / "release-2"))
    bring_in(folder, link, remove_missing=True)
    monkeypatch.chdir(link)

    report = bring_in(folder, type(link)("."))

    assert ids(folder) == before
    assert report.count(ImportOutcome.UNCHANGED) == len(report.fates)


@pytest.fixture
def desk(database, folder):
    return Desk(database, folder)


def test_what_staff_took_over_stays_theirs_when_a_doubled_library_is_mended(tmp_path, folder, desk):
    write_as_before(folder, city_at(tmp_path / "old"), age=10)
    desk.bring_in()
    rows = listed(desk)
    desk.save(rows["Glass"].id, "Glass goes to the staff's own place.")
    desk.publish(rows["Glass"].id)
    desk.withdraw(rows["Paper"].id)
    shutil.move(tmp_path / "old", tmp_path / "new")
    documents = tmp_path / "new/springfield/documents"
    write_as_before(folder, documents)
    desk.bring_in()
    assert len(ids(folder)) > DOCUMENTS

    desk.bring_in(documents, remove_missing=True)

    assert len(ids(folder)) == DOCUMENTS - 1
    assert "staff's own place" in desk.answer()
    assert not any("office for paper" in text or "office for glass" in text for text in texts(folder))
    assert [desk.row(rows[title].id).state for title in ("Glass", "Paper", "Snow")] == [
        "published",
        "withdrawn",
        "published",
    ]


def test_what_staff_took_over_in_the_newer_double_stays_too(tmp_path, folder, desk):
    write_as_before(folder, city_at(tmp_path / "old"), age=10)
    before = set(ids(folder))
    shutil.move(tmp_path / "old", tmp_path / "new")
    documents = tmp_path / "new/springfield/documents"
    write_as_before(folder, documents)
    desk.bring_in()
    with desk.database.reading() as session:
        found = session.scalars(select(DocumentRow).where(DocumentRow.title == "Glass"))
        (number,) = (row.id for row in found if row.library_id not in before)
    desk.save(number, "Glass goes to the staff's own place.")
    desk.publish(number)

    desk.bring_in(documents, remove_missing=True)

    assert len(ids(folder)) == DOCUMENTS
    assert "staff's own place" in desk.answer()


def test_a_start_mends_a_library_though_nothing_in_its_folder_changed(tmp_path, folder, database_url):
    write_as_before(folder, city_at(tmp_path / "old"), age=10)
    oldest = ids(folder)
    shutil.move(tmp_path / "old", tmp_path / "new")
    documents = tmp_path / "new/springfield/documents"
    write_as_before(folder, documents)
    settings = load_settings(_env_file=None, data_dir=tmp_path, database_url=database_url)
    files = sorted(path for path in documents.rglob("*") if path.is_file())
    parts = [part for path in files for part in (str(path), sha256(path.read_bytes()).hexdigest())]
    stamp = f"{text_digest(VERSION, snapshot.FORMAT, *parts)} {settings.embedding_model}"
    (folder / "city-documents.hash").write_text(stamp, encoding="utf-8")
    told = []
    upgrade_database(settings.database)
    base = lay_foundation(settings)

    import_documents_if_changed(base, [FakeEmbedder()], documents, told.append)
    lines = len(told)
    import_documents_if_changed(base, [FakeEmbedder()], documents, told.append)
    base.database.dispose()

    assert ids(folder) == oldest
    assert len(told) == lines


def test_the_command_replaces_one_file_of_the_citys_folder_after_a_move(tmp_path, folder, monkeypatch):
    model = save_small_model(tmp_path / "model", {*SUBJECTS, "office", "open"})
    export_here(model, tmp_path / "models")
    monkeypatch.setenv("CITYLINE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CITYLINE_EMBEDDING_MODEL", str(model))
    write_as_before(folder, city_at(tmp_path / "old"))
    before = ids(folder)
    shutil.move(tmp_path / "old", tmp_path / "new")
    file = tmp_path / "new/springfield/documents/glass.md"
    write(file, "# Glass\n\nThe office for glass has closed.\n")
    try:
        done = CliRunner().invoke(cli, ["knowledge", "import", str(file)], catch_exceptions=False)
    finally:
        structlog.reset_defaults()

    assert done.exit_code == 0, done.output
    assert ids(folder) == before
    assert any("office for glass has closed" in text for text in texts(folder))
