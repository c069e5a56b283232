"""Questions about calendars by address, fees and contacts are answered from the city's fields, in six languages, or left to the library."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from actions.facts.fees import say_amount
from actions.handlers.facts import named_fact
from tests.support.direct_talk import DirectTalk, House

FILE = Path(__file__).with_name("address_fee_contact_questions.txt")

ROWS = [
    tuple(part.strip() for part in line.split("|", 3))
    for line in FILE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def talk_on(house: House, day: str, language: str = "en") -> DirectTalk:
    """A conversation on the afternoon of a day."""
    talk = DirectTalk(house)
    talk.first, talk.language = False, language
    talk.now = datetime.combine(date.fromisoformat(day), time(15), house.city.profile.zone)
    return talk


def ask(talk: DirectTalk, text: str) -> str:
    """What is said of facts, with the choices; empty where the library is asked instead."""
    if not named_fact(talk.house.assistant.context, text, talk.now, talk.language):
        return ""
    replies = talk.say(text)
    return " ".join(
        part for reply in replies for part in (reply.text, *(choice.label for choice in reply.choices))
    )


@pytest.mark.parametrize(("day", "language", "text", "expected"), ROWS, ids=[row[2] for row in ROWS])
def test_a_question_of_fact_is_answered(house, day, language, text, expected):
    said = ask(talk_on(house, day, language), text).casefold().replace("\u200e", "")
    if expected == "library":
        assert not said
        return
    wanted = [part.strip().casefold() for part in expected.removeprefix("ask:").split(";")]
    assert [part for part in wanted if part not in said] == []


def test_the_address_is_asked_for_once_and_counts_afterwards(house):
    talk = talk_on(house, "2026-11-24")
    (asked,) = talk.say("is trash picked up tomorrow")
    assert asked.text.startswith("Trash:\nDowntown and The Looms: Monday, every week\n")
    assert asked.text.endswith("Write your address (number and street), and I will tell you the next days.")
    (answer,) = talk.say("140 calle borinquen")
    assert answer.text.startswith("Yes, tomorrow, Wednesday, November 25.")
    (again,) = talk.say("and when is recycling picked up?")
    assert again.text.startswith("Recycling, Calle Borinquen 140: Wednesday, every other week.")


def test_an_address_that_was_just_given_counts(house):
    talk = talk_on(house, "2026-11-24")
    talk.say("i live at 22 Cedar Street")
    answer = talk.say("when is my trash day")[0]
    assert answer.text.startswith("Trash, 22 Cedar Street: Friday")


def test_after_a_long_silence_the_address_is_asked_for_again(house):
    talk = talk_on(house, "2026-11-24")
    talk.say("when is trash day at 22 Cedar Street")
    talk.silence(house.assistant.context.settings.recap_after_minutes + 1)
    (asked,) = talk.say("when is recycling picked up")
    assert asked.text.endswith("and I will tell you the next days.")


def test_of_many_areas_none_is_shown_and_all_can_be(house, monkeypatch):
    monkeypatch.setattr("actions.handlers.calendars.FEW_AREAS", 4)
    talk = talk_on(house, "2026-11-24")
    (asked,) = talk.say("when is trash day")
    assert asked.text == "Which address? Please write the house number and the street."
    (answer,) = talk.say("show all areas")
    assert "The Avenues: Tuesday, every week" in answer.text


def test_a_number_alone_answers_which_number(house):
    talk = talk_on(house, "2026-11-24")
    talk.say("when is trash day on elm")
    (answer,) = talk.say("number 500")
    assert answer.text.startswith("Trash, 500 Elm Street: Tuesday")


def test_without_an_address_few_areas_are_shown(house):
    talk = talk_on(house, "2026-11-24")
    (answer,) = talk.say("when is trash day")
    assert "The Avenues: Tuesday, every week" in answer.text
    assert answer.source
    assert (answer.source.url, answer.source.reviewed) == (
        "https://penstock.example/trash/collection-days",
        "2026-02-10",
    )


def test_anything_else_than_an_address_is_a_message_of_its_own(house):
    talk = talk_on(house, "2026-11-24")
    talk.say("when is trash day")
    (answer,) = talk.say("phone number of city hall")
    assert answer.text == "City Hall: 555-0100"


@pytest.mark.parametrize(
    ("day", "text", "said"),
    [
        ("2026-11-24", "trash day in la ribera", "Trash, La Ribera: Wednesday"),
        (
            "2026-11-24",
            "is trash and recycling picked up on nov 28 at 22 cedar st",
            "Yes, Saturday, November 28.",
        ),
        ("2026-11-24", "when is green cart pickup at 22 cedar street", "I have no days for 22 Cedar Street."),
        ("2026-12-01", "when is street sweeping on 22 cedar street", "I have no later dates yet."),
        ("2026-12-20", "is trash late on christmas, 22 cedar street", "Yes, Christmas changes it."),
        ("2026-11-24", "is 12 mill road a snow route?", "No. 12 Mill Road is not on the list"),
        ("2026-06-09", "when do they sweep la ribera", "odd numbers"),
    ],
)
def test_days_are_those_of_the_place_and_the_day(house, day, text, said):
    assert said in ask(talk_on(house, day), text)


@pytest.mark.parametrize(
    "text",
    [
        "when is bulk trash picked up?",
        "garbage wasnt picked up today",
        "when does the recycling center open",
        "the trash truck knocked over my mailbox on friday",
        "can i put a mattress in the trash on friday",
        "when will somebody clean up the trash behind the school",
        "a trash fire on elm street when i walked by",
        "how much is a new trash cart",
        "el camión de la basura rompió mi cerca el lunes",
        "les poubelles débordent au parc depuis lundi",
        "垃圾桶什么时候能修好",
    ],
)
def test_what_tells_of_something_else_is_no_question_about_days(house, text):
    assert "and I will tell you the next days" not in ask(talk_on(house, "2026-11-24"), text)


def test_within_a_report_nothing_is_asked_beside_its_question(house):
    talk = talk_on(house, "2026-11-24")
    talk.say("pothole")
    before = talk.dialogue["flow"]["asked"]
    replies = talk.say("when is trash day?")
    assert "Orchard Side: Thursday, every week" in replies[0].text
    assert talk.dialogue["flow"]["asked"] == before


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "how much is the fine for parking at a hydrant", "Parking ticket, fire hydrant: $75"),
        ("en", "how much for a month pass on the bus", "Bus, month pass: $48"),
        ("en", "how much is a ride on the bus", "one ride, reduced: $0.85"),
        ("en", "how much is a dog license, my dog is not fixed", "$25 a year"),
        ("en", "whats the fee for a city id", "under 18, or 62 and older: free"),
        ("es", "cuánto cuesta una multa por hidrante", "hidrante: $75"),
        ("es", "cuanto cobran por la grua", "remolque: $125"),
        ("fr", "prix de la licence pour un chien stérilisé", "12 $ par an"),
        ("pt", "quanto custa a multa por fila dupla", "$ 50"),
        ("zh", "公交车月票多少钱", "公交车，月票：$48"),
        ("ar", "كم تكلفة تبني قطة", "40"),
    ],
)
def test_the_row_that_fits_is_said_in_the_languages_own_way(house, language, text, expected):
    assert expected in ask(talk_on(house, "2026-11-24", language), text)


def test_of_many_rows_one_is_asked_for(house):
    talk = talk_on(house, "2026-11-24")
    (asked,) = talk.say("how much is a parking ticket")
    assert asked.text == "Which one do you mean?"
    assert len(asked.choices) == 7
    (answer,) = talk.say("double parking")
    assert answer.text == "Parking ticket, double parking: $50"
    assert answer.source
    assert answer.source.url == "https://penstock.example/parking/tickets"


@pytest.mark.parametrize(
    "text",
    [
        "how much is a business license",
        "how much did my neighbor pay for her dog license last year",
        "my dog license never came in the mail",
        "i got a parking ticket but the meter was broken",
        "how much snow is coming",
        "how much does a new car cost",
        "are dog licenses free for veterans",
        "cuánto cuesta un carro",
        "combien de chiens puis-je avoir",
        "a tow truck charged me too much",
    ],
)
def test_what_is_no_question_of_price_is_left_to_the_library(house, text):
    assert not ask(talk_on(house, "2026-11-24"), text)


@pytest.mark.parametrize(
    ("amount", "currency", "language", "said"),
    [
        ("12", "USD", "en", "$12"),
        ("2.50", "USD", "en", "$2.50"),
        ("12.00", "CAD", "fr", "12 $"),
        ("12", "USD", "es", "$12"),
        ("12", "MXN", "es", "$12"),
        ("1200", "EUR", "es", "1.200 €"),
        ("0.85", "USD", "pt", "$ 0,85"),
    ],
)
def test_money_is_written_as_the_language_writes_it(amount, currency, language, said):
    assert say_amount(Decimal(amount), currency, language) == said


def test_by_text_message_no_row_is_cut_and_the_rest_follows(house):
    talk = talk_on(house, "2026-11-24", "es")
    talk.channel = "sms"
    (first,) = talk.say("¿cuánto cuesta la licencia de perro?")
    assert first.choices[0].key == "answer.more"
    lines = first.text.split("\n")
    while talk.dialogue["last_answer"]["pages"]:
        (following,) = talk.say("1")
        lines += following.text.split("\n")
        assert following.source == first.source
    assert lines == [
        "Licencia de perro:",
        "perro esterilizado o castrado: $12 al año",
        "perro no esterilizado ni castrado: $25 al año",
        "perro guía o de servicio: gratis",
        "primer perro de una persona de 65 años o más: gratis",
        "recargo por retraso después del 31 de marzo: $10",
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "there's a power outage, who do i call", "Heron Valley Electric: 555-0175"),
        ("en", "phone number for voter registration", "Elections: 555-0112"),
        ("en", "who do i talk to about building permits", "Buildings and Housing: 555-0170"),
        ("en", "number for the gas company", "If you smell gas, go outside first"),
        ("en", "who do i call about a pothole", "Public Works: 555-0120\nYou can also report it here"),
        ("es", "a quién llamo por el recibo del agua", "555-0150"),
        ("fr", "quel est le numéro pour la taxe foncière", "555-0115"),
        ("pt", "com quem falo sobre a conta de água", "555-0150"),
        ("zh", "水费的问题打给谁", "555-0150"),
        ("ar", "بمن أتصل بشأن فاتورة الكهرباء", "555-0175"),
    ],
)
def test_whom_to_call_is_found_by_what_it_is_about(house, language, text, expected):
    assert expected in ask(talk_on(house, "2026-11-24", language), text).replace("\u200e", "")


@pytest.mark.parametrize(
    "text",
    [
        "please call me about my water bill",
        "i called about my property taxes and nobody answered",
        "my number on the water bill is wrong",
        "who do i call when my neighbor won't stop yelling",
        "the phone pole fell on the power lines",
        "llámeme por lo de mis impuestos",
        "a dead raccoon and a pothole, number 12 on my street",
    ],
)
def test_what_is_no_question_whom_to_call_is_left_alone(house, text):
    assert not ask(talk_on(house, "2026-11-24"), text)


def test_a_contacts_number_can_be_pressed(house):
    (answer,) = talk_on(house, "2026-11-24").say("phone number of the tax people")
    assert (answer.text, answer.phone) == ("Finance: 555-0115", "555-0115")
