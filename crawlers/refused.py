"""The places that are never read, each with the reason and the way to bring in what is said there."""

from crawlers.ledger import About, Verdict

OWN_FILE = "then `emberwatch import FILE`"
_WALLS = "its pages stand behind a wall against programs, which we do not get around"
_UNVERIFIED = "whether the export still has this name and place"


def _refused(why: str, instead: str) -> About:
    return About(verdict=Verdict.REFUSED, why=why, instead=instead, unverified=_UNVERIFIED)


REFUSED: tuple[tuple[str, About], ...] = (
    (
        "google_play",
        _refused(
            "the reviews of the store can be read only through a call that is private to Google's own pages: it is not "
            "documented, changes without notice and shows each machine another list",
            "for your own apps take the monthly reviews CSV from the Play Console (Download reports, Reviews), "
            + OWN_FILE,
        ),
    ),
    (
        "trustpilot_pages",
        _refused(
            _WALLS,
            "for your own company use the source type `trustpilot` (API key), Trustpilot's webhook, or its reviews "
            "export (Manage reviews, Download reviews), " + OWN_FILE,
        ),
    ),
    (
        "yelp",
        _refused(
            _WALLS,
            "take the reviews of your page out of Yelp for Business, by hand or through a partner's export, "
            + OWN_FILE,
        ),
    ),
    (
        "tripadvisor",
        _refused(
            _WALLS,
            "take the reviews of your place out of the Management Center (Reviews, as owner), " + OWN_FILE,
        ),
    ),
    (
        "bestbuy",
        _refused(
            _WALLS + "; its interface no longer gives reviews",
            "as a vendor take the reviews export of your review platform (such as Bazaarvoice), " + OWN_FILE,
        ),
    ),
    (
        "daraz",
        _refused(
            "its reviews come from a call that is private to its own pages and answers programs with a captcha",
            "as a seller take the ratings and reviews export of the Daraz Seller Center, " + OWN_FILE,
        ),
    ),
    (
        "lazada",
        _refused(
            "its reviews come from a call that is private to its own pages and answers programs with a captcha",
            "as a seller take the reviews export of the Lazada Seller Center (Customer reviews), " + OWN_FILE,
        ),
    ),
    (
        "shopee",
        _refused(
            "its ratings come from a call that is private to its own pages and wants a signature of its own script",
            "as a seller take the export of the Shopee Seller Centre (Shop rating), " + OWN_FILE,
        ),
    ),
    (
        "flipkart",
        _refused(
            "it asks programs whether they are human instead of answering",
            "as a seller take the ratings and reviews report of the Flipkart Seller Hub, " + OWN_FILE,
        ),
    ),
    (
        "facebook",
        _refused(
            "public pages are shown to programs only behind a login, and recommendations were taken out of the "
            "interface for most apps",
            "take the comments and recommendations of your own page out of Meta Business Suite, or ask for them in "
            "Download your information, " + OWN_FILE,
        ),
    ),
    (
        "instagram",
        _refused(
            "posts and comments are shown to programs only behind a login",
            "take the comments of your own account out of Meta Business Suite or Download your information, "
            + OWN_FILE,
        ),
    ),
    (
        "tiktok",
        _refused(
            "its pages stand behind a wall against programs, and its research interface is not open to businesses",
            "take the comments of your own account out of Download your data or your business suite, " + OWN_FILE,
        ),
    ),
    (
        "reddit_pages",
        _refused(
            "the `.json` and `.rss` addresses are closed to programs without an approved app, and robots.txt of Reddit "
            "allows no program at all",
            "have an app approved by Reddit and use the source type `reddit`, or save the threads that matter, "
            + OWN_FILE,
        ),
    ),
)

_OTHER_NAMES = {
    "best_buy": "bestbuy",
    "facebook_pages": "facebook",
    "googleplay": "google_play",
    "instagram_pages": "instagram",
    "play_store": "google_play",
    "reddit_json": "reddit_pages",
    "reddit_rss": "reddit_pages",
    "tiktok_pages": "tiktok",
    "trip_advisor": "tripadvisor",
}


def why_refused(kind: str) -> str:
    """Why a kind of place is never read and what to do instead, in one line; "" for one that is not refused."""
    name = kind.strip().lower().replace("-", "_")
    about = dict(REFUSED).get(_OTHER_NAMES.get(name, name))
    return f"{kind!r} is refused: {about.why}. Instead: {about.instead}" if about else ""
