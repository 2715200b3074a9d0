"""Released comments are found without walking through all that were written."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index by state."""
    op.create_index("ix_survey_comments_state", "survey_comments", ["state", "wave_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_survey_comments_state", "survey_comments")
