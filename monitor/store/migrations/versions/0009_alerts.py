"""Alerts that wait and go out together, threads that are kept up to date, silences, marks, follow-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    word = sa.String(length=32)
    op.create_table(
        "silence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("up_to", word, nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence")),
    )
    op.create_index(op.f("ix_silence_ends_at"), "silence", ["ends_at"])
    op.create_index(op.f("ix_case_brand_id_follow_up_at"), "case", ["brand_id", "follow_up_at"])
    with op.batch_alter_table("alert") as alert:
        alert.add_column(sa.Column("held", word, nullable=False, server_default=""))
        alert.add_column(sa.Column("due_at", sa.DateTime(), nullable=True))
        alert.add_column(sa.Column("together", sa.String(length=64), nullable=False, server_default=""))
        alert.add_column(sa.Column("bundle_id", sa.Integer(), nullable=True))
        alert.add_column(sa.Column("route", sa.Integer(), nullable=True))
        alert.add_column(sa.Column("silence_id", sa.Integer(), nullable=True))
        alert.create_foreign_key(op.f("fk_alert_bundle_id"), "alert", ["bundle_id"], ["id"])
        alert.create_foreign_key(op.f("fk_alert_silence_id"), "silence", ["silence_id"], ["id"])
        alert.create_index(op.f("ix_alert_bundle_id"), ["bundle_id"])
        alert.create_index(op.f("ix_alert_silence_id"), ["silence_id"])
        alert.create_index(op.f("ix_alert_channel_created_at"), ["channel", "created_at"])
    op.execute("UPDATE alert SET due_at = created_at")
    op.create_table(
        "alert_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=120), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(length=255), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("shows_change_id", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.DateTime(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_alert_thread_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_thread")),
        sa.UniqueConstraint("channel", "thread", name=op.f("uq_alert_thread_channel_thread")),
    )
    op.create_index(op.f("ix_alert_thread_incident_id"), "alert_thread", ["incident_id"])
    op.create_table(
        "alert_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("mark", word, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("detector", word, nullable=False),
        sa.Column("kind", word, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("reason", word, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_alert_mark_incident_id")),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_mark_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_mark")),
    )
    op.create_index(op.f("ix_alert_mark_incident_id"), "alert_mark", ["incident_id"])
    op.create_index(op.f("ix_alert_mark_alert_id"), "alert_mark", ["alert_id"])
    op.add_column("incident_change", sa.Column("because", word, nullable=True))
    op.add_column("incident", sa.Column("acknowledged_at", sa.DateTime(), nullable=True))
    op.add_column("incident", sa.Column("acknowledged_by", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("incident", sa.Column("told_amplifier", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("incident_change", "because")
    for column in ("told_amplifier", "acknowledged_by", "acknowledged_at"):
        op.drop_column("incident", column)
    op.drop_table("alert_mark")
    op.drop_table("alert_thread")
    with op.batch_alter_table("alert") as alert:
        for name in ("fk_alert_silence_id", "fk_alert_bundle_id"):
            alert.drop_constraint(op.f(name), type_="foreignkey")
        for name in ("ix_alert_channel_created_at", "ix_alert_silence_id", "ix_alert_bundle_id"):
            alert.drop_index(op.f(name))
        for column in ("silence_id", "route", "bundle_id", "together", "due_at", "held"):
            alert.drop_column(column)
    op.drop_table("silence")
    op.drop_index(op.f("ix_case_brand_id_follow_up_at"), "case")
