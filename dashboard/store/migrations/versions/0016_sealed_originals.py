"""Every comment names the key that its original is sealed under. Those from before are sealed by upkeep, portion by portion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("survey_comments", sa.Column("original_key", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("survey_comments", "original_key")
