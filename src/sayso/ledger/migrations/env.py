"""What Alembic runs: the migrations, within the transaction of the connection that it is handed."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="ledger_version")
context.run_migrations()
