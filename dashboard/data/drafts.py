"""What a draft needs of a complaint besides its text: the name its author goes by, while that is kept."""

from sqlmodel import Session, col, select

from dashboard.data.inbox import ComplaintRow
from dashboard.data.opening import cached, database
from monitor.facts import MentionKind, Sentiment
from monitor.models import Author, Mention, Theme
from monitor.replies import Complaint


@cached
def complaint(row: ComplaintRow) -> Complaint:
    """The complaint as drafts see it: themes by their ids, largest first."""
    with database() as session:
        name = session.exec(
            select(Author.display_name)
            .join(Mention, col(Mention.author_id) == Author.id)
            .where(Mention.id == row.text.mention_id)
        ).first()
        slugs = _slugs(session, row.text.themes)
    return Complaint(
        brand=row.brand,
        language=row.text.language,
        name=name or "",
        themes=tuple(slugs[theme] for theme in row.text.themes if theme in slugs),
        theme_names={slug: theme for theme, slug in slugs.items()},
        public=row.text.kind is not MentionKind.SURVEY,
        praise=row.text.label is Sentiment.POSITIVE,
    )


def _slugs(session: Session, names: tuple[str, ...]) -> dict[str, str]:
    found = session.exec(select(Theme.name, Theme.slug).where(col(Theme.name).in_(names)))
    return {row[0]: row[1] for row in found}
