"""Mentions: everything that was read, to search and to narrow down; the address holds what was asked."""

from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

import streamlit as st

from dashboard import checking, complaints, frame, marked, parts
from dashboard.data import asked as asking
from dashboard.data import mentions, opening
from dashboard.data.asked import Asked, Check, Sort, WithCase, WithMedia
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.export import MOST, as_csv
from dashboard.data.mentions import MentionRow, Results, Told
from monitor.folding import LONGEST_QUERY, Term, terms

_FACETS = {
    "sentiment": "Sentiment", "check": "Reading", "theme": "Theme", "language": "Language", "source": "Source",
    "kind": "Kind",
}  # fmt: skip
_SHOWN = 12
"""At most so many choices of a kind are offered, the most frequent."""
_SORTS = {Sort.NEWEST: "Newest", Sort.NEGATIVE: "Most negative"}
_MEDIA = {WithMedia.ANY: "With pictures or films", WithMedia.VIDEO: "With a film"}
_CASES = {WithCase.YES: "With a case", WithCase.NO: "Without a case"}
_CHECKS = {Check.NEEDED: "To check", Check.DONE: "Corrected"}
_SHOWN_NOW, _KEPT = "mentions-shown", "mentions-kept"
_HOW = (
    'All words must occur. "Words in quotes" must follow each other, -word leaves out texts that have it, '
    "begin* finds words that begin so."
)


def page() -> None:
    """The search, what it can be narrowed to, and a page of results."""
    brand = frame.head("Mentions")
    if brand is None:
        return
    asked = asking.read(st.query_params.to_dict())
    before = asking.number(st.query_params.get("before", ""))
    stayed = _key(asked, "words") in st.session_state  # a widget's value is gone once another page was shown
    _words(brand, asked)
    found = _in_place(mentions.results(brand, asked, before), (brand.id, asked, before), stayed=stayed)
    left, right = st.columns([3, 8], gap="medium")
    with left:
        st.checkbox("Filters", key="show-filters")
        with st.container(key="filters"):
            _facets(brand, asked, found)
            _more_filters(brand, asked)
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


def _go(brand: BrandRow, asked: Asked, **more: int) -> NoReturn:
    frame.go("mentions", brand=brand.slug, **asking.query(asked), **more)


def _key(asked: Asked, name: str) -> str:
    """A widget's name, new with each address, so that it shows what the address asks for."""
    return f"{name}-{hash(asked)}"


def _words(brand: BrandRow, asked: Asked) -> None:
    said = st.text_input(
        "Search",
        asked.q,
        LONGEST_QUERY,
        key=_key(asked, "words"),
        type="search",
        placeholder="Search in what people wrote",
        help=_HOW,
        label_visibility="collapsed",
    )
    words = " ".join((said or "").split())
    if words != asked.q:
        _go(brand, replace(asked, q=words))


def _facets(brand: BrandRow, asked: Asked, found: Results) -> None:
    for name, title in _FACETS.items():
        current = str(getattr(asked, name) or "")
        numbers = {choice.value: choice.number for choice in found.facets[name][:_SHOWN]}
        options = [*numbers, *([current] if current and current not in numbers else [])]
        if not options:
            continue
        labels = {value: _label(name, value, numbers.get(value, 0), more=found.more) for value in options}
        picked = st.pills(
            title, options, default=current or None, format_func=labels.__getitem__, key=_key(asked, name)
        )
        if (picked or "") != current:
            _go(brand, asking.read(asking.query(asked) | {name: picked or ""}))


def _label(name: str, value: str, number: int, *, more: bool) -> str:
    words = value.capitalize() if name in ("sentiment", "kind") else value
    if name == "theme":
        words = theme_names().get(value, value)
    elif name == "check":
        words = _CHECKS[Check(value)]
    elif name == "language":
        words = parts.language(value)
    return f"{parts.plain(words)} **{number:,}{'+' if more else ''}**"


def _more_filters(brand: BrandRow, asked: Asked) -> None:
    """The filters that have no counts."""
    since = st.date_input("From", asked.since, key=_key(asked, "from"), max_value=date(2099, 12, 31))
    until = st.date_input("To, with that day", asked.until, key=_key(asked, "to"), max_value=date(2099, 12, 31))
    ratings = {number: f"At most {number} of 5 ★" for number in range(1, 5)}
    values: dict[str, Any] = {
        "since": since if isinstance(since, date) else None,
        "until": until if isinstance(until, date) else None,
        "rating": _select(asked, "rating", "Any rating", ratings),
        "media": _select(asked, "media", "With or without pictures", _MEDIA),
        "case": _select(asked, "case", "With or without a case", _CASES),
    }
    if any(value != getattr(asked, name) for name, value in values.items()):
        _go(brand, replace(asked, **values))


def _select(asked: Asked, name: str, nothing: str, names: dict[Any, str]) -> Any:
    options = [None, *names]
    return st.selectbox(
        nothing,
        options,
        options.index(getattr(asked, name)),
        format_func=lambda value: names.get(value, nothing),
        key=_key(asked, name),
        label_visibility="collapsed",
    )


def _asked_of(brand: BrandRow, asked: Asked) -> None:
    """What was asked that has no field of its own, each to be taken away."""
    shown = {"story": f"The copies of story {asked.story}"} if asked.story else {}
    if asked.author:
        shown["author"] = f"All texts of {mentions.pseudonym(asked.author) or 'an unknown author'}"
    for name, label in shown.items():
        with st.container(horizontal=True, gap="small"):
            if st.button(parts.plain(label), icon=":material/close:", key=_key(asked, f"any-{name}")):
                _go(brand, replace(asked, **{name: None}))


def _head(brand: BrandRow, asked: Asked, found: Results) -> None:
    if not found.counted:
        if found.told:  # all that stands here was corrected, and is not what was asked for any more
            parts.write(parts.heading("Nothing left to check" if asked.check is Check.NEEDED else _how_many(found)))
        return
    with st.container(key="results-head", horizontal=True, vertical_alignment="center"):
        st.html(parts.heading(_how_many(found), _note(asked, found)), width="stretch")
        sort = st.segmented_control(
            "Order", list(_SORTS), default=asked.sort, required=True, format_func=_SORTS.__getitem__,
            key=_key(asked, "sort"), label_visibility="collapsed",
        )  # fmt: skip
        st.download_button(
            "Export",
            lambda: as_csv(brand, asked),
            f"mentions-{brand.slug}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            help=f"A table for spreadsheets; the newest {MOST:,} at most. Authors stand in it by pseudonym.",
        )
    if sort and sort is not asked.sort:
        _go(brand, replace(asked, sort=Sort(sort)))


def _how_many(found: Results) -> str:
    words = "mention" if found.counted == 1 and not found.more else "mentions"
    return f"{found.counted:,}{'+' if found.more else ''} {words}"


def _note(asked: Asked, found: Results) -> str:
    if asked.sort is Sort.NEGATIVE and found.more:
        return f"the most negative of the newest {found.counted:,}"
    return "older ones are still being made findable" if found.behind else ""


def _list(brand: BrandRow, asked: Asked, found: Results, before: int | None) -> None:
    if not found.told:
        _nothing(brand, asked, found, before)
        return
    wanted = terms(asked.q)
    for told in found.told:
        _card(brand, asked, told, wanted)
    with st.container(horizontal=True, gap="small"):
        if before is not None and st.button("To the first page", icon=":material/first_page:", type="tertiary"):
            _go(brand, asked)
        if found.older is not None and st.button(
            "Older" if asked.sort is Sort.NEWEST else "Less negative", icon=":material/arrow_forward:"
        ):
            _go(brand, asked, before=found.older)


def _nothing(brand: BrandRow, asked: Asked, found: Results, before: int | None) -> None:
    if before is not None:
        parts.empty("That is all", "There are no older mentions that fit.")
    elif asked.narrowed:
        more = " Older mentions are still being made findable; try again in some minutes." if found.behind else ""
        parts.empty("Nothing fits", f"No mention of {brand.name} fits all of this. {_HOW}{more}")
    else:
        parts.empty(
            "Nothing to search yet",
            f"`emberwatch run` crawls the sources of {brand.name} and reads what it finds; it can be searched at once.",
        )
    if (asked.narrowed or before is not None) and st.button("Show all mentions", icon=":material/restart_alt:"):
        _go(brand, Asked())


def _card(brand: BrandRow, asked: Asked, told: Told, wanted: tuple[Term, ...]) -> None:
    row = told.first
    with st.container(key=f"card-mention-{row.text.mention_id}"):
        parts.write(_told(brand, row, wanted) + _copies(brand, told, wanted))
        checking.question(row.text, _keep_in_place)
        with st.container(horizontal=True, gap="small", key=f"acts-{row.text.mention_id}"):
            _buttons(brand, asked, told)
            checking.action(row.text, _keep_in_place)


def _told(brand: BrandRow, row: MentionRow, wanted: tuple[Term, ...]) -> str:
    text = row.text
    title = marked.body(text.title, text.language, wanted, lines=2) if text.title else ""
    about = f"about {marked.inline(text.item, wanted)}" if text.item else ""
    return (
        parts.line(checking.feeling(text), checking.mark(text), _state(row), complaints.themes(text))
        + (f'<div class="ew-title">{title}</div>' if title else "")
        + marked.body(text.text, text.language, wanted, lines=5)
        + f'<div class="ew-line">{complaints.written(text, opening.now(), brand.zone)}'
        + parts.line(about, parts.link(text.url, "open the original"))
        + "</div>"
    )


def _state(row: MentionRow) -> str:
    return f"case {parts.badge(row.case_state)}" if row.case_state is not None else ""


def _copies(brand: BrandRow, told: Told, wanted: tuple[Term, ...]) -> str:
    """The same story told again nearby, to unfold."""
    if not told.copies:
        return ""
    now = opening.now()
    items = "".join(
        f'<div class="ew-copy">{complaints.written(copy.text, now, brand.zone)}'
        f"{marked.body(copy.text.text or copy.text.title, copy.text.language, wanted, lines=2)}</div>"
        for copy in told.copies
    )
    more = max(told.voices - 1, len(told.copies))
    words = "copy" if more == 1 else "copies"
    return f'<details class="ew-copies"><summary>+{more:,} {words}</summary>{items}</details>'


def _buttons(brand: BrandRow, asked: Asked, told: Told) -> None:
    row, number = told.first, told.first.text.mention_id
    if row.case_id is not None:
        if _act(f"Open case {row.case_id}", f"case-{number}", "inbox"):
            frame.go("inbox", case=row.case_id)
    elif _act("Open in the inbox", f"inbox-{number}", "inbox"):
        frame.go("inbox", mention=number)
    if row.incident_id is not None and _act(
        f"Incident {row.incident_id}", f"incident-{number}", "local_fire_department"
    ):
        frame.go("incident", id=row.incident_id)
    if (
        told.voices > 1
        and asked.story is None
        and _act(f"All {told.voices:,} copies", f"story-{number}", "content_copy")
    ):
        _go(brand, Asked(story=row.story_id))
    if row.author_id is not None and asked.author is None and _act("This author", f"author-{number}", "person"):
        _go(brand, Asked(author=row.author_id))


def _act(label: str, key: str, icon: str) -> bool:
    return st.button(label, key=key, icon=f":material/{icon}:", type="tertiary")
