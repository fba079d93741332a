"""Drafts of an answer beside its form: chosen, changed and sent by a person."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, parts
from dashboard.data import drafts, opening
from dashboard.data.inbox import ComplaintRow
from dashboard.words import _
from monitor import replies
from monitor.alerting.text import web_address
from monitor.cases import LONGEST_NOTE
from monitor.replies import Complaint, Wish

AT_ONCE = "draft-at-once"
"""Where the session keeps the mention whose case is to begin with a draft, for who came by "Answer"."""
_SHIPPED = ""
"""The template that is none: the sentences that ship."""
_PERSONAL = frozenset({"delivery", "refund", "quality", "authenticity", "billing", "price"})
"""Complaints that are looked up by an order."""
_ORDER = re.compile(r"(?<!\d)\d{4,}(?!\d)")
"""What may be the order's number: then it need not be asked for."""
_WITHIN_A_WEEK = timedelta(days=6)
"""How far ahead a weekday says which day is meant."""


def controls(row: ComplaintRow, field: str, *, after: bool = False) -> None:
    """Which draft, and a button that puts it into the text field of that key; `after` it was solved, a follow-up."""
    complaint, number = drafts.complaint(row), row.text.mention_id
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"draft-{number}-{after}"):
        language = _language(complaint, number)
        if not after:
            _choices(row, complaint, language)
        st.button(
            _("Write a draft"), icon=":material/edit_note:", key=f"draft-write-{number}-{after}", on_click=_write,
            args=(row, complaint, field, after),
        )  # fmt: skip
    if not after and st.session_state.get(AT_ONCE) == number:
        del st.session_state[AT_ONCE]
        if not st.session_state.get(field):
            _write(row, complaint, field, after)


def _language(complaint: Complaint, number: int) -> str:
    options = opening.settings().replies
    known, nearest = options.languages, replies.language_for(complaint.language, options)
    chosen: str = st.selectbox(
        _("Answer in"), known, index=known.index(nearest), format_func=parts.language, key=f"draft-language-{number}",
        width="stretch",
    )  # fmt: skip
    return chosen


def _choices(row: ComplaintRow, complaint: Complaint, language: str) -> None:
    """The operator's templates, and what may stand in the draft besides."""
    options, number = opening.settings().replies, row.text.mention_id
    own = replies.templates_for(complaint, language, options)
    if own:
        st.selectbox(
            _("Template"), [*(one.name for one in own), _SHIPPED], key=f"draft-template-{number}",
            format_func=lambda name: name or _("Written for this theme"), width="stretch",
        )  # fmt: skip
    for place, label in (("offer", _("With an offer")), ("alternative", _("With an alternative"))):
        if getattr(options, place).get(language):
            st.checkbox(label, key=f"draft-{place}-{number}", help=parts.plain(getattr(options, place)[language]))
    if not complaint.public:  # an answer to a survey: its order, where there is one, came with the link
        return
    asks = bool(_PERSONAL & set(complaint.themes)) and not complaint.praise and not _ORDER.search(row.text.text)
    st.checkbox(_("Ask for the order"), value=asks, key=f"draft-order-{number}", help=_("In a private message"))


def _write(row: ComplaintRow, complaint: Complaint, field: str, after: bool) -> None:
    """Put the draft into the field, where nothing that somebody has written is lost."""
    number, state = row.text.mention_id, st.session_state
    language = str(state.get(f"draft-language-{number}", replies.ENGLISH))
    wish = Wish(
        language=language,
        agent=acting.who(),
        by=_by(row),
        offer=bool(state.get(f"draft-offer-{number}")),
        alternative=bool(state.get(f"draft-alternative-{number}")),
        ask_order=bool(state.get(f"draft-order-{number}")),
        template=str(state.get(f"draft-template-{number}") or _SHIPPED),
    )
    options, zone = opening.settings().replies, ZoneInfo(row.time_zone)
    found = (
        replies.follow_up(complaint, wish, options, zone)
        if after
        else replies.draft(complaint, wish, options, zone, variant=number)
    )
    written, last = (str(state.get(key, "")).strip() for key in (field, f"{field}-drafted"))
    text = _put(found.text, written, last)
    if len(text) > LONGEST_NOTE:
        st.toast(_("There is no room left for a draft: shorten what stands there first."), icon=":material/block:")
        return
    state[field], state[f"{field}-drafted"] = text, found.text
    state[f"draft-missing-{number}"] = found.missing


def _put(draft: str, written: str, last: str) -> str:
    """The draft in the place of the last one where that stands as it was; else below what somebody has written."""
    if last and last in written:
        return written.replace(last, draft, 1)
    return f"{written}\n\n{draft}" if written else draft


def _by(row: ComplaintRow) -> datetime | None:
    """Until when it is to be solved, in whole quarters of an hour; None where it is left to the person.

    Nobody is promised the past, and a weekday alone does not tell today from the same day of next week.
    """
    due, now = row.case.solve_due_at if row.case else None, opening.now()
    if due is None or not now < due < now + _WITHIN_A_WEEK:
        return None
    quarter = due.replace(minute=due.minute // 15 * 15, second=0, microsecond=0)
    return quarter if quarter > now else due


def missing(row: ComplaintRow) -> None:
    """What the person has to fill in by hand."""
    places = st.session_state.get(f"draft-missing-{row.text.mention_id}", ())
    if places:
        words = ", ".join(f"{{{place}}} ({replies.PLACES[place]})" for place in places)
        st.caption(_("Fill in before you send it: %(places)s.", places=words))


def forget(row: ComplaintRow, field: str) -> None:
    """In a callback: what stood in the field was recorded."""
    st.session_state.pop(f"{field}-drafted", None)
    st.session_state.pop(f"draft-missing-{row.text.mention_id}", None)


_COPY_SCRIPT = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  let later;
  if (!button.textContent) button.textContent = data.label;
  const say = (words) => {
    button.textContent = words;
    clearTimeout(later);
    later = setTimeout(() => { button.textContent = data.label; }, 4000);
  };
  const copied = async (area) => {
    try {
      await navigator.clipboard.writeText(area.value);
      return true;
    } catch {  // plain http from another machine has no clipboard, and a browser may forbid it
      area.focus();
      area.select();
      return document.execCommand("copy");
    }
  };
  button.onclick = async () => {
    const area = document.querySelector(".st-key-" + CSS.escape(data.field) + " textarea");
    if (!area || !area.value) { say(data.nothing); return; }
    if (!await copied(area)) { say(data.failed); return; }
    say(data.copied);
    if (data.url) window.open(data.url, "_blank", "noopener,noreferrer");
  };
}
"""
_COPY_STYLE = """
button { font: inherit; font-size: 0.875rem; color: inherit; cursor: pointer; min-height: 2.5rem;
  padding: 0.35rem 0.75rem; border-radius: 0.5rem; background: transparent;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
button:hover, button:focus-visible { border-color: currentColor; }
"""


def copy_button(row: ComplaintRow, field: str) -> None:
    """Copies what stands in the field, and opens the original in the same move."""
    url = web_address(row.text.url) if row.text.deleted_at is None else ""
    label = _("Copy it and open the original") if url else _("Copy it")
    copy = st.components.v2.component(
        "emberwatch_copy",
        html='<button type="button" aria-live="polite"></button>',
        css=_COPY_STYLE,
        js=_COPY_SCRIPT,
    )
    words = {
        "label": label,
        "copied": _("Copied"),
        "nothing": _("There is nothing to copy yet"),
        "failed": _("Not copied: press Ctrl+C"),
    }
    copy(data={"field": field, "url": url, **words}, key=f"copy-{field}")
