"""The sources of a first config that a name alone is enough for: what needs no key and may be read."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from monitor.first_config.answers import Answers
from monitor.first_config.quoting import quoted, word
from monitor.first_config.site import Site

MOST_TAGS = 3
SHORTEST_TAG = 3
"""Characters; shorter tags stand for too many things."""
MOST_TERMS = 4
LONGEST_TERM = 100
"""Characters; what the spiders take at most."""
SHORTEST_TERM = 3
"""Letters and digits; shorter names stand in too many texts about other things. Wide letters are words sooner."""
MASTODON = "https://mastodon.social"

Params = dict[str, str | int | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """One source: what it brings and its limits as comment lines, then its settings."""

    id: str
    type: str
    every: str
    params: Params
    about: str
    about_brand: bool = False
    enabled: bool = True

    def written(self, brand: str) -> str:
        """The entry under `sources:`."""
        notes = [f"  # {line}" for line in dedent(self.about).strip().splitlines()]
        lines = [*notes, f"  - id: {self.id}", f"    type: {self.type}", f"    brands: [{word(brand)}]"]
        lines += (
            ["    about_brand: true # everything there is about the brand, named or not"] if self.about_brand else []
        )
        lines += [] if self.enabled else ["    enabled: false # remove this line to switch it on"]
        lines += [f"    every: {self.every}", "    params:", *_params(self.params)]
        return "\n".join(lines)


def _params(params: Params) -> Iterator[str]:
    for name, value in params.items():
        if isinstance(value, tuple):
            yield f"      {name}:"
            yield from (f"        - {quoted(item)}" for item in value)
        else:
            yield f"      {name}: {quoted(value) if isinstance(value, str) else json.dumps(value)}"


def places(answers: Answers, site: Site | None) -> list[Place]:
    """The sources that can be read as they stand; at least one, if only one that is off."""
    return [*_own(site), *_tags(answers), _stories(answers)]


def _own(site: Site | None) -> Iterator[Place]:
    """What was found on the brand's own site."""
    if site is None:
        return
    if site.wordpress:
        about = "Comments on your own site (WordPress): what readers write under your posts."
        yield Place("site-comments", "wordpress", "30m", {"url": site.wordpress}, about, about_brand=True)
    if site.review_pages:
        about = """
            Pages of your site that carry reviews as schema.org data. A page shows a sample of its reviews and their
            average. Add the pages of your other products below."""
        params: Params = {"follow_next": True, "urls": site.review_pages}
        yield Place("site-reviews", "schemaorg", "1h", params, about, about_brand=True)
    if site.software.startswith("Discourse"):
        about = "The posts of your forum (Discourse)."
        yield Place("site-forum", "discourse", "15m", {"url": site.address.rstrip("/")}, about, about_brand=True)


def tags_of(names: Sequence[str]) -> list[str]:
    """The names as hashtags: letters, marks, digits and underscores, not digits alone."""
    tags = ("".join(sign for sign in name if _is_of_tag(sign)).lower() for name in names)
    good = (tag for tag in tags if len(tag) >= SHORTEST_TAG and not tag.isdigit())
    return list(dict.fromkeys(good))[:MOST_TAGS]


def _is_of_tag(sign: str) -> bool:
    return sign == "_" or unicodedata.category(sign)[0] in "LMN" or sign in "\u200c\u200d"


def _tags(answers: Answers) -> Iterator[Place]:
    about = """
        Public posts of Mastodon with the brand as a hashtag, from the largest server, which also shows posts of others,
        with likes, boosts and answers. Only posts that carry the tag, and only of people who let themselves be found
        by a search: most do not (indexable_only: false reads those who carry the tag as well)."""
    tags = tags_of(answers.names)
    if tags:
        yield Place("mastodon", "mastodon", "15m", {"server": MASTODON, "tags": tuple(tags)}, about)


def terms_of(names: Sequence[str]) -> list[str]:
    """The names that may be searched for as phrases."""
    good = (phrase for phrase in map(phrase_of, names) if len(phrase) <= LONGEST_TERM and _tells_enough(phrase))
    return list(dict.fromkeys(good))[:MOST_TERMS]


def phrase_of(name: str) -> str:
    """A name without the sign that ends a phrase in searches."""
    return " ".join(name.replace('"', " ").split())


def _tells_enough(phrase: str) -> bool:
    letters = [sign for sign in phrase if unicodedata.category(sign)[0] in "LMN"]
    weight = sum(2 if unicodedata.east_asian_width(sign) == "W" else 1 for sign in letters)
    return weight >= SHORTEST_TERM and not all(sign.isdigit() for sign in letters)


def _stories(answers: Answers) -> Place:
    about = """
        Stories and comments of Hacker News in which the brand is named, by people who make and buy technology. One
        request for each name; the search needs no key and allows 10,000 requests an hour."""
    terms = terms_of(answers.names)
    if not terms:
        about += """
        OFF: the name is too short or too long to be searched for. Put a better phrase here, then switch it on."""
    asked = tuple(terms or [phrase_of(answers.brand)[:LONGEST_TERM]])
    params: Params = {"terms": asked, "max_pages": 2}
    return Place("hacker-news", "hackernews", "30m", params, about, enabled=bool(terms))
