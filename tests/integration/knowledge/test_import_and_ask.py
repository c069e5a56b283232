"""Files in, answers out: the library as its callers use it, with the fake embedder."""

import json

import pytest

from knowledge.imports.importing import ImportOutcome, content_hash, import_paths
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.search.library import CLOSE, Library


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def documents(tmp_path):
    return write(
        tmp_path / "documents",
        waste__md="---\ntitle: Waste collection\nurl: https://city.example/waste\nreviewed: 2026-02-03\n---\n# Waste\n\n## Bulky waste\n\nBook a bulky waste pickup by phone.\n\n## Glass\n\nGlass goes into the green bank.\n",
        parking__md="# Resident parking\n\nA parking permit costs 40 dollars a year.\n",
    )


def library_at(tmp_path, threshold=0.5):
    return Library(tmp_path / "knowledge", [FakeEmbedder()], threshold)


def import_into(tmp_path, *paths, **options):
    return import_paths(paths, tmp_path / "knowledge", [FakeEmbedder()], **options)


def fates(report):
    return {fate.name.rsplit("/", 1)[-1]: str(fate.fate) for fate in report.fates}


def test_an_imported_document_answers_with_its_source(tmp_path, documents):
    import_into(tmp_path, documents)

    answer = library_at(tmp_path).ask("How do I book a bulky waste pickup?")

    passage = answer.found[0].passage
    assert passage.text == "Book a bulky waste pickup by phone."
    assert passage.headings[-1] == "Bulky waste"
    assert (passage.title, passage.url, passage.reviewed) == (
        "Waste collection",
        "https://city.example/waste",
        "2026-02-03",
    )


@pytest.mark.parametrize(
    ("above", "maybe_above", "outcome"),
    [
        (-0.01, -0.02, (True, False)),
        (0.01, -0.01, (False, True)),
        (0.02, 0.01, (False, False)),
        (-0.02, 0.01, (True, False)),
    ],
)
def test_two_thresholds_part_the_answer_from_what_comes_closest_and_from_nothing(
    tmp_path, documents, above, maybe_above, outcome
):
    import_into(tmp_path, documents)
    question = "How do I book a bulky waste pickup?"
    sure = library_at(tmp_path).ask(question).found[0].score

    answer = Library(tmp_path / "knowledge", [FakeEmbedder()], sure + above, sure + maybe_above).ask(question)

    assert (answer.confident, answer.maybe) == outcome
    assert answer.is_shown == any(outcome)


@pytest.mark.parametrize(("above", "close"), [(-0.01, False), (0.01, True)], ids=["shown", "not shown"])
def test_what_is_not_shown_and_comes_near_is_close(tmp_path, documents, above, close):
    import_into(tmp_path, documents)
    question = "How do I book a bulky waste pickup?"
    sure = library_at(tmp_path).ask(question).found[0].score

    answer = Library(tmp_path / "knowledge", [FakeEmbedder()], 1.0, sure + above).ask(question)

    assert sure > CLOSE
    assert (answer.maybe, answer.close) == (not close, close)


def test_an_empty_library_does_not_know(tmp_path):
    library = library_at(tmp_path)

    answer = library.ask("Where can I vote?")

    assert not answer.confident
    assert answer.found == ()
    assert library.is_empty
    assert library.health().ok


@pytest.mark.parametrize("question", ["", "   ", "\x00", "?!", "🙂🙂"])
def test_a_question_without_words_is_not_answered(tmp_path, documents, question):
    import_into(tmp_path, documents)

    assert library_at(tmp_path).ask(question).found == ()


def test_a_second_import_does_none_of_the_work(tmp_path, documents):
    first = import_into(tmp_path, documents)
    second = import_into(tmp_path, documents)

    assert fates(first) == {"parking.md": "added", "waste.md": "added"}
    assert fates(second) == {"parking.md": "unchanged", "waste.md": "unchanged"}
    assert (first.built, second.built) == (True, False)
    assert second.version == first.version


def test_a_changed_file_replaces_its_document_and_the_open_library_follows(tmp_path, documents):
    import_into(tmp_path, documents)
    library = library_at(tmp_path)
    write(documents, parking__md="# Resident parking\n\nA parking permit is free of charge.\n")

    report = import_into(tmp_path, documents)

    assert fates(report)["parking.md"] == "replaced"
    assert library.reload_if_changed()
    texts = [found.passage.text for found in library.ask("What does a parking permit cost?").found]
    assert "A parking permit is free of charge." in texts
    assert "A parking permit costs 40 dollars a year." not in texts


def test_a_file_that_became_unreadable_keeps_its_old_answer(tmp_path, documents):
    import_into(tmp_path, documents)
    (documents / "parking.md").write_bytes(b"\x00\x01\x02binary")

    report = import_into(tmp_path, documents)

    assert fates(report)["parking.md"] == "unreadable"
    answer = library_at(tmp_path).ask("What does a parking permit cost?")
    assert answer.found[0].passage.text == "A parking permit costs 40 dollars a year."


def test_unknown_types_and_missing_files_are_named_with_the_reason_and_the_rest_goes_in(tmp_path, documents):
    write(documents, tool__exe="MZ")

    report = import_into(tmp_path, documents, tmp_path / "missing.md")

    reasons = {
        fate.name.rsplit("/", 1)[-1]: fate.reason
        for fate in report.fates
        if fate.fate is ImportOutcome.UNREADABLE
    }
    assert reasons.keys() == {"tool.exe", "missing.md"}
    assert "type" in reasons["tool.exe"]
    assert "no such file" in reasons["missing.md"]
    assert report.documents == 2


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_that_is_gone_from_its_folder_is_forgotten_with_the_next_import(tmp_path, documents, whole):
    import_into(tmp_path, documents)
    (documents / "parking.md").unlink()

    removed = import_into(tmp_path, documents, remove_missing=whole)

    assert removed.documents == 1
    assert fates(removed)["parking.md"] == "removed"


def test_the_last_document_removed_leaves_an_empty_library(tmp_path, documents):
    import_into(tmp_path, documents)
    library = library_at(tmp_path)
    assert not library.is_empty
    for file in documents.iterdir():
        file.unlink()

    import_into(tmp_path, documents, remove_missing=True)

    assert library.reload_if_changed()
    assert library.is_empty


def test_only_the_last_two_snapshots_stay(tmp_path, documents):
    for number in range(4):
        write(documents, parking__md=f"# Parking\n\nA permit costs {number} dollars.\n")
        version = import_into(tmp_path, documents).version

    kept = [path.name for path in (tmp_path / "knowledge" / "snapshots").iterdir()]
    assert len(kept) == 2
    assert version in kept


def test_a_damaged_snapshot_leaves_the_old_one_in_use(tmp_path, documents):
    import_into(tmp_path, documents)
    library = library_at(tmp_path)
    assert library.ask("What does a parking permit cost?").found
    write(documents, parking__md="# Parking\n\nNew words.\n")
    version = import_into(tmp_path, documents).version
    (tmp_path / "knowledge" / "snapshots" / version / "passages.jsonl").write_text("{", encoding="utf-8")

    library.reload_if_changed()

    assert library.ask("What does a parking permit cost?").found
    assert not library.health().ok
    assert "import again" in library.health().detail


def test_an_index_of_another_model_is_not_used(tmp_path, documents):
    import_into(tmp_path, documents)

    library = Library(tmp_path / "knowledge", [FakeEmbedder(64)], 0.5)

    assert library.is_empty
    assert "fake-64" in library.health().detail


def test_several_documents_of_one_file_come_and_go_with_it(tmp_path):
    file = tmp_path / "docs.jsonl"
    rows = [{"id": f"d{n}", "title": f"Title {n}", "text": f"Words number{n} here."} for n in range(3)]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_into(tmp_path, file)
    file.write_text("\n".join(map(json.dumps, rows[:2])), encoding="utf-8")

    report = import_into(tmp_path, file)

    assert report.documents == 2


def test_progress_tells_files_and_texts_to_encode(tmp_path, documents):
    seen = []

    import_into(tmp_path, documents, on_progress=seen.append)

    assert [(one.done, one.total) for one in seen if one.stage == "reading"] == [(0, 2), (1, 2)]
    assert [(one.done, one.total) for one in seen if one.stage == "indexing"][-1] == (6, 6)


def test_the_content_hash_changes_with_a_name_and_with_a_byte(tmp_path, documents):
    before = content_hash([documents])
    assert content_hash([documents]) == before

    write(documents, parking__md="# Parking\n")
    changed = content_hash([documents])
    (documents / "parking.md").rename(documents / "cars.md")

    assert len({before, changed, content_hash([documents])}) == 3


class EnglishOnly(FakeEmbedder):
    """A fake that reads one language and counts what it was given."""

    languages = ("en",)

    def __init__(self):
        super().__init__(64)
        self.encoded = []

    def encode(self, texts):
        self.encoded.extend(texts)
        return super().encode(texts)


def test_a_model_is_not_given_passages_in_languages_it_cannot_read(tmp_path, documents):
    write(
        documents,
        agua__md="---\nlanguage: es\n---\n# El agua\n\nLa factura del agua llega cada tres meses.\n",
    )
    english = EnglishOnly()
    embedders = [english, FakeEmbedder()]

    import_paths([documents], tmp_path / "knowledge", embedders)

    assert not any("agua" in text for text in english.encoded)
    library = Library(tmp_path / "knowledge", embedders, 0.5)
    assert library.ask("¿Cuándo llega la factura del agua?", "es").found[0].passage.title == "El agua"
    assert library.ask("bulky waste pickup", "en").found[0].passage.headings[-1] == "Bulky waste"


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04broken"])
def test_a_damaged_store_of_vectors_is_made_again(tmp_path, documents, damage):
    import_into(tmp_path, documents)
    (store,) = (tmp_path / "knowledge" / "prepared").iterdir()
    store.write_bytes(damage)
    write(documents, new__md="# New\n\nNew words.\n")

    assert import_into(tmp_path, documents).built


class Tired(FakeEmbedder):
    """A fake that fails after the first batch, as a process that is stopped would."""

    def __init__(self, patience):
        super().__init__()
        self.patience = patience
        self.count = 0

    def encode(self, texts):
        self.patience -= 1
        if self.patience < 0:
            raise KeyboardInterrupt
        self.count += len(texts)
        return super().encode(texts)


def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path):
    rows = [{"id": str(number), "text": f"Word number{number}."} for number in range(100)]
    file = tmp_path / "docs.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        import_paths([file], tmp_path / "knowledge", [Tired(patience=9)])
    second = Tired(patience=50)

    report = import_paths([file], tmp_path / "knowledge", [second])

    assert report.passages == 100
    assert second.count < 60
