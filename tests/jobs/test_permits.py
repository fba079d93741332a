"""Every write that people ask for takes a role, is refused below it, and stands in the audit log either way."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from monitor.access import LEAST, Deed
from monitor.cases import DismissReason, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import LONGEST_NAME, Mark, Person, Role, Sentiment, Severity, Way
from monitor.jobs import answer
from monitor.jobs.answer.permitting import permit
from monitor.models import (
    AlertState,
    Assessment,
    AuditEntry,
    Case,
    CaseState,
    FoundState,
    FoundTheme,
    Idea,
    IdeaState,
    IdeaVote,
    Outcome,
    Reply,
    ReplyState,
    SavedView,
    Silence,
)
from monitor.posting import PosterOptions, wordpress
from monitor.store.corrections import Seen
from tests.contexts import make_settings
from tests.factories import (
    NOON,
    make_alert,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
)

NOW = NOON + timedelta(minutes=5)
ME = "Sana"
POLICY = ServicePolicy()
READS = {"facts_of", "run", "suggest", "survey_link"}
"""What people cannot write by: it reads, or is asked by a clock. `survey_link` makes the key of all links, once."""


@dataclass(frozen=True)
class Scene:
    """Ids of the rows that there are."""

    brand: int
    answered: int
    free_text: int  # of no case
    read_text: int
    fixed_text: int
    seen: Seen
    fixed: Seen
    new: int
    mine: int
    other: int
    solved: int
    incident: int
    alert: int
    lost_alert: int
    silence: int
    owed: int
    failed: int
    idea: int
    seconded: int
    view: int
    shared: int
    found: int
    like: int
    closed: int


Call = Callable[[Session, Scene, Person], object]


def _poster() -> PosterOptions:
    return wordpress.Options.model_construct(id="blog", type="wordpress", sources=("news",), enabled=True)


_CASES: dict[str, tuple[Deed, Call]] = {
    "take": (Deed.WORK, lambda s, at, me: answer.take(s, at.new, me, NOW, seen=CaseState.NEW)),
    "assign": (Deed.ASSIGN, lambda s, at, me: answer.assign(s, at.new, me, NOW, to="Omar", seen=CaseState.NEW)),
    "release": (Deed.WORK, lambda s, at, me: answer.release(s, at.mine, me, NOW, seen=CaseState.OWNED)),
    "release of another": (
        Deed.RELEASE_OTHERS, lambda s, at, me: answer.release(s, at.other, me, NOW, seen=CaseState.OWNED),
    ),
    "note": (Deed.NOTE, lambda s, at, me: answer.note(s, at.mine, me, NOW, "They called.")),
    "answer": (Deed.WORK, lambda s, at, me: answer.answer(s, at.mine, me, NOW, "Sorry!", seen=CaseState.OWNED)),
    "wait": (Deed.WORK, lambda s, at, me: answer.wait(s, at.answered, me, NOW, seen=CaseState.ANSWERED)),
    "solve": (Deed.WORK, lambda s, at, me: answer.solve(s, at.mine, me, NOW, "Refunded.", seen=CaseState.OWNED)),
    "follow_up": (Deed.WORK, lambda s, at, me: answer.follow_up(s, at.solved, me, NOW, "Fine?", seen=CaseState.SOLVED)),
    "dismiss": (
        Deed.WORK,
        lambda s, at, me: answer.dismiss(s, at.mine, me, NOW, DismissReason.NO_ACTION, seen=CaseState.OWNED),
    ),
    "reopen": (Deed.WORK, lambda s, at, me: answer.reopen(s, at.solved, me, NOW, POLICY, seen=CaseState.SOLVED)),
    "open_case": (Deed.WORK, lambda s, at, me: answer.open_case(s, at.free_text, me, NOW, POLICY)),
    "open_for_incident": (Deed.WORK, lambda s, at, me: answer.open_for_incident(s, at.incident, me, NOW, POLICY)),
    "post": (
        Deed.POST,
        lambda s, at, me: answer.post(s, at.mine, me, NOW, "Sorry!", seen=CaseState.OWNED, poster=_poster()),
    ),
    "cancel_post": (Deed.POST, lambda s, at, me: answer.cancel_post(s, at.owed, me, NOW)),
    "post_again": (Deed.POST, lambda s, at, me: answer.post_again(s, at.failed, me, NOW)),
}  # fmt: skip
_OTHERS: dict[str, tuple[Deed, Call]] = {
    "correct": (
        Deed.CORRECT,
        lambda s, at, me: answer.correct(s, at.read_text, Sentiment.NEUTRAL, me, NOW, seen=at.seen),
    ),
    "undo_correction": (
        Deed.CORRECT,
        lambda s, at, me: answer.undo_correction(s, at.fixed_text, me, NOW, seen=at.fixed),
    ),
    "acknowledge_incident": (Deed.ACKNOWLEDGE, lambda s, at, me: answer.acknowledge_incident(s, at.incident, me, NOW)),
    "own_incident": (
        Deed.OWN_INCIDENT, lambda s, at, me: answer.own_incident(s, at.incident, me, NOW, seen_owner=""),
    ),
    "dismiss_incident": (
        Deed.DISMISS_INCIDENT, lambda s, at, me: answer.dismiss_incident(s, at.incident, "A joke.", me, NOW),
    ),
    "mark_incident": (Deed.MARK, lambda s, at, me: answer.mark_incident(s, at.incident, Mark.USEFUL, me, NOW)),
    "mark_alert": (Deed.MARK, lambda s, at, me: answer.mark_alert(s, at.alert, Mark.USEFUL, me, NOW)),
    "resend_alert": (Deed.RESEND, lambda s, at, me: answer.resend_alert(s, at.lost_alert, me, NOW)),
    "silence": (
        Deed.SILENCE,
        lambda s, at, me: answer.silence(
            s, make_settings(), ends_at=NOW + timedelta(hours=1), reason="Known.", actor=me, now=NOW
        ),
    ),
    "end_silence": (Deed.SILENCE, lambda s, at, me: answer.end_silence(s, at.silence, me, NOW)),
    "propose": (Deed.PROPOSE, lambda s, at, me: answer.propose(s, at.brand, "", "Pack it better.", me, NOW)),
    "second": (Deed.PROPOSE, lambda s, at, me: answer.second(s, at.idea, me, NOW)),
    "take_back_second": (Deed.PROPOSE, lambda s, at, me: answer.take_back_second(s, at.seconded, me, NOW)),
    "decide": (
        Deed.DECIDE_IDEA,
        lambda s, at, me: answer.decide(s, at.idea, IdeaState.DONE, "New boxes.", me, NOW, seen=IdeaState.PROPOSED),
    ),
    "adopt_found": (
        Deed.DECIDE_FOUND, lambda s, at, me: answer.adopt_found(s, at.found, "Fees", me, NOW, seen=FoundState.OPEN),
    ),
    "merge_found": (
        Deed.DECIDE_FOUND,
        lambda s, at, me: answer.merge_found(s, at.found, me, NOW, seen=FoundState.OPEN, into=at.like),
    ),
    "rename_found": (
        Deed.DECIDE_FOUND, lambda s, at, me: answer.rename_found(s, at.found, "Fees", me, NOW, seen_name="fee"),
    ),
    "dismiss_found": (
        Deed.DECIDE_FOUND, lambda s, at, me: answer.dismiss_found(s, at.found, me, NOW, seen=FoundState.OPEN),
    ),
    "reopen_found": (
        Deed.DECIDE_FOUND, lambda s, at, me: answer.reopen_found(s, at.closed, me, NOW, seen=FoundState.DISMISSED),
    ),
    "keep_view": (Deed.KEEP_VIEW, lambda s, at, me: answer.keep_view(s, "inbox", "Mine", "show=mine", me, NOW)),
    "keep_view for all": (
        Deed.SHARE_VIEW, lambda s, at, me: answer.keep_view(s, "inbox", "Ours", "show=open", me, NOW, shared=True),
    ),
    "drop_view": (Deed.KEEP_VIEW, lambda s, at, me: answer.drop_view(s, at.view, me, NOW)),
    "drop_view of another": (Deed.SHARE_VIEW, lambda s, at, me: answer.drop_view(s, at.shared, me, NOW)),
}  # fmt: skip
WRITES = _CASES | _OTHERS
"""Each public write by its name, with the deed that it is, and a call of it that is done by who may."""
TOO_SMALL = [
    (name, role) for name, (deed, _) in WRITES.items() for role in Role if role.rank < LEAST[deed].rank
]  # fmt: skip


@pytest.fixture
def scene(session: Session) -> Scene:
    brand = make_brand(session)
    source = make_source(session, brand, "news")
    texts = [make_mention(session, brand, source) for _ in range(8)]
    incident = make_incident(session, brand, texts[1:3])
    change = make_change(session, incident)
    owned = {"state": CaseState.OWNED, "at": NOON - timedelta(hours=1)}
    cases = [
        make_case(session, texts[2]),
        make_case(session, texts[3], owner=ME, **owned),
        make_case(session, texts[4], owner="Omar", **owned),
        make_case(
            session, texts[5], owner=ME, state=CaseState.SOLVED, solved_at=NOON, outcome="Done.",
            answered_at=NOON, follow_up_at=NOON,
        ),
        make_case(session, texts[6], owner=ME, **owned),
        make_case(session, texts[7], owner=ME, state=CaseState.ANSWERED, answered_at=NOON),
    ]  # fmt: skip
    alerts = [
        make_alert(session, change),
        make_alert(session, change, "mail", AlertState.FAILED),
    ]
    rows = _asked(brand.id or 0, cases)
    session.add_all(rows)
    session.commit()
    session.add(IdeaVote(idea_id=rows[4].id, actor=ME, at=NOON))
    session.commit()
    boss, fixed = Person("Boss", Role.ADMIN, Way.DASHBOARD), texts[3].id or 0
    answer.correct(session, fixed, Sentiment.NEUTRAL, boss, NOON, seen=_seen(session, fixed))
    ids = (row.id for row in (brand, cases[5], texts[0], texts[1]))
    more = (row.id for row in (*cases[:4], incident, *alerts, *rows))
    return Scene(*ids, fixed, _seen(session, texts[1].id or 0), _seen(session, fixed), *more)


def _seen(session: Session, mention_id: int) -> Seen:
    """What stands beside a text now."""
    reading = session.exec(select(Assessment).where(Assessment.mention_id == mention_id, Assessment.is_current)).one()
    return Seen(reading.id or 0, reading.text_hash)


def _asked(brand: int, cases: list[Case]) -> list[Any]:
    """Rows that nothing but the writes themselves make: a silence, two replies, ideas, views, and what was found."""
    reply = {"actor": ME, "text": "Sorry!", "language": "en", "written_at": NOON, "poster": "blog", "next_try_at": NOON}
    idea = {"brand_id": brand, "theme": "", "text": "Pack it.", "actor": "Omar", "at": NOON}
    view = {"page": "inbox", "query": "", "created_at": NOON}
    found = {"brand_id": brand, "model": "test 1", "found_at": NOON, "first_at": NOON, "last_at": NOON}
    return [
        Silence(
            up_to=Severity.HIGH,
            starts_at=NOON,
            ends_at=NOON + timedelta(days=1),
            reason="x",
            actor="Omar",
            created_at=NOON,
        ),
        Reply(case_id=cases[4].id, state=ReplyState.OWED, **reply),
        Reply(case_id=cases[1].id, state=ReplyState.FAILED, **reply),
        Idea(**idea),
        Idea(**idea),
        SavedView(name="old", actor=ME, **view),
        SavedView(name="theirs", actor="Omar", shared=True, **view),
        FoundTheme(name="fee", **found),
        FoundTheme(name="fees", **found),
        FoundTheme(name="weather", state=FoundState.DISMISSED, **found),
    ]


def me(role: Role) -> Person:
    return Person(ME, role, Way.DASHBOARD, "sana@shop.example")


def everything(session: Session) -> dict[str, list[Any]]:
    """All rows of all tables but the audit log."""
    session.expire_all()
    tables = SQLModel.metadata.sorted_tables
    return {t.name: list(session.execute(sa.select(t)).all()) for t in tables if t.name != "audit_entry"}


def audited(session: Session) -> list[tuple[str, Role, str, Outcome]]:
    rows = session.exec(select(AuditEntry).where(AuditEntry.actor == ME).order_by(AuditEntry.id))
    return [(row.login, row.role, row.deed, row.outcome) for row in rows]


def test_every_public_function_is_a_write_that_is_tried_here_or_reads_only():
    functions = {name for name in answer.__all__ if inspect.isfunction(getattr(answer, name))}
    assert functions == READS | {name.split(" ")[0] for name in WRITES}


@pytest.mark.parametrize("name", sorted(READS))
def test_what_reads_only_is_asked_by_nobody(name: str):
    assert "actor" not in inspect.signature(getattr(answer, name)).parameters


@pytest.mark.sqlite("refused before any row is asked for")
@pytest.mark.parametrize(("name", "role"), TOO_SMALL)
def test_below_its_role_a_write_is_refused_and_changes_nothing(session: Session, scene: Scene, name: str, role: Role):
    deed, call = WRITES[name]
    before = everything(session)
    with pytest.raises(AnswerRefused, match=f"takes the role {LEAST[deed].value}; yours is {role.value}"):
        call(session, scene, me(role))
    session.rollback()
    assert everything(session) == before
    assert audited(session) == [("sana@shop.example", role, deed.value, Outcome.REFUSED)]


@pytest.mark.parametrize("name", WRITES)
def test_with_its_role_a_write_is_done_and_stands_in_the_log(session: Session, scene: Scene, name: str):
    deed, call = WRITES[name]
    before = everything(session)
    call(session, scene, me(LEAST[deed]))
    session.rollback()
    assert everything(session) != before
    assert set(audited(session)) == {("sana@shop.example", LEAST[deed], deed.value, Outcome.DONE)}


@pytest.mark.sqlite("refused before any row is asked for")
@pytest.mark.parametrize("name", WRITES)
def test_nobody_writes_without_a_name(session: Session, scene: Scene, name: str):
    before = everything(session)
    with pytest.raises(AnswerRefused, match="say who you are first"):
        WRITES[name][1](session, scene, Person(" ", Role.ADMIN, Way.DASHBOARD))
    session.rollback()
    assert everything(session) == before


@pytest.mark.parametrize("nobody", ["", "\u3164", "…", "x" * (LONGEST_NAME + 1)])
def test_a_name_is_one_that_people_can_read(session: Session, nobody: str):
    with pytest.raises(AnswerRefused, match=r"say who you are first|longer than"):
        permit(session, Person(nobody, Role.ADMIN, Way.DASHBOARD), Deed.NOTE, NOW)


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_cannot_be_saved_is_not_in_the_log(
    session: Session, scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
):
    """What was done and that it was done are one transaction."""
    deed, call = WRITES[name]
    with monkeypatch.context() as patch:
        patch.setattr(session, "commit", partial(_fail, session))
        with pytest.raises(sa.exc.OperationalError):
            call(session, scene, me(LEAST[deed]))
    session.rollback()
    assert audited(session) == []


def _fail(session: Session) -> None:
    session.flush()
    raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))


def test_each_deed_asks_for_some_role():
    assert set(LEAST) == set(Deed)


@pytest.mark.parametrize("deed", Deed)
def test_a_higher_role_may_all_that_a_lower_one_may(session: Session, deed: Deed):
    for role in Role:
        if role.rank >= LEAST[deed].rank:
            permit(session, me(role), deed, NOW)
    assert audited(session) == []


@pytest.mark.parametrize("name", ["silence", "dismiss_incident", "assign", "resend_alert", "decide"])
def test_who_comes_by_a_link_may_no_more_than_an_agent(session: Session, scene: Scene, name: str):
    with pytest.raises(AnswerRefused, match="yours is agent"):
        WRITES[name][1](session, scene, Person(ME, Role.AGENT, Way.LINK))
    assert session.exec(select(AuditEntry.way).where(AuditEntry.actor == ME)).one() is Way.LINK
