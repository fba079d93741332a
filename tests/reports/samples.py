"""A report that has something in every part, with texts in several scripts and hostile ones: for tests of its forms."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from monitor.reports.figures import (
    Better,
    BrandWeek,
    CaseLine,
    Correction,
    Day,
    Figure,
    Figures,
    FoundFigures,
    Gap,
    Group,
    IdeaFigures,
    IncidentFigures,
    LanguageFigures,
    PracticeCase,
    PraisedPerson,
    Quotation,
    ReasonCount,
    RecurringTheme,
    Sentence,
    SourceFigures,
    Step,
    ThemeFigures,
    TogetherFigures,
    Unit,
)

MONDAY = date(2026, 11, 9)
START = datetime(2026, 11, 8, 18, 30, tzinfo=UTC)  # midnight in Kolkata
HOSTILE = '<script>alert(1)</script> #panic() $x$ *b* [c] \\ "><img src=x onerror=alert(2)> =1+1'
URDU = "پیسے واپس نہیں ملے، RoseCart والوں نے 3 ہفتے سے جواب نہیں دیا 😡"
TELUGU = "చాలా మంచి సేవ 🙏 రవి గారికి ధన్యవాదాలు"
FAMILY = "Great for families 👨‍👩‍👧‍👦 in 🇵🇰 👍🏽"


def figure(name: str, value: float | None = 12.0, unit: Unit = Unit.MENTIONS, **values: object) -> Figure:
    given: dict[str, object] = {
        "label": name.replace("_", " ").capitalize(),
        "definition": f"What {name.replace('_', ' ')} means, in one sentence.",
        "last": None if value is None else round(value * 0.8, 4),
        "usual_low": None if value is None else round(value * 0.6, 4),
        "usual_high": None if value is None else round(value * 0.9, 4),
        "history": () if value is None else tuple(round(value * (0.6 + i / 20), 4) for i in range(8)),
        "better": Better.LESS,
    }
    return Figure.model_validate({"name": name, "unit": unit, "value": value} | given | values)


def quote(text: str, language: str = "en", hours: int = 3) -> Quotation:
    url = f"https://example.org/{hours}"
    return Quotation(text=text, language=language, source="blog", url=url, published_at=START + timedelta(hours=hours))


def _theme(slug: str, name: str, value: float, *quotes: Quotation) -> ThemeFigures:
    return ThemeFigures(slug=slug, name=name, figure=figure(f"complaints:{slug}", value, label=name), quotes=quotes)


def _groups(*names: str) -> tuple[Group, ...]:
    return tuple(
        Group(
            key=name,
            name=name,
            figures=(
                figure("opened", 4.0 + i, Unit.CASES),
                figure("in_time", 0.5 + i / 10, Unit.SHARE, low=0.4, high=0.7),
                figure("minutes", None if i else 95.0, Unit.MINUTES),
            ),
            note="promised within 4 h" if i else "",
        )
        for i, name in enumerate(names)
    )


def _line(text: str, language: str = "en") -> CaseLine:
    return CaseLine(
        case_id=7, text=text, language=language, source="blog", url="https://example.org/7", published_at=START,
        note="second complaint in 9 days", owner="Sana",
    )  # fmt: skip


def _incident() -> IncidentFigures:
    return IncidentFigures(
        id=3, severity="critical", state="calmed", subject="Delivery", sentence=f"44 negative in 3 h. {HOSTILE}",
        started_at=START, opened_at=START + timedelta(hours=1), owner="Sana", answered_by=("Omar",),
        steps=(Step(name="noticed", minutes=12.0), Step(name="told", minutes=1.0),
               Step(name="first answer", minutes=None, note="not answered"), Step(name="contained", minutes=300.0)),
    )  # fmt: skip


def _source() -> SourceFigures:
    gap = Gap(start=START, end=START + timedelta(hours=5))
    return SourceFigures(
        slug="blog", kind="feed", health="failing", error="HTTP 503", last_good_at=START, heard=0.8, mentions=20.0,
        negative=7.5, last_mentions=18.0, gaps=(gap,), gap_hours=5.0,
    )  # fmt: skip


def _day(number: int) -> Day:
    day = MONDAY + timedelta(days=number)
    if number > 5:
        return Day(date=day, mentions=None, negative=None, last_mentions=9.0)
    return Day(date=day, mentions=20.0 + number, negative=6.0, last_mentions=18.0)


def full_figures(**values: object) -> Figures:
    """Something in every part."""
    idea = IdeaFigures(text="Call before the courier comes", actor="Omar", votes=2, state="planned", at=START)
    practice = PracticeCase(
        theme="Delivery", language="ur-Latn", kind="mastodon", complaint="Parcel abhi tak nahi aya, order [number]",
        answer="Assalam o alaikum [name], hum maazrat chahte hain.", answer_language="ur-Latn", minutes=42.0,
        outcome="Sent again the same day", lessons=("greets by name", "apologises"),
    )  # fmt: skip
    made = Figures(
        brand="Rose Cart", brand_slug="rosecart", zone="Asia/Kolkata", week="2026-W46", monday=MONDAY, start=START,
        end=START + timedelta(days=7), running=False, made_at=START + timedelta(days=7, hours=7), heard=0.97,
        summary=(Sentence(text="1,204 mentions, +18 % against last week.", figures=("mentions",)),
                 Sentence(text=f"The worst, on Delivery: {HOSTILE}", figures=("incident:3",))),
        headline=(figure("mentions", 1204.0), figure("negative", 260.0, low=240.0, high=281.0),
                  figure("negative_share", 0.216, Unit.SHARE, low=0.2, high=0.233, clear=True),
                  figure("positive_share", 0.5, Unit.SHARE), figure("rating", 3.4, Unit.STARS),
                  figure("authors", 800.0, Unit.AUTHORS), figure("reach", 120000.0, Unit.PEOPLE),
                  figure("unread", 0.0), figure("incidents_opened", 1.0, Unit.INCIDENTS)),
        days=tuple(_day(number) for number in range(7)),
        incident_times=(figure("time_to_detect", 12.0, Unit.MINUTES), figure("time_to_alert", None, Unit.MINUTES)),
        incidents=(_incident(),), incidents_left_out=2,
        response=(figure("cases_opened", 14.0, Unit.CASES), figure("answered_in_time", 0.83, Unit.SHARE),
                  figure("cases_solved", 9.0, Unit.CASES), figure("overdue", 2.0, Unit.CASES),
                  figure("first_answer", 47.0, Unit.MINUTES)),
        complaints=(_theme("delivery", "Delivery", 80.0, quote("The parcel never came."), quote(URDU, "ur", 5)),
                    _theme("refund", "Refunds and returns", 40.0, quote(HOSTILE, "en", 6))),
        compliments=(_theme("staff", "Staff", 30.0, quote(TELUGU, "te", 8), quote(FAMILY, "en", 9)),),
        languages=(LanguageFigures(code="ur", name="Urdu", mentions=200.0, negative=60.0, low=0.25, high=0.35,
                                   last_mentions=150.0),),
        sources=(_source(),),
        alerts=(figure("alerts_sent", 6.0, Unit.ALERTS), figure("alerts_withheld", 3.0, Unit.ALERTS),
                figure("alerts_failed", 0.0, Unit.ALERTS)),
        alert_reasons=(ReasonCount(state="sent", reason="new_incident", words="a new incident", alerts=6),),
        why=_groups("Delivery", "Urdu"), stages=_groups("Receiving it", "Returning it"),
        channels=_groups("mastodon", "trustpilot"),
        people=_groups("Sana", "Omar"),
        recurring=(RecurringTheme(slug="delivery", name="Delivery", stage="Receiving it", policy="Delivery promise",
                                  weeks=4, figure=figure("recurring:delivery", 80.0), ideas=(idea,)),),
        found=(FoundFigures(id=1, name="parking gate", words=("parking", "gate"),
                            figure=figure("found:1", 9.0), weeks=3, quotes=(quote("The gate never opens."),)),),
        praised=(PraisedPerson(person="Sana", figure=figure("praised:Sana", 3.0), quotes=(quote(TELUGU, "te", 12),)),),
        silent=(figure("unanswered", 5.0),), silent_cases=(_line(URDU, "ur"), _line(HOSTILE)),
        follow_ups=(figure("follow_ups_due", 2.0, Unit.CASES),), follow_up_cases=(_line("Was it replaced?"),),
        alert_quality=(figure("alerts_useful", 0.9, Unit.SHARE),), missed=(_line("Nobody told us of this."),),
        reading=(figure("unsure", 0.08, Unit.SHARE),),
        corrections=(Correction(read_as="negative", is_really="positive", mentions=3),),
        practice=(practice,), brands=_groups("Rose Cart", "Lily Box"), locations=_groups("Anarkali", HOSTILE[:25]),
    )  # fmt: skip
    return made.model_copy(update=values)


def together_figures(**values: object) -> TogetherFigures:
    """The week of two brands of ours and a competitor."""
    said = (Sentence(text=f"The worst, on Delivery: {HOSTILE}", figures=("incident:3",)),)
    each = (BrandWeek(brand="Rose Cart", brand_slug="rosecart", summary=said),
            BrandWeek(brand="مرچاڈو", brand_slug="mirchado", summary=said))  # fmt: skip
    made = TogetherFigures(
        zone="Asia/Kolkata", week="2026-W46", monday=MONDAY, start=START, end=START + timedelta(days=7), running=False,
        made_at=START + timedelta(days=7, hours=8), summary=said,
        brands=_groups("Rose Cart", "مرچاڈو", "Lily Box"), each=each,
    )  # fmt: skip
    return made.model_copy(update=values)


def without(name: str) -> Callable[[], Figures]:
    """The same with nothing in one part."""
    return lambda: full_figures(**{name: ()})
