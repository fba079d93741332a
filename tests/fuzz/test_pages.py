"""Whatever a site sends, a crawl ends, and what it keeps can be stored and shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy.robotstxt import ProtegoRobotParser

from crawlers.extract import absolute, canonical, html_to_text, parse_rating, parse_time, unwrap
from tests.crawlers.play import NOW, TYPES, keys_for, make, play
from tests.crawlers.site import CAPTURES
from tests.fuzz.odd import mutated, texts, trees, tried

FIXTURES = Path(__file__).parents[1] / "crawlers" / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/ask.json"))


def pages_of(folder: Path) -> tuple[dict[str, Any], dict[str, Path]]:
    """The parameters of a recorded case, and the file that answers each address."""
    ask = json.loads((folder / "ask.json").read_text(encoding="utf-8"))
    names = {url: name for url, name in ask["pages"].items() if name}
    return ask["params"], {url: _file(folder, name) for url, name in names.items()}


def _file(folder: Path, name: str) -> Path:
    return CAPTURES / name.removeprefix("captures:") if name.startswith("captures:") else folder / name


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
@tried(4)
@given(data=st.data())
def test_a_page_with_holes_ends_the_crawl_of_nobody(folder: Path, data: st.DataObject) -> None:
    params, files = pages_of(folder)
    pages = {}
    for url, path in files.items():
        content_type, kind = TYPES[path.suffix]
        body = data.draw(mutated(path.read_bytes()))
        pages[url] = kind(url, headers={"Content-Type": content_type}, body=body)
    with keys_for(params):
        spider = make(folder.parent.name, params)
    played = play(spider, pages)
    check_kept(played.mentions)


@tried(15)
@given(tree=trees(), ratings=st.lists(trees(), max_size=2))
@example(tree="<>&#XD800;", ratings=[])
def test_json_of_any_shape_is_read_or_refused(tree: Any, ratings: list[Any]) -> None:
    """As a JSON feed, as an answer of WordPress, and as schema.org data in a page."""
    product = {"@type": "Product", "name": tree, "review": [{"@type": "Review", "reviewBody": tree}, tree]}
    for rating in ratings:
        product |= {"aggregateRating": rating, "author": tree, "datePublished": rating}
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": tree, "content_text": "a", "authors": tree}],
    }
    for url, kind, params, value, suffix in (
        ("https://a.example/f", "feed", {"url": "https://a.example/f"}, feed, ".json"),
        ("https://a.example/f", "feed", {"url": "https://a.example/f"}, tree, ".json"),
        ("https://a.example/p", "schemaorg", {"urls": ["https://a.example/p"]}, product, ".html"),
    ):
        written = json.dumps(value, default=str).encode()
        body = b'<script type="application/ld+json">' + written + b"</script>" if suffix == ".html" else written
        content_type, response = TYPES[suffix]
        page = response(url, headers={"Content-Type": content_type}, body=body)
        check_kept(play(make(kind, params), {url: page}).mentions)


def check_kept(mentions: list[dict[str, Any]]) -> None:
    for mention in mentions:
        json.dumps(mention, ensure_ascii=False).encode("utf-8")  # half a sign could not be stored
        assert mention["url"].startswith(("http://", "https://"))
        assert not set(mention.get("text", "") + mention.get("title", "")) & {"\x00", "\x1b"}


@tried(60)
@given(html=texts, more=st.binary(max_size=200))
@example(html="\x1b</0>0", more=b"")
def test_any_html_becomes_text(html: str, more: bytes) -> None:
    assert "<script>" not in html_to_text(html.replace("&", ""))
    html_to_text(more.decode("utf-8", "replace"))


@tried(60)
@given(value=st.one_of(texts, st.integers(), st.floats(), st.none(), trees()), other=texts)
def test_times_ratings_and_addresses_of_any_form_are_read_or_left(value: Any, other: str) -> None:
    moment, _ = parse_time(value, NOW)
    assert moment is None or moment.tzinfo is not None
    rating = parse_rating(value, other, value)
    assert rating is None or rating.value == rating.value, "not a number"
    for address in (absolute("https://a.example/b/", value), canonical(other), unwrap(other)):
        assert isinstance(address, str)


@tried(30)
@given(
    body=st.one_of(st.binary(max_size=300), texts.map(lambda text: f"User-agent: *\n{text}".encode("utf-8", "replace")))
)
def test_any_robots_txt_gives_an_answer(body: bytes) -> None:
    parser = ProtegoRobotParser.from_crawler(None, body)
    assert parser.allowed("https://a.example/x", "Emberwatch") in (True, False)
