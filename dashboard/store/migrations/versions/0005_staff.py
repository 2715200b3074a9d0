"""Employee surveys: how waves were declared, sealed answers and addresses, frozen results, actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("staff_waves", "staff_pending", "staff_sealed", "staff_addresses", "staff_releases", "staff_actions")


def _text(name: str, size: int) -> sa.Column[str]:
    """A short text column that is always filled."""
    return sa.Column(name, sa.String(size), nullable=False)


def _wave(*, primary_key: bool = False) -> sa.Column[str]:
    """A reference that goes with its wave."""
    return sa.Column("wave_id", sa.String(32), sa.ForeignKey("survey_waves.id", ondelete="CASCADE"), nullable=False, primary_key=primary_key)


def _survey() -> sa.Column[str]:
    """A reference that goes with its survey."""
    return sa.Column("survey_id", sa.String(32), sa.ForeignKey("surveys.id", ondelete="CASCADE"), nullable=False, index=True)


def _sealed(name: str, *more: sa.Column[str]) -> None:
    """A table of sealed things: a random id, a wave, and what is sealed."""
    content = sa.Column("sealed", sa.LargeBinary, nullable=False)
    op.create_table(name, sa.Column("id", sa.String(32), primary_key=True), _wave(), *more, content, sqlite_with_rowid=False)
    op.create_index(f"ix_{name}_wave", name, ["wave_id"])


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "staff_waves",
        _wave(primary_key=True),
        sa.Column("declared", sa.JSON, nullable=False),
        sa.Column("promise", sa.JSON, nullable=False),
        _text("waiting_key", 32),
        _text("kept_key", 32),
    )
    _sealed("staff_pending", _text("key", 32))
    _sealed("staff_sealed", _text("kind", 10))
    _sealed("staff_addresses")
    op.create_table(
        "staff_releases",
        sa.Column("id", sa.String(64), primary_key=True),
        _survey(),
        _wave(),
        sa.Column("created", MOMENT, nullable=False),
        _text("who", 200),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        _text("sha256", 64),
        sa.Column("replaces", sa.String(64)),
        sa.Column("public", sa.Boolean, nullable=False),
    )
    op.create_index("ix_staff_releases_wave_id", "staff_releases", ["wave_id"])
    _actions()


def _actions() -> None:
    """What was promised, and what was done."""
    op.create_table(
        "staff_actions",
        sa.Column("id", sa.String(32), primary_key=True),
        _survey(),
        *(_text(*column) for column in (("release_id", 64), ("question", 60), ("cut", 60), ("cell", 120))),
        sa.Column("promised", sa.Text, nullable=False),
        _text("owner", 200),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("done", sa.Text, nullable=False),
        _text("state", 20),
        sa.Column("shown", sa.Boolean, nullable=False),
        _text("who", 200),
        sa.Column("created", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in TABLES:
        op.drop_table(table)
