"""Reads the mentions that wait: which brands they concern, language, sentiment, themes, story; and counts them."""

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from monitor import meters
from monitor.analysis.assess import Assessor, load_assessor
from monitor.analysis.options import AnalysisOptions, ThemeOptions
from monitor.analysis.ratings import shares_of_rating
from monitor.analysis.relevance import relevance
from monitor.analysis.stories import Shelf, shortlist, sketch
from monitor.analysis.subject import Weights
from monitor.analysis.text import readable
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.errors import TextsNotRead
from monitor.facts import RELEVANT, Prediction, Sentiment, Sketch
from monitor.jobs import adopted, subjects, unread
from monitor.jobs.context import Context, Counters
from monitor.jobs.locations import Locations
from monitor.jobs.ours import Ours
from monitor.models import Brand, Mention
from monitor.store import assessments, bulk, corrections, counts, rereading, search, stories, themes
from monitor.store.assessments import Reader, Waiting

READ_PER_RUN = 512
"""So that detect and alert get their turn while much is waiting."""
AGAIN_PER_RUN = 256
"""Of what is read anew, so that what comes in meanwhile waits for no more than that."""


class Reads(Protocol):
    """Assesses texts; `name` and `version` say which model did, `subjects` weigh what its embeddings say of brands."""

    name: str
    version: str
    subjects: Weights | None

    def assess(self, texts: Sequence[str]) -> list[Prediction]: ...


def run(context: Context, assessor: Reads | None = None, *, heard: set[int] | None = None) -> Counters:
    """Read what waits, the possible news first, in batches that are committed one by one.

    Without an assessor, the configured model is loaded when there is something to read. To `heard` are added the brands
    of which something negative was read that is news.
    """
    session, options = context.session, context.settings.analysis
    assessments.end_dead_leases(session)
    counters: Counters = Counter(set_aside=unread.set_aside(context))
    waiting = assessments.count_waiting(session, context.now, READ_PER_RUN)
    if not waiting:
        waiting, assessor = _outdated(context, assessor)
    turns = len(range(0, waiting, options.batch_size))
    if waiting and assessor is None:  # before anything is claimed: when there is no model, no text is to blame
        assessor = prepare(context.settings)
    for batch in context.progress(_batches(context, waiting), total=turns, label="reading"):
        assert assessor is not None, "there is a batch, so something waited"  # noqa: S101 (tells mypy)
        _read_or_release(context, batch, assessor, counters)
        if heard is not None:
            heard |= assessments.complained_about(session, [item.mention.id for item in batch if item.mention.fresh])
    counters["made findable"] = search.catch_up(session, READ_PER_RUN)
    session.commit()
    return +counters


def _outdated(context: Context, assessor: Reads | None) -> tuple[int, Reads | None]:
    """Let some of what another model read wait, if all is to be read anew and nothing else waits; how many."""
    known = rereading.latest(context.session)
    if known is None or known.is_over:
        return 0, assessor
    reads = assessor or prepare(context.settings)
    marked = rereading.advance(context.session, reader_of(reads), AGAIN_PER_RUN)
    context.session.commit()
    return marked, reads


def reader_of(reads: Reads) -> Reader:
    return Reader(reads.name, reads.version)


def _batches(context: Context, most: int) -> Iterator[list[Waiting]]:
    """Claimed batches, until about so many texts were claimed, none is left or the job is to stop."""
    claimed = 0
    while claimed < most and not context.stopping():
        batch = assessments.claim(context.session, context.settings.analysis.batch_size, context.now)
        context.session.commit()
        if not batch:
            return
        claimed += len(batch)
        yield batch


def _read_or_release(context: Context, batch: Sequence[Waiting], assessor: Reads, counters: Counters) -> None:
    """Read a batch and commit; when that fails, give it back at once, and say so by TextsNotRead."""
    done = False
    try:
        mine = assessments.still_claimed(context.session, batch)  # a process that slept may be late
        new, before = _new(mine), counters["read"]
        if mine:
            _read(context, mine, assessor, counters)
        context.session.commit()
        done = True
        read, now = counters["read"] - before, utcnow()
        meters.read(assessed=read, dropped=len(mine) - read, lags=[(now - at).total_seconds() for at in new])
    finally:
        if not done:
            _give_back(context, batch, sys.exception())


def _new(batch: Sequence[Waiting]) -> list[datetime]:
    """When those were collected that nobody has read yet, and that are news."""
    return [
        item.mention.collected_at
        for item in batch
        if item.mention.fresh and not any(link.counted_at for link in item.links)
    ]


def _give_back(context: Context, batch: Sequence[Waiting], error: BaseException | None) -> None:
    """A try counts against the texts unless the database failed or the process is to end: they cannot help that."""
    blamed = isinstance(error, Exception) and not isinstance(error, OperationalError)
    context.session.rollback()
    assessments.release(context.session, batch, tried=blamed)
    context.session.commit()
    if blamed:
        raise TextsNotRead(f"{len(batch)} texts were not read: {type(error).__name__}") from error


def prepare(settings: Settings) -> Assessor:
    """Load the model, or raise ModelUnavailable; later calls give the same one."""
    return _load(settings.analysis, settings.themes)


@lru_cache(maxsize=1)
def _load(options: AnalysisOptions, chosen: tuple[ThemeOptions, ...]) -> Assessor:
    return load_assessor(options, chosen)


def _read(context: Context, batch: Sequence[Waiting], assessor: Reads, counters: Counters) -> None:
    tally = counts.Tally()
    ours = _link(context, batch)
    about = [item for item in batch if any((link.relevance or 0) >= RELEVANT for link in item.links)]
    said = _assess(assessor, [item.mention for item in about])
    bulk.save(context.session, (link for item in batch for link in item.links), "relevance", "location_id")
    about, said = subjects.look_again(context, about, said, assessor.assess, assessor.subjects)
    by = Reader(assessor.name, assessor.version)
    said = adopted.recognise(context.session, about, said, by)
    theme_ids = themes.ids_by_slug(context.session)
    assessments.take_back(context.session, tally, batch)
    held = corrections.held(context.session, [item.mention for item in about])
    assessments.put(context.session, tally, list(zip(about, said, strict=True)), by, theme_ids, context.now, held)
    _tell_stories(context, [item.mention for item in about])
    counts.write(context.session, tally)
    context.session.flush()
    search.index(context.session, [item.mention.id for item in batch if item.mention.id is not None])
    assessments.finish(context.session, batch)
    counters["read"] += len(about)
    counters["dropped: by own accounts"] += ours
    counters["dropped: about no watched brand"] += len(batch) - len(about) - ours


def _link(context: Context, batch: Sequence[Waiting]) -> int:
    """Say how relevant each mention is to each brand its source is watched for, and of which location.

    What a brand wrote itself is no mention of it; how many texts concern none for that reason.
    """
    slugs = dict(context.session.exec(select(Brand.id, Brand.slug)).all())
    known = {brand.id for brand in context.settings.brands}
    locations, ours, left_out = Locations(context), Ours(context, [item.mention for item in batch]), 0
    with context.session.no_autoflush:  # they are saved once the texts are read: until then nobody need wait for us
        for item in batch:
            own = [link for link in item.links if ours.wrote(item.mention, slugs[link.brand_id])]
            for link in item.links:
                slug = slugs[link.brand_id]
                counts_for = slug in known and link not in own
                link.relevance = _relevance(context.settings, item, slug) if counts_for else 0.0
                link.location_id = locations.of(item, link.brand_id, slug) if link.relevance else None
            left_out += bool(own) and not any(link.relevance for link in item.links)
    return left_out


def _relevance(settings: Settings, item: Waiting, slug: str) -> float:
    place = settings.place(item.source)
    if place is not None and place.about_brand and slug in place.brands:
        return 1.0
    brand, mention = settings.brand(slug), item.mention
    return relevance(mention.text, f"{mention.title} {mention.item}", brand.names, brand.exclude)


def _assess(assessor: Reads, mentions: Sequence[Mention]) -> list[Prediction]:
    said = assessor.assess([_words(mention) for mention in mentions])
    return [_by_rating(m, p) if not readable(_words(m)) else p for m, p in zip(mentions, said, strict=True)]


def _words(mention: Mention) -> str:
    return f"{mention.title}\n{mention.text}".strip()


def _by_rating(mention: Mention, said: Prediction) -> Prediction:
    """A review without words is read by its rating."""
    if mention.rating_value is None:
        return said
    shares = shares_of_rating(mention.rating_value, mention.rating_worst, mention.rating_best)
    label = max(zip(shares, Sentiment, strict=True))[1]
    return replace(said, negative=shares[0], neutral=shares[1], positive=shares[2], label=label, unsure=False)


def _tell_stories(context: Context, mentions: Sequence[Mention]) -> None:
    """Copies share a story; reposts share that of what they repeat, however short it is."""
    session = context.session
    roots = {mention.id: _root(session, mention) for mention in mentions if mention.repost_of_id}
    batch = {mention.id for mention in mentions}
    told = {root.id or 0: root for root in roots.values() if root.story_id is None or root.id in batch}
    told |= {mention.id or 0: mention for mention in mentions if mention.id not in roots}
    repeated = {root.id for root in roots.values()}
    texts = {number: sketch(_words(mention)) for number, mention in told.items()}
    placed = place(session, texts, context.now, repeated)
    for number, mention in told.items():
        mention.story_id = placed.get(number)
    for mention in mentions:
        if mention.id in roots:
            mention.story_id = roots[mention.id].story_id
    bulk.save(session, {id(one): one for one in [*told.values(), *mentions]}.values(), "story_id")


def _root(session: Session, mention: Mention) -> Mention:
    """What is repeated in the end, through reposts of reposts."""
    seen: set[int | None] = set()
    while mention.repost_of_id and mention.id not in seen:
        seen.add(mention.id)
        mention = session.get_one(Mention, mention.repost_of_id)
    return mention


def place(
    session: Session, texts: Mapping[int, Sketch | None], now: datetime, repeated: Collection[int | None] = ()
) -> dict[int, int]:
    """The stories of these texts, made where they are new; a text too short for one has its own once it is repeated."""
    asked = {number: text or Sketch(f"mention-{number}") for number, text in texts.items()}
    known = stories.known(session, list(asked.values()))
    told = {n: one for n, one in asked.items() if texts[n] or n in repeated or one.fingerprint in known.exact}
    new = [one for one in told.values() if one.fingerprint not in known.exact]
    near = {story for one in new for story in shortlist(one, known.by_band)}
    shelf = Shelf(known.exact, known.by_band, stories.signatures(session, near))
    placed = {number: shelf.place(one) for number, one in told.items()}
    begun = stories.begin(session, list(shelf.new.values()), now)
    stories.hear(session, set(placed.values()) - shelf.new.keys(), now)
    stories.recall(session, {placed[n]: one for n, one in told.items() if placed[n] in known.faded}, now)
    ids = {number: begun[text.fingerprint] for number, text in shelf.new.items()}
    return {number: ids.get(story, story) for number, story in placed.items()}
