"""What is given out: all that fits and nothing else, page by page, without what was deleted."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.exports import TABLES, About
from monitor.facts import MentionKind, Sentiment, Severity
from monitor.folding import terms
from monitor.models import AlertState, Brand, CaseState, Mention, Reply, ReplyState, Source
from monitor.store import exports
from monitor.store.exports import (
    AlertLine,
    AlertsWanted,
    CaseLine,
    CasesWanted,
    MentionLine,
    MentionsWanted,
    Wish,
    alerts,
    cases,
    mentions,
)
from monitor.store.search import Wanted
from monitor.store.search_words import tag
from tests.factories import (
    NOON,
    make_alert,
    make_author,
    make_brand,
    make_case,
    make_change,
    make_found_mention,
    make_incident,
    make_source,
    make_theme,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


def lines(session: Session, wish: Wish, *, names: bool = False) -> list[object]:
    return [line for page in exports.pages(session, wish, names=names) for line in page]


def texts(session: Session, wish: Wish) -> list[str]:
    return [line.text for line in lines(session, wish) if isinstance(line, MentionLine | CaseLine)]


def of(brand: Brand, words: str = "", *tags: str, **values: object) -> MentionsWanted:
    wanted = Wanted(brand.id or 0, terms(words), tuple((one,) for one in tags))
    return MentionsWanted((replace(wanted, **values),))


@pytest.mark.parametrize(
    ("about", "line"), [(About.MENTIONS, MentionLine), (About.CASES, CaseLine), (About.ALERTS, AlertLine)]
)
def test_a_line_has_what_the_columns_of_its_table_name(about: About, line: type):
    assert [field.name for field in fields(line)] == [column.name for column in TABLES[about]]


def test_mentions_come_newest_first_with_what_is_known_of_them(session: Session, brand: Brand, source: Source):
    author = make_author(session, "Ali Raza")
    text = make_found_mention(session, brand, source, "old", themes=["refund", "app"], rating=2.0, author=author)
    make_found_mention(session, brand, source, "new", at=NOON + HOUR)
    case = make_case(session, text, owner="Sana", state=CaseState.OWNED)
    new, old = lines(session, of(brand))
    assert isinstance(old, MentionLine)
    assert isinstance(new, MentionLine)
    assert (new.text, new.case_id, new.themes) == ("new", None, ())
    assert (old.brand, old.source, old.source_kind, old.themes) == (
        "rosecart", "reviews", "schemaorg", ("app", "refund"),
    )  # fmt: skip
    assert (old.rating, old.rating_best, old.case_id, old.case_state) == (2.0, 5.0, case.id, "owned")
    assert (old.author, old.published_at) == (author.pseudonym, NOON)


def test_authors_have_their_name_only_when_it_is_asked_for_and_known(session: Session, brand: Brand, source: Source):
    known, unknown = make_author(session, "Ali Raza"), make_author(session)
    make_found_mention(session, brand, source, author=known)
    make_found_mention(session, brand, source, author=unknown, at=NOON + HOUR)
    named = [line.author for line in lines(session, of(brand), names=True) if isinstance(line, MentionLine)]
    assert named == [unknown.pseudonym, "Ali Raza"]


def test_mentions_are_narrowed_by_time_words_and_reading(session: Session, brand: Brand, source: Source):
    other = make_source(session, brand, "blog")
    theme = make_theme(session, "refund")
    make_found_mention(session, brand, source, "late kettle", language="ur", themes=["refund"])
    make_found_mention(session, brand, other, "fine kettle", at=NOON + HOUR, negative=0.1)
    assert texts(session, of(brand, "late")) == ["late kettle"]
    assert texts(session, of(brand, "", tag("l", "ur"))) == ["late kettle"]
    assert texts(session, of(brand, "", tag("t", theme.id))) == ["late kettle"]
    assert texts(session, of(brand, "", tag("s", other.id))) == ["fine kettle"]
    assert texts(session, of(brand, "", tag("n", Sentiment.POSITIVE))) == ["fine kettle"]
    assert texts(session, of(brand, since=NOON + HOUR)) == ["fine kettle"]
    assert texts(session, of(brand, until=NOON + HOUR)) == ["late kettle"]


def test_what_was_deleted_at_its_source_is_not_given_out(session: Session, brand: Brand, source: Source):
    """Though the search may still find it for a moment."""
    gone = make_found_mention(session, brand, source)
    gone.deleted_at = NOON
    session.add(gone)
    session.flush()
    assert lines(session, of(brand)) == []


def test_all_pages_together_have_every_mention_once(
    session: Session, brand: Brand, source: Source, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mentions, "PAGE", 2)
    for number in range(7):  # several of the same second
        make_found_mention(session, brand, source, str(number), at=NOON + timedelta(seconds=number // 3))
    sizes = [len(page) for page in exports.pages(session, of(brand), names=False)]
    assert sizes == [2, 2, 2, 1]
    assert texts(session, of(brand)) == list("6543210")


def test_each_brand_is_looked_for_in_turn(session: Session, brand: Brand, source: Source):
    other = make_brand(session, "lily", "Lily")
    make_found_mention(session, brand, source, "ours")
    make_found_mention(session, other, source, "theirs")
    both = MentionsWanted((of(brand).searches[0], of(other).searches[0]))
    assert texts(session, both) == ["ours", "theirs"]
    assert exports.total(session, both) == 2


def _late(session: Session, brand: Brand, source: Source) -> list[Mention]:
    return [make_found_mention(session, brand, source, f"text {number}", language="en") for number in range(4)]


@pytest.fixture
def worked(session: Session, brand: Brand, source: Source) -> CasesWanted:
    """Four cases: nobody's and overdue, Sana's of an incident, solved, and dismissed."""
    found = _late(session, brand, source)
    incident = make_incident(session, brand, found[1:2], severity=Severity.CRITICAL)
    make_case(session, found[0], answer_due_at=NOON + HOUR, severity=Severity.WATCH)
    case = make_case(
        session, found[1], at=NOON + HOUR, owner="Sana", state=CaseState.ANSWERED, incident=incident, answered_at=NOON,
        solve_due_at=NOON + 9 * HOUR,
    )  # fmt: skip
    session.add(Reply(case_id=case.id, state=ReplyState.POSTED, actor="Sana", text="Sorry!", written_at=NOON))
    session.add(Reply(case_id=case.id, state=ReplyState.DRAFT, actor="Sana", text="Hm", written_at=NOON))
    make_case(
        session, found[2], at=NOON + 2 * HOUR, state=CaseState.SOLVED, owner="Omar", follow_up_at=NOON,
        answered_at=NOON, solve_due_at=NOON,
    )  # fmt: skip
    make_case(session, found[3], at=NOON + 3 * HOUR, state=CaseState.DISMISSED, hostile=True, outcome="Spam")
    session.flush()
    return CasesWanted(now=NOON + 2 * HOUR, brand_ids=(brand.id or 0,))


def test_cases_come_newest_first_with_their_figures(session: Session, worked: CasesWanted):
    found = lines(session, worked)
    told = [
        (one.state, one.owner, one.severity, one.overdue, one.answers) for one in found if isinstance(one, CaseLine)
    ]
    assert told == [
        ("dismissed", "", None, False, 0),
        ("solved", "Omar", None, False, 0),
        ("answered", "Sana", "critical", False, 1),
        ("new", "", "watch", True, 0),
    ]
    assert exports.total(session, worked) == 4


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        ({"states": (CaseState.NEW, CaseState.SOLVED)}, [2, 0]),
        ({"owner": "Sana"}, [1]),
        ({"owner": ""}, [3, 0]),
        ({"overdue": True}, [0]),
        ({"follow_up": True}, [2]),
        ({"hostile": True}, [3]),
        ({"severity": Severity.CRITICAL}, [1]),
        ({"severity": Severity.WATCH}, [0]),
        ({"since": NOON + HOUR, "until": NOON + 3 * HOUR}, [2, 1]),
        ({"source": "reviews", "source_kind": "schemaorg", "kind": MentionKind.REVIEW, "language": "en"}, [3, 2, 1, 0]),
        ({"source": "blog"}, []),
        ({"source_kind": "feed"}, []),
        ({"language": "ur"}, []),
        ({"theme": "refund"}, []),
        ({"kind": MentionKind.POST}, []),
        ({"terms": terms("text 2")}, [2]),
        ({"terms": terms("text"), "owner": ""}, [3, 0]),
    ],
)
def test_cases_are_narrowed(session: Session, worked: CasesWanted, values: dict[str, object], numbers: Sequence[int]):
    assert texts(session, replace(worked, **values)) == [f"text {number}" for number in numbers]


def test_all_pages_together_have_every_case_once(
    session: Session, worked: CasesWanted, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cases, "PAGE", 3)
    assert texts(session, worked) == ["text 3", "text 2", "text 1", "text 0"]
    assert sorted(texts(session, replace(worked, terms=terms("text")))) == ["text 0", "text 1", "text 2", "text 3"]


def test_a_case_stays_without_the_words_that_were_deleted(session: Session, brand: Brand, source: Source):
    author = make_author(session, "Ali Raza")
    gone = make_found_mention(session, brand, source, title="Late", author=author)
    make_case(session, gone)
    gone.deleted_at = NOON
    session.add(gone)
    session.flush()
    (line,) = lines(session, CasesWanted(NOON, (brand.id or 0,)), names=True)
    assert isinstance(line, CaseLine)
    assert (line.text, line.title, line.url, line.author) == ("", "", "", "")


@pytest.fixture
def told(session: Session, brand: Brand) -> AlertsWanted:
    """Sent, withheld, and one of another brand."""
    change = make_change(session, make_incident(session, brand))
    message = {"subject": "Watch: Rose Cart", "sentence": "9 negative.", "kind": "opened", "severity": "high",
               "quotes": [{"text": "my phone is 0300"}]}  # fmt: skip
    make_alert(session, change, message=message)
    make_alert(session, change, "mail", AlertState.WITHHELD, "quiet_hours")
    other = make_brand(session, "lily", "Lily")
    make_alert(session, make_change(session, make_incident(session, other)), "mail")
    return AlertsWanted((brand.id or 0,))


def test_alerts_say_what_was_told_and_quote_nobody(session: Session, told: AlertsWanted):
    withheld, sent = lines(session, told)
    assert isinstance(sent, AlertLine)
    assert isinstance(withheld, AlertLine)
    assert (sent.subject, sent.kind, sent.brand) == ("Watch: Rose Cart", "opened", "rosecart")
    assert "0300" not in str(sent)
    assert (withheld.state, withheld.reason, withheld.kind) == ("withheld", "quiet_hours", "opened")
    assert withheld.sentence.startswith("14 negative")


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"states": (AlertState.SENT,)}, 1),
        ({"channel": "mail"}, 1),
        ({"reason": "quiet_hours"}, 1),
        ({"since": NOON + HOUR}, 0),
        ({"until": NOON}, 0),
        ({"brand_ids": (1, 2)}, 3),
    ],
)
def test_alerts_are_narrowed(session: Session, told: AlertsWanted, values: dict[str, object], number: int):
    wish = replace(told, **values)
    assert (len(lines(session, wish)), exports.total(session, wish)) == (number, number)


def test_all_pages_together_have_every_alert_once(
    session: Session, told: AlertsWanted, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(alerts, "PAGE", 2)
    found = lines(session, replace(told, brand_ids=(1, 2)))
    assert [one.alert_id for one in found if isinstance(one, AlertLine)] == [3, 2, 1]


def test_what_an_export_read_is_not_kept(session: Session, worked: CasesWanted):
    session.commit()
    lines(session, worked)
    assert list(session.identity_map) == []
