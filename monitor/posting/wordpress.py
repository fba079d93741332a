"""Posts answers under comments of a WordPress site, through its REST interface with an application password."""

import base64
import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from monitor.clock import Duration, utcnow
from monitor.errors import DeliveryError
from monitor.posting.answers import judge, refused, sound_address
from monitor.posting.poster import Outgoing, Posted, PosterOptions
from monitor.posting.words import nearly_same, same_words
from monitor.secret import Secret
from monitor.web import Answer, NoAnswer, ask, is_address

SERVES = ("wordpress",)
_LONGEST_ANSWER = 2_000_000  # bytes: a hundred comments, of which the longest we take have 65,525 letters
_NAME = re.compile(r"(?P<place>.*?)comment-(?P<number>[0-9]{1,18})")
_TAG = re.compile(r"<[^>]*>")
_FIELDS = "id,post,parent,author,date_gmt,content,link,status"
_STEPS = 4  # requests for one answer: the comment, who we are, what stands there, and ours


class Options(PosterOptions):
    """The site, and a user of it who may comment; the password is an application password of that user."""

    type: Literal["wordpress"]
    url: Annotated[str, AfterValidator(sound_address)]
    user: str = Field(min_length=1, max_length=60, pattern=r"^[^:\x00-\x1f]+$")
    password: Secret
    timeout: Duration = Field(default=timedelta(seconds=10), gt=timedelta(), le=timedelta(minutes=1))

    @property
    def address(self) -> str:
        return self.url

    @property
    def longest_post(self) -> timedelta:
        return self.timeout * 5 * (_STEPS + 1)  # connect, encrypt, ask, begin to read, read; once more after a 409


class _Rendered(BaseModel):
    rendered: str = ""


class _Comment(BaseModel):
    """A comment as the interface gives it, as far as it is read."""

    id: int
    post: int = 0
    parent: int = 0
    author: int = 0
    date_gmt: str = ""
    content: _Rendered = _Rendered()
    link: str = ""
    status: str = ""

    @property
    def words(self) -> str:
        return html.unescape(_TAG.sub(" ", self.content.rendered))

    def posted(self, place: str) -> Posted:
        url = self.link if is_address(self.link) else ""
        return Posted(f"{place}comment-{self.id}", url, _time(self.date_gmt), held=self.status in ("hold", "0"))


class _User(BaseModel):
    id: int


_Shape = TypeVar("_Shape", bound=BaseModel)


def post(options: Options, outgoing: Outgoing, *, private: bool) -> Posted:
    """Answer a comment, unless this user has answered it in these words already."""
    site = _Site(options, private=private)
    place, number = _place_of(options, outgoing)
    asked, me = site.comment(number), site.me().id
    known = _known(site, asked, me, outgoing.text)
    return (known or site.write(asked, me, outgoing.text)).posted(place)


def look(options: Options, outgoing: Outgoing, *, private: bool) -> Posted | None:
    """This user's answer in these words under the comment, if it is there and in public."""
    site = _Site(options, private=private)
    place, number = _place_of(options, outgoing)
    known = _known(site, site.comment(number), site.me().id, outgoing.text)
    return known.posted(place) if known else None


def _known(site: "_Site", asked: "_Comment", me: int, text: str) -> "_Comment | None":
    return next((found for found in site.answers(asked, me) if same_words(found.words, text)), None)


def probe(options: Options, *, private: bool) -> str:
    """Ask who the key is; nothing is posted."""
    me = _Site(options, private=private).me()
    return f"the key is that of user {me.id}; nothing was posted, so whether that user may comment was not tried"


def _place_of(options: Options, outgoing: Outgoing) -> tuple[str, int]:
    """What stands before the name of each comment of the site (its folder), and the number of the one to answer."""
    site = urlsplit(options.url)
    folder = site.path.strip("/")
    name = _NAME.fullmatch(outgoing.external_id)
    if name is None:
        raise DeliveryError(
            "only comments can be answered there: copy the answer and open the original", permanent=True
        )
    usual = {"http": 80, "https": 443}[site.scheme]
    host = (site.hostname or "") + (f":{site.port}" if site.port not in (None, usual) else "")
    if (outgoing.host, name["place"]) != (host, f"{folder}/" if folder else ""):
        raise DeliveryError(f"that text is not of {options.url}: mend `sources` or `url` of the poster", permanent=True)
    return name["place"], int(name["number"])


class _Site:
    """The interface of one site, with the key of one user. Its plain addresses work with all kinds of permalinks."""

    def __init__(self, options: Options, *, private: bool) -> None:
        self._options = options
        self._private = private
        pair = f"{options.user}:{options.password.get_secret_value()}".encode()
        self._key = base64.b64encode(pair).decode()

    def comment(self, number: int) -> _Comment:
        """The comment that is to be answered."""
        return _read(_Comment, self._asked("GET", f"comments/{number}", {"_fields": _FIELDS}))

    def me(self) -> _User:
        return _read(_User, self._asked("GET", "users/me", {"_fields": "id"}))

    def answers(self, asked: _Comment, me: int, **more: str) -> list[_Comment]:
        """Our own answers that stand under a comment, as far as the newest hundred tell."""
        query = {"parent": str(asked.id), "post": str(asked.post), "per_page": "100", "_fields": _FIELDS, **more}
        told = self._asked("GET", "comments", query)
        if not isinstance(told, list):
            raise DeliveryError("the site answered something else than a list of comments", permanent=False)
        return [found for found in (_read(_Comment, one) for one in told) if found.author == me]

    def write(self, asked: _Comment, me: int, text: str) -> _Comment:
        """Post; when the site has these words already, ours is what it has."""
        # The words are words: without escaping, a user of many rights could bring markup and scripts in.
        body = {"post": asked.post, "parent": asked.id, "content": html.escape(text, quote=False)}
        answer = self._answer("POST", "comments", {"_fields": _FIELDS}, json.dumps(body).encode())
        if answer.status == 409:
            return self._known(asked, me, text, answer)
        return _read(_Comment, self._judged(answer))

    def _known(self, asked: _Comment, me: int, text: str, answer: Answer) -> _Comment:
        """The one that the site means: in public, or held back, which only some users may ask for."""
        for more in ({}, {"status": "hold"}):
            try:
                found = self.answers(asked, me, **more)
            except DeliveryError as error:
                if not error.permanent:
                    raise
                continue
            if ours := next((comment for comment in found if nearly_same(comment.words, text)), None):
                return ours.model_copy(update={"status": "hold"}) if more else ours
        raise refused("the site says that it has this answer already: look there", answer, self._secrets)

    def _asked(self, method: str, path: str, query: dict[str, str]) -> Any:
        return self._judged(self._answer(method, path, query))

    def _answer(self, method: str, path: str, query: dict[str, str], body: bytes | None = None) -> Answer:
        url = f"{self._options.url.rstrip('/')}/?{urlencode({'rest_route': f'/wp/v2/{path}', **query})}"
        headers = {"Authorization": f"Basic {self._key}", "Accept": "application/json", "User-Agent": "Emberwatch"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            return ask(
                method, url, timeout=self._options.timeout, private=self._private, headers=headers, body=body,
                longest=_LONGEST_ANSWER,
            )  # fmt: skip
        except NoAnswer as error:
            raise DeliveryError(f"the site {error}", permanent=error.permanent) from None

    def _judged(self, answer: Answer) -> Any:
        return judge(answer, self._secrets, _MEANINGS)

    @property
    def _secrets(self) -> tuple[str, ...]:
        password = self._options.password.get_secret_value()
        return password, "".join(password.split()), self._key  # WordPress shows it in groups, and takes it without


_MEANINGS = {
    "rest_comment_invalid_id": "the comment is no longer there",
    "rest_comment_invalid_post_id": "the page of the comment is no longer there",
    "rest_cannot_read": "the comment is no longer in public",
    "rest_cannot_read_post": "the page of the comment is no longer in public",
    "rest_comment_closed": "comments on that page are closed",
    "rest_no_route": "the site's REST interface is switched off, or not that of WordPress",
    "rest_not_logged_in": "the site did not take the key: check user, password, and that application passwords are on",
    "incorrect_password": "the site did not take the key: check the password",
    "invalid_username": "the site did not take the key: check the user",
    "invalid_email": "the site did not take the key: check the user",
    "application_passwords_disabled": "the site does not allow application passwords",
    "application_passwords_disabled_for_user": "the site does not allow application passwords to that user",
    "comment_flood": "",
}
"""What WordPress's own codes mean to people; "" stands for `not now`, whatever the status is."""


def _read(shape: type[_Shape], told: Any) -> _Shape:
    try:
        return shape.model_validate(told)
    except ValidationError:
        raise DeliveryError("the site answered something else than WordPress does", permanent=False) from None


def _time(told: str) -> datetime:
    """The site's own time of the comment, in UTC; ours if it says none."""
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return utcnow()
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
