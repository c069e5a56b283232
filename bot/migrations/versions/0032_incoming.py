"""What came from the source of a document that staff have corrected, for them to choose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032_incoming"
down_revision = "0031_unfinished_reports"


def upgrade() -> None:
    """Make the tables newer. Of documents that came from somewhere the version is told by who saved it, else the first is taken."""
    op.create_table(
        "incoming_documents",
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", sa.String(length=12), nullable=False),
        sa.Column("chosen_by", sa.String(length=200), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_incoming_documents_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_incoming_documents")),
    )
    op.create_index(op.f("ix_incoming_documents_choice"), "incoming_documents", ["choice"])
    op.add_column("documents", sa.Column("source_version", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE documents SET source_version = coalesce((SELECT max(number) FROM document_versions"
        " WHERE document_versions.document_id = documents.id AND saved_by IN ('import', 'site')), 1)"
        " WHERE origin <> ''"
    )


def downgrade() -> None:
    """Make them as they were."""
    with op.batch_alter_table("documents") as table:
        table.drop_column("source_version")
    op.drop_table("incoming_documents")
