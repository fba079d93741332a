"""Sources: is everything being heard, and what is broken."""

from datetime import datetime, timedelta
from html import escape

from dashboard import frame, parts, viewer
from dashboard.data import opening, ratings, scores, sources
from dashboard.data.brands import BrandRow
from dashboard.data.ratings import RatingRow
from dashboard.data.sources import PartRow, RunRow, SourceRow
from dashboard.learning import rated
from dashboard.words import N_, _, _h, _hn, _n
from monitor.doors import SERVED
from monitor.models import RunOutcome, SourceHealth

_TROUBLES = {
    SourceHealth.FAILING: N_("%(n)s failing"),
    SourceHealth.CHANGED: N_("%(n)s with a changed format"),
    SourceHealth.BLOCKED: N_("%(n)s blocked"),
    SourceHealth.QUIET: N_("%(n)s quiet"),
    SourceHealth.SPENT: N_("%(n)s out of quota"),
    SourceHealth.RESTING: N_("%(n)s resting"),
}
_MILD = (SourceHealth.QUIET, SourceHealth.SPENT, SourceHealth.RESTING)
"""What is crawled on, or will be."""
_SOON = timedelta(seconds=15)
_RATINGS_SHOWN = 12
_TOLD = {
    "new": N_("%(n)s new"),
    "edited": N_("%(n)s edited"),
    "unchanged": N_("%(n)s known"),
    "ratings changed": N_("%(n)s ratings changed"),
    "deleted at the source": N_("%(n)s deleted there"),
}
"""What a crawl brought, and how people call it."""
_NOTHING = {
    RunOutcome.OK: N_("nothing new"),
    RunOutcome.SPENT: N_("ended early"),
    RunOutcome.FAILED: N_("failed"),
    RunOutcome.BLOCKED: N_("blocked"),
    RunOutcome.RUNNING: N_("running"),
}
"""What a crawl came to that brought nothing."""
_HINT = (
    "requests", "bytes received", "robots.txt read", "pages read", "pages not changed", "texts read", "ratings read",
)  # fmt: skip
"""Counters of a crawl that went well: they stand in the hint. All others tell of trouble, and are shown."""
_HEAD = (N_("Source"), N_("State"), N_("Heard in the last 7 days"), N_("Last crawl"), N_("Next"))


def page() -> None:
    """The page."""
    brand = frame.head(_("Sources"), competitors=True)
    if brand is not None:
        _health(brand)


@frame.live()
def _health(brand: BrandRow) -> None:
    now = opening.now()
    rows = [row for row in sources.sources(now) if brand.name in row.brands]
    if not rows:
        parts.empty(
            _("No source is watched"),
            _("Add one under `sources:` in config.yaml; `emberwatch check` tells if it fits."),
        )
    else:
        _verdict(rows)
        parts.write(parts.table(tuple(_(words) for words in _HEAD), (_source(row, now, brand) for row in rows)))
    _ratings(brand, now)
    _parts_table(_("The monitor’s own work"), _("Job"), sources.jobs(), brand, now)
    _parts_table(_("Channels"), _("Channel"), sources.channels(now), brand, now)


def _verdict(rows: list[SourceRow]) -> None:
    number = {health: sum(row.health is health for row in rows) for health in SourceHealth}
    troubles = [_(words, n=parts.number(number[one])) for one, words in _TROUBLES.items() if number[one]]
    bad = "bad" if number[SourceHealth.FAILING] or number[SourceHealth.CHANGED] else ""
    shown = [
        parts.figure(_("Sources"), parts.number(len(rows)), _("watched for this brand")),
        parts.figure(_("Healthy"), parts.number(number[SourceHealth.HEALTHY]), _("last crawl went well")),
        parts.figure(
            _("In trouble"),
            parts.number(sum(number[one] for one in _TROUBLES)),
            _(", ").join(troubles) or _("none"),
            bad,
        ),
        parts.figure(_("Mentions"), parts.number(sum(row.mentions for row in rows)), _("in the last 7 days")),
    ]
    parts.write(parts.figures(shown))


def _source(row: SourceRow, now: datetime, brand: BrandRow) -> tuple[str, ...]:
    tone = "" if row.health in _MILD else ' class="ew-error"'
    error = f"<small{tone}>{parts.english(row.error)}</small>" if row.error else ""
    times = _n("%(n)s time in a row", "%(n)s times in a row", row.failures)
    tries = f"<small>{escape(times)}</small>" if row.failures > 1 else ""
    good = _last_good(row.last_good_at, now, brand) if row.last_good_at else ""
    return (
        f"<b>{parts.latin(row.slug)}</b><small>{parts.latin(row.kind)}</small>",
        f"{parts.badge(row.health)}{_until(row, now, brand)}{tries}{good}{error}",
        _heard(row, now) + _score(row, now),
        _run(row.last_run, now),
        _next(row, now),
    )


def _last_good(moment: datetime, now: datetime, brand: BrandRow) -> str:
    when = parts.when(moment, now, viewer.zone(brand.zone))
    return f"<small>{_h('last good %(time)s', time=when)}</small>"


def _until(row: SourceRow, now: datetime, brand: BrandRow) -> str:
    """When a source that is left alone is asked again."""
    if row.health not in (SourceHealth.SPENT, SourceHealth.RESTING) or row.next_try_at is None:
        return ""
    if row.next_try_at <= now:
        return ""
    when = parts.when(row.next_try_at, now, viewer.zone(brand.zone))
    return f"<small>{_h('until %(time)s', time=when)}</small>"


def _heard(row: SourceRow, now: datetime) -> str:
    """The last week as a strip: green where the source is known, hatched where it is not."""
    start = now - sources.WEEK
    strips = "".join(
        f'<i style="inset-inline-start:{100 * ((first - start) / sources.WEEK):.2f}%;'
        f'width:{max(0.5, 100 * ((last - first) / sources.WEEK)):.2f}%"></i>'
        for first, last in row.known
    )
    hint = _("green: known; hatched: nobody listened")
    heard = _("%(percent)s of the time", percent=parts.percent(row.heard))
    mentions = _n("%(n)s mention", "%(n)s mentions", row.mentions)
    return (
        f'<div class="ew-heard" title="{escape(hint)}">{strips}</div><small>{escape(f"{heard} · {mentions}")}</small>'
    )


def _score(row: SourceRow, now: datetime) -> str:
    """What the answers of a survey come to, beside the week before."""
    score = scores.scores(now).get(row.slug)
    if score is None:
        return ""
    name = _("recommendation score (NPS)") if score.recommends else _("satisfied (CSAT)")
    points = f"<b>{parts.latin(_points(score.now, recommends=score.recommends))}</b>"
    told = _h("%(points)s %(name)s", points=points, name=escape(name))
    answers = _hn("%(n)s answer in 7 days", "%(n)s answers in 7 days", score.now.answers)
    if not score.before.answers:
        return f"<small>{told}, {answers}</small>"
    before = parts.latin(_points(score.before, recommends=score.recommends))
    return f"<small>{told}, {answers}, {_h('%(points)s the week before', points=before)}</small>"


def _points(week: scores.Week, *, recommends: bool) -> str:
    if week.score is None:
        return "–"
    return f"{week.score:+.0f}" if recommends else f"{week.score:.0f} %"


def _run(run: RunRow | None, now: datetime) -> str:
    if run is None:
        return parts.mute(_("none yet"))
    counted = {name: number for name, number in run.counters if number}
    brought = [escape(_(words, n=parts.number(counted[name]))) for name, words in _TOLD.items() if name in counted]
    hints = [name for name in counted if name in _HINT or name.startswith(sources.QUOTA)]
    troubles = [_counted(name, counted[name]) for name in counted if name not in (*_TOLD, *hints)]
    nothing = _(_NOTHING[run.outcome]) if run.outcome in _NOTHING else run.outcome.value
    result = _h(", ").join(brought + troubles) or escape(nothing)
    drops = _h(", ").join(parts.latin(f"{number:,} {_words(name)}") for name, number in run.drops if number)
    dropped = f"<small>{_h('left out: %(what)s', what=drops)}</small>" if drops else ""
    rest = ", ".join(f"{name}: {counted[name]:,}" for name in hints)
    when = f'<small title="{escape(rest)}">{escape(parts.ago(run.started_at, now))}{_took(run)}</small>'
    return f"{result}{when}{dropped}"


def _counted(name: str, number: int) -> str:
    """A counter as the crawler calls it, in English: there are hundreds, and more with every kind of place."""
    return parts.latin(f"{_words(name)}: {parts.number(number)}")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _took(run: RunRow) -> str:
    if run.ended_at is None:
        return ""
    took = run.ended_at - run.started_at
    if took >= timedelta(minutes=2):
        return _h(", took %(time)s", time=escape(parts.lasting(took)))
    return _hn(", took %(n)s s", ", took %(n)s s", round(took.total_seconds()))


def _next(row: SourceRow, now: datetime) -> str:
    if row.kind in SERVED:
        return parts.mute(_("whoever comes"))
    if row.next_try_at is None:
        return parts.mute(_("as soon as possible"))
    if row.next_try_at <= now + _SOON:
        return _h("due now")
    asked = _h("%(host)s asks us to wait", host=parts.latin(row.waits_for)) if row.waits_for else ""
    return escape(parts.ago(row.next_try_at, now)) + (f"<small>{asked}</small>" if asked else "")


def _ratings(brand: BrandRow, now: datetime) -> None:
    """What pages show as the average rating of things, those that fell first."""
    rows = ratings.ratings(brand.id, now)
    if not rows:
        return
    more = len(rows) - _RATINGS_SHOWN
    note = _("as the pages show them")
    if more > 0:
        note = _("the first %(shown)s of %(all)s, those that fell first", shown=_RATINGS_SHOWN, all=len(rows))
    parts.write(parts.heading(_("Ratings"), note))
    head = (_("What"), _("Rating"), _("Change"), _("Last 4 weeks"))
    parts.write(parts.table(head, (_rating(row, now) for row in rows[:_RATINGS_SHOWN])))


def _rating(row: RatingRow, now: datetime) -> tuple[str, ...]:
    return (
        f"<b>{rated.thing(row)}</b><small>{parts.latin(row.source)}</small>",
        f"{rated.value(row)}<small>{rated.people(row)}</small>",
        rated.change(row, now),
        rated.drawn(ratings.steps(row.key, now), row, now),
    )


def _parts_table(title: str, head: str, rows: tuple[PartRow, ...], brand: BrandRow, now: datetime) -> None:
    if rows:
        parts.write(parts.heading(title))
        parts.write(
            parts.table((head, _("State"), _("Last good"), _("Next")), (_part(row, brand, now) for row in rows))
        )


def _part(row: PartRow, brand: BrandRow, now: datetime) -> tuple[str, ...]:
    failing = _n("failing, %(n)s time in a row", "failing, %(n)s times in a row", row.failures)
    bad = _("failing for good") if row.permanent else failing
    state = parts.tag(bad, "critical") if row.failures else parts.tag(_("healthy"), "good")
    error = f'<small class="ew-error">{parts.english(row.error)}</small>' if row.failures and row.error else ""
    words = _n(
        "%(n)s message of the last 7 days not delivered", "%(n)s messages of the last 7 days not delivered", row.lost
    )
    lost = f"<small>{escape(words)}</small>" if row.lost else ""
    zone = viewer.zone(brand.zone)
    good = parts.when(row.last_good_at, now, zone) if row.last_good_at else _h("never")
    next_try = escape(parts.ago(row.next_try_at, now)) if row.next_try_at and row.next_try_at > now else "–"
    return f"<b>{parts.latin(row.name)}</b>", state + error + lost, good, next_try
