"""What the child process says of the members of a zip, and which it leaves out."""

import io
import json

import pytest

from knowledge.readers.archive import write_members
from tests.support import document_files as files


def members_of(data):
    """Name and bytes of each member, or its name and the code of the reason why not."""
    output = io.BytesIO()
    write_members(io.BytesIO(data), output)
    output.seek(0)
    found = []
    while line := output.readline():
        head = json.loads(line)
        refused = head.get("refused_whole") or head.get("refused")
        found.append((head.get("name", ""), refused["code"] if refused else output.read(head["size"])))
    return found


def test_members_come_with_their_bytes_in_their_order_and_folders_are_none():
    data = files.archive({"docs/": b"", "docs/b.md": b"Words.\n{}\n", "docs/a.md": b"", "café.md": b"x"})

    assert members_of(data) == [("docs/b.md", b"Words.\n{}\n"), ("docs/a.md", b""), ("café.md", b"x")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/etc/a.md", "name_leads_out"),
        ("../a.md", "name_leads_out"),
        ("docs/../../a.md", "name_leads_out"),
        ("docs\\..\\a.md", "name_leads_out"),
        ("C:/a.md", "name_leads_out"),
        ("docs/more.zip", "zip_in_zip"),
        ("docs/MORE.ZIP", "zip_in_zip"),
    ],
)
def test_a_member_that_leads_out_or_holds_more_is_named_and_the_others_come(name, code):
    assert members_of(files.archive({name: b"x", "b.md": b"Words."})) == [(name, code), ("b.md", b"Words.")]


@pytest.mark.parametrize("name", ["..a.md", "a..md", "a:b/..c.md", "docs/C:a.md"])
def test_dots_and_colons_within_names_are_harmless(name):
    expected = "name_leads_out" if ":" in name.split("/")[0] else b"x"

    assert members_of(files.archive({name: b"x"})) == [(name, expected)]


def test_a_link_is_no_file():
    assert members_of(files.archive({}, link="passwd.md")) == [("passwd.md", "a_link")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_zip"),
        (b"words", "no_zip"),
        (files.archive({"a.md": b"x"})[:-10], "no_zip"),
        (files.archive({"a.md": b"Words. " * 50})[20:], "zip_damaged"),
        (files.archive({"a.md": b"\0" * (3 * 2**20)}), "zip_tight"),
        (files.archive({f"{at}.md": b"" for at in range(5001)}), "zip_many"),
    ],
    ids=["empty", "words", "no end", "no begin", "a bomb", "very many"],
)
def test_what_is_no_honest_zip_is_refused_as_a_whole(data, code):
    assert members_of(data) == [("", code)]
