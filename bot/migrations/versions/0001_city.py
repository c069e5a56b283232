"""The registry's tables: the city's data, service requests, surveys, and what residents leave for staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_city"
down_revision = None

TABLES = (
    "city_settings",
    "departments",
    "services",
    "streets",
    "places",
    "service_requests",
    "request_updates",
    "request_photos",
    "surveys",
    "survey_answer_sets",
    "survey_answers",
    "kept_questions",
    "person_requests",
    "feedback",
)
"""In the order in which one may point at another."""


def upgrade() -> None:
    """Make the tables."""
    _city()
    _requests()
    _surveys()
    _left_for_staff()


def downgrade() -> None:
    """Drop them, the dependent ones first."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _city() -> None:
    op.create_table(
        "city_settings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_city_settings")),
    )
    op.create_table(
        "departments",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_departments")),
    )
    op.create_table(
        "services",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("department_code", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_code"], ["departments.code"], name=op.f("fk_services_department_code_departments")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_services")),
    )
    op.create_index(op.f("ix_services_department_code"), "services", ["department_code"], unique=False)
    op.create_table(
        "streets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
    )
    op.create_index(op.f("ix_streets_name"), "streets", ["name"], unique=False)
    op.create_table(
        "places",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_places")),
    )


def _requests() -> None:
    op.create_table(
        "service_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("service_code", sa.String(length=64), nullable=False),
        sa.Column("service_name", sa.JSON(), nullable=False),
        sa.Column("department_code", sa.String(length=64), nullable=False),
        sa.Column("department_name", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("place_label", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.String(length=16), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_notes", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_code"], ["services.code"], name=op.f("fk_service_requests_service_code_services")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_requests")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_service_requests_dedupe_key")),
        sa.UniqueConstraint("number", name=op.f("uq_service_requests_number")),
    )
    op.create_index(
        op.f("ix_service_requests_department_code"), "service_requests", ["department_code"], unique=False
    )
    op.create_index(op.f("ix_service_requests_person_id"), "service_requests", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_service_requests_requested_at"), "service_requests", ["requested_at"], unique=False
    )
    op.create_index(
        op.f("ix_service_requests_service_code"), "service_requests", ["service_code"], unique=False
    )
    op.create_index(op.f("ix_service_requests_status"), "service_requests", ["status"], unique=False)
    op.create_index(op.f("ix_service_requests_updated_at"), "service_requests", ["updated_at"], unique=False)
    op.create_table(
        "request_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_requests.id"],
            name=op.f("fk_request_updates_request_id_service_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_updates")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_request_updates_dedupe_key")),
    )
    op.create_index(op.f("ix_request_updates_request_id"), "request_updates", ["request_id"], unique=False)
    op.create_table(
        "request_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_requests.id"],
            name=op.f("fk_request_photos_request_id_service_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_photos")),
        sa.UniqueConstraint("request_id", "media_id", name=op.f("uq_request_photos_request_id")),
    )
    op.create_index(op.f("ix_request_photos_request_id"), "request_photos", ["request_id"], unique=False)


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_surveys")),
    )
    op.create_table(
        "survey_answer_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_code", sa.String(length=64), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("respondent", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_code"], ["surveys.code"], name=op.f("fk_survey_answer_sets_survey_code_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer_sets")),
        sa.UniqueConstraint("survey_code", "respondent", name=op.f("uq_survey_answer_sets_survey_code")),
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_set_id", sa.Integer(), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_set_id"],
            ["survey_answer_sets.id"],
            name=op.f("fk_survey_answers_answer_set_id_survey_answer_sets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint("answer_set_id", "question_code", name=op.f("uq_survey_answers_answer_set_id")),
    )


def _left_for_staff() -> None:
    op.create_table(
        "kept_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("nearest", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_questions")),
    )
    op.create_index(op.f("ix_kept_questions_state"), "kept_questions", ["state", "asked_at"], unique=False)
    op.create_table(
        "person_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_requests")),
    )
    op.create_index(
        op.f("ix_person_requests_conversation"), "person_requests", ["conversation"], unique=False
    )
    op.create_index(op.f("ix_person_requests_state"), "person_requests", ["state", "asked_at"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=128), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
