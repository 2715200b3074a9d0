"""Early intervention: cases, their steps, commendations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _text(name: str, size: int) -> sa.Column[str]:
    """A short text column that is always filled."""
    return sa.Column(name, sa.String(size), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "officer_cases",
        sa.Column("id", sa.String(32), primary_key=True),
        _text("officer_key", 120),
        _text("kind", 40),
        sa.Column("found", sa.JSON, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        _text("who", 200),
    )
    op.create_index("ix_officer_cases_officer_key", "officer_cases", ["officer_key"])
    op.create_table(
        "officer_steps",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("officer_cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        _text("action", 20),
        _text("choice", 20),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due", sa.Date),
        _text("who", 200),
        sa.Column("moment", MOMENT, nullable=False),
        sa.Column("undone_by", sa.String(200)),
        sa.Column("undone", MOMENT),
    )
    op.create_table(
        "officer_commendations",
        sa.Column("id", sa.String(64), primary_key=True),
        _text("officer_key", 120),
        sa.Column("day", sa.Date, nullable=False),
        _text("kind", 20),
        sa.Column("text", sa.Text, nullable=False),
        _text("who", 200),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_index("ix_officer_commendations_officer_key", "officer_commendations", ["officer_key"])


def downgrade() -> None:
    """Drop them."""
    for name in ("officer_commendations", "officer_steps", "officer_cases"):
        op.drop_table(name)
