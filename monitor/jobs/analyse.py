"""Reads the mentions that wait: which brands they concern, language, sentiment, themes, story; and counts them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from sqlmodel import select

from monitor.analysis.assess import Assessor, load_assessor
from monitor.analysis.options import AnalysisOptions, ThemeOptions
from monitor.analysis.ratings import shares_of_rating
from monitor.analysis.relevance import relevance
from monitor.analysis.stories import fingerprint
from monitor.config import Settings
from monitor.facts import RELEVANT, Prediction
from monitor.jobs.context import Context, Counters
from monitor.models import Brand, Mention
from monitor.store import assessments, counts, themes
from monitor.store.assessments import Reader, Waiting

READ_PER_RUN = 512
"""So that detect and alert get their turn while much is waiting."""


class Reads(Protocol):
    """Assesses texts; `name` and `version` say which model did."""

    name: str
    version: str

    def assess(self, texts: Sequence[str]) -> list[Prediction]: ...


def run(context: Context, assessor: Reads | None = None) -> Counters:
    """Read what waits, the possible news first, in batches that are committed one by one.

    Without an assessor, the configured model is loaded when there is something to read.
    """
    session, options = context.session, context.settings.analysis
    counters: Counters = Counter(set_aside=assessments.set_aside(session, context.now))
    session.commit()
    waiting = min(assessments.count_waiting(session, context.now), READ_PER_RUN)
    batches = range(0, waiting, options.batch_size)
    for _ in context.progress(batches, total=len(batches), label="reading"):
        batch = [] if context.stopping() else assessments.claim(session, options.batch_size, context.now)
        session.commit()
        if not batch:
            break
        _read_or_release(context, batch, assessor or prepare(context.settings), counters)
    return +counters


def _read_or_release(context: Context, batch: Sequence[Waiting], assessor: Reads, counters: Counters) -> None:
    """Read a batch and commit; when that fails, give it back at once, one try poorer."""
    done = False
    try:
        _read(context, batch, assessor, counters)
        context.session.commit()
        done = True
    finally:
        if not done:
            context.session.rollback()
            assessments.release(context.session, batch)
            context.session.commit()


def prepare(settings: Settings) -> Assessor:
    """Load the model, or raise ModelUnavailable; later calls give the same one."""
    return _load(settings.analysis, settings.themes)


@lru_cache(maxsize=1)
def _load(options: AnalysisOptions, chosen: tuple[ThemeOptions, ...]) -> Assessor:
    return load_assessor(options, chosen)


def _read(context: Context, batch: Sequence[Waiting], assessor: Reads, counters: Counters) -> None:
    tally = counts.Tally()
    _link(context, batch)
    about = [item for item in batch if any((link.relevance or 0) >= RELEVANT for link in item.links)]
    said = _assess(assessor, [item.mention for item in about])
    theme_ids = themes.ids_by_slug(context.session)
    by = Reader(assessor.name, assessor.version)
    for item in batch:
        assessments.take_back(context.session, tally, item)
    for item, prediction in zip(about, said, strict=True):
        assessments.put(context.session, tally, item, prediction, by, theme_ids, context.now)
    _tell_stories(context, [item.mention for item in about])
    counts.write(context.session, tally)
    context.session.flush()
    assessments.finish(context.session, batch)
    counters["read"] += len(about)
    counters["dropped: about no watched brand"] += len(batch) - len(about)


def _link(context: Context, batch: Sequence[Waiting]) -> None:
    """Say how relevant each mention is to each brand its source is watched for."""
    slugs = dict(context.session.exec(select(Brand.id, Brand.slug)).all())
    known = {brand.id for brand in context.settings.brands}
    for item in batch:
        for link in item.links:
            slug = slugs[link.brand_id]
            link.relevance = _relevance(context.settings, item, slug) if slug in known else 0.0
            context.session.add(link)


def _relevance(settings: Settings, item: Waiting, slug: str) -> float:
    places = {source.id: source for source in settings.sources}
    place = places.get(item.source)
    if place is not None and place.about_brand and slug in place.brands:
        return 1.0
    brand, mention = settings.brand(slug), item.mention
    return relevance(mention.text, f"{mention.title} {mention.item}", brand.names, brand.exclude)


def _assess(assessor: Reads, mentions: Sequence[Mention]) -> list[Prediction]:
    said = assessor.assess([_words(mention) for mention in mentions])
    return [_by_rating(m, p) if not _words(m) else p for m, p in zip(mentions, said, strict=True)]


def _words(mention: Mention) -> str:
    return f"{mention.title}\n{mention.text}".strip()


def _by_rating(mention: Mention, said: Prediction) -> Prediction:
    """A review without words is read by its rating."""
    if mention.rating_value is None:
        return said
    shares = shares_of_rating(mention.rating_value, mention.rating_worst, mention.rating_best)
    return replace(said, negative=shares[0], neutral=shares[1], positive=shares[2])


def _tell_stories(context: Context, mentions: Sequence[Mention]) -> None:
    """Texts with the same words share a story; reposts share that of what they repeat."""
    session = context.session
    originals = {m.id: session.get_one(Mention, m.repost_of_id) for m in mentions if m.repost_of_id}
    told = [*mentions, *originals.values()]
    prints = {mention.id: fingerprint(_words(mention)) for mention in told}
    for original in originals.values():
        prints[original.id] = prints[original.id] or f"mention-{original.id}"
    for mention_id, original in originals.items():
        prints[mention_id] = prints[original.id]
    ids = assessments.story_ids(session, [name for name in prints.values() if name], context.now)
    for mention in told:
        mention.story_id = ids.get(prints[mention.id] or "")
        session.add(mention)
