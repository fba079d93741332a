"""Tests of a report as a message: its subject, what it says first, and what to do next."""

from datetime import timedelta

import pytest

from monitor.facts import Cell, Dimension, IncidentState, Link, Message, Row, Severity
from monitor.models import CaseEvent, CaseState, ReadState, SourceHealth
from monitor.reports import letter, mail, render
from monitor.reports.figures import Figures
from tests.factories import make_case, make_coverage, make_incident, make_source, make_theme
from tests.reports.conftest import MONDAY, NEXT_MONDAY, Watched
from tests.reports.samples import full_figures, together_figures

MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(weeks=1)
DASHBOARD = "https://watch.example"


def build(figures: Figures, *attach: str) -> Message:
    return letter.build(figures, key="report:rosecart:2026-W46:mail", dashboard=DASHBOARD, attach=attach)


def rows(message: Message, title: str) -> dict[str, Row]:
    return {row.label: row for section in message.sections if section.title == title for row in section.rows}


def say_many(watched: Watched, weeks_ago: int, mentions: int, negative: int) -> None:
    for i in range(mentions):
        watched.say(MONDAY - weeks_ago * WEEK + (i + 1) * MINUTE, 0.99 if i < negative else 0.01)


def test_the_subject_tells_incidents_and_a_clear_step_of_the_share(heard: Watched) -> None:
    say_many(heard, 1, 100, 10)
    say_many(heard, 0, 100, 30)
    make_incident(heard.session, heard.brand, at=MONDAY + HOUR)
    make_incident(heard.session, heard.brand, at=MONDAY + 2 * HOUR)
    assert letter.subject(heard.report()) == (
        "Rose Cart, week 46: 2 incidents, negative share 30\xa0% (up from 11\xa0%)"
    )


def test_a_share_that_fell_clearly_is_down(heard: Watched) -> None:
    say_many(heard, 1, 100, 30)
    say_many(heard, 0, 100, 10)
    assert letter.subject(heard.report()).endswith("no incident, negative share 11\xa0% (down from 30\xa0%)")


def test_a_step_that_chance_explains_is_neither_up_nor_down(heard: Watched) -> None:
    say_many(heard, 1, 5, 1)
    say_many(heard, 0, 5, 2)
    assert letter.subject(heard.report()).endswith("negative share 40\xa0% (last week 21\xa0%)")


def test_the_same_share_is_as_last_week(heard: Watched) -> None:
    say_many(heard, 1, 5, 1)
    say_many(heard, 0, 5, 1)
    assert letter.subject(heard.report()).endswith("(as last week)")


def test_without_a_week_to_compare_with_the_share_stands_alone(heard: Watched) -> None:
    say_many(heard, 0, 2, 1)
    make_incident(heard.session, heard.brand, at=MONDAY + HOUR)
    assert letter.subject(heard.report()) == "Rose Cart, week 46: 1 incident, negative share 50\xa0%"


def test_a_week_in_which_nothing_was_said(heard: Watched) -> None:
    message = build(heard.report())
    assert message.subject == "Rose Cart, week 46: no incident, no mention"
    assert [section.title for section in message.sections] == ["The week in figures"]
    assert message.next_step == "Nothing is overdue and nothing is open."


def test_a_week_nobody_listened_to_is_not_a_quiet_one(watched: Watched) -> None:
    message = build(watched.report())
    assert message.subject == "Rose Cart, week 46: nobody listened"
    assert rows(message, "The week in figures")["Mentions"].value == "not known"
    assert rows(message, "What was not heard")["reviews"].value == "0\xa0% heard"


def test_a_running_week_is_told_as_one(heard: Watched) -> None:
    heard.say(MONDAY + HOUR)
    figures = heard.report("current", MONDAY + 5 * HOUR)
    assert letter.subject(figures).startswith("Rose Cart, week 46 so far: ")


def test_figures_stand_beside_last_week_and_what_is_usual(heard: Watched) -> None:
    for weeks_ago in range(1, 9):
        say_many(heard, weeks_ago, 20, 0)
    say_many(heard, 0, 40, 0)
    mentions = rows(build(heard.report()), "The week in figures")["Mentions"]
    assert (mentions.value, mentions.beside) == ("40", "+100\xa0%, last week 20; usually 20, above usual")


def test_how_little_was_heard_is_said_once(watched: Watched) -> None:
    make_coverage(watched.session, watched.source, MONDAY, MONDAY + timedelta(days=2))
    watched.say(MONDAY + HOUR, themes=["refund"])
    message = build(watched.report())
    told = [row.label for section in message.sections for row in section.rows if "listened 29 %" in row.beside]
    assert told == ["Mentions"]


def test_what_keeps_going_wrong_is_counted_and_quoted(heard: Watched) -> None:
    make_theme(heard.session, "refund", "Refund")
    heard.say(MONDAY + HOUR, 0.97, "پیسے واپس نہیں ملے", language="ur", themes=["refund"])
    heard.say(MONDAY + 2 * HOUR, 0.95, "No refund for weeks.", themes=["refund"])
    heard.say(MONDAY + 3 * HOUR, 0.02, "Kind staff", themes=["staff"])
    message = build(heard.report())
    assert rows(message, "What keeps going wrong")["Refund"].value == "2 negative"
    assert rows(message, "What people praise")["Staff"].value == "1 positive"
    assert [(quote.text, quote.language, quote.author) for quote in message.quotes] == [
        ("پیسے واپس نہیں ملے", "ur", ""),
        ("No refund for weeks.", "en", ""),
    ]


def test_an_incident_has_its_times_and_who_answered(heard: Watched) -> None:
    complaints = [heard.say(MONDAY + HOUR + i * MINUTE) for i in range(3)]
    refund = Cell(Dimension.THEME, "refund")
    ended = {"state": IncidentState.RESOLVED, "calmed_at": MONDAY + 5 * HOUR, "severity": Severity.CRITICAL}
    incident = make_incident(heard.session, heard.brand, complaints, at=MONDAY + 2 * HOUR, cell=refund, **ended)
    for mention, actor in zip(complaints, ("Ravi", "Amna", "Amna"), strict=True):
        answered = {"state": CaseState.ANSWERED, "answered_at": MONDAY + 3 * HOUR}
        case = make_case(heard.session, mention, at=MONDAY + 2 * HOUR, incident=incident, **answered)
        heard.session.add(CaseEvent(case_id=case.id, at=MONDAY + 3 * HOUR, actor=actor, action="answered"))
    row = rows(build(heard.report()), "Incidents")["Refund, critical"]
    assert row.value == "contained in 3 h"
    assert row.beside == ("Mon 9 November, 02:00; noticed in 40 min, no alert sent, answered in 1 h, by Amna and Ravi")


def test_an_open_incident_nobody_answered_is_bad_news_with_its_owner(heard: Watched) -> None:
    make_incident(heard.session, heard.brand, at=MONDAY + HOUR, owner="Amna")
    row = rows(build(heard.report()), "Incidents")["The whole brand, high"]
    assert (row.value, row.tone) == ("open", "bad")
    assert row.beside.endswith("not answered, looked after by Amna")


def test_more_incidents_than_fit_are_counted(heard: Watched) -> None:
    for hour in range(14):
        make_incident(heard.session, heard.brand, at=MONDAY + hour * HOUR)
    found = rows(build(heard.report()), "Incidents")
    assert found["And more"].value == "9"


def test_what_was_not_heard_names_the_longest_gap(heard: Watched) -> None:
    forum = make_source(heard.session, heard.brand, "forum", "feed", SourceHealth.FAILING, error="HTTP 503")
    make_coverage(heard.session, forum, MONDAY, NEXT_MONDAY - timedelta(days=3))
    gap = rows(build(heard.report()), "What was not heard")["forum"]
    assert gap.beside == "failing, 3 days missing, from Fri 13 November, 00:00 to Mon 16 November, 00:00"


def test_texts_that_wait_to_be_read_are_said(heard: Watched) -> None:
    heard.say(MONDAY + HOUR).read_state = ReadState.WAITING
    assert rows(build(heard.report()), "The week in figures")["Not read yet"].value == "1"


@pytest.mark.parametrize("trouble", ["overdue", "open", "silent", "complaints", "nothing"])
def test_the_next_step_is_the_most_urgent_one_and_the_link_leads_there(heard: Watched, trouble: str) -> None:
    steps = ["nothing", "complaints", "silent", "open", "overdue"]
    due = steps[: steps.index(trouble) + 1]
    if "complaints" in due:
        heard.say(MONDAY + HOUR, themes=["refund"])
    if "silent" in due:
        make_source(heard.session, heard.brand, "forum", "feed")
    incident = make_incident(heard.session, heard.brand, at=MONDAY + HOUR) if "open" in due else None
    if "overdue" in due:
        make_case(heard.session, heard.say(MONDAY + HOUR), at=MONDAY + HOUR)
    message = build(heard.report())
    words, page = {
        "overdue": ("Answer or solve what is overdue: 1 complaint.", "inbox?brand=rosecart"),
        "open": ("Follow the incident on the whole brand to its end.", f"incident?id={incident and incident.id}"),
        "silent": ("See why forum was not fully heard.", "sources?brand=rosecart"),
        "complaints": ("Look at what is behind the complaints about Refund.", "?brand=rosecart"),
        "nothing": ("Nothing is overdue and nothing is open.", "?brand=rosecart"),
    }[trouble]
    assert (message.next_step, message.link) == (words, f"{DASHBOARD}/{page}")


def test_the_files_are_the_report_itself(heard: Watched) -> None:
    heard.say(MONDAY + HOUR, text="چائے اچھی نہیں")
    figures = heard.report()
    page, table = build(figures, "html", "csv").attachments
    assert (page.name, page.media_type) == ("rosecart-2026-W46.html", "text/html")
    assert page.content == render.html(figures).encode()
    assert (table.name, table.content) == ("rosecart-2026-W46.csv", render.csv(figures).encode())


def test_kept_figures_give_the_same_message_each_time(heard: Watched) -> None:
    say_many(heard, 0, 5, 2)
    figures = heard.report()
    kept = Figures.model_validate(figures.model_dump(mode="json"))
    assert build(kept, "html", "csv") == build(figures, "html", "csv")


def test_figures_kept_by_the_version_before_are_read(heard: Watched) -> None:
    say_many(heard, 1, 100, 10)
    say_many(heard, 0, 100, 30)
    make_incident(heard.session, heard.brand, at=MONDAY + HOUR)
    old = heard.report().model_dump(mode="json")
    for figure in old["headline"]:
        del figure["clear"]
    for incident in old["incidents"]:
        del incident["owner"], incident["answered_by"]
    assert letter.subject(Figures.model_validate(old)).endswith("(last week 11\xa0%)")


def test_without_a_dashboard_there_is_no_link(heard: Watched) -> None:
    assert letter.build(heard.report(), key="k", dashboard="").link == ""


def test_the_whole_report_is_a_click_away() -> None:
    message = letter.build(full_figures(), key="k", dashboard=DASHBOARD)
    assert message.links == (
        Link("Read the whole report", "https://watch.example/reports?brand=rosecart&week=2026-W46"),
    )
    assert letter.build(full_figures(), key="k", dashboard="").links == ()


def test_the_body_for_mail_is_the_report_laid_out() -> None:
    message = letter.build(full_figures(), key="k", dashboard="")
    assert message.body == mail.body(render.laid_out(full_figures()))


def test_all_brands_are_told_side_by_side_and_each_with_its_first_sentences() -> None:
    message = letter.build(together_figures(), key="k", dashboard=DASHBOARD, attach=("html", "csv"))
    assert message.subject == "All brands, week 46: 2 brands and 1 competitor side by side"
    assert [section.title for section in message.sections] == ["Side by side", "Rose Cart", "مرچاڈو"]
    assert rows(message, "Side by side")["Rose Cart"].beside.startswith("Opened 4 (+1, last week 3")
    assert [file.name for file in message.attachments] == ["all-brands-2026-W46.html", "all-brands-2026-W46.csv"]


def test_the_report_of_all_brands_leads_to_its_own_page() -> None:
    message = letter.build(together_figures(), key="k", dashboard=DASHBOARD)
    assert (message.link, message.links) == (f"{DASHBOARD}/reports?of=all-brands&week=2026-W46", ())


@pytest.mark.parametrize(
    ("own", "others", "said"),
    [(1, 0, "1 brand side"), (2, 0, "2 brands side"), (1, 2, "1 brand and 2 competitors side")],
)
def test_brands_are_counted_in_the_subject_of_the_report_of_all(own: int, others: int, said: str) -> None:
    whole = together_figures()
    given = together_figures(each=whole.each[:1] * own, brands=whole.brands[:1] * (own + others), running=True)
    assert letter.build(given, key="k", dashboard="").subject.startswith(f"All brands, week 46 so far: {said}")


def test_facts_tell_the_whole_in_ten_lines(heard: Watched) -> None:
    make_source(heard.session, heard.brand, "forum", "feed")
    make_case(heard.session, heard.say(MONDAY + HOUR, themes=["refund"], rating=2), at=MONDAY + HOUR)
    heard.say(MONDAY + HOUR, 0.01, themes=["staff"], rating=5)
    facts = dict(build(heard.report()).facts)
    assert len(facts) <= 10
    assert facts["Most complaints"] == "Refund 1"
    assert facts["Overdue at the end"] == "1"
    assert facts["Not fully heard"] == "forum (0\xa0%)"
