"""Groups of questions, who wants to be told, questions that must be answered so, and the figures of each day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_questions"
down_revision = "0008_documents"


def upgrade() -> None:
    """Make the tables newer."""
    _kept_questions()
    _groups()
    _must_answer()
    _figures()


def downgrade() -> None:
    """Make them as they were."""
    for table in ("figure_marks", "daily_figures", "must_answer", "question_anchors", "question_groups"):
        op.drop_table(table)
    op.drop_index("ix_kept_questions_waiting", "kept_questions")
    op.drop_index(op.f("ix_kept_questions_group_id"), "kept_questions")
    for column in ("told_at", "wants_answer", "group_id"):
        op.drop_column("kept_questions", column)
    op.add_column(
        "kept_questions", sa.Column("state", sa.String(length=16), nullable=False, server_default="open")
    )
    op.create_index(op.f("ix_kept_questions_state"), "kept_questions", ["state", "asked_at"], unique=False)


def _kept_questions() -> None:
    op.drop_index(op.f("ix_kept_questions_state"), "kept_questions")
    op.drop_column("kept_questions", "state")
    op.add_column("kept_questions", sa.Column("group_id", sa.Integer(), nullable=True))
    op.add_column(
        "kept_questions",
        sa.Column("wants_answer", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("kept_questions", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_kept_questions_group_id"), "kept_questions", ["group_id", "id"], unique=False)
    op.create_index(
        "ix_kept_questions_waiting",
        "kept_questions",
        ["group_id", "conversation"],
        unique=False,
        sqlite_where=sa.text("wants_answer"),
        postgresql_where=sa.text("wants_answer"),
    )


def _groups() -> None:
    op.create_table(
        "question_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("unhelpful", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("document_id", sa.String(length=200), nullable=False),
        sa.Column("first_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_groups")),
    )
    op.create_index("ix_question_groups_often", "question_groups", ["state", "times", "id"], unique=False)
    op.create_index(
        "ix_question_groups_newest", "question_groups", ["state", "last_asked_at", "id"], unique=False
    )
    op.create_table(
        "question_anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("models", sa.String(length=400), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["question_groups.id"], name=op.f("fk_question_anchors_group_id_question_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_anchors")),
    )
    op.create_index(op.f("ix_question_anchors_group_id"), "question_anchors", ["group_id"], unique=False)


def _must_answer() -> None:
    op.create_table(
        "must_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("expects", sa.String(length=16), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_must_answer")),
    )


def _figures() -> None:
    op.create_table(
        "daily_figures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "name", "channel", "language", "department", "subject", name=op.f("pk_daily_figures")
        ),
    )
    op.create_table(
        "figure_marks",
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_figure_marks")),
    )
