"""What the figures of the page Response mean, in the words of the people who read them."""

import streamlit as st

from dashboard import parts
from dashboard.words import _, _h, _hn
from monitor.reports.answering import ENOUGH


def show() -> None:
    """The definitions, to unfold."""
    with st.expander(_("How these are counted"), icon=":material/help:"):
        told = (
            _h("Rates go by the day a case was opened, numbers of what was done by the day it was done."),
            _h(
                "First answer and solution: from the opening of the case, by the clock on the wall. Half of them took "
                "no longer than the median, nine of ten no longer than the second number."
            ),
            _h(
                "Answered in time: of the cases whose answer was due or given by now, those answered before it was "
                "due. Solved in time: the same of solutions. Due times follow the service policy, with its business "
                "hours and holidays. Cases that were dismissed are left out, but for answers given before."
            ),
            _h(
                "Solved at first contact: of the cases solved at least once, those never reopened that took one answer "
                "at most. A reopened case counts against it wherever it stands now, unless it was dismissed in the end."
            ),
            _h("Handed to a manager: overdue cases that a manager was told of; the exception that it should be."),
            _h(
                "Each stretch is judged at its own end: the days before only by what was done by then, but for "
                "reopening and handing over."
            ),
            _h("Hostile texts: the share of a person's cases whose text is hard to read, so that it can be spread."),
            _hn(
                "With fewer than %(n)s case a rate says more about chance than about the work, and none is shown.",
                "With fewer than %(n)s cases a rate says more about chance than about the work, and none is shown.",
                ENOUGH,
            ),
        )
        parts.write(f'<ul class="ew-meaning">{"".join(f"<li>{words}</li>" for words in told)}</ul>')
