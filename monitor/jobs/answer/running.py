"""The job: one part after the other, each of which looks at what is new since its last look."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.jobs.answer import delivering, found, heard, opening, overdue, praise, severing, unposted
from monitor.jobs.context import Context, Counters


@dataclass
class Looks:
    """How far each part has looked, in the memory of one process; without `postings` it waits for what it posts."""

    hears: heard.Looks = field(default_factory=heard.Looks)
    opens: opening.Looks = field(default_factory=opening.Looks)
    praises: praise.Looks = field(default_factory=praise.Looks)
    finds: found.Looks = field(default_factory=found.Looks)
    postings: delivering.Postings | None = field(default_factory=delivering.Postings)


def run(context: Context, looks: Looks | None = None) -> Counters:
    """Link what customers and we ourselves said later, open the cases that the rules ask for, let cases get severer
    with their incidents, tell the manager what is overdue, post what people asked to post, and find who is praised.

    What was said later goes first: a text that belongs to a case needs none of its own. What is found in public goes
    before what is posted: a complaint that was answered by hand is not answered twice.
    """
    postings = looks.postings if looks else None  # the command waits for what it posts
    looks = looks or Looks()
    parts: tuple[Callable[[], Counters], ...] = (
        lambda: heard.run(context, looks.hears),
        lambda: found.run(context, looks.finds),
        lambda: opening.run(context, looks.opens),
        lambda: severing.run(context),
        lambda: overdue.run(context),
        lambda: delivering.run(context, postings),
        lambda: unposted.run(context),
        lambda: praise.run(context, looks.praises),
    )
    counters: Counters = Counter()
    for part in parts:
        if context.stopping():
            break
        counters.update(part())
    return counters
