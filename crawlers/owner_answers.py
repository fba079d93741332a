"""Makes a text of its own of the answer that a place shows within a review: only who owns the place can write there."""

from datetime import datetime

from crawlers.extract import parse_time
from monitor.facts import OWNER, Collected, MentionKind


def answer_to(review: Collected, words: str, at: object, now: datetime) -> list[Collected]:
    """The owner's answer to a review, written at a time as the place tells it; none where there are no words."""
    text = words.strip()
    if not text:
        return []
    published, precision = parse_time(at, now)
    answer = Collected(
        kind=MentionKind.COMMENT,
        host=review.host,
        external_id=f"{review.external_id}/answer",
        url=review.url,
        text=text,
        item=review.item,
        author_ref=OWNER,
        published_at=published,
        precision=precision,
        parent_ref=review.external_id,
        root_ref=review.external_id,
    )
    return [answer]
