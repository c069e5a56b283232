"""What staff do with a request: assignment, notes, merging, follow-up; saved views, messages, and words to find cases by."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0007_casework"
down_revision = "0006_console"

FACETS = (
    "status",
    "department_code",
    "service_code",
    "assignee_id",
    "language",
    "channel",
    "expected_at",
    "reopened",
)
ORDERS = {"newest": "requested_at", "changed": "updated_at", "due": "due_key"}
ALONE = ("service_code", "department_code", "status", "requested_at", "updated_at")
"""Columns that had an index of their own, and now stand in those of the orders."""
WORD = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables newer."""
    for column in _request_columns():
        op.add_column("service_requests", column)
    for column in _update_columns():
        op.add_column("request_updates", column)
    op.add_column(
        "request_photos", sa.Column("of_fix", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _fill()
    for name in ALONE:
        op.drop_index(op.f(f"ix_service_requests_{name}"), table_name="service_requests")
    for name in ("main_id", "settled_at", "ask_again_at"):
        op.create_index(op.f(f"ix_service_requests_{name}"), "service_requests", [name])
    for name, ordered_by in ORDERS.items():
        columns = [ordered_by, "id", "is_open", *FACETS]
        op.create_index(f"ix_service_requests_{name}", "service_requests", columns)
        columns = ["is_open", ordered_by, "id", *FACETS]
        op.create_index(f"ix_service_requests_open_{name}", "service_requests", columns)
    on_the_map = ["is_open", "latitude", "longitude", "requested_at", "id", *FACETS]
    op.create_index("ix_service_requests_map", "service_requests", on_the_map)
    _create_tables()
    _fill_words()


def downgrade() -> None:
    """Make them as they were."""
    for table in ("request_words", "case_messages", "case_views"):
        op.drop_table(table)
    op.drop_index("ix_service_requests_map", table_name="service_requests")
    for name in ORDERS:
        op.drop_index(f"ix_service_requests_{name}", table_name="service_requests")
        op.drop_index(f"ix_service_requests_open_{name}", table_name="service_requests")
    for name in ("main_id", "settled_at", "ask_again_at"):
        op.drop_index(op.f(f"ix_service_requests_{name}"), table_name="service_requests")
    for name in ALONE:
        op.create_index(op.f(f"ix_service_requests_{name}"), "service_requests", [name])
    op.drop_column("request_photos", "of_fix")
    for column in _update_columns():
        op.drop_column("request_updates", column.name)
    for column in _request_columns():
        op.drop_column("service_requests", column.name)


def _request_columns() -> list[sa.Column[object]]:
    instant = sa.DateTime(timezone=True)
    return [
        sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("due_key", instant, nullable=False, server_default=sa.text("'9999-12-31 00:00:00.000000'")),
        sa.Column("assignee_id", sa.String(64)),
        sa.Column("assignee_name", sa.String(200), nullable=False, server_default=""),
        sa.Column("main_id", sa.Integer()),
        sa.Column("settled_at", instant),
        sa.Column("confirmed_at", instant),
        sa.Column("reopened", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("ask_again_at", instant),
    ]


def _update_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("staff_id", sa.String(64)),
        sa.Column("staff_name", sa.String(200), nullable=False, server_default=""),
        sa.Column("told", sa.Text(), nullable=False, server_default=""),
        sa.Column("details", sa.JSON(), nullable=False, server_default=sa.text("'{}'")),
    ]


def _create_tables() -> None:
    op.create_table(
        "case_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_views")),
    )
    op.create_index(op.f("ix_case_views_staff_id"), "case_views", ["staff_id"])
    op.create_index(op.f("ix_case_views_shared"), "case_views", ["shared"])
    op.create_table(
        "case_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("service_code", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_messages")),
        sa.UniqueConstraint("status", "service_code", "language", name=op.f("uq_case_messages_status")),
    )
    op.create_table(
        "request_words",
        sa.Column("word", WORD, nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("of_place", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["service_requests.id"],
            name=op.f("fk_request_words_request_id_service_requests"),
        ),
        sa.PrimaryKeyConstraint("word", "request_id", "of_place", name=op.f("pk_request_words")),
    )
    op.create_index("ix_request_words_request_id", "request_words", ["request_id"])


def _fill() -> None:
    op.execute("UPDATE service_requests SET due_key = expected_at WHERE expected_at IS NOT NULL")
    settled = "status NOT IN ('open', 'in_progress')"
    no = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    op.execute(f"UPDATE service_requests SET is_open = {no} WHERE {settled}")  # noqa: S608  nothing from outside
    op.execute("UPDATE service_requests SET settled_at = updated_at WHERE status IN ('fixed', 'closed')")


def _fill_words() -> None:
    requests = sa.table(
        "service_requests",
        *(sa.column(name) for name in ("id", "number", "description", "contact", "place_label")),
    )
    words = sa.table("request_words", sa.column("word"), sa.column("request_id"), sa.column("of_place"))
    for row in op.get_bind().execute(sa.select(requests)).all():
        said = _words(f"{row.number} {row.description} {row.contact}")
        found = [(word, False) for word in said] + [(word, True) for word in _words(row.place_label)]
        values = [{"word": word, "request_id": row.id, "of_place": place} for word, place in found]
        op.get_bind().execute(sa.insert(words), values)


def _words(text: str) -> list[str]:
    """As `city.requests.word_index` keeps them on the day of this revision."""
    bare = unicodedata.normalize("NFKD", text.replace("'", "").replace("\u2019", "").casefold())
    signs = "".join(sign for sign in bare if not unicodedata.combining(sign))
    found = (word[:40] for word in re.sub(r"[^\w]+", " ", signs).split())
    return list(dict.fromkeys(word for word in found if len(word) > 1 or word.isdigit()))[:300]
