"""Silences: who wants to hear nothing of what, until when and why; made and ended here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

import streamlit as st

from dashboard import acting, frame, parts, viewer
from dashboard.data import loads, opening, silences
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.incidents import IncidentRow
from dashboard.data.silences import SilenceRow
from dashboard.words import N_, _, _h, _hn, _n
from monitor.cases import LONGEST_NOTE
from monitor.facts import Dimension, Severity
from monitor.jobs import answer

SPANS = (
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 24)),
    timedelta(days=3),
    timedelta(days=7),
)
_USUAL = timedelta(hours=2)
_UP_TO = {
    Severity.WATCH: N_("what is only to be watched"),
    Severity.HIGH: N_("up to high; critical is told"),
    Severity.CRITICAL: N_("also critical"),
}
_LABELS = {"location": N_("Location"), "theme": N_("Theme"), "source": N_("Source"), "language": N_("Language")}
_ANY = {
    "location": N_("Any location"),
    "theme": N_("Any theme"),
    "source": N_("Any source"),
    "language": N_("Any language"),
}
_ALL = ""
_TOLD = 3
"""So many silences are named in a line."""
_FIELDS = ("location", "theme", "source", "language")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form begins with: ids as in the config, "" for all; `name` tells the forms of a page apart."""

    name: str
    theme: str = _ALL
    source: str = _ALL
    language: str = _ALL


def of_incident(row: IncidentRow) -> Wanted:
    """What would silence an incident and what is like it."""
    name = f"incident-{row.id}"
    dimension, key = row.cell.dimension, row.cell.key
    return Wanted(
        name,
        theme=key if dimension is Dimension.THEME else _ALL,
        source=key if dimension is Dimension.SOURCE else _ALL,
        language=key if dimension is Dimension.LANGUAGE else _ALL,
    )


def section(brand: BrandRow, *, everything: bool) -> None:
    """The form, what is silenced, and what was."""
    now = opening.now()
    with st.expander(_("Silence something"), icon=":material/notifications_paused:"):
        form(brand, Wanted("page"))
    rows = silences.silences("" if everything else brand.slug, now)
    if not rows:
        parts.empty(
            _("Nothing is silenced"),
            _(
                "A silence keeps messages back for a while, say during a planned change. It has an end and a reason, "
                "and what is still going on at its end is told then."
            ),
        )
    held = silences.held(rows)
    for row in rows:
        _silence(row, held.get(row.id, 0), brand, now)


def _silence(row: SilenceRow, held: int, brand: BrandRow, now: datetime) -> None:
    active = row.holds(now)
    with st.container(key=f"card-{'high' if active else 'quiet'}-silence-{row.id}"):
        parts.write(
            parts.line(
                parts.tag(_("silenced"), "high", "◌") if active else parts.tag(_("over")), _when(row, brand, now)
            )
            + f'<div class="ew-sentence"><b>{what(row)}</b>, {escape(_(_UP_TO[row.up_to]))}</div>'
            + f'<div class="ew-said">{parts.body(row.reason, "")}</div>'
            + parts.line(_h("by %(name)s", name=f"<b>{parts.name(row.actor)}</b>"), _messages(held), _ended(row))
        )
        if active:
            st.button(
                _("End now"), icon=":material/notifications_active:", key=f"end-silence-{row.id}", on_click=_end,
                args=(row.id,),
            )  # fmt: skip


def _tag(active: bool) -> str:
    return parts.tag(_("silenced"), "high", "◌") if active else parts.tag(_("over"))


def _when(row: SilenceRow, brand: BrandRow, now: datetime) -> str:
    zone = viewer.zone(brand.zone)
    ends = parts.when(row.ends_at, now, zone)
    if row.holds(now):
        return f"<b>{_h('until %(time)s', time=ends)}</b>"
    return _h("%(start)s to %(end)s", start=escape(parts.clock(row.starts_at, now, zone)), end=ends)


def what(row: SilenceRow) -> str:
    """What is silenced, in a few words (HTML)."""
    places = silences.locations(row.brand)
    pieces = [
        parts.name(row.brand_name) if row.brand else escape(_("All brands")),
        parts.name(places.get(row.location, row.location)) if row.location else "",
        parts.name(theme_names().get(row.theme, row.theme)) if row.theme else "",
        parts.name(row.source) if row.source else "",
        parts.language(row.language) if row.language else "",
    ]
    return " · ".join(piece for piece in pieces if piece)


def _messages(held: int) -> str:
    return _hn("%(n)s message held back", "%(n)s messages held back", held) if held else _h("nothing was held back")


def _ended(row: SilenceRow) -> str:
    return _h("ended early by %(name)s", name=f"<b>{parts.name(row.ended_by)}</b>") if row.ended_by else ""


def _end(silence_id: int) -> None:
    acting.do(
        lambda session, me, now: answer.end_silence(session, silence_id, me, now),
        _("The silence is over. What it held back goes out if it is still going on."),
    )
    frame.later()


def form(brand: BrandRow, wanted: Wanted) -> None:
    """What to silence, for how long and why."""
    with st.form(_key(wanted, "form"), border=False):
        brands = {brand.slug: brand.name, _ALL: _("All brands")}
        st.selectbox(_("Brand"), list(brands), format_func=brands.__getitem__, key=_key(wanted, "brand"))
        choices = _choices(brand, wanted)
        for pair in (_FIELDS[:2], _FIELDS[2:]):
            with st.container(horizontal=True, gap="small"):
                for field in pair:
                    _choice(field, choices[field], wanted)
        with st.container(horizontal=True, gap="small"):
            st.selectbox(
                _("For how long"), SPANS, index=SPANS.index(_USUAL), format_func=span_words,
                key=_key(wanted, "span"), width="stretch",
            )  # fmt: skip
            st.selectbox(
                _("How severe"), list(Severity), index=1, format_func=lambda one: _(_UP_TO[one]),
                key=_key(wanted, "up_to"), width="stretch",
            )  # fmt: skip
        warning = _h("“Also critical” means that nobody is warned, however bad it gets.")
        parts.write(f'<span class="ew-ask">{warning}</span>')
        st.text_input(
            _("Why?"), max_chars=LONGEST_NOTE, key=_key(wanted, "reason"), placeholder=_("the shop moves today …")
        )
        label, icon = _("Silence it"), ":material/notifications_paused:"
        st.form_submit_button(label, icon=icon, type="primary", on_click=_silence_it, args=(wanted,))


def span_words(span: timedelta) -> str:
    """How long a silence may last, as people choose it: in hours up to a day."""
    if span < timedelta(hours=1):
        return _n("%(n)s minute", "%(n)s minutes", span // timedelta(minutes=1))
    if span <= timedelta(days=1):
        return _n("%(n)s hour", "%(n)s hours", span // timedelta(hours=1))
    return _n("%(n)s day", "%(n)s days", span.days)


def _key(wanted: Wanted, field: str) -> str:
    return f"silence-{wanted.name}-{field}"


def _choices(brand: BrandRow, wanted: Wanted) -> dict[str, dict[str, str]]:
    """The ids that each field offers and how people call them; without any there is nothing to choose."""
    found = {
        "location": silences.locations(brand.slug),
        "theme": theme_names(),
        "source": {slug: slug for slug in silences.source_slugs(brand.id)},
        "language": {code: parts.language(code) for code in loads.languages(brand.id, opening.now())},
    }
    for field in _FIELDS[1:]:
        if begins := getattr(wanted, field):
            found[field] = {begins: begins} | found[field]
    return found


def _choice(field: str, names: dict[str, str], wanted: Wanted) -> None:
    if not names:
        return
    options = [_ALL, *names]
    begins = getattr(wanted, field, _ALL)
    st.selectbox(
        _(_LABELS[field]),
        options,
        index=options.index(begins),
        format_func=lambda value: names[value] if value else _(_ANY[field]),
        key=_key(wanted, field),
        width="stretch",
    )


def _silence_it(wanted: Wanted) -> None:
    said = {field: st.session_state.get(_key(wanted, field), "") for field in ("brand", *_FIELDS, "reason")}
    span: timedelta = st.session_state[_key(wanted, "span")]
    up_to = Severity(st.session_state[_key(wanted, "up_to")])
    done = acting.do(
        lambda session, me, now: answer.silence(
            session, opening.settings(), **said, up_to=up_to, ends_at=now + span, actor=me, now=now
        ),
        _("It is silenced."),
    )
    if done is not None:
        st.session_state[_key(wanted, "reason")] = ""
    frame.later()


def active(brand: BrandRow | None, now: datetime) -> list[SilenceRow]:
    """What is silenced now for a brand; None: for any."""
    return [row for row in silences.silences(brand.slug if brand else "", now) if row.holds(now)]


def active_line(brand: BrandRow, now: datetime) -> str:
    """What is silenced now for a brand, in a line of HTML; "" when nothing is."""
    rows = active(brand, now)
    if not rows:
        return ""
    told = "; ".join(_told(row, brand, now) for row in rows[:_TOLD])
    if len(rows) <= _TOLD:
        return _h("Alerts are silenced for %(what)s.", what=told)
    more = len(rows) - _TOLD
    return _hn("Alerts are silenced for %(what)s and %(n)s more.", "Alerts are silenced for %(what)s and %(n)s more.",
               more, what=told)  # fmt: skip


def _told(row: SilenceRow, brand: BrandRow, now: datetime) -> str:
    until = escape(parts.clock(row.ends_at, now, viewer.zone(brand.zone)))
    if row.up_to is Severity.CRITICAL:
        also = f"<b>{_h('also critical ones')}</b>"
        return _h("%(what)s, %(also)s, until %(time)s", what=what(row), also=also, time=until)
    return _h("%(what)s until %(time)s", what=what(row), time=until)
