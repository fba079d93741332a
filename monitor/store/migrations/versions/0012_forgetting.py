"""Tombstones of what was forgotten; what was done to cases is found by its time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstone",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_case_event_at"), "case_event", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_case_event_at"), "case_event")
    op.drop_table("tombstone")
