"""The tables that the migrations make, on SQLite and PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from alembic import command
from sqlalchemy import inspect, text

from bot.migrate import (
    _alembic_config,
    current_revision,
    newest_revision,
    schema_differences,
    upgrade_database,
)
from core.database import Database

MODULES = (
    "knowledge.documents.tables",
    "knowledge.sites.tables",
    "knowledge.freshness.tables",
    "city.records.tables",
    "city.requests.tables",
    "city.records.definition_tables",
    "core.tables",
    "conversation.store.tables",
    "conversation.store.staff_tables",
    "city.people.tables",
    "knowledge.questions.tables",
    "conversation.staff.figure_tables",
    "console.shared.tables",
)


def test_migrations_make_exactly_the_tables_of_the_house(database_url):
    upgrade_database(database_url)
    database = Database(database_url)
    with database.engine.connect() as connection:
        assert schema_differences(connection, MODULES) == []
    database.dispose()


def test_a_second_upgrade_has_nothing_to_do(database_url):
    assert upgrade_database(database_url)
    assert not upgrade_database(database_url)


def test_a_start_with_nothing_to_do_does_not_import_alembic(tmp_path):
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    upgrade_database(url)
    program = f"import sys; from bot.migrate import upgrade_database; upgrade_database({url!r}); sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_several_processes_may_start_at_once(database_url):
    results: list[bool] = []
    starts = threading.Barrier(4)

    def start() -> None:
        starts.wait()
        results.append(upgrade_database(database_url))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(results) == [False, False, False, True]


def test_a_failing_revision_leaves_nothing_behind(database_url, monkeypatch):
    def fail(connection):
        connection.execute(text("CREATE TABLE half_made (id INTEGER)"))
        raise RuntimeError("no power")

    monkeypatch.setattr("bot.migrate._upgrade_connection", fail)
    with pytest.raises(RuntimeError, match="no power"):
        upgrade_database(database_url)

    database = Database(database_url)
    assert inspect(database.engine).get_table_names() == []
    assert current_revision(database) is None
    database.dispose()


def test_the_revisions_of_a_day_go_back_and_come_again(database_url):
    upgrade_database(database_url)
    database = Database(database_url)
    kinds = ("holiday", "fee", "special", "election")
    with database.engine.connect().execution_options(cityline_write=True) as connection:
        for kind in kinds:
            row = {"kind": kind, "code": "one", "position": 0, "definition": "{}"}
            connection.execute(text("INSERT INTO facts VALUES (:kind, :code, :position, :definition)"), row)
            loaded = text("INSERT INTO loaded_definitions (kind, code, state) VALUES (:kind, :code, '{}')")
            connection.execute(loaded, {"kind": kind, "code": "one"})
        command.downgrade(_alembic_config(connection), "0027_facts")
        connection.commit()
    assert upgrade_database(database_url)
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT kind FROM loaded_definitions ORDER BY kind")).scalars()
        assert list(found) == sorted(kinds)
    database.dispose()


def test_revisions_form_one_chain():
    assert newest_revision() is not None
