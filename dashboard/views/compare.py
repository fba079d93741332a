"""Compare: the brands of the config side by side, and the branches of one."""

from html import escape

import streamlit as st

from dashboard import frame, parts
from dashboard.data import comparing, opening
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.comparing import Branches, Brands, Side
from dashboard.learning import lookback
from dashboard.words import _, _h, _hn, _n
from monitor.alerting.text import clip, one_line

LITTLE_HEARD = 0.9
THEMES_NAMED = 3
LONGEST_HEAD = 40
"""Letters of a brand's name over a column."""


def page() -> None:
    """The page."""
    brand = frame.head(_("Compare"))
    if brand is None:
        return
    days = lookback.asked()
    _brands(brand, days)
    _branches(brand, days)
    _how()


@frame.live()
def _brands(brand: BrandRow, days: int) -> None:
    found = comparing.side_by_side(brand, days, opening.now())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        parts.write(
            parts.heading(_("Brands side by side"), _n("in the last %(n)s day", "in the last %(n)s days", days))
        )
        lookback.control(brand, "compare", days)
    if len(found.sides) < 2:
        parts.empty(
            _("There is one brand, and nothing to put beside it"),
            _(
                "Add another brand of yours under `brands:` in config.yaml, or that of somebody else with "
                "`competitor: true`, and name it in `brands` of the sources that tell of it. A competitor is read and "
                "counted; nobody is alerted or answers there."
            ),
        )
        return
    _voice(found)
    head = (_("Brand"), _("Mentions"), _("Negative"), _("Rating on pages"), _("Largest complaints"))
    with st.container(key="compare-brands"):
        parts.write(parts.table(head, (_row(side) for side in found.sides)))
    if found.left_out:
        more = _hn("%(n)s more brand is not shown.", "%(n)s more brands are not shown.", found.left_out)
        parts.write(f'<p class="ew-mute ew-small">{more}</p>')
    _themes(found)


def _voice(found: Brands) -> None:
    """Whose part of what was said is how large: bars with their numbers as text."""
    parts.write(parts.heading(_("Share of voice"), _shared(found)))
    known = [side for side in found.sides if side.voice is not None]
    if not known:
        parts.write(f'<p class="ew-mute">{parts.coded(_no_voice(found))}</p>')
        return
    parts.write(f'<div class="ew-bars">{"".join(_bar(side) for side in known)}</div>')


def _shared(found: Brands) -> str:
    if not found.shared:
        return ""
    return _n(
        "at the %(n)s source that is watched for all of them",
        "at the %(n)s sources that are watched for all of them",
        found.shared,
    )


def _no_voice(found: Brands) -> str:
    if found.shared:
        return _h("Nothing was said at the sources that are watched for all of them. Choose more days.")
    return _h(
        "No source is watched for all of them, so that their numbers cannot be compared fairly. Name every brand in "
        "`brands` of a source that may tell of each, such as one of news or of a forum."
    )


def _bar(side: Side) -> str:
    share = side.voice or 0.0
    return (
        f'<div class="ew-bar-name">{_name(side)}</div><div class="ew-bar-value"><b>{escape(parts.percent(share))}</b>'
        f'</div><div class="ew-track"><i class="ew-fill" style="width:{100 * share:.1f}%"></i></div>'
    )


def _name(side: Side) -> str:
    mark = f" {parts.tag(_('competitor'))}" if side.competitor else ""
    return f"{parts.name(side.name)}{mark}"


def _row(side: Side) -> tuple[str, ...]:
    return _name(side) + _alone(side), _mentions(side), _negative(side), _stars(side), _complaints(side)


def _alone(side: Side) -> str:
    """How many of its sources tell of it and not of all: why the numbers beside are not those of the bars above."""
    if not side.sources:
        return f"<small>{_h('no source is watched for it')}</small>"
    if not side.alone:
        return ""
    words = _hn(
        "%(n)s of its sources is not watched for all", "%(n)s of its sources are not watched for all", side.alone
    )
    return f"<small>{words}</small>"


def _mentions(side: Side) -> str:
    if side.mentions is None:
        return parts.mute(_("not heard"))
    told = f"<b>{escape(parts.number(side.mentions))}</b>"
    if side.heard >= LITTLE_HEARD:
        return told
    return f"{told}<small>{_h('heard %(share)s of the time', share=escape(parts.percent(side.heard)))}</small>"


def _negative(side: Side) -> str:
    """The share and how sure the reading is."""
    share = side.negative
    if share is None:
        return parts.mute("–")
    low, high = parts.percent(share.low), parts.percent(share.high)
    told = f"<b>{escape(parts.percent(share.value))}</b>"
    if low == high:
        return told
    return f"{told}<small>{_h('between %(low)s and %(high)s', low=escape(low), high=escape(high))}</small>"


def _stars(side: Side) -> str:
    if side.stars is None:
        return parts.mute("–")
    of = _hn("%(n)s rating", "%(n)s ratings", side.rated)
    return f"<b>{escape(parts.decimal(side.stars, 1))}</b><small>{of}</small>"


def _complaints(side: Side) -> str:
    """Its largest complaints, each as a part of its own mentions."""
    names = theme_names()
    shown = [
        f"{parts.name(names.get(slug, slug))} {escape(parts.percent(side.complaints[slug]))}"
        for slug in side.themes[:THEMES_NAMED]
    ]
    return "<br>".join(shown) or parts.mute("–")


def _themes(found: Brands) -> None:
    """Each theme with the share of complaints of every brand."""
    parts.write(parts.heading(_("What people complain about"), _("complaints out of all mentions of the brand")))
    if not found.themes:
        parts.write(f'<p class="ew-mute">{_h("Nobody complained about any theme. Choose more days.")}</p>')
        return
    names = theme_names()
    head = (_("Theme"), *(clip(one_line(side.name), LONGEST_HEAD) for side in found.sides))
    rows = (
        (f"<b>{parts.name(names.get(slug, slug))}</b>", *(_part(side, slug, found) for side in found.sides))
        for slug in found.themes
    )
    with st.container(key="compare-themes"):
        parts.write(parts.table(head, rows))


def _part(side: Side, slug: str, found: Brands) -> str:
    """Marked where it is the largest of all."""
    if side.negative is None:
        return parts.mute("–")
    share = side.complaints.get(slug, 0.0)
    told = escape(parts.percent(share))
    largest = max(one.complaints.get(slug, 0.0) for one in found.sides)
    return f"<b>{told}</b>" if round(share * 100) and share == largest else told


@frame.live()
def _branches(brand: BrandRow, days: int) -> None:
    found = comparing.branches(brand.id, days, opening.now(), brand.zone)
    parts.write(parts.heading(_("Branches of %(brand)s", brand=brand.name), _days(found, days)))
    if not found.sides:
        parts.empty(
            _("No text is known to be about a branch"),
            _(
                "Name the branches under `locations:` of the brand in config.yaml, with what people call them, and "
                "the `location` of a source that is about one. What is read from then on stands here."
            ),
        )
        return
    head = (_("Branch"), _("Mentions"), _("Negative"), _("Average rating"), _("Largest complaints"))
    rows = (
        (f"<b>{parts.name(side.name)}</b>", _mentions(side), _negative(side), _stars(side), _complaints(side))
        for side in found.sides
    )
    with st.container(key="compare-branches"):
        parts.write(parts.table(head, rows))
    if found.left_out:
        more = _hn("%(n)s more branch has fewer.", "%(n)s more branches have fewer.", found.left_out)
        parts.write(f'<p class="ew-mute ew-small">{more}</p>')


def _days(found: Branches, asked: int) -> str:
    if found.days < asked:
        return _n(
            "in the last %(n)s day only: there are very many texts",
            "in the last %(n)s days only: there are very many texts",
            found.days,
        )
    return _n("in the last %(n)s day", "in the last %(n)s days", found.days)


def _how() -> None:
    with st.expander(_("How these are counted"), icon=":material/help:"):
        told = (
            _h(
                "Share of voice: a brand’s part of the mentions of all brands shown, only at the sources that are "
                "watched for every one of them. A text about two brands counts for both."
            ),
            _h(
                "Negative: the sum of the probabilities of being negative out of all mentions; the range says how "
                "sure the reading is (95 %)."
            ),
            _h(
                "Complaints about a theme are a part of the brand’s own mentions, so that a large brand does not seem "
                "worse than a small one."
            ),
            _h(
                "Rating on pages: what the pages of sources that are watched for this brand alone show now, weighed by "
                "how many people rated; all scales are brought to 1 to 5 stars. Of a branch: the ratings of the texts."
            ),
            _h("What was not heard is not known: a brand with fewer sources seems quieter than it is."),
        )
        parts.write(f'<ul class="ew-meaning">{"".join(f"<li>{words}</li>" for words in told)}</ul>')
