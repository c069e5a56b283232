"""What became of deliveries and what they cost, when residents asked not to be written to, and marks of progress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_deliveries"
down_revision = "0002_hall"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "delivery_costs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_costs")),
    )
    op.create_index(op.f("ix_delivery_costs_day"), "delivery_costs", ["day"], unique=False)
    op.create_index(op.f("ix_delivery_costs_key"), "delivery_costs", ["key"], unique=False)
    op.create_table(
        "delivery_fates",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("fate", sa.String(length=12), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "provider_id", name=op.f("pk_delivery_fates")),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_deliveries_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("channel", "provider_id", name=op.f("uq_deliveries_channel")),
    )
    op.create_index(op.f("ix_deliveries_conversation_id"), "deliveries", ["conversation_id"], unique=False)
    op.add_column("conversations", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Make them as they were."""
    op.drop_column("conversations", "stopped_at")
    op.drop_index(op.f("ix_deliveries_conversation_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("marks")
    op.drop_table("delivery_fates")
    op.drop_index(op.f("ix_delivery_costs_key"), table_name="delivery_costs")
    op.drop_index(op.f("ix_delivery_costs_day"), table_name="delivery_costs")
    op.drop_table("delivery_costs")
