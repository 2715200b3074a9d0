"""Passwords, second factors, identities at single sign-on, districts of supervisors, tries that failed; how a session was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _text(name: str, size: int, default: str = "") -> sa.Column[str]:
    """A short text that older rows have empty."""
    return sa.Column(name, sa.String(size), nullable=False, server_default=default)


def _person(**more: bool) -> sa.Column[str]:
    """A reference that goes with its person."""
    return sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False, **more)  # type: ignore[arg-type]


def upgrade() -> None:
    """Make the tables, and the columns of people, sessions and links."""
    op.add_column("people", _text("email", 254))
    for column in (_text("how", 20, "link"), _text("device", 80), _text("stage", 20)):
        op.add_column("sessions", column)
    op.add_column("sessions", sa.Column("strong", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("sign_in_links", _text("purpose", 20, "sign_in"))
    op.create_table(
        "passwords",
        _person(primary_key=True),
        sa.Column("hash", sa.String(100), nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
    )
    op.create_table(
        "second_factors",
        _person(primary_key=True),
        sa.Column("secret", sa.String(300), nullable=False),
        sa.Column("confirmed", MOMENT),
        sa.Column("last_step", sa.Integer, nullable=False),
    )
    op.create_table("recovery_codes", sa.Column("code_hash", sa.String(64), primary_key=True), _person(), sa.Column("used", MOMENT))
    op.create_index("ix_recovery_codes_person_id", "recovery_codes", ["person_id"])
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(300), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        _person(),
        sa.Column("linked", MOMENT, nullable=False),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])
    op.create_table(
        "person_scopes",
        _person(primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(200), primary_key=True),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("sign_in_tries", "person_scopes", "identities", "recovery_codes", "second_factors", "passwords"):
        op.drop_table(table)
    for table, columns in (("sign_in_links", ("purpose",)), ("sessions", ("how", "device", "stage", "strong")), ("people", ("email",))):
        for column in columns:
            op.drop_column(table, column)
