"""What each text is held to be, whether the model was sure of it, and who corrected it.

Columns are added, never the table written anew: it is the largest one, and holds an embedding in each row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("label", sa.String(length=32), nullable=False, server_default="neutral"))
    op.add_column("assessment", sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("assessment", sa.Column("corrected_by", sa.String(length=120), nullable=False, server_default=""))
    # The rule by which texts were called negative or positive until now; the default has the others.
    op.execute(
        "UPDATE assessment SET label = CASE WHEN negative >= 0.5 THEN 'negative' ELSE 'positive' END "
        "WHERE negative >= 0.5 OR positive >= 0.5"
    )
    few = sa.text("corrected_by <> ''")
    op.create_index("ix_assessment_corrected", "assessment", ["mention_id"], sqlite_where=few, postgresql_where=few)


def downgrade() -> None:
    """What people said stays, as said by a model of the name "person": the counts are made of it."""
    op.drop_index("ix_assessment_corrected", table_name="assessment")
    for column in ("corrected_by", "unsure", "label"):
        op.drop_column("assessment", column)
