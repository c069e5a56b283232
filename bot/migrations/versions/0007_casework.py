"""What staff do with a request: assignment, notes, merging, follow-up."""

from __future__ import annotations

revision = "0007_casework"
down_revision = "0006_console"


def upgrade() -> None:
    """Make the tables newer."""


def downgrade() -> None:
    """Make them as they were."""
