"""Tells people what a file is, how it is read and which of its rows are bad."""

from collections.abc import Iterator

from monitor.doors.headers import MEANINGS, Part
from monitor.doors.importing import Plan, Survey
from monitor.edge import LONGEST_TEXT

LISTED = 10_000


def columns_of(made: Plan) -> Iterator[tuple[str, str, str]]:
    """What each column in use holds: the part, the column, and why."""
    for part, chosen in made.chosen.items():
        yield part, chosen.column, f"{MEANINGS[part]}; {chosen.why}"


def outcome_of(found: Survey, *, taken: bool) -> str:
    """One sentence on the rows."""
    if not found.rows:
        return "There are no rows below the heading: nothing to take in."
    bad = f"{found.bad_rows:,} bad" if found.bad_rows else "none bad"
    rows = f"{found.rows:,} row{'' if found.rows == 1 else 's'}, {bad}"
    if not taken:
        return f"{rows}: nothing was taken in. Mend them, or let the good ones be kept (keep_good)."
    return f"{rows}: the good ones were taken in." if found.bad_rows else f"{rows}: all were taken in."


def remarks_on(made: Plan, found: Survey) -> Iterator[str]:
    """What was decided, and what people may not expect."""
    yield from made.remarks
    if found.oldest and found.newest:
        yield f"written from {found.oldest:%Y-%m-%d} to {found.newest:%Y-%m-%d}"
    if found.undated and found.oldest:
        yield f"{found.undated:,} without a date count as of now, and none of them as news"
    if found.same:
        why = "have an id that stood above" if Part.ID in made.chosen else "say the same in everything as one above"
        more = "" if Part.ID in made.chosen else "; if an id tells them apart, say --map id=COLUMN"
        yield f"{found.same:,} rows {why}: each text is kept once{more}"
    if found.cut:
        yield f"{found.cut:,} longer than {LONGEST_TEXT:,} characters: the rest of them is left out"
    if made.unused:
        yield f"not used: {', '.join(made.unused)}"


def report_of(name: str, made: Plan, found: Survey, *, taken: bool) -> str:
    """All of it as a text file."""
    lines = [f"{name}: {made.table.form}", outcome_of(found, taken=taken), ""]
    lines += [f"{part}: {column} ({why})" for part, column, why in columns_of(made)]
    lines += remarks_on(made, found)
    if found.bad:
        lines += ["", "Bad rows:", *(str(bad) for bad in found.bad[:LISTED])]
    if found.bad_rows > len(found.bad[:LISTED]):
        lines.append(f"… and {found.bad_rows - LISTED:,} more")
    return "\n".join(lines) + "\n"
