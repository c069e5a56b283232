"""Files that mean harm, or are not what they say: refused with a reason, quickly, and the parent lives on."""

import os
import subprocess
import sys
import time

import pytest

from core.errors import UnreadableDocument
from knowledge.imports.importing import ImportOutcome, import_paths
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.index.passages import split_document
from knowledge.readers.registry import read_documents
from tests.support import document_files as files

ENTITIES = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>'

REFUSED = {
    "one huge part": ("a.docx", lambda: files.archive({"word/document.xml": b"a" * 90_000_000}), "bomb"),
    "many parts that add up": (
        "a.docx",
        lambda: files.archive({f"word/{n}.xml": b"a" * 900_000 for n in range(120)}),
        "100 MB",
    ),
    "too many parts": ("a.docx", lambda: files.archive({f"{n}.xml": b"" for n in range(2001)}), "2000 parts"),
    "a link in the archive": ("a.docx", lambda: files.archive({}, link="word/document.xml"), "link"),
    "entities": ("a.docx", lambda: files.archive({"word/document.xml": ENTITIES}), "entities"),
    "an archive cut short": ("a.docx", lambda: files.word_document()[:2000], "damaged"),
    "a zip that is no document": ("a.docx", lambda: files.archive({"x.xml": "<x/>"}), "damaged"),
    "a locked PDF": ("a.pdf", files.locked_pdf, "password"),
    "a PDF cut short": ("a.pdf", lambda: files.pdf([[(11, 700, "Words")]])[:300] + b"\0rubbish", "damaged"),
    "a PDF that unpacks to very much": ("a.pdf", files.pdf_bomb, "."),
    "a PDF without text": ("a.pdf", lambda: files.pdf([[]]), "no words"),
    "a picture called PDF": ("a.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000), "not a PDF"),
    "a million nested tags": (
        "a.html",
        lambda: b"<div>" * 1_000_000 + b"x" + b"</div>" * 1_000_000,
        "no words",
    ),
    "a page without words": ("a.html", lambda: b"<script>alert(1)</script>", "no words"),
    "an empty page": ("a.html", lambda: b"", "empty"),
    "bytes called Markdown": ("a.md", lambda: bytes(range(256)) * 100, "not text"),
    "a PDF called text": ("a.txt", lambda: files.pdf([[]]), "not text"),
    "an empty text": ("a.txt", lambda: b"", "no words"),
    "one huge line": ("a.txt", lambda: b"word " * 3_000_000, "split it"),
    "a file above the limit": ("a.md", lambda: b"word\n" * 4_500_000, "larger than 20 MB"),
    "brackets without end": ("a.md", lambda: b"[" * 1_900_000, "no words"),
    "JSON without end": ("a.jsonl", lambda: b"[" * 100_000, "Line 1"),
    "JSON that is no object": ("a.jsonl", lambda: b'{"text": "x"}\n[1]', "Line 2"),
    "JSON without text": ("a.jsonl", lambda: b'{"id": 1}', "Line 1"),
    "a table without rows": ("a.csv", lambda: b"\n,,\n", "no rows"),
    "a table without answers": ("a.csv", lambda: b"question,answer\n", "no row"),
    "a type nobody reads": ("a.exe", lambda: b"MZ", "type"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_a_reason(tmp_path, name):
    file_name, content, reason = REFUSED[name]
    path = tmp_path / file_name
    path.write_bytes(content())
    started = time.monotonic()

    with pytest.raises(UnreadableDocument, match=reason) as refusal:
        read_documents(path, str(path))

    assert str(refusal.value).endswith(".")
    assert time.monotonic() - started < 20, "the limits of the child did not end it"


@pytest.mark.parametrize(
    "text", ["*a " * 200_000, "a_" * 400_000, "`" * 500_000, "<a " * 300_000, "((" * 400_000, "](" * 400_000]
)
def test_marks_without_end_are_split_in_reasonable_time(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(f"word {text}", encoding="utf-8")
    started = time.monotonic()

    split_document(read_documents(path, str(path))[0])

    assert time.monotonic() - started < 20


WITHIN_LIMITS = """
import sys
from pathlib import Path
from core.confined import ProcessLimits, confine_process
confine_process(ProcessLimits(memory=300 * 2**20, cpu_seconds=60, output=64 * 2**20))
from core.encoder import MAX_CHARACTERS
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.index.passages import split_document
from knowledge.index.cache import PreparedPassages, embedded_text, searched_text
from knowledge.readers.registry import read_upload
try:
    documents = read_upload(Path(sys.argv[1]), "upload:/a")
except Exception as error:
    print("refused", error)
    raise SystemExit
passages = [passage for document in documents for passage in split_document(document)]
assert max(len(embedded_text(passage)) for passage in passages) <= MAX_CHARACTERS
assert sum(len(searched_text(passage)) for passage in passages) <= 10 * Path(sys.argv[1]).stat().st_size
PreparedPassages(Path(sys.argv[2])).ahead(documents, [FakeEmbedder()])
print("read", len(passages))
"""

GREEDY = {
    "one word": ("a.md", "a" * 1_900_000, "read"),
    "one word of plain text": ("a.txt", "a" * 1_900_000, "read"),
    "quotation marks": ("a.md", "x " + ">" * 500_000, "read"),
    "marks that become many letters": ("a.txt", "\ufdfa" * 600_000, "longer than 2,000,000 characters"),
    "accents without end": ("a.txt", "e" + "\u0301" * 900_000, "read"),
    "a heading without end": ("a.md", "# " + "a" * 900_000 + "\n" + "words\n\n" * 3000, "read"),
    "headings above headings": ("a.md", ("# " + "h " * 140 + "\n## " + "h " * 140 + "\nx\n") * 500, "read"),
    "keywords without end": ("a.md", f"---\nkeywords: {'abcd,' * 50_000}\n---\n" + "x " * 100_000, "read"),
    "columns without end": ("a.md", "|" * 900_000 + "x|", "read"),
    "columns and rows": ("a.md", ("|" + "a|" * 50_000 + "\n") * 8, "read"),
    "a rule that is none": ("a.md", "|" + "-" * 300_000 + "x|", "read"),
    "a line across that is none": ("a.md", "- - " * 300_000 + "x", "read"),
    "a gap in a link": ("a.md", "[a](" + " " * 600_000 + "x", "read"),
    "a gap in a heading": ("a.md", "# x" + " " * 600_000 + "y", "read"),
    "a gap in JSON": ("a.jsonl", '{"text": "a * b * c # d' + " " * 600_000 + 'x"}', "read"),
    "abbreviations without end": ("a.txt", "St. A " * 200_000, "read"),
    "comments that never end": ("a.md", "x<!-- " * 200_000, "read"),
    "characters without words": ("a.txt", "\u4e2d" * 300_000, "read"),
    "a table of columns": ("a.csv", "question,answer" + "," * 900_000 + "\n" + "q,a\n" * 20, "read"),
    "a cell without end": ("a.csv", "question,answer\nq," + "a" * 900_000, "read"),
    "a page of one word": ("a.html", "<p>" + "a" * 1_500_000, "read"),
    "a page of one heading": ("a.html", "<h1>" + "a " * 500_000 + "</h1><p>words</p>" * 100, "read"),
}


@pytest.mark.parametrize("name", GREEDY)
def test_a_file_made_to_take_all_memory_is_refused_or_read_within_the_limits(tmp_path, name):
    file_name, text, expected = GREEDY[name]
    path = tmp_path / file_name
    path.write_text(text, encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-c", WITHIN_LIMITS, path, tmp_path], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stderr[-2000:]
    assert expected in ended.stdout


def test_a_name_of_control_characters_is_shown_harmlessly(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a\x1b[31m\n\u202eb.md").write_text("Some words.", encoding="utf-8")
    (folder / os.fsdecode(b"c\xff.md")).write_text("Other words.", encoding="utf-8")

    report = import_paths([folder], tmp_path / "knowledge", [FakeEmbedder()])

    assert {fate.fate for fate in report.fates} == {ImportOutcome.ADDED}
    assert all(fate.name.isprintable() for fate in report.fates)
    assert report.documents == 2


def test_a_link_that_leads_nowhere_and_a_pipe_are_named_not_opened(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "gone.md").symlink_to(tmp_path / "nowhere.md")
    os.mkfifo(folder / "pipe.md")

    report = import_paths([folder], tmp_path / "knowledge", [FakeEmbedder()])

    assert [fate.fate for fate in report.fates] == [ImportOutcome.UNREADABLE, ImportOutcome.UNREADABLE]
