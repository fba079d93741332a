"""Tests of posting an answer from the page of a case: confirmed, owed, taken back, tried again."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from monitor.clock import utcnow
from monitor.models import CaseState, Mention, Reply, ReplyState, Source
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_case

Full = tuple[str, Scene]
CONFIG = """
sources:
  - {id: shop-blog, type: wordpress, brands: [rosecart], params: {url: "https://blog.example/"}}
posting:
  - type: wordpress
    id: our-blog
    sources: [shop-blog]
    url: "https://blog.example"
    user: team
    password: {env: WP_PASSWORD}
"""


@pytest.fixture
def case(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A case of Sana's about a comment on the blog, where answers may be posted."""
    monkeypatch.setenv("WP_PASSWORD", "abcd efgh ijkl")
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text() + CONFIG)
    with database_session(full[0]) as session:
        source = session.exec(select(Source).where(Source.slug == "shop-blog")).one()
        mention = session.get_one(Mention, full[1].evidence[13].id)
        mention.source_id = source.id
        session.add(mention)
        made = make_case(session, mention, at=utcnow(), state=CaseState.OWNED, owner="Sana")
        session.commit()
        return made.id


def _reply(database: str, case_id: int, **values: object) -> int:
    with database_session(database) as session:
        given = {"actor": "Sana", "text": "We are <b>sorry</b>.", "written_at": utcnow(), "poster": "our-blog"}
        reply = Reply(case_id=case_id, **(given | values))
        session.add(reply)
        session.commit()
        return reply.id


def test_what_is_posted_is_confirmed_with_where_it_goes(full: Full, case: int):
    app = act_as(open_page("inbox", case=str(case)), "Sana")
    app.text_area(key=f"answer-text-{case}").input("We are sorry, Omar.")
    assert "It goes out to everybody" in words_of(app)
    assert "<bdi>https://blog.example</bdi>" in words_of(app)
    button(app, "Post it now").click().run()
    assert not app.exception
    with database_session(full[0]) as session:
        reply = session.exec(select(Reply).where(Reply.case_id == case)).one()
    assert (reply.state, reply.text, reply.poster) == (ReplyState.OWED, "We are sorry, Omar.", "our-blog")
    assert "waits to be posted by" in words_of(app)
    assert app.text_area(key=f"answer-text-{case}").value == ""


def test_an_empty_answer_is_not_posted(full: Full, case: int):
    app = act_as(open_page("inbox", case=str(case)), "Sana")
    button(app, "Post it now").click().run()
    assert "write what was answered first" in app.toast[0].value
    with database_session(full[0]) as session:
        assert session.exec(select(Reply).where(Reply.case_id == case)).first() is None


def test_where_no_poster_serves_there_is_nothing_to_press(full: Full):
    assert "Post it now" not in [one.label for one in act_as(open_page("inbox", case="2"), "Ayesha").button]


def test_what_is_owed_is_taken_back(full: Full, case: int):
    reply = _reply(full[0], case, state=ReplyState.OWED, next_try_at=utcnow())
    app = act_as(open_page("inbox", case=str(case)), "Sana")
    assert "Post it now" not in [one.label for one in app.button]
    button(app, "Take it back").click().run()
    with database_session(full[0]) as session:
        assert session.get_one(Reply, reply).state is ReplyState.CANCELLED
    assert "taken back before it went out" in words_of(app)


def test_what_failed_says_why_and_is_tried_again(full: Full, case: int):
    reply = _reply(full[0], case, state=ReplyState.FAILED, error="401: <script> the password")
    app = act_as(open_page("inbox", case=str(case)), "Sana")
    words = words_of(app)
    assert "401: &lt;script&gt; the password" in words
    assert "We are &lt;b&gt;sorry&lt;/b&gt;." in words
    button(app, "Try again").click().run()
    with database_session(full[0]) as session:
        assert session.get_one(Reply, reply).state is ReplyState.OWED


def test_what_was_posted_links_to_where_it_stands(full: Full, case: int):
    posted = {"posted_at": utcnow() - timedelta(minutes=3), "url": "https://blog.example/#comment-9"}
    _reply(full[0], case, state=ReplyState.POSTED, **posted)
    words = words_of(act_as(open_page("inbox", case=str(case)), "Sana"))
    assert 'href="https://blog.example/#comment-9"' in words
    assert "was posted by" in words


def test_a_link_that_is_none_is_not_shown(full: Full, case: int):
    _reply(full[0], case, state=ReplyState.POSTED, posted_at=utcnow(), url="javascript:alert(1)")
    assert "javascript:" not in words_of(act_as(open_page("inbox", case=str(case)), "Sana"))


def test_only_the_owner_takes_it_back(full: Full, case: int):
    _reply(full[0], case, state=ReplyState.OWED)
    app = act_as(open_page("inbox", case=str(case)), "Bilal")
    assert "Take it back" not in [one.label for one in app.button]
