"""A report that was begun and not finished: when to look after it, and what was not answered when it was filed as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031_unfinished_reports"
down_revision = "0030_findings"


def upgrade() -> None:
    """Make the tables newer. What stands open now waits for its writer, as it was begun."""
    op.add_column("conversations", sa.Column("draft_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_conversations_draft_due_at"), "conversations", ["draft_due_at"])
    missing = sa.Column("missing", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("service_requests", missing)


def downgrade() -> None:
    """Make them as they were."""
    op.drop_column("service_requests", "missing")
    op.drop_index(op.f("ix_conversations_draft_due_at"), table_name="conversations")
    op.drop_column("conversations", "draft_due_at")
