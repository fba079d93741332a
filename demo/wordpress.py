"""The blog's comments the way WordPress 6 gives them: `/wp-json/wp/v2/comments` with its headers and errors."""

from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from demo.answer import Answer, as_json
from demo.phrases import shop
from demo.posts import Place, Post
from demo.view import View

BASE = "/wp-json/wp/v2"
MOST_PER_PAGE = 100


class _Refused(Exception):
    """A parameter that WordPress does not take."""


def index(view: View) -> Answer:
    return as_json({"name": shop().name, "url": view.root, "home": view.root, "namespaces": ["wp/v2"]})


def posts(view: View) -> Answer:
    found = [
        {
            "id": number,
            "slug": article.slug,
            "link": f"{view.root}/blog/{article.slug}/",
            "title": {"rendered": escape(article.title)},
            "content": {"rendered": f"<p>{escape(article.text)}</p>\n"},
        }
        for number, article in enumerate(shop().posts, start=1)
    ]
    return as_json(found, headers={"X-WP-Total": str(len(found)), "X-WP-TotalPages": "1"})


def comments(view: View) -> Answer:
    """`after`, `order`, `per_page`, `page`, `post`, `search` and `_fields`; a page past the end is an empty list."""
    try:
        found = _found(view)
        size, number = _number(view, "per_page", 10, MOST_PER_PAGE), _number(view, "page", 1)
    except _Refused as error:
        return _error("rest_invalid_param", f"Invalid parameter(s): {error}", 400)
    pages = -(-len(found) // size)
    shown = [_fields(view, _comment(view, post)) for post in found[(number - 1) * size : number * size]]
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    if links := _links(view, number, pages):
        headers["Link"] = links
    return as_json(shown, headers=headers)


def comment(view: View, number: str) -> Answer:
    post = view.by_id.get(int(number)) if number.isascii() and number.isdigit() else None
    if post is None or post.place is not Place.COMMENT:
        return _error("rest_comment_invalid_id", "Invalid comment ID.", 404)
    return as_json(_comment(view, post))


def no_route() -> Answer:
    return _error("rest_no_route", "No route was found matching the URL and request method.", 404)


def _found(view: View) -> list[Post]:
    found = view.at(Place.COMMENT)
    if after := view.query.get("after"):
        found = [post for post in found if post.at > _time(after)]
    if wanted := view.query.get("post"):
        found = [post for post in found if str(_article_id(post)) == wanted]
    if words := view.query.get("search"):
        found = [post for post in found if words.lower() in post.text.lower()]
    order = view.query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise _Refused("order")
    return found[::-1] if order == "asc" else found


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _Refused("after") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(view: View, name: str, default: int, most: int | None = None) -> int:
    text = view.query.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or int(text) < 1 or (most and int(text) > most):
        raise _Refused(name)
    return int(text)


def _comment(view: View, post: Post) -> dict[str, Any]:
    time = post.at.strftime("%Y-%m-%dT%H:%M:%S")  # no zone, as WordPress writes it
    return {
        "id": post.id,
        "post": _article_id(post),
        "parent": post.parent or 0,
        "author": 0,
        "author_name": post.author,
        "author_url": "",
        "date": time,
        "date_gmt": time,
        "content": {"rendered": f"<p>{escape(post.text)}</p>\n"},
        "link": view.link(post),
        "status": "approved",
        "type": "comment",
        "meta": [],
    }


def _fields(view: View, comment: dict[str, Any]) -> dict[str, Any]:
    asked = view.query.get("_fields", "")
    names = {name.strip().split(".")[0] for name in asked.split(",")}
    return {key: value for key, value in comment.items() if key in names} if asked else comment


def _article_id(post: Post) -> int:
    return [article.slug for article in shop().posts].index(post.item) + 1


def _links(view: View, number: int, pages: int) -> str:
    """`prev` and `next`; past the end `prev` leads to the last page."""
    targets = {"prev": min(number - 1, pages) if number > 1 else 0, "next": number + 1 if number < pages else 0}
    parts = []
    for relation, target in targets.items():
        if target:
            query = urlencode({**view.query, "page": target})
            parts.append(f'<{view.root}{BASE}/comments?{query}>; rel="{relation}"')
    return ", ".join(parts)


def _error(code: str, message: str, status: int) -> Answer:
    return as_json({"code": code, "message": message, "data": {"status": status}}, status)
