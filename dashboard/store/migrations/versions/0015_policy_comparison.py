"""The force that a change of policy does not touch, named beside it as its comparison."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; empty for the changes there are."""
    with op.batch_alter_table("policy_changes") as table:
        table.add_column(sa.Column("comparison", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it off again."""
    with op.batch_alter_table("policy_changes") as table:
        table.drop_column("comparison")
