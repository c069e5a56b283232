"""What was left out of a file is told to staff in words, reason by reason."""

import docx
import pytest

from knowledge.readers.html import parse_html
from knowledge.readers.left_out import DELETED, HIDDEN, UNREAD, LeftOut
from knowledge.readers.registry import read_documents

DRAFT = "<p>The fee is $20.</p>"


def told(**pieces):
    left_out = LeftOut()
    for reason, found in pieces.items():
        for piece in found:
            left_out.note(f"left_{reason}", piece)
    failure = left_out.as_failure()
    return str(failure) if failure else ""


@pytest.mark.parametrize(
    ("pieces", "sentence"),
    [
        ({}, ""),
        ({"deleted": ["10th"]}, "Left out, as its author deleted or struck it: “10th”."),
        ({"hidden": ["Mobile"]}, "Left out, as it is hidden: “Mobile”."),
        ({"unread": ["Map"]}, "Words in pictures and embedded pages are not read: “Map”."),
        ({"hidden": ["b"], "deleted": ["a"]}, "Left out, as its author deleted or struck it: “a”. Left out, as it is hidden: “b”."),
        ({"hidden": ["a", "a", " a "]}, "Left out, as it is hidden: “a”."),
        ({"hidden": ["", " ", "—"]}, ""),
        ({"hidden": list("abcdefg")}, "Left out, as it is hidden: “a”, “b”, “c”, “d”, “e”, …."),
        ({"hidden": ["word " * 40]}, f"Left out, as it is hidden: “{('word ' * 16)[:80]}…”."),
        ({"hidden": ["two\nlines\u202e"]}, "Left out, as it is hidden: “two lines”."),
    ],
)  # fmt: skip
def test_pieces_are_quoted_and_what_is_long_is_cut(pieces, sentence):
    assert told(**pieces) == sentence


@pytest.mark.parametrize(
    "data", [None, [], "words", {"left_hidden": "words"}, {"left_hidden": [None, 7, "—"], "other": ["x"]}]
)
def test_what_another_process_says_is_taken_with_care(data):
    left_out = LeftOut()

    left_out.take(data)

    assert set(left_out.as_data()) <= {HIDDEN}
    assert all(isinstance(piece, str) for pieces in left_out.as_data().values() for piece in pieces)


@pytest.mark.parametrize(
    ("markup", "left_out"),
    [
        ("<del>$10</del>", {DELETED: ["$10"]}),
        ("<p hidden>Draft</p>", {HIDDEN: ["Draft"]}),
        ("<div style='display:none'><p>Draft <del>old</del></p></div>", {HIDDEN: ["Draft old"]}),
        ("<iframe title='Fee list' src='https://c.example/f'></iframe>", {UNREAD: ["Fee list"]}),
        ("<iframe src='https://c.example/f'></iframe>", {UNREAD: ["https://c.example/f"]}),
        ("<nav>Menu <del>x</del></nav>", {}),
        ("<div class=share-this>Share</div>", {}),
        ("<script>x</script>", {}),
    ],
)
def test_only_what_an_author_may_look_for_is_told_of_a_page(markup, left_out):
    page = f"<body><div hidden>Pop up</div><main><h1>Fees</h1>{DRAFT}{markup}</main></body>"

    assert parse_html(page.encode())[2]["left_out"] == left_out


def test_what_the_child_left_out_reaches_whoever_asked(tmp_path):
    document = docx.Document()
    document.add_paragraph("Open. ").add_run("Closed.").font.strike = True
    document.save(tmp_path / "hours.docx")
    left_out = LeftOut()

    (read,) = read_documents(tmp_path / "hours.docx", "hours.docx", left_out)

    assert (read.text, left_out.as_data()) == ("Open.", {DELETED: ["Closed."]})


def test_pictures_of_a_word_document_are_named(tmp_path):
    picture = tmp_path / "map.png"
    picture.write_bytes(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fea7352b8a0000000049454e44ae426082"
        )
    )
    document = docx.Document()
    document.add_paragraph("Words.")
    document.add_picture(str(picture))
    document.save(tmp_path / "zones.docx")
    left_out = LeftOut()

    read_documents(tmp_path / "zones.docx", "zones.docx", left_out)

    assert left_out.as_data() == {UNREAD: ["Picture 1"]}
