"""What GitHub says of issues and of comments on them."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel, BeforeValidator

from crawlers.extract import host_of, html_to_text, parse_time
from crawlers.refusals import READ
from crawlers.shapes import Id, Number, Text
from monitor.facts import Collected, Engagement, Known, MentionKind

LIKES = ("+1", "heart", "hooray", "rocket")
"""Reactions that share what was written; under a complaint, `+1` is one more who has it."""
TEXT = "application/vnd.github.text+json"
"""What we accept: texts without their Markdown."""
LIMITED = (403, 429)
STATUSES = [*READ, 429]
MEANINGS = {401: "it does not take the token", 404: "there is no such repository, or it is private"}
_LIMITS = ("rate limit", "abuse detection")


class User(BaseModel):
    login: Text = ""
    id: Number = None


def _likes(value: Any) -> int | None:
    if not isinstance(value, dict):
        return None
    return sum(number for name in LIKES if isinstance(number := value.get(name), int))


class Writing(BaseModel):
    """What issues and comments have in common; `body_text` is what is asked for, `body` holds Markdown."""

    html_url: str
    created_at: str
    body_text: Text = ""
    body: Text = ""
    user: Annotated[User, BeforeValidator(lambda value: value or {})] = User()
    reactions: Annotated[int | None, BeforeValidator(_likes)] = None

    def told(self, host: str, now: datetime) -> dict[str, Any]:
        """The fields of a text that are read alike in both; the author of a deleted account is nobody."""
        published, precision = parse_time(self.created_at, now)
        return {
            "host": host,
            "url": self.html_url,
            "text": self.body_text or html_to_text(self.body),
            "author_ref": f"user-{self.user.id}" if self.user.id else "",
            "author_name": self.user.login,
            "published_at": published,
            "precision": precision,
        }


class Pull(BaseModel):
    html_url: Text = ""


class Issue(Writing):
    """An issue; the list holds pull requests too, some under the address of an issue."""

    number: int
    title: Text = ""
    comments: Number = None
    pull_request: Pull | None = None

    def collected(self, repo: str, host: str, now: datetime) -> Collected:
        return Collected(
            kind=MentionKind.POST,
            external_id=f"{repo}#{self.number}",
            title=self.title,
            engagement=Engagement(likes=self.reactions, replies=self.comments),
            **self.told(host, now)
            | ({"url": pull} if (pull := self.pull_request and self.pull_request.html_url) else {}),
        )


class Comment(Writing):
    id: Id
    issue_url: str

    def collected(self, repo: str, host: str, now: datetime) -> Collected:
        issue = f"{repo}#{self.issue_url.rpartition('/')[2]}"
        return Collected(
            kind=MentionKind.COMMENT,
            external_id=f"{repo}#comment-{self.id}",
            parent_ref=issue,
            root_ref=issue,
            engagement=Engagement(likes=self.reactions),
            **self.told(host, now),
        )


SHAPES: dict[MentionKind, type[Issue] | type[Comment]] = {MentionKind.POST: Issue, MentionKind.COMMENT: Comment}
LISTS = {MentionKind.POST: "issues?state=all&", MentionKind.COMMENT: "issues/comments?"}


def is_limit(refusal: str) -> bool:
    """Whether a refusal is about how often we ask, rather than about what."""
    return any(words in refusal[:1_000].lower() for words in _LIMITS)


def site_host(api: str) -> str:
    """Where the ids belong to: the site that people see, which on a server of one's own is that of its interface."""
    host = host_of(api)
    return "github.com" if host == "api.github.com" else host


def list_address(api: str, repo: str, kind: MentionKind, since: datetime | None) -> str:
    """Where to ask for what was written or changed since a moment, the latest change first."""
    asked = {"sort": "updated", "direction": "desc", "per_page": "100"}
    asked |= {} if since is None else {"since": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return f"{api.rstrip('/')}/repos/{repo}/{LISTS[kind]}{urlencode(asked)}"


def address_of(api: str, repo: str, known: Known) -> str:
    """Where a text is asked for alone: `acme/phone#13` at `/repos/acme/phone/issues/13`; "" for one of elsewhere."""
    where, _, name = known.external_id.partition("#")
    if where != repo.lower() or not name:
        return ""
    return f"{api.rstrip('/')}/repos/{repo}/issues/{quote(name.replace('comment-', 'comments/'))}"
