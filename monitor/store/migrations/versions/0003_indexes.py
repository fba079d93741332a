"""Indexes that ingestion can afford: none that another one covers or nobody asks, none full of rows without a value.

Only indexes are dropped and made: on SQLite a change of the table itself would write all mentions anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SPARSE = ("parent_id", "root_id", "repost_of_id", "quote_of_id", "story_id")


def upgrade() -> None:
    op.drop_index("ix_mention_host_external_id", table_name="mention")
    op.drop_index("ix_mention_published_at", table_name="mention")
    op.drop_index("ix_mention_read_state_id", table_name="mention")
    for name, columns, few in (
        ("ix_mention_unread", ["read_state", "fresh", "id"], sa.text("read_state <> 'read'")),
        ("ix_mention_tried", ["read_attempts"], sa.text("read_attempts > 0")),
    ):
        op.create_index(name, "mention", columns, sqlite_where=few, postgresql_where=few)
    for column in SPARSE:
        told = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_mention_{column}", table_name="mention")
        op.create_index(f"ix_mention_{column}", "mention", [column], sqlite_where=told, postgresql_where=told)


def downgrade() -> None:
    for column in reversed(SPARSE):
        op.drop_index(f"ix_mention_{column}", table_name="mention")
        op.create_index(f"ix_mention_{column}", "mention", [column])
    op.drop_index("ix_mention_tried", table_name="mention")
    op.drop_index("ix_mention_unread", table_name="mention")
    op.create_index("ix_mention_read_state_id", "mention", ["read_state", "id"])
    op.create_index("ix_mention_published_at", "mention", ["published_at"])
    op.create_index("ix_mention_host_external_id", "mention", ["host", "external_id"])
