"""Recognises in new complaints the themes that people adopted from what was found; part of the analyse job."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from monitor.analysis.assess import unpacked
from monitor.facts import RELEVANT, Prediction, Sentiment, ThemeScore
from monitor.store import found, found_adopted
from monitor.store.assessments import Reader, Waiting
from monitor.threads.grouping import ALONE, nearest
from monitor.threads.space import Space
from monitor.threads.state import State

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Known:
    """The centres (k, d) of one brand, and the theme of each; "" for those that became none."""

    space: Space
    centres: Floats
    slugs: Sequence[str]


def recognise(
    session: Session, about: Sequence[Waiting], said: Sequence[Prediction], by: Reader
) -> list[Prediction]:  # fmt: skip
    """The predictions with the themes of people's making, each in the complaints about the brand it was found at.

    A complaint belongs to the nearest centre that is near enough, as when the groups were made. Centres of another
    model's embeddings say nothing: the next look makes them anew.
    """
    known = _known(session, f"{by.name} {by.version}")
    found_now = list(said)
    for brand_id, one in known.items():
        mine = [row for row, item in enumerate(about) if _concerns(item, brand_id) and _complains(said[row])]
        for row, slug in zip(mine, _slugs(one, [said[row] for row in mine]), strict=True):
            found_now[row] = _with(found_now[row], slug)
    return found_now


def _known(session: Session, model: str) -> dict[int, _Known]:
    known = {}
    for brand_id, every in found_adopted.examples(session).items():
        state = State.read(found.state_of(session, brand_id))
        comparable = [one for one in every if one.model == model]
        if state is not None and state.model == model and any(one.slug for one in comparable):
            centres = np.stack([unpacked(one.centre) for one in comparable])
            known[brand_id] = _Known(state.space, centres, [one.slug for one in comparable])
    return known


def _concerns(item: Waiting, brand_id: int) -> bool:
    return any(link.brand_id == brand_id and (link.relevance or 0) >= RELEVANT for link in item.links)


def _complains(said: Prediction) -> bool:
    return said.label is Sentiment.NEGATIVE and bool(said.embedding)


def _slugs(known: _Known, said: Sequence[Prediction]) -> list[ThemeScore | None]:
    if not said:
        return []
    vectors = np.stack([unpacked(one.embedding) for one in said])
    told, cosines = nearest(known.space.place(vectors, [one.language for one in said]), known.centres)
    return [
        ThemeScore(known.slugs[row], round(cosine, 4)) if row != ALONE and known.slugs[row] else None
        for row, cosine in zip(told.tolist(), cosines.tolist(), strict=True)
    ]


def _with(said: Prediction, theme: ThemeScore | None) -> Prediction:
    if theme is None or theme.theme in {one.theme for one in said.themes}:
        return said
    return replace(said, themes=(*said.themes, theme))
