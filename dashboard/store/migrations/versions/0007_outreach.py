"""Outreach: events, and what was promised at them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _text(name: str, size: int) -> sa.Column[str]:
    """A short text column that is always filled."""
    return sa.Column(name, sa.String(size), nullable=False)


def _written() -> tuple[sa.Column[str], sa.Column[object]]:
    """Who changed it last, and when."""
    return _text("who", 200), sa.Column("changed", MOMENT, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    short = (("starts", 5), ("ends", 5), ("place", 200), ("district", 120), ("languages", 120), ("partners", 300))
    op.create_table(
        "outreach_events",
        sa.Column("id", sa.String(32), primary_key=True),
        _text("title", 200),
        _text("kind", 20),
        sa.Column("day", sa.Date, nullable=False, index=True),
        *(_text(*one) for one in short),
        sa.Column("summary", sa.Text, nullable=False),
        _text("state", 12),
        sa.Column("staff", sa.Integer),
        sa.Column("attendance", sa.Integer),
        sa.Column("cost", sa.Float),
        sa.Column("groups", sa.JSON, nullable=False),
        _text("feedback", 40),
        sa.Column("removed", sa.Boolean, nullable=False),
        *_written(),
    )
    op.create_table(
        "outreach_promises",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("event_id", sa.String(32), sa.ForeignKey("outreach_events.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("due", sa.Date),
        _text("state", 12),
        sa.Column("done", sa.Text, nullable=False),
        sa.Column("settled", sa.Date),
        *_written(),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("outreach_promises")
    op.drop_table("outreach_events")
