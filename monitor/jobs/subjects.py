"""Looks again, once a text is read, at brands whose name is also a word: is the brand meant, or the word?"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from sqlmodel import select

from monitor.analysis.assess import Floats, unpacked
from monitor.analysis.spelling import places, window
from monitor.analysis.subject import Subject, Weights
from monitor.config import BrandOptions, Settings
from monitor.facts import RELEVANT, Prediction
from monitor.jobs.context import Context
from monitor.models import Brand, Mention, MentionBrand
from monitor.store.assessments import Waiting

Assess = Callable[[Sequence[str]], list[Prediction]]


def look_again(
    context: Context, items: Sequence[Waiting], said: Sequence[Prediction], assess: Assess
) -> tuple[list[Waiting], list[Prediction]]:
    """Set the relevance to the brands that have `about` in the config; what is left that concerns a watched brand.

    Only the words around the name are read in addition, and only for those brands.
    """
    asked = [(i, link, brand) for i, item in enumerate(items) for link, brand in _in_doubt(context, item)]
    if asked:
        around = assess([window(places(_words(items[i].mention), brand.names)) for i, _, brand in asked])
        for (i, link, brand), near in zip(asked, around, strict=True):
            link.relevance = _relevance(brand, _words(items[i].mention), said[i], near, assess)
            context.session.add(link)
    kept = [i for i, item in enumerate(items) if any((link.relevance or 0) >= RELEVANT for link in item.links)]
    return [items[i] for i in kept], [said[i] for i in kept]


def _in_doubt(context: Context, item: Waiting) -> list[tuple[MentionBrand, BrandOptions]]:
    """The links that were made by a name that may be a word."""
    brands = {brand.id: brand for brand in context.settings.brands if brand.about}
    if not brands:
        return []
    slugs = dict(context.session.exec(select(Brand.id, Brand.slug)).all())
    found = [(link, brands.get(slugs[link.brand_id])) for link in item.links if (link.relevance or 0) >= RELEVANT]
    return [(link, brand) for link, brand in found if brand and not _is_its_page(context.settings, item, brand)]


def _is_its_page(settings: Settings, item: Waiting, brand: BrandOptions) -> bool:
    return any(
        source.id == item.source and source.about_brand and brand.id in source.brands for source in settings.sources
    )


def _relevance(brand: BrandOptions, text: str, whole: Prediction, around: Prediction, assess: Assess) -> float:
    subject = _subject(brand, assess)
    return _weights().relevance(subject.features(text, unpacked(whole.embedding), unpacked(around.embedding)))


@lru_cache(maxsize=64)
def _subject(brand: BrandOptions, assess: Assess) -> Subject:
    """Read once for a config and a model."""

    def embed(texts: Sequence[str]) -> Floats:
        return np.stack([unpacked(said.embedding) for said in assess(texts)])

    return Subject.of(brand.names, brand.about, brand.not_about, embed)


@lru_cache(maxsize=1)
def _weights() -> Weights:
    return Weights.read()


def _words(mention: Mention) -> str:
    return f"{mention.title}\n{mention.text}".strip()
