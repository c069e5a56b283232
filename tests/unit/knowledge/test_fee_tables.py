"""Tables as offices save them, with any columns: what a row says by itself, with its title, its group and its heads."""

import pytest

from core.errors import UnreadableDocument
from knowledge.index.passages import split_document
from knowledge.readers.registry import read_documents


def read(folder, content, name="dog-fees.csv"):
    """The title of a table's document, and its passages with the last heading above each."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (document,) = read_documents(path, name)
    passages = split_document(document)
    return document.title, [(one.headings[-1] if one.headings else "", one.text) for one in passages]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("Permit,Resident,Others\nYearly,$25,$60\nDaily,$5,$9\n", ["Yearly: Resident $25; Others $60", "Daily: Resident $5; Others $9"]),
        ("Permit;Resident;Others\nYearly;25,00;60,50\n", ["Yearly: Resident 25,00; Others 60,50"]),
        ("Permit\tResident\tOthers\r\nYearly\t25\t60\r\n", ["Yearly: Resident 25; Others 60"]),
        ("sep=|\nPermit|Resident|Others\nYearly|25|60\n", ["Yearly: Resident 25; Others 60"]),
        (",Monday,Tuesday\nPool,9-5,closed\nRink,closed,1-4\n", ["Pool: Monday 9-5; Tuesday closed", "Rink: Monday closed; Tuesday 1-4"]),
        ("Street,Day,Week\nMill Road,Monday,A\nOak Street,Monday,B\n", ["Mill Road: Day Monday; Week A", "Oak Street: Day Monday; Week B"]),
        ("Dog,$15,yearly\nCat,$10,yearly\n", ["Dog: $15; yearly", "Cat: $10; yearly"]),
        (",,\nPermit,,Fee,Days\nYearly,,25,5\n,,,\n", ["Yearly: Fee 25; Days 5"]),
        ("Dog,Fee,Proof\nAdult,$15,none\n,$12,neutered\nPuppy,$9,none\n", ["Adult: Fee $15; Proof none", "Adult: Fee $12; Proof neutered", "Puppy: Fee $9; Proof none"]),
        ("Permit,Resident,,Others,\n,Adult,Child,Adult,Child\nSwim,$5,$3,$9,$6\n", ["Swim: Resident Adult $5; Resident Child $3; Others Adult $9; Others Child $6"]),
        ("Office,Phone,Web\nClerk,555-0100,https://c.example/clerk\n", ["Clerk: Phone 555-0100; Web https://c.example/clerk"]),
        ('Permit,Note,Fee\nFence,"Up to 6 ft, wood",$40\n', ["Fence: Note Up to 6 ft, wood; Fee $40"]),
        ("Permit|x,Fee,Days\nA|B,$40,5\n", ["A|B: Fee $40; Days 5"]),
        ("Licence,Fee in dollars\nDog,15\nCat,free\n", ["Dog: Fee in dollars 15", "Cat: free"]),
        ("Permit,2025,2026\nFence,$40,$45\nShed,$20,$25\n", ["Fence: 2025 $40; 2026 $45", "Shed: 2025 $20; 2026 $25"]),
        ("Zone,1,2,3\nDay,$2,$3,$4\nNight,$1,$1,$1\n", ["Day: 1 $2; 2 $3; 3 $4", "Night: 1 $1; 2 $1; 3 $1"]),
        ("Dog,15,20\nCat,10,12\n", ["Dog: 15; 20", "Cat: 10; 12"]),
        ("Event,Date,Place\nFair,2026-05-03,Green\n", ["Fair: Date 2026-05-03; Place Green"]),
    ],
    ids=[
        "plain", "semicolons and commas in numbers", "tabs", "a stated separator", "an empty corner", "words alone", "no names", "empty columns",
        "a cell for two rows", "names in two rows", "phones and addresses", "a comma in a cell", "bars", "bare numbers", "years", "zones", "numbers alone", "dates",
    ],
)  # fmt: skip
def test_a_row_says_what_its_columns_are_called(tmp_path, table, said):
    _, passages = read(tmp_path, table)

    assert [line for _, text in passages for line in text.split("\n")] == said


@pytest.mark.parametrize(
    ("table", "title", "passages"),
    [
        ("Fees of 2026\nKind,Fee,Days\nDog,$15,5\n", "Fees of 2026", [("", "Fees of 2026\nDog: Fee $15; Days 5")]),
        ("Fees of 2026,,\n,,\nKind,Fee,Days\nDog,$15,5\n", "Fees of 2026", [("", "Fees of 2026\nDog: Fee $15; Days 5")]),
        ("Kind,Fee,Days\nDogs,,\nAdult,$15,5\nCats,,\nAdult,$9,2\n", "dog fees", [("Dogs", "Adult: Fee $15; Days 5"), ("Cats", "Adult: Fee $9; Days 2")]),
        ("Kind,Fee,Days\nDog,$15,5\nFees are waived for service animals with the papers of a trainer.,,\n", "dog fees", [("", "Dog: Fee $15; Days 5\nFees are waived for service animals with the papers of a trainer.")]),
        ("Kind,Fee,Days\nDog,$15,5\n* per year,,\n", "dog fees", [("", "Dog: Fee $15; Days 5\n* per year")]),
        ("Kind,Fee,Days\nDog,$15,5\n\nHall,Rent,Hours\nSmall,$90,4\n", "dog fees", [("", "Dog: Fee $15; Days 5\nSmall: Rent $90; Hours 4")]),
        ("Kind,Fee,Days\n\nDog,$15,5\n", "dog fees", [("", "Dog: Fee $15; Days 5")]),
        ("Closed on May 1\n", "dog fees", [("", "Closed on May 1")]),
        ("Only one\nword a line\n", "dog fees", [("", "Only one\nword a line")]),
        ("Kind,Fee,Days\n", "dog fees", [("", "Kind: Fee; Days")]),
    ],
    ids=["a title", "a title and an empty row", "groups", "a note", "a short note at the end", "two tables", "an empty row below the names", "a sentence", "lines", "names alone"],
)  # fmt: skip
def test_titles_groups_and_notes_stand_where_they_belong(tmp_path, table, title, passages):
    assert read(tmp_path, table) == (title, passages)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_table_is_read_in_whatever_encoding_it_was_saved(tmp_path, encoding):
    _, passages = read(tmp_path, "Trámite,Precio,Días\nPeña,15 €,más de 5\n".encode(encoding))

    assert passages == [("", "Peña: Precio 15 €; Días más de 5")]


def test_russian_tables_need_no_unicode(tmp_path):
    _, passages = read(tmp_path, "Услуга,Цена,Дней\nРазрешение,500,5\nСправка,300,2\n".encode("cp1251"))

    assert passages == [("", "Разрешение: Цена 500; Дней 5\nСправка: Цена 300; Дней 2")]


def test_the_rows_of_a_long_table_never_end_before_the_price(tmp_path):
    rows = "".join(
        f"Permit number {n} for a fence,${n}.00,within {n} days of the request\n" for n in range(1, 80)
    )

    _, passages = read(tmp_path, f"Permit,Fee,Time\n{rows}")

    lines = [line for _, text in passages for line in text.split("\n")]
    assert len(passages) > 5
    assert lines == [
        f"Permit number {n} for a fence: Fee ${n}.00; Time within {n} days of the request"
        for n in range(1, 80)
    ]


@pytest.mark.parametrize(
    "table",
    [
        "FAQ Question,FAQ Answer,Department\nWhen?,At 9,Clerk\n",
        "The question,Our answer\nWhen?,At 9\n",
        "When?,At 9\n",
        "When?,At 9\nWhere?,Here\n",
        "Pregunta frecuente;Respuesta corta\nWhen?;At 9\n",
    ],
)
def test_questions_are_told_by_longer_names_or_by_their_marks(tmp_path, table):
    path = tmp_path / "faq.csv"
    path.write_text(table, encoding="utf-8")

    first = read_documents(path, "faq.csv")[0]

    assert (first.title, first.text) == ("When?", "At 9")


@pytest.mark.parametrize("table", ["", "\n\n", ",,\n,,\n", " , \n"])
def test_a_table_without_rows_says_so(tmp_path, table):
    with pytest.raises(UnreadableDocument) as refused:
        read(tmp_path, table)

    assert refused.value.failure.code == "table_empty"
