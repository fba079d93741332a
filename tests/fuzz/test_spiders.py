"""Whatever a host answers, its spider crashes on nothing, ends soon, and all that it keeps can be stored."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from crawlers.base import kinds
from crawlers.memory import Memory
from monitor.models import Source
from monitor.store import authors, mentions, ratings, removal
from monitor.store.database import session_of
from tests.crawlers.play import NOW
from tests.crawlers.replay import FIXTURES, Case, read_case
from tests.factories import make_brand, make_source
from tests.fuzz.answers import Played, memory_of, play, spoilt, whole
from tests.fuzz.odd import LONG

TIMES = 10_000 if LONG else 60
STORED = 20
"""Of so many crawls what one keeps is stored."""
HUGE = 1_000
"""Of so many crawls one has an answer of 50 MB, which in a real crawl is cut off at 10 MB."""
LONGEST_SECONDS = 10.0
SEED = 20_261_122


@pytest.fixture
def source(session: Session) -> Source:
    made = make_source(session, make_brand(session))
    session.commit()
    session.refresh(made)
    return made


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("kind", kinds())
def test_no_answer_is_too_odd(kind: str, engine: sa.Engine, source: Source, tmp_path: Path) -> None:
    cases = [read_case(path.parent) for path in sorted(FIXTURES.glob(f"{kind}/*/ask.json"))]
    good = {case.name: memory_of(play(case, whole(case), Memory())) for case in cases}
    for number in range(TIMES):
        chance = random.Random(f"{SEED} {kind} {number}")
        case = chance.choice(cases)
        answers = spoilt(case, chance, huge=LONG and number % HUGE == 0)
        played = _played(case, answers, chance.choice([Memory(), good[case.name]]), number)
        if number % STORED == 0:
            _store(engine, source, played)


def _played(case: Case, answers: list, memory: Memory, number: int) -> Played:  # type: ignore[type-arg]
    try:
        played = play(case, answers, memory)
    except Exception as error:
        told = [(served.path, answer.status, answer.headers, answer.body[:3_000]) for served, answer in answers]
        raise AssertionError(f"{case.kind}/{case.name}, answer {number}: {error!r} of {told}") from error
    assert played.seconds < LONGEST_SECONDS, f"{case.kind}/{case.name}, answer {number} took {played.seconds:.0f} s"
    assert all(text.published_at is None or text.published_at.tzinfo for text in played.texts)
    return played


def _store(engine: sa.Engine, source: Source, played: Played) -> None:
    with session_of(engine) as session:
        mine = session.merge(source)
        judged = [(text, True) for text in played.texts]
        key = authors.installation_key(session)
        saved = mentions.save_many(session, judged, source=mine, now=NOW, author_key=key) if judged else []
        ratings.save_many(session, mine, played.ratings, now=NOW)
        removal.remove(session, played.gone, NOW)
        session.commit()
    assert len(saved) == len(judged)
