"""The kinds of trouble, how incidents spread, what people say of them, and what nearly was one.

The lowest severity is called `watch` now, as people see it; it was `low`.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SEVERE = ("incident", "finding", "incident_change")


def upgrade() -> None:
    word = sa.String(length=32)
    op.add_column("incident", sa.Column("kind", word, nullable=False, server_default="spike"))
    op.add_column("incident", sa.Column("why", sa.String(), nullable=False, server_default=""))
    op.add_column("incident", sa.Column("spread", sa.JSON(), nullable=True))
    op.add_column("incident", sa.Column("spread_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("incident", sa.Column("mark", word, nullable=True))
    op.add_column("incident", sa.Column("marked_by", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("incident", sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("finding", sa.Column("kind", word, nullable=False, server_default="spike"))
    op.add_column("mention", sa.Column("missing_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("source_host", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("source", sa.Column("behind_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("source", sa.Column("behind_looks", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "held_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("detector", word, nullable=False),
        sa.Column("kind", word, nullable=False),
        sa.Column("dimension", word, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reason", word, nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("authors", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_held_finding_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_finding")),
    )
    op.create_index(op.f("ix_held_finding_brand_id_last_at"), "held_finding", ["brand_id", "last_at"])
    _rename("low", "watch")


def downgrade() -> None:
    _rename("watch", "low")
    op.drop_table("held_finding")
    op.drop_column("mention", "missing_at")
    op.drop_column("source_host", "asked_at")
    op.drop_column("source", "behind_looks")
    op.drop_column("source", "behind_since")
    op.drop_column("finding", "kind")
    for column in ("marked_at", "marked_by", "mark", "spread_at", "spread", "why", "kind"):
        op.drop_column("incident", column)


def _rename(old: str, new: str) -> None:
    """Also in messages that wait to be sent."""
    connection = op.get_bind()
    for table in _SEVERE:
        op.execute(f"UPDATE {table} SET severity = '{new}' WHERE severity = '{old}'")  # noqa: S608 (our own words)  # nosec B608
    alert = sa.table("alert", sa.column("id", sa.Integer), sa.column("state", sa.String), sa.column("message", sa.JSON))
    waiting = sa.select(alert.c.id, alert.c.message).where(alert.c.state.in_(["pending", "sending"]))
    for number, message in connection.execute(waiting).all():
        kept = json.loads(message) if isinstance(message, str) else message
        if kept.get("severity") == old:
            changed = sa.update(alert).where(alert.c.id == number).values(message=kept | {"severity": new})
            connection.execute(changed)
