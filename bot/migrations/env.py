"""What Alembic runs: the revisions over a connection that `bot.migrate` opened, in that connection's transaction."""

from alembic import context

from core.database import Base

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    **attributes["options"],
)
context.run_migrations()
