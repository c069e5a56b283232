"""How many answers to a survey came from one network on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_survey_networks"
down_revision = "0023_usage"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_table(
        "survey_networks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_code", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("wide", sa.Boolean(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_code"], ["surveys.code"], name=op.f("fk_survey_networks_survey_code_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_networks")),
        sa.UniqueConstraint("survey_code", "day", "network", name=op.f("uq_survey_networks_survey_code")),
    )


def downgrade() -> None:
    """Make them as they were."""
    op.drop_table("survey_networks")
