"""Contacts are found however people write them, and nothing else that has digits in it."""

from __future__ import annotations

import pytest

from core.covering import COVERED, contacts_in, cover_contacts, keys_in

CONTACTS = [
    "555-0142",
    "5550142",
    "217-555-0142",
    "(217) 555-0142",
    "217.555.0142",
    "217 555 0142",
    "+1 217 555 0142",
    "+1 (217) 555-0142",
    "1-217-555-0142",
    "00 52 55 1234 5678",
    "+34 612 34 56 78",
    "612 345 678",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "+33 (0)6 12 34 56 78",
    "(11) 98765-4321",
    "+55 11 98765-4321",
    "138 0013 8000",
    "13800138000",
    "+86-138-0013-8000",
    "٠٥٥١٢٣٤٥٦٧",
    "+٩٦٦ ٥٥ ١٢٣ ٤٥٦٧",
    "\u202a+966 55 123 4567\u202c",
    "１３８００１３８０００",
    "一三八零零一三八零零零",
    "five five five oh one four two",
    "cinco cinco cinco cero uno cuatro dos",
    "5 5 5 0 1 4 2",
    "maria.lopez@example.org",
    "MARIA+city@mail.example.co.uk",
    "maria @ example.org",
    "maria＠example.org",
    "maria at gmail dot com",
    "maria (at) gmail.com",
    "maria arroba gmail punto com",
    "josé@correo.example",
    "@maria_lopez",
    "t.me/maria_lopez",
    "https://wa.me/12175550142",
    "123-45-6789",
    "12345678Z",
    "X1234567L",
    "11010519491231002X",
    "123.456.789-09",
    "ES91 2100 0418 4502 0005 1332",
    "LOMA800101HDFPRR09",
    "4111 1111 1111 1111",
    "-1001234567890",
]
NONE = [
    "the hole at 1200 Mill Road",
    "1200-1240 Mill Road",
    "2307–2323 45th Ave",
    "2746–2868 Wilson Ave",
    "93-01 213th St",
    "94-08 214 street",
    "140-11-140-13 Cherry Avenue",
    "my request is ABC-12345",
    "R-482113",
    "since 2026-11-29",
    "on 29/11/2026 at 10:30",
    "on 11/29/26",
    "29.11.2026 10:30-11:45",
    "2024-2026",
    "20261129",
    "it cost $1,200,000",
    "1 200 000 € for a bench",
    "1.200.000 euros",
    "meter 12345678",
    "my water meter number is 1234 5678",
    "medidor número 12345678",
    "compteur n° 12345678",
    "رقم العداد 12345678",
    "水表号 12345678",
    "permit no. 2024 0012 33",
    "41.652134, -74.340212",
    "call 311",
    "call 911 at once",
    "the number 12 bus at 7:45",
    "Springfield, IL 62704-1234",
    "https://city.example/docs/12345678",
    "three of five lamps, two of six benches",
    "look at the dot on the map",
    "apartment 4B, 3rd floor",
    "Highway 101",
    "",
]


@pytest.mark.parametrize("contact", CONTACTS)
@pytest.mark.parametrize(
    "around", ["{}", "Please call me, {}, thanks", "我的{}谢谢", "رقمي {} شكرا", "a hole.\n{}\nthanks"]
)
def test_a_contact_is_covered_wherever_it_stands(contact, around):
    shown = cover_contacts(around.format(contact))
    assert COVERED in shown
    left = shown
    for part in around.split("{}"):
        left = left.replace(part, "", 1)
    assert not any(sign.isalnum() for sign in left.replace(COVERED, "")), shown


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_stay(text):
    assert cover_contacts(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tel 45 67 89", f"tel {COVERED}"),
        ("call me at 45678", f"call me at {COVERED}"),
        ("about 12345 Mill Road", "about 12345 Mill Road"),
        ("call me about 12345 Mill Road", "call me about 12345 Mill Road"),
        ("On 2026-11-29 555-0142 called", f"On 2026-11-29 {COVERED} called"),
        ("ABC-12345, 555-0142", f"ABC-12345, {COVERED}"),
        ("my case: call 555-0142", f"my case: call {COVERED}"),
        ("my WeChat id is maria88", f"my WeChat id is {COVERED}"),
        ("微信号 maria_88", f"微信号 {COVERED}"),
        ("whatsapp is broken", "whatsapp is broken"),
        ("555-0142 or 555-0143", f"{COVERED} or {COVERED}"),
        ("mail a@b.example and c@d.example", f"mail {COVERED} and {COVERED}"),
    ],
)
def test_what_stands_around_it_decides(text, shown):
    assert cover_contacts(text) == shown


def test_what_is_known_is_covered_in_whatever_form():
    assert cover_contacts("behind the Blue House", ["blue house"]) == f"behind the {COVERED}"


def test_what_the_city_publishes_stays():
    ours = keys_in("555-0100, help@city.example")
    assert (
        cover_contacts("Call 555-0100 or 555-0142, HELP@city.example", (), ours)
        == f"Call 555-0100 or {COVERED}, HELP@city.example"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("217-555-0142", "(217) 555 0142"), ("٠٥٥١٢٣٤٥٦٧", "0551234567"), ("A@B.example", "a @ b.example")],
)
def test_one_contact_has_one_key_however_it_is_written(one, other):
    assert keys_in(one) == keys_in(other)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 50_000,
        "1 " * 25_000,
        "@" * 20_000,
        "a.a@" * 10_000,
        "one " * 10_000,
        "(at) " * 10_000,
        "1." * 20_000,
    ],
)
def test_any_text_is_read_to_its_end(text):
    contacts_in(text)
