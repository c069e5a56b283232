"""Links for one photo, sent by text message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_upload_links"
down_revision = "0004_joined_people"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "upload_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_upload_links_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_upload_links")),
    )


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("upload_links")
