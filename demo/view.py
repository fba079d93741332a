"""What a page is made from: the posts that stand on the site at this moment, and the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jinja2

from demo.phrases import shop
from demo.posts import Place, Post

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class View:
    """The site at one moment, as one request sees it. `posts` are newest first."""

    root: str  # http://127.0.0.1:8750
    posts: tuple[Post, ...]
    start: datetime
    query: Mapping[str, str]

    @cached_property
    def by_id(self) -> dict[int, Post]:
        return {post.id: post for post in self.posts}

    def at(self, place: Place, item: str = "") -> list[Post]:
        return [post for post in self.posts if post.place is place and (not item or post.item == item)]

    @property
    def page(self) -> int:
        """The page asked for, from 1."""
        asked = self.query.get("page", "1")
        return max(1, int(asked)) if asked.isascii() and asked.isdigit() else 1

    def link(self, post: Post) -> str:
        """The address of a post."""
        if post.place is Place.REVIEW:
            return f"{self.root}/products/{post.item}/#review-{post.id}"
        if post.place is Place.COMMENT:
            return f"{self.root}/blog/{post.item}/#comment-{post.id}"
        folder = "news" if post.place is Place.NEWS else "community/posts"
        return f"{self.root}/{folder}/{post.id}/"

    def render(self, template: str, **values: Any) -> str:
        return (
            _templates()
            .get_template(template)
            .render(shop=shop(), root=self.root, link=self.link, by_id=self.by_id, **values)
        )


@cache
def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,  # of the feeds too: they are XML
        undefined=jinja2.StrictUndefined,
    )
    templates.filters["atom"] = lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    templates.filters["rfc822"] = lambda moment: format_datetime(moment, usegmt=True)
    return templates
