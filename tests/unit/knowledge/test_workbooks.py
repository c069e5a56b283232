"""Excel files as offices keep them: cells as they are shown, sheets, merged and hidden ones; what each row says."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.registry import read_documents
from knowledge.readers.workbook import parse_xlsx, shown_value
from tests.support import document_files as files


def book_of(**sheets):
    """A workbook with these sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(book):
    """Title, passages with the last heading above each, and what was left out."""
    title, text, values = parse_xlsx(saved(book))
    passages = split_document(Document("d", title, text))
    found = [(one.headings[-1] if one.headings else "", one.text) for one in passages]
    return title, found, values["left_out"]


ROWS = [["Permit", "Fee", "Days"], ["Fence", 40, 5], ["Shed", 25, 3]]
SAID = "Fence: Fee 40; Days 5\nShed: Fee 25; Days 3"


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (15, "General", "15"),
        (15.0, "General", "15"),
        (12.5, "General", "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (15, "0.00", "15.00"),
        (1234.5, "#,##0.00", "1,234.50"),
        (15, '"$"#,##0.00', "$15.00"),
        (15, "$#,##0", "$15"),
        (15, "[$$-409]#,##0.00", "$15.00"),
        (15, '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)', "$15.00"),
        (15.5, "#,##0.00 [$€-407]", "15.50 €"),
        (15, '0 "hours"', "15 hours"),
        (0.05, "0%", "5%"),
        (0.075, "0.0%", "7.5%"),
        (5550142, "000-0000", "555-0142"),
        (2125550142, "(000) 000-0000", "(212) 555-0142"),
        (1234, "00000", "01234"),
        (date(2026, 5, 3), "m/d/yyyy", "2026-05-03"),
        (datetime(2026, 5, 3), "mmmm d, yyyy", "May 3, 2026"),  # noqa: DTZ001  sheets know no zones
        (datetime(2026, 5, 3, 9, 30), "d-mmm-yy h:mm AM/PM", "May 3, 2026 9:30 a.m."),  # noqa: DTZ001
        (time(17, 0), "h:mm", "17:00"),
        (time(17, 0), "h:mm AM/PM", "5:00 p.m."),
        (True, "General", "TRUE"),
        ("words", "@", "words"),
    ],
)
def test_a_cell_says_what_the_sheet_shows(value, form, said):
    assert shown_value(value, form) == said


@pytest.mark.parametrize(
    ("sheets", "title", "passages"),
    [
        ({"Sheet1": ROWS}, "", [("", SAID)]),
        ({"Fees": ROWS}, "", [("", SAID)]),
        ({"Sheet1": [["Fees of 2026"], *ROWS]}, "Fees of 2026", [("", f"Fees of 2026\n{SAID}")]),
        ({"Fees": ROWS, "Hours": [["Day", "Opens", "Closes"], ["Monday", 9, 5]]}, "", [("Fees", SAID), ("Hours", "Monday: Opens 9; Closes 5")]),
        ({"Sheet1": ROWS, "Sheet2": []}, "", [("", SAID)]),
        ({"Tabelle1": ROWS, "Hoja 2": [["Only a note"]]}, "", [("", f"{SAID}\nOnly a note")]),
        ({"Sheet1": [[], [None, "Permit", "Fee", "Days"], [None, "Fence", 40, 5], [None, "Shed", 25, 3]]}, "", [("", SAID)]),
        ({"Sheet1": [["Permit", "Fee", "Days"], ["Outdoors"], ["Fence", 40, 5]]}, "", [("Outdoors", "Fence: Fee 40; Days 5")]),
        ({"Sheet1": [*ROWS, [], ["Pay at the desk on floor 2, in cash, by card or with a money order of a bank."]]}, "", [("", f"{SAID}\nPay at the desk on floor 2, in cash, by card or with a money order of a bank.")]),
        ({"Sheet1": [["Question", "Answer"], ["When?", "At 9"]]}, "", [("When?", "At 9")]),
    ],
    ids=["plain", "one named sheet", "a title", "two sheets", "an empty sheet", "unnamed sheets", "empty rows and columns", "groups", "a note", "questions"],
)  # fmt: skip
def test_sheets_become_tables_with_their_names(sheets, title, passages):
    assert read(book_of(**sheets))[:2] == (title, passages)


@pytest.mark.parametrize(
    ("area", "rows", "said"),
    [
        ("B1:C1", [["Permit", "Fee", None], ["Fence", 40, 50], ["Shed", 25, 30]], "Fence: Fee 40; Fee 50\nShed: Fee 25; Fee 30"),
        ("A2:A3", [["Permit", "Fee", "Days"], ["Fence", 40, 5], [None, 25, 3]], "Fence: Fee 40; Days 5\nFence: Fee 25; Days 3"),
        ("C2:C3", [["Permit", "Fee", "Days"], ["Fence", 40, 5], ["Shed", 25, None]], "Fence: Fee 40; Days 5\nShed: Fee 25; Days 5"),
        ("B2:C2", [["Day", "Opens", "Closes"], ["Sunday", "closed", None], ["Monday", 9, 5]], "Sunday: Opens closed; Closes closed\nMonday: Opens 9; Closes 5"),
        ("A1:C1", [["Fees", None, None], *ROWS], f"Fees\n{SAID}"),
        ("B1:C1", [["Permit", "Resident", None, "Others"], [None, "Adult", "Child", "Adult"], ["Swim", 5, 3, 9]], "Swim: Resident Adult 5; Resident Child 3; Others Adult 9"),
    ],
)  # fmt: skip
def test_a_merged_cell_counts_for_all_that_it_spans(area, rows, said):
    book = book_of(Sheet1=rows)
    book.active.merge_cells(area)

    assert [text for _, text in read(book)[1]] == [said]


def hide_sheet(book):
    book.create_sheet("Internal").append(["Draft fees"])
    book["Internal"].sheet_state = "hidden"


def hide_row(book):
    book.active.append(["Mobile of the inspector", "555-0199", None])
    book.active.row_dimensions[4].hidden = True


def hide_column(book):
    for row, words in enumerate(["Cost", "7", "8"], start=1):
        book.active.cell(row, 4, words)
    book.active.column_dimensions["D"].hidden = True


def strike_cell(book):
    book.active.cell(2, 4, "now $35").font = Font(strike=True)


def strike_words(book):
    book.active.cell(2, 1).value = CellRichText(
        TextBlock(InlineFont(strike=True), "Wall "), TextBlock(InlineFont(b=True), "Fence")
    )


def enter_error(book):
    book.active.cell(2, 4, "#REF!").data_type = "e"


@pytest.mark.parametrize(
    ("change", "left_out"),
    [
        (hide_sheet, {"left_hidden": ["Internal"]}),
        (hide_row, {"left_hidden": ["Mobile of the inspector 555-0199"]}),
        (hide_column, {"left_hidden": ["Cost", "7", "8"]}),
        (strike_cell, {"left_deleted": ["now $35"]}),
        (strike_words, {"left_deleted": ["Wall"]}),
        (enter_error, {}),
    ],
)
def test_what_is_hidden_struck_or_an_error_is_not_said(change, left_out):
    book = book_of(Sheet1=ROWS)
    change(book)

    _, passages, gone = read(book)

    assert (passages, gone) == ([("", SAID)], left_out)


def test_a_workbook_is_read_in_the_child_like_any_upload(tmp_path):
    path = tmp_path / "permit_fees.xlsx"
    path.write_bytes(saved(book_of(Sheet1=ROWS)))

    (document,) = read_documents(path, "permit_fees.xlsx")

    assert document.title == "permit fees"
    assert [one.text for one in split_document(document)] == [SAID]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 cut", files.archive({"xl/workbook.xml": "<a/>"}), saved(book_of(Sheet1=ROWS))[:900]],
    ids=["empty", "cut", "no workbook", "half a workbook"],
)
def test_what_is_no_workbook_says_so(data):
    with pytest.raises(UnreadableDocument) as refused:
        parse_xlsx(data)

    assert refused.value.failure.code in {"docx_damaged", "docx_broken"}
