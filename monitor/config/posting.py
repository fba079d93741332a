"""Where answers may be posted: posters, and what they say of the sources whose texts they answer."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from monitor.config.options import of_kind
from monitor.config.places import CrawlingOptions, SourceOptions
from monitor.posting import POSTERS, PosterOptions, serves
from monitor.web import is_here

Poster = Annotated[Any, BeforeValidator(lambda value: of_kind(value, POSTERS))]


def check_posters(
    posters: Sequence[PosterOptions], sources: Sequence[SourceOptions], crawling: CrawlingOptions
) -> None:  # fmt: skip
    """Refuse posters for sources that there are not, that are of another kind, or that have one already."""
    kinds = {source.id: source.type for source in sources}
    taken: dict[str, str] = {}
    for i, poster in enumerate(posters):
        for slug in poster.sources:
            if slug not in kinds:
                raise ValueError(f"posting[{i}].sources: {slug!r} is not one of {', '.join(kinds) or 'none'}")
            if kinds[slug] not in serves(poster.type):
                fitting = " or ".join(serves(poster.type))
                raise ValueError(f"posting[{i}].sources: {slug!r} is of type {kinds[slug]}; it must be {fitting}")
            if taken.setdefault(slug, poster.id) != poster.id:
                raise ValueError(f"posting[{i}].sources: {slug!r} has the poster {taken[slug]!r} already")
        _refuse_open(i, poster, crawling)


def _refuse_open(i: int, poster: PosterOptions, crawling: CrawlingOptions) -> None:
    """A password must not go through the public net in the clear."""
    url = poster.address
    if not (url.startswith("https://") or is_here(url) or crawling.allows(url)):
        raise ValueError(f"posting[{i}].url: must begin with https://, or its host stand under crawling.allow_private")
