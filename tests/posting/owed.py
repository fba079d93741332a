"""What the tests of posting share: a case of a comment on a site, and the config whose poster answers there."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from monitor.config import Settings
from monitor.jobs import answer
from monitor.jobs.answer import delivering
from monitor.jobs.answer.delivering import Postings
from monitor.jobs.context import Context, Counters
from monitor.models import Case, CaseEvent, CaseState, Mention, Reply
from tests.factories import NOON, make_brand, make_case, make_mention, make_source, person
from tests.posting.blog import USER, Blog

ANA, BO = person("Ana"), person("Bo")
LATER = NOON + timedelta(minutes=5)
TEXT = "Dear customer, we are sorry. We send a new battery today."
BRAND = {"id": "rosecart", "name": "Rose Cart"}


def settings_of(site: Blog, **changes: Any) -> Settings:
    """A source and a poster for the site; WORDPRESS_PASSWORD must be set."""
    source = {"id": "reviews", "type": "wordpress", "brands": ["rosecart"], "params": {"url": site.url}}
    poster = {"id": "blog", "type": "wordpress", "sources": ["reviews"], "url": site.url, "user": USER}
    poster |= {"password": {"env": "WORDPRESS_PASSWORD"}, "timeout": "1s", "pause": "0s"}
    given = {"brands": [BRAND], "sources": [source], "posting": [poster], "crawling": {"allow_private": ["127.0.0.1"]}}
    return Settings(**(given | changes))


def comment(session: Session, site: Blog, text: str = "The battery dies in two hours.", number: int = 12) -> Mention:
    """The comment of the site as a crawl brings it."""
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand, kind="wordpress"), text)
    return at_place(session, mention, site, number)


def at_place(session: Session, mention: Mention, site: Blog, number: int) -> Mention:
    mention.host, mention.external_id = site.url.removeprefix("http://"), f"comment-{number}"
    session.add(mention)
    session.commit()
    return mention


def owned(session: Session, mention: Mention, owner: str = "Ana") -> Case:
    case = make_case(session, mention, state=CaseState.OWNED, owner=owner)
    session.commit()
    return case


def press(session: Session, case: Case, settings: Settings, text: str = TEXT, at: datetime = LATER) -> Reply:
    return answer.post(session, case.id or 0, ANA, at, text, seen=case.state, poster=settings.posting[0])


def deliver(
    session: Session, settings: Settings, at: datetime = LATER, postings: Postings | None = None
) -> Counters:  # fmt: skip
    return delivering.run(Context(settings, session, at), postings)


def history(session: Session, case: Case) -> list[tuple[str, str, str]]:
    """What was done to a case: by whom, what, and the note."""
    rows = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id)))
    return [(event.actor, event.action, event.note) for event in rows]
