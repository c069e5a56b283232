"""What went wrong with a piece of work or a file is kept as a code with values, beside its English sentence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_failures"
down_revision = "0025_turn_traces"

TABLES = ("queue_items", "document_import_items")


def upgrade() -> None:
    """Make the tables newer. What is there keeps its sentence and has no code."""
    for table in TABLES:
        op.add_column(table, sa.Column("failure", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Make them as they were."""
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_column("failure")
