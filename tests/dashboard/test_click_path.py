"""The way of somebody new: from the first page to the worst incident, its cause, its owner and the reply to send."""

from streamlit.testing.v1 import AppTest

from monitor.models import Case, CaseState
from tests.dashboard.pages import button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session

Full = tuple[str, Scene]


class Newcomer:
    """Somebody who clicks on what is there, and counts it."""

    def __init__(self, app: AppTest) -> None:
        self.app, self.clicks = app, 0

    def clicks_on(self, label: str) -> None:
        self.clicks += 1
        button(self.app, label).click().run()


def test_the_first_page_tells_the_worst_incident_its_cause_and_its_owner(full: Full):
    words = words_of(open_page())
    assert words.index("Refunds: complaints about Rose Cart") < words.index("could not be delivered")
    assert "<b>The cause:</b> It is about <bdi>Refunds</bdi>: 70% of what is said." in words
    assert "with 120,000 followers carried it: 14 more spoke in the hour after." in words
    assert '<b>The owner:</b> <b class="ew-late">nobody yet</b>' in words


def test_in_under_six_clicks_a_newcomer_has_the_reply_to_send(full: Full):
    url, scene = full
    somebody = Newcomer(open_page())
    somebody.clicks += 1  # "Say who you are", which opens the field
    next(field for field in somebody.app.text_input if field.label == "Your name").input("Sana")
    somebody.clicks_on("That is me")
    somebody.clicks_on("Look into it")
    assert somebody.app.query_params["id"] == str(scene.incident.id)
    assert "<b>The cause:</b>" in words_of(somebody.app)
    assert "<b>The owner:</b>" in words_of(somebody.app)
    somebody.clicks_on("Answer")
    with database_session(url) as session:
        case = session.get_one(Case, int(somebody.app.query_params["case"]))
        assert (case.owner, case.state) == ("Sana", CaseState.OWNED)
    assert "Sana" in str(somebody.app.text_area[0].value)
    assert somebody.clicks < 6
