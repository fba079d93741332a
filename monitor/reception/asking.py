"""Shows the survey's form and takes its answers. Showing changes nothing; each form and each order counts once."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

import sqlalchemy as sa
from starlette.responses import HTMLResponse, Response

from monitor.doors import survey
from monitor.doors.survey import Invalid, Trapped, WrongLink
from monitor.doors.survey_words import Words, words_for
from monitor.jobs import receive
from monitor.reception import pages
from monitor.store.database import session_of

MOST_FIELDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request about one survey."""

    door: survey.Options
    brand: str
    key: str
    now: datetime
    query: dict[str, str]
    accepted: str  # the header Accept-Language

    @property
    def words(self) -> Words:
        return words_for(self.query.get("lang", ""), self.accepted, self.door.language)


def form(asked: Asked) -> Response:
    """The form, with a token that makes it one answer."""
    try:
        order = survey.order_of(asked.door, asked.query, asked.key)
    except WrongLink:
        return _wrong_link(asked)
    token = survey.new_token(asked.key, asked.door.id, asked.now)
    page = pages.ask(asked.door, asked.brand, asked.words, token=token, order=order)
    return _html(asked, page)


def take(engine: sa.Engine, asked: Asked, body: bytes) -> tuple[Response, Counter[str]]:
    """Keep the answer of a sent form, and say thanks once it is kept; what to count."""
    fields = _fields(body)
    try:
        taken = survey.read_answer(asked.door, fields, asked.key, asked.now)
    except WrongLink:
        return _wrong_link(asked), Counter({"dropped: link not signed": 1})
    except Trapped:
        return _thanks(asked), Counter({"dropped: sent by a program": 1})
    except Invalid as error:
        return _ask_again(asked, fields, str(error)), Counter()
    with session_of(engine) as session:
        counters = receive.keep(session, asked.door, taken, asked.now)
    return _thanks(asked, again=bool(counters["events told again"])), counters


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a form; none when it is no form."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)


def _ask_again(asked: Asked, fields: dict[str, str], problem: str) -> Response:
    """The form again with what was written in it, and a new token where the old one was too old."""
    words = asked.words
    order = survey.order_of(asked.door, fields, asked.key)  # it was good when the answer was read
    old = fields.get("token", "")
    token = survey.new_token(asked.key, asked.door.id, asked.now) if problem == "too_old" or not old else old
    told = words.too_old if problem == "too_old" else words.empty
    page = pages.ask(asked.door, asked.brand, words, token=token, order=order, given=fields, problem=told)
    return _html(asked, page, 422)


def _thanks(asked: Asked, *, again: bool = False) -> Response:
    words = asked.words
    text = words.again if again else words.thanks_more
    return _html(asked, pages.say(asked.door, asked.brand, words, words.thanks, text, good=True))


def _wrong_link(asked: Asked) -> Response:
    words = asked.words
    return _html(asked, pages.say(asked.door, asked.brand, words, words.title, words.incomplete), 403)


def busy(asked: Asked, wait: float) -> Response:
    """Too many answers at once, in the customer's language."""
    words = asked.words
    answer = _html(asked, pages.say(asked.door, asked.brand, words, words.title, words.too_many), 429)
    answer.headers["Retry-After"] = str(math.ceil(wait))
    return answer


def script(address: str) -> Response:
    """The script that inserts the form. Any site may load it; where the form shows is the form's own policy."""
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=3600"}
    return Response(pages.inserting_script(address), media_type="text/javascript", headers=headers)


def _html(asked: Asked, page: pages.Page, status: int = 200) -> Response:
    """A page that loads nothing, and that only the configured sites may embed."""
    frames = " ".join(asked.door.embed_on) or "'none'"
    policy = (
        f"default-src 'none'; style-src 'nonce-{page.nonce}'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {frames}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Content-Language": asked.words.tag,
        "Vary": "Accept-Language",
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(page.html, status, headers)
