"""Makes a weekly report of what was read from the store: pure, the same facts give the same figures."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from monitor.languages import language_name
from monitor.reports import first_page
from monitor.reports.channels import channel_groups
from monitor.reports.compare import Meaning, against, clearly_differs, count_figure, expected_figure, share_figure
from monitor.reports.comparing import branch_groups, brand_groups
from monitor.reports.episodes import (
    alert_figures,
    alert_reasons,
    incident_figures,
    opened_figure,
    time_figures,
)
from monitor.reports.facts import Said, WeekFacts
from monitor.reports.figures import (
    Better,
    Day,
    Figure,
    Figures,
    LanguageFigures,
    SourceFigures,
    Unit,
)
from monitor.reports.followed import follow_up_figures, follow_up_lines
from monitor.reports.found import found_figures
from monitor.reports.journey import stage_groups
from monitor.reports.listening import heard_shares, source_figures
from monitor.reports.people import people_groups
from monitor.reports.practice import practice_cases
from monitor.reports.praised import praised_people
from monitor.reports.quality import missed_lines, quality_figures
from monitor.reports.reach import reach_figures
from monitor.reports.reading import corrections, reading_figures
from monitor.reports.recurring import recurring_themes
from monitor.reports.response import response_figures
from monitor.reports.silent import silent_figures, silent_lines
from monitor.reports.themes import complaint_themes, compliment_themes
from monitor.reports.why import is_clear, reasons
from monitor.store.reports import HeardSource, Reading, Sums

LANGUAGES_SHOWN = 10

MENTIONS = Meaning(
    "mentions", "Mentions", "Public texts about the brand, published in the week and read.", Unit.MENTIONS
)
NEGATIVE = Meaning(
    "negative",
    "Negative mentions",
    "The expected number: the sum of each mention's probability of being negative. The range says how sure the "
    "reading is (95 %).",
    Unit.MENTIONS,
    Better.LESS,
)
NEGATIVE_SHARE = Meaning(
    "negative_share",
    "Share negative",
    "Expected negative mentions out of all. The range says how sure the reading is (95 %), not how well public "
    "texts stand for all customers.",
    Unit.SHARE,
    Better.LESS,
)
POSITIVE_SHARE = Meaning(
    "positive_share",
    "Share positive",
    "Expected positive mentions out of all, with the same range. The rest is neutral.",
    Unit.SHARE,
    Better.MORE,
)
RATING = Meaning(
    "rating",
    "Average rating",
    "Mean of the week's star ratings, all scales brought to 1 to 5 stars.",
    Unit.STARS,
    Better.MORE,
)
AUTHORS = Meaning("authors", "Authors", "Different people (accounts) who wrote the week's mentions.", Unit.AUTHORS)
UNREAD = Meaning(
    "unread",
    "Not read yet",
    "Mentions of the week that are collected but wait for the model.",
    Unit.MENTIONS,
    Better.LESS,
)

_Part = tuple[float, float, float]


def summarise(facts: WeekFacts) -> Figures:
    """All figures of the week and the sentences made from them."""
    heard = heard_shares(facts.listening, facts.windows)
    headline, learned = _headline(facts, heard), facts.learned
    opened = opened_figure(facts, heard)
    times, (incidents, left_out) = time_figures(facts), incident_figures(facts)
    start, end = facts.windows[0]
    figures = Figures(
        brand=facts.brand,
        brand_slug=facts.brand_slug,
        zone=facts.zone.key,
        week=str(facts.week),
        monday=facts.week.monday,
        start=start,
        end=end,
        running=end < facts.week.window(facts.zone)[1],
        made_at=facts.now.astimezone(UTC).replace(microsecond=0),
        heard=round(heard[0], 4),
        summary=(),
        headline=(*headline, opened),
        days=_days(facts),
        incident_times=times,
        incidents=incidents,
        incidents_left_out=left_out,
        response=response_figures(facts),
        channels=channel_groups(facts),
        people=people_groups(facts),
        silent=silent_figures(facts, heard),
        silent_cases=silent_lines(facts),
        follow_ups=follow_up_figures(facts),
        follow_up_cases=follow_up_lines(facts),
        practice=practice_cases(facts),
        complaints=complaint_themes(facts.said, heard),
        compliments=compliment_themes(facts.said, heard, learned.praise),
        languages=_languages(facts.said),
        sources=tuple(_sources(facts)),
        alerts=alert_figures(facts.done),
        alert_reasons=alert_reasons(facts.done),
        why=reasons(facts, headline[1]),
        stages=stage_groups(facts, heard),
        recurring=recurring_themes(facts, heard),
        found=found_figures(facts.found, heard),
        praised=praised_people(learned, heard),
        alert_quality=quality_figures(facts),
        missed=missed_lines(facts),
        reading=reading_figures(learned),
        corrections=corrections(learned),
        brands=brand_groups(facts.beside),
        locations=branch_groups(facts.beside, heard),
    )
    return figures.model_copy(update={"summary": first_page.summary(figures)})


def _negative(sums: Sums) -> _Part:
    return sums.mentions, sums.negative, sums.uncertainty


def _headline(facts: WeekFacts, heard: list[float]) -> tuple[Figure, ...]:
    said = facts.said
    negative = [_negative(sums) for sums in said.whole]
    readings = (said.reading, said.reading_before, *facts.learned.readings)
    positive = [
        (sums.mentions, reading.positive, reading.uncertainty)
        for sums, reading in zip(said.whole, readings, strict=False)
    ]
    waiting = float(said.reading.unread)
    return (
        count_figure(MENTIONS, [sums.mentions for sums in said.whole], heard),
        _judged(expected_figure(NEGATIVE, negative, heard), said),
        share_figure(NEGATIVE_SHARE, negative).model_copy(update={"clear": clearly_differs(*negative[:2])}),
        share_figure(POSITIVE_SHARE, positive),
        _rating(readings),
        count_figure(AUTHORS, [float(reading.authors) for reading in readings], heard[: len(readings)]),
        *reach_figures(facts.learned.reached, heard),
        against(UNREAD, waiting, ()),
    )


def _judged(negative: Figure, said: Said) -> Figure:
    """Whether its step from last week is more than chance and reading explain, where the weeks can be compared."""
    known = negative.value is not None and negative.last is not None
    return negative.model_copy(update={"clear": is_clear(*said.whole[:2]) if known else None})


def _rating(readings: Sequence[Reading]) -> Figure:
    stars = [reading.stars / reading.ratings if reading.ratings else None for reading in readings]
    this, before = readings[0].ratings, readings[1].ratings
    ratings = "1 rating" if this == 1 else f"{this} ratings"
    note = f"of {ratings}; last week {before}" if this else "no rating in the week"
    return against(RATING, stars[0], stars[1:], note)


def _days(facts: WeekFacts) -> tuple[Day, ...]:
    """Monday to Sunday. A day without listening and without mentions is not known, nor is one yet to come."""
    edges, edges_before = facts.week.edges(facts.zone), facts.week.before().edges(facts.zone)
    out = []
    for i, (this, last) in enumerate(facts.said.days):
        known = _known(this, facts.listening, (edges[i], edges[i + 1]), facts.now)
        known_before = _known(last, facts.listening, (edges_before[i], edges_before[i + 1]), facts.now)
        out.append(
            Day(
                date=facts.week.monday + timedelta(days=i),
                mentions=this.mentions if known else None,
                negative=round(this.negative, 4) if known else None,
                last_mentions=last.mentions if known_before else None,
            )
        )
    return tuple(out)


def _known(sums: Sums, listening: list[HeardSource], window: tuple[datetime, datetime], now: datetime) -> bool:
    if window[0] >= now:
        return False
    return sums.mentions > 0 or heard_shares(listening, [window])[0] > 0


def _languages(said: Said) -> tuple[LanguageFigures, ...]:
    """The languages of the week, the most frequent first."""
    present = {code: weeks for code, weeks in said.languages.items() if weeks[0].mentions > 0}
    frequent = sorted(present, key=lambda code: (-present[code][0].mentions, code))
    return tuple(_language(code, *present[code][:2]) for code in frequent[:LANGUAGES_SHOWN])


def _language(code: str, this: Sums, before: Sums) -> LanguageFigures:
    share = share_figure(NEGATIVE_SHARE, [_negative(this)])
    return LanguageFigures(
        code=code,
        name=language_name(code),
        mentions=this.mentions,
        negative=round(this.negative, 4),
        low=share.low or 0.0,
        high=share.high or 0.0,
        last_mentions=before.mentions,
    )


def _sources(facts: WeekFacts) -> list[SourceFigures]:
    nothing = [Sums(), Sums()]
    return [
        source_figures(item, facts.said.sources.get(item.source.slug, nothing), *facts.windows[:2])
        for item in facts.listening
    ]
