"""The staff console's own tables: people, sessions, the audit log."""

from __future__ import annotations

revision = "0006_console"
down_revision = "0005_upload_links"


def upgrade() -> None:
    """Make the tables newer."""


def downgrade() -> None:
    """Make them as they were."""
