"""The city's sites that are read again every night, and what is known of their pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028_sites"
down_revision = "0027_facts"
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "sites",
        sa.Column("id", RowId, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("leave_out", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("publishes", sa.Boolean(), nullable=False),
        sa.Column("is_nightly", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("most_pages", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("robots", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("address", name=op.f("uq_sites_address")),
    )
    op.create_table(
        "site_pages",
        sa.Column("id", RowId, nullable=False),
        sa.Column("site_id", RowId, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("etag", sa.String(length=300), nullable=False),
        sa.Column("last_modified", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=48), nullable=False),
        sa.Column("text_digest", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("dropped", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("keeps", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_pages_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_pages")),
        sa.UniqueConstraint("site_id", "address", name=op.f("uq_site_pages_site_id")),
    )
    op.create_index("ix_site_pages_text_digest", "site_pages", ["site_id", "text_digest"])


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("site_pages")
    op.drop_table("sites")
