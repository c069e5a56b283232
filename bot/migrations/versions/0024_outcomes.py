"""What each line of the city came to. Lines from before have no outcome; the figures of these days are counted already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_outcomes"
down_revision = "0020_case_version"


def upgrade() -> None:
    """Make the tables newer."""
    op.add_column("transcript_lines", sa.Column("outcome", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Make them as they were."""
    op.drop_column("transcript_lines", "outcome")
