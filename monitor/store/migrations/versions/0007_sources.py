"""Hosts with their limits, quotas, what doors remember, and whether a survey answer is of a first purchase.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from monitor.models import RobotsVerdict
from monitor.models.columns import Choice, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mention", sa.Column("first_purchase", sa.Boolean(), nullable=True))
    op.add_column("source", sa.Column("hot_until", UtcDateTime(), nullable=True))
    op.add_column("source", sa.Column("round_at", UtcDateTime(), nullable=True))
    op.add_column("source", sa.Column("round_id", sa.Integer(), nullable=True))
    op.add_column("source", sa.Column("spent_told_at", UtcDateTime(), nullable=True))
    op.create_table(
        "host",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("robots", Choice(RobotsVerdict), nullable=True),
        sa.Column("robots_checked_at", UtcDateTime(), nullable=True),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("not_before_why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
    )
    op.create_table(
        "source_host",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_host_source_id")),
        sa.ForeignKeyConstraint(["host"], ["host.name"], name=op.f("fk_source_host_host")),
        sa.PrimaryKeyConstraint("source_id", "host", name=op.f("pk_source_host")),
    )
    op.create_table(
        "spending",
        sa.Column("quota", sa.String(128), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("quota", "period", name=op.f("pk_spending")),
    )
    op.create_table(
        "door_event",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(128), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_door_event_source_id")),
        sa.PrimaryKeyConstraint("source_id", "event_id", name=op.f("pk_door_event")),
    )
    op.create_index(op.f("ix_door_event_received_at"), "door_event", ["received_at"])
    op.create_table(
        "door_note",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_door_note_source_id")),
        sa.PrimaryKeyConstraint("source_id", "name", name=op.f("pk_door_note")),
    )


def downgrade() -> None:
    op.execute("UPDATE source SET health = 'failing' WHERE health IN ('spent', 'changed')")  # words of this version
    op.execute("UPDATE run SET outcome = 'failed' WHERE outcome = 'spent'")
    op.drop_table("door_note")
    op.drop_table("door_event")
    op.drop_table("spending")
    op.drop_table("source_host")
    op.drop_table("host")
    op.drop_column("source", "spent_told_at")
    op.drop_column("source", "round_id")
    op.drop_column("source", "round_at")
    op.drop_column("source", "hot_until")
    op.drop_column("mention", "first_purchase")
