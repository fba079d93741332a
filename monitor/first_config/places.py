"""The sources of a first config: what needs no key and may be read, what is off and why, and examples to fill in."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent
from urllib.parse import quote

from monitor.first_config.answers import Answers
from monitor.first_config.editions import Edition, country_of, editions
from monitor.first_config.quoting import commented, quoted, word
from monitor.first_config.site import Site

MOST_TAGS = 3
SHORTEST_TAG = 3
"""Characters; shorter tags stand for too many things."""
MASTODON = "https://mastodon.social"


@dataclass(frozen=True, slots=True)
class Place:
    """One source: what it brings and its limits as comment lines, then its settings."""

    id: str
    type: str
    every: str
    params: dict[str, str | tuple[str, ...]]
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


def _params(params: dict[str, str | tuple[str, ...]]) -> Iterator[str]:
    for name, value in params.items():
        if isinstance(value, tuple):
            yield f"      {name}:"
            yield from (f"        - {quoted(item)}" for item in value)
        else:
            yield f"      {name}: {value if value in _WORDS else quoted(value)}"


_WORDS = frozenset(("true", "post", "comment", "article", "review"))


def places(answers: Answers, site: Site | None) -> list[Place]:
    """The sources that can be read as they stand, and those that are off until the operator decides."""
    return [*_own(site), *_tags(answers), *_news(answers)]


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
        params: dict[str, str | tuple[str, ...]] = {"follow_next": "true", "urls": site.review_pages}
        yield Place("site-reviews", "schemaorg", "1h", params, about, about_brand=True)
    if site.software.startswith("Discourse"):
        about = "The newest posts of your forum (Discourse)."
        params = {"kind": "post", "url": f"{site.address.rstrip('/')}/posts.rss"}
        yield Place("site-forum", "feed", "15m", params, about, about_brand=True)


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


def _news(answers: Answers) -> Iterator[Place]:
    about = """
        News in which the brand is named, from Google News. OFF until you decide: its feeds are meant for personal use,
        so read the terms first. Up to 100 articles; their links lead through Google, and there is little more than a
        title. The feeds of the newspapers themselves, or a Google Alert (below), are better."""
    query = quote(" OR ".join(f'"{name}"' for name in answers.names[:5]))
    for number, edition in enumerate(editions(answers.time_zone, answers.names), 1):
        url = f"https://news.google.com/rss/search?q={query}&{edition.query}"
        words = about if number == 1 else f"The same in another language ({edition.language}). OFF as well."
        yield Place(_news_id(edition), "feed", "1h", {"url": url}, words, enabled=False)


def _news_id(edition: Edition) -> str:
    return f"news-{edition.country.lower()}-{edition.language}"


def examples(answers: Answers, site: Site | None) -> str:
    """Sources that need an address of the operator's, commented out."""
    own = [] if site is not None and (site.wordpress or site.review_pages) else [_own_examples(answers)]
    country = country_of(answers.time_zone).lower()
    given = _EXAMPLES.replace("COUNTRY", country)
    return "\n\n".join(_as_comment(block, answers.id) for block in [*own, *re.split(r"\n{2,}", given.strip())])


def _own_examples(answers: Answers) -> str:
    address = quoted((answers.site or "https://blog.example").rstrip("/"))
    return _OWN_EXAMPLE.strip().replace("ADDRESS", address)


def _as_comment(block: str, brand: str) -> str:
    """What it is stays a comment when the one # in front of each line is removed."""
    about, _, entry = block.replace("[BRAND]", f"[{word(brand)}]").partition("\n")
    return commented(f"# {about}\n{entry}")


_OWN_EXAMPLE = """
Comments of a WordPress site.
- id: site-comments
  type: wordpress
  brands: [BRAND]
  about_brand: true
  every: 30m
  params: {url: ADDRESS}
"""

_EXAMPLES = """
Product pages with schema.org reviews, yours or a shop's that allows it.
- id: reviews
  type: schemaorg
  brands: [BRAND]
  about_brand: true
  every: 1h
  params: {follow_next: true, urls: ["https://shop.example/products/one/"]}

A Google Alert: at google.com/alerts choose "Deliver to: RSS feed" and paste the address of the feed.
- id: google-alert
  type: feed
  brands: [BRAND]
  every: 30m
  params: {url: "https://www.google.com/alerts/feeds/NUMBER/NUMBER"}

A newspaper, blog or any page with an RSS, Atom or JSON feed; only texts that name the brand count.
- id: newspaper
  type: feed
  brands: [BRAND]
  every: 15m
  params: {url: "https://news.example/food.rss"}

Reviews of your app in Apple's App Store: the newest 50 of one country; the number stands in the app's address.
- id: app-store-COUNTRY
  type: feed
  brands: [BRAND]
  about_brand: true
  every: 3h
  params: {kind: review, url: "https://itunes.apple.com/COUNTRY/rss/customerreviews/page=1/id=NUMBER/sortby=mostrecent/xml"}

Your account on Bluesky: its posts, and what people answer, quote and pass on.
- id: bluesky
  type: bluesky
  brands: [BRAND]
  every: 15m
  params: {actors: ["brand.example"]}

A forum: Discourse has /posts.rss and /latest.rss, phpBB /feed.php (where its owner has it on).
- id: forum
  type: feed
  brands: [BRAND]
  every: 15m
  params: {kind: post, url: "https://forum.example/posts.rss"}

A community of Lemmy.
- id: lemmy
  type: feed
  brands: [BRAND]
  every: 15m
  params: {kind: post, url: "https://lemmy.example/feeds/c/COMMUNITY.xml?sort=New"}

Questions with a tag on a Stack Exchange site.
- id: questions
  type: feed
  brands: [BRAND]
  every: 1h
  params: {kind: post, url: "https://stackoverflow.com/feeds/tag/TAG"}

The films of a YouTube channel: titles, descriptions and views, no comments; the feed is away for hours at times.
- id: youtube
  type: feed
  brands: [BRAND]
  every: 1h
  params: {kind: post, url: "https://www.youtube.com/feeds/videos.xml?channel_id=CHANNEL"}
"""

NOT_HERE = """
Not here, and why: Reddit (its robots.txt allows no program; its interface needs an approved key); Trustpilot, Yelp,
TripAdvisor, Google Play, Daraz, Shopee, Lazada, Flipkart (they keep programs out); Facebook, Instagram, TikTok, X,
YouTube comments, Bluesky search (they need a login or a key). Emberwatch goes around no wall.
"""
