"""Whether a case has a word, found in one step."""

from __future__ import annotations

from alembic import op

revision = "0014_words_of_a_case"
down_revision = "0013_must_answer_runs"


def upgrade() -> None:
    """Make the tables newer."""
    op.create_index("ix_request_words_of_request", "request_words", ["request_id", "word", "of_place"])
    op.drop_index("ix_request_words_request_id", "request_words")


def downgrade() -> None:
    """Make them as they were."""
    op.create_index("ix_request_words_request_id", "request_words", ["request_id"])
    op.drop_index("ix_request_words_of_request", "request_words")
