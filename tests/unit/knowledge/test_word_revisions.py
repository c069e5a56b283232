"""Word files with their changes, boxes, controls and merged cells: what readers of the printed page would see is read, and nothing else."""

import io

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.docx import parse_docx

NAMES = nsdecls("w", "r", "wp", "a") + (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
RUN = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
BY = "w:id='1' w:author='a' w:date='2026-01-01T00:00:00Z'"


def written(markup, document=None):
    """A document whose body is this XML."""
    document = document or docx.Document()
    body = document.element.body
    body.clear_content()
    for element in reversed(parse_xml(f"<w:body {NAMES}>{markup}</w:body>")):
        body.insert(0, element)
    return document


def read(document):
    """Lines that residents are told, and what was left out."""
    out = io.BytesIO()
    document.save(out)
    title, text, values = parse_docx(out.getvalue())
    lines = [line for one in split_document(Document("d", title, text)) for line in one.text.split("\n")]
    return lines, values["left_out"]


def p(inner):
    return f"<w:p>{inner}</w:p>"


def run(words, marks=""):
    return f"<w:r><w:rPr>{marks}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


@pytest.mark.parametrize(
    ("markup", "lines", "left_out"),
    [
        (
            p(RUN.format("Due on the ") + f"<w:del {BY}><w:r><w:delText>10th</w:delText></w:r></w:del><w:ins {BY}>{RUN.format('25th')}</w:ins>"),
            ["Due on the 25th"],
            {"left_deleted": ["10th"]},
        ),
        (p(f"<w:ins {BY}>{RUN.format('A late fee of $15.')}</w:ins>"), ["A late fee of $15."], {}),
        (p(f"<w:moveFrom {BY}>{RUN.format('Old place.')}</w:moveFrom>") + p(f"<w:moveTo {BY}>{RUN.format('New place.')}</w:moveTo>"), ["New place."], {"left_deleted": ["Old place."]}),
        (p(RUN.format("From ") + run("7 a.m. ", "<w:strike/>") + run("8 a.m.")), ["From 8 a.m."], {"left_deleted": ["7 a.m."]}),
        (p(run("Twice struck ", "<w:dstrike/>") + run("and not.")), ["and not."], {"left_deleted": ["Twice struck"]}),
        (p(run("Not struck.", "<w:strike w:val='0'/>")), ["Not struck."], {}),
        (p(run("Not ", "<w:strike w:val='false'/>") + run("hidden.", "<w:vanish w:val='0'/>")), ["Not hidden."], {}),
        (p(RUN.format("Open. ") + run("Mobile 555-", "<w:vanish/>") + run("0199", "<w:vanish/>")), ["Open."], {"left_hidden": ["Mobile 555-0199"]}),
        (p(run("Hidden on the web. ", "<w:webHidden/>") + run("Open.")), ["Open."], {"left_hidden": ["Hidden on the web."]}),
        (p("<w:pPr><w:pStyle w:val='Internal'/></w:pPr>" + RUN.format("Staff only.")) + p(RUN.format("Open.")), ["Open."], {"left_hidden": ["Staff only."]}),
        (p(run("Staff only. ", "<w:rStyle w:val='Below'/>") + run("Open.")), ["Open."], {"left_hidden": ["Staff only."]}),
        (p("<w:pPr><w:pStyle w:val='Internal'/></w:pPr>" + run("Shown all the same.", "<w:vanish w:val='0'/>")), ["Shown all the same."], {}),
        (p("<w:pPr><w:pStyle w:val='Repealed'/></w:pPr>" + RUN.format("Section 4.")) + p(RUN.format("Section 5.")), ["Section 5."], {"left_deleted": ["Section 4."]}),
        (
            ("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>"
             f"<w:tr><w:tc>{p(RUN.format('Dog'))}</w:tc><w:tc>{p(RUN.format('$9'))}</w:tc></w:tr>"
             f"<w:tr><w:trPr><w:del {BY}/></w:trPr><w:tc>{p(RUN.format('Cat'))}</w:tc><w:tc>{p(RUN.format('$8'))}</w:tc></w:tr></w:tbl>"),
            ["Dog: $9"],
            {"left_deleted": ["Cat $8"]},
        ),
    ],
)  # fmt: skip
def test_changes_are_accepted_and_what_went_is_told(markup, lines, left_out):
    document = docx.Document()
    styles = document.styles.element
    for name, kind, mark, base in (
        ("Internal", "paragraph", "<w:rPr><w:vanish/></w:rPr>", ""),
        ("Below", "character", "", "<w:basedOn w:val='Internal'/>"),
        ("Repealed", "paragraph", "<w:rPr><w:strike/></w:rPr>", "<w:basedOn w:val='Repealed'/>"),
    ):
        styles.append(
            parse_xml(
                f"<w:style {nsdecls('w')} w:type='{kind}' w:styleId='{name}'><w:name w:val='{name}'/>{base}{mark}</w:style>"
            )
        )

    assert read(written(markup, document)) == (lines, left_out)


BOX = "<w:txbxContent>{}</w:txbxContent>"
OLD = "<w:pict><v:shape><v:textbox>{}</v:textbox></v:shape></w:pict>"
NEW = "<w:drawing><wp:inline><a:graphic><a:graphicData uri='x'><wps:wsp><wps:txbx>{}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
BOTH = f"<mc:AlternateContent><mc:Choice Requires='wps'>{NEW}</mc:Choice><mc:Fallback>{OLD}</mc:Fallback></mc:AlternateContent>"
FEE = BOX.format(p(RUN.format("It costs $30.")))
CONTROL = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        (p(f"<w:r>{OLD.format(FEE)}</w:r>"), ["It costs $30."]),
        (p(f"<w:r>{NEW.format(FEE)}</w:r>"), ["It costs $30."]),
        (p(f"<w:r>{BOTH.format(FEE, FEE)}</w:r>"), ["It costs $30."]),
        (p(RUN.format("Bulk.") + f"<w:r>{BOTH.format(FEE, FEE)}</w:r>") + p(RUN.format("Behind.")), ["Bulk.", "It costs $30.", "Behind."]),
        (p(f"<w:r>{OLD.format(BOX.format(p(RUN.format('One.')) + p(RUN.format('Two.'))))}</w:r>"), ["One.", "Two."]),
        (p(f"<w:r>{OLD.format(BOX.format(p(f'<w:r>{OLD.format(FEE)}</w:r>')))}</w:r>"), ["It costs $30."]),
        (p(f"<w:r><w:rPr><w:noProof/></w:rPr>{OLD.format(BOX.format(p(run('Staff.', '<w:vanish/>') + RUN.format('All.'))))}</w:r>"), ["All."]),
        (CONTROL.format("", p(RUN.format("On Tuesday."))), ["On Tuesday."]),
        (p(RUN.format("Tag: ") + CONTROL.format("", RUN.format("needed."))), ["Tag: needed."]),
        (CONTROL.format("", CONTROL.format("", p(RUN.format("Twice in one.")))), ["Twice in one."]),
        (CONTROL.format("<w:showingPlcHdr/>", p(RUN.format("Click here to enter text."))) + p(RUN.format("Words.")), ["Words."]),
        (CONTROL.format("<w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>", p(RUN.format("Fees 3"))) + p(RUN.format("Words.")), ["Words."]),
        (p(f"<w:smartTag>{RUN.format('Mill Road')}</w:smartTag>" + RUN.format(" 1")), ["Mill Road 1"]),
        (p(f"<w:fldSimple w:instr='DATE'>{RUN.format('May 1')}</w:fldSimple>"), ["May 1"]),
        (p(f"<w:customXml><w:ins {BY}>{RUN.format('Inside of all.')}</w:ins></w:customXml>"), ["Inside of all."]),
    ],
)  # fmt: skip
def test_boxes_controls_and_fields_are_words_like_others(markup, lines):
    assert read(written(markup))[0] == lines


def table(*rows):
    """A table of rows, each a list of (words, columns it spans, "restart", "continue" or "")."""
    made = []
    for row in rows:
        cells = []
        for words, wide, down in row:
            merge = f"<w:vMerge w:val='{down}'/>" if down else ""
            cells.append(
                f"<w:tc><w:tcPr><w:gridSpan w:val='{wide}'/>{merge}</w:tcPr>{p(RUN.format(words))}</w:tc>"
            )
        made.append(f"<w:tr>{''.join(cells)}</w:tr>")
    wide = sum(one[1] for one in rows[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * wide}</w:tblGrid>{''.join(made)}</w:tbl>"


HEAD = [("Permit", 1, ""), ("Resident", 1, ""), ("Others", 1, "")]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        (table(HEAD, [("Yearly", 1, ""), ("$25", 1, ""), ("$60", 1, "")]), ["Yearly: Resident $25; Others $60"]),
        (table(HEAD, [("Yearly", 1, ""), ("$25", 2, "")]), ["Yearly: Resident $25; Others $25"]),
        (table(HEAD, [("Parking", 3, "")], [("Yearly", 1, ""), ("$25", 1, ""), ("$60", 1, "")]), ["Parking", "Yearly: Resident $25; Others $60"]),
        (table([("Fees of 2026", 3, "")], HEAD, [("Yearly", 1, ""), ("$25", 1, ""), ("$60", 1, "")]), ["Fees of 2026", "Yearly: Resident $25; Others $60"]),
        (table(HEAD, [("Yearly", 2, ""), ("$60", 1, "")]), ["Yearly: Others $60"]),
        (table([("Permit", 1, ""), ("Price", 2, "")], [("Yearly", 1, ""), ("$25", 1, ""), ("$60", 1, "")]), ["Yearly: Price $25; Price $60"]),
        (table(HEAD, [("Yearly", 1, "restart"), ("$25", 1, ""), ("$60", 1, "")], [("", 1, "continue"), ("$5", 1, ""), ("$9", 1, "")]), ["Yearly: Resident $25; Others $60", "Yearly: Resident $5; Others $9"]),
        (table(HEAD, [("Yearly", 1, ""), ("free", 1, "restart"), ("$6", 1, "")], [("Daily", 1, ""), ("", 1, "continue"), ("$1", 1, "")]), ["Yearly: Resident free; Others $6", "Daily: Resident free; Others $1"]),
        (table([("Ask the clerk, floor 2", 2, "")]), ["Ask the clerk, floor 2"]),
        (table(HEAD, [("", 1, ""), ("All other permits are free.", 2, "")]), ["All other permits are free."]),
        (table(HEAD, [("", 1, ""), ("", 1, ""), ("", 1, "")], [("Yearly", 1, ""), ("$25", 1, ""), ("", 1, "")]), ["Yearly: Resident $25"]),
    ],
)  # fmt: skip
def test_a_merged_cell_is_said_where_it_belongs_and_not_thrice(markup, lines):
    assert read(written(markup))[0] == lines


def test_a_table_in_a_cell_is_not_lost():
    inner = table([("Car", 1, ""), ("$11", 1, "")])
    markup = table([("Permit", 1, ""), ("Price", 1, "")], [("Monthly", 1, ""), ("$5", 1, "")])
    markup = markup.replace(p(RUN.format("$5")), p(RUN.format("$5")) + inner + p(""))

    assert read(written(markup))[0] == ["Monthly: $5 Car: $11"]


@pytest.mark.parametrize(
    ("margins", "lines"),
    [
        ({"header": "Effective July 1, 2026"}, ["Effective July 1, 2026", "Words."]),
        ({"footer": "Questions? 555-0142"}, ["Questions? 555-0142", "Words."]),
        ({"header": "City of C", "footer": "City of C"}, ["City of C", "Words."]),
        ({"header": "City of C", "footer": "Form 12"}, ["City of C", "Form 12", "Words."]),
        ({"first_page_header": "Only on page one"}, ["Only on page one", "Words."]),
        ({}, ["Words."]),
    ],
)
def test_what_stands_at_the_top_and_foot_of_every_page_is_said_once(margins, lines):
    document = docx.Document()
    document.add_heading("Rules", 1)
    document.add_paragraph("Words.")
    section = document.sections[0]
    section.different_first_page_header_footer = "first_page_header" in margins
    for name, words in margins.items():
        getattr(section, name).paragraphs[0].text = words

    assert read(document)[0] == lines


@pytest.mark.parametrize(
    "inner",
    [
        RUN.format("Page ") + "<w:r><w:instrText> PAGE </w:instrText></w:r>" + RUN.format("3"),
        "<w:fldSimple w:instr=' NUMPAGES '>" + RUN.format("Seven pages") + "</w:fldSimple>",
        "<w:r><w:instrText> STYLEREF Title </w:instrText></w:r>" + RUN.format("Error! No such text."),
        RUN.format("- 3 -"),
        RUN.format("iv"),
    ],
)
@pytest.mark.parametrize("margin", ["header", "footer"])
def test_numbers_of_pages_and_what_fields_repeat_are_no_words(inner, margin):
    document = docx.Document()
    document.add_paragraph("Words.")
    paragraph = getattr(document.sections[0], margin).paragraphs[0]
    for element in parse_xml(f"<w:p {NAMES}>{inner}</w:p>"):
        paragraph._p.append(element)

    assert read(document)[0] == ["Words."]


def test_a_title_at_the_top_of_every_page_heads_no_section():
    document = docx.Document()
    document.add_heading("Rules", 1)
    document.add_paragraph("Words.")
    header = document.sections[0].header.paragraphs[0]
    header.style, header.text = document.styles["Heading 1"], "Rules (continued)"

    assert read(document)[0] == ["Rules (continued)", "Words."]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_stands_behind_what_it_is_about(kind):
    note = (
        f"<w:{kind}s {NAMES}><w:{kind} w:id='2'>{p(RUN.format('Free for children.'))}</w:{kind}></w:{kind}s>"
    )
    document = written(
        p(RUN.format("The fee is $5.") + f"<w:r><w:{kind}Reference w:id='2'/></w:r>")
        + p(RUN.format("Behind."))
    )
    content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
    part = Part(PackURI(f"/word/{kind}s.xml"), content, note.encode(), document.part.package)
    document.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))

    assert read(document)[0] == ["The fee is $5.", "Free for children.", "Behind."]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        (
            p("<w:pPr><w:framePr w:dropCap='drop'/></w:pPr>" + RUN.format("D")) + p("<w:pPr/>" + RUN.format("ogs need tags.")),
            ["Dogs need tags."],
        ),
        (p("<w:pPr><w:framePr w:dropCap='drop'/></w:pPr>" + RUN.format("D")) + p(RUN.format("ogs need tags.")), ["Dogs need tags."]),
        (p("<w:pPr><w:framePr w:dropCap='drop'/></w:pPr>" + RUN.format("D")), ["D"]),
        (p("<w:pPr><w:framePr/></w:pPr>" + RUN.format("Boxed.")) + p(RUN.format("Free.")), ["Boxed.", "Free."]),
    ],
)  # fmt: skip
def test_a_large_first_letter_belongs_to_its_word(markup, lines):
    assert read(written(markup))[0] == lines


def test_names_of_columns_in_several_rows_are_read_together():
    rows = table(
        [("Permit", 1, "restart"), ("Resident", 2, ""), ("Others", 1, "restart")],
        [("", 1, "continue"), ("Adult", 1, ""), ("Child", 1, ""), ("", 1, "continue")],
        [("Swim", 1, ""), ("$5", 1, ""), ("$3", 1, ""), ("$9", 1, "")],
    ).replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 2)

    assert read(written(rows))[0] == ["Swim: Resident Adult $5; Resident Child $3; Others $9"]


def test_a_style_that_is_based_on_itself_ends():
    document = docx.Document()
    document.styles.element.append(
        parse_xml(
            f"<w:style {nsdecls('w')} w:type='paragraph' w:styleId='Round'><w:name w:val='Round'/><w:basedOn w:val='Round'/></w:style>"
        )
    )

    assert read(written(p("<w:pPr><w:pStyle w:val='Round'/></w:pPr>" + RUN.format("Words.")), document))[
        0
    ] == ["Words."]
