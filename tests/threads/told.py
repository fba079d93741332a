"""Complaints whose embeddings are made up: those of one subject lie near each other, those of others do not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, select

from monitor.analysis.assess import packed
from monitor.models import Assessment, Brand, Mention, Source
from tests.factories import NOON, make_mention

SIZE = 384  # as the shipped model has it
SUBJECTS = {
    "fee": (
        "hidden fee on the invoice",
        "they add a hidden fee",
        "why is there a hidden fee",
        "hidden fee again, shame",
    ),
    "parking": (
        "no parking place",
        "parking place was full",
        "where is the parking place",
        "your parking place is a joke",
    ),
    "music": ("the loud music hurts", "such loud music", "please stop the loud music", "loud music all evening"),
}


def vector(subject: str, number: int, spread: float = 0.5) -> NDArray[np.float32]:
    """A unit vector near that of its subject; the same for the same number."""
    middle = np.random.default_rng(list(subject.encode())).standard_normal(SIZE)
    own = np.random.default_rng([*subject.encode(), number]).standard_normal(SIZE)
    found = middle + spread * own
    return (found / np.linalg.norm(found)).astype(np.float32)


def complain(
    session: Session,
    brand: Brand,
    source: Source,
    subject: str,
    number: int,
    *,
    now: datetime = NOON,
    weeks: int = 4,
    texts: Sequence[str] = (),
    spread: float = 0.5,
    **values: object,
) -> list[Mention]:
    """So many complaints about a subject by as many people, spread over the last weeks."""
    words = texts or SUBJECTS[subject]
    made = []
    for i in range(number):
        at = now - timedelta(days=1 + (7 * weeks - 2) * i / max(1, number - 1))
        mention = make_mention(session, brand, source, f"{words[i % len(words)]} {i}", at=at, **values)
        read_as(session, mention, vector(subject, i, spread))
        made.append(mention)
    return made


def read_as(session: Session, mention: Mention, embedding: NDArray[np.float32], model: str = "test") -> None:
    """Give the current assessment of a mention an embedding."""
    row = session.exec(select(Assessment).where(Assessment.mention_id == mention.id, Assessment.is_current)).one()
    row.embedding, row.model_name = packed(embedding), model
    session.add(row)
    session.flush()
