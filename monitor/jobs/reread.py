"""Reads anew what another model read: after an update of the weights, or of the model in the config.

A re-reading that was begun goes on in every process that reads, whenever nothing else waits; until it is over.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.jobs import analyse
from monitor.jobs.analyse import Reads
from monitor.jobs.context import Context, Counters
from monitor.store import rereading
from monitor.store.assessments import Reader
from monitor.store.rereading import Rereading


def run(context: Context, within: timedelta, assessor: Reads | None = None) -> Counters:
    """Read anew what was published within that time, the last read first, a batch at a time.

    What comes in meanwhile waits for one batch at most. It can be stopped and run again: what was read anew is left.
    """
    reads = assessor or analyse.prepare(context.settings)
    reader, session, counters = Reader(reads.name, reads.version), context.session, Counter[str]()
    limit, reached = context.settings.analysis.batch_size, None
    while not context.stopping():
        waiting, reached = rereading.ask_again(session, reader, since=context.now - within, limit=limit, before=reached)
        session.commit()
        if waiting:
            counters += analyse.run(context, reads)
        if reached is None:
            break
    return counters


def begin(context: Context, since: datetime, brand: str, assessor: Reads | None = None) -> Rereading:
    """Begin to read anew, or go on with the same."""
    reads = assessor or analyse.prepare(context.settings)
    known = rereading.begin(
        context.session, Reader(reads.name, reads.version), since=since, brand=brand, now=context.now
    )
    context.session.commit()
    return known


def go_on(context: Context, known: Rereading, assessor: Reads | None = None) -> Counters:
    """Read until all is read anew, or the process is to stop; others may share the work."""
    reads, counters = assessor or analyse.prepare(context.settings), Counter[str]()

    def read() -> Iterator[int]:
        while not context.stopping():
            done = analyse.run(context, reads)
            yield from range(done["read"])
            counters.update(done)
            latest = rereading.latest(context.session)
            if not done and (latest is None or latest.is_over):
                return

    for _ in context.progress(read(), total=rereading.left(context.session, known), label="reading anew"):
        pass
    return counters
