"""People who write from several doors: codes that join them, who belongs together, and where they want to be written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_joined_people"
down_revision = "0003_deliveries"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "join_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_join_codes")),
    )
    op.create_index(op.f("ix_join_codes_person_id"), "join_codes", ["person_id"], unique=False)
    op.create_table(
        "joined_people",
        sa.Column("own_id", sa.String(length=64), nullable=False),
        sa.Column("main_id", sa.String(length=64), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("own_id", name=op.f("pk_joined_people")),
    )
    op.create_index(op.f("ix_joined_people_main_id"), "joined_people", ["main_id"], unique=False)
    op.create_table(
        "preferred_places",
        sa.Column("main_id", sa.String(length=64), nullable=False),
        sa.Column("own_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("main_id", name=op.f("pk_preferred_places")),
    )
    op.create_index(op.f("ix_preferred_places_own_id"), "preferred_places", ["own_id"], unique=False)


def downgrade() -> None:
    """Make them as they were."""
    op.drop_index(op.f("ix_preferred_places_own_id"), table_name="preferred_places")
    op.drop_table("preferred_places")
    op.drop_index(op.f("ix_joined_people_main_id"), table_name="joined_people")
    op.drop_table("joined_people")
    op.drop_index(op.f("ix_join_codes_person_id"), table_name="join_codes")
    op.drop_table("join_codes")
