"""A version for each case: how many lines its history has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_case_version"
down_revision = "0019_contacts_among_words"


def upgrade() -> None:
    """Make the tables newer. Not as a batch, for which SQLite would drop a table that other rows point at."""
    version = sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False)
    op.add_column("service_requests", version)
    op.execute(
        "UPDATE service_requests SET version = "
        "(SELECT count(*) FROM request_updates WHERE request_updates.request_id = service_requests.id)"
    )


def downgrade() -> None:
    """Make them as they were."""
    op.drop_column("service_requests", "version")
