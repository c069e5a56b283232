"""Staff's documents with their versions, and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_documents"
down_revision = "0007_casework"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "document_imports",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_imports")),
    )
    op.create_table(
        "documents",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("library_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("keeper", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_folded", sa.String(length=600), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("audience", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("live_version", sa.Integer(), nullable=True),
        sa.Column("live_digest", sa.String(length=32), nullable=False),
        sa.Column("live_from", sa.Date(), nullable=True),
        sa.Column("live_until", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("library_id", name=op.f("uq_documents_library_id")),
    )
    op.create_index("ix_documents_changed", "documents", ["changed_at", "id"], unique=False)
    op.create_index("ix_documents_department", "documents", ["department", "changed_at", "id"], unique=False)
    op.create_index(op.f("ix_documents_due_on"), "documents", ["due_on"], unique=False)
    op.create_index("ix_documents_state", "documents", ["state", "changed_at", "id"], unique=False)
    op.create_table(
        "document_import_items",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("import_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fate", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["document_imports.id"],
            name=op.f("fk_document_import_items_import_id_document_imports"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_import_items")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_document_import_items_import_id")),
    )
    op.create_index(
        "ix_document_import_items_fate", "document_import_items", ["import_id", "fate"], unique=False
    )
    op.create_table(
        "document_versions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("document_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_versions_document_id")),
    )


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("document_versions")
    op.drop_index("ix_document_import_items_fate", table_name="document_import_items")
    op.drop_table("document_import_items")
    op.drop_index("ix_documents_state", table_name="documents")
    op.drop_index(op.f("ix_documents_due_on"), table_name="documents")
    op.drop_index("ix_documents_department", table_name="documents")
    op.drop_index("ix_documents_changed", table_name="documents")
    op.drop_table("documents")
    op.drop_table("document_imports")
