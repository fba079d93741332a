"""Lays out what a report says: which chapters, in which order, made of which blocks."""

from collections.abc import Iterator, Sequence

from monitor.reports import charts, layout, show
from monitor.reports.blocks import (
    Block,
    Chapter,
    Complaints,
    Days,
    Incidents,
    Note,
    Outline,
    Practice,
    Quotes,
    Sentences,
    Themes,
    Tiles,
)
from monitor.reports.figures import CaseLine, Figure, Figures, Group, TogetherFigures

FIRST_PAGE = ("mentions", "negative_share", "rating", "reach", "incidents_opened", "answered_in_time", "first_contact")
"""The figures beside the sentences of the first page, as far as they are there."""


def outline(figures: Figures) -> Outline:
    """The report of one brand."""
    chapters = (_minute(figures), *(chapter for chapter in _chapters(figures) if chapter.blocks))
    running = (
        "This week is still running. Its figures are compared with the same part of the weeks before."
        if figures.running
        else ""
    )
    return Outline(
        title=figures.brand,
        subtitle=_subtitle(figures),
        zone=figures.zone,
        made_at=figures.made_at,
        chapters=chapters,
        banner=running,
        foot=(
            f"Made from the figures kept for week {figures.week}; times are those of {figures.zone}. Sentences are "
            "made from the figures of this report. Quotations are public texts, unchanged except for their length."
        ),
        about=(("brand", figures.brand_slug), ("week", figures.week)),
    )


def together(figures: TogetherFigures) -> Outline:
    """The report of all brands."""
    brands = layout.groups("brands", "Brand", figures.brands)
    chapters = [
        Chapter("minute", "In one minute", blocks=(Sentences(figures.summary),)),
        Chapter("compare", "Side by side", blocks=(brands,)),
        *(
            Chapter(f"brand-{one.brand_slug}", one.brand, blocks=(Sentences(one.summary),))
            for one in figures.each
            if one.summary
        ),
    ]
    return Outline(
        title="All brands",
        subtitle=_subtitle(figures),
        zone=figures.zone,
        made_at=figures.made_at,
        chapters=tuple(chapters),
        banner="This week is still running." if figures.running else "",
        foot=f"Made from the reports of each brand kept for week {figures.week}.",
        about=(("brand", "all"), ("week", figures.week)),
    )


def _subtitle(figures: Figures | TogetherFigures) -> str:
    sunday = figures.monday.fromordinal(figures.monday.toordinal() + 6)
    return f"Week {int(figures.week[-2:])} · {show.span(figures.monday, sunday)}"


def _minute(figures: Figures) -> Chapter:
    known = {figure.name: figure for figure in (*figures.headline, *figures.response)}
    tiles = tuple(known[name] for name in FIRST_PAGE if name in known and known[name].value is not None)
    days = Days(figures.days, charts.days_in_words(figures.days))
    return Chapter("minute", "In one minute", blocks=(Sentences(figures.summary), *_tiles(tiles), days))


def _chapters(figures: Figures) -> Iterator[Chapter]:
    yield from _what_was_said(figures)
    yield from _what_was_done(figures)
    yield from _what_to_learn(figures)
    yield from _how_it_is_known(figures)


def _what_was_said(figures: Figures) -> Iterator[Chapter]:
    headline = tuple(one for one in figures.headline if one.name != "unread" or one.value)
    yield Chapter(
        "week",
        "The week in figures",
        "“Usually” is the middle four fifths of the weeks before, once three of them are known. Weeks are compared "
        "only when they were listened to about as long.",
        (*_tiles(headline), *_table("why", "What the change in complaints came with", figures.why)),
    )
    yield _themes("complaints", "What people complained about", figures)
    yield _themes("compliments", "What people praised", figures)
    yield Chapter(
        "journey",
        "Where on the customer's way it happened",
        "Themes belong to a stage of the customer's journey, as the config says.",
        _table("stages", "Stage", figures.stages),
    )


def _themes(name: str, title: str, figures: Figures) -> Chapter:
    found = figures.compliments if name == "compliments" else figures.complaints
    if not found:
        return Chapter(name, title, blocks=(Note("No theme was recognised."),))
    return Chapter(name, title, found[0].figure.definition, (Themes(found, good=name == "compliments"),))


def _what_was_done(figures: Figures) -> Iterator[Chapter]:
    unknown = any(one.name == "incidents_opened" and one.value is None for one in figures.headline)
    nothing = Note("Not known: nobody listened." if unknown else "None was opened this week.")
    shown: Block = Incidents(figures.incidents, figures.incidents_left_out) if figures.incidents else nothing
    yield Chapter("incidents", "Incidents", blocks=(shown, *_tiles(figures.incident_times)))
    yield Chapter(
        "answering",
        "Answering",
        "Numbers count what was done in the week; rates look at the complaints of the week. The two are never mixed.",
        (
            *_tiles(figures.response),
            *_table("channels", "Kind of place", figures.channels),
            *_table("people", "Person", figures.people),
        ),
    )
    yield Chapter("silent", "Silent risk", blocks=(*_tiles(figures.silent), *_cases(figures.silent_cases)))
    yield Chapter("follow-ups", "Follow-ups", blocks=(*_tiles(figures.follow_ups), *_cases(figures.follow_up_cases)))


def _what_to_learn(figures: Figures) -> Iterator[Chapter]:
    if figures.recurring:
        yield Chapter(
            "policies",
            "Policies to rethink",
            "Complaints that were a large part of all, week after week, beside the ideas of those who answer them.",
            (layout.recurring(figures.recurring),),
        )
    if figures.found:
        quotes = tuple(Quotes(one.quotes, one.name) for one in figures.found if one.quotes)
        yield Chapter(
            "found",
            "Found: what no theme tells of",
            "Complaints that resemble each other and fit no theme of the config, named by their own words.",
            (layout.found(figures.found), *quotes),
        )
    if figures.praised:
        quotes = tuple(Quotes(one.quotes, one.person) for one in figures.praised if one.quotes)
        yield Chapter(
            "praised",
            "Who did well",
            "People of the team whom customers praised by name.",
            (layout.praised(figures.praised), *quotes),
        )
    if figures.practice:
        yield Chapter(
            "practice",
            "To practise with",
            "Solved complaints and the answers that solved them; nobody in them can be known again.",
            (Practice(figures.practice),),
        )


def _how_it_is_known(figures: Figures) -> Iterator[Chapter]:
    compared = _table("brands", "Brand", figures.brands) if len(figures.brands) > 1 else ()
    yield Chapter("compare", "Side by side", blocks=(*compared, *_table("locations", "Branch", figures.locations)))
    yield Chapter("languages", "Languages", blocks=(layout.languages(figures.languages),))
    yield Chapter(
        "sources",
        "Sources, and what was not heard",
        "What was written while a source was not heard is unknown, not zero. Gaps from one hour are named, the longest "
        "three. Health and error are those of when the report was made.",
        (layout.sources(figures.sources, figures.zone),),
    )
    reasons = (layout.reasons(figures.alert_reasons),) if figures.alert_reasons else ()
    yield Chapter(
        "alerts",
        "Alerts",
        blocks=(*_tiles(figures.alerts), *_tiles(figures.alert_quality), *_cases(figures.missed), *reasons),
    )
    corrections = (layout.corrections(figures.corrections),) if figures.corrections else ()
    yield Chapter("reading", "How certain the reading is", blocks=(*_tiles(figures.reading), *corrections))


def _tiles(figures: Sequence[Figure]) -> tuple[Block, ...]:
    return (Tiles(tuple(figures)),) if figures else ()


def _table(name: str, head: str, groups: Sequence[Group]) -> tuple[Block, ...]:
    return (layout.groups(name, head, groups),) if groups else ()


def _cases(cases: Sequence[CaseLine]) -> tuple[Block, ...]:
    return (Complaints(tuple(cases)),) if cases else ()
