"""Response: how soon and how well complaints are answered, by whom, where, and what waits now."""

from html import escape
from typing import NoReturn

import streamlit as st

from dashboard import drawing, frame, parts
from dashboard.casework import reasons
from dashboard.data import opening, response
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.response import Response
from dashboard.data.response_table import as_csv
from dashboard.data.worked import By
from dashboard.learning import lookback, responders, responding, response_terms
from dashboard.words import N_, _, _h, _hn, _n
from monitor.cases import DismissReason

_BY = {
    By.PERSON: N_("Person"),
    By.SOURCE: N_("Source"),
    By.KIND: N_("Kind"),
    By.LANGUAGE: N_("Language"),
    By.THEME: N_("Theme"),
}


def page() -> None:
    """The page."""
    brand = frame.head(_("Response"))
    if brand is None:
        return
    days = lookback.asked()
    worked = _has_cases(brand, days)
    _now(brand, days, worked=worked)
    if worked:
        _weeks(brand, days)
        _apart(brand, days)
        response_terms.show()


def _has_cases(brand: BrandRow, days: int) -> bool:
    found = response.response(brand.id, days, opening.now(), brand.zone)
    return bool(found.now.opened or found.before.opened or response.weeks(brand.id, days, opening.now(), brand.zone))


def _asked_by() -> By:
    said = st.query_params.get("by", "")
    return By(said) if said in set(By) else By.PERSON


def _go(brand: BrandRow, days: int, by: By) -> NoReturn:
    frame.go("response", brand=brand.slug, days=days, by=by.value)


@frame.live()
def _now(brand: BrandRow, days: int, *, worked: bool) -> None:
    """What waits, and the figures of the stretch; with the first case the rest of the page appears too."""
    now = opening.now()
    _waiting(brand)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        note = _n("cases opened in the last %(n)s day", "cases opened in the last %(n)s days", days)
        parts.write(parts.heading(_("How complaints were answered"), note))
        lookback.control(brand, "response", days, by=_asked_by().value)
    found = response.response(brand.id, days, now, brand.zone)
    if not _has_cases(brand, days):
        _nothing()
        return
    if not worked:
        st.rerun(scope="app")
    figures = _figures(found)
    parts.write(parts.figures(figures[:4]))
    parts.write(parts.figures(figures[4:]))
    parts.write(_done(found))


def _nothing() -> None:
    parts.empty(
        _("No case was opened yet"),
        _(
            "Take a complaint in the Inbox, or let rules open cases (`service.open_for` in config.yaml): from then on "
            "this page shows how soon they are answered and solved, and by whom."
        ),
    )
    if st.button(_("Open the inbox"), icon=":material/inbox:"):
        frame.go("inbox")


def _waiting(brand: BrandRow) -> None:
    now = opening.now()
    found = response.waiting(brand.id, now)
    parts.write(parts.heading(_("Waiting now"), _("whenever they were opened")))
    since = _("the oldest for %(time)s", time=parts.lasting(now - found.oldest)) if found.oldest else ""
    parts.write(
        parts.figures(
            [
                parts.figure(_("To answer"), parts.number(found.unanswered), since),
                parts.figure(_("Answered, to solve"), parts.number(found.ours), ""),
                parts.figure(_("Wait for the customer"), parts.number(found.theirs), ""),
                parts.figure(
                    _("Late"),
                    parts.number(found.late),
                    _("answer or solution") if found.late else _("none is late"),
                    "bad" if found.late else "",
                ),
            ]
        )
    )


def _figures(found: Response) -> list[str]:
    now, then = found.now, found.before
    times = ((_("First answer"), now.answer, then.answer), (_("Solution"), now.solution, then.solution))
    shares = (
        (_("Answered in time"), now.answered_in_time, then.answered_in_time),
        (_("Solved in time"), now.solved_in_time, then.solved_in_time),
        (_("Solved at first contact"), now.first_contact, then.first_contact),
        (_("Handed to a manager"), now.escalated, then.escalated),
        (_("Reopened"), now.reopened, then.reopened),
    )
    waits = [
        parts.figure(
            label,
            responding.took(one),
            responding.noted(responding.nine_in_ten(one), responding.before(responding.took(old))),
        )
        for label, one, old in times
    ]
    rates = [
        parts.figure(
            label,
            responding.rate(one),
            responding.noted(responding.made_of(one), responding.before(responding.rate(old))),
        )
        for label, one, old in shares
    ]
    customers = parts.figure(
        _("As the customer waited"),
        responding.took(found.waited),
        responding.noted(_("from writing to the first answer"), responding.nine_in_ten(found.waited)),
    )
    return [waits[0], rates[0], waits[1], rates[1], rates[2], rates[3], rates[4], customers]


def _done(found: Response) -> str:
    """What was done in these days, and what was dismissed (HTML)."""
    gone = sum(found.dismissed.values())
    reasons = [f"{_reason(reason)} {escape(parts.number(number))}" for reason, number in found.dismissed.items()]
    dismissed = _hn("%(n)s dismissed", "%(n)s dismissed", gone) + (f" ({', '.join(reasons)})" if reasons else "")
    return parts.line(
        _hn("%(n)s opened", "%(n)s opened", found.now.opened),
        _hn("%(n)s first answer given", "%(n)s first answers given", found.answers),
        _hn("%(n)s solved", "%(n)s solved", found.solutions),
        dismissed if gone else "",
    )


def _reason(reason: str) -> str:
    return escape(reasons.words(DismissReason(reason))) if reason in set(DismissReason) else _h("without a reason")


@frame.live()
def _weeks(brand: BrandRow, days: int) -> None:
    found = response.weeks(brand.id, days, opening.now(), brand.zone)
    if not found:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        parts.write(parts.heading(_("First answer, week by week"), _("in hours")))
        with st.container(key="card-response-times"):
            if any(week.of.answer.of for week in found):
                parts.write(parts.legend(("negative", _("half within")), ("most", _("9 in 10 within"))))
                drawing.chart(responding.times, found, words=_("Hours to the first answer, by week of opening"))
            else:
                parts.write(f'<p class="ew-mute">{_h("Nothing was answered yet.")}</p>')
    with right:
        parts.write(parts.heading(_("Kept promises, week by week"), _("hollow: too few cases")))
        with st.container(key="card-response-rates"):
            parts.write(responding.rates_legend())
            words = _("Shares answered and solved in time, and at first contact")
            drawing.chart(responding.rates, found, words=words)


def _apart(brand: BrandRow, days: int) -> None:
    by = _asked_by()
    labels = {one: _(words) for one, words in _BY.items()}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        picked = st.segmented_control(
            _("Told apart by"), list(By), default=by, required=True, format_func=labels.__getitem__,
            label_visibility="collapsed", key=f"response-by-{by}-{days}",
        )  # fmt: skip
        st.download_button(
            _("Export"),
            lambda: _table(brand, days, by),
            f"response-{brand.slug}-{by}-{days}-days.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            help=_("A table for spreadsheets, with the numbers of cases behind each rate."),
        )
    if picked and picked is not by:
        _go(brand, days, By(picked))
    responders.table(brand, days, by)
    if by is By.PERSON:
        responders.praised(brand, days)


def _table(brand: BrandRow, days: int, by: By) -> bytes:
    now = opening.now()
    found = response.groups(brand.id, days, by, now, brand.zone)
    names = theme_names() if by is By.THEME else {}
    return as_csv(response.response(brand.id, days, now, brand.zone), found, names)
