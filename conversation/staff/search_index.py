"""The index of the words that were said, in whichever way the database has for it. Queries are in `conversation.staff.search`.

SQLite: an FTS5 table that keeps no text of its own (it reads through the view `said_lines`), fed by triggers. PostgreSQL: a GIN index
over an expression. Both fold case and accents, and neither knows stems: a word is found as it was written.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ"
PLAIN = "aaaaaaeeeeiiiiooooouuuunc" * 2
SIGNS = "[!-/:-@\\[-`{-~¿¡«»“”‘’…–—·]+"
"""What separates words for PostgreSQL, whose own parser would keep addresses and numbers with signs in one piece."""

WORDS_OF_LINE = (
    "to_tsvector('simple', regexp_replace(lower(translate(transcript_lines.reply ->> 'text', "
    f"'{ACCENTED}', '{PLAIN}')), '{SIGNS}', ' ', 'g'))"
)

_FROM_LINE = """
SELECT line.id, json_extract(line.reply, '$.text'), 'by' || line.sender || ' via' || conversation.channel
FROM transcript_lines AS line JOIN conversations AS conversation ON conversation.id = line.conversation_id
"""
_PUT = f"INSERT INTO said (rowid, words, marks) {_FROM_LINE} WHERE line.id = new.id;"
_TAKE_OUT = f"INSERT INTO said (said, rowid, words, marks) SELECT 'delete', * FROM ({_FROM_LINE} WHERE line.id = old.id);"  # noqa: S608

_VIEW = """CREATE VIEW said_lines AS
SELECT line.id AS id, json_extract(line.reply, '$.text') AS words,
    'by' || line.sender || ' via' || conversation.channel AS marks
FROM transcript_lines AS line JOIN conversations AS conversation ON conversation.id = line.conversation_id
"""
_TABLE = """CREATE VIRTUAL TABLE said USING fts5(
    words, marks, content='said_lines', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
)"""

SQLITE = (
    _VIEW,
    _TABLE,
    f"CREATE TRIGGER said_put AFTER INSERT ON transcript_lines BEGIN {_PUT} END",
    f"CREATE TRIGGER said_take_out BEFORE DELETE ON transcript_lines BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER said_change_out BEFORE UPDATE OF reply ON transcript_lines BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER said_change_in AFTER UPDATE OF reply ON transcript_lines BEGIN {_PUT} END",
    "INSERT INTO said (said) VALUES ('rebuild')",
)
OURS = ("said", "said_lines")


def is_ours(name: str | None) -> bool:
    """Whether a table or index belongs to this index, which Alembic's comparison does not understand."""
    return bool(name) and (name in OURS or str(name).startswith(("said_", "ix_said_")))


def index_words(connection: Connection) -> None:
    """Make the index and take in what was said so far."""
    if connection.dialect.name == "sqlite":
        for statement in SQLITE:
            connection.exec_driver_sql(statement)
    else:
        statement = f"CREATE INDEX ix_said_words ON transcript_lines USING gin ({WORDS_OF_LINE})"
        connection.exec_driver_sql(statement.replace("%", "%%"))


def unindex_words(connection: Connection) -> None:
    """Drop the index."""
    if connection.dialect.name == "sqlite":
        for trigger in ("said_put", "said_take_out", "said_change_out", "said_change_in"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("DROP TABLE said")
        connection.exec_driver_sql("DROP VIEW said_lines")
    else:
        connection.exec_driver_sql("DROP INDEX ix_said_words")


def scrub(session: Session) -> None:
    """Leave no trace of words whose lines were deleted: until this is done, SQLite's index may keep them in pages not merged yet.

    To be called once after lines were deleted by retention or at a resident's wish, within the same transaction.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO said (said) VALUES ('optimize')"))
