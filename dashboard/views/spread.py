"""Spread: how one incident grew and may go on, who carried it, and where it went."""

from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import complaints, drawing, frame, parts, viewer
from dashboard.data import incidents, nearly, opening
from dashboard.data import spread as data
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.incidents import IncidentRow
from dashboard.data.spread import Around, Growth, PlaceRow, StoryRow
from dashboard.trouble import causing, growing, spreading
from dashboard.words import _, _h, _hn

VOICES, REACH, REPOSTS = "voices", "reach", "reposts"
MOST_PAST = 20
"""Incidents that are over and may be chosen; older ones are reached from their own page."""


def page() -> None:
    """The incident that the address names, else the worst one of the brand."""
    number = frame.query_number("id")
    row = incidents.incident(number) if number is not None else None
    brand = frame.head(_("Spread"), row.brand_id if row is not None else None)
    if brand is None:
        return
    if number is not None and row is None:
        parts.write(f'<p class="ew-mute">{_h("There is no incident of that number.")}</p>')
    shown = _chosen(brand, row)
    if shown is None:
        _nothing()
        return
    zone = viewer.zone(brand.zone)
    _summary(shown.id, zone)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _growth(shown.id, zone)
        _stories(shown.id, zone)
    with right:
        _carriers(shown.id, zone)
        _places(shown.id, zone)


def _nothing() -> None:
    parts.empty(
        _("Nothing spreads"),
        _(
            "There was no incident so far. Once complaints rise, this page shows how fast they grow and what is to "
            "be expected, who carried them, and which sources they moved across and when."
        ),
    )


def _chosen(brand: BrandRow, row: IncidentRow | None) -> IncidentRow | None:
    """What the address names or, among the incidents of the brand, what is chosen; the worst one comes first."""
    rows = [*incidents.active_incidents(brand.id), *incidents.past_incidents(brand.id)[:MOST_PAST]]
    if row is not None and row.id not in [one.id for one in rows]:
        rows.append(row)
    if not rows:
        return None
    known = {one.id: one for one in rows}
    current = row.id if row is not None else rows[0].id
    labels = {one.id: _label(one) for one in rows}
    with st.container(key="spread-head", horizontal=True, vertical_alignment="center", gap="small"):
        picked = st.selectbox(
            _("Incident"), list(known), list(known).index(current), format_func=labels.__getitem__,
            key=f"spread-of-{current}", label_visibility="collapsed", width="stretch",
        )  # fmt: skip
        if st.button(_("Open this incident"), icon=":material/local_fire_department:"):
            frame.go("incident", id=current)
    if picked != current:
        frame.go("spread", brand=brand.slug, id=picked)
    return known[current]


def _label(row: IncidentRow) -> str:
    name = complaints.incident_name(row.cell, row.brand, theme_names(), row.kind)
    values = {"id": row.id, "name": name, "severity": parts.word(row.severity), "state": parts.word(row.state)}
    return _("%(id)s: %(name)s (%(severity)s, %(state)s)", **values)


@frame.live()
def _summary(incident_id: int, zone: ZoneInfo) -> None:
    row = incidents.incident(incident_id)
    if row is None:
        return
    now = opening.now()
    with st.container(key=f"card-{row.severity if row.active else 'quiet'}-spread"):
        parts.write(
            complaints.incident_head(row, theme_names(), now) + causing.line(row, now, zone) + spreading.outlook(row)
        )
    finding = incidents.latest_finding(incident_id)
    if finding is not None:
        parts.write(spreading.figures(finding, row.spread))


@frame.live("30s")
def _growth(incident_id: int, zone: ZoneInfo) -> None:
    row = incidents.incident(incident_id)
    if row is None:
        return
    found = data.growth(incident_id)
    names = {VOICES: _("Texts"), REACH: _("Followers reached"), REPOSTS: _("Reposts")}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.write(parts.heading(_("How it grew"), _("times in %(zone)s", zone=zone.key)))
        show = st.segmented_control(
            _("What is counted"), list(names), default=_asked(), required=True, format_func=names.__getitem__,
            label_visibility="collapsed", key="spread-show", on_change=_remember,
        )  # fmt: skip
    with st.container(key="card-growth"):
        _charts(row, found, show or VOICES, names, zone)


def _asked() -> str:
    asked = st.query_params.get("show", "")
    return asked if asked in (REACH, REPOSTS) else VOICES


def _remember() -> None:
    """The choice stands in the address."""
    st.query_params["show"] = str(st.session_state.get("spread-show") or VOICES)


def _charts(row: IncidentRow, found: Growth, show: str, names: dict[str, str], zone: ZoneInfo) -> None:
    rises = {VOICES: found.voices, REACH: found.reach, REPOSTS: found.reposts}[show]
    if not rises:
        parts.write(f'<p class="ew-mute">{escape(_none(show))}</p>')
        return
    start, end = _span(row, found)
    steps = data.steps(rises, start, end, found.voices_before if show == VOICES else 0)
    going_on = show == VOICES and spreading.is_going_on(row)
    counted = len(found.voices) + found.voices_before
    coming = growing.ahead(row.spread, row.spread_at, counted, end - start) if going_on else ()
    legend = [("growth", _("in all"))] + ([("forecast", _("expected, nine times of ten"))] if coming else [])
    parts.write(parts.legend(*legend))
    drawing.chart(growing.in_all, steps, coming, zone, names[show], words=_("How much there is in all"))
    width = parts.lasting(steps[0].step)
    parts.write(parts.legend(("negative", _("new in each %(width)s", width=width))))
    drawing.chart(growing.each, steps, zone, names[show], words=_("How much came in each stretch of time"))
    parts.write(f'<p class="ew-mute ew-small">{escape(_note(row, show, going_on=bool(coming)))}</p>')


def _span(row: IncidentRow, found: Growth) -> tuple[datetime, datetime]:
    """From the first moment there is anything to draw until now or, of one that is over, its last."""
    moments = [rises[0][0] for rises in (found.voices, found.reposts) if rises]
    last = [rises[-1][0] for rises in (found.voices, found.reposts) if rises]
    start = min(moments, default=row.started_at)
    end = opening.now() if row.active else max([row.last_finding_at, *last])
    return start, max(end, start + timedelta(minutes=30))


def _none(show: str) -> str:
    if show == REPOSTS:
        return _("None of the sources told how often these texts were reposted.")
    if show == REACH:
        return _("None of the sources told how many people follow these authors.")
    return _("No texts are kept of this incident.")


def _note(row: IncidentRow, show: str, *, going_on: bool) -> str:
    if show == REPOSTS:
        return _("Reposts and quotes, as the sources count them, at the time they were seen there.")
    if show == REACH:
        return _("Followers of each author, once, when they first spoke. Only some sources tell them.")
    if going_on:
        return _("The band is where the number of texts lies with a chance of nine in ten.")
    return _("No forecast: it is over.") if not row.active else _("No forecast: too few texts, or none came lately.")


@frame.live("30s")
def _carriers(incident_id: int, zone: ZoneInfo) -> None:
    row = incidents.incident(incident_id)
    found = nearly.amplifiers(row.spread.amplifiers) if row is not None and row.spread else ()
    parts.write(parts.heading(_("Who carried it"), _("whom many follow, or after whom many spoke")))
    if not found:
        words = _h("Nobody stands out: no voice has many followers, and after none did many speak.")
        parts.write(f'<p class="ew-mute">{words}</p>')
    for one, text in found:
        with st.container(key=f"card-carried-{one.mention_id}"):
            heard = _h("%(n)s followers", n=parts.number(one.followers)) if one.followers else _h("followers not known")
            after = _h("%(n)s more in the hour after it", n=parts.number(one.followed_by))
            parts.write(
                parts.line(f"<b>{parts.name(text.author)}</b>", heard, after)
                + complaints.brief(text, lines=2)
                + parts.line(
                    parts.kind(text.kind, text.source),
                    parts.when(text.published_at, opening.now(), zone),
                    complaints.original(text),
                )
            )
            if st.button(_("Open mention %(id)s", id=one.mention_id), key=f"open-carried-{one.mention_id}"):
                frame.go("inbox", mention=one.mention_id)


@frame.live("30s")
def _places(incident_id: int, zone: ZoneInfo) -> None:
    found = data.around(incident_id)
    if not found.places:
        return
    parts.write(parts.heading(_("Where it went"), _("sources in the order it reached them")))
    with st.container(key="card-places"):
        first = found.places[0].first_at
        steps = "".join(_place(place, first, zone) for place in found.places)
        parts.write(f'<div class="ew-steps">{steps}</div>')
    _languages(found)


def _place(place: PlaceRow, first: datetime, zone: ZoneInfo) -> str:
    now, gap = opening.now(), place.first_at - first
    late = gap >= timedelta(minutes=1)
    reached = _h("%(time)s later", time=escape(parts.lasting(gap))) if late else _h("first heard here")
    last = _hn(
        "%(n)s text, the last one %(when)s", "%(n)s texts, the last one %(when)s", place.voices,
        when=parts.when(place.last_at, now, zone),
    )  # fmt: skip
    return (
        f'<div class="ew-step ew-hot"><b>{parts.name(place.source)}</b> <small>{escape(place.kind)}</small><br>'
        f"{parts.when(place.first_at, now, zone)} · {reached}<br><small>{last}</small></div>"
    )


def _languages(found: Around) -> None:
    parts.write(parts.heading(_("In which languages")))
    most = sum(number for _language, number in found.languages) or 1
    rows = "".join(
        f'<div class="ew-bar-name">{parts.language(language)}</div>'
        f'<div class="ew-bar-value"><b>{parts.number(number)}</b> <span>{parts.percent(number / most)}</span></div>'
        f'<div class="ew-track"><i class="ew-fill" style="width:{100 * number / most:.1f}%"></i></div>'
        for language, number in found.languages
    )
    parts.write(f'<div class="ew-bars">{rows}</div>')


@frame.live("30s")
def _stories(incident_id: int, zone: ZoneInfo) -> None:
    found = data.around(incident_id)
    parts.write(parts.heading(_("The same story again"), _("copies and near copies, the most told first")))
    if not found.stories:
        parts.write(f'<p class="ew-mute">{_h("Each text tells its own: nothing was copied.")}</p>')
    for story in found.stories:
        _story(story, zone)


def _story(story: StoryRow, zone: ZoneInfo) -> None:
    with st.container(key=f"card-story-{story.story_id}"):
        text = story.text
        parts.write(
            parts.line(
                f"<b>{_hn('%(n)s text', '%(n)s texts', story.voices)}</b>",
                _hn("%(n)s source", "%(n)s sources", story.sources),
                _h("since %(when)s", when=parts.when(story.first_at, opening.now(), zone)),
            )
            + (complaints.brief(text, lines=2) if text is not None else "")
        )
        if st.button(_("All copies of this story"), key=f"open-story-{story.story_id}"):
            frame.go("mentions", story=story.story_id)
