"""What Alembic runs: the revisions over a connection that `bot.migrate` opened, in that connection's transaction."""

from alembic import context

from core.database import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
context.run_migrations()
