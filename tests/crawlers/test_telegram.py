"""Telegram's channel previews: what a page shows, what it hides, and what is missing on it."""

from collections.abc import Iterable

import pytest
from pydantic import ValidationError
from scrapy.http import HtmlResponse

from crawlers.base import spider_of
from crawlers.memory import Memory
from crawlers.telegram_page import count_of
from monitor.facts import Known, MentionKind
from tests.crawlers.play import NOW, Played, make, play

FIRST = "https://t.me/s/acmefans"


def page(url: str, numbers: Iterable[int], *, shown_at: str = "") -> HtmlResponse:
    posts = "".join(
        f'<div class="tgme_widget_message" data-post="AcmeFans/{number}">'
        f'<div class="tgme_widget_message_text">Post {number}</div><time datetime="2026-11-20T{number % 24:02}:00:00Z">'
        "</time></div>"
        for number in numbers
    )
    body = f'<section class="tgme_channel_history">{posts}</section>'
    return HtmlResponse(shown_at or url, body=body.encode(), encoding="utf-8")


def read(pages: dict[str, HtmlResponse], memory: Memory = Memory()) -> Played:  # noqa: B008 (frozen)
    return play(make("telegram", {"switched_on": True, "channels": "AcmeFans"}, memory), pages)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("238K", 238_000),
        ("1.1M", 1_100_000),
        ("2B", 2_000_000_000),
        ("17", 17),
        (" 950 ", 950),
        ("", None),
        ("many", None),
    ],
)
def test_counts_are_read_as_telegram_shortens_them(words: str, number: int | None) -> None:
    assert count_of(words) == number


def test_a_channel_is_read_back_to_its_first_post() -> None:
    second = f"{FIRST}?before=3"
    played = read({FIRST: page(FIRST, [3, 4]), second: page(second, [1, 2])})
    assert [mention["external_id"] for mention in played.mentions] == [f"acmefans/{n}" for n in (4, 3, 2, 1)]
    assert played.spider.walk.strands[0].complete


@pytest.mark.parametrize("shown", [[30, 31], [31, 32]])
def test_a_page_that_does_not_go_back_ends_the_walk_as_a_failure(shown: list[int]) -> None:
    second = f"{FIRST}?before=30"
    (failure,) = read({FIRST: page(FIRST, [30, 31]), second: page(second, shown)}).spider.walk.failures
    assert failure == f"{FIRST}: the page before this one shows the same posts"


def test_a_channel_without_a_preview_is_told_in_words() -> None:
    body = b'<div class="tgme_page"><div class="tgme_page_title">Acme fans</div></div>'
    (failure,) = read({FIRST: HtmlResponse("https://t.me/acmefans", body=body)}).spider.walk.failures
    assert "the channel shows no preview" in failure


def test_a_page_without_any_part_of_a_channel_is_another_form() -> None:
    assert read({FIRST: HtmlResponse(FIRST, body=b"<p>Hello</p>")}).spider.walk.changed


def test_a_known_post_that_is_missing_between_others_is_gone_and_one_beyond_them_is_not() -> None:
    texts = tuple(
        Known(kind=MentionKind.POST, host="t.me", external_id=f"acmefans/{n}", url="https://t.me/x", published_at=NOW)
        for n in (1, 8, 9, 12)
    )
    assert read({FIRST: page(FIRST, [7, 9, 11])}, Memory(recent=texts)).gone == ["acmefans/8"]


def test_it_is_refused_with_the_reason_until_it_is_switched_on() -> None:
    with pytest.raises(ValidationError, match=r"is off: Telegram's terms forbid .* set switched_on: true"):
        spider_of("telegram").Params.model_validate({"channels": ["acmefans"]})
