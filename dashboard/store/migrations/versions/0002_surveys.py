"""Surveys, their waves, channels and invitations; answers and comments; follow-ups; imports from other tools; frozen results."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def text(name: str, size: int, **more: Any) -> sa.Column[str]:
    """A short text column that is always filled."""
    return sa.Column(name, sa.String(size), nullable=False, **more)


def key(name: str, size: int) -> sa.Column[str]:
    """A primary key."""
    return sa.Column(name, sa.String(size), primary_key=True)


def of(name: str, target: str, **more: Any) -> sa.Column[str]:
    """A reference that goes with what it belongs to."""
    return sa.Column(name, sa.String(32), sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, **more)


def upgrade() -> None:
    """Make the tables."""
    _asking()
    _answers()
    _imports_and_results()


def _asking() -> None:
    """What is asked, where and of whom."""
    op.create_table(
        "surveys",
        key("id", 32),
        text("family", 20, index=True),
        text("title", 300),
        sa.Column("draft", sa.JSON, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        text("who", 200),
        sa.Column("archived", sa.Boolean, nullable=False),
    )
    op.create_table(
        "survey_versions",
        of("survey_id", "surveys.id", primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("launched", MOMENT, nullable=False),
        text("who", 200),
    )
    op.create_table(
        "survey_waves",
        key("id", 32),
        of("survey_id", "surveys.id", index=True),
        sa.Column("version", sa.Integer, nullable=False),
        text("name", 120),
        sa.Column("opens", sa.Date, nullable=False),
        sa.Column("closes", sa.Date),
        text("state", 20),
        text("sampling", 20),
        sa.Column("invited", sa.JSON, nullable=False),
    )
    op.create_table(
        "survey_channels",
        key("code", 40),
        of("survey_id", "surveys.id", index=True),
        text("name", 120),
        text("kind", 40),
        sa.Column("off", sa.Boolean, nullable=False),
    )
    op.create_table(
        "survey_invitations",
        key("token_hash", 64),
        of("survey_id", "surveys.id", index=True),
        sa.Column("used", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )


def _answers() -> None:
    """What was answered."""
    _on_the_way()
    _kept()


def _on_the_way() -> None:
    """Forms half filled, sent, and waiting to be moved."""
    op.create_table(
        "survey_drafts",
        key("key_hash", 64),
        of("wave_id", "survey_waves.id", index=True),
        sa.Column("section", sa.Integer, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_sent",
        key("key_hash", 64),
        of("wave_id", "survey_waves.id", index=True),
        text("body_hash", 64),
        text("receipt", 20),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_pending",
        key("id", 32),
        of("wave_id", "survey_waves.id", index=True),
        sa.Column("payload", sa.JSON, nullable=False),
        sqlite_with_rowid=False,
    )


def _kept() -> None:
    """Answers, comments, and wishes to be called."""
    op.create_table(
        "survey_responses",
        key("id", 32),
        of("wave_id", "survey_waves.id"),
        sa.Column("import_id", sa.String(32), index=True),
        text("channel", 40),
        text("language", 12),
        sa.Column("week", sa.Date),
        text("flags", 80),
        sa.Column("weight", sa.Float),
        sa.Column("answers", sa.JSON, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_responses_wave", "survey_responses", ["wave_id"])
    op.create_table(
        "survey_comments",
        key("id", 32),
        of("wave_id", "survey_waves.id"),
        sa.Column("import_id", sa.String(32), index=True),
        text("question", 40),
        text("area", 120),
        sa.Column("original", sa.Text, nullable=False),
        sa.Column("redacted", sa.Text),
        text("language", 12),
        sa.Column("tone", sa.Float),
        text("themes", 400),
        text("marks", 400),
        text("state", 20),
        text("reviewed_by", 200),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_comments_wave", "survey_comments", ["wave_id"])
    op.create_table(
        "survey_follow_ups",
        key("id", 32),
        of("survey_id", "surveys.id", index=True),
        text("name", 200),
        text("phone", 60),
        text("about", 400),
        sa.Column("week", sa.Date, nullable=False),
        text("state", 20),
        sa.Column("note", sa.Text, nullable=False),
        text("who", 200),
        sqlite_with_rowid=False,
    )


def _imports_and_results() -> None:
    """What came from elsewhere, and what was released."""
    op.create_table(
        "survey_imports",
        key("id", 32),
        text("survey_id", 32, index=True),
        text("tool", 40),
        text("file_name", 300),
        text("checksum", 128, index=True),
        sa.Column("receipt", sa.JSON, nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        text("state", 20),
        text("who", 200),
        sa.Column("moment", MOMENT, nullable=False),
    )
    op.create_table(
        "survey_trackers",
        key("import_id", 32),
        sa.Column("number", sa.Integer, primary_key=True),
        text("tracker", 200, index=True),
        text("area", 120),
        sa.Column("period", sa.Date, nullable=False),
        text("measure", 300),
        sa.Column("value", sa.Float),
    )
    op.create_table(
        "survey_releases",
        key("id", 64),
        of("survey_id", "surveys.id", index=True),
        text("layer", 12),
        sa.Column("created", MOMENT, nullable=False),
        text("who", 200),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        text("sha256", 64),
        sa.Column("replaces", sa.String(64)),
    )


def downgrade() -> None:
    """Remove them."""
    for name in (
        "survey_releases",
        "survey_trackers",
        "survey_imports",
        "survey_follow_ups",
        "survey_comments",
        "survey_responses",
        "survey_pending",
        "survey_sent",
        "survey_drafts",
        "survey_invitations",
        "survey_channels",
        "survey_waves",
        "survey_versions",
        "surveys",
    ):
        op.drop_table(name)
