"""Settings: what the config says and what that means, to read only; and who did what."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboard import acting, frame, parts, viewer
from dashboard.configured import audited, meaning, promising
from dashboard.data import opening, settled
from dashboard.data.brands import BrandRow
from dashboard.data.settled import Line
from dashboard.words import N_, _, _h, _hn
from monitor.access import Deed
from monitor.config import Settings

AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Topic:
    """One part of the settings: its name, what it means, and the sections of the config it stands on."""

    name: str  # marked for translation
    words: Callable[[Settings], str]
    sections: tuple[str, ...]


TOPICS = {
    "watched": Topic(N_("What is watched"), meaning.watched, ("brands", "sources", "doors", "themes", "crawling")),
    "warned": Topic(N_("What raises an alarm"), meaning.warned, ("detection", "analysis")),
    "told": Topic(N_("Who is told"), meaning.told, ("routes", "channels", "operator_channel", "digest", "heartbeat")),
    "service": Topic(N_("By when we answer"), promising.service, ("service",)),
    "people": Topic(N_("Who may do what"), promising.people, ("people", "dashboard")),
    "replies": Topic(N_("How we answer"), promising.replies, ("replies", "posting")),
    "kept": Topic(N_("Reports, and what is kept"), promising.kept, ("report", "retention", "database")),
}


def page() -> None:
    """The topic that the address names."""
    brand = frame.head(_("Settings"))
    if brand is None:
        return
    if not acting.may(Deed.SEE_SETTINGS):
        parts.empty(_("Not for your role"), _("Leads and admins see the settings. Ask one of them."))
        return
    _where()
    topic = _chosen(brand)
    if topic == AUDIT:
        audited.show(opening.now(), viewer.zone(brand.zone))
        return
    settings = opening.settings()
    if topic == "watched" and not settings.sources and not settings.doors:
        parts.empty(
            _("No sources yet"),
            _("Name them under `sources:` in the config, and check them with `emberwatch check`."),
        )
    with st.container(key="settings-body"):
        parts.write(TOPICS[topic].words(settings))
        _values(topic, settings)


def _where() -> None:
    """Where the settings stand, and how they are changed: not here."""
    path = f"<code>{parts.said(str(opening.config_path().absolute()))}</code>"
    words = _h(
        "These settings stand in %(path)s. Change them there, check them with %(command)s, and start Emberwatch anew. "
        "Nothing here writes to that file.",
        path=path,
        command="<code>emberwatch check</code>",
    )
    names = settled.from_environment()
    more = ""
    if names:
        listed = ", ".join(f"<code>{escape(name)}</code>" for name in names)
        more = " " + _h("Above the file stand these variables of the environment: %(names)s.", names=listed)
    with st.container(key="note-settings"):
        parts.write(f'<div class="ew-small">{words}{more}</div>')


def _chosen(brand: BrandRow) -> str:
    """The topic; it stands in the address."""
    names = {address: _(topic.name) for address, topic in TOPICS.items()}
    if acting.may(Deed.SEE_AUDIT):
        names[AUDIT] = _("Who did what")
    asked = st.query_params.get("show", "")
    current = asked if asked in names else next(iter(names))
    picked = st.segmented_control(
        _("Topic"), list(names), default=current, required=True, format_func=names.__getitem__,
        label_visibility="collapsed", key=f"settings-{current}",
    )  # fmt: skip
    if picked and picked != current:
        frame.go("settings", brand=brand.slug, show=picked)
    return current


def _sections(topic: str) -> tuple[str, ...]:
    """The sections of a topic; those that no topic has stand with the last one, so that none is ever missing."""
    mine = TOPICS[topic].sections
    known = {name for one in TOPICS.values() for name in one.sections}
    rest = tuple(name for name in Settings.model_fields if name not in known)
    return tuple(name for name in mine if name in Settings.model_fields) + (rest if topic == "kept" else ())


def _values(topic: str, settings: Settings) -> None:
    """Every value of the topic's sections, to unfold."""
    head = (_("Setting"), _("Value"), _("Meaning"))
    shown = [parts.heading(_("Each value"), _("as the config names it"))]
    for name in _sections(topic):
        found = settled.lines(name, getattr(settings, name), default=name not in settings.model_fields_set)
        own = sum(1 for line in found if not line.default)
        note = _hn("%(n)s set by you", "%(n)s set by you", own) if own else _h("all as shipped")
        table = parts.table(head, (_row(line) for line in found))
        title = f"<code>{escape(name)}</code> <span>{note}</span>"
        shown.append(f'<details class="ew-settings"><summary>{title}</summary>{table}</details>')
    parts.write("".join(shown))


def _row(line: Line) -> tuple[str, ...]:
    mark = parts.tag(_("default")) if line.default else parts.tag(_("set"), "ink")
    value = f"<b>{parts.said(line.value)}</b>" if line.value else f'<span class="ew-mute">{_h("not set")}</span>'
    if line.hidden:
        from_where = _h("from %(variable)s", variable=f"<code>{parts.said(line.value)}</code>") if line.value else ""
        value = f"{parts.tag(_('set, and never shown'), 'ink')} {from_where}"
        mark = ""
    return f"<code>{parts.said(line.name)}</code>", f"{value} {mark}", parts.english(line.meaning)
