"""What WooCommerce says of a product review."""

from datetime import datetime

from pydantic import BaseModel

from crawlers.comments import name_of
from crawlers.extract import absolute, host_of, html_to_text, is_anonymous, parse_rating, parse_time
from crawlers.shapes import Id, Text
from monitor.facts import Collected, MentionKind


class Review(BaseModel):
    """A review, as far as it is read; a rating of 0 means that the shop has ratings switched off."""

    id: Id
    review: str
    rating: int | float | str | None = None
    reviewer: Text = ""
    date_created_gmt: Text = ""
    product_name: Text = ""
    product_permalink: Text = ""

    def collected(self, site: str, now: datetime) -> Collected:
        published, precision = parse_time(self.date_created_gmt, now)
        rating = parse_rating(self.rating, 1, 5) if self.rating else None
        name = "" if is_anonymous(self.reviewer) else self.reviewer
        return Collected(
            kind=MentionKind.REVIEW,
            host=host_of(site),
            external_id=name_of(site, "review", self.id),
            url=absolute(site, self.product_permalink) or site,
            text=html_to_text(self.review),
            item=html_to_text(self.product_name),
            author_name=name,
            author_ref=name,
            published_at=published,
            precision=precision,
            rating_value=rating.value if rating else None,
            rating_worst=1.0,
            rating_best=5.0,
        )
