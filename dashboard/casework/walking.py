"""From one complaint to the next, so that a list can be worked through."""

from collections.abc import Sequence

import streamlit as st

from dashboard import frame
from dashboard.data import queues
from dashboard.data.inbox import ComplaintRow
from dashboard.data.queues import Filters
from dashboard.words import _

_ORDER = "inbox-order"
"""Mentions of the list in which the complaint at hand stood when it was there last."""


def address(row: ComplaintRow, filters: Filters) -> dict[str, int | str]:
    """Where a complaint is shown, beside the same list."""
    here: dict[str, int | str] = {"case": row.case_id} if row.case_id is not None else {"mention": row.text.mention_id}
    return here | queues.query(filters)


def neighbours(ids: Sequence[int], chosen: int | None, order: Sequence[int]) -> tuple[int | None, int | None]:
    """The complaints before and after the chosen one. When it has left the list, its place there counts."""
    if chosen in ids:
        place = ids.index(chosen)
        return (ids[place - 1] if place else None), (ids[place + 1] if place + 1 < len(ids) else None)
    if chosen not in order:
        return None, (ids[0] if ids else None)
    place = order.index(chosen)
    before = next((one for one in reversed(order[:place]) if one in ids), None)
    after = next((one for one in order[place + 1 :] if one in ids), None)
    return before, after


def buttons(rows: Sequence[ComplaintRow], chosen: ComplaintRow | None, filters: Filters) -> None:
    """Back to the list, the one before and the next one."""
    by_id = {row.text.mention_id: row for row in rows}
    number = chosen.text.mention_id if chosen else None
    if number in by_id:
        st.session_state[_ORDER] = tuple(by_id)
    before, after = neighbours(tuple(by_id), number, st.session_state.get(_ORDER, ()))
    done = chosen is not None and number not in by_id
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="walk"):
        st.button(
            _("Back to the list"), icon=":material/arrow_back:", type="tertiary", key="walk-back",
            on_click=frame.later, args=("inbox",), kwargs=queues.query(filters),
        )  # fmt: skip
        st.button(
            _("Previous"), icon=":material/keyboard_arrow_up:", type="tertiary", key="walk-previous",
            disabled=before is None, on_click=frame.later, args=("inbox",),
            kwargs=address(by_id[before], filters) if before is not None else {},
        )  # fmt: skip
        st.button(
            _("Next complaint"), icon=":material/keyboard_arrow_down:", type="primary" if done else "secondary",
            key="walk-next", disabled=after is None, on_click=frame.later, args=("inbox",),
            kwargs=address(by_id[after], filters) if after is not None else {},
        )  # fmt: skip
