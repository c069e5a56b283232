"""What stands on a page: days and times in the city's zone, names of channels and languages, the navigation, and covered contacts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.registry import TRAITS
from city.records.tables import DepartmentRow
from console.shared import navigation, pages
from console.shared.contact import ContactChannel, door_of, opened_contacts
from console.shared.covering import covered_text
from console.shared.names import channel_name, language_name
from console.shared.pages import LANGUAGES, file_fingerprint, language_of, static_path
from console.shared.request_context import RequestContext
from console.shared.tables import AuditRow
from conversation.store.conversations import Recipient
from conversation.store.tables import Conversation
from core.covering import COVERED
from core.texts import load_texts
from tests.support.builders import NOON
from tests.support.staff_visits import open_memory_session, request_of, visit_of

MIDNIGHT = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
"""Half an hour after midnight in Berlin."""


def shown(visit: RequestContext, template: str, **context: object) -> str:
    """A template of one line as this visit sees it."""
    made = pages.ConsolePages()
    made._environment.loader = DictLoader({"line.html": template})
    return made.render(visit, "line.html", context)


@pytest.mark.parametrize(
    ("timezone", "language", "moment", "day"),
    [
        ("Europe/Berlin", "en", "Jul 1, 2026, 12:30\u202fAM", "Jul 1, 2026"),
        ("America/Chicago", "en", "Jun 30, 2026, 5:30\u202fPM", "Jun 30, 2026"),
        ("Europe/Berlin", "es", "1 jul 2026, 0:30", "1 jul 2026"),
        ("Europe/Berlin", "xx", "Jul 1, 2026, 12:30\u202fAM", "Jul 1, 2026"),
    ],
    ids=[
        "after midnight there",
        "the day before there",
        "in Spanish",
        "in a language that the console lacks",
    ],
)
def test_a_moment_is_shown_in_the_citys_zone_and_the_readers_language(timezone, language, moment, day):
    visit = visit_of("viewer", timezone=timezone, language=language, texts=load_texts())
    when = shown(visit, "{{ at|when }}", at=MIDNIGHT)
    on = shown(visit, "{{ at|day }}", at=MIDNIGHT)
    assert moment.replace("\u202f", " ") in when.replace("\u202f", " ")
    assert f">{day}</time>" in on
    assert f'datetime="{MIDNIGHT.isoformat()}"' in when


def test_a_day_that_has_no_time_is_that_day_everywhere():
    said = shown(visit_of("viewer", timezone="Pacific/Kiritimati"), "{{ on|day }}", on=date(2026, 6, 30))
    assert said == '<time datetime="2026-06-30">Jun 30, 2026</time>'


@pytest.mark.parametrize("template", ["{{ none|when }}", "{{ none|day }}"])
def test_no_moment_is_a_dash(template):
    assert shown(visit_of("viewer"), template, none=None) == "–"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("ES-419", "es"),
        ("fr-FR,fr;q=0.9,es;q=0.5,en;q=0.4", "es"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        (";;,,", "en"),
        (" es ;q=1", "es"),
    ],
)
def test_the_console_speaks_the_first_language_of_the_browser_that_it_has(accepted, language):
    assert language_of(accepted) == language


@pytest.mark.parametrize(
    "template", ["{{ words }}", "{{ words|covered }}", "{{ t('cases.refused_held', name=words) }}"]
)
def test_what_somebody_wrote_is_text_and_runs_nothing(template):
    visit = visit_of("agent")
    visit.uncovered = True
    said = shown(visit, template, words="<b>")
    assert "<b>" not in said
    assert "&lt;b&gt;" in said


def test_a_static_file_changes_its_address_with_its_content_alone():
    assert file_fingerprint("mark.svg") == file_fingerprint("mark.svg")
    assert file_fingerprint("mark.svg") != file_fingerprint("map.js")
    assert file_fingerprint("no such file.css") == "missing"


@pytest.mark.parametrize(
    ("file", "end"),
    [
        ("mark.svg", "static/mark.svg"),
        ("vendor/pico/pico.css", "pico/css/pico.css"),
        ("vendor/leaflet/images/x.png", "leaflet/dist/images/x.png"),
    ],
)
def test_where_a_static_file_lies(file, end):
    assert static_path(file).as_posix().endswith(end)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_channel_has_a_name_and_what_is_none_keeps_its_code(language):
    visit = visit_of("viewer", language=language)
    assert all(channel_name(visit, code) != f"channel.{code}" for code in TRAITS)
    assert channel_name(visit, "pigeon") == "pigeon"


@pytest.mark.parametrize(
    ("reader", "code", "name"),
    [
        ("en", "es", "Spanish"),
        ("es", "en", "inglés"),
        ("en", "ar", "Arabic"),
        ("en", "zh", "Chinese"),
        ("en", "", "–"),
        ("en", "tlh-x", "tlh-x"),
        ("xx", "es", "es"),
    ],
)
def test_what_languages_are_called(reader, code, name):
    assert language_name(visit_of("viewer", language=reader), code) == name


def entries(*roles: str, path: str = "/", waiting: int = 0):
    """The navigation of somebody with these roles at this path."""

    @contextmanager
    def reading():
        yield None

    counted = [
        navigation.NavigationEntry(
            place.below, place.key, place.permission, place.count and (lambda *_whose: waiting)
        )
        for place in navigation.PLACES
    ]
    visit = visit_of(*roles, request=request_of(path), database=SimpleNamespace(reading=reading))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(navigation, "PLACES", tuple(counted))
        return navigation.places_of(visit)


SEEN_BY_ALL = ["", "conversations", "cases", "map", "knowledge", "questions", "try", "facts", "surveys"]


@pytest.mark.parametrize(
    ("roles", "places"),
    [
        ((), []),
        (("viewer",), SEEN_BY_ALL),
        (("agent", "editor"), SEEN_BY_ALL),
        (("administrator",), [*SEEN_BY_ALL, "services", "team", "audit"]),
    ],
)
def test_everybody_sees_the_places_where_they_may_go(roles, places):
    assert [entry.href.removeprefix("/console/") for entry in entries(*roles)] == places


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", "/console/"),
        ("/cases", "/console/cases"),
        ("/cases/SR-00001", "/console/cases"),
        ("/casesandmore", None),
        ("/map", "/console/map"),
        ("/account", None),
        ("/questions/5/answer", "/console/questions"),
    ],
)
def test_the_place_where_one_is_is_marked(path, here):
    assert [entry.href for entry in entries("viewer", path=path) if entry.here] == ([here] if here else [])


def test_the_navigation_counts_who_waits_for_a_person_alone():
    assert {entry.href: entry.count for entry in entries("agent", waiting=3) if entry.count} == {
        "/console/conversations": 3
    }


def with_departments(session: Session) -> Callable[[], object]:
    """A database in which one department has published its number."""
    session.add(DepartmentRow(code="parks", definition={"name": {"en": "Parks"}, "phone": "+1 217 555 0100"}))
    session.flush()

    @contextmanager
    def reading():
        yield session

    return reading


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ("Call me at 217-555-0142", f"Call me at {COVERED}"),
        ("Write to anna@home.example please", f"Write to {COVERED} please"),
        ("The office is at +1 (217) 555-0100", "The office is at +1 (217) 555-0100"),
        ("Ask parks, not 217 555 0142: +1 217 555 0100", f"Ask parks, not {COVERED}: +1 217 555 0100"),
        ("Tell anna the gardener", f"Tell {COVERED} the gardener"),
        ("A hole of 30 cm at 1200 Mill Road", "A hole of 30 cm at 1200 Mill Road"),
        ("", ""),
    ],
    ids=[
        "a number",
        "an address",
        "the city's own number",
        "both",
        "what was left as a contact",
        "no contact",
        "nothing",
    ],
)
def test_what_residents_entrust_is_covered_and_what_the_city_published_is_not(text, shown_as):
    with open_memory_session() as session:
        visit = visit_of("agent", database=SimpleNamespace(reading=with_departments(session)))
        assert covered_text(visit, text, ["Anna"] if "gardener" in text else []) == shown_as
        visit.uncovered = True
        assert covered_text(visit, text, ["Anna"]) == text


def conversation(channel: str, **fields: object) -> Conversation:
    return Conversation(id=f"c-{channel}", channel=channel, language="es", person_id="p", **fields)


@pytest.mark.parametrize(
    ("channel", "has_address"), [("sms", True), ("telegram", True), ("web", False), ("terminal", False)]
)
def test_a_chat_on_the_website_has_no_number_to_show(channel, has_address):
    assert door_of(conversation(channel)).has_address is has_address


def test_a_door_says_the_language_and_whether_the_resident_wants_no_messages():
    door = door_of(conversation("sms", stopped_at=NOON), is_preferred=False)
    assert (door.language, door.stopped, door.preferred, door.address) == ("es", True, False, "")
    assert not door_of(conversation("sms")).stopped


class Memory:
    """Conversations whose addresses are known, but for one that is gone."""

    def recipient(self, conversation_id: str) -> Recipient | None:
        known = conversation_id == "c-sms"
        return Recipient("sms", "+12175550142", stopped=False) if known else None


def test_opened_contacts_show_numbers_and_are_written_down_first():
    with open_memory_session() as session:
        visit = visit_of("agent", memory=Memory())
        doors = [door_of(conversation(channel)) for channel in ("sms", "web")]
        gone = ContactChannel("gone", "sms", "en", stopped=False, preferred=False)
        found = opened_contacts(visit, session, [*doors, gone], "SR-00001")
        entry = session.scalars(select(AuditRow)).one()
    assert [door.address for door in found] == ["+12175550142", "", ""]
    assert [door.address for door in doors] == ["", ""]
    assert visit.uncovered
    assert (entry.action, entry.subject, entry.staff_id, entry.details) == (
        "contact.seen",
        "SR-00001",
        "ana",
        {},
    )


def test_a_number_does_not_stand_in_what_a_log_would_show_of_a_door():
    assert "0142" not in repr(
        ContactChannel("c", "sms", "en", stopped=False, preferred=True, address="+12175550142")
    )
