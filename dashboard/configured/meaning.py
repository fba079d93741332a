"""What the settings mean, in plain words: what is watched, what raises an alarm, and who is told."""

from collections.abc import Iterable
from html import escape
from typing import Any

from dashboard import complaints, parts
from dashboard.data.settled import said
from dashboard.trouble import causing
from dashboard.words import _, _h
from monitor.alerting.routing import RouteOptions
from monitor.config import Settings
from monitor.facts import Kind, Sensitivity


def paragraph(*sentences: str) -> str:
    return f'<p class="ew-meaning">{" ".join(one for one in sentences if one)}</p>'


def listed(lines: Iterable[str]) -> str:
    return f'<ul class="ew-meaning">{"".join(f"<li>{line}</li>" for line in lines)}</ul>'


def names(values: Iterable[object]) -> str:
    return ", ".join(f"<b>{parts.name(str(getattr(value, 'value', value)))}</b>" for value in values)


def time(value: Any) -> str:
    return f"<b>{escape(parts.lasting(value))}</b>"


def watched(settings: Settings) -> str:
    """Brands, and the places that are read for them."""
    head = (_("Brand"), _("Found by"), _("Left out"), _("Places"), _("Time zone"))
    rows = (
        (
            f"<b>{parts.name(brand.name)}</b>",
            ", ".join(parts.name(name) for name in brand.names),
            ", ".join(parts.name(phrase) for phrase in brand.exclude) or "–",
            ", ".join(parts.name(place.name) for place in brand.locations) or "–",
            escape(brand.time_zone),
        )
        for brand in settings.brands
    )
    return parts.table(head, rows) + _places(settings) + paragraph(_themes(settings))


def _themes(settings: Settings) -> str:
    themes = ", ".join(parts.name(theme.name) for theme in settings.themes)
    return _h("Complaints and praise are told apart by these themes: %(themes)s.", themes=themes)


def _places(settings: Settings) -> str:
    if not settings.sources and not settings.doors:
        return ""
    head = (_("Source"), _("Kind"), _("Brands"), _("How often"))
    crawled = [
        (parts.name(one.id), escape(one.type), names(one.brands), _often(one.every, enabled=one.enabled))
        for one in settings.sources
    ]
    doors = [
        (parts.name(one.id), escape(one.type), names(one.brands), _h("when something comes")) for one in settings.doors
    ]
    return parts.heading(_("Where we listen")) + parts.table(head, [*crawled, *doors])


def _often(every: Any, *, enabled: bool) -> str:
    return _h("every %(time)s", time=time(every)) if enabled else parts.tag(_("switched off"))


def warned(settings: Settings) -> str:
    """What raises an alarm, how bad it is, and when it is over."""
    detection = settings.detection
    words = {
        Sensitivity.QUIET: _("Warns only of what is very hard to explain by chance: fewer alarms, some later."),
        Sensitivity.BALANCED: _("Weighs early alarms against false ones."),
        Sensitivity.EARLY: _("Warns as early as it can: some alarms will come to nothing."),
    }
    look = _h("Each brand is looked at every %(time)s.", time=time(detection.every))
    name = _h("Sensitivity: %(name)s.", name=f"<b>{detection.sensitivity.value}</b>")
    return (
        paragraph(name, escape(words[detection.sensitivity]), look)
        + parts.table((_("Rule"), _("Finds"), _("Threshold")), (_rule(one) for one in detection.detectors))
        + parts.heading(_("How bad it is, and when it is over"))
        + listed(_course(settings))
    )


def _finds(rule: str) -> str:
    return _(complaints.KINDS[Kind(rule)]) if rule in set(Kind) else rule.replace("_", " ")


def _rule(options: Any) -> tuple[str, ...]:
    field = type(options).model_fields["threshold"]
    own = options.threshold != options.THRESHOLDS.get(Sensitivity.BALANCED)
    mark = parts.tag(_("not the usual one"), "ink") if own else ""
    chance = _("about 1 in %(n)s by chance", n=parts.number(float(f"{10**options.threshold:.1g}")))
    plain = f"<small>{escape(chance)}</small>" if (field.description or "").startswith("-log10") else ""
    return (
        f"<b>{escape(options.type)}</b>",
        escape(_finds(options.type)),
        f"<b>{options.threshold:g}</b> {mark}{plain}<small>{parts.english(field.description or '')}</small>",
    )


def _course(settings: Settings) -> list[str]:
    one = settings.detection.incidents
    return [
        _h(
            "It got worse: %(growth)s times what people were told of, or a voice with %(followers)s followers joined.",
            growth=f"<b>{one.growth:g}</b>",
            followers=f"<b>{parts.number(one.big_amplifier)}</b>",
        ),
        _h(
            "It is critical: %(authors)s people or more while it spreads, or %(reach)s followers together.",
            authors=f"<b>{one.critical_authors}</b>",
            reach=f"<b>{parts.number(one.critical_reach)}</b>",
        ),
        _h("It has calmed: nothing new was found for %(time)s.", time=time(one.calm_after)),
        _h("It is over: it stayed calm for %(time)s.", time=time(one.resolve_after)),
    ]


def told(settings: Settings) -> str:
    """Who hears of what, and by which channel."""
    if settings.routes:
        routes = listed(_route(route) for route in settings.routes)
    else:
        routes = paragraph(_h("There are no routes: every channel hears of each incident that is high or critical."))
    head = (_("Channel"), _("Kind"), _("Quiet hours"), _("On call"))
    rows = (
        (
            f"<b>{parts.name(one.id)}</b> " + ("" if one.enabled else parts.tag(_("switched off"))),
            escape(one.type),
            escape(said(one.quiet)) or "–",
            escape(said(one.on_call)) or escape(_("always")),
        )
        for one in settings.channels
    )
    return routes + parts.heading(_("Channels")) + parts.table(head, rows) + listed(_besides(settings))


def _route(route: RouteOptions) -> str:
    about = [
        parts.name(name) for name in (*route.brands, *route.locations, *route.themes, *route.sources, *route.languages)
    ]
    sentences = [
        _h(
            "%(what)s, at least %(severity)s, that %(changes)s: told to %(channels)s.",
            what=", ".join(about) or _h("Incidents of all brands"),
            severity=f"<b>{escape(parts.word(route.at_least))}</b>",
            changes=", ".join(escape(causing.change(kind)) for kind in route.tell),
            channels=names(route.channels),
        )
    ]
    if route.repeat:
        sentences.append(_h("Again every %(time)s until somebody acknowledges it.", time=time(route.repeat)))
    sentences += [
        _h("After %(time)s without that, %(channels)s too.", time=time(step.after), channels=names(step.channels))
        for step in route.escalate
    ]
    return " ".join(sentences)


def _besides(settings: Settings) -> list[str]:
    digest, beat = settings.digest, settings.heartbeat
    operator = settings.operator_channel or settings.channels[0].id
    found = [_h("Troubles of Emberwatch itself are told to %(channel)s.", channel=names([operator]))]
    if digest.channels:
        hour = f"<b>{digest.hour:02d}:00</b> ({escape(digest.time_zone)})"
        channels = names(digest.channels)
        found.append(_h("A digest of the day goes to %(channels)s at %(hour)s.", channels=channels, hour=hour))
    else:
        found.append(_h("No digest is sent."))
    if beat is None:
        found.append(_h("No heartbeat: nobody outside notices when Emberwatch stands still."))
    else:
        found.append(_h("While all is well, an address outside is asked every %(time)s.", time=time(beat.every)))
    return found
