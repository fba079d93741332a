"""First schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(), nullable=True),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_author_key_hash")),
    )
    op.create_table(
        "brand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("slug", name=op.f("uq_brand_slug")),
    )
    op.create_table(
        "channel_health",
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("last_good_at", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_health")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "job_health",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("last_good_at", sa.DateTime(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_health")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("health", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("first_crawled_at", sa.DateTime(), nullable=True),
        sa.Column("last_run_at", sa.DateTime(), nullable=True),
        sa.Column("last_good_at", sa.DateTime(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("slug", name=op.f("uq_source_slug")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_next_try_at"), ["next_try_at"], unique=False)

    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_story_fingerprint")),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("slug", name=op.f("uq_theme_slug")),
    )
    op.create_table(
        "count",
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
    )
    op.create_table(
        "coverage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("end", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_coverage_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
    )
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_source_id"), ["source_id"], unique=False)

    op.create_table(
        "fetch",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_fetch_source_id")),
        sa.PrimaryKeyConstraint("source_id", "url_hash", name=op.f("pk_fetch")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("dimension", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("last_finding_at", sa.DateTime(), nullable=False),
        sa.Column("calmed_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(), nullable=True),
        sa.Column("dismissed_reason", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("told_size", sa.Float(), nullable=False),
        sa.Column("told_sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_incident_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_brand_id_state"), ["brand_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_opened_at"), ["opened_at"], unique=False)

    op.create_table(
        "location",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_location_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("brand_id", "slug", name=op.f("uq_location_brand_id_slug")),
    )
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=512), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("language_declared", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("precision", sa.String(length=32), nullable=False),
        sa.Column("collected_at", sa.DateTime(), nullable=False),
        sa.Column("edited_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("rating_value", sa.Float(), nullable=True),
        sa.Column("rating_worst", sa.Float(), nullable=True),
        sa.Column("rating_best", sa.Float(), nullable=True),
        sa.Column("author_followers", sa.Integer(), nullable=True),
        sa.Column("parent_ref", sa.String(length=512), nullable=True),
        sa.Column("root_ref", sa.String(length=512), nullable=True),
        sa.Column("repost_ref", sa.String(length=512), nullable=True),
        sa.Column("quote_ref", sa.String(length=512), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("repost_of_id", sa.Integer(), nullable=True),
        sa.Column("quote_of_id", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("read_state", sa.String(length=32), nullable=False),
        sa.Column("read_attempts", sa.Integer(), nullable=False),
        sa.Column("read_leased_until", sa.DateTime(), nullable=True),
        sa.Column("read_error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_mention_author_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["mention.id"], name=op.f("fk_mention_parent_id")),
        sa.ForeignKeyConstraint(["quote_of_id"], ["mention.id"], name=op.f("fk_mention_quote_of_id")),
        sa.ForeignKeyConstraint(["repost_of_id"], ["mention.id"], name=op.f("fk_mention_repost_of_id")),
        sa.ForeignKeyConstraint(["root_id"], ["mention.id"], name=op.f("fk_mention_root_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_mention_source_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_mention_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("kind", "host", "external_id", name=op.f("uq_mention_kind_host_external_id")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_host_external_id"), ["host", "external_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_quote_of_id"), ["quote_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_read_state_id"), ["read_state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_repost_of_id"), ["repost_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_root_id"), ["root_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_story_id"), ["story_id"], unique=False)
        batch_op.create_index(
            "ix_mention_waits_parent",
            ["host", "parent_ref"],
            unique=False,
            sqlite_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
            postgresql_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_mention_waits_quote",
            ["host", "quote_ref"],
            unique=False,
            sqlite_where=sa.text("quote_of_id IS NULL AND quote_ref IS NOT NULL"),
            postgresql_where=sa.text("quote_of_id IS NULL AND quote_ref IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_mention_waits_repost",
            ["host", "repost_ref"],
            unique=False,
            sqlite_where=sa.text("repost_of_id IS NULL AND repost_ref IS NOT NULL"),
            postgresql_where=sa.text("repost_of_id IS NULL AND repost_ref IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_mention_waits_root",
            ["host", "root_ref"],
            unique=False,
            sqlite_where=sa.text("root_id IS NULL AND root_ref IS NOT NULL"),
            postgresql_where=sa.text("root_id IS NULL AND root_ref IS NOT NULL"),
        )

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_report_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("brand_id", "week_start", name=op.f("uq_report_brand_id_week_start")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("counters", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_run_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_job_started_at"), ["job", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_source_id_started_at"), ["source_id", "started_at"], unique=False)

    op.create_table(
        "source_brand",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_source_brand_brand_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_brand_source_id")),
        sa.PrimaryKeyConstraint("source_id", "brand_id", name=op.f("pk_source_brand")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("model_name", sa.String(length=120), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("negative", sa.Float(), nullable=False),
        sa.Column("neutral", sa.Float(), nullable=False),
        sa.Column("positive", sa.Float(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_assessment_mention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "mention_id", "model_name", "model_version", name=op.f("uq_assessment_mention_id_model_name_model_version")
        ),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            "uq_assessment_current",
            ["mention_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )

    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("answer_due_at", sa.DateTime(), nullable=True),
        sa.Column("solve_due_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("solved_at", sa.DateTime(), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_case_brand_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_case_incident_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_case_mention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("mention_id", name=op.f("uq_case_mention_id")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_brand_id_state"), ["brand_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_owner_state"), ["owner", "state"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("detector", sa.String(length=32), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.Column("dimension", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("window_start", sa.DateTime(), nullable=False),
        sa.Column("window_end", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("growth", sa.Float(), nullable=False),
        sa.Column("authors", sa.Integer(), nullable=False),
        sa.Column("reach", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_finding_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "incident_mention",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_mention_incident_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_incident_mention_mention_id")),
        sa.PrimaryKeyConstraint("incident_id", "mention_id", name=op.f("pk_incident_mention")),
    )
    with op.batch_alter_table("incident_mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_mention_mention_id"), ["mention_id"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_media_mention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_mention_id"), ["mention_id"], unique=False)

    op.create_table(
        "mention_brand",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("relevance", sa.Float(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_mention_brand_brand_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_mention_brand_location_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_mention_brand_mention_id")),
        sa.PrimaryKeyConstraint("mention_id", "brand_id", name=op.f("pk_mention_brand")),
    )
    with op.batch_alter_table("mention_brand", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mention_brand_brand_id_published_at"), ["brand_id", "published_at"], unique=False
        )

    op.create_table(
        "mention_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("rating_value", sa.Float(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_mention_version_mention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention_version")),
    )
    with op.batch_alter_table("mention_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_version_mention_id"), ["mention_id"], unique=False)

    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=True),
        sa.Column("reposts", sa.Integer(), nullable=True),
        sa.Column("replies", sa.Integer(), nullable=True),
        sa.Column("quotes", sa.Integer(), nullable=True),
        sa.Column("views", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_snapshot_mention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("mention_id", "taken_at", name=op.f("uq_snapshot_mention_id_taken_at")),
    )
    op.create_table(
        "assessment_theme",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_theme_assessment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_assessment_theme_theme_id")),
        sa.PrimaryKeyConstraint("assessment_id", "theme_id", name=op.f("pk_assessment_theme")),
    )
    with op.batch_alter_table("assessment_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_theme_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_id"), ["case_id"], unique=False)

    op.create_table(
        "incident_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("routed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_incident_change_finding_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_change_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_change")),
    )
    with op.batch_alter_table("incident_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_change_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_change_routed_at"), ["routed_at"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("posted_at", sa.DateTime(), nullable=True),
        sa.Column("mention_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_reply_case_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_reply_mention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_case_id"), ["case_id"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["incident_change.id"], name=op.f("fk_alert_change_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_alert_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_state_next_try_at"), ["state", "next_try_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_state_next_try_at"))
        batch_op.drop_index(batch_op.f("ix_alert_incident_id"))

    op.drop_table("alert")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_case_id"))

    op.drop_table("reply")
    with op.batch_alter_table("incident_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_change_routed_at"))
        batch_op.drop_index(batch_op.f("ix_incident_change_incident_id"))

    op.drop_table("incident_change")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_event_case_id"))

    op.drop_table("case_event")
    with op.batch_alter_table("assessment_theme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_theme_theme_id"))

    op.drop_table("assessment_theme")
    op.drop_table("snapshot")
    with op.batch_alter_table("mention_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_version_mention_id"))

    op.drop_table("mention_version")
    with op.batch_alter_table("mention_brand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_brand_brand_id_published_at"))

    op.drop_table("mention_brand")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_mention_id"))

    op.drop_table("media")
    with op.batch_alter_table("incident_mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_mention_mention_id"))

    op.drop_table("incident_mention")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_incident_id"))

    op.drop_table("finding")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_owner_state"))
        batch_op.drop_index(batch_op.f("ix_case_opened_at"))
        batch_op.drop_index(batch_op.f("ix_case_incident_id"))
        batch_op.drop_index(batch_op.f("ix_case_brand_id_state"))

    op.drop_table("case")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_current", sqlite_where=sa.text("is_current"), postgresql_where=sa.text("is_current")
        )

    op.drop_table("assessment")
    op.drop_table("source_brand")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_source_id_started_at"))
        batch_op.drop_index(batch_op.f("ix_run_job_started_at"))

    op.drop_table("run")
    op.drop_table("report")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_mention_waits_root",
            sqlite_where=sa.text("root_id IS NULL AND root_ref IS NOT NULL"),
            postgresql_where=sa.text("root_id IS NULL AND root_ref IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_mention_waits_repost",
            sqlite_where=sa.text("repost_of_id IS NULL AND repost_ref IS NOT NULL"),
            postgresql_where=sa.text("repost_of_id IS NULL AND repost_ref IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_mention_waits_quote",
            sqlite_where=sa.text("quote_of_id IS NULL AND quote_ref IS NOT NULL"),
            postgresql_where=sa.text("quote_of_id IS NULL AND quote_ref IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_mention_waits_parent",
            sqlite_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
            postgresql_where=sa.text("parent_id IS NULL AND parent_ref IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_mention_story_id"))
        batch_op.drop_index(batch_op.f("ix_mention_source_id"))
        batch_op.drop_index(batch_op.f("ix_mention_root_id"))
        batch_op.drop_index(batch_op.f("ix_mention_repost_of_id"))
        batch_op.drop_index(batch_op.f("ix_mention_read_state_id"))
        batch_op.drop_index(batch_op.f("ix_mention_quote_of_id"))
        batch_op.drop_index(batch_op.f("ix_mention_published_at"))
        batch_op.drop_index(batch_op.f("ix_mention_parent_id"))
        batch_op.drop_index(batch_op.f("ix_mention_host_external_id"))
        batch_op.drop_index(batch_op.f("ix_mention_author_id"))

    op.drop_table("mention")
    op.drop_table("location")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_opened_at"))
        batch_op.drop_index(batch_op.f("ix_incident_brand_id_state"))

    op.drop_table("incident")
    op.drop_table("fetch")
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coverage_source_id"))

    op.drop_table("coverage")
    op.drop_table("count")
    op.drop_table("theme")
    op.drop_table("story")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_next_try_at"))

    op.drop_table("source")
    op.drop_table("job_health")
    op.drop_table("installation")
    op.drop_table("channel_health")
    op.drop_table("brand")
    op.drop_table("author")
