"""The registry of posters: the `type` of one in the config, and the module that posts answers to its kind of place."""

import importlib
from collections.abc import Iterable
from typing import cast

from monitor.posting.poster import Outgoing, Posted, Poster, PosterOptions

__all__ = [
    "POSTERS",
    "Outgoing",
    "Posted",
    "Poster",
    "PosterOptions",
    "look",
    "post",
    "poster_for",
    "probe",
    "serves",
]

POSTERS: dict[str, str] = {
    "wordpress": "monitor.posting.wordpress",
}
"""Paths, not modules: a poster is loaded when the first config names it."""


def _module(kind: str) -> Poster:
    return cast(Poster, importlib.import_module(POSTERS[kind]))


def post(options: PosterOptions, outgoing: Outgoing, *, private: bool) -> Posted:
    """Post once, unless these very words of ours stand there already; DeliveryError says if trying again helps."""
    return _module(options.type).post(options, outgoing, private=private)


def look(options: PosterOptions, outgoing: Outgoing, *, private: bool) -> Posted | None:
    """Whether these very words of ours stand there already; nothing is posted."""
    return _module(options.type).look(options, outgoing, private=private)


def probe(options: PosterOptions, *, private: bool) -> str:
    """Try the key without posting anything; return what was found, DeliveryError as with `post`."""
    return _module(options.type).probe(options, private=private)


def serves(kind: str) -> tuple[str, ...]:
    """The types of sources whose texts a poster of this type can answer."""
    return _module(kind).SERVES


def poster_for(posters: Iterable[PosterOptions], source: str) -> PosterOptions | None:
    """What posts answers to the texts of a source, by its id; None where they are copied by hand."""
    return next((poster for poster in posters if poster.enabled and source in poster.sources), None)
