"""Conversations taken over by a person, and the search over what was said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database
from conversation.staff.search_index import index_words, unindex_words

revision = "0011_takeover"
down_revision = "0010_definitions"

LISTED_BY = ("heard_at", "channel", "language", "unanswered", "unhappy", "taken_by")


def upgrade() -> None:
    """Make the tables newer."""
    moment = core.database.UtcDateTime(timezone=True)
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
    index_words(op.get_bind())


def _of_conversation() -> sa.Column[str]:
    return sa.Column("conversation_id", sa.String(length=32), nullable=False)


def _create_tables(moment: core.database.UtcDateTime) -> None:
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
    unindex_words(op.get_bind())
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
