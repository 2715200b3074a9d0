"""Alembic's entry: runs the migrations on the connection that `Records.upgrade` hands over."""

from alembic import context

from dashboard.store import (  # noqa: F401  their tables belong to Base
    account_tables,
    library_tables,
    officer_tables,
    outreach_tables,
    oversight_tables,
    policies,
    staff_tables,
    survey_tables,
)
from dashboard.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
