"""A city that had cases before contacts were covered and cases had versions: what the revisions make of its rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, insert, select

from bot.migrate import _alembic_config, upgrade_database
from city.requests.word_index import contact_words
from core.database import Database

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = {"requested_at": NOON, "updated_at": NOON}
CONTACT = "\N{BLACK TELEPHONE}"
OPEN_WORDS = {
    1: ["abc", "10001", "hole", "call", "217", "555", "0142", "maria", "example", "org", "fixed"],
    2: ["abc", "10002", "lamp", "out", "12", "mill"],
}
PLACE_WORDS = {1: ["mill", "road", "5550143"], 2: ["mill", "road"]}


@pytest.fixture
def old_city(database_url):
    """Two cases and their words, as the revision before kept them: the first one has contacts in everything that was said."""
    database = Database(database_url)
    with database.engine.connect().execution_options(cityline_write=True) as connection:
        command.upgrade(_alembic_config(connection), "0016_wishes_about_data")
        _fill(connection)
        connection.commit()
    upgrade_database(database_url)
    yield database
    database.dispose()


def _fill(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection, only=("service_requests", "request_updates", "request_words"))
    connection.execute(insert(tables.tables["departments"]).values(code="works", definition={}))
    service = {"code": "pothole", "department_code": "works", "position": 0, "active": True, "definition": {}}
    connection.execute(insert(tables.tables["services"]).values(service))
    cases = [
        _case(1, "A hole, call 217-555-0142", contact="maria@example.org", place_label="Mill Road 5550143"),
        _case(2, "Lamp out at 12 Mill", contact="", place_label="Mill Road"),
    ]
    connection.execute(insert(tables.tables["service_requests"]), cases)
    note = {"request_id": 1, "kind": "note", "author": "resident", "text": "Not fixed, 06 12 34 56 78"}
    connection.execute(insert(tables.tables["request_updates"]).values(**note, created_at=NOON))
    words = [
        {"word": word, "request_id": case, "of_place": of_place}
        for kept, of_place in ((OPEN_WORDS, False), (PLACE_WORDS, True))
        for case, words_of_case in kept.items()
        for word in words_of_case
    ]
    connection.execute(insert(tables.tables["request_words"]), words)


def _case(number: int, description: str, **said: str) -> dict[str, object]:
    empty = {
        "service_name": {},
        "department_name": {},
        "answers": {},
        "status_notes": "",
        "place_kind": "street",
    }
    told = {"number": f"ABC-1000{number}", "dedupe_key": str(number), "description": description}
    who = {"person_id": "p", "channel": "web", "language": "en", "status": "open"}
    service = {"service_code": "pothole", "department_code": "works"}
    return {"id": number} | empty | told | who | service | said | DAY


def words_of(database: Database, case: int, *, of_place: bool) -> set[str]:
    with database.looking() as connection:
        words = Table("request_words", MetaData(), autoload_with=connection)
        kept = select(words.c.word).where(words.c.request_id == case, words.c.of_place.is_(of_place))
        return set(connection.scalars(kept))


def test_the_words_of_contacts_are_gone_and_the_contacts_stand_behind_their_mark(old_city):
    left = {"abc", "10001", "hole", "call", "fixed"}
    contacts = {"2410555712", "8765432160", "3410555", "maria@example.org"}
    assert words_of(old_city, 1, of_place=False) == left | {CONTACT + key for key in contacts}
    assert words_of(old_city, 1, of_place=True) == {"mill", "road"}


def test_a_case_without_contacts_keeps_its_words(old_city):
    assert words_of(old_city, 2, of_place=False) == set(OPEN_WORDS[2])
    assert words_of(old_city, 2, of_place=True) == set(PLACE_WORDS[2])


def test_a_search_of_today_finds_what_was_kept_then(old_city):
    """What the revision keeps is frozen. Whoever changes `contact_words` writes a revision that keeps it anew."""
    kept = words_of(old_city, 1, of_place=False)
    sought = contact_words("(217) 555 0142, MARIA@example.org, 06.12.34.56.78, 555-0143")
    assert len(sought) == 4
    assert set(sought) <= kept


def test_a_case_is_as_many_versions_old_as_its_history_has_lines(old_city):
    with old_city.looking() as connection:
        cases = Table("service_requests", MetaData(), autoload_with=connection)
        versions = connection.execute(select(cases.c.id, cases.c.version).order_by(cases.c.id)).all()
    assert versions == [(1, 1), (2, 0)]


def test_a_city_with_cases_can_go_back(old_city):
    with old_city.engine.connect().execution_options(cityline_write=True) as connection:
        command.downgrade(_alembic_config(connection), "0016_wishes_about_data")
        connection.commit()
    assert not any(word.startswith(CONTACT) for word in words_of(old_city, 1, of_place=False))
