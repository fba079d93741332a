"""How far an incident has gone and where it is going, as figures, words and the voices that carry it."""

from datetime import timedelta
from html import escape
from math import isfinite

import streamlit as st

from dashboard import frame, parts
from dashboard.data import nearly, opening
from dashboard.data.incidents import FindingRow, IncidentRow
from dashboard.trouble.foretelling import outlook_words
from dashboard.words import N_, _, _h, _n
from monitor.facts import IncidentState, Kind, RatingFall, Spread

OLD = timedelta(minutes=30)
_COUNTED = {
    Kind.REVIEW_BOMBING: N_("Low ratings in %(time)s"),
    Kind.VOLUME: N_("Mentions in %(time)s"),
}


def figures(finding: FindingRow, spread: Spread | None) -> str:
    """What was found beside the usual, and how far it has gone since; an average on a page has no people to count."""
    shown = [_found(finding)]
    if spread is not None:
        hour = _("%(number)s in the last hour", number=parts.number(spread.per_hour))
        shown += [
            parts.figure(_("In all so far"), parts.number(spread.voices), hour),
            parts.figure(_("Different people"), parts.number(spread.authors), _reach(spread.reach)),
            parts.figure(_("Sources"), parts.number(spread.sources), _carried(finding, spread)),
        ]
        return parts.figures(shown)
    if finding.authors:
        shown.append(parts.figure(_("Different people"), parts.number(finding.authors), _reach(finding.reach)))
    sources = _(", ").join(finding.sources) or "–"
    shown.append(parts.figure(_("Sources"), parts.number(len(finding.sources)), sources))
    if finding.authors and isfinite(finding.growth):
        growth = f"{parts.number(finding.growth)}×"
        shown.append(parts.figure(_("Growth"), growth, _("newer half over older half")))
    return parts.figures(shown)


def _found(finding: FindingRow) -> str:
    window = parts.lasting(timedelta(minutes=finding.minutes))
    if finding.rating is not None:
        fall = finding.rating
        title = _("Rating, last %(time)s", time=window)
        return parts.figure(title, parts.decimal(fall.now, 1), _fallen_from(fall), "bad")
    return parts.figure(
        _(_COUNTED.get(finding.kind, N_("Negative in %(time)s")), time=window),
        parts.number(max(round(finding.seen), finding.authors)),  # as the sentence counts them
        parts.times_usual(finding.seen, finding.expected),
        "bad",
    )


def _fallen_from(fall: RatingFall) -> str:
    best, before = f"{fall.best:g}", parts.decimal(fall.before, 1)
    return _n(
        "of %(best)s, usually %(before)s; %(n)s new rating", "of %(best)s, usually %(before)s; %(n)s new ratings",
        fall.ratings, best=best, before=before,
    )  # fmt: skip


def _reach(followers: int) -> str:
    if not followers:
        return _("followers not known")
    return _n("%(n)s follower together", "%(n)s followers together", followers)


def _carried(finding: FindingRow, spread: Spread) -> str:
    languages = _n("%(n)s language", "%(n)s languages", spread.languages)
    film = _("a film is among them") if spread.video else ""
    return "; ".join(part for part in (_(", ").join(finding.sources), languages, film) if part)


def outlook(row: IncidentRow) -> str:
    """Where an open incident is going, in one line; nothing for one that is not open."""
    if row.spread is None or not is_going_on(row):
        return ""
    label, words = f"<b>{_h('Where it goes:')}</b>", outlook_words(row.spread)
    return f'<div class="ew-sentence">{label} {escape(words)}</div>'


def is_going_on(row: IncidentRow) -> bool:
    """Whether what was found of its spread tells of now; not when the monitor has stood still since."""
    lately = row.spread_at is not None and opening.now() - row.spread_at < OLD
    return row.state is IncidentState.OPEN and lately


def carriers(row: IncidentRow) -> None:
    """The voices that many heard, or after which many spoke; each opens its text."""
    found = nearly.amplifiers(row.spread.amplifiers) if row.spread else ()
    if not found:
        return
    parts.write(parts.heading(_("Who carries it"), _("whom many follow, or after whom many spoke")))
    for one, text in found:
        with st.container(key=f"card-carrier-{one.mention_id}"):
            heard = (
                _n("%(n)s follower", "%(n)s followers", one.followers) if one.followers else _("followers not known")
            )
            after = _n("%(n)s more in the hour after it", "%(n)s more in the hour after it", one.followed_by)
            parts.write(
                parts.line(
                    f"<b>{parts.name(text.author)}</b>",
                    parts.kind(text.kind, text.source),
                    escape(heard),
                    escape(after),
                )
                + parts.body(text.text or text.title, text.language, lines=2)
            )
            if st.button(_("Open mention %(number)s", number=one.mention_id), key=f"open-carrier-{one.mention_id}"):
                frame.go("inbox", mention=one.mention_id)
