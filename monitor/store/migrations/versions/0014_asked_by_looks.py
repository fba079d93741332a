"""What a look asks for, found at once: an author's first text, and the newest texts of a source in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
SERVES = "0013"
"""What writes without knowing of the column leaves it empty, and it is looked up."""

_FILL = """
UPDATE author SET first_published_at = told.at
FROM (SELECT author_id, min(published_at) AS at FROM mention WHERE author_id IS NOT NULL GROUP BY author_id) AS told
WHERE told.author_id = author.id
"""


def upgrade() -> None:
    op.add_column("author", sa.Column("first_published_at", sa.DateTime(), nullable=True))
    op.execute(_FILL)
    op.drop_index("ix_mention_source_id", "mention")
    op.create_index("ix_mention_source_id", "mention", ["source_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_mention_source_id", "mention")
    op.create_index("ix_mention_source_id", "mention", ["source_id"])
    op.drop_column("author", "first_published_at")
