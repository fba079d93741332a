"""Gathers from the store how complaints were answered in a week, and what of it is shown in a weekly report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from sqlmodel import Session

from monitor.access import LEAST, Deed
from monitor.cases import Scope, ServicePolicy
from monitor.config import BrandOptions, Settings
from monitor.facts import MentionKind, Severity
from monitor.replies.filling import names_nobody
from monitor.reports import followed, practice, silent
from monitor.reports.answering import Flags, moment
from monitor.reports.weeks import Week, Window
from monitor.reports.worked import Promise, Promised, Spoken, Worked, limits
from monitor.store import public_answers, report_answers, report_practice, report_silent
from monitor.store.report_answers import CaseRows, Events
from monitor.store.report_silent import Complaints, Place

_STEP = timedelta(minutes=1)
"""To this the time is found before which a complaint should have an answer."""


def worked(
    session: Session,
    settings: Settings,
    options: BrandOptions,
    brand_id: int,
    week: Week,
    windows: Sequence[Window],
    now: datetime,
) -> Worked:
    """All of it; a dozen questions, however many cases and mentions there are."""
    (this, last), policy = windows[:2], settings.service
    judged = limits(windows, now)
    cases = report_answers.case_rows(session, brand_id, last[0], this[1])
    events = report_answers.events(session, brand_id, last[0], now)
    spoken = _spoken(session, policy, options, brand_id, (this, last), judged)
    followed_up = np.unique(events.of(report_answers.FOLLOWED_UP).case).tolist()
    found = Worked(
        cases=cases,
        events=events,
        spoken=spoken,
        linked=report_answers.linked(session, brand_id, last[0]),
        public=_public(session, options, brand_id, (last[0], now)),
        shared=_shared(session, spoken),
        people=[one.name for one in settings.people if one.role.rank >= LEAST[Deed.WORK].rank],
        promised=_promised(policy, options, cases),
        business_hours=bool(policy.hours or policy.holidays),
        follow_up_after=policy.follow_up_after,
        solved_at=report_answers.solved_at(session, followed_up),
        staff=_staff(settings, cases, events),
    )
    return _with_words(session, brand_id, found, options, week, windows, now)


def _spoken(
    session: Session,
    policy: ServicePolicy,
    options: BrandOptions,
    brand_id: int,
    windows: Sequence[Window],
    judged: Sequence[datetime],
) -> tuple[Spoken, ...]:
    """The complaints of both weeks."""
    promises = _Promises(policy, options, *report_silent.places(session))
    found = []
    for window, until in zip(windows, judged, strict=True):
        rows = report_silent.complaints(session, brand_id, window)
        late = _late(rows, promises, window, until)
        authors = np.concatenate(silent.repeated(rows))
        earlier = (window[0] - silent.BEFORE, window[0])
        before = report_silent.complained_before(session, brand_id, authors.tolist(), earlier)
        found.append(Spoken(rows, late, before))
    return tuple(found)


class _Promises:
    """By when complaints should have their first answer; without a severity, which only cases have."""

    def __init__(
        self, policy: ServicePolicy, options: BrandOptions, sources: Mapping[int, Place], locations: Mapping[int, str]
    ) -> None:
        self._policy, self._options = policy, options
        self._sources, self._locations = sources, locations
        self.has_local_holidays = any(holiday.locations for holiday in policy.holidays)

    def newest_late(self, kind: str, place: tuple[int, int], window: Window, until: datetime) -> datetime | None:
        """The newest moment of the window whose complaints should have an answer by `until`; None: not even the first.

        `place` are the rows of source and location. Later complaints are never due earlier, so half of what is left is
        ruled out at each look.
        """
        scope = _scope(self._options, kind, self._sources[place[0]], self._locations.get(place[1], ""))
        within = self._policy.term(scope).answer_within
        low, high = -1, (window[1] - window[0]) // _STEP + 1
        while high - low > 1:
            middle = (low + high) // 2
            due = self._policy.later(window[0] + middle * _STEP, within, scope)
            low, high = (middle, high) if due <= until else (low, middle)
        return window[0] + low * _STEP if low >= 0 else None


def _late(rows: Complaints, promises: _Promises, window: Window, until: datetime) -> Flags:
    """Which complaints should have an answer by then: looked up once for each kind of text and place."""
    late = np.zeros(len(rows), dtype=np.bool_)
    if not len(rows):
        return late
    kinds, kind = np.unique(rows.kind.astype(str), return_inverse=True)
    location = rows.location if promises.has_local_holidays else np.zeros_like(rows.location)
    key = (kind * (rows.source.max() + 1) + rows.source) * (location.max() + 1) + location
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    for number, i in enumerate(first):
        place = int(rows.source[i]), int(location[i])
        newest = promises.newest_late(str(kinds[kind[i]]), place, window, until)
        if newest is not None:
            late |= (group == number) & (rows.published <= moment(newest))
    return late


def _scope(
    options: BrandOptions, kind: str, place: Place, location: str = "", severity: Severity | None = None
) -> Scope:
    return Scope(
        kind=MentionKind(kind),
        sources=(place.slug, place.kind),
        severity=severity,
        brand=options.id,
        location=location,
        zone=options.zone,
    )


def _public(session: Session, options: BrandOptions, brand_id: int, window: Window) -> dict[int, datetime]:
    """The mentions that accounts of the brand's own answered."""
    ours = public_answers.own_authors(session, [(one.host, one.id) for one in options.accounts])
    authors = sorted(ours | public_answers.owners(session))
    return dict(report_answers.answered_in_public(session, brand_id, authors, window))


def _shared(session: Session, spoken: Sequence[Spoken]) -> frozenset[int]:
    """The accounts that complained twice and are no one person, as far as names are kept."""
    authors = {*(author for one in spoken for author in (*one.before, *silent.repeated(one.rows)[1].tolist()))}
    names = report_silent.names_shown(session, sorted(authors))
    return frozenset(author for author, name in names.items() if names_nobody(name))


def _promised(policy: ServicePolicy, options: BrandOptions, cases: CaseRows) -> dict[str, Promised]:
    """What the policy promises at each kind of place, for the kinds of text and the sources that have cases there."""
    seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for place, kind, source in {*zip(cases.place, cases.kind, cases.source, strict=True)}:
        seen[place].add((kind, source))
    return {
        place: Promised(*(_promises(policy, options, place, pairs, severity) for severity in (None, Severity.CRITICAL)))
        for place, pairs in seen.items()
    }


def _promises(
    policy: ServicePolicy, options: BrandOptions, place: str, pairs: set[tuple[str, str]], severity: Severity | None
) -> tuple[Promise, ...]:
    terms = {
        policy.term(_scope(options, kind, Place(source, place), severity=severity)) for kind, source in sorted(pairs)
    }
    promises = {Promise(term.answer_within, term.solve_within, term.round_the_clock) for term in terms}
    return tuple(sorted(promises))


def _staff(settings: Settings, cases: CaseRows, events: Events) -> frozenset[str]:
    """All names of the team: those of the config, and of whoever owned a case or did something."""
    listed = {name for one in settings.people for name in (one.name, one.login, *one.known_as)}
    return frozenset({*listed, *cases.owner.tolist(), *events.actor.tolist()} - {""})


def _with_words(
    session: Session,
    brand_id: int,
    found: Worked,
    options: BrandOptions,
    week: Week,
    windows: Sequence[Window],
    now: datetime,
) -> Worked:
    """The same with the texts that are shown: a few complaints, and the solved cases that are worth a look."""
    next_end = week.before(-1).window(options.zone)[1]
    waiting = followed.shown(found, windows[0][1], next_end, options.zone)
    shown = [mention for mention, _ in (*silent.shown(found, now), *waiting)]
    content = report_answers.later_positive(session, brand_id, windows[0][0])
    best = practice.best(found.cases, content, windows[0])
    texts = report_practice.solved(session, best.number.tolist())
    return replace(
        found,
        told=report_silent.told(session, shown),
        practice=[texts[number] for number in best.number.tolist() if number in texts],
        content=frozenset(content),
    )
