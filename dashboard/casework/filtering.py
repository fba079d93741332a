"""What the list of complaints is narrowed to: fields on the page, the same in its address, views that people keep."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import acting, exporting, parts
from dashboard.data import loads, opening, queues
from dashboard.data.brands import BrandRow, brands, theme_names
from dashboard.data.exporting import of_cases
from dashboard.data.inbox import UNTAKEN
from dashboard.data.queues import NOBODY, Filters, Show
from dashboard.texts import views_kept
from dashboard.words import _
from monitor.exports import About
from monitor.facts import MentionKind, Severity
from monitor.folding import LONGEST_QUERY

_LAST = "inbox-address"
"""What the address asked for when we looked last."""
_KEYS = {
    "show": "show", "theme": "theme", "language": "inbox-language", "owner": "owner", "words": "inbox-words",
    "source": "inbox-source", "kind": "inbox-kind", "severity": "inbox-severity", "overdue": "inbox-overdue",
    "hostile": "inbox-hostile",
}  # fmt: skip
"""The field of the page for each filter."""


def asked(brand: BrandRow) -> Filters:
    """What the address asks for; what is not known here is left out."""
    filters = queues.read(st.query_params.to_dict(), brand.id, acting.who())
    now = opening.now()
    return replace(
        filters,
        theme=filters.theme if filters.theme in theme_names() else "",
        language=filters.language if parts.language(filters.language) not in _unnamed(filters.language) else "",
        source=filters.source if filters.source in _sources(brand, now) else "",
        owner=filters.owner if filters.owner in _owners(brand, now) else "",
    )


def _unnamed(code: str) -> tuple[str, str]:
    return code, parts.language("")


def _sources(brand: BrandRow, now: datetime) -> tuple[str, ...]:
    configured = [source.id for source in opening.settings().sources if brand.slug in source.brands]
    return tuple(dict.fromkeys((*loads.sources(brand.id, now), *configured)))


def _owners(brand: BrandRow, now: datetime) -> tuple[str, ...]:
    named = (load.name for load in loads.people(now))
    return (NOBODY, *dict.fromkeys((*loads.owners(brand.id), *named)))


def fields(brand: BrandRow) -> Filters:
    """The fields, filled from the address where that has changed; and what they say now, written into the address."""
    wanted, state = asked(brand), st.session_state
    moved = state.get(_LAST) != wanted
    for name, key in _KEYS.items():
        if moved or key not in state:
            state[key] = getattr(wanted, name)
    now = opening.now()
    _show(brand, now)
    with st.container(horizontal=True, gap="small", key="inbox-filters"):
        _narrow(brand, now)
        with st.popover(_("More"), icon=":material/tune:", key="inbox-more"):
            _more(brand, now)
        views_kept.control("inbox", queues.query(wanted))
        if wanted.show is not Show.UNTAKEN:  # where nothing is a case yet
            exporting.control(About.CASES, f"cases-{brand.slug}", of_cases(wanted))
    found = replace(wanted, **{name: state[key] for name, key in _KEYS.items()})
    found = replace(found, words=" ".join((found.words or "").split()), show=Show(found.show or Show.OPEN))
    _write(brand, wanted, found)
    state[_LAST] = found
    return found


def _write(brand: BrandRow, before: Filters, now: Filters) -> None:
    if now == before:
        return
    kept = {name: st.query_params[name] for name in ("brand", "case", "mention") if name in st.query_params}
    if len(brands()) > 1:
        kept.setdefault("brand", brand.slug)
    st.query_params.from_dict(kept | queues.query(now))


def _show(brand: BrandRow, now: datetime) -> None:
    sizes = loads.sizes(brand.id, acting.who(), now)
    with st.container(key="inbox-lists"):
        st.segmented_control(
            _("Show"), list(Show), required=True, format_func=lambda show: _shows()[show],
            label_visibility="collapsed", key=_KEYS["show"],
        )  # fmt: skip
        _numbers([sizes[show] for show in Show], sizes[Show.UNTAKEN] >= UNTAKEN)


def _numbers(sizes: list[int], more: bool) -> None:
    """Numbers beside the names, by style: a name that changes could not be clicked while it does."""
    rules = "".join(
        f'.st-key-show button:nth-of-type({place})::after{{content:"{size:,}{"+" if more and place <= 2 else ""}"}}'
        for place, size in enumerate(sizes, 1)
        if size
    )
    parts.write(f'<i hidden></i><style data-inbox="sizes">{rules}</style>')


def _shows() -> dict[Show, str]:
    return {
        Show.OPEN: _("To do"),
        Show.UNTAKEN: _("Nobody's"),
        Show.MINE: _("Mine"),
        Show.FOLLOW_UP: _("Follow up"),
        Show.CLOSED: _("Closed"),
    }


def _choice(label: str, key: str, options: dict[Any, str]) -> None:
    """One of these or any; what is chosen already is always among them."""
    chosen = st.session_state[key]
    st.selectbox(
        label, [*options, *([chosen] if chosen not in options else [])], label_visibility="collapsed", key=key,
        format_func=lambda value: options.get(value, str(value)), width="stretch",
    )  # fmt: skip


def _narrow(brand: BrandRow, now: datetime) -> None:
    names = theme_names()
    codes = [*loads.languages(brand.id, now)]
    chosen = st.session_state[_KEYS["language"]]
    codes += [chosen] if chosen and chosen not in codes else []
    _choice(_("Theme"), _KEYS["theme"], {"": _("Any theme")} | names)
    _choice(_("Language"), _KEYS["language"], {"": _("Any language")} | {code: parts.language(code) for code in codes})
    owners = {"": _("Any owner"), NOBODY: _("Nobody")}
    _choice(_("Owner"), _KEYS["owner"], owners | {name: name for name in _owners(brand, now) if name != NOBODY})


def _more(brand: BrandRow, now: datetime) -> None:
    st.text_input(
        _("Words"), max_chars=LONGEST_QUERY, key=_KEYS["words"], type="search",
        placeholder=_("Words of the complaint"), label_visibility="collapsed",
    )  # fmt: skip
    _choice(_("Kind"), _KEYS["kind"], {None: _("Any kind")} | _kinds())
    _choice(_("Source"), _KEYS["source"], {"": _("Any source")} | {slug: slug for slug in _sources(brand, now)})
    _choice(_("Severity"), _KEYS["severity"], {None: _("Any severity")} | _severities())
    st.checkbox(_("Only what is overdue"), key=_KEYS["overdue"])
    st.checkbox(_("Only what is hostile"), key=_KEYS["hostile"])


def _kinds() -> dict[MentionKind, str]:
    return {
        MentionKind.REVIEW: _("Reviews"),
        MentionKind.POST: _("Posts"),
        MentionKind.COMMENT: _("Comments"),
        MentionKind.ARTICLE: _("Articles"),
        MentionKind.SURVEY: _("Survey answers"),
    }


def _severities() -> dict[Severity, str]:
    return {
        Severity.CRITICAL: _("Critical"),
        Severity.HIGH: _("High"),
        Severity.WATCH: _("Watch"),
    }


def nothing(filters: Filters) -> None:
    """What to do about an empty list."""
    if filters.narrowed:
        parts.empty(_("Nothing fits"), _("No complaint fits these filters. Choose “any” to see the others."))
    elif filters.show is Show.MINE:
        take = _("Take a complaint from “To do”, and it appears here.")
        parts.empty(_("You own no open case"), take if filters.me else _("Say who you are, above."))
    elif filters.show is Show.FOLLOW_UP:
        words = _("Some days after a case is solved it appears here: did it stay solved?")
        parts.empty(_("Nobody to ask again"), words)
    elif filters.show is Show.CLOSED:
        parts.empty(_("No closed cases yet"), _("Solved and dismissed complaints are kept here."))
    else:
        words = _("New complaints appear here by themselves, the most urgent first.")
        parts.empty(_("Nobody waits"), words)
