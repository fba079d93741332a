"""On PostgreSQL: 64-bit ids, and mentions with what hangs on them most in a partition per month. Nothing on SQLite.

The id of a mention has the month in which it was collected in its high bits (months since 1970 << 32, then a number
that goes on), so a month is a range of ids. What was there before becomes the first partition as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = {"mention": "id", "mention_brand": "mention_id", "assessment": "mention_id", "snapshot": "mention_id"}
"""What is partitioned, and by which column."""
_NUMBERED = ("author", "story", "media", "mention_version", "mention", "assessment", "snapshot")
_WIDER = {
    "mention": ("author_id", "story_id", "parent_id", "root_id", "repost_of_id", "quote_of_id"),
    "story_band": ("story_id",),
    "assessment_theme": ("assessment_id",),
    "snapshot": ("mention_id", "views"),
    "source": ("round_id",),
    **dict.fromkeys(
        (
            "mention_brand",
            "mention_version",
            "media",
            "assessment",
            "search_entry",
            "incident_mention",
            "case",
            "case_mention",
            "reply",
            "found_theme_mention",
            "praise",
        ),
        ("mention_id",),
    ),
}
_KEYS = {"mention": "id", "assessment": "id, mention_id", "snapshot": "id, mention_id"}
"""Primary keys that must name the column of the partitions."""
_HANG_ON_IT = ("mention_brand", "assessment", "snapshot", "media", "mention_version", "search_entry")
_LEFT_OUT = (
    "fk_assessment_theme_assessment_id",
    *(f"fk_{table}_mention_id" for table in _HANG_ON_IT),
    *(f"fk_mention_{column}" for column in ("parent_id", "root_id", "repost_of_id", "quote_of_id")),
)
"""Nothing says any more that there is one assessment of an id. And to let go of a month, PostgreSQL would look for what
refers to it in all rows of these tables while everybody waits, and would not do it as long as its own texts refer to
each other. What people own (cases, praise, incidents, answers) keeps its references."""

_REFERENCES = """
SELECT conrelid::regclass::text AS table_name, conname AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE contype = 'f' AND (confrelid = ANY(:tables ::regclass[]) OR conrelid = ANY(:tables ::regclass[]))
"""
_ZONED = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND data_type = 'timestamp with time zone'
"""
_INDEXES = """
SELECT indexname AS name, indexdef AS definition FROM pg_indexes
WHERE schemaname = current_schema() AND tablename = :table
AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))
"""
_CONSTRAINTS = """
SELECT conname AS name, contype::text AS kind, pg_get_constraintdef(oid) AS definition FROM pg_constraint
WHERE conrelid = CAST(:table AS regclass) AND contype IN ('p', 'u')
"""
_KEY_TRIGGER = """
CREATE FUNCTION emberwatch_mention_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM mention_key
    WHERE kind = OLD.kind AND host = OLD.host AND external_id = OLD.external_id AND mention_id = OLD.id;
    DELETE FROM search_entry WHERE mention_id = OLD.id;
  ELSE
    UPDATE mention_key SET kind = NEW.kind, host = NEW.host, external_id = NEW.external_id
    WHERE kind = OLD.kind AND host = OLD.host AND external_id = OLD.external_id;
  END IF;
  RETURN NULL;
END $$
"""
_KEYS_TRIGGER = """
CREATE FUNCTION emberwatch_mention_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO mention_key (kind, host, external_id, mention_id) SELECT kind, host, external_id, id FROM added;
  RETURN NULL;
END $$
"""
"""All that one statement adds at once: row by row, it takes half as long again to add them."""
_ID = """
CREATE FUNCTION emberwatch_mention_id() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT (LEAST(
    (SELECT value::bigint FROM installation WHERE name = 'mention_months'),
    extract(year FROM at)::bigint * 12 + extract(month FROM at)::bigint - 1 - 1970 * 12
  ) << 32) | nextval('mention_number')
  FROM timezone('UTC', clock_timestamp()) AS at
$$
"""
"""The last month that has a partition, at most: a mention finds a place even where nobody made new ones for long."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    references = connection.execute(sa.text(_REFERENCES), {"tables": list(_TABLES)}).all()
    for one in references:
        op.execute(f"ALTER TABLE {one.table_name} DROP CONSTRAINT {one.name}")
    _widen()
    month = connection.execute(
        sa.text("SELECT extract(year FROM at) * 12 + extract(month FROM at) - 1 - 23640 FROM timezone('UTC', now()) at")
    ).scalar_one()
    for table, column in _TABLES.items():
        _partition(connection, table, column, int(month))
    for one in references:
        if one.name not in _LEFT_OUT:
            op.execute(f"ALTER TABLE {one.table_name} ADD CONSTRAINT {one.name} {one.definition}")
    _number_mentions(connection, int(month))
    _keep_keys()


def _widen() -> None:
    """Every id of what grows with the mentions, and every reference to one; and times that had a zone by mistake."""
    changes: dict[str, list[str]] = {table: ["id"] for table in _NUMBERED}
    for table, references in _WIDER.items():
        changes.setdefault(table, []).extend(references)
    for table, columns in changes.items():
        told = [f"ALTER COLUMN {column} TYPE bigint" for column in columns]
        op.execute(f'ALTER TABLE "{table}" {", ".join(told)}')
    for table, column in op.get_bind().execute(sa.text(_ZONED)).all():
        op.execute(f"ALTER TABLE \"{table}\" ALTER COLUMN {column} TYPE timestamp USING timezone('UTC', {column})")
    for table in _NUMBERED:
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")


def _partition(connection: sa.Connection, table: str, column: str, month: int) -> None:
    """Put an empty partitioned table in the place of this one, and this one in it as its first partition."""
    first, asked = f"{table}_first", {"table": table}
    constraints = connection.execute(sa.text(_CONSTRAINTS), asked).all()
    indexes = connection.execute(sa.text(_INDEXES), asked).all()
    op.execute(f"ALTER TABLE {table} RENAME TO {first}")
    for one in indexes:
        op.execute(f"ALTER INDEX {one.name} RENAME TO {one.name}_first")
    for one in constraints:
        if one.kind == "p" and table in _KEYS:
            op.execute(f"ALTER TABLE {first} DROP CONSTRAINT {one.name}")
            op.execute(f"ALTER TABLE {first} ADD CONSTRAINT {one.name}_first PRIMARY KEY ({_KEYS[table]})")
        elif "external_id" in one.definition:  # a partitioned table cannot have it: mention_key does
            op.execute(f"ALTER TABLE {first} DROP CONSTRAINT {one.name}")
        else:
            op.execute(f"ALTER TABLE {first} RENAME CONSTRAINT {one.name} TO {one.name}_first")
    op.execute(f"CREATE TABLE {table} (LIKE {first} INCLUDING DEFAULTS) PARTITION BY RANGE ({column})")
    for one in constraints:
        if one.kind == "p":
            key = f"PRIMARY KEY ({_KEYS[table]})" if table in _KEYS else one.definition
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {one.name} {key}")
        elif "external_id" not in one.definition:
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {one.name} {one.definition}")
    for one in indexes:
        op.execute(one.definition)
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ({month << 32})")
    op.execute(
        f"CREATE TABLE {table}_{_name(month)} PARTITION OF {table} FOR VALUES FROM ({month << 32}) TO ({month + 1 << 32})"
    )
    if column != "id" and table in _NUMBERED:
        op.execute(f"ALTER SEQUENCE {table}_id_seq OWNED BY {table}.id")


def _name(month: int) -> str:
    return f"{1970 + month // 12}{month % 12 + 1:02}"


def _number_mentions(connection: sa.Connection, month: int) -> None:
    reached = connection.execute(sa.text("SELECT coalesce(max(id), 0) FROM mention")).scalar_one()
    op.execute(f"CREATE SEQUENCE mention_number AS bigint MAXVALUE {(1 << 32) - 1} START {reached + 1} CYCLE")
    op.execute(_ID)
    op.execute("ALTER TABLE mention ALTER COLUMN id SET DEFAULT emberwatch_mention_id()")
    op.execute("ALTER TABLE mention_first ALTER COLUMN id DROP DEFAULT")
    op.execute("DROP SEQUENCE mention_id_seq")
    op.execute("ALTER SEQUENCE mention_number OWNED BY mention.id")
    reaches = sa.text("INSERT INTO installation (name, value) VALUES ('mention_months', :month)")
    connection.execute(reaches, {"month": str(month)})


def _keep_keys() -> None:
    """What names a text for ever, once only, whichever partition it is in."""
    op.create_table(
        "mention_key",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=512), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
    )
    op.execute("INSERT INTO mention_key SELECT kind, host, external_id, id FROM mention")
    op.execute("ALTER TABLE mention_key ADD CONSTRAINT pk_mention_key PRIMARY KEY (host, external_id, kind)")
    op.execute(_KEY_TRIGGER)
    op.execute(_KEYS_TRIGGER)
    op.execute(
        "CREATE TRIGGER emberwatch_mention_keys AFTER INSERT ON mention REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION emberwatch_mention_keys()"
    )
    op.execute(
        "CREATE TRIGGER emberwatch_mention_key AFTER DELETE OR UPDATE OF kind, host, external_id ON mention"
        " FOR EACH ROW EXECUTE FUNCTION emberwatch_mention_key()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        raise RuntimeError("partitions are not put together again: restore a back-up that was made before them")
