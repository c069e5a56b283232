"""When the questions that must be answered so were last checked, and against what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_must_answer_runs"
down_revision = "0012_picture_links"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "must_answer_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_must_answer_runs")),
    )


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("must_answer_runs")
