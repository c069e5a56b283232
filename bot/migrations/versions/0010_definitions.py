"""Versions of surveys and services that staff edit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_definitions"
down_revision = "0009_questions"

DEPARTMENTS = sa.table("departments", sa.column("code"), sa.column("definition", sa.JSON))
SERVICES = sa.table(
    "services",
    sa.column("code"),
    sa.column("department_code"),
    sa.column("active", sa.Boolean),
    sa.column("definition", sa.JSON),
)
SURVEYS = sa.table(
    "surveys",
    sa.column("code"),
    sa.column("version"),
    sa.column("is_open", sa.Boolean),
    sa.column("definition", sa.JSON),
)
LOADED = sa.table("loaded_definitions", sa.column("kind"), sa.column("code"), sa.column("state", sa.JSON))
VERSIONS = sa.table(
    "survey_versions", sa.column("survey_code"), sa.column("version"), sa.column("definition", sa.JSON)
)


def upgrade() -> None:
    """Make the tables newer, and remember what the city's folder said so far."""
    _create()
    op.add_column("survey_answer_sets", sa.Column("channel", sa.String(length=32), nullable=True))
    op.create_index(
        op.f("ix_survey_answer_sets_survey_code"),
        "survey_answer_sets",
        ["survey_code", "survey_version"],
        unique=False,
    )
    _remember()


def downgrade() -> None:
    """Make them as they were."""
    op.drop_index(op.f("ix_survey_answer_sets_survey_code"), table_name="survey_answer_sets")
    op.drop_column("survey_answer_sets", "channel")
    op.drop_table("survey_drafts")
    op.drop_table("survey_versions")
    op.drop_table("loaded_definitions")
    op.drop_index(op.f("ix_definition_changes_kind"), table_name="definition_changes")
    op.drop_table("definition_changes")


def _create() -> None:
    op.create_table(
        "definition_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("staff_name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_changes")),
    )
    op.create_index(
        op.f("ix_definition_changes_kind"), "definition_changes", ["kind", "code", "id"], unique=False
    )
    op.create_table(
        "loaded_definitions",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_loaded_definitions")),
    )
    op.create_table(
        "survey_versions",
        sa.Column("survey_code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_code"], ["surveys.code"], name=op.f("fk_survey_versions_survey_code_surveys")
        ),
        sa.PrimaryKeyConstraint("survey_code", "version", name=op.f("pk_survey_versions")),
    )
    op.create_table(
        "survey_drafts",
        sa.Column("survey_code", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("staff_name", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_code"], ["surveys.code"], name=op.f("fk_survey_drafts_survey_code_surveys")
        ),
        sa.PrimaryKeyConstraint("survey_code", name=op.f("pk_survey_drafts")),
    )


def _remember() -> None:
    """Nobody but the folder has written definitions so far: what is in the tables is its word, and each survey has one version."""
    connection = op.get_bind()
    surveys = connection.execute(sa.select(SURVEYS)).all()
    states = [("department", row.code, row.definition) for row in connection.execute(sa.select(DEPARTMENTS))]
    states += [
        ("service", row.code, row.definition | {"department": row.department_code, "active": row.active})
        for row in connection.execute(sa.select(SERVICES))
    ]
    states += [("survey", row.code, row.definition | {"is_open": row.is_open}) for row in surveys]
    if states:
        connection.execute(
            LOADED.insert(), [{"kind": kind, "code": code, "state": state} for kind, code, state in states]
        )
    if surveys:
        rows = [
            {"survey_code": row.code, "version": row.version, "definition": row.definition} for row in surveys
        ]
        connection.execute(VERSIONS.insert(), rows)
