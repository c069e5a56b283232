"""What each reader makes of an honest file."""

import json

import pytest

from knowledge.index.passages import split_document
from knowledge.readers.jsonlines import restore_line_breaks
from knowledge.readers.registry import read_documents
from tests.support import document_files as files


def documents_of(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_documents(path, str(path))


def document_of(tmp_path, name, content):
    (document,) = documents_of(tmp_path, name, content)
    return document


def test_front_matter_says_what_the_text_does_not(tmp_path):
    text = "---\ntitle: 'Bulky waste'\nUpdated: 2026-02-03T10:00:00Z\nsource-url: https://city.example/b\nlang: es-MX\nkeywords: [sofa, couch]\n---\nLlame.\n"

    document = document_of(tmp_path, "x.md", text)

    assert (document.title, document.reviewed, document.url, document.language, document.keywords) == (
        "Bulky waste",
        "2026-02-03",
        "https://city.example/b",
        "es",
        ("sofa", "couch"),
    )
    assert document.text == "Llame."


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "Words.\n\n# The heading\n", "The heading"),
        ("a.md", "The heading\n===========\n\nWords.", "The heading"),
        ("snow-removal_2026.md", "Words only.", "snow removal 2026"),
        ("a.txt", "A title\n\nWords below it.", "A title"),
        ("some-notes.txt", "Words on the first line.\nMore words.", "some notes"),
        ("a.html", "<title>Glass | City</title><h1>Glass</h1><p>Words.", "Glass"),
        ("a.html", "<title>About glass</title><h1>Welcome</h1><p>Words.", "About glass"),
        ("my-page.html", "<p>Words.", "my page"),
    ],
)
def test_a_document_finds_its_title(tmp_path, name, text, title):
    assert document_of(tmp_path, name, text).title == title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_that_offices_save(tmp_path, encoding):
    document = document_of(tmp_path, "a.txt", "El año próximo “será” mejor.".encode(encoding))

    assert document.text == "El año próximo “será” mejor."


def test_plain_text_is_not_taken_for_markdown(tmp_path):
    document = document_of(tmp_path, "a.txt", "# 12 Main Street\nis closed.")

    assert [passage.text for passage in split_document(document)] == ["# 12 Main Street is closed."]


def test_a_page_gives_its_main_content_and_nothing_around_it(tmp_path):
    page = """<html lang=es><head><title>Vidrio</title><meta name="last-reviewed" content="2026-01-02">
    <link rel=canonical href="https://city.example/vidrio/"><style>p{}</style></head><body><nav>Menu</nav>
    <div class="cookie-banner">Cookies</div><main><h1>Vidrio</h1><p>Use el <b>banco</b> <a href="../banco">verde</a>.
    Llame al <a href="tel:+15550100">555-0100</a>.</p><ul><li>uno<li>dos &lt;b&gt;</ul><ol><li>x<li>y</ol>
    <h2>Horario</h2><table><tr><th>D&iacute;a<th>Abre<th>Cierra</tr><tr><td>lunes<td>9<td>5</table>
    <details><summary>Cuesta?</summary>No.</details><script>alert(1)</script></main><footer>pie</footer></body></html>"""

    document = document_of(tmp_path, "a.html", page)

    assert (document.language, document.reviewed, document.url) == (
        "es",
        "2026-01-02",
        "https://city.example/vidrio/",
    )
    assert [(passage.headings, passage.text) for passage in split_document(document)] == [
        (
            (),
            "Use el banco verde (https://city.example/banco). Llame al 555-0100.\n- uno\n- dos <b>\n1. x\n2. y",
        ),
        (("Horario",), "lunes: Abre 9; Cierra 5"),
        (("Horario", "Cuesta?"), "No."),
    ]


def test_a_page_built_inside_a_form_is_read(tmp_path):
    assert document_of(tmp_path, "a.html", "<body><form><p>Words.</p><input></form></body>").text == "Words."


def test_a_word_document_keeps_its_headings_lists_and_tables(tmp_path):
    document = document_of(tmp_path, "a.docx", files.word_document())

    assert (document.title, document.language) == ("Fence permits", "en")
    assert [(passage.headings, passage.text) for passage in split_document(document)] == [
        (
            ("Who needs one",),
            "Anybody who builds a fence over 6 feet * high brings:\n- a plan\n- a fee\nWood: $40",
        )
    ]


def test_a_pdf_keeps_its_headings_and_loses_what_every_page_repeats(tmp_path):
    bodies = (
        [
            (18, 720, "Snow"),
            (11, 690, "The city clears main streets when it has snowed over-"),
            (11, 676, "night."),
        ],
        [
            (14, 700, "Who clears the pavement?"),
            (11, 680, "The owner brings:"),
            (11, 660, "\u2022 a shovel"),
            (11, 646, "\u2022 salt"),
        ],
        [(14, 700, "When?"), (11, 680, "Before eight."), (11, 640, "On Sundays before ten.")],
    )
    pages = [
        [
            (9, 770, "City of Somewhere"),
            (9, 760, "Department"),
            *body,
            (9, 50, "Public Works"),
            (9, 40, f"Page {number} of 3"),
        ]
        for number, body in enumerate(bodies, start=1)
    ]

    document = document_of(tmp_path, "a.pdf", files.pdf(pages, title="Snow clearing"))

    assert (document.title, document.reviewed) == ("Snow clearing", "2026-03-01")
    assert [(passage.headings[-1], passage.text) for passage in split_document(document)] == [
        ("Snow", "The city clears main streets when it has snowed overnight."),
        ("Who clears the pavement?", "The owner brings:\n- a shovel\n- salt"),
        ("When?", "Before eight.\nOn Sundays before ten."),
    ]


@pytest.mark.parametrize(
    "table",
    [
        'question,answer,url,reviewed,language\nIs it free?,"Yes, always.",https://c.example/f,2026-01-02,en\n',
        "Pregunta;Respuesta;Enlace;Fecha;Idioma\nIs it free?;Yes, always.;https://c.example/f;2026-01-02;en\n\n",
        "\ufeffQ\tA\tlink\tdate\tlang\nIs it free?\tYes, always.\thttps://c.example/f\t2026-01-02\ten\n;;\n",
    ],
)
def test_a_table_of_questions_forgives_its_header_and_separator(tmp_path, table):
    document = document_of(tmp_path, "a.csv", table)

    assert (document.title, document.text, document.url, document.reviewed, document.language) == (
        "Is it free?",
        "Yes, always.",
        "https://c.example/f",
        "2026-01-02",
        "en",
    )


def test_questions_keep_their_identity_when_rows_move(tmp_path):
    before = documents_of(tmp_path, "a.csv", "question,answer\nOne?,1\nTwo?,2\n")
    after = documents_of(tmp_path, "a.csv", "question,answer\nTwo?,22\nOne?,1\n")

    assert [one.document_id for one in before] == [one.document_id for one in reversed(after)]


def test_json_lines_are_documents_with_their_ids(tmp_path):
    rows = [
        {
            "id": 7,
            "title": "A",
            "text": "Words.",
            "updated": "2026-06-08T07:41:01",
            "lang": "en",
            "keywords": ["k", "l"],
        },
        {"title": "Only a title", "extra": {"nested": []}},
    ]

    first, second = documents_of(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows)) + "\n\n")

    assert (first.document_id, first.reviewed, first.keywords) == ("7", "2026-06-08", ("k", "l"))
    assert [passage.text for passage in split_document(second)] == ["Only a title"]


@pytest.mark.parametrize(
    ("flat", "markdown"),
    [
        (
            "Intro. ## How to apply You can apply: * online * by post **Tip:** be early. ### Is it free? Yes.",
            "Intro.\n\n## How to apply\n\nYou can apply:\n- online\n- by post\n\n**Tip:** be early.\n\n### Is it free?\n\nYes.",
        ),
        ("Plain words, 3 * 4 = 12.", "Plain words, 3 * 4 = 12."),
        ("## A heading\n\nAlready fine.", "## A heading\n\nAlready fine."),
        (
            "Intro. ## all small letters without any end that could be told from the words",
            "Intro.\n\nall small letters without any end that could be told from the words",
        ),
    ],
)
def test_markdown_that_lost_its_line_breaks_gets_them_back(flat, markdown):
    assert restore_line_breaks(flat) == markdown
