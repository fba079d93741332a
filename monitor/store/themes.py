"""Themes as rows: those of the config, and later those people adopt."""

from sqlmodel import Session, select

from monitor.models import Theme


def ids_by_slug(session: Session) -> dict[str, int]:
    """The row id of each active theme."""
    rows = session.exec(select(Theme).where(Theme.active)).all()
    return {theme.slug: theme.id for theme in rows if theme.id is not None}
