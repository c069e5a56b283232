"""Staff may change facts: what stands in their tables so far is the word of the city's folder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029_edited_facts"
down_revision = "0028_sites"

PLACES = sa.table("places", sa.column("code"), sa.column("definition", sa.JSON))
FACTS = sa.table("facts", sa.column("kind"), sa.column("code"), sa.column("definition", sa.JSON))
LOADED = sa.table("loaded_definitions", sa.column("kind"), sa.column("code"), sa.column("state", sa.JSON))


def upgrade() -> None:
    """Remember what the folder said so far."""
    columns = ["kind", "code", "state"]
    op.execute(
        LOADED.insert().from_select(
            columns, sa.select(sa.literal("place"), PLACES.c.code, PLACES.c.definition)
        )
    )
    op.execute(
        LOADED.insert().from_select(columns, sa.select(FACTS.c.kind, FACTS.c.code, FACTS.c.definition))
    )


def downgrade() -> None:
    """Forget it; facts are loaded as a whole again."""
    kinds = ("place", "holiday", "area", "calendar", "fee", "contact", "special", "election")
    op.execute(LOADED.delete().where(LOADED.c.kind.in_(kinds)))
