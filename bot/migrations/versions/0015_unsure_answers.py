"""Whether a question that must be answered so is answered with a word that it may not be the answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_unsure_answers"
down_revision = "0014_words_of_a_case"


def upgrade() -> None:
    """Make the tables newer."""
    with op.batch_alter_table("must_answer") as table:
        table.add_column(sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Make them as they were."""
    with op.batch_alter_table("must_answer") as table:
        table.drop_column("unsure")
