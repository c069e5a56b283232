"""Scans as they come in: drawn here as a scanner would see them, read by the real models within the limits of the child."""

import pytest

from core.errors import UnreadableDocument
from knowledge.documents.documents import content_of
from knowledge.imports.batches import NewItem, begin_import, count_fates, incoming_folder, item_of
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.index.passages import split_document
from knowledge.readers.left_out import LeftOut
from knowledge.readers.registry import is_slow_to_read, read_documents, read_upload
from nlu.fake import WordNluClient
from tests.support import document_files as files
from tests.support.document_files import placed
from tests.support.installation import House
from tests.support.scans import as_file, scanned_page

pytestmark = pytest.mark.timeout(600)  # a child steps back behind everybody else
FEES = scanned_page(
    placed(72, 730, "Fees of the city clerk", 24),
    placed(72, 680, "All fees are paid at the counter, in cash or by card."),
    *(
        placed(left, 640 - 24 * at, cell)
        for at, row in enumerate(
            (("Licence", "Fee"), ("Dog", "$12.50"), ("Marriage", "$35.00"), ("Stall", "$140.00"))
        )
        for left, cell in zip((72, 380), row, strict=True)
    ),
    most=3.2,
)
SPANISH = (
    placed(72, 740, "La basura se recoge los lunes y los jueves por la mañana."),
    placed(72, 722, "¿Quién paga? Cada año lo decide el señor alcalde con el concejo."),
)


def kept(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def cells(text):
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.split("\n")
        if line.startswith("|") and "---" not in line
    ]


def test_a_scan_is_read_with_its_heading_and_its_table(tmp_path):
    left_out = LeftOut()

    (document,) = read_upload(kept(tmp_path, "fees.pdf", as_file(FEES)), "upload:/fees.pdf", left_out)

    assert document.title == "Fees of the city clerk"
    assert "All fees are paid at the counter, in cash or by card." in document.text
    assert cells(document.text)[-3:] == [["Dog", "$12.50"], ["Marriage", "$35.00"], ["Stall", "$140.00"]]
    assert document.scanned
    assert all(passage.scanned for passage in split_document(document))
    assert document.language == "en"
    assert "Read from a scan by machine" in str(left_out.as_failure())


@pytest.mark.parametrize(
    ("kind", "name", "turned"), [("PNG", "page.png", 2), ("TIFF", "page.tif", 90), ("PDF", "page.pdf", 180)]
)
def test_a_picture_is_read_whatever_it_is_kept_in_and_however_it_lies(tmp_path, kind, name, turned):
    page = as_file(scanned_page(*SPANISH, turned=turned, most=1.5), kind=kind)

    (document,) = read_upload(kept(tmp_path, name, page), f"upload:/{name}")

    assert " ".join(document.text.split()) == (
        "La basura se recoge los lunes y los jueves por la mañana. "
        "¿Quién paga? Cada año lo decide el señor alcalde con el concejo."
    )
    assert document.language == "es"


def test_pages_beyond_those_that_are_read_are_named_and_the_written_ones_kept(tmp_path):
    from pypdf import PdfReader, PdfWriter

    written = PdfWriter()
    for data in (
        files.pdf([[(11, 700, "Written words about parking.")]]),
        as_file(FEES, scanned_page(*SPANISH, most=1.5)),
    ):
        written.append(PdfReader(kept(tmp_path, "part.pdf", data)))
    with (tmp_path / "both.pdf").open("wb") as file:
        written.write(file)
    left_out = LeftOut()

    (document,) = read_documents(tmp_path / "both.pdf", "both.pdf", left_out, scan_pages=1)

    assert "Written words about parking." in document.text
    assert "$140.00" in document.text
    assert "basura" not in document.text
    assert "p. 3" in str(left_out.as_failure())


def test_where_no_scans_are_to_be_read_they_are_named(tmp_path):
    path = kept(tmp_path, "fees.pdf", as_file(FEES))

    with pytest.raises(UnreadableDocument, match="no text in it"):
        read_upload(path, "upload:/fees.pdf", scan_pages=0)


def test_a_file_of_text_is_not_slow_to_read(tmp_path):
    assert not is_slow_to_read(
        kept(tmp_path, "a.pdf", files.pdf([[(11, 700, "Nine words about where to park in the city.")]]))
    )
    assert is_slow_to_read(kept(tmp_path, "b.pdf", as_file(scanned_page(*SPANISH, most=1.5))))
    assert not is_slow_to_read(kept(tmp_path, "c.pdf", b"%PDF-1.7 broken"))


def test_the_files_beside_a_scan_do_not_wait_for_it(tmp_path):
    house = House(tmp_path, WordNluClient(), [FakeEmbedder()])
    jobs = house.app.jobs
    items = []
    for name, data in (
        ("scan.pdf", as_file(scanned_page(*SPANISH, most=1.5))),
        ("glass.md", b"# Glass\n\nInto the green container."),
    ):
        path = incoming_folder(jobs.folder) / name
        path.write_bytes(data)
        items.append(NewItem(name, f"file:{path}"))
    with house.app.database.writing() as session:
        number = begin_import(
            session,
            kind="files",
            name="two",
            language="",
            department="",
            by="Ana",
            now=house.clock(),
            items=items,
        )
        jobs.bring_in(session, number)

    for _ in range(2):
        jobs.work(jobs.queue.claim(1)[0])
    with house.app.database.reading() as session:
        fates = [item_of(session, number, at).fate for at in (1, 2)]
    assert fates == ["waiting", "added"]

    while claims := jobs.queue.claim(1):
        jobs.work(claims[0])
    with house.app.database.reading() as session:
        assert count_fates(session, number) == {"added": 2}
        content = content_of(session, item_of(session, number, 1).documents[0])
    assert "jueves" in content.text
    assert content.scanned
    assert not list(incoming_folder(jobs.folder).iterdir())
    house.close()
