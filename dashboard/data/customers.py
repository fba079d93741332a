"""What else the author of a complaint wrote: before it, and after it was answered or solved."""

from sqlmodel import col, select

from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.facts import RELEVANT
from monitor.models import Mention, MentionBrand


@cached
def also_wrote(mention_id: int, brand_id: int, limit: int) -> tuple[TextRow, ...]:
    """Other texts of the same author about the brand, newest first; none when the author is not known."""
    with database() as session:
        author_id = session.exec(select(Mention.author_id).where(Mention.id == mention_id)).first()
        if author_id is None:
            return ()
        others = (
            select_texts()
            .join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
            .where(
                col(Mention.author_id) == author_id,
                col(Mention.id) != mention_id,
                col(MentionBrand.brand_id) == brand_id,
                col(MentionBrand.relevance) >= RELEVANT,
            )
            .order_by(col(Mention.published_at).desc())
            .limit(limit)
        )
        return tuple(text_rows(session, session.execute(others).all()))
