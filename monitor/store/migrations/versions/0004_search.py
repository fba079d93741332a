"""Words of mentions for searching."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("negative", sa.Float(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_search_entry_mention_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("mention_id", name=op.f("uq_search_entry_mention_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_words()
    else:
        _postgresql_words()
    # What was read before becomes findable a batch at a time, newest first: `monitor.store.search.catch_up`.
    op.execute(
        "INSERT INTO installation (name, value) "
        "SELECT 'search_back_fill', CAST(MAX(id) AS VARCHAR) FROM mention HAVING MAX(id) IS NOT NULL"
    )


def _sqlite_words() -> None:
    """The words are folded and split before they come here: only spaces part them (all beyond ASCII is a letter)."""
    op.execute("CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize = 'ascii', prefix = '2', columnsize = 0)")
    op.execute(
        "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry "
        "BEGIN DELETE FROM search_words WHERE rowid = old.position; END"
    )


def _postgresql_words() -> None:
    op.execute(
        "CREATE TABLE search_words (position BIGINT PRIMARY KEY "
        "REFERENCES search_entry (position) ON DELETE CASCADE, words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")


def downgrade() -> None:
    op.execute("DELETE FROM installation WHERE name = 'search_back_fill'")
    op.execute("DROP TABLE search_words")
    op.drop_table("search_entry")
