"""Who may take what away is asked first, and who did stands in the log, with how many rows."""

import io
import json
from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from monitor.access import LEAST, Deed
from monitor.errors import AnswerRefused
from monitor.exports import Form
from monitor.facts import Person, Role, Way
from monitor.jobs.answer import exporting
from monitor.jobs.answer.exporting import Shape
from monitor.models import AuditEntry, Outcome
from monitor.store.exports import AlertsWanted, CasesWanted, MentionsWanted, Wish, mentions
from monitor.store.search import Wanted
from tests.factories import (
    NOON,
    database_session,
    make_author,
    make_brand,
    make_case,
    make_mention,
    make_source,
)

WISHES = [MentionsWanted((Wanted(1),)), CasesWanted(NOON, (1,)), AlertsWanted((1,))]


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """Two complaints by an author whose name is known, one with a case."""
    with database_session(database_url) as session:
        brand = make_brand(session)
        source, author = make_source(session, brand), make_author(session, "Ali Raza")
        texts = [make_mention(session, brand, source, author=author) for _ in range(2)]
        make_case(session, texts[0])
        session.commit()
        yield session


def sana(role: Role) -> Person:
    return Person("Sana", role, Way.DASHBOARD)


def exported(session: Session, wish: Wish, role: Role, **shape: object) -> list[dict[str, object]]:
    out = io.BytesIO()
    exporting.export(session, wish, Shape(Form.JSONL, **shape), out, sana(role), NOON)  # type: ignore[arg-type]
    return [json.loads(line) for line in out.getvalue().splitlines()]


def log(session: Session) -> list[tuple[str, str, Outcome]]:
    session.rollback()
    return [(row.deed, row.about, row.outcome) for row in session.exec(select(AuditEntry)).all()]


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("role", [role for role in Role if role.rank < LEAST[Deed.EXPORT].rank])
def test_below_the_role_for_it_nothing_is_read(session: Session, wish: Wish, role: Role):
    with pytest.raises(AnswerRefused, match="takes the role agent"):
        exported(session, wish, role)
    (row,) = log(session)
    assert (row[0], row[2]) == ("export", Outcome.REFUSED)


@pytest.mark.parametrize("role", [role for role in Role if role.rank < LEAST[Deed.SEE_NAMES].rank])
def test_names_take_a_role_of_their_own(session: Session, role: Role):
    with pytest.raises(AnswerRefused, match="takes the role"):
        exported(session, WISHES[0], role, names=True)
    assert log(session)[-1][2] is Outcome.REFUSED


@pytest.mark.parametrize("wish", WISHES[:2])
def test_authors_are_pseudonyms_unless_names_are_asked_for(session: Session, wish: Wish):
    assert "Ali Raza" not in str(exported(session, wish, Role.LEAD))
    assert exported(session, wish, Role.LEAD, names=True)[0]["author"] == "Ali Raza"


def test_the_log_tells_what_was_taken_and_how_many(session: Session):
    exported(session, WISHES[0], Role.LEAD, names=True)
    exported(session, WISHES[1], Role.AGENT)
    assert log(session) == [
        ("export", "2 mentions as jsonl with names, brand 1", Outcome.DONE),
        ("export", "1 cases as jsonl, brand 1", Outcome.DONE),
    ]


def test_nobody_exports_without_a_name(session: Session):
    with pytest.raises(AnswerRefused, match="say who you are first"):
        exporting.export(session, WISHES[0], Shape(), io.BytesIO(), Person(" ", Role.ADMIN, Way.DASHBOARD), NOON)
    assert log(session) == []


def test_what_ends_early_is_not_in_the_log(session: Session):
    class Full(io.BytesIO):
        def write(self, _data: object, /) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        exporting.export(session, WISHES[0], Shape(Form.JSONL), Full(), sana(Role.AGENT), NOON)
    assert log(session) == []


def test_only_so_many_are_given_as_were_asked_for(session: Session):
    assert len(exported(session, WISHES[0], Role.AGENT, most=1)) == 1
    assert log(session)[0][1].startswith("1 mentions")


def test_between_two_pages_the_database_is_let_go(session: Session, monkeypatch: pytest.MonkeyPatch):
    """Another process may write, and its log be tidied up, however long the export takes."""
    monkeypatch.setattr(mentions, "PAGE", 1)
    reading: list[bool] = []
    exporting.export(
        session, WISHES[0], Shape(), io.BytesIO(), sana(Role.AGENT), NOON,
        lambda _number: reading.append(session.in_transaction()),
    )  # fmt: skip
    assert reading == [False, False]
