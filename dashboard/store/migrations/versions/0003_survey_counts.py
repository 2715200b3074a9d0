"""How many forms came through each link of a wave, and how far forms got that were never sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "survey_counts",
        sa.Column("wave_id", sa.String(32), sa.ForeignKey("survey_waves.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("what", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("survey_counts")
