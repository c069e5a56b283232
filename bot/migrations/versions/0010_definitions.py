"""Versions of surveys and services that staff edit."""

from __future__ import annotations

revision = "0010_definitions"
down_revision = "0009_questions"


def upgrade() -> None:
    """Make the tables newer."""


def downgrade() -> None:
    """Make them as they were."""
