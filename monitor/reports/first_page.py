"""The first page: eleven sentences at most, each made from named figures, the most important first."""

from collections.abc import Iterator
from typing import NamedTuple

from monitor.facts import Severity
from monitor.reports import sentences
from monitor.reports.figures import Figures, Sentence

MOST = 11
"""So many sentences of twenty words are read in a minute (230 words)."""


class Said(NamedTuple):
    """A sentence and how much it would be missed: of too many those with the smallest `weight` are left out."""

    weight: int
    sentence: Sentence


def summary(figures: Figures) -> tuple[Sentence, ...]:
    """What a manager should know of the week."""
    said = [*_how_it_went(figures), *_what_was_done(figures), *_what_to_learn(figures), *_what_is_not_known(figures)]
    kept = sorted(range(len(said)), key=lambda i: -said[i].weight)[:MOST]
    return tuple(said[i].sentence for i in sorted(kept))


def _one(weight: int, sentence: Sentence | None) -> Iterator[Said]:
    if sentence is not None:
        yield Said(weight, sentence)


def _how_it_went(figures: Figures) -> Iterator[Said]:
    """A critical incident is told before anything else."""
    mentions, negative = figures.figure("mentions"), figures.figure("negative")
    critical = any(row.severity == Severity.CRITICAL for row in figures.incidents)
    if critical:
        yield from _incidents(figures)
    yield from _one(100, sentences.volume(mentions))
    share = figures.figure("negative_share")
    yield from _one(99, sentences.sentiment(negative, share, clear=share.clear or False))
    yield from _one(95, sentences.why(negative, figures.why))
    if not critical:
        yield from _incidents(figures)
    for weight, sentence in zip((88, 50), sentences.themes(figures.complaints, figures.compliments), strict=False):
        yield Said(weight if sentence.figures[0].startswith("complaints:") else 50, sentence)


def _incidents(figures: Figures) -> Iterator[Said]:
    opened = figures.figure("incidents_opened")
    found = sentences.incidents(opened, figures.incidents, figures.incident_times[:4])
    for weight, sentence in zip((70 if opened.value else 40, 85), found, strict=False):
        yield Said(weight, sentence)


def _what_was_done(figures: Figures) -> Iterator[Said]:
    yield from _one(90, sentences.response(figures.response, running=figures.running))


def _what_to_learn(figures: Figures) -> Iterator[Said]:
    yield from _one(86, sentences.recurring(figures.recurring))
    yield from _one(45, sentences.found(figures.found))
    yield from _one(75, sentences.praised(figures.praised))
    yield from _one(80, sentences.silent(figures.silent))
    yield from _one(35, sentences.follow_ups(figures.follow_ups))


def _what_is_not_known(figures: Figures) -> Iterator[Said]:
    yield from _one(30, sentences.missed(figures.alert_quality))
    if figures.figure("mentions").value is not None:
        yield from _one(92, sentences.not_heard(figures.sources))
    yield from _one(91, sentences.unread(figures.figure("unread")))
