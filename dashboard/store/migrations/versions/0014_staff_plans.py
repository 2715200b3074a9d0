"""The history of plans after staff surveys; links to staff surveys, sealed on their way to the session that asked for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "staff_action_changes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("action_id", sa.String(32), nullable=False, index=True),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
    )
    op.create_table(
        "staff_links",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("staff_links")
    op.drop_table("staff_action_changes")
