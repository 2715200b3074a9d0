"""Every comment says under which rules and names its redaction was made. Those from before are read again before they are shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("survey_comments", sa.Column("read_under", sa.String(60), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("survey_comments", "read_under")
