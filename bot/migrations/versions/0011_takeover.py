"""Conversations taken over by a person, and the search over what was said."""

from __future__ import annotations

revision = "0011_takeover"
down_revision = "0010_definitions"


def upgrade() -> None:
    """Make the tables newer."""


def downgrade() -> None:
    """Make them as they were."""
