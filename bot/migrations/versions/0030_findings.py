"""What was found about documents that may not hold any more, and what superseded a document that was withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030_findings"
down_revision = "0029_edited_facts"


def upgrade() -> None:
    """Make the tables newer. The first look over the library fills the new one."""
    op.create_table(
        "document_findings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_findings")),
        sa.UniqueConstraint("key", name=op.f("uq_document_findings_key")),
    )
    op.create_index("ix_document_findings_open", "document_findings", ["is_current", "verdict", "kind", "id"])
    op.add_column("documents", sa.Column("superseded_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Make them as they were."""
    with op.batch_alter_table("documents") as table:
        table.drop_column("superseded_by")
    op.drop_table("document_findings")
