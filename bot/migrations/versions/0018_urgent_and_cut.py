"""What is urgent goes first, each door has workers of its own, and a worker that fell silent is counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_urgent_and_cut"
down_revision = "0015_unsure_answers"

TO_DO = "ix_queue_items_to_do"


def upgrade() -> None:
    """Make the tables newer."""
    op.add_column("queue_items", sa.Column("rank", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("queue_items", sa.Column("door", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("queue_items", sa.Column("cut", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index(TO_DO, "queue_items")
    op.create_index(TO_DO, "queue_items", ["queue", "state", "door", "rank", "id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    door = "substr(key, 1, instr(key, ' ') - 1)" if is_sqlite else "split_part(key, ' ', 1)"
    op.execute(f"UPDATE queue_items SET door = {door} WHERE queue = 'outbox' AND state = 'waiting'")  # noqa: S608  nothing of a user's


def downgrade() -> None:
    """Make them as they were."""
    op.drop_index(TO_DO, "queue_items")
    op.create_index(TO_DO, "queue_items", ["queue", "state", "id"])
    with op.batch_alter_table("queue_items") as table:
        for name in ("rank", "door", "cut"):
            table.drop_column(name)
