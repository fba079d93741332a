"""Found themes, stages of the customer's journey, competitors, and reports of all brands together."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    word = sa.String(length=32)
    op.add_column("theme", sa.Column("adopted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("theme", sa.Column("stage", word, nullable=True))
    op.add_column("brand", sa.Column("competitor", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("report") as table:
        table.alter_column("brand_id", existing_type=sa.Integer(), nullable=True)
    together = sa.text("brand_id IS NULL")
    op.create_index(
        "uq_report_together", "report", ["week_start"], unique=True, sqlite_where=together, postgresql_where=together
    )
    located = sa.text("location_id IS NOT NULL")
    op.create_index(
        "ix_mention_brand_located",
        "mention_brand",
        ["location_id", "published_at"],
        sqlite_where=located,
        postgresql_where=located,
    )
    op.create_table(
        "found_theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("centre", sa.LargeBinary(), nullable=False),
        sa.Column("state", word, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_found_theme_brand_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_found_theme_theme_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["found_theme.id"], name=op.f("fk_found_theme_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_theme")),
    )
    op.create_index(op.f("ix_found_theme_brand_id_state"), "found_theme", ["brand_id", "state"])
    op.create_table(
        "found_theme_mention",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("found_theme_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_found_theme_mention_mention_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_found_theme_mention_brand_id")),
        sa.ForeignKeyConstraint(
            ["found_theme_id"], ["found_theme.id"], name=op.f("fk_found_theme_mention_found_theme_id")
        ),
        sa.PrimaryKeyConstraint("mention_id", "brand_id", name=op.f("pk_found_theme_mention")),
    )
    op.create_index(
        op.f("ix_found_theme_mention_found_theme_id_published_at"),
        "found_theme_mention",
        ["found_theme_id", "published_at"],
    )


def downgrade() -> None:
    op.drop_table("found_theme_mention")
    op.drop_table("found_theme")
    op.drop_index("ix_mention_brand_located", "mention_brand")
    op.drop_index("uq_report_together", "report")
    op.execute("DELETE FROM report WHERE brand_id IS NULL")
    with op.batch_alter_table("report") as table:
        table.alter_column("brand_id", existing_type=sa.Integer(), nullable=False)
    op.drop_column("brand", "competitor")
    op.drop_column("theme", "stage")
    op.drop_column("theme", "adopted")
