"""Themes: what people complain about and what they praise, over some days beside the days before."""

from datetime import timedelta
from html import escape

import streamlit as st

from dashboard import complaints, drawing, frame, parts
from dashboard.data import ideas as idea_rows
from dashboard.data import opening, praise, response, stretches, theme_detail, themes
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.response import Group
from dashboard.data.theme_detail import Examples, Heard
from dashboard.data.themes import Board, ThemeRow
from dashboard.data.worked import By
from dashboard.learning import diverging, ideas, lookback, themed
from dashboard.learning import found as unthemed
from dashboard.words import _, _h, _n
from monitor.facts import Sentiment


def page() -> None:
    """All themes, or the one that the address names."""
    brand = frame.head(_("Themes"))
    if brand is None:
        return
    asked, days = st.query_params.get("theme", ""), lookback.asked()
    if asked in theme_names():
        _theme(brand, asked, days)
        return
    if asked:
        parts.write(f'<p class="ew-mute">{_h("There is no theme of that name.")}</p>')
    _themes(brand, days)
    unthemed.section(brand)


def _board(brand: BrandRow, days: int) -> Board:
    return themes.board(brand.id, days, opening.now(), brand.zone)


@frame.live()
def _themes(brand: BrandRow, days: int) -> None:
    found = _board(brand, days)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.write(parts.heading(_("Complaints and compliments"), _compared(found, days)))
        lookback.control(brand, "themes", days)
    if not found.rows:
        _nothing(brand)
        return
    if sentences := themed.standing_out(found):
        parts.write(f'<ul class="ew-stand-out">{"".join(sentences)}</ul>')
    parts.write(_legend())
    now = opening.now()
    waiting = theme_detail.open_cases(brand.id, now)
    solved = {group.key: group for group in response.groups(brand.id, days, By.THEME, now, brand.zone)}
    proposed = idea_rows.open_ideas(brand.id)
    for row in found.rows:
        more = themed.known_of(waiting.get(row.slug), solved.get(row.slug), proposed.get(row.slug, 0))
        _card(brand, row, days, more)
    _praised(brand, days)
    _how(found)


def _praised(brand: BrandRow, days: int) -> None:
    """Who of the team is praised by name; in whose words, stands on another page."""
    now = opening.now()
    people = praise.praised(brand.id, stretches.stretch(days, now, brand.zone).start, now)
    if not people:
        return
    with st.container(key="note-praised", horizontal=True, vertical_alignment="center"):
        names = [f"<b>{parts.name(row.person)}</b> {escape(parts.number(row.number))}" for row in people]
        st.html(parts.line(_h("Praised by name: %(people)s", people=parts.listed(names))), width="stretch")
        if st.button(_("In whose words"), icon=":material/timer:", type="tertiary"):
            frame.go("response", brand=brand.slug, days=days)


def _compared(found: Board, days: int) -> str:
    if found.rows and not found.compared:
        return _("The days before cannot be compared: the sources were not heard as much then")
    return _n("beside the %(n)s day before", "beside the %(n)s days before", days)


def _legend() -> str:
    return parts.legend(
        ("negative", f"{themed.BAD} {_('complaints')}"), ("compliments", f"{themed.GOOD} {_('compliments')}")
    )


def _card(brand: BrandRow, row: ThemeRow, days: int, more: str) -> None:
    with st.container(key=f"card-theme-{row.slug}"):
        parts.write(themed.card(row, more))
        if st.button(_("Open theme %(name)s", name=parts.plain(row.name)), key=f"open-theme-{row.slug}"):
            frame.go("themes", brand=brand.slug, theme=row.slug, days=days)


def _nothing(brand: BrandRow) -> None:
    parts.empty(
        _("Nothing was said about any theme"),
        _(
            "Once `emberwatch run` has read texts about %(brand)s, their themes appear here with what is complained "
            "about and what is praised. Choose more days to look further back.",
            brand=brand.name,
        ),
    )
    if st.button(_("See how the sources are doing"), icon=":material/sensors:"):
        frame.go("sources")


def _how(found: Board) -> None:
    with st.expander(_("How these are counted"), icon=":material/help:"):
        told = [
            _h(
                "Complaints: the sum of the probabilities of being negative, as on the Overview and in the weekly "
                "report."
            ),
            _h("Compliments: the texts held to be positive, as the page Mentions counts them."),
            _h(
                "A text with two themes counts for both. Days begin at midnight in the time zone of the brand; "
                "complaints are counted by whole hours."
            ),
            _h("Rising: more than chance and the reading explain in 19 of 20 cases, and by three at least."),
            _h(
                "In a row: weeks that are over, each with three complaints or more and with a fifth or more of all "
                "complaints about themes."
            ),
        ]
        if found.behind:
            told.append(_h("Older texts are still being made findable: compliments of earlier days are missing."))
        parts.write(f'<ul class="ew-meaning">{"".join(f"<li>{words}</li>" for words in told)}</ul>')


def _theme(brand: BrandRow, slug: str, days: int) -> None:
    """One theme."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if st.button(_("All themes"), icon=":material/arrow_back:", type="tertiary"):
            frame.go("themes", brand=brand.slug, days=days)
        lookback.control(brand, "themes", days, theme=slug)
    _summary(brand, slug, days)
    _ways(brand, slug, days)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _chart(brand, slug, days)
        _examples(brand, slug, days)
    with right:
        _told_apart(brand, slug, days)
    ideas.box(brand, slug)


@frame.live()
def _summary(brand: BrandRow, slug: str, days: int) -> None:
    now = opening.now()
    found = _board(brand, days)
    row = found.of(slug)
    name = theme_names().get(slug, slug)
    if row is None:
        parts.write(parts.heading(name))
        parts.empty(_("Nothing was said about it"), _("Choose more days to look further back."))
        return
    parts.write(f'<div class="ew-line"><h2 class="ew-h2 ew-theme-name">{parts.name(name)}</h2>{themed.tags(row)}</div>')
    if row.is_recurring:
        sentences = themed.standing_out(Board((row,), found.compared, found.behind))
        parts.write(f'<ul class="ew-stand-out">{"".join(words for words in sentences if "↻" in words)}</ul>')
    _figures(brand, row, days)
    cases = theme_detail.open_cases(brand.id, now).get(slug)
    group = _group(brand, slug, days)
    if more := themed.known_of(cases, group, 0):
        parts.write(more)


def _group(brand: BrandRow, slug: str, days: int) -> Group | None:
    found = response.groups(brand.id, days, By.THEME, opening.now(), brand.zone)
    return next((group for group in found if group.key == slug), None)


def _figures(brand: BrandRow, row: ThemeRow, days: int) -> None:
    rated = theme_detail.detail(brand.id, row.slug, days, opening.now(), brand.zone).stars
    stars = parts.decimal(rated.median, 0 if rated.median.is_integer() else 1) if rated else "–"
    parts.write(
        parts.figures(
            [
                parts.figure(
                    f"{themed.BAD} {_('Complaints')}",
                    parts.number(round(row.complaints)),
                    _before(row.complaints_before),
                    "bad" if row.complaints_step is themes.Step.MORE else "",
                ),
                parts.figure(
                    f"{themed.GOOD} {_('Compliments')}",
                    parts.number(row.compliments),
                    _before(row.compliments_before),
                ),
                parts.figure(
                    _("Share that is negative"),
                    "–" if row.share is None else parts.percent(row.share),
                    _n("of %(n)s text about it", "of %(n)s texts about it", row.mentions),
                ),
                parts.figure(
                    _("Stars, median"),
                    f"★ {stars}" if rated else stars,
                    _n("of %(n)s rated text", "of %(n)s rated texts", rated.number) if rated else _("nobody rated"),
                ),
            ]
        )
    )


def _before(value: float | None) -> str:
    return _("nothing to compare with") if value is None else _("before: %(number)s", number=parts.number(round(value)))


def _ways(brand: BrandRow, slug: str, days: int) -> None:
    """To the texts themselves, and to the work."""
    since = stretches.stretch(days, opening.now(), brand.zone).start.astimezone(brand.zone).date()
    asked = {"brand": brand.slug, "theme": slug, "from": str(since)}
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Read the complaints"), icon=":material/search:"):
            frame.go("mentions", **asked, sentiment=Sentiment.NEGATIVE)
        if st.button(_("Read the compliments"), icon=":material/search:"):
            frame.go("mentions", **asked, sentiment=Sentiment.POSITIVE)
        if st.button(_("Its cases in the inbox"), icon=":material/inbox:"):
            frame.go("inbox", brand=brand.slug, theme=slug)


@frame.live()
def _chart(brand: BrandRow, slug: str, days: int) -> None:
    row = _board(brand, days).of(slug)
    if row is None or not row.bars:
        return
    weekly = days > themes.DAILY
    parts.write(parts.heading(_("How it went"), _("week by week") if weekly else _("day by day")))
    end = opening.now().astimezone(brand.zone).date() + timedelta(days=1)
    with st.container(key="card-theme-chart"):
        drawing.chart(diverging.chart, row.bars, end, words=_("Complaints above the line, compliments below it"))


@frame.live()
def _told_apart(brand: BrandRow, slug: str, days: int) -> None:
    found = theme_detail.detail(brand.id, slug, days, opening.now(), brand.zone)
    languages = {part.key: parts.language(part.key) for part in found.languages}
    shown = (
        (_("In which languages"), found.languages, languages),
        (_("On which sources"), found.sources, {}),
        (_("About which branches"), found.locations, {}),
    )
    for title, told, names in shown:
        if told:
            parts.write(parts.heading(title, _("of the newest texts") if found.more else ""))
            parts.write(themed.told_apart(told, names))


@frame.live()
def _examples(brand: BrandRow, slug: str, days: int) -> None:
    found = theme_detail.detail(brand.id, slug, days, opening.now(), brand.zone)
    _kind(brand, _("Complaints"), themed.BAD, found.complaints, _("Nobody complained about it in these days."))
    _kind(brand, _("Compliments"), themed.GOOD, found.compliments, _("Nobody praised it in these days."))


def _kind(brand: BrandRow, title: str, sign: str, found: Examples, nothing: str) -> None:
    parts.write(parts.heading(f"{sign} {title}"))
    if not found.newest:
        parts.write(f'<p class="ew-mute">{escape(nothing)}</p>')
    for one in found.newest:
        _example(brand, one, _("newest"))
    for one in found.heard:
        _example(brand, one, _n("reached %(n)s person at least", "reached %(n)s people at least", one.reach))


def _example(brand: BrandRow, one: Heard, why: str) -> None:
    text = one.text
    with st.container(key=f"card-example-{text.mention_id}"):
        parts.write(
            parts.line(parts.tag(why))
            + complaints.content(text, lines=4)
            + f'<div class="ew-line">{complaints.written(text, opening.now(), brand.zone)}'
            + f"{complaints.original(text)}</div>"
        )
        with st.container(horizontal=True, gap="small", key=f"acts-example-{text.mention_id}"):
            if st.button(_("Open in the inbox"), icon=":material/inbox:", key=f"of-{text.mention_id}", type="tertiary"):
                frame.go("inbox", mention=text.mention_id)
