"""Tells which texts the brands wrote themselves, so that no answer counts as a complaint; part of the analyse job."""

from collections.abc import Sequence

from monitor.jobs.context import Context
from monitor.models import Mention
from monitor.store import public_answers


class Ours:
    """The own accounts of the config, and what posters posted, looked up once for a batch."""

    def __init__(self, context: Context, mentions: Sequence[Mention]) -> None:
        session, settings = context.session, context.settings
        self._authors = {
            brand.id: public_answers.own_authors(session, [(one.host, one.id) for one in brand.accounts])
            for brand in settings.brands
            if brand.accounts
        }
        self._owners = public_answers.owners(session)
        self._posted = public_answers.posted_by_us(session, mentions) if settings.posting else set()

    def wrote(self, mention: Mention, slug: str) -> bool:
        """Whether the brand itself wrote it."""
        if mention.id in self._posted or mention.author_id in self._owners:
            return True
        return mention.author_id in self._authors.get(slug, ())
