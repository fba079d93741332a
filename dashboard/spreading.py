"""How far an incident has gone and where it is going, as figures, words and the voices that carry it."""

from datetime import timedelta
from html import escape
from math import isfinite

import streamlit as st

from dashboard import frame, parts
from dashboard.data import nearly, opening
from dashboard.data.incidents import FindingRow, IncidentRow
from monitor.clock import spoken_duration
from monitor.detection.spread import in_words
from monitor.facts import IncidentState, Kind, Spread

OLD = timedelta(minutes=30)
_COUNTED = {Kind.REVIEW_BOMBING: "Low ratings", Kind.VOLUME: "Mentions"}


def figures(finding: FindingRow, spread: Spread | None) -> str:
    """What was found beside the usual, and how far it has gone since; an average on a page has no people to count."""
    shown = [_found(finding)]
    if spread is not None:
        hour = f"{parts.number(spread.per_hour)} in the last hour"
        shown += [
            parts.figure("In all so far", parts.number(spread.voices), hour),
            parts.figure("Different people", parts.number(spread.authors), _reach(spread.reach)),
            parts.figure("Sources", str(spread.sources), _carried(finding, spread)),
        ]
        return parts.figures(shown)
    if finding.authors:
        shown.append(parts.figure("Different people", str(finding.authors), _reach(finding.reach)))
    shown.append(parts.figure("Sources", str(len(finding.sources)), ", ".join(finding.sources) or "–"))
    if finding.authors and isfinite(finding.growth):
        shown.append(parts.figure("Growth", f"{parts.number(finding.growth)}×", "newer half over older half"))
    return parts.figures(shown)


def _found(finding: FindingRow) -> str:
    window = spoken_duration(timedelta(minutes=finding.minutes))
    fall = finding.rating
    if fall is not None:
        number = f"{fall.ratings} new {'rating' if fall.ratings == 1 else 'ratings'}"
        usual = f"of {fall.best:g}, usually {fall.before:.1f}; {number}"
        return parts.figure(f"Rating, last {window}", f"{fall.now:.1f}", usual, "bad")
    return parts.figure(
        f"{_COUNTED.get(finding.kind, 'Negative')} in {window}",
        parts.number(max(round(finding.seen), finding.authors)),  # as the sentence counts them
        parts.times_usual(finding.seen, finding.expected),
        "bad",
    )


def _reach(followers: int) -> str:
    return f"{followers:,} followers together" if followers else "followers not known"


def _carried(finding: FindingRow, spread: Spread) -> str:
    languages = f"{spread.languages} {'language' if spread.languages == 1 else 'languages'}"
    film = "a film is among them" if spread.video else ""
    return "; ".join(part for part in (", ".join(finding.sources), languages, film) if part)


def outlook(row: IncidentRow) -> str:
    """Where an open incident is going, in one line; nothing for one that is not open."""
    if row.spread is None or not is_going_on(row):
        return ""
    words = in_words(row.spread)
    return f'<div class="ew-sentence"><b>Where it goes:</b> {escape(words)}</div>'


def is_going_on(row: IncidentRow) -> bool:
    """Whether what was found of its spread tells of now; not when the monitor has stood still since."""
    lately = row.spread_at is not None and opening.now() - row.spread_at < OLD
    return row.state is IncidentState.OPEN and lately


def carriers(row: IncidentRow) -> None:
    """The voices that many heard, or after which many spoke; each opens its text."""
    found = nearly.amplifiers(row.spread.amplifiers) if row.spread else ()
    if not found:
        return
    parts.write(parts.heading("Who carries it", "whom many follow, or after whom many spoke"))
    for one, text in found:
        with st.container(key=f"card-carrier-{one.mention_id}"):
            heard = f"{one.followers:,} followers" if one.followers else "followers not known"
            after = f"{one.followed_by:,} more in the hour after it"
            parts.write(
                parts.line(f"<b>{parts.name(text.author)}</b>", parts.kind(text.kind, text.source), heard, after)
                + parts.body(text.text or text.title, text.language, lines=2)
            )
            if st.button(f"Open mention {one.mention_id}", key=f"open-carrier-{one.mention_id}"):
                frame.go("inbox", mention=one.mention_id)
