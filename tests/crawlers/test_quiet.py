"""No key that stands in an address comes into a log line or the error of a Run."""

import logging
from collections.abc import Callable

import pytest
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawlers.memory import Strand
from crawlers.quiet_log import QuietLog
from crawlers.replies import reason_of, without_queries
from tests.crawlers.conftest import Done
from tests.crawlers.play import make
from tests.crawlers.site import Answer, Site

URL = "https://api.example/2.3/search?q=acme&key=SECRET"


def test_the_words_of_a_time_out_name_the_address_without_what_it_asks() -> None:
    words = reason_of(TimeoutError(f"Getting {URL} took longer than 30 seconds."))
    assert words == "TimeoutError: Getting https://api.example/2.3/search took longer than 30 seconds."


@pytest.mark.parametrize("words", ["a question?", f"<GET {URL}>", f"{URL} leads to '{URL}'"])
def test_only_addresses_are_shortened(words: str) -> None:
    assert without_queries(words) == words.replace("?q=acme&key=SECRET", "")


def test_log_lines_of_scrapy_do_not_show_what_was_asked() -> None:
    spider, failure = make("feed", {"url": "https://blog.example"}), Failure(TimeoutError(f"Getting {URL}"))
    request = Request(URL)
    read = QuietLog().spider_error(failure, request, Response(URL), spider)
    loaded = QuietLog().download_error(failure, request, spider, str(failure.value))
    lines = [line["msg"] % line["args"] for line in (read, loaded)]
    assert lines[0] == "Error reading https://api.example/2.3/search"
    assert "SECRET" not in "".join(lines)
    assert {line["level"] for line in (read, loaded)} == {logging.ERROR}


def test_a_spider_with_a_mistake_is_told_without_what_it_asked(show: Callable[..., Done], site: Site) -> None:
    site.pages["/page"] = Answer("Hello", headers={"Content-Type": "text/html"})
    done = show("broken", url=f"{site.url}/page?key=SECRET")
    assert f"Error reading {site.url}/page" in done.err
    assert "SECRET" not in done.err


def test_lines_of_libraries_do_not_show_what_was_asked(show: Callable[..., Done], site: Site) -> None:
    site.pages["/feed"] = Answer(status=503)
    done = show("feed", "--verbose", url=f"{site.url}/feed?key=SECRET")
    assert f"Gave up retrying <GET {site.url}/feed>" in done.err
    assert "SECRET" not in done.err


def test_a_request_that_fails_tells_its_run_no_key() -> None:
    spider = make("feed", {"url": URL})
    request = spider.ask(URL, lambda _: (), strand=Strand())
    failure = Failure(TimeoutError(f"Getting {URL}&more took longer than 30 seconds."))
    failure.request = request  # type: ignore[attr-defined]
    assert request.errback is not None
    list(request.errback(failure))
    assert "took longer" in spider.walk.failures[0]
    assert "SECRET" not in spider.walk.failures[0]
