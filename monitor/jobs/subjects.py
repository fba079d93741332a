"""Looks again, once a text is read, at brands whose name is also a word."""

from collections.abc import Callable, Mapping, Sequence
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
    context: Context, items: Sequence[Waiting], said: Sequence[Prediction], assess: Assess, weights: Weights | None
) -> tuple[list[Waiting], list[Prediction]]:
    """Set the relevance to the brands that have `about` in the config; what is left that concerns a watched brand.

    Only the words around the name are read in addition, and only for those brands. Without weights that fit the
    embeddings of `assess` the name alone goes on deciding.
    """
    brands = _brands(context)
    if weights is None or not brands:
        return list(items), list(said)
    asked = [(i, *one) for i, item in enumerate(items) for one in _in_doubt(context.settings, brands, item)]
    if asked:
        around = assess([window(places(_words(items[i].mention), brand.names)) for i, _, brand in asked])
        for (i, link, brand), near in zip(asked, around, strict=True):
            vectors = unpacked(said[i].embedding), unpacked(near.embedding)
            link.relevance = weights.relevance(_subject(brand, assess).features(_words(items[i].mention), *vectors))
            context.session.add(link)
    kept = [i for i, item in enumerate(items) if any((link.relevance or 0) >= RELEVANT for link in item.links)]
    return [items[i] for i in kept], [said[i] for i in kept]


def _brands(context: Context) -> dict[int | None, BrandOptions]:
    """Those that have `about`, by their number in the database."""
    told = {brand.id: brand for brand in context.settings.brands if brand.about}
    rows = context.session.exec(select(Brand.id, Brand.slug)).all() if told else []
    return {number: told[slug] for number, slug in rows if slug in told}


def _in_doubt(
    settings: Settings, brands: Mapping[int | None, BrandOptions], item: Waiting
) -> list[tuple[MentionBrand, BrandOptions]]:
    """The links that were made by a name that may be a word."""
    found = [(link, brands.get(link.brand_id)) for link in item.links if (link.relevance or 0) >= RELEVANT]
    return [(link, brand) for link, brand in found if brand and not _is_its_page(settings, item, brand)]


def _is_its_page(settings: Settings, item: Waiting, brand: BrandOptions) -> bool:
    place = settings.place(item.source)
    return place is not None and place.about_brand and brand.id in place.brands


@lru_cache(maxsize=1024)  # more than anyone watches: each is read anew once it fell out
def _subject(brand: BrandOptions, assess: Assess) -> Subject:
    """Read once for a config and a model."""

    def embed(texts: Sequence[str]) -> Floats:
        return np.stack([unpacked(said.embedding) for said in assess(texts)])

    return Subject.of(brand.names, brand.about, brand.not_about, embed)


def _words(mention: Mention) -> str:
    """Where a name may stand: the product or page that the mention is about counts too."""
    return "\n".join(part for part in (mention.title, mention.item, mention.text) if part)
