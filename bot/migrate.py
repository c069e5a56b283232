"""Bringing a database to the newest set of tables: one set of Alembic revisions for the whole house.

`upgrade_database` is safe when several processes start at once and costs one look when nothing is to be done. Tables live in the rooms
that own them; whoever drafts a revision passes the modules that define them:

    python -m bot.migrate "what the revision does" city.records.tables conversation.store.tables
"""

from __future__ import annotations

import importlib
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from core.database import Base, Database, UtcDateTime
from core.errors import SettingsError

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"

LOCK = 311_311
"""Key of PostgreSQL's advisory lock: one process migrates, the others wait and find the work done."""

_REVISION = re.compile(r'^(revision|down_revision)\b[^=]*= *(?:"([^"]*)"|None)', re.MULTILINE)


def upgrade_database(database_url: str) -> bool:
    """Bring the database to the newest revision; True when there was something to do.

    All revisions run in one transaction: the tables are the old ones or the new ones, never something in between.
    """
    database = open_database(database_url)
    try:
        if current_revision(database) == newest_revision():
            return False
        with database.engine.connect().execution_options(cityline_write=True) as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            changed = _recorded_revision(connection) != newest_revision()
            if changed:
                _upgrade_connection(connection)
            connection.commit()
            return changed
    finally:
        database.dispose()


def open_database(database_url: str) -> Database:
    """The database at this address, looked at once; a `SettingsError` when it cannot be opened or a newer Cityline used it."""
    what = "CITYLINE_DATABASE_URL" if database_url.partition(":")[0] != "sqlite" else "CITYLINE_DATA_DIR"
    try:
        database = Database(database_url)
        revision = current_revision(database)
    except (ArgumentError, DBAPIError, ModuleNotFoundError, OSError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise SettingsError(
            f"The database cannot be opened ({reason}); look whether it is there and runs, and at {what}."
        ) from None
    if revision and revision not in known_revisions():
        database.dispose()
        raise SettingsError(
            f"The database was changed by a newer Cityline (revision {revision}); start that one, "
            "or bring back a backup from before."
        )
    return database


def current_revision(database: Database) -> str | None:
    """The revision that the database is at; None when it has no tables yet."""
    with database.engine.connect() as connection:
        return _recorded_revision(connection)


def newest_revision() -> str | None:
    """The revision that no other one follows; None while there is none. Read from the files themselves, because Alembic takes long to import."""
    followed = known_revisions()
    heads = followed.keys() - set(followed.values())
    if len(heads) > 1:
        raise RuntimeError(
            f"bot/migrations/versions should end in one revision, but ends in {sorted(heads)}; chain them."
        )
    return heads.pop() if heads else None


def known_revisions() -> dict[str, str | None]:
    """Every revision that there is, with the one that it follows."""
    known: dict[str, str | None] = {}
    for file in (FOLDER / "versions").glob("*.py"):
        found = {match[1]: match[2] for match in _REVISION.finditer(file.read_text(encoding="utf-8"))}
        known[found["revision"]] = found["down_revision"]
    return known


def _is_compared(name: str | None, kind: str, _within: Any) -> bool:
    """Whether Alembic looks at a thing of the database at all."""
    from conversation.staff.search_index import is_ours

    return kind not in {"table", "index"} or not is_ours(name)


def _written_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """How a draft writes a thing; False for Alembic's own way. Of our type of an instant it writes what the database makes of it, because
    a revision imports nothing that may change.
    """
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, UtcDateTime) else False


OPTIONS = {"include_name": _is_compared, "render_item": _written_type}
"""How Alembic compares the tables with a database, and writes what differs."""


def schema_differences(connection: Connection, modules: tuple[str, ...]) -> list[Any]:
    """What the tables of these modules have that the database has not, or the other way round; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    _import_modules(modules)
    return list(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), Base.metadata))


def draft_revision(message: str, modules: tuple[str, ...]) -> Path:
    """Write a revision with the difference between the revisions so far and the tables of these modules."""
    from alembic import command

    _import_modules(modules)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.sqlite"
        upgrade_database(url)
        database = Database(url)
        with database.engine.connect() as connection:
            number = max(int(revision.partition("_")[0]) for revision in known_revisions()) + 1
            slug = re.sub(r"\W+", "_", message.lower()).strip("_")
            script = command.revision(
                _alembic_config(connection), message, autogenerate=True, rev_id=f"{number:04}_{slug[:24]}"
            )
        database.dispose()
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic wrote no single revision; expected exactly one file.")
    return Path(script.path)


def _recorded_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade_connection(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_alembic_config(connection), "head")


def _alembic_config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["options"] = OPTIONS
    return config


def _import_modules(modules: tuple[str, ...]) -> None:
    for module in modules:
        importlib.import_module(module)


if __name__ == "__main__":
    print(draft_revision(sys.argv[1], tuple(sys.argv[2:])))  # noqa: T201  its answer
