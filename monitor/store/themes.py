"""Themes as rows: those of the config, and later those people adopt."""

from sqlmodel import Session, select

from monitor.models import Theme


def ids_by_slug(session: Session) -> dict[str, int]:
    """The row id of each active theme."""
    rows = session.exec(select(Theme).where(Theme.active)).all()
    return {theme.slug: theme.id for theme in rows if theme.id is not None}


def adopted_names(session: Session) -> dict[str, str]:
    """How each theme is called that people adopted; the config has the names of the others."""
    return dict(session.exec(select(Theme.slug, Theme.name).where(Theme.adopted)).all())
