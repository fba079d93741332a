"""The link that asks a customer how it went: of their case, in their language, and only where it can be opened."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import Session, select

from monitor.doors import survey
from monitor.jobs import answer
from monitor.models import Brand, Case, Mention, Source
from monitor.store import authors
from tests.contexts import BRAND, make_context
from tests.factories import NOON, make_case, make_mention

VISIT = {"id": "visit", "type": "survey", "brands": ["karak"]}
OPEN = {"url": "https://in.karak.example"}


def link(session: Session, language: str = "", reopened: int = 0, **config: Any) -> tuple[str, Case]:
    """The link of a case of the first brand."""
    context = make_context(session, NOON, **({"doors": [VISIT], "reception": OPEN} | config))
    source = session.exec(select(Source).where(Source.slug == "news")).one()
    brand = session.exec(select(Brand).where(Brand.slug == "karak")).one()
    case = make_case(session, make_mention(session, brand, source), reopened=reopened)
    session.commit()
    return answer.survey_link(session, context.settings, case.id or 0, language), case


def test_it_leads_to_the_survey_of_the_brand_and_is_believed_there(session: Session) -> None:
    address, case = link(session, "ur", reopened=2)
    parts = urlsplit(address)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    key = survey.form_key(authors.installation_key(session))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "in.karak.example", "/ask/visit")
    assert survey.order_of(survey.Options(**VISIT), given, key).case == f"{case.id}.2"
    assert given["lang"] == "ur"


def test_in_a_language_that_the_form_has_not_it_is_in_the_usual_one(session: Session) -> None:
    assert "lang=te" in link(session, "te-Latn")[0]
    assert "lang=en" in link(session, "de")[0]


@pytest.mark.parametrize(
    "config",
    [
        {"reception": {}},
        {"doors": []},
        {"doors": [{**VISIT, "enabled": False}]},
        {"doors": [{**VISIT, "brands": ["other"]}], "brands": [BRAND, {"id": "other", "name": "Other"}]},
    ],
    ids=["nobody reaches us", "no survey", "it is off", "of another brand"],
)
def test_without_a_survey_that_customers_can_open_there_is_no_link(session: Session, config: dict[str, Any]) -> None:
    assert link(session, **config)[0] == ""


def test_who_has_answered_about_this_solution_is_asked_again_only_after_the_next_one(session: Session) -> None:
    _, case = link(session)
    settings = make_context(session, NOON, doors=[VISIT], reception=OPEN).settings
    said = session.get_one(Mention, case.mention_id)
    key = survey.form_key(authors.installation_key(session))
    answered = survey.answer_id(key, "visit", survey.name_of_case(case.id or 0, 0))
    session.add(Mention(**said.model_dump(exclude={"id"}) | {"host": "visit", "external_id": answered}))
    session.commit()
    assert answer.survey_link(session, settings, case.id or 0) == ""
    case.reopened = 1
    session.commit()
    assert "case=1.1" in answer.survey_link(session, settings, case.id or 0)


def test_no_case_has_no_link(session: Session) -> None:
    context = make_context(session, NOON, doors=[VISIT], reception=OPEN)
    assert answer.survey_link(session, context.settings, 99) == ""
