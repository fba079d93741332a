"""What the model was not sure of: marked, found, corrected in place by somebody who says who they are, and undone."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from dashboard.texts.checking import UNSURE
from monitor.clock import utcnow
from monitor.facts import Sentiment
from monitor.models import Assessment
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_mention, make_source

Full = tuple[str, Scene]
POSITIVE, NEUTRAL = Sentiment.POSITIVE, Sentiment.NEUTRAL


@pytest.fixture
def unsure(full: Full) -> list[int]:
    """Two mentions that the model was not sure of, the newest first."""
    with database_session(full[0]) as session:
        brand = session.merge(full[1].brand)
        source = make_source(session, brand, "new-blog")
        made = [make_mention(session, brand, source, f"Well, well {i}.", at=utcnow(), unsure=True) for i in (1, 2)]
        session.commit()
        return [made[1].id or 0, made[0].id or 0]


def pick(app: AppTest, mention_id: int, label: Sentiment) -> AppTest:
    """Press one of the three buttons of a mention."""
    name = f"label-{mention_id}-"
    next(found for found in app.button_group if str(found.key).startswith(name)).set_value(label)
    return app.run()


def current(full: Full, mention_id: int) -> Assessment:
    with database_session(full[0]) as session:
        mine = select(Assessment).where(Assessment.mention_id == mention_id, Assessment.is_current)
        return session.exec(mine).one()


def test_a_mention_to_check_says_so_in_words(full: Full, unsure: list[int]):
    words = words_of(open_page("mentions", q='"well well"'))
    assert words.count(f'title="{UNSURE}"') == 2
    assert "Not sure. What is it?" in words


def test_what_is_to_check_is_counted_and_one_click_away(full: Full, unsure: list[int]):
    app = open_page("mentions")
    reading = next(found for found in app.button_group if found.label == "Reading")
    assert list(reading.options) == ["To check **2**"]
    reading.set_value("check").run()
    assert app.query_params["check"] == "check"
    assert "2 mentions" in words_of(app)


def test_one_click_corrects_and_the_mention_stays_in_its_place(full: Full, unsure: list[int]):
    app = act_as(open_page("mentions", check="check"), "Sana <b>")
    app = pick(app, unsure[0], POSITIVE)
    words = words_of(app)
    assert "Corrected by <bdi>Sana &lt;b&gt;</bdi>" in words
    assert words.index("Well, well 2.") < words.index("Well, well 1.")
    assert "1 mention<" in words
    assert current(full, unsure[0]).label is POSITIVE


def test_several_are_corrected_in_a_row(full: Full, unsure: list[int]):
    app = act_as(open_page("mentions", check="check"), "Sana")
    for number in unsure:
        app = pick(app, number, NEUTRAL)
    words = words_of(app)
    assert not app.exception
    assert words.count("Corrected by") == 2
    assert "Nothing left to check" in words


def test_what_was_corrected_is_gone_from_the_list_at_the_next_visit(full: Full, unsure: list[int]):
    app = act_as(open_page("mentions", check="check"), "Sana")
    pick(app, unsure[0], NEUTRAL)
    words = words_of(open_page("mentions", check="check"))
    assert "Well, well 1." in words
    assert "Well, well 2." not in words


def test_a_click_that_was_cut_off_by_the_next_one_is_written_all_the_same(full: Full, unsure: list[int]):
    app = act_as(open_page("mentions", check="check"), "Sana")
    key = next(found.key for found in app.button_group if str(found.key).startswith(f"label-{unsure[0]}-"))
    app.session_state[key] = POSITIVE  # chosen, and its callback never came to an end
    app.run()
    assert current(full, unsure[0]).corrected_by == "Sana"
    assert "Corrected by" in words_of(app)


def test_who_does_not_say_a_name_corrects_nothing(full: Full, unsure: list[int]):
    app = pick(open_page("mentions", check="check"), unsure[0], POSITIVE)
    assert "say who you are" in app.toast[0].value
    assert current(full, unsure[0]).corrected_by == ""
    chosen = next(found for found in app.button_group if str(found.key).startswith(f"label-{unsure[0]}-"))
    assert not chosen.value


def test_a_correction_can_be_undone_in_place(full: Full, unsure: list[int]):
    app = pick(act_as(open_page("mentions", check="check"), "Sana"), unsure[0], POSITIVE)
    button(app, "Undo").click().run()
    assert words_of(app).count(f'title="{UNSURE}"') == 2
    assert current(full, unsure[0]).corrected_by == ""


def test_what_was_undone_is_not_corrected_again_by_a_click_of_before(full: Full, unsure: list[int]):
    app = act_as(open_page("mentions", check="check"), "Sana")
    key = next(found.key for found in app.button_group if str(found.key).startswith(f"label-{unsure[0]}-"))
    pick(app, unsure[0], POSITIVE)
    app.session_state[key] = POSITIVE  # still remembered: the page was not drawn to its end before the next click
    button(app, "Undo").click().run()
    assert current(full, unsure[0]).corrected_by == ""


def test_what_the_model_was_sure_of_can_be_corrected_too(full: Full, unsure: list[int]):
    number = full[1].evidence[0].id or 0
    app = pick(act_as(open_page("mentions", q="receipt"), "Sana"), number, NEUTRAL)
    assert "Corrected by" in words_of(app)
    assert current(full, number).label is NEUTRAL


def test_what_somebody_else_corrected_meanwhile_is_not_overwritten(full: Full, unsure: list[int]):
    mine, other = (act_as(open_page("mentions", check="check"), name) for name in ("Sana", "Bilal"))
    pick(mine, unsure[0], POSITIVE)
    app = pick(other, unsure[0], NEUTRAL)
    assert "meanwhile" in app.toast[0].value
    assert current(full, unsure[0]).corrected_by == "Sana"


def test_a_complaint_is_corrected_in_the_inbox_and_leaves_the_list(full: Full, unsure: list[int]):
    app = act_as(open_page("inbox", mention=str(unsure[0])), "Sana")
    assert words_of(app).count("Well, well 2.") == 2
    app = pick(app, unsure[0], NEUTRAL)
    words = words_of(app)
    assert "Corrected by" in words
    assert words.count("Well, well 2.") == 1


def test_the_list_of_the_inbox_marks_what_is_to_check(full: Full, unsure: list[int]):
    assert f'title="{UNSURE}"' in words_of(open_page("inbox"))


def test_the_evidence_of_an_incident_can_be_corrected(full: Full):
    with database_session(full[0]) as session:
        row = session.exec(select(Assessment).order_by(Assessment.negative.desc())).first()
        row.unsure = True
        number = row.mention_id
        session.commit()
    app = act_as(open_page("incident", id="1"), "Sana")
    assert f'title="{UNSURE}"' in words_of(app)
    pick(app, number, NEUTRAL)
    assert not app.exception
    assert current(full, number).corrected_by == "Sana"
