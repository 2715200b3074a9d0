"""Addresses of staff are not stored: whoever is reminded is on the list that is read for it, and the links follow from a code that HR holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the table that was never used."""
    op.drop_table("staff_addresses")


def downgrade() -> None:
    """Make it again, empty."""
    wave = sa.Column("wave_id", sa.String(32), sa.ForeignKey("survey_waves.id", ondelete="CASCADE"), nullable=False)
    content = sa.Column("sealed", sa.LargeBinary, nullable=False)
    op.create_table("staff_addresses", sa.Column("id", sa.String(32), primary_key=True), wave, content, sqlite_with_rowid=False)
    op.create_index("ix_staff_addresses_wave", "staff_addresses", ["wave_id"])
