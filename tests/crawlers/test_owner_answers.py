"""Answers that a place shows within a review: each comes as a text of the owner's, under the review."""

from datetime import timedelta
from typing import Any

import pytest

from crawlers.memory import Memory
from crawlers.own_reviews import GOOGLE, TRUSTPILOT
from crawlers.steam_reviews import HOST as STEAM
from crawlers.steam_reviews import page_address
from monitor.facts import OWNED_PLACES, OWNER, Known, MentionKind
from tests.crawlers.answering import answer as told
from tests.crawlers.answering import read
from tests.crawlers.play import NOW, play
from tests.crawlers.test_own_reviews import FIRST, REVIEWS, TOKEN, UNIT, answer, google, on_google, spider, trusted

WORDS = "We are sorry, and mend it today."


def answers(played: Any) -> list[dict[str, Any]]:
    return [mention for mention in played.mentions if mention.get("author_ref") == OWNER]


def on_trustpilot(reply: object) -> Any:
    page = {"reviews": [trusted(3) | {"companyReply": reply}]}
    return play(spider("trustpilot", business_unit=UNIT), {f"{REVIEWS}1": answer(f"{REVIEWS}1", page)})


def test_what_a_company_answers_on_trustpilot_comes_under_the_review() -> None:
    (found,) = answers(on_trustpilot({"text": WORDS, "createdAt": NOW.isoformat()}))
    assert (found["kind"], found["external_id"], found["parent_ref"]) == ("comment", "r3/answer", "r3")
    assert (found["text"], found["host"]) == (WORDS, TRUSTPILOT)
    assert found["published_at"] == NOW.isoformat()


@pytest.mark.parametrize("reply", [None, {}, {"text": "  "}, "yes", {"text": 5}])
def test_a_review_without_an_answer_is_one_text(reply: object) -> None:
    assert len(on_trustpilot(reply).mentions) == 1


def test_what_an_owner_answers_on_google_comes_in_the_words_that_were_written() -> None:
    reply = {"comment": f"(Translated by Google) Lo sentimos\n\n(Original)\n{WORDS}", "updateTime": NOW.isoformat()}
    played = google(Memory(), {"reviews": [on_google("a", 2) | {"reviewReply": reply}], "totalReviewCount": 1})
    (found,) = answers(played)
    assert (found["text"], found["parent_ref"], found["host"]) == (WORDS, "a", GOOGLE)
    assert len(played.mentions) == 2


def test_what_a_developer_answers_on_steam_comes_under_the_review() -> None:
    told_of = {"recommendationid": 3, "review": "Crashes", "voted_up": False, "timestamp_created": 1795354000}
    told_of |= {"developer_response": f"[b]{WORDS}[/b]", "timestamp_dev_responded": 1795355000}
    address = page_address("https://api.steampowered.com", 620, ("all",), "*")
    (found,) = answers(read("steam", {"app": 620}, {address: told({"response": {"reviews": [told_of]}})}))
    assert (found["text"], found["external_id"], found["host"]) == (WORDS, "3/answer", STEAM)


def test_an_answer_is_never_asked_for_by_itself() -> None:
    kept = [
        Known(kind=kind, host=GOOGLE, external_id=ref, url=f"https://{GOOGLE}/reviews#accounts/1/locations/2/reviews/a",
              published_at=NOW - timedelta(hours=1))
        for kind, ref in ((MentionKind.REVIEW, "a"), (MentionKind.COMMENT, "a/answer"))
    ]  # fmt: skip
    played = google(Memory(recent=tuple(kept)), {"reviews": [], "totalReviewCount": 0})
    assert [url for url in played.asked if url not in (TOKEN, FIRST)] == [
        "https://mybusiness.googleapis.com/v4/accounts/1/locations/2/reviews/a"
    ]


def test_the_hosts_of_such_answers_are_known() -> None:
    assert set(OWNED_PLACES) == {GOOGLE, STEAM, TRUSTPILOT}
