"""Looks once a day for complaints that recur and that no theme tells of; part of the report job, before it reports."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from monitor.analysis.assess import packed, unpacked
from monitor.config import BrandOptions
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Brand, FoundState, FoundTheme
from monitor.store import found as store
from monitor.store import found_adopted
from monitor.store import reports as report_store
from monitor.store.found import Complaint, Put
from monitor.threads.grouping import ALONE, Rules
from monitor.threads.looking import Heard, Looked, look, without
from monitor.threads.naming import MOST_WORDS, Told, name_all, name_of
from monitor.threads.space import Space, unit
from monitor.threads.state import State

log = get_logger(__name__)

Floats = NDArray[np.float32]

WEEKS = 8
"""So many are looked through, the running one among them."""
MOST_OPEN = 24
"""Undecided ones of a brand: what nobody can go through helps nobody. More come when some are decided on."""
LEAST_WORDS = 1
"""A group that no word tells apart shares a mood, not a complaint."""
TEXTS_NAMED_BY, TEXTS_BESIDE = 300, 3_000
LEAST_TO_MOVE = 5
"""Texts of a group that another model read, from which its centre is made anew."""
_WEEK = timedelta(days=7)
_MONDAY = datetime(2001, 1, 1)  # noqa: DTZ001 (only a day to count weeks from)


@dataclass(frozen=True)
class _Kept:
    """What was found before: `themes` are those whose centres are of the model in use, each with what it belongs to."""

    themes: list[FoundTheme]
    roots: dict[int, FoundTheme]

    @property
    def centres(self) -> Floats:
        vectors = [unpacked(one.centre) for one in self.themes]
        return np.stack(vectors) if vectors else np.zeros((0, 0), np.float32)


def run(context: Context) -> Counters:
    """Look at each brand for which a day has begun since the last look; each is committed by itself."""
    counters: Counters = Counter()
    for options in context.settings.brands:
        brand = report_store.brand_of(context.session, options.id)
        if brand is None or options.competitor or context.stopping():
            continue
        if _is_due(context.session, brand, options, context.now):
            counters += look_at(context.session, brand, options, context.now)
    return +counters


def _is_due(session: Session, brand: Brand, options: BrandOptions, now: datetime) -> bool:
    """Once a local day; also when the clock was set back."""
    state = State.read(store.state_of(session, brand.id or 0))
    return state is None or state.looked_at.astimezone(options.zone).date() != now.astimezone(options.zone).date()


def look_at(session: Session, brand: Brand, options: BrandOptions, now: datetime) -> Counters:
    """Put the complaints of the last weeks into groups and keep what came of it, all in one transaction.

    Killed before its end, nothing of it is there, and the next look does it; when another process was faster, its look
    stands.
    """
    number, since = brand.id or 0, now - WEEKS * _WEEK
    seen = store.state_of(session, number)
    state = State.read(seen)
    every = store.complaints(session, number, (since, now))
    model = _model_in_use(every)
    complaints = [one for one in every if one.model == model]
    space = _space(complaints, state, model)
    counters: Counters = Counter()
    if complaints:
        _recentre(session, number, model, space)
    kept = _kept(session, number, model)
    counters["left their group"] = store.drop_stale(session, number, since)
    if complaints:
        before = store.put_of(session, number, since)
        looked = look(_heard(complaints, kept, before, options), kept.centres, space, Rules())
        counters += _keep(session, brand, options, complaints, kept, looked, before, now)
    if not store.keep_state(session, number, seen, State(now, model, space).write()):
        session.rollback()
        return Counter()
    session.commit()
    log.info(
        "complaints grouped",
        brand=brand.slug,
        texts=len(complaints),
        **{k.replace(" ", "_"): n for k, n in counters.items()},
    )
    return counters


def _model_in_use(complaints: Sequence[Complaint]) -> str:
    """The model that read last; the embeddings of others cannot be compared with its."""
    return max(complaints, key=lambda one: one.assessment_id).model if complaints else ""


def _space(complaints: Sequence[Complaint], state: State | None, model: str) -> Space:
    """The middles of languages that are kept already stay, so that centres keep their places."""
    known = state.space if state is not None and (state.model == model or not complaints) else None
    if not complaints:
        return known or Space(0)
    vectors = _vectors(complaints)
    comparable = known if known is not None and known.size == vectors.shape[1] else None
    return Space.of(vectors, [one.language for one in complaints], comparable)


def _vectors(complaints: Iterable[Complaint]) -> Floats:
    return np.stack([unpacked(one.embedding) for one in complaints])


def _recentre(session: Session, brand_id: int, model: str, space: Space) -> None:
    """Make the centres of groups that another model's embeddings made anew from their texts as they are read now.

    What was merged into a theme of the config is told of by that, and is left.
    """
    for theme in store.themes_of(session, brand_id):
        if theme.model == model or (theme.theme_id is not None and theme.state is not FoundState.ADOPTED):
            continue
        texts = [one for one in found_adopted.read_by_now(session, theme) if one.model == model]
        if len(texts) >= LEAST_TO_MOVE:
            vectors = np.stack([unpacked(one.embedding) for one in texts])
            middle = space.place(vectors, [one.language for one in texts]).mean(axis=0)
            theme.model, theme.centre = model, packed(unit(middle))
            session.add(theme)
    session.flush()


def _kept(session: Session, brand_id: int, model: str) -> _Kept:
    themes = store.themes_of(session, brand_id)
    return _Kept([one for one in themes if one.model == model and one.centre], store.roots(themes))


def _heard(
    complaints: Sequence[Complaint], kept: _Kept, before: Mapping[int, int], options: BrandOptions
) -> Heard:  # fmt: skip
    row_of = {one.id: row for row, one in enumerate(kept.themes)}
    return Heard(
        embeddings=_vectors(complaints),
        languages=[one.language for one in complaints],
        authors=[one.author_id for one in complaints],
        weeks=[_week(one.published_at, options) for one in complaints],
        stories=[one.story_id for one in complaints],
        was_in=np.array([row_of.get(before.get(one.mention_id), ALONE) for one in complaints], np.int64),
    )


def _week(at: datetime, options: BrandOptions) -> int:
    return (at.astimezone(options.zone).replace(tzinfo=None) - _MONDAY) // _WEEK


def _keep(
    session: Session,
    brand: Brand,
    options: BrandOptions,
    complaints: Sequence[Complaint],
    kept: _Kept,
    looked: Looked,
    before: Mapping[int, int],
    now: datetime,
) -> Counters:
    """Make the rows of new groups, put the texts where they belong, and give adopted themes theirs."""
    names = _names(session, options, complaints, looked, len(kept.themes))
    open_now = sum(one.state is FoundState.OPEN for one in kept.roots.values())
    fit = [row for row, words in names.items() if len(words) >= LEAST_WORDS][: max(0, MOST_OPEN - open_now)]
    looked = without(looked, sorted(names.keys() - set(fit)))
    model, made = complaints[0].model, []
    for row, number in enumerate(fit, len(kept.themes)):
        mine = [complaints[int(i)].published_at for i in np.flatnonzero(looked.told == row)]
        made.append(_new(brand.id or 0, names[number], model, looked.centres[row], (min(mine), max(mine)), now))
    session.add_all(made)
    session.flush()
    homes = [*(kept.roots[one.id or 0] for one in kept.themes), *made]
    given = _put(session, brand.id or 0, complaints, homes, looked, before)
    _note_spans(session, brand.id or 0, homes)
    return Counter({"found": len(made), "given a theme": given})


def _names(
    session: Session, options: BrandOptions, complaints: Sequence[Complaint], looked: Looked, known: int
) -> dict[int, tuple[str, ...]]:
    """The words of each new group by its row, the largest group first."""
    groups = {row: np.flatnonzero(looked.told == row)[:TEXTS_NAMED_BY] for row in range(known, len(looked.centres))}
    if not groups:
        return {}
    rest = np.flatnonzero(looked.told < known)
    beside = rest[:: max(1, -(-len(rest) // TEXTS_BESIDE))]
    wanted = {int(i) for rows in (*groups.values(), beside) for i in rows}
    texts = store.texts(session, [complaints[i].mention_id for i in wanted])
    told = {i: _told(complaints[i], texts.get(complaints[i].mention_id, "")) for i in wanted}
    left_out = [*options.names, options.name]
    words = name_all(
        [[told[int(i)] for i in rows] for rows in groups.values()], [told[int(i)] for i in beside], left_out
    )
    return dict(zip(groups, words, strict=True))


def _told(one: Complaint, text: str) -> Told:
    return Told(text, one.language, -one.mention_id if one.author_id is None else one.author_id)


def _new(
    brand_id: int, words: Sequence[str], model: str, centre: Floats, span: tuple[datetime, datetime], now: datetime
) -> FoundTheme:
    return FoundTheme(
        brand_id=brand_id,
        name=name_of(words),
        words=list(words[:MOST_WORDS]),
        model=model,
        centre=packed(centre),
        found_at=now,
        first_at=span[0],
        last_at=span[1],
    )


def _put(
    session: Session,
    brand_id: int,
    complaints: Sequence[Complaint],
    homes: Sequence[FoundTheme],
    looked: Looked,
    before: Mapping[int, int],
) -> int:
    """Put the texts into their groups; those that are near what became a theme get it. How many got one."""
    rows, themed = list[Put](), dict[int, list[int]]()
    for one, row, cosine in zip(complaints, looked.told.tolist(), looked.cosines.tolist(), strict=True):
        if row == ALONE:
            continue
        home = homes[row]
        if home.theme_id is not None:
            themed.setdefault(home.theme_id, []).append(one.mention_id)
        elif before.get(one.mention_id) != home.id:
            rows.append(Put(one.mention_id, home.id or 0, one.published_at, round(cosine, 4)))
    store.put(session, brand_id, rows)
    return sum(found_adopted.give(session, theme_id, ids) for theme_id, ids in sorted(themed.items()))


def _note_spans(session: Session, brand_id: int, homes: Iterable[FoundTheme]) -> None:
    spans = store.spans(session, brand_id)
    for one in {home.id: home for home in homes}.values():
        if one.id in spans and (one.first_at, one.last_at) != spans[one.id]:
            one.first_at, one.last_at = spans[one.id]
            session.add(one)
    session.flush()
