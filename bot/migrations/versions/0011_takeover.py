"""Conversations taken over by a person, and the search over what was said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_takeover"
down_revision = "0010_definitions"

LISTED_BY = ("heard_at", "channel", "language", "unanswered", "unhappy", "taken_by")

_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuunc" * 2
_SIGNS = "[!-/:-@\\[-`{-~¿¡«»“”‘’…–—·]+"
"""What separates words for PostgreSQL, whose own parser would keep addresses and numbers with signs in one piece."""

_WORDS_OF_LINE = (
    "to_tsvector('simple', regexp_replace(lower(translate(transcript_lines.reply ->> 'text', "
    f"'{_ACCENTED}', '{_PLAIN}')), '{_SIGNS}', ' ', 'g'))"
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

SQLITE_INDEX = (
    _VIEW,
    _TABLE,
    f"CREATE TRIGGER said_put AFTER INSERT ON transcript_lines BEGIN {_PUT} END",
    f"CREATE TRIGGER said_take_out BEFORE DELETE ON transcript_lines BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER said_change_out BEFORE UPDATE OF reply ON transcript_lines BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER said_change_in AFTER UPDATE OF reply ON transcript_lines BEGIN {_PUT} END",
    "INSERT INTO said (said) VALUES ('rebuild')",
)


def upgrade() -> None:
    """Make the tables newer."""
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("taken_by", sa.String(length=64), nullable=True),
        sa.Column("taken_name", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("staff_acted_at", moment, nullable=True),
        sa.Column("bot_silent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("unanswered", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("unhappy", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("conversations", column)
    for name in LISTED_BY:
        columns = ["heard_at", "id"] if name == "heard_at" else [name, "heard_at", "id"]
        op.create_index(op.f(f"ix_conversations_{name}"), "conversations", columns)
    op.create_index(op.f("ix_transcript_lines_at"), "transcript_lines", ["at"])
    op.add_column("person_requests", sa.Column("closed_at", moment, nullable=True))
    op.add_column("person_requests", sa.Column("reach", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "person_requests", sa.Column("closed_by", sa.String(length=80), nullable=False, server_default="")
    )
    _create_tables(moment)
    _index_words(op.get_bind())


def _of_conversation() -> sa.Column[str]:
    return sa.Column("conversation_id", sa.String(length=32), nullable=False)


def _create_tables(moment: sa.DateTime) -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "takeovers",
        sa.Column("id", row_id, nullable=False),
        _of_conversation(),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("staff_name", sa.String(length=80), nullable=False),
        sa.Column("waited_since", moment, nullable=True),
        sa.Column("taken_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_takeovers_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeovers")),
    )
    op.create_index(op.f("ix_takeovers_conversation_id"), "takeovers", ["conversation_id", "taken_at"])
    op.create_index(op.f("ix_takeovers_taken_at"), "takeovers", ["taken_at"])
    op.create_table(
        "staff_lines",
        _of_conversation(),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outbox_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_staff_lines_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", "sequence", name=op.f("pk_staff_lines")),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", row_id, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
        sa.UniqueConstraint("title", name=op.f("uq_canned_replies_title")),
    )
    op.create_table(
        "duty",
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_duty")),
    )


def downgrade() -> None:
    """Make them as they were."""
    _unindex_words(op.get_bind())
    for table in ("duty", "canned_replies", "staff_lines", "takeovers"):
        op.drop_table(table)
    for column in ("closed_by", "reach", "closed_at"):
        op.drop_column("person_requests", column)
    op.drop_index(op.f("ix_transcript_lines_at"), "transcript_lines")
    for name in LISTED_BY:
        op.drop_index(op.f(f"ix_conversations_{name}"), "conversations")
    for column in (
        "unhappy",
        "unanswered",
        "bot_silent",
        "staff_acted_at",
        "taken_at",
        "taken_name",
        "taken_by",
    ):
        op.drop_column("conversations", column)


def _index_words(connection: sa.Connection) -> None:
    """Make the index and take in what was said so far."""
    if connection.dialect.name == "sqlite":
        for statement in SQLITE_INDEX:
            connection.exec_driver_sql(statement)
    else:
        statement = f"CREATE INDEX ix_said_words ON transcript_lines USING gin ({_WORDS_OF_LINE})"
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _unindex_words(connection: sa.Connection) -> None:
    """Drop the index."""
    if connection.dialect.name == "sqlite":
        for trigger in ("said_put", "said_take_out", "said_change_out", "said_change_in"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("DROP TABLE said")
        connection.exec_driver_sql("DROP VIEW said_lines")
    else:
        connection.exec_driver_sql("DROP INDEX ix_said_words")
