"""A look around a site finds what can be read there, in a few polite requests."""

import json
from typing import Any

from tests.crawlers.conftest import Command
from tests.crawlers.site import Answer, Site, wordpress

HTML = {"Content-Type": "text/html; charset=utf-8"}
REVIEWED = Answer(
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Kettle","review":'
    '{"@type":"Review","reviewBody":"It leaks.","author":"A","reviewRating":{"ratingValue":1}}}</script>',
    headers=HTML,
)


def survey(command: Command, site: Site) -> dict[str, Any]:
    done = command("--survey", site.url, "--allow-private", "127.0.0.1", "--delay", "0")
    told: dict[str, Any] = json.loads(done.out)
    return told


def home(site: Site, head: str, body: str = "") -> None:
    site.pages["/"] = Answer(f"<html><head>{head}</head><body>{body}</body></html>", headers=HTML)


def test_a_wordpress_with_open_comments_is_found(site: Site, command: Command) -> None:
    site.pages |= wordpress()
    home(
        site, f'<link rel="https://api.w.org/" href="{site.url}/wp-json/"><meta name="generator" content="WordPress 6">'
    )
    told = survey(command, site)
    assert (told["wordpress"], told["comments"], told["software"]) == (site.url, 3, "WordPress 6")


def test_a_wordpress_that_only_has_the_feed_is_found_too(site: Site, command: Command) -> None:
    site.pages["/comments/feed/"] = wordpress()["/comments/feed/"]
    home(site, f'<link rel="https://api.w.org/" href="{site.url}/?rest_route=/">')
    told = survey(command, site)
    assert told["wordpress"] == site.url
    assert told["comments"] > 0


def test_a_wordpress_without_comments_to_read_says_none(site: Site, command: Command) -> None:
    home(site, f'<link rel="https://api.w.org/" href="{site.url}/wp-json/">')
    assert survey(command, site)["comments"] is None


def test_feeds_of_the_same_host_are_found(site: Site, command: Command) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="Our\n news" href="{}">'
    home(site, link.format("/feed/") + link.format("https://elsewhere.example/feed"))
    assert survey(command, site)["feeds"] == [{"url": f"{site.url}/feed/", "title": "Our news"}]


def test_pages_of_products_are_opened_and_those_with_reviews_kept(site: Site, command: Command) -> None:
    links = "".join(f'<a href="/products/{n}#reviews">{n}</a>' for n in range(9))
    home(site, "", f'{links}<a href="https://elsewhere.example/products/1">x</a><a href="/about">y</a>')
    site.pages |= {"/products/0": REVIEWED, "/products/1": Answer("nothing", headers=HTML)}
    assert survey(command, site)["review_pages"] == [f"{site.url}/products/0"]
    assert len(site.paths()) == 5


def test_robots_txt_is_obeyed(site: Site, command: Command) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /products/")
    home(site, "", '<a href="/products/1">1</a>')
    assert survey(command, site)["outcome"] == "ok"
    assert site.paths() == ["/"]


def test_a_site_that_does_not_answer_says_why(site: Site, command: Command) -> None:
    told = survey(command, site)
    assert told["url"] == ""
    assert "the server answers 404" in told["error"]


def test_what_is_no_address_is_a_mistake(command: Command) -> None:
    done = command("--survey", "shop.example")
    assert (done.code, "is not an address such as" in done.err) == (2, True)
