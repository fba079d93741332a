"""Mentions: everything that was read, to search and to narrow down; the address holds what was asked."""

from dataclasses import replace
from html import escape

import streamlit as st

from dashboard import complaints, exporting, frame, parts, viewer
from dashboard.data import asked as asking
from dashboard.data import mentions, opening
from dashboard.data.asked import Asked, Check, Sort
from dashboard.data.brands import BrandRow
from dashboard.data.exporting import of_mentions
from dashboard.data.mentions import MentionRow, Results, Told
from dashboard.texts import checking, marked, mention_filters, views_kept
from dashboard.words import N_, _, _h, _n
from monitor.exports import About
from monitor.folding import LONGEST_QUERY, Term, terms

_SORTS = {Sort.NEWEST: N_("Newest"), Sort.NEGATIVE: N_("Most negative")}
_SHOWN_NOW, _KEPT = "mentions-shown", "mentions-kept"
_HOW = N_(
    'All words must occur. "Words in quotes" must follow each other, -word leaves out texts that have it, '
    "begin* finds words that begin so."
)


def page() -> None:
    """The search, what it can be narrowed to, and a page of results."""
    brand = frame.head(_("Mentions"), competitors=True)
    if brand is None:
        return
    asked = asking.read(st.query_params.to_dict())
    before = asking.number(st.query_params.get("before", ""))
    # A widget's value is gone once another page was shown.
    stayed = mention_filters.key(asked, "words") in st.session_state
    with st.container(key="search-head", horizontal=True, vertical_alignment="center", gap="small"):
        _words(brand, asked)
        views_kept.control("mentions", {"brand": brand.slug, **asking.query(asked)})
    found = _in_place(mentions.results(brand, asked, before), (brand.id, asked, before), stayed=stayed)
    left, right = st.columns([3, 8], gap="medium")
    with left:
        st.checkbox(_("Filters"), key="show-filters")
        with st.container(key="filters"):
            mention_filters.facets(brand, asked, found)
            mention_filters.more_filters(brand, asked)
    with right:
        _asked_of(brand, asked)
        _head(brand, asked, found)
        _list(brand, asked, found, before)


def _in_place(found: Results, view: tuple[object, ...], *, stayed: bool) -> Results:
    """What was corrected stays where it stood, with its new state, until people look at something else."""
    kept = st.session_state.get(_KEPT)
    if kept is not None and stayed and kept[0] == view:
        return replace(found, told=mentions.again(kept[1]), older=kept[2])
    st.session_state.pop(_KEPT, None)
    st.session_state[_SHOWN_NOW] = (view, found.told, found.older)
    return found


def _keep_in_place() -> None:
    st.session_state[_KEPT] = st.session_state[_SHOWN_NOW]


def _words(brand: BrandRow, asked: Asked) -> None:
    said = st.text_input(
        _("Search"),
        asked.q,
        LONGEST_QUERY,
        key=mention_filters.key(asked, "words"),
        type="search",
        placeholder=_("Search in what people wrote"),
        help=_(_HOW),
        label_visibility="collapsed",
    )
    words = " ".join((said or "").split())
    if words != asked.q:
        mention_filters.go(brand, replace(asked, q=words))


def _asked_of(brand: BrandRow, asked: Asked) -> None:
    """What was asked that has no field of its own, each to be taken away."""
    shown = {"story": _("The copies of story %(id)s", id=asked.story)} if asked.story else {}
    if asked.author:
        name = mentions.pseudonym(asked.author)
        shown["author"] = _("All texts of %(author)s", author=name) if name else _("All texts of an unknown author")
    for name, label in shown.items():
        with st.container(horizontal=True, gap="small"):
            if st.button(parts.plain(label), icon=":material/close:", key=mention_filters.key(asked, f"any-{name}")):
                mention_filters.go(brand, replace(asked, **{name: None}))


def _head(brand: BrandRow, asked: Asked, found: Results) -> None:
    if not found.counted:
        if found.told:  # all that stands here was corrected, and is not what was asked for any more
            words = _("Nothing left to check") if asked.check is Check.NEEDED else _how_many(found)
            parts.write(parts.heading(words))
        return
    with st.container(key="results-head", horizontal=True, vertical_alignment="center"):
        st.html(parts.heading(_how_many(found), _note(asked, found)), width="stretch")
        sorts = mention_filters.told_names(_SORTS)
        sort = st.segmented_control(
            _("Order"), list(sorts), default=asked.sort, required=True, format_func=sorts.__getitem__,
            key=mention_filters.key(asked, "sort"), label_visibility="collapsed",
        )  # fmt: skip
        exporting.control(About.MENTIONS, f"mentions-{brand.slug}", of_mentions(brand, asked))
    if sort and sort is not asked.sort:
        mention_filters.go(brand, replace(asked, sort=Sort(sort)))


def _how_many(found: Results) -> str:
    if found.more:
        return _("%(n)s+ mentions", n=parts.number(found.counted))
    return _n("%(n)s mention", "%(n)s mentions", found.counted)


def _note(asked: Asked, found: Results) -> str:
    if found.instead:
        return _("nobody wrote it so: shown is %(words)s", words=found.instead)
    if asked.sort is Sort.NEGATIVE and found.more:
        return _("the most negative of the newest %(n)s", n=parts.number(found.counted))
    return _("older ones are still being made findable") if found.behind else ""


def _list(brand: BrandRow, asked: Asked, found: Results, before: int | None) -> None:
    if not found.told:
        _nothing(brand, asked, found, before)
        return
    wanted = terms(found.instead or asked.q)
    for told in found.told:
        _card(brand, asked, told, wanted)
    with st.container(horizontal=True, gap="small"):
        if before is not None and st.button(_("To the first page"), icon=":material/first_page:", type="tertiary"):
            mention_filters.go(brand, asked)
        if found.older is not None and st.button(
            _("Older") if asked.sort is Sort.NEWEST else _("Less negative"), icon=":material/arrow_forward:"
        ):
            mention_filters.go(brand, asked, before=found.older)


def _nothing(brand: BrandRow, asked: Asked, found: Results, before: int | None) -> None:
    if before is not None:
        parts.empty(_("That is all"), _("There are no older mentions that fit."))
    elif asked.narrowed:
        words = [_("No mention of %(brand)s fits all of this.", brand=brand.name), _(_HOW)]
        if found.behind:
            words.append(_("Older mentions are still being made findable; try again in some minutes."))
        parts.empty(_("Nothing fits"), " ".join(words))
    else:
        parts.empty(
            _("Nothing to search yet"),
            _(
                "`emberwatch run` crawls the sources of %(brand)s and reads what it finds; it can be searched at once.",
                brand=brand.name,
            ),
        )
    if (asked.narrowed or before is not None) and st.button(_("Show all mentions"), icon=":material/restart_alt:"):
        mention_filters.go(brand, Asked())


def _card(brand: BrandRow, asked: Asked, told: Told, wanted: tuple[Term, ...]) -> None:
    row = told.first
    with st.container(key=f"card-mention-{row.text.mention_id}"):
        parts.write(_told(brand, row, wanted) + _copies(brand, told, wanted))
        if not brand.competitor:
            checking.question(row.text, _keep_in_place)
        with st.container(horizontal=True, gap="small", key=f"acts-{row.text.mention_id}"):
            _buttons(brand, asked, told)
            if not brand.competitor:
                checking.action(row.text, _keep_in_place)


def _told(brand: BrandRow, row: MentionRow, wanted: tuple[Term, ...]) -> str:
    text = row.text
    title = marked.body(text.title, text.language, wanted, lines=2) if text.title else ""
    about = _h("about %(item)s", item=marked.inline(text.item, wanted)) if text.item else ""
    return (
        parts.line(checking.feeling(text), checking.mark(text), _state(row), complaints.themes(text))
        + (f'<div class="ew-title">{title}</div>' if title else "")
        + marked.body(text.text, text.language, wanted, lines=5)
        + f'<div class="ew-line">{complaints.written(text, opening.now(), viewer.zone(brand.zone))}'
        + parts.line(about, parts.link(text.url, _("open the original")))
        + "</div>"
    )


def _state(row: MentionRow) -> str:
    return _h("case %(state)s", state=parts.badge(row.case_state)) if row.case_state is not None else ""


def _copies(brand: BrandRow, told: Told, wanted: tuple[Term, ...]) -> str:
    """The same story told again nearby, to unfold."""
    if not told.copies:
        return ""
    now, zone = opening.now(), viewer.zone(brand.zone)
    items = "".join(
        f'<div class="ew-copy">{complaints.written(copy.text, now, zone)}'
        f"{marked.body(copy.text.text or copy.text.title, copy.text.language, wanted, lines=2)}</div>"
        for copy in told.copies
    )
    more = max(told.voices - 1, len(told.copies))
    words = _n("+%(n)s copy", "+%(n)s copies", more)
    return f'<details class="ew-copies"><summary>{escape(words)}</summary>{items}</details>'


def _buttons(brand: BrandRow, asked: Asked, told: Told) -> None:
    row, number = told.first, told.first.text.mention_id
    if row.case_id is not None:
        if _act(_("Open case %(id)s", id=row.case_id), f"case-{number}", "inbox"):
            frame.go("inbox", case=row.case_id)
    elif not brand.competitor and _act(_("Open in the inbox"), f"inbox-{number}", "inbox"):
        frame.go("inbox", mention=number)
    if row.incident_id is not None and _act(
        _("Incident %(id)s", id=row.incident_id), f"incident-{number}", "local_fire_department"
    ):
        frame.go("incident", id=row.incident_id)
    if (
        told.voices > 1
        and asked.story is None
        and _act(_("All %(n)s copies", n=parts.number(told.voices)), f"story-{number}", "content_copy")
    ):
        mention_filters.go(brand, Asked(story=row.story_id))
    if row.author_id is not None and asked.author is None and _act(_("This author"), f"author-{number}", "person"):
        mention_filters.go(brand, Asked(author=row.author_id))


def _act(label: str, key: str, icon: str) -> bool:
    return st.button(label, key=key, icon=f":material/{icon}:", type="tertiary")
