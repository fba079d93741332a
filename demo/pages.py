"""The pages of the shop that a person opens; product pages carry schema.org data."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from demo.answer import Answer, conditional, page
from demo.phrases import Product, shop
from demo.posts import Place, Post
from demo.view import View

REVIEWS_PER_PAGE = 10
POSTS_PER_PAGE = 25
ON_HOME = 6


def home(view: View) -> Answer:
    products = [(product, *_rating(view, product.slug)) for product in shop().products]
    reviews, talk = view.at(Place.REVIEW)[:ON_HOME], view.at(Place.FORUM)[:ON_HOME]
    return page(view.render("home.html", products=products, reviews=reviews, talk=talk))


def product(view: View, asked: Mapping[str, str], slug: str) -> Answer:
    found = next((product for product in shop().products if product.slug == slug), None)
    if found is None:
        return missing()
    reviews = view.at(Place.REVIEW, slug)
    pages, shown = _cut(reviews, view.page, REVIEWS_PER_PAGE)
    rating, count = _rating(view, slug)
    text = view.render(
        "product.html",
        product=found,
        path=f"/products/{slug}/",
        page=view.page,
        pages=pages,
        reviews=shown,
        rating=rating,
        count=count,
        data=_in_script(schema(view, found, shown)),
    )
    return conditional(page(text), reviews[0].at if reviews else view.start, asked)


def schema(view: View, product: Product, reviews: list[Post]) -> dict[str, Any]:
    """The schema.org data of a product: all ratings in sum, and the reviews of this page."""
    rating, count = _rating(view, product.slug)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": f"{view.root}/products/{product.slug}/",
        "url": f"{view.root}/products/{product.slug}/",
        "name": product.name,
        "description": product.text,
        "brand": {"@type": "Brand", "name": shop().name},
    }
    if count:
        total = {"@type": "AggregateRating", "ratingValue": round(rating, 2), "reviewCount": count}
        data["aggregateRating"] = {**total, "bestRating": 5, "worstRating": 1}
        data["review"] = [_review(view, post) for post in reviews]
    return data


def _review(view: View, post: Post) -> dict[str, Any]:
    return {
        "@type": "Review",
        "@id": view.link(post),
        "url": view.link(post),
        "author": {"@type": "Person", "name": post.author},
        "datePublished": post.at.isoformat(),
        "reviewBody": post.text,
        "inLanguage": post.language,
        "reviewRating": {"@type": "Rating", "ratingValue": post.rating, "bestRating": 5, "worstRating": 1},
    }


def blog(view: View) -> Answer:
    articles = [(article, len(view.at(Place.COMMENT, article.slug))) for article in shop().posts]
    return page(view.render("blog.html", articles=articles))


def article(view: View, slug: str) -> Answer:
    found = next((article for article in shop().posts if article.slug == slug), None)
    if found is None:
        return missing()
    return page(view.render("article.html", article=found, comments=view.at(Place.COMMENT, slug)[::-1]))


def board(view: View) -> Answer:
    line = "Ask, recommend, complain. Everybody who lives near one of our kitchens may write here."
    return _posts(view, "Neighbours", line, "/community/", view.at(Place.FORUM))


def news(view: View) -> Answer:
    line = "What The Evening Courier writes about food, shops and deliveries."
    return _posts(view, "News", line, "/news/", view.at(Place.NEWS))


def single(view: View, number: str, place: Place) -> Answer:
    """One post with what answers or quotes it."""
    post = view.by_id.get(int(number)) if number.isascii() and number.isdigit() else None
    if post is None or post.place is not place:
        return missing()
    answers = [other for other in view.at(place) if other.parent == post.id]
    return _posts(view, "News" if place is Place.NEWS else "Neighbours", "", "", [post, *answers[::-1]])


def missing() -> Answer:
    return page("<!doctype html><title>Not found</title><p>There is no such page. <a href='/'>To the shop</a></p>", 404)


def _posts(view: View, heading: str, line: str, path: str, posts: list[Post]) -> Answer:
    pages, shown = _cut(posts, view.page, POSTS_PER_PAGE) if path else (1, posts)
    values = {"heading": heading, "line": line, "path": path, "page": view.page, "pages": pages}
    return page(view.render("board.html", posts=shown, **values))


def _cut(posts: list[Post], page: int, size: int) -> tuple[int, list[Post]]:
    """The number of pages (at least 1), and the posts of this one."""
    return max(1, -(-len(posts) // size)), posts[(page - 1) * size : page * size]


def _rating(view: View, slug: str) -> tuple[float, int]:
    stars = [post.rating for post in view.at(Place.REVIEW, slug) if post.rating is not None]
    return (sum(stars) / len(stars), len(stars)) if stars else (0.0, 0)


def _in_script(data: dict[str, Any]) -> Markup:
    """JSON that cannot end the script element it stands in."""
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 (no `<` is left)  # nosec B704
