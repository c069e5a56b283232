"""Why each turn went as it did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025_turn_traces"
down_revision = "0024_outcomes"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "turn_traces",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("lead", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("passage_id", sa.String(length=200), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("milliseconds", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_turn_traces_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn_traces")),
    )
    op.create_index(op.f("ix_turn_traces_conversation_id"), "turn_traces", ["conversation_id", "sequence"])


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("turn_traces")
