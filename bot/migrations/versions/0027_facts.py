"""What residents ask for and that stands nowhere else: holidays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027_facts"
down_revision = "0026_failures"


def upgrade() -> None:
    """Make the tables newer. The next load of the city's folder fills them."""
    op.create_table(
        "facts",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_facts")),
    )


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("facts")
