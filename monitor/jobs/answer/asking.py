"""The link by which a customer is asked, after the solution of their case, how it went."""

from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from monitor.config import Settings
from monitor.doors import survey
from monitor.doors.survey_words import words_for
from monitor.models import Brand, Case
from monitor.store import authors, kept


def survey_link(session: Session, settings: Settings, case_id: int, language: str = "") -> str:
    """The address of the survey about one case, in the customer's language where the form has it.

    "" when there is no such case, when no survey of its brand is on, when `reception.url` does not say where
    customers reach it, or when the customer has answered about this solution. Writes nothing but, on a new
    installation, its key.
    """
    case = session.get(Case, case_id)
    brand = session.get(Brand, case.brand_id) if case else None
    door = _survey_of(settings, brand.slug) if brand else None
    if case is None or door is None or not settings.reception.url:
        return ""
    key = survey.form_key(authors.installation_key(session))
    session.commit()
    answer = survey.answer_id(key, door.id, survey.name_of_case(case_id, case.reopened))
    if kept.find_ids(session, [(door.id, answer)]):
        return ""
    order = survey.case_order(key, door.id, case_id, case.reopened)
    query = order.query | ({"lang": words_for(language, "", door.language).tag} if language else {})
    return f"{settings.reception.link}/ask/{door.id}?{urlencode(query)}"


def _survey_of(settings: Settings, brand: str) -> Any | None:
    """The first survey that asks about the brand, those of this brand alone before others."""
    found = [
        door
        for door in settings.doors
        if isinstance(door, survey.Options) and door.enabled and brand in door.brands[:1]
    ]
    return min(found, key=lambda door: len(door.brands), default=None)
