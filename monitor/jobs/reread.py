"""Reads anew what another model read: after an update of the weights, or of the model in the config."""

from collections import Counter
from datetime import timedelta

from monitor.jobs import analyse
from monitor.jobs.analyse import Reads
from monitor.jobs.context import Context, Counters
from monitor.store import rereading
from monitor.store.assessments import Reader


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
