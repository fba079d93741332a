"""The form as customers meet it: shown without a trace, answered once, in their language, safe to embed."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlmodel import select

from monitor.config.serving import ReceptionOptions
from monitor.doors.survey import TRAP, case_order, sign_order
from monitor.jobs import analyse, answer
from monitor.jobs.answer import heard
from monitor.jobs.context import Context
from monitor.models import (
    Assessment,
    Author,
    Brand,
    Case,
    CaseMention,
    CaseState,
    Mention,
    MentionBrand,
    Relation,
    Source,
)
from monitor.reception import pages
from monitor.store.database import session_of
from tests.dialects import rows_of
from tests.factories import count_rows, make_case, make_mention
from tests.fakes import FakeAssessor
from tests.reception.conftest import ASK_SECRET, House


def token(house: House, path: str = "/ask/visit") -> str:
    found = re.search(r'name="token" value="([^"]+)"', house.ask("GET", path).text)
    assert found
    return unescape(found[1])


def answers(house: House) -> list[Mention]:
    with session_of(house.engine) as session:
        return list(session.exec(select(Mention).order_by(Mention.id)))


def test_showing_the_form_changes_nothing(house: House):
    for path in ("/ask/visit", "/ask/visit?lang=ur", "/ask/visit.js"):
        assert house.ask("GET", path).status == 200
    with session_of(house.engine) as session:
        assert count_rows(session, Mention) == 0


def test_an_answer_is_kept_and_thanked_for(house: House):
    sent = {"token": token(house), "score": "1", "comment": "Terrible tea.", "first": "yes", "name": "Ana"}
    answer = house.send("visit", sent)
    assert (answer.status, "Thank you!" in answer.text) == (200, True)
    (mention,) = answers(house)
    assert (mention.kind, mention.text, mention.rating_value, mention.first_purchase) == (
        "survey",
        "Terrible tea.",
        1,
        True,
    )


def test_a_form_that_is_sent_twice_counts_once(house: House):
    sent = {"token": token(house), "score": "1"}
    house.send("visit", sent)
    assert "had arrived before" in house.send("visit", {**sent, "comment": "And again!"}).text
    assert [mention.text for mention in answers(house)] == [""]


def test_an_empty_answer_shows_the_form_again_with_what_was_written(house: House):
    answer = house.send("visit", {"token": token(house), "name": 'Ana "A" <b>', "first": "no"})
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert 'value="Ana &#34;A&#34; &lt;b&gt;"' in answer.text
    assert answers(house) == []


def test_words_of_a_form_that_was_open_too_long_are_not_lost(house: House):
    sent = {"token": "1.2.3", "score": "2", "comment": "Long <i>story</i>"}
    answer = house.send("visit", sent)
    assert "open for too long" in answer.text
    assert "Long &lt;i&gt;story&lt;/i&gt;</textarea>" in answer.text
    fresh = re.search(r'name="token" value="([^"]+)"', answer.text)
    assert fresh
    assert house.send("visit", {**sent, "token": fresh[1]}).status == 200
    assert len(answers(house)) == 1


def test_a_program_is_thanked_and_not_heard(house: House):
    answer = house.send("visit", {"token": token(house), "score": "5", TRAP: "https://spam.example"})
    assert (answer.status, answers(house)) == (200, [])


def test_one_order_answers_once_though_two_forms_were_opened(house: House):
    link = {"ref": "4711", "sig": sign_order(ASK_SECRET, "orders", "4711")}
    path = f"/ask/orders?ref=4711&sig={link['sig']}"
    house.send("orders", {"token": token(house, path), "score": "1", **link})
    second = house.send("orders", {"token": token(house, path), "score": "5", **link})
    assert "had arrived before" in second.text
    assert [(mention.rating_value, mention.item) for mention in answers(house)] == [(1, "order 4711")]


def test_a_link_that_we_did_not_sign_shows_no_form(house: House):
    answer = house.ask("GET", "/ask/orders?ref=4711&sig=0")
    assert (answer.status, "<form" in answer.text) == (403, False)
    assert house.send("orders", {"score": "1", "ref": "4711", "sig": "0"}).status == 403


@pytest.mark.parametrize(
    ("query", "accepted", "tag", "direction"),
    [
        ("?lang=ur", "en", "ur", "rtl"),
        ("", "te-IN,te;q=0.9", "te", "ltr"),
        ("", "fil", "tl", "ltr"),
        ("", "xx", "en", "ltr"),
    ],
)
def test_the_form_speaks_the_customers_language(house: House, query: str, accepted: str, tag: str, direction: str):
    answer = house.ask("GET", f"/ask/visit{query}", Accept_Language=accepted)
    assert f'<html lang="{tag}" dir="{direction}">' in answer.text
    assert (answer.headers["content-language"], answer.headers["vary"]) == (tag, "Accept-Language")


def test_every_field_has_a_label_and_nothing_needs_a_script(house: House):
    text = house.ask("GET", "/ask/friends").text
    names = set(re.findall(r'id="([^"]+)"', text)) - {"email-hint", "problem"}
    assert names == set(re.findall(r'for="([^"]+)"', text))
    assert "<script" not in text
    assert text.count('type="radio" name="score"') == 11


def test_only_the_named_sites_may_embed_the_form(house: House):
    named, none = (house.ask("GET", f"/ask/{door}").headers["content-security-policy"] for door in ("visit", "friends"))
    assert "frame-ancestors https://karak.example" in named
    assert "frame-ancestors 'none'" in none
    assert "script-src" not in named


def test_no_form_is_kept_by_caches_since_each_is_one_answer(house: House):
    assert house.ask("GET", "/ask/visit").headers["cache-control"] == "no-store"
    assert token(house) != token(house)


def test_the_script_puts_the_form_where_it_stands(house: House):
    answer = house.ask("GET", "/ask/visit.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert f'"{house.desk.settings.reception.link}/ask/visit"' in answer.text


def test_words_in_every_script_arrive_as_they_were_written(house: House):
    for words in ("چائے ٹھنڈی تھی", "టీ చల్లగా ఉంది", "Malamig ang tsaa 🙁\nTalaga."):
        house.send("visit", {"token": token(house), "comment": words})
    assert [mention.text for mention in answers(house)] == [
        "چائے ٹھنڈی تھی", "టీ చల్లగా ఉంది", "Malamig ang tsaa 🙁\nTalaga.",
    ]  # fmt: skip


def test_an_e_mail_is_nowhere_in_the_database(house: House):
    house.send("visit", {"token": token(house), "score": "1", "email": "ana@secret.example", "name": "Ana"})
    kept = rows_of(house.engine)
    assert "ana@secret.example" not in str(kept)
    assert "Ana" in str(kept["author"])
    with session_of(house.engine) as session:
        assert session.exec(select(Author.display_name)).one() == "Ana"


def test_an_answer_without_words_is_read_by_its_score_and_is_about_the_brand(house: House):
    house.send("friends", {"token": token(house, "/ask/friends"), "score": "0"})
    with session_of(house.engine) as session:
        analyse.run(Context(house.desk.settings, session, house.now()), FakeAssessor())
        assert session.exec(select(MentionBrand.relevance)).one() == 1.0
        assert session.exec(select(Assessment.negative)).one() > 0.8


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 200, b"score=1&score=2&token=", b"=&=&="])
def test_odd_forms_are_asked_for_again(house: House, body: bytes):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert house.ask("POST", "/ask/visit", body, **kind).status == 422


def test_what_is_no_form_is_refused(house: House):
    assert house.ask("POST", "/ask/visit", b"{}", Content_Type="application/json").status == 415


def test_too_many_answers_at_once_are_asked_to_come_later_in_their_language(house: House):
    door = house.desk.survey("visit")
    assert door is not None
    for _ in range(door.per_minute):
        house.desk.rates.wait("door visit", door.per_minute)
    answer = house.send("visit", {"score": "1", "token": "x"}, "?lang=tl")
    assert answer.status == 429
    assert "Pakisubukan po ulit" in answer.text


def test_a_light_colour_gets_dark_letters(house: House):
    assert "--colour: #fde047; --on-colour: #1c1917" in house.ask("GET", "/ask/friends").text
    assert "--colour: #c2410c; --on-colour: #ffffff" in house.ask("GET", "/ask/visit").text


def test_a_snippet_of_a_brand_with_an_odd_name_is_still_html():
    assert "&quot;&gt;&lt;script&gt;" in pages.snippet("https://in.example/ask/visit", '"><script>')


def case_query(house: House, number: int = 12) -> dict[str, str]:
    return case_order(house.desk.key, "visit", number, 0).query


def test_the_link_of_a_case_shows_the_form_with_it_and_in_other_languages(house: House):
    link = case_query(house)
    shown = house.ask("GET", f"/ask/visit?{urlencode(link)}")
    assert shown.status == 200
    assert f'name="case" value="{link["case"]}"' in shown.text
    assert f"lang=ur&amp;case=12.0&amp;sig={link['sig']}" in shown.text


def test_an_answer_by_the_link_of_a_case_is_kept_as_being_about_it_once(house: House):
    sent = {"token": token(house), "score": "2", **case_query(house)}
    assert house.send("visit", sent).status == 200
    assert "had arrived before" in house.send("visit", {**sent, "token": token(house), "score": "5"}).text
    assert [(mention.item, mention.rating_value) for mention in answers(house)] == [("case 12", 2)]


def test_an_empty_answer_by_the_link_of_a_case_keeps_the_link(house: House):
    answer = house.send("visit", {"token": token(house), **case_query(house)})
    assert (answer.status, 'name="case" value="12.0"' in answer.text) == (422, True)


def test_a_case_that_somebody_made_up_is_refused(house: House):
    forged = {**case_query(house, 13), "case": "12.0"}
    assert house.ask("GET", f"/ask/visit?{urlencode(forged)}").status == 403
    assert house.send("visit", {"token": token(house), "score": "1", **forged}).status == 403
    assert answers(house) == []


def test_from_the_link_of_a_solved_case_to_its_follow_up(house: House):
    """The whole way: the link is made, opened, answered, read, and found by the case."""
    with session_of(house.engine) as session:
        brand, source = (session.exec(select(table).limit(1)).one() for table in (Brand, Source))
        solved = make_case(
            session, make_mention(session, brand, source), state=CaseState.SOLVED, owner="Sana",
            solved_at=house.now() - timedelta(hours=1),
        )  # fmt: skip
        session.commit()
        number = solved.id or 0
        settings = house.desk.settings.model_copy(update={"reception": ReceptionOptions(url="https://in.example")})
        link = urlsplit(answer.survey_link(session, settings, number, "te"))
    assert house.ask("GET", f"{link.path}?{link.query}").status == 200
    named = dict(parse_qsl(link.query))
    house.send(
        link.path.removeprefix("/ask/"), {**named, "token": token(house, f"{link.path}?{link.query}"), "score": "1"}
    )
    with session_of(house.engine) as session:
        context = Context(house.desk.settings, session, house.now())
        analyse.run(context, FakeAssessor())
        assert heard.run(context) == {"customers_answered_survey": 1}
        assert session.exec(select(CaseMention.case_id, CaseMention.relation)).all() == [(number, Relation.SURVEY)]
        assert session.get_one(Case, number).follow_up_at == context.now
