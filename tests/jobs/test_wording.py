"""What a stored change comes to as a message: with the voice that carries it, and who has taken it."""

from collections.abc import Sequence

import pytest
from sqlmodel import Session, select

from monitor.facts import Amplifier, ChangeKind, Message, Spread
from monitor.jobs import wording
from monitor.models import Brand, Finding, Incident, IncidentChange, Mention
from monitor.store import spreads
from tests.contexts import make_settings
from tests.factories import NOON, make_brand, make_incident, make_mention, make_source


@pytest.fixture
def mentions(session: Session) -> list[Mention]:
    """Four complaints, of which an incident is made."""
    brand = make_brand(session)
    source = make_source(session, brand)
    made = [make_mention(session, brand, source, f"complaint {i}", negative=0.99 - i / 10) for i in range(4)]
    make_incident(session, brand, made)
    return made


def carried_by(session: Session, *voices: tuple[Mention, int, int]) -> None:
    """Voices with their followers and how many followed them, most telling first."""
    incident = session.exec(select(Incident)).one()
    found = tuple(Amplifier(mention.id or 0, followers, followed) for mention, followers, followed in voices)
    gone = Spread(4, per_hour=4, authors=4, reach=0, sources=1, languages=1, video=False, amplifiers=found)
    spreads.keep(session, incident.id or 0, gone, NOON)
    session.refresh(incident)


def told(session: Session, evidence: Sequence[Mention] = ()) -> Message:
    change, incident = session.exec(select(IncidentChange)).one(), session.exec(select(Incident)).one()
    finding = session.exec(select(Finding)).one()
    finding.evidence = {**finding.evidence, "mention_ids": [mention.id for mention in evidence]}
    change.kind = ChangeKind.WORSENED
    return wording.message_of(session, make_settings(), change, incident, session.exec(select(Brand)).one(), key="1")


@pytest.mark.parametrize("with_evidence", [True, False])
def test_the_text_of_the_loudest_voice_comes_first(session: Session, mentions: list[Mention], with_evidence: bool):
    carried_by(session, (mentions[3], 40_000, 7), (mentions[1], 90_000, 0))
    sent = told(session, mentions[:3] if with_evidence else ())
    assert [quote.text for quote in sent.quotes] == ["complaint 3", "complaint 0", "complaint 1"]
    assert ", 40,000 followers, 7 spoke within the hour after it, " in dict(sent.facts)["Loudest voice"]


def test_somebody_with_very_many_followers_is_the_loudest_whoever_followed(session: Session, mentions: list[Mention]):
    carried_by(session, (mentions[3], 40_000, 70), (mentions[2], 120_000, 0), (mentions[1], 250_000, 0))
    assert ", 250,000 followers, " in dict(told(session).facts)["Loudest voice"]


def test_a_voice_that_was_taken_back_gives_way_to_the_next(session: Session, mentions: list[Mention]):
    carried_by(session, (mentions[3], 40_000, 70), (mentions[2], 30_000, 9))
    mentions[3].deleted_at = NOON
    session.add(mentions[3])
    sent = told(session, mentions)
    assert ", 30,000 followers, 9 spoke" in dict(sent.facts)["Loudest voice"]
    assert "complaint 3" not in [quote.text for quote in sent.quotes]


def test_without_a_voice_that_stands_out_there_is_no_such_row(session: Session, mentions: list[Mention]):
    carried_by(session)
    sent = told(session, mentions)
    assert "Loudest voice" not in dict(sent.facts)
    assert len(sent.quotes) == 3


def test_who_acknowledged_it_stands_in_what_is_told_later(session: Session, mentions: list[Mention]):
    incident = session.exec(select(Incident)).one()
    incident.acknowledged_by, incident.acknowledged_at = "Ravi", NOON
    assert dict(told(session, mentions).facts)["Acknowledged"].startswith("by Ravi, ")
