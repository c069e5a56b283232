"""What stands where on a PDF's page: tables and columns, turned pages, other directions of writing, the edges of pages."""

import pytest

from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.pdf import parse_pdf
from tests.support import document_files as files
from tests.support.document_files import placed


def lines_of(*pages, **options):
    """The Markdown of a PDF of these pages, without its empty lines."""
    _, text, _ = parse_pdf(files.pdf(list(pages), **options))
    return [line for line in text.split("\n") if line]


def grid(*rows, lefts=(72, 250, 400), top=700, step=20, bold_rows=()):
    """A page of rows of cells; an empty cell leaves its place free."""
    return [
        placed(left, top - step * at, cell, bold=at in bold_rows)
        for at, row in enumerate(rows)
        for left, cell in zip(lefts, row, strict=False)
        if cell
    ]


def rows_in(lines):
    """The cells of the table rows among lines of Markdown."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|") and "---" not in line
    ]


TABLES = {
    "two columns": (
        [("Permit", "Fee"), ("Fence", "$40"), ("Shed", "$65.50")],
        [["Permit", "Fee"], ["Fence", "$40"], ["Shed", "$65.50"]],
    ),
    "bare numbers": (
        [("Licence", "Amount"), ("Dog", "15"), ("Marriage", "35"), ("Birth certificate", "20")],
        [["Licence", "Amount"], ["Dog", "15"], ["Marriage", "35"], ["Birth certificate", "20"]],
    ),
    "three columns": (
        [("Item", "Resident", "Other"), ("Pool", "$4", "$6"), ("Ice rink", "$5", "$7.50")],
        [["Item", "Resident", "Other"], ["Pool", "$4", "$6"], ["Ice rink", "$5", "$7.50"]],
    ),
    "a cell left free": (
        [("Item", "Child", "Adult"), ("Pool", "$4", "$6"), ("Sauna", "", "$9")],
        [["Item", "Child", "Adult"], ["Pool", "$4", "$6"], ["Sauna", "", "$9"]],
    ),
    "no heads": (
        [("Fence", "$40"), ("Shed", "$65.50"), ("Pool", "$80")],
        [["", ""], ["Fence", "$40"], ["Shed", "$65.50"], ["Pool", "$80"]],
    ),
    "heads of years": (
        [("Rate", "2025", "2026"), ("Water", "3.10", "3.25"), ("Sewer", "4.00", "4.20")],
        [["Rate", "2025", "2026"], ["Water", "3.10", "3.25"], ["Sewer", "4.00", "4.20"]],
    ),
    "dates": (
        [("Street", "Bulk waste"), ("Oak Street", "March 3"), ("Elm Street", "March 10")],
        [["Street", "Bulk waste"], ["Oak Street", "March 3"], ["Elm Street", "March 10"]],
    ),
}


@pytest.mark.parametrize(("given", "rows"), TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_table_is_read_cell_by_cell_however_the_page_is_shown(given, rows, turned):
    assert rows_in(lines_of(grid(*given), turned=turned)) == rows


@pytest.mark.parametrize(
    ("turn", "place"),
    [
        ("0 1 -1 0", lambda left, height: (792 - height, left)),
        ("-1 0 0 -1", lambda left, height: (612 - left, 792 - height)),
        ("0 -1 1 0", lambda left, height: (height - 100, 700 - left)),
    ],
    ids=["upwards", "upside down", "downwards"],
)
def test_a_table_that_is_written_sideways_is_read_as_its_words_run(turn, place):
    given, rows = TABLES["three columns"]
    page = [
        placed(*place(left, 700 - 20 * at), cell, turn=turn)
        for at, row in enumerate(given)
        for left, cell in zip((72, 250, 400), row, strict=True)
    ]

    assert rows_in(lines_of(page)) == rows


def test_amounts_that_end_below_one_another_are_a_column():
    page = [
        placed(72, 700, "Fence permit"), placed(320 - 3 * 5.6, 700, "$40"),
        placed(72, 684, "Building permit for a garage"), placed(320 - 6 * 5.6, 684, "$1,240"),
        placed(72, 668, "Shed"), placed(320 - 3 * 5.6, 668, "$65"),
    ]  # fmt: skip

    assert rows_in(lines_of(page))[1:] == [
        ["Fence permit", "$40"],
        ["Building permit for a garage", "$1,240"],
        ["Shed", "$65"],
    ]


def test_dots_that_lead_to_a_price_are_a_gap():
    page = [
        placed(72, 700, "Fence permit" + "." * 40 + "$40"),
        placed(72, 684, "Shed permit" + "." * 41 + "$65"),
    ]

    assert rows_in(lines_of(page))[1:] == [["Fence permit", "$40"], ["Shed permit", "$65"]]


def test_a_cell_over_several_lines_is_one_cell():
    page = [
        placed(72, 700, "Permit"), placed(200, 700, "You need"), placed(400, 700, "Fee"),
        placed(72, 680, "Fence"), placed(200, 680, "A plan of the place with"), placed(400, 680, "$40"),
        placed(200, 667, "the house and its neighbours"),
        placed(72, 647, "Shed"), placed(200, 647, "A drawing"), placed(400, 647, "$65"),
    ]  # fmt: skip

    assert rows_in(lines_of(page))[1:] == [
        ["Fence", "A plan of the place with the house and its neighbours", "$40"],
        ["Shed", "A drawing", "$65"],
    ]


def test_a_row_of_its_name_alone_parts_a_table_whose_heads_are_said_again():
    lines = lines_of(
        grid(
            ("Permit", "Fee", "Deposit"),
            ("Building",),
            ("Fence", "$40", "$10"),
            ("Streets",),
            ("Banner", "$20", "$5"),
        )
    )

    assert [line for line in lines if not line.startswith("| ---")] == [
        "Building",
        "| Permit | Fee | Deposit |",
        "| Fence | $40 | $10 |",
        "Streets",
        "| Permit | Fee | Deposit |",
        "| Banner | $20 | $5 |",
    ]


def test_bold_heads_are_heads_though_no_row_has_a_number():
    page = grid(("Place", "Open"), ("Library", "weekdays"), ("Pool", "always"), bold_rows=(0,))

    assert rows_in(lines_of(page))[0] == ["Place", "Open"]


def test_a_table_that_goes_on_overleaf_keeps_its_heads():
    first = grid(("Permit", "Fee", "Deposit"), ("Fence", "$40", "$10"), ("Shed", "$65", "$15"))
    second = grid(("Pool", "$80", "$20"), ("Sign", "$25", "$5"))

    assert rows_in(lines_of(first, second))[3:] == [
        ["Permit", "Fee", "Deposit"],
        ["Pool", "$80", "$20"],
        ["Sign", "$25", "$5"],
    ]


def test_rows_of_a_table_are_passages_with_their_heads_and_what_stands_above():
    page = [placed(72, 730, "Fees of the clerk"), *grid(*TABLES["three columns"][0])]
    _, text, _ = parse_pdf(files.pdf([page]))
    (passage,) = split_document(Document("d", "", text))

    assert passage.text == (
        "Fees of the clerk\nPool: Resident $4; Other $6\nIce rink: Resident $5; Other $7.50"
    )


LEFT = [
    "Rules of the meeting. Speakers sign", "up before seven. Each speaker has",
    "three minutes to speak about any", "item on the agenda of the meeting.",
]  # fmt: skip
RIGHT = [
    "Public hearings. A hearing on zoning", "needs a notice fourteen days before",
    "the date, printed in the newspaper", "and posted at City Hall by the clerk.",
]  # fmt: skip
IN_ORDER = [" ".join(LEFT), " ".join(RIGHT)]


@pytest.mark.parametrize("lower", [0, 3, 6, 8], ids=["level", "a little lower", "half a line", "more"])
def test_columns_of_a_text_are_read_one_after_the_other(lower):
    page = [
        placed(left, 700 - 14 * at - down, text)
        for left, down, column in ((72, 0, LEFT), (320, lower, RIGHT))
        for at, text in enumerate(column)
    ]

    assert lines_of(page) == IN_ORDER


def test_a_heading_above_columns_stays_above_them():
    page = [placed(72, 740, "Rules of the city council for its public meetings", 18), *(
        placed(left, 700 - 14 * at, text)
        for left, column in ((72, LEFT), (320, RIGHT))
        for at, text in enumerate(column)
    )]  # fmt: skip

    assert lines_of(page) == ["# Rules of the city council for its public meetings", *IN_ORDER]


def test_a_typewriter_and_its_wide_spaces_make_no_table():
    words = [
        "Rule 5.  Special meetings.  They may",
        "be called by the mayor or by  four",
        "members.   A call is filed with the",
        "clerk  in writing unless it is made",
    ]
    page = [placed(72, 700 - 14 * at, text) for at, text in enumerate(words)]

    assert lines_of(page, fonts=("Courier", "Courier-Bold")) == [" ".join(" ".join(words).split())]


@pytest.mark.parametrize("marker", ["1.", "(a)", "2.1", "IV.", "-", "\u2022"])
def test_items_with_a_gap_after_their_mark_are_no_table(marker):
    page = [
        placed(left, 700 - 16 * at, text)
        for at, words in enumerate(["Speakers sign up.", "Each has three minutes."])
        for left, text in ((72, marker), (108, words))
    ]

    assert not rows_in(lines_of(page))


ARABIC = {"a": "\u062f", "b": "\u064a", "c": "\u0646", "d": "\u0631", "e": "\u0627"}


def test_arabic_is_read_in_the_order_of_its_letters_and_in_ordinary_ones():
    forms = {"a": "\ufea9", "b": "\ufef3", "c": "\ufee8", "d": "\ufeae", "e": "\ufe8e"}

    (line,) = lines_of([placed(300, 700, "decba")], unicode_of=forms)

    assert line == "دينار"


def test_columns_of_an_arabic_table_are_read_from_the_right():
    spelled = ARABIC | {digit: digit for digit in "0123456789"}
    page = grid(("15", "decba"), ("20", "decba"), lefts=(72, 400))

    assert rows_in(lines_of(page, unicode_of=spelled))[1:] == [["دينار", "15"], ["دينار", "20"]]


@pytest.mark.parametrize("number", [7, 15, 2026])
def test_a_number_alone_is_kept_where_it_does_not_count_pages(number):
    assert str(number) in lines_of(
        [placed(72, 700, "Leaf bags are fetched on these days of March:"), placed(300, 600, str(number))]
    )


def test_a_number_that_differs_from_page_to_page_is_kept_with_what_stands_beside_it():
    pages = [
        [
            placed(72, 760, f"Fee of zone {fee}"),
            *(placed(72, 700 - 40 * at, f"Words {at} of {page}.") for at in range(8)),
        ]
        for page, fee in enumerate((40, 65, 15))
    ]

    assert {"Fee of zone 40", "Fee of zone 65", "Fee of zone 15"} <= set(lines_of(*pages))


def test_a_file_that_only_wants_a_password_to_be_changed_is_read():
    _, text, _ = parse_pdf(files.locked_pdf(password=""))

    assert text.strip() == "Secret words"


def page_of(edge, number=0):
    """A page with words enough that its first row is an edge."""
    return [
        placed(72, 760, edge),
        *(placed(72, 700 - 40 * at, f"Words {at} of {number}.") for at in range(8)),
    ]


def test_what_every_page_repeats_is_said_once_where_it_has_a_date():
    lines = lines_of(*(page_of(f"In force from July 1, 2026 - page {at} of 3", at) for at in (1, 2, 3)))

    assert [line for line in lines if "July 1, 2026" in line] == ["In force from July 1, 2026 - page 1 of 3"]
    assert lines[-1].startswith("In force")


def test_what_every_page_repeats_is_the_title_where_nothing_else_is():
    title, text, _ = parse_pdf(files.pdf([page_of("Rules of the council", at) for at in range(3)]))

    assert title == "Rules of the council"
    assert title not in text


def test_words_that_are_drawn_twice_to_look_bold_are_read_once():
    page = [placed(72 + shift, 700, "Dog licence") for shift in (0, 0.6, 1.2)]

    assert lines_of(page) == ["Dog licence"]


@pytest.mark.parametrize(
    ("pages", "named"),
    [("w", None), ("wp", "p. 2"), ("wppwp", "p. 2-3, 5"), ("pw", "p. 1"), ("wb", None)],
    ids=["words", "a picture", "several", "at first", "an empty page"],
)
def test_pages_that_are_pictures_are_named(pages, named):
    words = [placed(72, 700, "Parking rules of the city, adopted for all its streets and squares")]
    packed = {"p": files.drawn_page(), "b": files.blank_page()}
    data = files.pdf(
        [words if kind == "w" else [] for kind in pages], packed=[packed.get(kind) for kind in pages]
    )

    _, _, values = parse_pdf(data)

    assert values["left_out"] == ({"left_unread": [named]} if named else {})


WRAPPED = [
    placed(72, 700, "Trip"), placed(400, 700, "Fare"),
    placed(72, 680, "Penstock Central -"), placed(400, 674, "$48"), placed(72, 668, "Mill Road"),
    placed(72, 646, "Mill Road -"), placed(400, 640, "$14"), placed(72, 634, "Penstock Central"),
    placed(72, 612, "Harbour and back"), placed(400, 612, "$49"),
]  # fmt: skip


def test_lines_between_drawn_ones_are_one_row_wherever_in_it_the_price_stands():
    rows = rows_in(lines_of(WRAPPED, ruled=(712, 692, 658, 624, 600)))

    assert rows == [
        ["Trip", "Fare"],
        ["Penstock Central - Mill Road", "$48"],
        ["Mill Road - Penstock Central", "$14"],
        ["Harbour and back", "$49"],
    ]


def test_a_row_between_drawn_lines_that_would_hold_two_prices_stays_as_it_is():
    given = grid(("Item", "Fee"), ("Fence", "$40"), ("Shed", "$65"), ("Pool", "$80"), step=20)
    rows = rows_in(lines_of(given, ruled=(712, 695, 655, 635)))

    assert rows == [["Item", "Fee"], ["Fence", "$40"], ["Shed", "$65"], ["Pool", "$80"]]


def test_a_table_with_lines_above_and_below_alone_keeps_its_rows():
    given = grid(("Place", "Open"), ("Library", "on weekdays"), ("Pool", "always"), ("Rink", "in winter"))

    assert len(rows_in(lines_of(given, ruled=(712, 695, 630)))) == 5
