"""Inbox: complaints by urgency on one side, the one at hand on the other."""

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, checking, complaints, frame, handling, parts
from dashboard.data import customers, inbox, opening
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.inbox import ComplaintRow, EventRow, Filters, Show
from dashboard.handling import OnScreen

PAGE = 20
ALSO = 5
"""Texts of the same customer shown beside a complaint."""
_ALL = ""


def page() -> None:
    """The list, and beside it the complaint that the address names."""
    chosen = _chosen()
    brand = frame.head("Inbox", chosen.brand_id if chosen else None)
    if brand is None:
        return
    if not _named():
        _list(brand, None)
        return
    left, right = st.columns([4, 5], gap="medium")
    with left, st.container(key="list-behind"):
        _list(brand, chosen.text.mention_id if chosen else None)
    with right:
        if st.button("Back to the list", icon=":material/arrow_back:", type="tertiary"):
            frame.go("inbox")
        _detail(chosen)


def _named() -> bool:
    return frame.query_number("case") is not None or frame.query_number("mention") is not None


def _chosen() -> ComplaintRow | None:
    case, mention = frame.query_number("case"), frame.query_number("mention")
    if case is not None:
        return inbox.complaint_of_case(case)
    return inbox.complaint_of_mention(mention) if mention is not None else None


@st.fragment(run_every=frame.LIVE)
def _list(brand: BrandRow, chosen: int | None) -> None:
    filters = _filters(brand)
    limit = st.session_state.get("inbox-limit", PAGE)
    rows = inbox.complaints(filters, limit + 1, opening.now())
    for row in rows[:limit]:
        _card(row, chosen=row.text.mention_id == chosen)
    if not rows:
        _nothing(filters)
    if len(rows) > limit and st.button("Show more", type="tertiary"):
        st.session_state["inbox-limit"] = limit + PAGE
        st.rerun(scope="fragment")


def _filters(brand: BrandRow) -> Filters:
    names = theme_names()
    show = st.segmented_control(
        "Show", list(Show), default=Show.OPEN, required=True, format_func=str, label_visibility="collapsed", key="show"
    )
    with st.container(horizontal=True, gap="small", key="inbox-filters"):
        theme = st.selectbox(
            "Theme", [_ALL, *names], format_func=lambda slug: names.get(slug, "Any theme"),
            label_visibility="collapsed", key="theme", width="stretch",
        )  # fmt: skip
        language = st.selectbox(
            "Language", [_ALL, *inbox.languages(brand.id, opening.now())], format_func=_language,
            label_visibility="collapsed", key="language", width="stretch",
        )  # fmt: skip
        owner = st.selectbox(
            "Owner", [_ALL, *inbox.owners(brand.id)], format_func=lambda who: who or "Any owner",
            label_visibility="collapsed", key="owner", width="stretch",
        )  # fmt: skip
    return Filters(brand.id, Show(show or Show.OPEN), acting.who(), theme, language, owner)


def _language(code: str) -> str:
    return parts.language(code) if code else "Any language"


def _nothing(filters: Filters) -> None:
    if filters.theme or filters.language or filters.owner:
        parts.empty("Nothing fits", "No complaint fits these filters. Choose “any” to see the others.")
    elif filters.show is Show.MINE:
        words = "Take a complaint from “To do”, and it appears here." if filters.me else "Say who you are, above."
        parts.empty("You own no open case", words)
    elif filters.show is Show.FOLLOW_UP:
        parts.empty("Nobody to ask again", "Some days after a case is solved it appears here: did it stay solved?")
    elif filters.show is Show.CLOSED:
        parts.empty("No closed cases yet", "Solved and dismissed complaints are kept here.")
    else:
        parts.empty("Nobody waits", "New complaints appear here by themselves, the most urgent first.")


def _card(row: ComplaintRow, *, chosen: bool) -> None:
    text, now = row.text, opening.now()
    kind = "chosen" if chosen else "row"
    with st.container(key=f"card-{kind}-{text.mention_id}"):
        parts.write(
            parts.line(
                _state(row),
                parts.badge(row.severity) if row.severity else "",
                complaints.due(row, now),
                complaints.owner(row, acting.who()),
                checking.mark(text),
                parts.stars(text.rating, text.rating_best),
                parts.language(text.language),
                parts.ago(text.published_at, now),
            )
            + complaints.brief(text, lines=3)
            + parts.line(complaints.themes(text))
        )
        if st.button(f"Open complaint {text.mention_id}", key=f"open-{text.mention_id}"):
            _open(row)


def _state(row: ComplaintRow) -> str:
    return parts.badge(row.case.state) if row.case else parts.tag("new", "high")


def _open(row: ComplaintRow) -> None:
    if row.case_id is not None:
        frame.go("inbox", case=row.case_id)
    frame.go("inbox", mention=row.text.mention_id)


def _detail(row: ComplaintRow | None) -> None:
    if row is None:
        parts.empty("This complaint is not here", "It may have been deleted where it stood, or the link is wrong.")
        return
    _text(row)
    _also_wrote(row)
    if row.case is None or row.case_id is None:
        _take_up(row)
        return
    handling.actions(OnScreen(row.case_id, row.case, row.text.language, row))
    _history(row.case_id, ZoneInfo(row.time_zone))


def _text(row: ComplaintRow) -> None:
    text, now, zone = row.text, opening.now(), ZoneInfo(row.time_zone)
    case = f"case {row.case_id}" if row.case_id is not None else "no case yet"
    with st.container(key="card-text"):
        parts.write(
            parts.line(
                _state(row),
                parts.badge(row.severity) if row.severity else "",
                complaints.due(row, now),
                complaints.owner(row, acting.who()),
                case,
            )
            + complaints.written(text, now, zone)
            + complaints.content(text)
            + parts.line(
                complaints.original(text),
                f"about {parts.name(text.item)}" if text.item else "",
                checking.feeling(text),
                checking.mark(text),
                complaints.themes(text),
            )
        )
        if text.deleted_at is None:  # nobody can say any more what the words meant
            checking.question(text)
            checking.action(text)
        if row.case and row.case.outcome:
            parts.write(f'<div class="ew-said"><b>Outcome</b>{parts.body(row.case.outcome, "")}</div>')
        if row.incident_id is not None and st.button(
            f"Part of incident {row.incident_id}", icon=":material/local_fire_department:", type="tertiary"
        ):
            frame.go("incident", id=row.incident_id)


def _also_wrote(row: ComplaintRow) -> None:
    """Other texts of the same customer; what came after the solution may say that it did not stay solved."""
    others = customers.also_wrote(row.text.mention_id, row.brand_id, ALSO + 1)
    if not others:
        return
    more = " or more" if len(others) > ALSO else ""
    number = "once more" if len(others) == 1 else f"{min(len(others), ALSO)}{more} more times"
    with st.expander(f"The same customer wrote {number}", icon=":material/history:"):
        for text in others[:ALSO]:
            solved = row.case.solved_at if row.case else None
            parts.write(
                parts.line(
                    "<b>after it was solved</b>" if solved and text.published_at > solved else "",
                    checking.feeling(text),
                    parts.ago(text.published_at, opening.now()),
                    parts.link(text.url, "open the original"),
                )
                + complaints.brief(text, lines=2)
            )


def _take_up(row: ComplaintRow) -> None:
    """Open a case for a mention and own it, in one click."""
    handling.take_button(frame.take_up, row.text.mention_id)


def _history(case_id: int, zone: ZoneInfo) -> None:
    events = inbox.history(case_id)
    parts.write(parts.heading("History"))
    with st.container(key="card-history"):
        parts.write(f'<div class="ew-steps">{"".join(_event(event, zone) for event in events)}</div>')


def _event(event: EventRow, zone: ZoneInfo) -> str:
    who = parts.name(event.actor) if event.actor else "Emberwatch"
    note = f'<div class="ew-said">{parts.body(event.note, "")}</div>' if event.note else ""
    dot = "ew-good" if event.action in ("answered", "solved") else ""
    words = "waits for the customer" if event.action == "waits" else event.action
    when = parts.when(event.at, opening.now(), zone)
    return f'<div class="ew-step {dot}"><b>{who}</b> {escape(words)} <small>{when}</small>{note}</div>'
