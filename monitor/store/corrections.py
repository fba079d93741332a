"""What people said of texts in the place of a model: kept, counted, taken back, and given out for training."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, Sentiment
from monitor.models import Assessment, AssessmentTheme, Brand, Mention, MentionBrand
from monitor.models.assessment import CORRECTED, PERSON
from monitor.store import assessments, bulk, counts, search
from monitor.store.assessments import Waiting

AT_ONCE = 500
"""So many corrections are read in one go."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw who corrects: the assessment and the text that stood beside it."""

    assessment_id: int
    text_hash: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A text and what a person said that it is; `was` is what the model had said."""

    text: str
    label: Sentiment
    language: str
    was: Sentiment
    model: str  # name and version
    corrected_by: str
    at: datetime


def held(session: Session, mentions: Sequence[Mention]) -> dict[int, Assessment]:
    """By mention, the newest word of a person about the text as it is now, where there is one."""
    texts = {mention.id: mention.text_hash for mention in mentions}
    words = select(Assessment).where(col(Assessment.mention_id).in_(texts), CORRECTED).order_by(col(Assessment.id))
    return {row.mention_id: row for row in session.exec(words) if row.text_hash == texts[row.mention_id]}


def correct(session: Session, mention_id: int, label: Sentiment, by: str, now: datetime, seen: Seen) -> bool:
    """Let a person's word be the current assessment, with language, themes and embedding of the one that was seen.

    False, and nothing to be committed, when the text or its assessment is no longer what was seen.
    """
    item = _claimed(session, mention_id, seen)
    if item is None or item.mention.text_hash != seen.text_hash:
        return False
    said = session.get_one(Assessment, seen.assessment_id)
    tally = counts.Tally()
    assessments.take_back(session, tally, [item])
    word = _word(session, said, label)
    word.text_hash, word.corrected_by, word.assessed_at = seen.text_hash, by, now
    session.add(word)
    session.flush()
    _copy_themes(session, said, word)
    _stand(session, tally, item, word)
    return True


def undo(session: Session, mention_id: int, seen: Seen) -> bool:
    """Take back what people said of this text, and let the model's newest reading be the current assessment.

    False, and nothing to be committed, when what was seen is no person's word or not the current one any more.
    """
    item = _claimed(session, mention_id, seen)
    said = session.get(Assessment, seen.assessment_id)
    read = _read_by_model(session, mention_id)
    if item is None or said is None or read is None or not said.corrected_by:
        return False
    tally = counts.Tally()
    assessments.take_back(session, tally, [item])
    for word in _words_on(session, said):
        word.text_hash = ""
        session.add(word)
    _stand(session, tally, item, read)
    return True


def _words_on(session: Session, said: Assessment) -> list[Assessment]:
    """All that people said of the text that this was said of."""
    same = (Assessment.mention_id == said.mention_id, CORRECTED, Assessment.text_hash == said.text_hash)
    return list(session.exec(select(Assessment).where(*same)))


def _claimed(session: Session, mention_id: int, seen: Seen) -> Waiting | None:
    """The mention, held against others who write, if the assessment is still its current one.

    The links are locked first, as those who read do, so that nobody waits for the other; then the row itself.
    """
    assessments.lock_links(session, [mention_id])
    mine = (col(Assessment.id) == seen.assessment_id, col(Assessment.mention_id) == mention_id)
    claim = sa.update(Assessment).where(*mine, col(Assessment.is_current)).values(is_current=True)
    claimed = session.execute(claim.execution_options(synchronize_session=False))
    found = claimed.rowcount  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
    return assessments.one(session, mention_id) if found else None


def _word(session: Session, said: Assessment, label: Sentiment) -> Assessment:
    number = sa.select(sa.func.count()).select_from(Assessment)
    # By the model's name: words of before a downgrade do not say any more whose they are.
    mine = (col(Assessment.mention_id) == said.mention_id, col(Assessment.model_name) == PERSON)
    earlier = session.execute(number.where(*mine)).scalar_one()
    return Assessment(
        mention_id=said.mention_id,
        model_name=PERSON,
        model_version=str(earlier + 1),
        text_hash=said.text_hash,
        language=said.language,
        negative=float(label is Sentiment.NEGATIVE),
        neutral=float(label is Sentiment.NEUTRAL),
        positive=float(label is Sentiment.POSITIVE),
        label=label,
        embedding=said.embedding,
        assessed_at=said.assessed_at,
        is_current=False,
    )


def _copy_themes(session: Session, said: Assessment, word: Assessment) -> None:
    rows = session.exec(select(AssessmentTheme).where(AssessmentTheme.assessment_id == said.id)).all()
    copies = [{"assessment_id": word.id, "theme_id": row.theme_id, "score": row.score} for row in rows]
    bulk.insert(session, AssessmentTheme, copies)


def _stand(session: Session, tally: counts.Tally, item: Waiting, row: Assessment) -> None:
    assessments.stand(session, tally, [(item, row)])
    counts.write(session, tally)
    search.index(session, [row.mention_id])


def _read_by_model(session: Session, mention_id: int) -> Assessment | None:
    """What a model said last of a mention."""
    read = select(Assessment).where(Assessment.mention_id == mention_id, Assessment.model_name != PERSON)
    return session.exec(read.order_by(col(Assessment.assessed_at).desc(), col(Assessment.id).desc()).limit(1)).first()


def corrections(session: Session, brand: str = "") -> Iterator[Correction]:
    """The newest word of a person on each text that still stands there, oldest mention first; of a brand if named.

    What was corrected and then edited is left out: the words that were read are gone. So is what has no words.
    """
    reached = 0
    while some := session.execute(_given_out(brand, reached)).all():
        for word, mention in some:
            text = f"{mention.title}\n{mention.text}".strip()
            read = _read_by_model(session, word.mention_id)
            if text and read is not None:
                yield _correction(text, word, read)
        reached = some[-1][0].mention_id
        session.expunge_all()


def _given_out(brand: str, reached: int) -> Any:
    standing = (CORRECTED, col(Assessment.is_current), col(Assessment.mention_id) > reached)
    same = (col(Mention.text_hash) == Assessment.text_hash, col(Mention.deleted_at).is_(None))
    query = select(Assessment, Mention).join(Mention).where(*standing, *same)
    if brand:
        about = (col(MentionBrand.mention_id) == Mention.id, col(MentionBrand.relevance) >= RELEVANT)
        named = sa.exists().where(*about, col(Brand.id) == MentionBrand.brand_id, col(Brand.slug) == brand)
        query = query.where(named)
    return query.order_by(col(Assessment.mention_id)).limit(AT_ONCE)


def _correction(text: str, word: Assessment, read: Assessment) -> Correction:
    return Correction(
        text=text,
        label=word.label,
        language=word.language,
        was=read.label,
        model=f"{read.model_name} {read.model_version}",
        corrected_by=word.corrected_by,
        at=word.assessed_at,
    )
