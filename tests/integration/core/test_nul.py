"""A text with NUL in it is stored without it, whoever wrote it and wherever it stands."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, Column, Integer, LargeBinary, MetaData, String, Table, Text, bindparam, select

from core.database import Database

TABLE = Table(
    "kept",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),
    Column("words", Text),
    Column("payload", JSON),
    Column("sealed", LargeBinary),
)
VALUES = [
    ({"name": "a\0b"}, {"name": "ab"}),
    ({"words": "\0"}, {"words": ""}),
    ({"words": "\0\0hole\0 at the\0\0 bridge\0"}, {"words": "hole at the bridge"}),
    (
        {"words": "haye\u0308\0 \u0645\0 \u8def\0 \U0001f468"},
        {"words": "haye\u0308 \u0645 \u8def \U0001f468"},
    ),
    ({"words": "\\0 \\u0000 \\x00"}, {"words": "\\0 \\u0000 \\x00"}),
    ({"payload": {"text": "a\0b"}}, {"payload": {"text": "ab"}}),
    (
        {"payload": {"a\0": [1, "\0", {"deep": ["\0x", None, 2.5]}]}},
        {"payload": {"a": [1, "", {"deep": ["x", None, 2.5]}]}},
    ),
    ({"payload": ["\\u0000", "\0"]}, {"payload": ["\\u0000", ""]}),
    ({"payload": "\0"}, {"payload": ""}),
    ({"payload": {"text": "clean", "n": 3}}, {"payload": {"text": "clean", "n": 3}}),
    ({"sealed": b"\0a\0"}, {"sealed": b"\0a\0"}),
]


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    TABLE.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.mark.parametrize(("given", "kept"), VALUES, ids=range(len(VALUES)))
def test_a_text_with_nul_is_stored_without_it(database, given, kept):
    with database.writing() as session:
        session.execute(TABLE.insert().values(**given))
    with database.reading() as session:
        row = session.execute(select(TABLE)).mappings().one()
    assert {name: row[name] for name in kept} == kept


def test_many_rows_at_once_an_update_and_a_search_are_alike(database):
    with database.noting() as connection:
        connection.execute(
            TABLE.insert(), [{"name": f"n\0{number}", "payload": ["\0"]} for number in range(3)]
        )
        connection.execute(database.insert(TABLE).values(id=9, name="x\0").on_conflict_do_nothing())
        update = TABLE.update().where(TABLE.c.name == bindparam("old")).values(words=bindparam("new"))
        connection.execute(update, [{"old": "n\0" + "1", "new": "one\0"}])
    with database.looking() as connection:
        names = connection.scalars(select(TABLE.c.name).order_by(TABLE.c.name)).all()
        words = connection.scalars(select(TABLE.c.words).where(TABLE.c.name.in_(["\0n1"]))).all()
    assert (names, words) == (["n0", "n1", "n2", "x"], ["one"])
