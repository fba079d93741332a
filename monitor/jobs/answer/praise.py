"""Finds in what was read who of the team is praised by name, and keeps it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.jobs.context import Context, Counters
from monitor.praise import praised
from monitor.store import complaints, heard
from monitor.store import praise as store
from monitor.store.reached import Reached

AT_ONCE = 500
PAGES_A_LOOK = 20
EDITS_SINCE = timedelta(hours=24)
"""An edit that waited longer to be read is not looked at again."""
EVERY = timedelta(minutes=5)
"""How often edits are looked at: they are few, and each costs its whole text."""


@dataclass
class Looks:
    """How far the last look went, in the memory of one process."""

    reading: Reached | None = None  # ids of assessments
    edits_at: float = 0.0  # when edits were looked at, in seconds since 1970


def run(context: Context, looks: Looks | None = None) -> Counters:
    """Look through what was read since the last look; nothing is done while nobody in the config is named."""
    looks = looks or Looks()
    people = [(one.name, one.known_as) for one in context.settings.people if one.known_as]
    counters: Counters = Counter()
    if not people:
        return counters
    newest = complaints.newest_reading(context.session)
    reached = looks.reading = looks.reading or Reached(max(0, newest - complaints.LOOK_BACK))
    reached.begin(context.session, newest)
    for _ in range(PAGES_A_LOOK):
        read = heard.read_since(context.session, reached, AT_ONCE)
        if context.stopping():
            break
        if not read:
            reached.end()
            break
        counters["praise_found"] += _look(context, [mention_id for _, mention_id in read], people)
        for reading, _ in read:
            reached.looked(reading)
    if abs(context.now.timestamp() - looks.edits_at) >= EVERY.total_seconds():
        looks.edits_at = context.now.timestamp()
        edited = store.edited_since(context.session, context.now - EDITS_SINCE)
        for start in range(0, len(edited), AT_ONCE):
            counters["praise_found"] += _look(context, edited[start : start + AT_ONCE], people)
    return +counters


def _look(context: Context, mention_ids: Sequence[int], people: Sequence[tuple[str, Sequence[str]]]) -> int:
    """Keep whom these texts praise, and commit; how many praises are new."""
    texts = store.positive(context.session, mention_ids)
    new = store.put(context.session, [(text, praised(text.text, people)) for text in texts], context.now)
    context.session.commit()
    return new
