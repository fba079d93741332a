"""Sketches of stories, ratings of pages, quiet sources, reports that are owed to channels."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("worst", sa.Float(), nullable=True),
        sa.Column("best", sa.Float(), nullable=True),
        sa.Column("ratings", sa.Integer(), nullable=True),
        sa.Column("reviews", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_rating_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_source_id_key_taken_at"), ["source_id", "key", "taken_at"], unique=False
        )

    op.create_table(
        "story_band",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_band_story_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("band", "story_id", name=op.f("pk_story_band")),
    )
    with op.batch_alter_table("story_band", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_band_story_id"), ["story_id"], unique=False)

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("report_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_alert_report_id"), ["report_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_alert_report_id"), "report", ["report_id"], ["id"])

    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sketch", sa.LargeBinary(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("last_seen_at", sa.DateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_story_last_seen_at"), ["last_seen_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_last_seen_at"))
        batch_op.drop_column("last_seen_at")
        batch_op.drop_column("sketch")

    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_column("told_at")
        batch_op.drop_column("quiet_since")

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_alert_report_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_alert_report_id"))
        batch_op.drop_column("report_id")

    with op.batch_alter_table("story_band", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_band_story_id"))

    op.drop_table("story_band")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_source_id_key_taken_at"))

    op.drop_table("rating")
