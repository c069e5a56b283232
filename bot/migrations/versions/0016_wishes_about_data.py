"""A wish for a person has a kind: to see one's own data, or to have it deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_wishes_about_data"
down_revision = "0022_survey_networks"


def upgrade() -> None:
    """Make the tables newer."""
    kind = sa.Column("kind", sa.String(length=16), nullable=False, server_default="")
    op.add_column("person_requests", kind)
