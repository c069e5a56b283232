"""Links to a page with pictures that were sent by text message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_picture_links"
down_revision = "0011_takeover"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "picture_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("media_ids", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_picture_links")),
    )
    op.create_index(op.f("ix_picture_links_expires_at"), "picture_links", ["expires_at"])


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("picture_links")
