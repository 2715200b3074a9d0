"""The review board: samples drawn for audit, findings, recommendations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "board_samples",
        sa.Column("id", sa.String(32), primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("seed", "size", "of_cases")),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("first", sa.Date),
        sa.Column("last", sa.Date),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("drawn", MOMENT, nullable=False),
    )
    op.create_table(
        "board_cases",
        sa.Column("sample_id", sa.String(32), sa.ForeignKey("board_samples.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("case_number", sa.String(120), nullable=False, index=True),
        sa.Column("board", sa.String(20), nullable=False),
        sa.Column("agency", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("judged", MOMENT),
    )
    op.create_table(
        "board_recommendations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
    )
    op.create_table(
        "board_steps",
        sa.Column("recommendation_id", sa.String(32), sa.ForeignKey("board_recommendations.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("board_steps", "board_recommendations", "board_cases", "board_samples"):
        op.drop_table(name)
