"""Several lists of one place, and lists of which only the newer part was asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawlers.memory import Strand, Walk
from monitor.facts import Collected


@dataclass
class Part(Strand):
    """One of several lists of a place: the answers beside the questions, one of several words, one of many threads.

    A list that was read to its end and is empty says nothing beside others that hold texts: it leaves the walk to
    them. The last one stays, so that a place of which nothing came is unknown.
    """

    walk: Walk = field(default_factory=Walk, repr=False, compare=False)
    asked_from: datetime | None = None  # older texts are in it because they changed: they do not make it reach further
    by_change: bool = False  # there were such texts

    def add(self, texts: Iterable[Collected]) -> None:
        super().add(self._not_before(texts))

    def _not_before(self, texts: Iterable[Collected]) -> Iterator[Collected]:
        for text in texts:
            if self.asked_from is not None and text.published_at is not None and text.published_at < self.asked_from:
                self.by_change = True
                yield replace(text, published_at=self.asked_from)
            else:
                yield text

    def reaches(self, moment: datetime | None) -> bool:
        """A list in the order of changes has old texts on its first page: only its end tells that all was seen."""
        in_order = self.asked_from is None or (self.newest_first and not self.by_change)
        return in_order and super().reaches(moment)

    def end(self, *, complete: bool) -> None:
        super().end(complete=complete)
        strands = self.walk.strands
        if complete and not self.items and len(strands) > 1:
            strands[:] = [strand for strand in strands if strand is not self]


def part_of(walk: Walk, asked_from: datetime | None = None, *, newest_first: bool = True) -> Part:
    """A new list of a walk; one that is not `newest_first` is read to its end, or as far as pages are read at all."""
    part = Part(walk=walk, asked_from=asked_from, newest_first=newest_first)
    walk.strands.append(part)
    return part
