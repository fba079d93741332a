"""How many days a page looks back on: chosen by people, kept in the address."""

import streamlit as st

from dashboard import frame
from dashboard.data import stretches
from dashboard.data.brands import BrandRow
from dashboard.words import _, _n


def asked() -> int:
    """The number of days in the address."""
    return stretches.read(st.query_params.to_dict())


def control(brand: BrandRow, address: str, days: int, **more: str) -> None:
    """The choice of days; another one shows the page of this address anew, with what else stands in it."""
    picked = st.segmented_control(
        _("Time"), list(stretches.DAYS), default=days, required=True,
        format_func=lambda number: _n("%(n)s day", "%(n)s days", number),
        label_visibility="collapsed", key=f"{address}-days-{days}",
    )  # fmt: skip
    if picked and picked != days:
        frame.go(address, brand=brand.slug, days=picked, **more)
