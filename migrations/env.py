"""Alembic's environment: the connection is handed in by ``jingzhun.store.engine``."""

from alembic import context

from jingzhun.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds the whole upgrade
)
context.run_migrations()
