"""Views of the database for programs that draw their own figures: read-only, without names of authors, times in UTC.

The same SQL serves SQLite and PostgreSQL. The views are dropped before the schema changes, because they would stand in
the way, and made anew after it; what PostgreSQL lets others read of them is kept.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from monitor.store.migrations import ALONE

MADE = "bi_views"
"""The row of Installation with the mark of the definitions that the views were made from, and their names."""

VIEWS = {
    "bi_brand": """
        SELECT slug AS brand, name, time_zone, active, competitor FROM brand
    """,
    "bi_mention": """
        SELECT m.id AS mention_id, b.slug AS brand, l.slug AS location, mb.published_at,
            m.precision AS published_precision, m.collected_at, m.kind, s.slug AS source, s.kind AS source_kind, m.host,
            'author ' || substr(w.key_hash, 1, 6) AS author, m.author_followers AS followers, m.title, m.text, m.url,
            m.item AS about, a.language, a.label AS sentiment, a.negative, a.neutral, a.positive, a.unsure,
            a.corrected_by <> '' AS corrected, m.rating_value AS rating, m.rating_worst, m.rating_best,
            m.first_purchase, m.story_id, c.id AS case_id
        FROM mention_brand mb
        JOIN mention m ON m.id = mb.mention_id
        JOIN brand b ON b.id = mb.brand_id
        JOIN source s ON s.id = m.source_id
        JOIN assessment a ON a.mention_id = m.id AND a.is_current
        LEFT JOIN location l ON l.id = mb.location_id
        LEFT JOIN author w ON w.id = m.author_id
        LEFT JOIN "case" c ON c.mention_id = m.id AND c.brand_id = mb.brand_id
        WHERE m.deleted_at IS NULL AND mb.relevance >= 0.5
    """,
    "bi_mention_theme": """
        SELECT a.mention_id, t.slug AS theme, t.name AS theme_name, t.stage, x.score
        FROM assessment_theme x
        JOIN assessment a ON a.id = x.assessment_id AND a.is_current
        JOIN mention m ON m.id = a.mention_id
        JOIN theme t ON t.id = x.theme_id
        WHERE m.deleted_at IS NULL
    """,
    "bi_case": """
        SELECT c.id AS case_id, b.slug AS brand, c.mention_id, c.incident_id, c.state,
            coalesce(i.severity, c.severity) AS severity, c.owner, c.opened_at, c.answer_due_at, c.answered_at,
            c.solve_due_at, c.solved_at, c.follow_up_at, c.escalated_at, c.reopened, c.hostile, c.outcome,
            (SELECT count(*) FROM reply r WHERE r.case_id = c.id AND r.state = 'posted') AS answers,
            m.published_at, m.kind, s.slug AS source, s.kind AS source_kind
        FROM "case" c
        JOIN brand b ON b.id = c.brand_id
        JOIN mention m ON m.id = c.mention_id
        JOIN source s ON s.id = m.source_id
        LEFT JOIN incident i ON i.id = c.incident_id
    """,
    "bi_incident": """
        SELECT i.id AS incident_id, b.slug AS brand, i.kind, i.state, i.severity, i.dimension, i.key AS dimension_key,
            i.sentence, i.why, i.started_at, i.opened_at, i.last_finding_at, i.calmed_at, i.resolved_at, i.dismissed_at,
            i.dismissed_reason, i.owner, i.acknowledged_at, i.mark,
            (SELECT count(*) FROM incident_mention e WHERE e.incident_id = i.id) AS mentions
        FROM incident i
        JOIN brand b ON b.id = i.brand_id
    """,
    "bi_alert": """
        SELECT a.id AS alert_id, b.slug AS brand, a.incident_id, a.report_id, a.channel, a.state, a.reason, a.held,
            a.created_at, a.due_at, a.sent_at, a.attempts, a.silence_id, a.bundle_id AS went_with
        FROM alert a
        LEFT JOIN incident i ON i.id = a.incident_id
        LEFT JOIN report r ON r.id = a.report_id
        LEFT JOIN brand b ON b.id = coalesce(i.brand_id, r.brand_id)
    """,
    "bi_daily": """
        SELECT b.slug AS brand, date(n.start) AS day, n.dimension, n.key AS dimension_key,
            sum(n.mentions) AS mentions, sum(n.negative) AS negative
        FROM count n
        JOIN brand b ON b.id = n.brand_id
        WHERE n.resolution = '1h'
        GROUP BY b.slug, date(n.start), n.dimension, n.key
    """,
}
"""Each view by its name."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody but the owner may read, on PostgreSQL."""

    view: str
    role: str


def upgrade(engine: sa.Engine) -> None:
    """Make the views anew where they are not those of this version; where they are, nothing is written or locked."""
    with engine.connect() as connection:
        if is_current(connection):
            return
    with engine.connect() as connection:
        if alone := ALONE.get(connection.dialect.name):
            connection.exec_driver_sql(alone)
        make(connection, drop(connection))
        connection.commit()


def is_current(connection: sa.Connection) -> bool:
    """Whether the views are there as this version defines them."""
    return _made(connection) == _mark() and set(VIEWS) <= set(sa.inspect(connection).get_view_names())


def _made(connection: sa.Connection) -> str:
    """The mark and the names of the views that were made last; "" when none ever were."""
    if not sa.inspect(connection).has_table("installation"):
        return ""
    asked = sa.text("SELECT value FROM installation WHERE name = :name")
    return str(connection.execute(asked, {"name": MADE}).scalar() or "")


def _mark() -> str:
    defined = "\n".join(f"{name}: {sql}" for name, sql in VIEWS.items())
    return " ".join((hashlib.sha256(defined.encode()).hexdigest()[:32], *VIEWS))


def drop(connection: sa.Connection) -> list[Grant]:
    """Drop our views, those of other versions too; who may read them is told, for making them anew."""
    made = _made(connection)
    ours = set(VIEWS) | set(made.split()[1:])
    found = sorted(ours & set(sa.inspect(connection).get_view_names()))
    grants = _grants(connection, found) if connection.dialect.name == "postgresql" else []
    for name in found:
        connection.exec_driver_sql(f"DROP VIEW {name}")
    if made:
        connection.execute(sa.text("DELETE FROM installation WHERE name = :name"), {"name": MADE})
    return grants


def make(connection: sa.Connection, grants: Sequence[Grant]) -> None:
    """Make the views where there are none of ours, readable for those who could read them before."""
    for name, sql in VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {sql}")
    for grant in grants:
        if grant.view in VIEWS:
            role = "PUBLIC" if grant.role == "PUBLIC" else connection.dialect.identifier_preparer.quote(grant.role)
            connection.exec_driver_sql(f"GRANT SELECT ON {grant.view} TO {role}")
    known = {"name": MADE, "value": _mark()}
    connection.execute(sa.text("INSERT INTO installation (name, value) VALUES (:name, :value)"), known)


def _grants(connection: sa.Connection, views: Sequence[str]) -> list[Grant]:
    """Who but the owner may read these views, on PostgreSQL."""
    asked = sa.text(
        "SELECT table_name, grantee FROM information_schema.role_table_grants WHERE privilege_type = 'SELECT' "
        "AND table_schema = current_schema() AND table_name = ANY(:views) AND grantee <> current_user "
        "ORDER BY table_name, grantee"
    )
    return [Grant(row[0], row[1]) for row in connection.execute(asked, {"views": list(views)})]
