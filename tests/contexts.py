"""Settings and job contexts for tests, made from a small config."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from monitor.config import Settings
from monitor.jobs.context import Context
from monitor.store import sources

BRAND = {"id": "karak", "name": "Karak House", "exclude": ["Karak House Museum"]}
SOURCE = {"id": "news", "type": "feed", "brands": ["karak"], "params": {"url": "https://news.example/feed"}}


def make_settings(**changes: Any) -> Settings:
    """A config with one brand and one source; sections in `changes` replace its own."""
    return Settings(**{"brands": [BRAND], "sources": [SOURCE], **changes})


def make_context(session: Session, now: datetime, **changes: Any) -> Context:
    """A context whose database holds the config's rows."""
    settings = make_settings(**changes)
    sources.sync(session, settings)
    session.commit()
    return Context(settings, session, now)
