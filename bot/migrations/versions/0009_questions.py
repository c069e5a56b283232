"""Questions that must be answered so, and who wants to be told."""

from __future__ import annotations

revision = "0009_questions"
down_revision = "0008_documents"


def upgrade() -> None:
    """Make the tables newer."""


def downgrade() -> None:
    """Make them as they were."""
