"""The Alerts page: what was sent, waits, was withheld or died, with its reason; and what people do about it."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from dashboard.data import opening
from dashboard.data.opening import config_path
from monitor.facts import Mark, Severity
from monitor.jobs import answer
from monitor.models import Alert, AlertMark, AlertState, Brand, ChannelHealth, Incident, Silence
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.dashboard.told import TELUGU, URDU
from tests.factories import database_session, make_brand, make_mention, make_source, person

Full = tuple[str, Scene]
LISTS = ("sent", "waiting", "withheld", "dead", "silences")


@pytest.mark.parametrize("show", LISTS)
def test_each_list_says_so_when_there_is_nothing(empty: str, show: str):
    app = open_page("alerts", show=show)
    assert not app.exception
    assert "ew-empty" in words_of(app)
    assert "not used yet" in words_of(app)


@pytest.mark.parametrize("show", LISTS)
def test_each_list_shows_what_is_in_it(full: Full, show: str):
    app = open_page("alerts", show=show)
    assert not app.exception
    assert "ew-empty" not in words_of(app)


def test_sent_messages_say_why_and_what_went_with_them(full: Full):
    words = words_of(open_page("alerts"))
    assert "Sent because a new incident opened" in words
    assert "went out together with 3 others" in words
    assert "because more of the same brand was told a short while ago" in words
    assert "daily digest" in words
    assert "The channel mail-lead does not work" in words


def test_what_waits_says_why_and_until_when(full: Full):
    words = words_of(open_page("alerts", show="waiting"))
    assert re.search(r"in (5 h|4 h \d+ min)</time></b>, because the channel has quiet hours", words)
    assert "</b>, because someone silenced it" in words
    assert "<b>not accepted yet</b>, is tried again at <time" in words
    assert "421 try again later &lt;b&gt;please" in words
    assert "it is being sent just now" in words
    assert URDU in words
    assert TELUGU in words


def test_what_was_withheld_says_why_also_for_a_reason_of_another_version(full: Full):
    words = words_of(open_page("alerts", show="withheld"))
    assert "<b>Not sent</b>, because it is less severe than the routes to this channel ask for" in words
    assert "because a reason of tomorrow" in words


def test_hostile_words_of_messages_and_silences_are_shown_as_they_stand(full: Full):
    for show in ("dead", "silences"):
        app = open_page("alerts", show=show)
        assert "&lt;img src=x" in words_of(app)
        assert "<img" not in words_of(app)
        assert "\u202e" not in words_of(app)
        assert not [element for element in app.markdown if "evil" in element.value]


def test_a_hostile_address_changes_nothing(full: Full):
    app = open_page("alerts", show="<script>", channel="<b>x</b>", days="-7", before="1 OR 1=1", whose="x")
    assert not app.exception
    assert "Nothing was sent" in words_of(app)


def test_a_dead_message_is_sent_again_with_all_its_tries(full: Full):
    url, _scene = full
    app = act_as(open_page("alerts", show="dead"), "Sana")
    assert "<b>Never delivered</b>, tried 5 times" in words_of(app)
    button(app, "Send again").click().run()
    with database_session(url) as session:
        dead = session.exec(select(Alert).where(Alert.state == AlertState.FAILED)).all()
        again = session.exec(select(Alert).where(Alert.state == AlertState.PENDING, Alert.key == "lost-1")).one()
    assert (len(dead), again.attempts) == (3, 0)
    assert not app.exception


def test_all_dead_messages_of_a_channel_are_sent_again_in_one_click(full: Full):
    url, _scene = full
    app = act_as(open_page("alerts", show="dead"), "Sana")
    button(app, "Send all 4 of mail\\-lead again").click().run()
    with database_session(url) as session:
        assert session.exec(select(Alert).where(Alert.state == AlertState.FAILED)).all() == []
    assert "Nothing is dead" in words_of(app)


def test_what_somebody_else_sent_again_meanwhile_does_not_stop_the_others(full: Full):
    url, _scene = full
    app = act_as(open_page("alerts", show="dead"), "Sana")
    with database_session(url) as session:
        number = session.exec(select(Alert.id).where(Alert.state == AlertState.FAILED)).first()
        answer.resend_alert(session, number or 0, person("Bilal"), opening.now())
    button(app, "Send all 4 of mail\\-lead again").click().run()
    assert "Not done" not in app.toast[0].value
    with database_session(url) as session:
        assert session.exec(select(Alert).where(Alert.state == AlertState.FAILED)).all() == []


@pytest.mark.parametrize("label", ["Send again", "Send all 4 of mail\\-lead again"])
def test_without_a_name_nothing_is_sent_again(full: Full, label: str):
    app = open_page("alerts", show="dead")
    button(app, label).click().run()
    assert "say who you are first" in app.toast[0].value
    with database_session(full[0]) as session:
        assert len(session.exec(select(Alert).where(Alert.state == AlertState.FAILED)).all()) == 4


def test_an_alert_is_marked_and_ones_own_mark_is_taken_back(full: Full):
    url, _scene = full
    app = act_as(open_page("alerts"), "Sana")
    button(app, "Noise").click().run()
    with database_session(url) as session:
        mark = session.exec(select(AlertMark).order_by(col(AlertMark.id).desc()).limit(1)).one()
        assert (mark.mark, mark.actor, mark.incident_id) == (Mark.NOISE, "Sana", 1)
    assert "said <b><bdi>Sana</bdi></b>" in words_of(app)
    button(app, "Take back").click().run()
    with database_session(url) as session:
        assert session.exec(select(AlertMark).where(AlertMark.incident_id == 1)).all() == []


def test_only_messages_about_incidents_are_marked(full: Full):
    with database_session(full[0]) as session:
        about = session.exec(select(Alert).where(Alert.state == AlertState.SENT, col(Alert.incident_id).is_not(None)))
        number = len([one for one in about if one.created_at > opening.now() - timedelta(days=7)])
    labels = [found.label for found in open_page("alerts").button]
    assert labels.count("Useful") == number


def test_how_useful_it_was_is_told_by_rule_and_channel(full: Full):
    words = words_of(open_page("alerts"))
    assert "How useful it was" in words
    assert "<b><bdi>spike</bdi></b>" in words
    assert "<small>because the incident is over</small>" in words


def test_channels_show_what_works_and_when_they_may_be_disturbed(full: Full):
    path, now = config_path(), opening.now()
    hours = f'quiet: ["{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"]'
    mail_lead = "{id: mail-lead, type: console"
    path.write_text(path.read_text().replace(mail_lead, f"{mail_lead}, {hours}"))
    words = words_of(open_page("alerts"))
    assert "fails for good" in words
    assert "550 mailbox is full" in words
    assert "quiet hours <small>until" in words
    assert "4 wait<br>" in words
    assert "4 dead</span>" in words


def test_all_brands_can_be_looked_at_together(full: Full):
    with database_session(full[0]) as session:
        make_brand(session, "acme", "Acme", "Europe/London")
        session.commit()
    assert "27 negative" not in words_of(open_page("alerts", brand="acme"))
    app = open_page("alerts", brand="acme", whose="all")
    assert "27 negative" in words_of(app)
    assert app.toggle[0].value


def test_an_alert_leads_to_its_incident(full: Full):
    app = open_page("alerts")
    button(app, "Open incident 1").click().run()
    assert not app.exception
    assert "Who was told, and why" in words_of(app)


def test_older_ones_are_one_click_away(full: Full):
    now = opening.now()
    with database_session(full[0]) as session:
        for number in range(30):
            at = now - timedelta(days=1, minutes=number)
            words = {"subject": f"Old number {number}"}
            session.add(
                Alert(key=f"old-{number}", channel="boss", reason="digest", state=AlertState.SENT, message=words,
                      created_at=at, sent_at=at)
            )  # fmt: skip
        session.commit()
    app = open_page("alerts")
    assert "Old number 29" not in words_of(app)
    button(app, "Older").click().run()
    assert "Old number 29" in words_of(app)
    assert button(app, "Newest")


def _fill(app, reason: str, **choices: object):  # type: ignore[no-untyped-def]
    for field, value in choices.items():
        app.selectbox(key=f"silence-page-{field}").select(value)
    app.text_input(key="silence-page-reason").input(reason)
    button(app, "Silence it").click().run()
    return app


def test_a_silence_is_made_with_an_end_and_a_reason_and_ended_early(full: Full):
    url, _scene = full
    config_path().write_text(config_path().read_text() + SOURCES)
    app = act_as(open_page("alerts", show="silences"), "Sana")
    _fill(app, "The forum moves", theme="refund", source="city-forum", language="ur", span="4 hours")
    assert not app.exception
    with database_session(url) as session:
        made = session.exec(select(Silence).where(Silence.reason == "The forum moves")).one()
        assert (made.brand, made.theme, made.source, made.language) == ("rosecart", "refund", "city-forum", "ur")
        assert (made.up_to, made.actor, made.ends_at - made.starts_at) == (Severity.HIGH, "Sana", timedelta(hours=4))
    assert "Refunds</bdi> · <bdi>city-forum</bdi> · Urdu</b>, up to high; critical is told" in words_of(app)
    app.button(key=f"end-silence-{made.id}").click().run()
    with database_session(url) as session:
        assert session.get_one(Silence, made.id).ended_by == "Sana"
    assert "ended early by <b><bdi>Sana</bdi></b>" in words_of(app)


SOURCES = 'sources: [{id: city-forum, type: feed, brands: [rosecart], params: {url: "https://forum.example/feed"}}]\n'


def test_also_critical_ones_only_where_it_is_chosen_and_for_all_brands(empty: str):
    app = act_as(open_page("alerts", show="silences"), "Sana")
    assert "nobody is warned, however bad it gets" in words_of(app)
    _fill(app, "All is moved", brand="", up_to=Severity.CRITICAL)
    with database_session(empty) as session:
        made = session.exec(select(Silence)).one()
        assert (made.brand, made.up_to) == ("", Severity.CRITICAL)
    assert "<b>All brands</b>, also critical" in words_of(app)


@pytest.mark.parametrize(("name", "reason", "words"), [("", "x", "say who you are"), ("Sana", " ", "say why")])
def test_a_silence_needs_a_name_and_a_reason(empty: str, name: str, reason: str, words: str):
    app = open_page("alerts", show="silences")
    app = act_as(app, name) if name else app
    _fill(app, reason)
    assert words in app.toast[0].value
    with database_session(empty) as session:
        assert session.exec(select(Silence)).all() == []


def test_the_overview_says_what_could_not_be_delivered_and_leads_there(full: Full):
    app = open_page()
    assert "4 messages could not be delivered; <bdi>mail-lead</bdi> fails." in words_of(app)
    app.button(key="alerts-undelivered").click().run()
    assert "<b>Never delivered</b>" in words_of(app)


def test_the_overview_says_what_is_silenced_until_when(full: Full):
    words = words_of(open_page())
    assert "Alerts are silenced for <bdi>Rose Cart</bdi> · <bdi>Delivery</bdi> · Urdu until " in words


def test_the_overview_is_quiet_when_everything_gets_through(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        make_mention(session, brand, make_source(session, brand), at=opening.now())
        session.add(ChannelHealth(channel="mail-lead", last_good_at=opening.now()))
        session.commit()
    words = words_of(open_page())
    assert "could not be delivered" not in words
    assert "silenced" not in words


def test_a_message_that_somebody_marked_counts_for_its_incident(full: Full):
    url, _scene = full
    app = act_as(open_page("alerts"), "Sana")
    button(app, "Useful").click().run()
    with database_session(url) as session:
        assert session.get_one(Incident, 1).mark is Mark.USEFUL
