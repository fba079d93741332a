"""Answers that go out through the source's API: owed by a person, sent once, and told to the case as it was."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.cases import DismissReason
from monitor.config import Settings
from monitor.errors import AnswerRefused
from monitor.facts import Role
from monitor.jobs import answer
from monitor.jobs.answer.delivering import HELD, LEASE, Postings
from monitor.models import AuditEntry, Case, CaseState, Reply, ReplyState
from monitor.posting import poster_for, retry
from monitor.store import cases as case_rows
from monitor.store import replies
from tests.factories import NOON, database_session, person
from tests.posting.blog import PASSWORD, Blog, blog
from tests.posting.owed import (
    ANA,
    BO,
    LATER,
    TEXT,
    comment,
    deliver,
    history,
    owned,
    press,
    settings_of,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Blog]:
    monkeypatch.setenv("WORDPRESS_PASSWORD", PASSWORD)
    with blog() as site:
        yield site


@pytest.fixture
def settings(site: Blog) -> Settings:
    return settings_of(site)


@pytest.fixture
def case(session: Session, site: Blog) -> Case:
    return owned(session, comment(session, site))


def now_of(session: Session, case: Case) -> Case:
    found = case_rows.case_of(session, case.id or 0)
    assert found is not None
    return found


def reply_of(session: Session, case: Case) -> Reply:
    found = replies.posting_of(session, case.id or 0)
    assert found is not None
    return found


def test_nothing_goes_out_before_somebody_asks(session: Session, site: Blog, settings: Settings, case: Case) -> None:
    deliver(session, settings)
    assert site.asked == []


def test_an_answer_that_was_asked_for_is_owed_and_changes_nothing_yet(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    reply = press(session, case, settings)
    assert (reply.state, reply.poster, reply.actor) == (ReplyState.OWED, "blog", "Ana")
    assert (now_of(session, case).state, site.asked) == (CaseState.OWNED, [])
    assert history(session, case)[-1] == ("Ana", "asked to post", TEXT)


def test_a_posted_answer_marks_the_case_answered_by_who_asked_with_the_time_of_the_place(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    assert deliver(session, settings) == {"answers posted": 1}
    reply, after = reply_of(session, case), now_of(session, case)
    assert (reply.state, reply.external_id, reply.url) == (
        ReplyState.POSTED,
        "comment-13",
        f"{site.url}/post/#comment-13",
    )
    assert reply.posted_at == after.answered_at == datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)
    assert after.state is CaseState.ANSWERED
    assert history(session, case)[-1] == ("Ana", "answered", TEXT)


def test_the_words_arrive_as_words_and_never_as_markup(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings, text="5 < 6 & <script>alert(1)</script>")
    deliver(session, settings)
    assert site.ours[0]["content"]["rendered"] == "<p>5 &lt; 6 &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"


def test_a_second_press_is_refused_while_one_is_owed(session: Session, settings: Settings, case: Case) -> None:
    press(session, case, settings)
    with pytest.raises(AnswerRefused, match="on its way already"):
        press(session, case, settings)
    assert len(replies.of_case(session, case.id or 0)) == 1


def test_who_presses_while_another_press_is_being_written_waits_and_is_refused(
    session: Session, settings: Settings, case: Case, database_url: str
) -> None:
    refused: list[AnswerRefused] = []

    def press_too() -> None:
        with database_session(database_url) as other:
            try:
                press(other, case, settings)
            except AnswerRefused as error:
                refused.append(error)

    second = threading.Thread(target=press_too)

    def begin(_session: object) -> None:
        second.start()
        second.join(0.5)  # it comes as far as it can while the first is not committed

    sa.event.listen(session, "before_commit", begin, once=True)
    press(session, case, settings)
    second.join(15)
    assert len(refused) == 1
    assert len(replies.of_case(session, case.id or 0)) == 1


@pytest.mark.parametrize(("who", "why"), [(BO, "Ana owns this case"), (person("Cy", Role.VIEWER), "takes the role")])
def test_only_the_owner_may_post(session: Session, settings: Settings, case: Case, who: object, why: str) -> None:
    with pytest.raises(AnswerRefused, match=why):
        answer.post(session, case.id, who, LATER, TEXT, seen=CaseState.OWNED, poster=settings.posting[0])
    assert replies.of_case(session, case.id or 0) == []


def test_a_case_that_nobody_owns_is_taken_first(session: Session, site: Blog, settings: Settings) -> None:
    case = owned(session, comment(session, site), owner="")
    case.state = CaseState.NEW
    session.add(case)
    session.commit()
    with pytest.raises(AnswerRefused, match="take it before"):
        press(session, case, settings)


def test_who_posted_is_in_the_audit_log(session: Session, settings: Settings, case: Case) -> None:
    press(session, case, settings)
    entry = session.exec(select(AuditEntry)).one()
    assert (entry.actor, entry.deed) == ("Ana", "post answer")


def test_what_a_poster_does_not_serve_is_copied_by_hand(session: Session, settings: Settings, case: Case) -> None:
    elsewhere = settings.posting[0].model_copy(update={"sources": ("other",)})
    with pytest.raises(AnswerRefused, match="copy the answer"):
        answer.post(session, case.id, ANA, LATER, TEXT, seen=CaseState.OWNED, poster=elsewhere)
    assert poster_for([elsewhere], "reviews") is None
    assert poster_for(settings.posting, "reviews") is settings.posting[0]
    assert poster_for([settings.posting[0].model_copy(update={"enabled": False})], "reviews") is None


def test_an_answer_can_be_taken_back_while_it_is_owed(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    reply = press(session, case, settings)
    assert answer.cancel_post(session, reply.id or 0, ANA, LATER).state is ReplyState.CANCELLED
    deliver(session, settings)
    assert site.asked == []
    assert history(session, case)[-1][:2] == ("Ana", "took back the post")


def test_what_is_out_cannot_be_taken_back(session: Session, settings: Settings, case: Case) -> None:
    reply = press(session, case, settings)
    deliver(session, settings)
    with pytest.raises(AnswerRefused, match="out already"):
        answer.cancel_post(session, reply.id or 0, ANA, LATER)


def test_a_place_that_is_busy_gets_the_answer_later(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    site.status, site.answer = 503, "unavailable"
    deliver(session, settings)
    reply = reply_of(session, case)
    assert (reply.state, reply.attempts, reply.next_try_at) == (ReplyState.OWED, 1, LATER + MINUTE)
    assert "503" in reply.error
    site.status = 0
    assert deliver(session, settings, LATER) == {}
    assert deliver(session, settings, LATER + MINUTE) == {"answers posted": 1}
    assert len(site.ours) == 1


def test_a_place_that_says_how_long_to_wait_is_waited_for(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    site.status, site.headers = 429, {"Retry-After": "600"}
    deliver(session, settings)
    assert reply_of(session, case).next_try_at == LATER + 10 * MINUTE


def test_a_refusal_for_good_is_shown_and_can_be_posted_again(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    reply = press(session, case, settings)
    kept = site.comments.pop(12)
    assert deliver(session, settings) == {"answers not taken": 1}
    failed = reply_of(session, case)
    assert (failed.state, now_of(session, case).state) == (ReplyState.FAILED, CaseState.OWNED)
    assert "no longer there" in failed.error
    assert history(session, case)[-1] == ("", "could not post", failed.error)
    site.comments[12] = kept
    answer.post_again(session, reply.id or 0, ANA, LATER + MINUTE)
    assert deliver(session, settings, LATER + MINUTE) == {"answers posted": 1}


def test_after_a_day_of_trying_a_person_decides(session: Session, site: Blog, settings: Settings, case: Case) -> None:
    press(session, case, settings)
    site.status, site.answer, at = 500, "down", LATER
    while (reply := reply_of(session, case)).state is ReplyState.OWED:
        assert reply.next_try_at is not None
        at = reply.next_try_at
        deliver(session, settings, at)
    assert (reply.state, reply.attempts) == (ReplyState.FAILED, retry.MOST_ATTEMPTS)
    assert timedelta(hours=22) < at - LATER < timedelta(hours=26)


def test_a_crash_after_the_place_took_it_posts_nothing_twice(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    reply = press(session, case, settings)
    assert replies.claim(session, reply, LATER, LATER + LEASE)
    session.commit()
    site.add(13, TEXT, parent=12, author=7)  # it arrived, and we died before we could note it
    assert deliver(session, settings, LATER + LEASE - MINUTE) == {}
    assert deliver(session, settings, LATER + LEASE) == {"answers posted": 1}
    assert (site.posts, reply_of(session, case).external_id) == (0, "comment-13")


_WORKER = """
import sys
from datetime import datetime
from tests.factories import database_session
from tests.posting.blog import Blog
from tests.posting.owed import deliver, settings_of
with database_session(sys.argv[1]) as session:
    deliver(session, settings_of(Blog(url=sys.argv[2])), datetime.fromisoformat(sys.argv[3]))
"""


def test_a_process_that_is_killed_while_the_place_answers_posts_nothing_twice(
    session: Session, site: Blog, settings: Settings, case: Case, database_url: str
) -> None:
    press(session, case, settings)
    told = [database_url, site.url, LATER.isoformat()]
    with subprocess.Popen([sys.executable, "-c", _WORKER, *told], cwd=Path(__file__).parents[2]) as worker:
        site.on_post = worker.kill
        assert worker.wait(60) == -signal.SIGKILL
    site.on_post = lambda: None
    assert (len(site.ours), reply_of(session, case).state) == (1, ReplyState.POSTING)
    assert deliver(session, settings, LATER + LEASE) == {"answers posted": 1}
    assert (len(site.ours), site.posts, now_of(session, case).state) == (1, 1, CaseState.ANSWERED)


def test_an_answer_whose_receipt_was_lost_on_the_way_is_found_at_the_next_try(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    site.dies_after_posting = True
    deliver(session, settings)
    assert reply_of(session, case).state is ReplyState.OWED
    deliver(session, settings, LATER + MINUTE)
    assert (site.posts, reply_of(session, case).state) == (1, ReplyState.POSTED)


def test_two_processes_send_one_answer_once(
    session: Session, site: Blog, settings: Settings, case: Case, database_url: str
) -> None:
    press(session, case, settings)
    due = replies.due(session, LATER, 5)
    with database_session(database_url) as other:
        assert deliver(other, settings) == {"answers posted": 1}
    assert not replies.claim(session, due[0], LATER, LATER + LEASE)
    assert site.posts == 1


def test_a_case_that_was_dismissed_meanwhile_is_not_answered(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    answer.dismiss(session, case.id or 0, ANA, LATER, DismissReason.FALSE_ALARM, seen=CaseState.OWNED)
    assert deliver(session, settings) == {"answers no longer wanted": 1}
    assert (site.asked, reply_of(session, case).state) == ([], ReplyState.CANCELLED)
    assert history(session, case)[-1] == ("", "did not post", "the case was dismissed meanwhile")


def test_a_case_that_went_to_somebody_else_is_left_to_them(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    answer.assign(session, case.id or 0, ANA, LATER, to="Bo", seen=CaseState.OWNED)
    deliver(session, settings)
    assert (site.asked, reply_of(session, case).error) == ([], "the case is that of Bo by now")


def test_a_customer_who_was_answered_by_hand_is_not_answered_twice(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    answer.answer(session, case.id or 0, ANA, LATER, "Sent by hand.", seen=CaseState.OWNED)
    deliver(session, settings)
    assert (site.asked, reply_of(session, case).error) == ([], "the customer was answered otherwise meanwhile")


def test_who_answers_and_solves_in_one_go_has_both(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    answer.solve(session, case.id or 0, ANA, LATER, "A new battery.", seen=CaseState.OWNED)
    deliver(session, settings, LATER + MINUTE)
    after = now_of(session, case)
    assert (len(site.ours), after.state, after.answered_at) == (1, CaseState.SOLVED, reply_of(session, case).posted_at)


def test_a_try_that_may_have_arrived_is_looked_for_before_it_is_called_off(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    press(session, case, settings)
    site.dies_after_posting = True
    deliver(session, settings)
    answer.dismiss(session, case.id or 0, ANA, LATER, DismissReason.DUPLICATE, seen=CaseState.OWNED)
    deliver(session, settings, LATER + MINUTE)
    assert (site.posts, reply_of(session, case).state) == (1, ReplyState.POSTED)


def test_what_the_place_holds_back_is_no_answer_yet(
    session: Session, site: Blog, settings: Settings, case: Case
) -> None:
    site.holds = True
    press(session, case, settings)
    deliver(session, settings)
    reply = reply_of(session, case)
    assert (reply.state, reply.error) == (ReplyState.POSTED, HELD)
    assert now_of(session, case).state is CaseState.OWNED


def test_a_poster_that_left_the_config_says_so(session: Session, site: Blog, settings: Settings, case: Case) -> None:
    press(session, case, settings)
    deliver(session, settings_of(site, posting=[]))
    assert reply_of(session, case).error == "the poster blog is no longer in the config"


def test_a_pause_lies_between_two_answers(session: Session, site: Blog, settings: Settings, case: Case) -> None:
    slow = settings.model_copy(update={"posting": (settings.posting[0].model_copy(update={"pause": 2 * MINUTE}),)})
    press(session, case, slow)
    deliver(session, slow, NOON + MINUTE * 6)
    answered = now_of(session, case)
    press(session, answered, slow, "One more thing: it is on its way.", at=NOON + 7 * MINUTE)
    reply_of(session, case)
    first = replies.of_case(session, case.id or 0)[0]
    first.posted_at = NOON + 6 * MINUTE
    session.add(first)
    session.commit()
    assert deliver(session, slow, NOON + 7 * MINUTE) == {}
    assert deliver(session, slow, NOON + 8 * MINUTE) == {"answers posted": 1}


def test_many_answers_of_one_place_keep_none_of_another_waiting(session: Session, case: Case) -> None:
    for number, poster in enumerate(["blog"] * 3 + ["shop"]):
        due_at = NOON + number * MINUTE
        owed = {"poster": poster, "state": ReplyState.OWED, "next_try_at": due_at}
        session.add(Reply(case_id=case.id or 0, text="Sorry.", actor="Ana", written_at=NOON, **owed))
    session.commit()
    found = replies.due(session, NOON + 9 * MINUTE, 2)
    assert [reply.poster for reply in found] == ["blog", "blog", "shop"]


def test_a_look_of_the_running_monitor_does_not_wait_for_a_place_that_hangs(
    session: Session, site: Blog, settings: Settings, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.jobs.answer.delivering.LISTEN_SECONDS", 0.0)
    postings = Postings()
    press(session, case, settings)
    assert deliver(session, settings, postings=postings) == {}
    assert postings.busy == {"blog"}
    while postings.busy:
        counters = deliver(session, settings, postings=postings)
    assert counters == {"answers posted": 1}
