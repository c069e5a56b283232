"""Builders of documents in binary formats, honest and hostile, for the tests of the readers."""

import io
import re
import zipfile
import zlib

import docx


def pdf(
    pages,
    title="",
    packed=(),
    *,
    turned=0,
    fonts=("Helvetica", "Helvetica-Bold"),
    unicode_of=None,
    ruled=(),
):
    """A PDF; each page is a list of (size, height on the page, text), or of `placed` texts. Lines are drawn at the heights `ruled`.

    `packed` replaces the streams of the first pages, where it has one. The pages are shown `turned` by so many degrees. `unicode_of` says which characters
    the letters of the text stand for.
    """
    rules = "".join(f"60 {height} m 550 {height} l S\n" for height in ruled).encode()
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    to_unicode = _to_unicode(unicode_of) if unicode_of else []
    named = f"/ToUnicode {5 + 2 * len(pages)} 0 R " if unicode_of else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding {named}>>".encode()
            for font in fonts
        ),
    ]
    for number, lines in enumerate(pages):
        shown = b"".join(_shown_text(*line) for line in lines)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Rotate {turned} /Contents {6 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode(),
            (packed[number] if number < len(packed) else None) or _stream(rules + b"BT\n" + shown + b"ET"),
        ]
    objects += [*to_unicode, f"<< /Title ({title}) /ModDate (D:20260301120000) >>".encode()]
    return _assembled(objects)


def placed(left, height, text, size=11, *, bold=False, turn="1 0 0 1"):
    """A text of a page that begins at this place; `turn` is how it is written there, as a matrix."""
    return size, height, text, f"{turn} {left}", 2 if bold else 1


def _shown_text(size, height, text, left="1 0 0 1 72", font=1):
    escaped = re.sub(r"([()\\])", r"\\\1", text)
    return f"/F{font} {size} Tf {left} {height} Tm ({escaped}) Tj\n".encode("cp1252")


def drawn_page():
    """What is drawn on a page without a word, as `packed`: a scan as far as a reader can tell."""
    return _stream(b"0 0 400 300 re f 20 20 500 700 re S")


def blank_page():
    """A page with nothing on it, as `packed`."""
    return _stream(b"")


def _to_unicode(unicode_of):
    lines = "".join(f"<{ord(letter):02x}> <{ord(one):04x}>\n" for letter, one in unicode_of.items())
    return [
        _stream(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def\n"
            "1 begincodespacerange <00> <ff> endcodespacerange\n"
            f"{len(unicode_of)} beginbfchar\n{lines}endbfchar endcmap end end".encode()
        )
    ]


def _stream(data, filters=""):
    return f"<< /Length {len(data)} {filters} >>\nstream\n".encode() + data + b"\nendstream"


def _assembled(objects):
    out, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    size = len(objects) + 1
    return (
        out
        + f"xref\n0 {size}\n0000000000 65535 f \n".encode()
        + table
        + f"trailer << /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def pdf_bomb(megabytes=300):
    """A PDF of a kilobyte whose page unpacks to very much."""
    packed = zlib.compress(zlib.compress(b"\0" * megabytes * 2**20, 9), 9)
    return pdf([[]], packed=[_stream(packed, "/Filter [/FlateDecode /FlateDecode]")])


def locked_pdf(password="password"):
    """A PDF that wants a password to be read or, with an empty one, only to be changed."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf([[(11, 700, "Secret words")]]))))
    writer.encrypt(password, "the owner's")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word_document():
    """A DOCX with a title, a heading, a list and a table."""
    document = docx.Document()
    document.core_properties.title = "Fence permits"
    document.core_properties.language = "en-US"
    document.add_heading("Fence permits", 0)
    document.add_heading("Who needs one", 1)
    document.add_paragraph("Anybody who builds a fence over 6 feet * high brings:")
    document.add_paragraph("a plan", style="List Bullet")
    document.add_paragraph("a fee", style="List Bullet")
    table = document.add_table(2, 2)
    for place, text in {(0, 0): "Kind", (0, 1): "Fee", (1, 0): "Wood", (1, 1): "$40"}.items():
        table.cell(*place).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(members, link=""):
    """A zip of names and contents; `link` adds a symbolic link of that name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = 0o120777 << 16
            file.writestr(info, "/etc/hostname")
    return out.getvalue()
