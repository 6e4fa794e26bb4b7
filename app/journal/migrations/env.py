"""Alembic's entry: runs the migrations in the transaction that `app.journal.schema` began."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
