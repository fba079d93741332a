"""Severity and escalation of cases, replies that are posted, later texts, ideas, praise, views, the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    word = sa.String(length=32)
    op.add_column("case", sa.Column("severity", word, nullable=True))
    op.add_column("case", sa.Column("hostile", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("case", sa.Column("escalated_at", sa.DateTime(), nullable=True))
    op.create_index(op.f("ix_case_brand_id_opened_at"), "case", ["brand_id", "opened_at"])
    op.execute('UPDATE "case" SET severity = (SELECT severity FROM incident WHERE incident.id = "case".incident_id)')
    op.add_column("reply", sa.Column("poster", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("reply", sa.Column("next_try_at", sa.DateTime(), nullable=True))
    op.add_column("reply", sa.Column("leased_until", sa.DateTime(), nullable=True))
    op.add_column("reply", sa.Column("external_id", sa.String(length=512), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("url", sa.String(), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("error", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_reply_state_next_try_at"), "reply", ["state", "next_try_at"])
    op.create_table(
        "case_mention",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("relation", word, nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_mention_case_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_case_mention_mention_id")),
        sa.PrimaryKeyConstraint("case_id", "mention_id", name=op.f("pk_case_mention")),
    )
    op.create_index(op.f("ix_case_mention_mention_id"), "case_mention", ["mention_id"])
    op.create_table(
        "idea",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", word, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_idea_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_idea_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
    )
    op.create_index(op.f("ix_idea_brand_id_theme"), "idea", ["brand_id", "theme"])
    op.create_index(op.f("ix_idea_case_id"), "idea", ["case_id"])
    op.create_table(
        "idea_vote",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_idea_vote_idea_id")),
        sa.PrimaryKeyConstraint("idea_id", "actor", name=op.f("pk_idea_vote")),
    )
    op.create_table(
        "praise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_praise_brand_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_praise_mention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_praise")),
        sa.UniqueConstraint("mention_id", "person", name=op.f("uq_praise_mention_id_person")),
    )
    op.create_index(op.f("ix_praise_brand_id_person"), "praise", ["brand_id", "person"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("page", "actor", "name", name=op.f("uq_saved_view_page_actor_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("login", sa.String(length=255), nullable=False),
        sa.Column("role", word, nullable=False),
        sa.Column("way", word, nullable=False),
        sa.Column("deed", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("outcome", word, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])


def downgrade() -> None:
    for table in ("audit_entry", "saved_view", "praise", "idea_vote", "idea", "case_mention"):
        op.drop_table(table)
    op.drop_index(op.f("ix_reply_state_next_try_at"), "reply")
    for column in ("error", "url", "external_id", "leased_until", "next_try_at", "attempts", "poster"):
        op.drop_column("reply", column)
    op.drop_index(op.f("ix_case_brand_id_opened_at"), "case")
    for column in ("escalated_at", "hostile", "severity"):
        op.drop_column("case", column)
