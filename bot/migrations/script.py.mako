"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision).replace("'", '"')}
down_revision = ${repr(down_revision).replace("'", '"')}


def upgrade() -> None:
    """Make the tables newer."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Make them as they were."""
    ${downgrades if downgrades else "pass"}
