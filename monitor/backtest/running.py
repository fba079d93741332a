"""Runs a whole backtest: every brand with the settings asked for and, when people marked enough, every sensitivity."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from monitor.backtest.asked import sensitivity_of, told, with_sensitivity
from monitor.backtest.judging import WEEK, Compared, Score, compare, score, score_then
from monitor.backtest.replay import Range, Replay
from monitor.backtest.suggesting import LEAST_MARKS, Suggestion, enough, suggest, too_few
from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.facts import WHOLE, Sensitivity
from monitor.jobs import detect
from monitor.jobs.context import Progress, silent
from monitor.models import Brand
from monitor.store import backtests
from monitor.store.backtests import Kept, Past, WasRaised
from monitor.store.counts import floor

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """What was said of one brand on each day of the range: the expected numbers of negative ones and of all."""

    brand: str
    first: datetime
    mentions: tuple[float, ...]
    negative: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished backtest."""

    within: Range
    settings: tuple[str, ...]  # what was tried, in words
    brands: tuple[Compared, ...]
    days: tuple[Days, ...]
    mentions: int
    looks: int
    whole: Score
    then: Score
    rules: tuple[Score, ...]
    suggestion: Suggestion
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Subject:
    """One brand, and what is stored about it in the range."""

    brand: Brand
    kept: Kept
    then: list[WasRaised]


@dataclass(slots=True)
class _Trial:
    """One setting that is tried on every brand."""

    name: str
    settings: Settings
    compared: list[Compared]
    looks: int = 0


def run(
    session: Session, settings: Settings, within: Range, brands: Sequence[str], progress: Progress = silent
) -> Outcome:
    """Replay the range for these brands of the config; nothing is written."""
    subjects = [_subject(session, slug, within) for slug in brands]
    _refuse_empty(subjects, within)
    known = [one for one in subjects if one is not None and _has_texts(one, within)]
    marks = sum(one.mark is not None for subject in known for one in subject.then)
    trials = _trials(settings, marks)
    days: list[Days] = []
    steps = _steps(session, known, within, trials, days)
    total = within.days * len(known) * len(trials)
    for _ in progress(steps, total=total, label="replaying"):
        pass
    return _outcome(known, within, trials, days, marks)


def _subject(session: Session, slug: str, within: Range) -> _Subject | None:
    brand = session.exec(select(Brand).where(col(Brand.slug) == slug)).first()
    if brand is None:
        return None
    number = brand.id or 0
    kept = backtests.kept(session, number, within.start, within.end)
    return _Subject(brand, kept, backtests.raised(session, number, within.start, within.end))


def _has_texts(subject: _Subject, within: Range) -> bool:
    kept = subject.kept
    return kept.first is not None and kept.last is not None and kept.first < within.end and kept.last >= within.start


def _refuse_empty(subjects: Iterable[_Subject | None], within: Range) -> None:
    found = [one for one in subjects if one is not None]
    if any(_has_texts(one, within) for one in found):
        return
    firsts = [one.kept.first for one in found if one.kept.first is not None]
    lasts = [one.kept.last for one in found if one.kept.last is not None]
    if not firsts or not lasts:
        raise ConfigError("there is nothing to replay: no text of these brands is stored yet")
    raise ConfigError(
        f"--from, --to: no text is stored of {_day(within.start)} to {_day(within.end)}; "
        f"those of these brands reach from {_day(min(firsts))} to {_day(max(lasts))}"
    )


def _trials(settings: Settings, marks: int) -> list[_Trial]:
    """The settings asked for first; with enough marks every sensitivity that is not the same as that."""
    trials = [_Trial("this replay", settings, [])]
    if enough(marks):
        own = sensitivity_of(settings)
        trials += [_Trial(one, with_sensitivity(settings, one), []) for one in Sensitivity if one is not own]
    return trials


def _steps(
    session: Session, subjects: Iterable[_Subject], within: Range, trials: Sequence[_Trial], days: list[Days]
) -> Iterator[None]:
    """Replay everything; gives a sign of life after each day of each replay. Texts of one brand at a time are held."""
    for subject in subjects:
        start = floor(within.begin - detect.HISTORY, HOUR)
        rated = within.begin - detect.RATED
        past = backtests.load(session, subject.brand, start, within.end, before=within.begin, rated=rated)
        days.append(_days(past, within))
        for trial in trials:
            replay = Replay(past, within, trial.settings)
            yield from replay.days()
            trial.looks += replay.looks
            options = trial.settings.detection.incidents
            trial.compared.append(compare(past, replay.episodes(), subject.then, options))


def _days(past: Past, within: Range) -> Days:
    hours = -((within.start - within.end) // HOUR)
    first = (within.start - past.start) // HOUR
    sums = past.counts.get(WHOLE)
    mentions, negative = [], []
    for day in range(0, hours, 24):
        span = slice(first + day, first + min(day + 24, hours))
        mentions.append(float(sums[0, span].sum()) if sums is not None else 0.0)
        negative.append(float(sums[1, span].sum()) if sums is not None else 0.0)
    return Days(past.brand, within.start, tuple(mentions), tuple(negative))


def _outcome(
    subjects: Sequence[_Subject], within: Range, trials: Sequence[_Trial], days: Sequence[Days], marks: int
) -> Outcome:
    asked = trials[0]
    weeks = len(subjects) * ((within.end - within.start) / WEEK)
    kinds = [options.type for options in asked.settings.detection.detectors]
    return Outcome(
        within=within,
        settings=tuple(told(asked.settings)),
        brands=tuple(asked.compared),
        days=tuple(days),
        mentions=round(sum(sum(one.mentions) for one in days)),
        looks=asked.looks,
        whole=score(asked.name, asked.compared, weeks),
        then=score_then("as it ran then", asked.compared, weeks),
        rules=tuple(score(kind, asked.compared, weeks, kind) for kind in kinds),
        suggestion=_suggestion(trials, weeks, marks),
        notes=tuple(_notes(subjects, within)),
    )


def _suggestion(trials: Sequence[_Trial], weeks: float, marks: int) -> Suggestion:
    if not enough(marks):
        return too_few(marks)
    own = sensitivity_of(trials[0].settings)
    named = {Sensitivity(trial.name): trial for trial in trials[1:]}
    if own is not None:
        named[own] = trials[0]
    return suggest([(one, score(str(one), named[one].compared, weeks)) for one in Sensitivity if one in named], own)


def _notes(subjects: Iterable[_Subject], within: Range) -> Iterator[str]:
    """What is to be known when the figures are read."""
    for subject in subjects:
        kept = subject.kept
        if kept.first is not None and kept.first > within.begin - detect.HISTORY:
            yield (
                f"{subject.brand.name}: texts are kept from {_day(kept.first)} on. The usual is learnt from up to "
                f"{detect.HISTORY.days} days before each look, so the first days after that are silent or doubtful."
            )
        if kept.deleted:
            words = "text was" if kept.deleted == 1 else "texts were"
            yield f"{subject.brand.name}: {kept.deleted} {words} deleted at the source since, and cannot be replayed."
    if not any(one.mark is not None for subject in subjects for one in subject.then):
        yield (
            "No incident of this time is marked as useful or noise, so precision is not known. "
            f"From {LEAST_MARKS} marks on a sensitivity is suggested."
        )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}".removesuffix(" 00:00")
