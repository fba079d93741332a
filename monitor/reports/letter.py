"""A weekly report as a message: the headline, what keeps going wrong, who answered, what was not heard, what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from monitor.clock import spoken_duration
from monitor.facts import Attachment, Link, Message, Quote, Row, Section, Severity
from monitor.reports import forms, letter_together, lines, mail, render, sentences, show
from monitor.reports.figures import Figure, Figures, IncidentFigures, SourceFigures, ThemeFigures, Unit
from monitor.reports.forms import Reported
from monitor.reports.options import TOGETHER

HEADLINE = ("mentions", "negative_share", "positive_share", "rating", "authors", "incidents_opened")
ANSWERING = ("cases_opened", "answered_in_time", "first_answer", "cases_solved", "overdue")
COMPLAINTS_SHOWN, COMPLIMENTS_SHOWN, INCIDENTS_SHOWN, SOURCES_SHOWN, QUOTES_SHOWN = 5, 3, 5, 5, 3


def build(figures: Reported, *, key: str, dashboard: str, attach: Sequence[str] = ()) -> Message:
    """The message of a kept report: the same figures give the same message on every try.

    `dashboard` is the address that links start with, "" for no link; `attach` are keys of FORMS. Channels that send
    mail show its body; the others have its facts and sections.
    """
    if isinstance(figures, Figures):
        made = _message(figures, key, dashboard)
    else:
        made = letter_together.message(figures, key=key, link=_read(figures, dashboard))
    whole = _read(figures, dashboard)
    return replace(
        made,
        links=(Link("Read the whole report", whole),) if whole and whole != made.link else (),
        body=mail.body(render.laid_out(figures)),
        attachments=tuple(_file(figures, form) for form in attach),
    )


def _read(figures: Reported, dashboard: str) -> str:
    """Its page in the dashboard."""
    of = f"brand={figures.brand_slug}" if isinstance(figures, Figures) else f"of={TOGETHER}"
    return f"{dashboard}/reports?{of}&week={figures.week}" if dashboard else ""


def _message(figures: Figures, key: str, dashboard: str) -> Message:
    step, page = _next_step(figures)
    return Message(
        key=key,
        thread=f"report:{figures.brand_slug}:{figures.week}",
        subject=subject(figures),
        severity=Severity.WATCH,
        kind="report",
        brand=figures.brand,
        sentence=" ".join(sentence.text for sentence in figures.summary[:2]),
        facts=tuple(_facts(figures)),
        quotes=_quotes(figures),
        link=f"{dashboard}/{page}" if dashboard else "",
        next_step=step,
        at=figures.made_at.astimezone(ZoneInfo(figures.zone)),
        sections=tuple(section for section in _sections(figures) if section.rows),
    )


def subject(figures: Figures) -> str:
    """`Mirchado, week 46: 12 incidents, negative share 18 % (up from 11 %)`."""
    parts = [part for part in (_incidents_opened(figures), _negative_share(figures)) if part]
    running = " so far" if figures.running else ""
    return f"{figures.brand}, week {int(figures.week[-2:])}{running}: {', '.join(parts) or 'nobody listened'}"


def _incidents_opened(figures: Figures) -> str:
    opened = figures.figure("incidents_opened").value
    if opened is None:
        return ""
    return show.counted(opened, Unit.INCIDENTS) if round(opened) else "no incident"


def _negative_share(figures: Figures) -> str:
    """The share and last week's; `up from` only where the step is more than reading and chance explain."""
    share = figures.figure("negative_share")
    if share.value is None:
        return "no mention" if figures.figure("mentions").value is not None else ""
    now, last = show.percent(share.value), show.percent(share.last)
    if share.last is None:
        return f"negative share {now}"
    if now == last:
        return f"negative share {now} (as last week)"
    if not share.clear:
        return f"negative share {now} (last week {last})"
    return f"negative share {now} ({'up' if share.value > share.last else 'down'} from {last})"


def _facts(figures: Figures) -> Iterator[tuple[str, str]]:
    """The whole report in at most ten lines."""
    for row in _headline(figures):
        yield row.label, f"{row.value} ({row.beside})" if row.beside else row.value
    for label, themes in (("Most complaints", figures.complaints), ("Most praise", figures.compliments)):
        if themes:
            yield label, ", ".join(f"{theme.name} {show.number(theme.figure.value)}" for theme in themes[:3])
    overdue = figures.figure("overdue")
    if overdue.value:
        yield overdue.label, show.value(overdue)
    missed = _missed(figures)
    if missed:
        yield "Not fully heard", ", ".join(f"{one.slug} ({show.percent(one.heard)})" for one in missed[:3])


def _headline(figures: Figures) -> Iterator[Row]:
    """The figures of the first page that have a value; what is not known at all is said once, by the mentions."""
    for figure in map(figures.figure, HEADLINE):
        if figure.value is not None or figure.name == "mentions":
            yield _row(figure)


def _row(figure: Figure) -> Row:
    return Row(figure.label, lines.valued(figure), lines.beside(figure), show.tone(figure))


def _sections(figures: Figures) -> Iterator[Section]:
    unread = [_row(figures.figure("unread"))] if figures.figure("unread").value else []
    yield Section("The week in figures", (*_headline(figures), *unread))
    complaints = figures.complaints[:COMPLAINTS_SHOWN]
    yield Section("What keeps going wrong", tuple(_theme(theme, "negative") for theme in complaints), _quotes(figures))
    yield Section("Incidents", tuple(_incidents(figures)))
    if sentences.response(figures.response):
        yield Section("Answering", tuple(_row(figures.figure(name)) for name in ANSWERING))
    compliments = figures.compliments[:COMPLIMENTS_SHOWN]
    yield Section("What people praise", tuple(_theme(theme, "positive") for theme in compliments))
    zone = ZoneInfo(figures.zone)
    yield Section("What was not heard", tuple(_gap(source, zone) for source in _missed(figures)[:SOURCES_SHOWN]))


def _theme(theme: ThemeFigures, feeling: str) -> Row:
    row = _row(theme.figure)
    known = theme.figure.value is not None
    return Row(theme.name, f"{row.value} {feeling}" if known else row.value, row.beside, row.tone)


def _quotes(figures: Figures) -> tuple[Quote, ...]:
    """One quote of each of the largest themes of complaints, then a second one of each."""
    zone = ZoneInfo(figures.zone)
    by_turn = (theme.quotes[turn] for turn in (0, 1) for theme in figures.complaints if len(theme.quotes) > turn)
    return tuple(
        Quote(
            text=one.text,
            author="",  # the report names nobody
            source=one.source,
            language=one.language,
            url=one.url,
            negative=1.0,
            published_at=one.published_at.astimezone(zone),
        )
        for one in islice(by_turn, QUOTES_SHOWN)
    )


def _incidents(figures: Figures) -> Iterator[Row]:
    zone = ZoneInfo(figures.zone)
    for incident in figures.incidents[:INCIDENTS_SHOWN]:
        lasted, tone = _lasted(incident)
        label = f"{incident.subject[:1].upper()}{incident.subject[1:]}, {incident.severity}"
        beside = f"{show.moment(incident.opened_at, zone)}; {', '.join(lines.steps(incident))}"
        yield Row(label, lasted, beside, tone)
    more = len(figures.incidents) - INCIDENTS_SHOWN + figures.incidents_left_out
    if more > 0:
        yield Row("And more", show.number(more))


def _lasted(incident: IncidentFigures) -> tuple[str, str]:
    """How long an incident lasted, or what became of it, and whether that is good news."""
    if words := lines.lasted(incident):
        return words, "plain"
    return incident.state, "bad" if incident.state == "open" else "plain"


def _missed(figures: Figures) -> list[SourceFigures]:
    """The sources that were not heard for more than a tenth of the time, the worst first."""
    return sorted((s for s in figures.sources if s.heard < sentences.LITTLE_HEARD), key=lambda s: (s.heard, s.slug))


def _gap(source: SourceFigures, zone: ZoneInfo) -> Row:
    parts = [] if source.health == "healthy" else [source.health]
    if source.gaps:
        gap, longest = source.gaps[0], "the longest " if len(source.gaps) > 1 else ""
        parts.append(f"{spoken_duration(timedelta(hours=source.gap_hours))} missing")
        parts.append(f"{longest}from {show.moment(gap.start, zone)} to {show.moment(gap.end, zone)}")
    return Row(source.slug, f"{show.percent(source.heard)} heard", ", ".join(parts), "bad")


def _next_step(figures: Figures) -> tuple[str, str]:
    """The most useful thing to do now, and the page of the dashboard to do it on."""
    brand = f"brand={figures.brand_slug}"
    overdue = round(figures.figure("overdue").value or 0)
    if overdue:
        noun = "complaint" if overdue == 1 else "complaints"
        return f"Answer or solve what is overdue: {show.number(overdue)} {noun}.", f"inbox?{brand}"
    active = next((one for one in figures.incidents if one.state in ("open", "calmed")), None)
    if active is not None:
        return f"Follow the incident on {active.subject} to its end.", f"incident?id={active.id}"
    if missed := _missed(figures):
        return f"See why {missed[0].slug} was not fully heard.", f"sources?{brand}"
    if figures.complaints:
        return f"Look at what is behind the complaints about {figures.complaints[0].name}.", f"?{brand}"
    return "Nothing is overdue and nothing is open.", f"?{brand}"


def _file(figures: Reported, form: str) -> Attachment:
    content = forms.render_as(figures, form)
    return Attachment(f"{forms.name_of(figures)}.{form}", forms.FORMS[form].media_type, content)
