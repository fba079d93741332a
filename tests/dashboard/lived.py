"""What weeks of work leave beside the bad day: solved cases, praise, ideas, reports; and names that attack."""

import random
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from monitor.cases import Action, DismissReason
from monitor.config.settings import Settings
from monitor.jobs import answer
from monitor.jobs.report import make_report
from monitor.models import Brand, Case, CaseEvent, CaseState, IdeaState, Mention, Praise, Report, Source
from monitor.reports.weeks import week_of
from monitor.store import counts
from monitor.store.assessments import cells_of
from tests.dashboard.scenario import HOSTILE, HOUR, MINUTE, Scene
from tests.factories import make_author, make_brand, make_case, make_coverage, make_mention, make_theme, person

DAY = timedelta(days=1)
PEOPLE = ("Ayesha", "Bilal", "Sneha")
SAID = (
    ("delivery", "en", "Two days late and nobody told me."),
    ("delivery", "ur", "پارسل پھر دیر سے آیا اور کسی نے بتایا تک نہیں۔"),
    ("refund", "ur-Latn", "Refund abhi tak nahi mila, do dafa likha hai."),
    ("quality", "te", "దీపం మొదటి రోజే పాడైపోయింది."),
    ("staff", "tl", "Ang sungit ng kausap ko sa chat."),
)
THANKS = (
    ("delivery", "en", "Ayesha", "Ayesha called me before the courier did. That is how it should be."),
    ("staff", "ur", "Ayesha", "عائشہ نے ایک ہی فون پر مسئلہ حل کر دیا، بہت شکریہ۔"),
    ("staff", "te", "Sneha", "స్నేహ గారు చాలా ఓపికగా మాట్లాడారు, ధన్యవాదాలు."),
    ("quality", "tl", "Bilal", "Salamat kay Bilal, napalitan agad yung lampara."),
)


def live(session: Session, scene: Scene, settings: Settings, now: datetime) -> None:
    """Write ten weeks of it, and commit."""
    chance = random.Random(11)
    brand = session.merge(scene.brand)
    source = session.exec(select(Source).where(Source.slug == "shop-reviews")).one()
    for other in session.exec(select(Source).where(col(Source.slug).in_(["shop-reviews", "shop-blog", "city-forum"]))):
        make_coverage(session, other, now - 70 * DAY, now - 28 * DAY)
    _months(session, brand, now, chance)
    for number in range(44):
        _handled(session, brand, source, number, now - (1.5 * number + 0.6) * DAY, chance)
    for number, (theme, language, who, text) in enumerate(THANKS * 2):
        at = now - (number + 0.3) * DAY
        _thanked(session, make_mention(
            session, brand, source, text if number < len(THANKS) else f"{text} ({number})", at=at, language=language,
            themes=(theme,), rating=5.0, negative=0.02,
        ), brand, who)  # fmt: skip
    _ideas(session, brand, now)
    _reports(session, brand, settings, now)
    session.commit()


def _months(session: Session, brand: Brand, now: datetime, chance: random.Random) -> None:
    """Counts of these weeks, beside those of the scene: delivery is the old sore."""
    tally = counts.Tally()
    for hours in range(30, 70 * 24, 4):
        theme = chance.choices(["delivery", "refund", "quality", "price"], [5, 2, 2, 1])[0]
        negative = 0.9 if chance.random() < (0.4 if theme == "delivery" else 0.15) else 0.06
        tally.add(brand.id or 0, cells_of("shop-reviews", "en", [theme]), now - hours * HOUR, negative)
    counts.write(session, tally)


def _handled(session: Session, brand: Brand, source: Source, number: int, at: datetime, chance: random.Random) -> Case:
    """A complaint that was answered and, as a rule, solved; every seventh was reopened, every ninth handed on."""
    theme, language, text = SAID[number % len(SAID)]
    mention = make_mention(
        session, brand, source, f"{text} ({number})", at=at, language=language, themes=(theme,), rating=2.0,
        author=make_author(session, at=at),
    )  # fmt: skip
    opened, took = at + 9 * MINUTE, timedelta(minutes=chance.expovariate(1 / 45))
    values = {"answered_at": opened + took, "hostile": number % 6 == 0, "owner": PEOPLE[number % len(PEOPLE)]}
    if number % 11 == 5:
        return make_case(
            session,
            mention,
            at=opened,
            state=CaseState.DISMISSED,
            outcome=f"{DismissReason.DUPLICATE}: see the first one",
            **values,
        )
    case = make_case(
        session, mention, at=opened, state=CaseState.SOLVED, solved_at=opened + took + chance.random() * 12 * HOUR,
        outcome="Sent again by courier.", reopened=int(number % 7 == 3),
        escalated_at=opened + HOUR if number % 9 == 4 else None, **values,
    )  # fmt: skip
    told = {"case_id": case.id, "actor": case.owner}
    session.add(CaseEvent(at=opened + took, action=Action.ANSWER.past, **told))
    return case


def _thanked(session: Session, mention: Mention, brand: Brand, who: str) -> None:
    session.add(Praise(mention_id=mention.id, brand_id=brand.id, person=who, found_at=mention.published_at))


def _ideas(session: Session, brand: Brand, now: datetime) -> None:
    number = brand.id or 0
    first = answer.propose(
        session, number, "refund", "Tell the date of the refund in the first answer: half of them ask only for that.",
        person("Ayesha"), now - 6 * DAY,
    )  # fmt: skip
    for who in ("Bilal", "Sneha"):
        answer.second(session, first.id or 0, person(who), now - 5 * DAY)
    answer.propose(session, number, "refund", "رقم واپس ہوتے ہی ایس ایم ایس بھیجیں۔", person("Bilal"), now - 2 * DAY)
    other = answer.propose(
        session, number, "delivery", "Name the courier on the label.", person("Sneha"), now - 9 * DAY
    )
    answer.decide(
        session, other.id or 0, IdeaState.PLANNED, "From December on.", person("Sana"), now - 8 * DAY,
        seen=IdeaState.PROPOSED,
    )  # fmt: skip


def _reports(session: Session, brand: Brand, settings: Settings, now: datetime) -> None:
    """Of the last weeks, as the job keeps them; that of last week is in the scene already, without figures."""
    running = week_of(now, settings.brands[0].zone)
    for back in (1, 2, 3):
        week = running.before(back)
        figures = make_report(session, settings, brand.slug, str(week), now).model_dump(mode="json")
        known = session.exec(select(Report).where(Report.week_start == week.monday)).first()
        made = known or Report(brand_id=brand.id or 0, week_start=week.monday, made_at=now - (7 * back - 6) * DAY)
        made.figures = figures
        session.add(made)


ATTACK = f"{HOSTILE} {'W' * 90}"
NAME = "<img src=x onerror=\"document.title='owned'\">**b** \u202egnp"


def attack(session: Session, scene: Scene, now: datetime) -> None:
    """Names and words from outside in every place that shows them, and a second brand; and commit."""
    brand = session.merge(scene.brand)
    make_brand(session, "attack", f"Attack {NAME}")
    theme = make_theme(session, "attack", f"{NAME} {'W' * 60}")
    source = session.exec(select(Source).where(Source.slug == "shop-reviews")).one()
    source.error = ATTACK
    session.add(source)
    author = make_author(session, ATTACK[:100], at=now, followers=900_000)
    for number in range(5):
        mention = make_mention(
            session, brand, source, f"{ATTACK} {number}", at=now - number * HOUR, title=ATTACK, themes=(theme.slug,),
            author=author, negative=0.02 if number == 4 else 0.95,
        )  # fmt: skip
        if number == 4:
            _thanked(session, mention, brand, NAME)
            continue
        case = make_case(session, mention, at=now - number * HOUR, owner=NAME, state=CaseState.OWNED)
        answer.note(session, case.id or 0, person(NAME), now, ATTACK)
    answer.propose(session, brand.id or 0, theme.slug, ATTACK, person(NAME), now)
    for page in ("mentions", "inbox"):
        answer.keep_view(session, page, NAME, "theme=attack", person(NAME), now, shared=True)
    session.commit()
