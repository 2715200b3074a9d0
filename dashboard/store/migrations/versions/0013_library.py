"""The library: documents and their files, meetings, questions of residents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _text(name: str, size: int = 0, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    """A text column that is always filled."""
    return sa.Column(name, sa.String(size) if size else sa.Text, nullable=False, primary_key=primary_key, index=index)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "library_documents",
        _text("id", 32, primary_key=True),
        *(_text("kind", 20), _text("title", 200), _text("summary"), _text("meeting", 32, index=True), _text("state", 12), _text("who", 200)),
        sa.Column("changed", MOMENT, nullable=False),
    )
    op.create_table(
        "library_versions",
        sa.Column("document", sa.String(32), sa.ForeignKey("library_documents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("effective", sa.Date, nullable=False),
        *(_text("note"), _text("name", 200), _text("media", 40)),
        sa.Column("size", sa.Integer, nullable=False),
        _text("sha256", 64),
        sa.Column("content", sa.LargeBinary, nullable=False),
        _text("text"),
        sa.Column("published", sa.Boolean, nullable=False),
        _text("who", 200),
        sa.Column("uploaded", MOMENT, nullable=False),
    )
    op.create_table(
        "library_meetings",
        *(_text("id", 32, primary_key=True), _text("title", 200), sa.Column("day", sa.Date, nullable=False, index=True)),
        *(_text("starts", 5), _text("ends", 5), _text("place", 300), _text("join"), _text("agenda"), _text("minutes"), _text("state", 12)),
        *(sa.Column("removed", sa.Boolean, nullable=False), _text("who", 200), sa.Column("changed", MOMENT, nullable=False)),
    )
    op.create_table(
        "library_questions",
        *(_text("id", 64, primary_key=True), _text("words"), sa.Column("asked", sa.Date, nullable=False), _text("state", 12, index=True)),
        *(_text("answer"), sa.Column("answered", sa.Date), _text("who", 200), sa.Column("changed", MOMENT, nullable=False)),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("library_questions", "library_meetings", "library_versions", "library_documents"):
        op.drop_table(table)
