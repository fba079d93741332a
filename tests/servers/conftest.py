"""What the tests against software that we did not write share: crawls of it into a real database."""

from sqlmodel import Session, select

from monitor.models import Mention, MentionVersion, Run
from tests.crawlers.conftest import command, server, watch

__all__ = ["command", "last_run", "mentions_of", "server", "versions_of", "watch"]


def mentions_of(session: Session) -> dict[str, Mention]:
    """What the database holds now, by its id at the host."""
    session.expire_all()
    return {row.external_id: row for row in session.exec(select(Mention)).all()}


def versions_of(session: Session, mention: Mention) -> list[str]:
    """The texts that a mention had before."""
    return [row.text for row in session.exec(select(MentionVersion).where(MentionVersion.mention_id == mention.id))]


def last_run(session: Session) -> Run:
    session.expire_all()
    return list(session.exec(select(Run).order_by(Run.id)))[-1]
