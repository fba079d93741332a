"""What a first config holds commented out: places that need an address, a key or a decision, doors, what is refused."""

import re
from collections.abc import Iterable
from string import Template

from monitor.first_config.answers import Answers
from monitor.first_config.editions import country_of, editions
from monitor.first_config.places import LONGEST_TERM, phrase_of, terms_of
from monitor.first_config.quoting import commented, quoted, word
from monitor.first_config.site import Site


def examples(answers: Answers, site: Site | None) -> str:
    """Sources that need something of the operator's."""
    own = [] if site is not None and (site.wordpress or site.review_pages) else [_OWN]
    values = _values(answers)
    filled = [block for text in (*own, _OPEN, _KEYED) for block in _blocks(text, values)]
    return "\n\n".join(_as_comment(block) for block in [*filled, *_news(answers, values)])


def doors(answers: Answers) -> str:
    """The section of what comes in otherwise than by a crawl."""
    blocks = (_as_comment(block, "  ") for block in _blocks(_DOORS, _values(answers)))
    return "\n".join([_DOORS_HEAD.strip(), "# doors:", "\n#\n".join(blocks)]) + "\n"


def refused(answers: Answers) -> str:
    """The places that are never read, and what to do instead."""
    return commented(Template(_REFUSED.strip()).substitute(_values(answers)))


def _values(answers: Answers) -> dict[str, str]:
    """What stands in the place of each `$name`; all of it is filled in at once, so a name may look like another."""
    terms = terms_of(answers.names) or [phrase_of(answers.brand)[:LONGEST_TERM]]
    query = " OR ".join(f'"{term}"' for term in terms)
    return {
        "brand": word(answers.id),
        "id": answers.id,
        "site": quoted((answers.site or "https://shop.example").rstrip("/")),
        "terms": f"[{', '.join(map(quoted, terms))}]",
        "query": quoted(query),
        "xquery": quoted(f"({query}) -is:retweet"),
        "country": country_of(answers.time_zone).lower(),
    }


def _news(answers: Answers, values: dict[str, str]) -> Iterable[str]:
    """One example for each edition; the first one says why it is off."""
    for number, edition in enumerate(editions(answers.time_zone, answers.names), 1):
        name = f"news-{edition.country.lower()}-{edition.language}"
        own = {"news": name, "language": edition.tag, "edition": edition.country}
        entry = Template(_NEWS.strip()).substitute(values | own)
        about = _NEWS_ABOUT.strip() if number == 1 else f"The same in another language ({edition.language}). Also OFF."
        yield f"{about}\n{entry}"


def _blocks(text: str, values: dict[str, str]) -> list[str]:
    return [Template(block).substitute(values) for block in re.split(r"\n{2,}", text.strip())]


def _as_comment(block: str, indent: str = "") -> str:
    """What it is stays a comment when the one # in front of each line is removed."""
    about, _, entry = block.partition("\n- ")
    lines = [*(f"# {line}" for line in about.splitlines()), *f"- {entry}".splitlines()]
    return commented("\n".join(f"{indent}{line}" for line in lines), indent="" if indent else "  ")


_OWN = """
Comments of a WordPress site.
- id: site-comments
  type: wordpress
  brands: [$brand]
  about_brand: true
  every: 30m
  params: {url: $site}
"""

_OPEN = """
Comments of pages that use Isso: the address of its server.
- id: page-comments
  type: isso
  brands: [$brand]
  about_brand: true
  every: 30m
  params: {url: "https://comments.example", site: $site}

Reviews of a shop that runs WooCommerce; products: [12, 15] reads those alone. No shop's answer was seen yet.
- id: shop-reviews
  type: woocommerce
  brands: [$brand]
  about_brand: true
  every: 1h
  params: {url: $site}

Product pages with schema.org reviews, yours or a shop's that allows it.
- id: reviews
  type: schemaorg
  brands: [$brand]
  about_brand: true
  every: 1h
  params: {follow_next: true, urls: ["https://shop.example/products/one/"]}

A Google Alert: at google.com/alerts choose "Deliver to: RSS feed" and paste the address of the feed.
- id: google-alert
  type: feed
  brands: [$brand]
  every: 30m
  params: {url: "https://www.google.com/alerts/feeds/NUMBER/NUMBER"}

A newspaper, blog or any page with an RSS, Atom or JSON feed; only texts that name the brand count.
- id: newspaper
  type: feed
  brands: [$brand]
  every: 15m
  params: {url: "https://news.example/food.rss"}

Reviews of your app in Apple's App Store, the newest 500 of each country; the number stands in the app's address.
- id: app-store
  type: appstore
  brands: [$brand]
  about_brand: true
  every: 4h
  params: {app: 1234567890, countries: ["$country"]}

Reviews of your game on Steam; the number stands in its address. No answer of its new interface was seen yet.
- id: steam
  type: steam
  brands: [$brand]
  about_brand: true
  every: 4h
  params: {app: 1234567}

Your account on Bluesky: its posts, and what people answer, quote and pass on.
- id: bluesky
  type: bluesky
  brands: [$brand]
  every: 15m
  params: {actors: ["brand.example"]}

Posts of a forum (Discourse) that name the brand. phpBB may have a feed (/feed.php) instead.
- id: forum
  type: discourse
  brands: [$brand]
  every: 30m
  params: {url: "https://forum.example", terms: $terms}

Posts and comments of Lemmy or PieFed that name the brand: one server knows those that its people follow.
- id: lemmy
  type: lemmy
  brands: [$brand]
  every: 1h
  params: {url: "https://lemmy.world", terms: $terms}

Questions on a Stack Exchange site that name the brand: 300 requests a day, for all such sources together.
- id: questions
  type: stackexchange
  brands: [$brand]
  every: 2h
  params: {site: stackoverflow, terms: $terms}

Issues of your repository on GitHub; 60 requests an hour without a token.
- id: issues
  type: github
  brands: [$brand]
  about_brand: true
  every: 1h
  params: {repo: owner/name}
"""

_KEYED = """
With a key: a search of Bluesky; needs an account and an app password (Settings, App passwords). 250 logins a day.
- id: bluesky-search
  type: bluesky
  brands: [$brand]
  every: 15m
  params:
    search: $terms
    handle: you.bsky.social
    app_password: {env: BLUESKY_APP_PASSWORD}

With a key: comments below YouTube videos. The key is free (Google Cloud console); 100 searches a day, one per name.
- id: youtube
  type: youtube
  brands: [$brand]
  every: 2h
  params:
    search: $terms
    key: {env: YOUTUBE_KEY}

With a key: posts of Reddit. Needs an app that Reddit approved, and crawling.contact below.
- id: reddit
  type: reddit
  brands: [$brand]
  every: 30m
  params:
    search: $terms
    client_id: {env: REDDIT_CLIENT_ID}
    client_secret: {env: REDDIT_CLIENT_SECRET}

With a key: your reviews on Trustpilot. Needs a business account with its API; its webhook (see doors) is sooner.
- id: trustpilot
  type: trustpilot
  brands: [$brand]
  about_brand: true
  every: 1h
  params: {business_unit: "0123456789abcdef01234567", key: {env: TRUSTPILOT_KEY}}

With a key: reviews of your places on Google. Needs a project that Google approved for Business Profile.
- id: google-reviews
  type: google_business
  brands: [$brand]
  about_brand: true
  every: 1h
  params:
    locations: [accounts/1/locations/2]
    client_id: {env: GOOGLE_CLIENT_ID}
    client_secret: {env: GOOGLE_CLIENT_SECRET}
    refresh_token: {env: GOOGLE_REFRESH_TOKEN}

COSTS MONEY: posts of the last seven days on X, $$0.005 each; never more in a month than is written here.
- id: x
  type: x
  brands: [$brand]
  every: 1h
  params:
    query: $xquery
    most_dollars_a_month: 10
    page_size: 20
    bearer: {env: X_BEARER}
"""

_NEWS_ABOUT = """
OFF: headlines of Google News. Its robots.txt allows programs none of its searches, so the source is blocked, even
when it is switched on, for as long as it says so; and the feed is meant for personal use. Feeds of newspapers and a
Google Alert (above) are better. `emberwatch sources` names two more that are off: gdelt and telegram.
"""

_NEWS = """
- id: $news
  type: google_news
  brands: [$brand]
  every: 2h
  params:
    switched_on: true
    query: $query
    language: "$language"
    country: "$edition"
"""

_DOORS_HEAD = """
# Doors: what may not be crawled, or is written to nobody but you, comes in by a file, a mailbox, a message or a form.
# Remove one # in front of the line `doors:` and of each line of those that you want. docs/doors.md tells all.
"""

_DOORS = """
A folder (make it first): exports of reviews that are put there (CSV, Excel, JSON) are taken in, each once.
- id: exports
  type: folder
  brands: [$brand]
  path: "var/$id-exports"

A webhook: your shop or help desk posts signed events to /in/events (openssl rand -hex 32 makes a secret).
- id: events
  type: webhook
  brands: [$brand]
  secret: {env: EVENTS_SECRET}

A survey: a form at /ask/visit that asks your customers for 1 to 5 and a comment; it can stand in your own pages.
- id: visit
  type: survey
  brands: [$brand]
  ask: csat
"""

_REFUSED = """
Not here, and why: Google Play, Yelp, TripAdvisor, Best Buy, Daraz, Lazada, Shopee, Flipkart, Facebook, Instagram
and TikTok keep programs out, and so do the pages of Trustpilot and Reddit. Emberwatch goes around no wall.
For what is yours there take its export, as `emberwatch sources` tells for each, and hand it in:
emberwatch import FILE --brand $id (or put it into the folder under `doors`).
"""
