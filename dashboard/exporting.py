"""The control that gives what a page shows as a table, in any form, to those who may have it."""

import streamlit as st

from dashboard import acting, parts
from dashboard.data import exporting
from dashboard.data.exporting import MOST, Wisher
from dashboard.words import _
from monitor.access import Deed
from monitor.exports import MEDIA_TYPES, About, Form
from monitor.jobs.answer.exporting import Shape


def control(about: About, name: str, wish_of: Wisher) -> None:
    """A button that opens it; `name` is that of the file, without its ending. Nothing is read before the last click."""
    if not acting.may(Deed.EXPORT):
        return
    with st.popover(_("Export"), icon=":material/download:", key=f"export-{about}"):
        form = st.segmented_control(
            _("Form"), list(Form), default=Form.CSV, required=True, format_func=lambda one: _forms()[one],
            key=f"export-form-{about}",
        )  # fmt: skip
        names = about is not About.ALERTS and acting.may(Deed.SEE_NAMES) and _names(about)
        st.caption(_note(about))
        _button(about, name, wish_of, Shape(form or Form.CSV, names=names, most=MOST))


def _forms() -> dict[Form, str]:
    return {
        Form.CSV: _("CSV"),
        Form.XLSX: _("Excel"),
        Form.JSONL: _("JSON lines"),
        Form.PARQUET: _("Parquet"),
    }


def _names(about: About) -> bool:
    return st.checkbox(
        _("Authors by name"),
        key=f"export-names-{about}",
        help=_("Where a name is known. Otherwise authors stand in it by pseudonym."),
    )


def _note(about: About) -> str:
    most = parts.number(MOST)
    if about is About.CASES:
        return _(
            "The cases of this list, the newest %(most)s at most; complaints without a case are in the export of "
            "Mentions. The log keeps who exported what.",
            most=most,
        )
    if about is About.ALERTS:
        return _("The alerts of this list, the newest %(most)s at most. The log keeps who exported what.", most=most)
    return _("All that fits, the newest %(most)s at most. The log keeps who exported what.", most=most)


def _button(about: About, name: str, wish_of: Wisher, shape: Shape) -> None:
    """The file is made when it is clicked, after the page was drawn: who asks is looked at again then."""
    who = acting.later()
    st.download_button(
        _("Download"),
        lambda: exporting.made(wish_of, shape, who()),
        f"{name}.{shape.form}",
        MEDIA_TYPES[shape.form],
        icon=":material/download:",
        on_click="ignore",
        disabled=not acting.who(),
        help=None if acting.who() else _("Say who you are, above."),
        key=f"export-now-{about}",
    )
