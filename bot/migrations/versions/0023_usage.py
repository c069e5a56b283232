"""What each conversation has used lately, and codes for linking that one person alone may write."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023_usage"
down_revision = "0018_urgent_and_cut"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "usage_counts",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "what", "seconds", "begins", name=op.f("pk_usage_counts")),
    )
    with op.batch_alter_table("join_codes") as table:
        table.add_column(sa.Column("only_for", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Make them as they were."""
    with op.batch_alter_table("join_codes") as table:
        table.drop_column("only_for")
    op.drop_table("usage_counts")
