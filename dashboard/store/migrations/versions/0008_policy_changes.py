"""A list of policy changes, drawn on trends and judged by them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dashboard.store.tables import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The list."""
    op.create_table(
        "policy_changes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("changed", sa.Text, nullable=False),
        sa.Column("force_type", sa.String(40), nullable=False),
        sa.Column("bans", sa.Boolean, nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("entered", Moment, nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    """Without it."""
    op.drop_table("policy_changes")
