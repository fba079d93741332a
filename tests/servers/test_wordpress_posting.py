"""From a complaint on a real WordPress to its answer there: crawled, posted once, and found by the next crawl."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import Session

from monitor.cases import ServicePolicy
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.doctor import posting as doctor
from monitor.errors import DeliveryError
from monitor.jobs import analyse, answer
from monitor.jobs.context import Context
from monitor.models import Case, CaseState, ReplyState
from monitor.posting import Outgoing, look, post
from monitor.store import cases as case_rows
from monitor.store import replies
from monitor.verdict import State
from tests.conftest import need
from tests.crawlers.conftest import Watched
from tests.factories import person
from tests.fakes import BAD, FakeAssessor
from tests.servers.blog import Blog, blog, is_installed
from tests.servers.conftest import mentions_of

pytestmark = [pytest.mark.slow, pytest.mark.sqlite("about another server")]
Watch = Callable[..., Watched]
SANA = person("Sana")
WORDS = (
    "Dear Ana,\n\nwe are sorry — it's our fault & \"nobody\" else's. 5 < 6 <b>bold</b>\n\nہم معذرت خواہ ہیں۔ క్షమించండి 🙏"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    need(is_installed(), "WordPress (see .ci/packages)")
    with blog(tmp_path_factory.mktemp("wordpress")) as found:
        yield found


@pytest.fixture(scope="module")
def passwords(site: Blog) -> dict[str, str]:
    """Application passwords of one user who may do much, and of one who may do little."""
    return {"care": site.act("user", "care", "editor"), "guest": site.act("user", "guest", "subscriber")}


@pytest.fixture
def article(site: Blog) -> str:
    return site.act("post", "Acme Phone 3")


@pytest.fixture
def posting(site: Blog, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """A poster of the config."""

    def configure(user: str = "care", password: str = "") -> dict[str, Any]:
        monkeypatch.setenv("WORDPRESS_PASSWORD", password or passwords[user])
        poster = {"id": "blog", "type": "wordpress", "sources": ["place"], "url": site.url, "user": user}
        return poster | {"password": {"env": "WORDPRESS_PASSWORD"}, "pause": "0s"}

    return configure


def settings_of(watched: Watched, poster: dict[str, Any]) -> Settings:
    config = yaml.safe_load(watched.config.read_text(encoding="utf-8"))
    path = Path(watched.config).with_name("with-poster.yaml")
    path.write_text(yaml.safe_dump({**config, "posting": [poster]}), encoding="utf-8")
    return load_settings(path)


def case_for(session: Session, number: str) -> Case:
    """A case of the comment, in somebody's hands."""
    mention = mentions_of(session)[f"comment-{number}"]
    now = utcnow()
    case = answer.open_case(session, mention.id or 0, SANA, now, ServicePolicy())
    return answer.take(session, case.id or 0, SANA, now, seen=CaseState.NEW)


def under(site: Blog, number: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(site.act("comments", number))
    return found


def test_a_complaint_is_answered_where_it_stands_and_the_next_crawl_finds_the_answer(
    site: Blog, article: str, posting: Any, session: Session, watch: Watch
) -> None:
    number = site.comment(article, "Ana", f"Acme is {BAD}: the battery dies")
    watched = watch("wordpress", url=site.url)
    watched.crawl()
    settings = settings_of(watched, posting())
    case = case_for(session, number)
    poster = settings.posting[0]
    asked_at = utcnow()
    answer.post(session, case.id or 0, SANA, asked_at, WORDS, seen=CaseState.OWNED, poster=poster, language="en")
    assert answer.run(Context(settings, session, utcnow()))["answers posted"] == 1

    (ours,) = under(site, number)
    reply, after = replies.posting_of(session, case.id or 0), case_rows.case_of(session, case.id or 0)
    assert reply is not None
    assert after is not None
    assert (reply.state, reply.external_id) == (ReplyState.POSTED, f"comment-{ours['id']}")
    assert (after.state, after.answered_at) == (CaseState.ANSWERED, reply.posted_at)
    assert abs((reply.posted_at or asked_at) - asked_at) < timedelta(minutes=1)

    watched.crawl()
    mention = mentions_of(session)[reply.external_id]
    assert mention.parent_id == case.mention_id
    assert "<b>bold</b>" in mention.text  # words, not markup
    counters = answer.run(Context(settings, session, utcnow() + timedelta(minutes=1)))
    assert counters["answers found"] == 1
    (kept,) = replies.of_case(session, case.id or 0)
    assert (kept.mention_id, kept.posted_at, kept.url) == (mention.id, mention.published_at, mention.url)
    model = FakeAssessor()
    analyse.run(Context(settings, session, utcnow()), model)
    assert model.seen == [f"Acme is {BAD}: the battery dies"]  # our own words are no mention of us


def test_what_is_posted_again_after_a_crash_stands_there_once(
    site: Blog, article: str, posting: Any, watch: Watch
) -> None:
    number = site.comment(article, "Ana", "The battery dies")
    poster = settings_of(watch("wordpress", url=site.url), posting()).posting[0]
    outgoing = Outgoing(site.url.removeprefix("http://"), f"comment-{number}", WORDS)
    first = post(poster, outgoing, private=True)
    assert look(poster, outgoing, private=True) == first
    assert post(poster, outgoing, private=True) == first
    assert len(under(site, number)) == 1


def test_wordpress_itself_refuses_the_same_words_twice_and_we_find_them(
    site: Blog, article: str, posting: Any, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = site.comment(article, "Ana", "The battery dies")
    poster = settings_of(watch("wordpress", url=site.url), posting()).posting[0]
    outgoing = Outgoing(site.url.removeprefix("http://"), f"comment-{number}", WORDS)
    first = post(poster, outgoing, private=True)
    monkeypatch.setattr("monitor.posting.wordpress._known", lambda *given: None)  # as if it had come a moment later
    assert post(poster, outgoing, private=True) == first
    assert len(under(site, number)) == 1


def test_an_answer_that_waits_for_approval_is_told_as_such_and_posted_once(
    site: Blog, article: str, posting: Any, watch: Watch
) -> None:
    number = site.comment(article, "Ana", "The battery dies")
    poster = settings_of(watch("wordpress", url=site.url), posting("guest")).posting[0]
    outgoing = Outgoing(site.url.removeprefix("http://"), f"comment-{number}", WORDS)
    site.act("option", "comment_moderation", "1")
    try:
        assert post(poster, outgoing, private=True).held
        with pytest.raises(DeliveryError, match="has this answer already") as caught:
            post(poster, outgoing, private=True)
    finally:
        site.act("option", "comment_moderation", "0")
    assert caught.value.permanent
    assert [one["approved"] for one in under(site, number)] == ["0"]


def test_what_a_site_refuses_is_said_in_words_that_help(site: Blog, article: str, posting: Any, watch: Watch) -> None:
    number = site.comment(article, "Ana", "The battery dies")
    watched = watch("wordpress", url=site.url)
    poster = settings_of(watched, posting()).posting[0]
    outgoing = Outgoing(site.url.removeprefix("http://"), f"comment-{number}", WORDS)

    def refusal(one: Any, to: Outgoing) -> str:
        with pytest.raises(DeliveryError) as caught:
            post(one, to, private=True)
        assert caught.value.permanent
        return str(caught.value)

    assert "did not take the key" in refusal(
        settings_of(watched, posting(password="no such password")).posting[0], outgoing
    )
    assert "no longer there" in refusal(poster, replace(outgoing, external_id="comment-999999"))
    assert "only comments" in refusal(poster, replace(outgoing, external_id=f"post-{article}"))
    site.act("hold", number)
    assert "The battery" not in refusal(poster, replace(outgoing, external_id="other/comment-1"))


def test_the_doctor_tries_the_key_and_posts_nothing(
    site: Blog, article: str, posting: Any, watch: Watch, session: Session
) -> None:
    number = site.comment(article, "Ana", "The battery dies")
    watched = watch("wordpress", url=site.url)
    (good,) = doctor.examine(settings_of(watched, posting()))
    (bad,) = doctor.examine(settings_of(watched, posting(password="no such password")))
    assert (good.state, bad.state) == (State.OK, State.FAILS)
    assert "did not take the key" in bad.found
    assert under(site, number) == []
