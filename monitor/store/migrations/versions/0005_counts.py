"""Counts as detection reads them: on SQLite the rows of a cell lie together, in the order of their key."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _write_anew(with_rowid=False)


def downgrade() -> None:
    _write_anew(with_rowid=True)


def _write_anew(*, with_rowid: bool) -> None:
    """Other databases have one kind of table. The rows go in sorted, which fills the pages of the new one."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.create_table(
        "count_anew",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("resolution", sa.String(length=32), nullable=False),
        sa.Column("dimension", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.Column("negative", sa.Float(), nullable=False),
        sa.Column("uncertainty", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_count_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "resolution", "dimension", "key", "start", name=op.f("pk_count")),
        sqlite_with_rowid=with_rowid,
    )
    op.execute(
        "INSERT INTO count_anew (brand_id, resolution, dimension, key, start, mentions, negative, uncertainty) "
        "SELECT brand_id, resolution, dimension, key, start, mentions, negative, uncertainty FROM count "
        "ORDER BY brand_id, resolution, dimension, key, start"
    )
    op.drop_table("count")
    op.rename_table("count_anew", "count")
